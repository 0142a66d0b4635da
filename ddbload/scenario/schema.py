"""The scenario language as JSON Schema (2020-12), for editors: from the model, with `$name` allowed for any value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from ddbload.scenario.model import Scenario
from ddbload.scenario.quantity import spell_duration

_PARAMETER = {
    "type": "string",
    "pattern": r"^\$[A-Za-z_][A-Za-z0-9_]*$",
    "description": "a parameter, declared in `params`",
    "examples": ["$rate"],
}
_KEPT = {"$defs", "propertyNames", "params", "ddbload"}  # where no parameter can stand


def scenario_schema() -> dict[str, Any]:
    """The JSON Schema of a scenario's file. Every key has a description and an example."""
    schema = Scenario.model_json_schema(schema_generator=_InOrder)
    definitions = {name: _open_fields(definition) for name, definition in schema.pop("$defs").items()}
    body = _open_fields(schema)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "ddbload scenario",
        **{key: value for key, value in body.items() if key != "title"},
        "$defs": {**definitions, "Parameter": _PARAMETER},
    }


class _InOrder(GenerateJsonSchema):
    """Keeps keys in the order of the model: in a table's key, the partition key comes first."""

    def sort(self, value: JsonSchemaValue, parent_key: str | None = None) -> JsonSchemaValue:
        """The value as it is."""
        del parent_key
        return value


def _open_fields(schema: Any) -> Any:
    """The schema of a mapping, each of whose values may also be a parameter."""
    if isinstance(schema, list):
        return [_open_fields(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    opened: dict[str, Any] = {}
    for key, inner in schema.items():
        if key == "properties":
            opened[key] = {name: inner[name] if name in _KEPT else _opened(inner[name]) for name in inner}
        elif key == "patternProperties":
            opened[key] = {pattern: _opened(value) for pattern, value in inner.items()}
            opened["additionalProperties"] = False
        elif key in {"additionalProperties", "items"} and isinstance(inner, dict):
            opened[key] = _opened(inner)
        elif key in {"oneOf", "anyOf"}:
            opened["anyOf"] = _open_fields(inner)  # a parameter would fit several forms at once
        else:
            opened[key] = inner
    return opened


def _opened(schema: dict[str, Any]) -> dict[str, Any]:
    """A value's schema, with a parameter as one more form of a constant; titles go, since the key says as much."""
    inner = {key: value for key, value in _open_fields(schema).items() if key != "title"}
    notes = {key: inner.pop(key) for key in ("description", "default", "examples") if key in inner}
    forms = list(_forms(inner))
    if "default" in notes:
        notes |= _default(notes.pop("default"), forms)
    if not any(_wants_parameter(form) for form in forms):
        return {**notes, **inner}
    return {**notes, "anyOf": [*forms, {"$ref": "#/$defs/Parameter"}]}


def _default(value: Any, forms: list[dict[str, Any]]) -> dict[str, Any]:
    """A default as a file would have it: `1s` and `2%`, not 1.0 and 0.02. One that is a mapping is left out."""
    patterns = [form.get("pattern", "") for form in forms]
    if isinstance(value, dict):
        return {}
    if isinstance(value, float) and any(pattern.endswith("%$") for pattern in patterns):
        return {"default": f"{value * 100:g}%"}
    if isinstance(value, float) and any("ms" in pattern for pattern in patterns):
        return {"default": spell_duration(value)}
    return {"default": value}


def _forms(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The forms of a value, those within forms too."""
    if schema.keys() == {"anyOf"}:
        for form in schema["anyOf"]:
            yield from _forms(form)
    else:
        yield schema


def _wants_parameter(form: dict[str, Any]) -> bool:
    """Whether a form is a constant that the text `$name` does not fit by itself."""
    if form.get("type") == "string":
        return bool({"pattern", "enum", "const"} & form.keys())
    return form.get("type") in {"integer", "number", "boolean"} or "const" in form
