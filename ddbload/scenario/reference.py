"""The reference of the scenario language as Markdown, from the JSON Schema: every key, its meaning and an example."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ddbload.scenario.schema import scenario_schema
from ddbload.scenario.spelling import flow

_REF = "#/$defs/"


def reference() -> str:
    """The whole reference: one table for each kind of mapping, in the order in which a file comes upon them."""
    schema = scenario_schema()
    definitions: dict[str, Any] = schema["$defs"]
    lines: list[str] = []
    for place, definition in _mappings(schema, definitions):
        lines += [f"**`{place}`** {_sentence(definition)}".rstrip(), "", *_table(definition), ""]
    return "\n".join(lines).rstrip() + "\n"


def _mappings(schema: dict[str, Any], definitions: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every kind of mapping once, with the place where it is first met, nearest to the top first."""
    queue: list[tuple[str, dict[str, Any]]] = [("scenario", schema)]
    seen: set[str] = set()
    while queue:
        place, definition = queue.pop(0)
        yield place, definition
        within = "" if place == "scenario" else f"{place}."
        found: list[tuple[str, dict[str, Any]]] = []
        for key, value in definition["properties"].items():
            for path, name in _references(value, f"{within}{key}"):
                if name not in seen and definitions[name].get("type") == "object":
                    seen.add(name)
                    found.append((path, definitions[name]))
        queue[:0] = found


def _references(node: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every definition that a key's value may be, with the path to it: NAME for a key of one's own, [] for a list."""
    if isinstance(node, list):
        for inner in node:
            yield from _references(inner, path)
        return
    if not isinstance(node, dict):
        return
    if isinstance(node.get("$ref"), str):
        yield path, node["$ref"].removeprefix(_REF)
    for key in ("anyOf", "oneOf", "allOf"):
        yield from _references(node.get(key), path)
    yield from _references(node.get("items"), f"{path}[]")
    yield from _references(node.get("additionalProperties"), f"{path}.NAME")
    for inner in node.get("patternProperties", {}).values():
        yield from _references(inner, f"{path}.NAME")


def _sentence(definition: dict[str, Any]) -> str:
    return " ".join(str(definition.get("description", "")).split())


def _table(definition: dict[str, Any]) -> Iterator[str]:
    yield "| key | meaning | default | example |"
    yield "| --- | --- | --- | --- |"
    required = definition.get("required", ())
    for key, value in definition["properties"].items():
        default = "required" if key in required else _code(value.get("default"))
        meaning = _escaped(value.get("description", ""))
        yield f"| `{key}` | {meaning} | {default} | {' '.join(_code(one) for one in value.get('examples', ())[:2])} |"


def _code(value: Any) -> str:
    return "" if value is None or (isinstance(value, dict) and not value) else f"`{_escaped(flow(value))}`"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")
