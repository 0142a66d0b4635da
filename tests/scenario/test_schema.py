"""The JSON Schema for editors: complete, described, and of one mind with the loader."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ddbload.scenario.load import load_scenario
from ddbload.scenario.schema import scenario_schema
from tests.scenario.everything import EVERYTHING

jsonschema: Any = pytest.importorskip("jsonschema")
SHIPPED = sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))


def _fields(schema: Any, where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        for name, field in (schema.get("properties") or {}).items():
            yield f"{where}.{name}", field
        for key, inner in schema.items():
            yield from _fields(inner, f"{where}/{key}")
    elif isinstance(schema, list):
        for inner in schema:
            yield from _fields(inner, where)


def _accepts(text: str) -> bool:
    return bool(jsonschema.Draft202012Validator(scenario_schema()).is_valid(yaml.safe_load(text)))


def test_the_schema_is_a_schema_and_json() -> None:
    jsonschema.Draft202012Validator.check_schema(scenario_schema())
    assert json.loads(json.dumps(scenario_schema())) == scenario_schema()


def test_every_key_has_a_description_and_an_example() -> None:
    fields = dict(_fields(scenario_schema()))
    assert len(fields) > 80
    assert [name for name, field in fields.items() if not field.get("description") or not field.get("examples")] == []


def test_every_mapping_of_the_language_is_closed() -> None:
    schema = scenario_schema()
    closed = [schema, *(definition for definition in schema["$defs"].values() if "properties" in definition)]
    assert all(definition["additionalProperties"] is False for definition in closed)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_a_shipped_scenario_loads_without_warning_and_keeps_the_schema(path: Path) -> None:
    assert load_scenario(path).warnings == ()
    assert _accepts(path.read_text(encoding="utf-8"))


def test_the_sample_keeps_the_schema(sample: str) -> None:
    assert _accepts(sample)


def test_a_scenario_with_everything_keeps_the_schema() -> None:
    assert _accepts(EVERYTHING)


def test_every_example_of_a_key_fits_it() -> None:
    schema = scenario_schema()
    unfit = [
        (name, example)
        for name, field in _fields(schema)
        for example in field["examples"]
        if not jsonschema.Draft202012Validator({**field, "$defs": schema["$defs"]}).is_valid(example)
    ]
    assert unfit == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("class: infrequent-access", "table_class: infrequent-access"),
        ("{steps: 1m, from: 20%,", "{steps: 1m, start: 20%,"),
        ("lambda: {concurrency: 200,", "serverless: {concurrency: 200,"),
        ("{condition_failed: [end],", "{failed: [end],"),
        ("{fresh: [number, note]}", "{fresh: 5}"),
        ("pages: 2", "pages: every"),
        ("times: {uniform: {min: 1, max: 5}}", "times: 0"),
        ("{delete: cart, count: 5}", "{update: cart, count: 5}"),
    ],
)
def test_the_schema_refuses_what_the_language_does_not_have(old: str, new: str) -> None:
    assert old in EVERYTHING
    assert not _accepts(EVERYTHING.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("limit: 20", "limit: 0"),
        ("limit: 20", "limits: 20"),
        ("timeout: 1s", "timeout: 1"),
        ("missing: 2%", "missing: 2"),
        ("missing: 2%", "missing: 100.1%"),
        ("{hold: 10m}", "{held: 10m}"),
        ("arrivals: poisson", "arrivals: poison"),
        ("forget: 1}", "for-get: 1}"),
        ("key: {pk: S, sk: S}", "key: {pk: string}"),
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(sample: str, old: str, new: str) -> None:
    assert old in sample
    assert not _accepts(sample.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"), [("limit: 20", "limit: $n"), ("poisson", "$n"), ("timeout: 1s", "timeout: $n")]
)
def test_a_parameter_may_stand_for_any_constant(sample: str, old: str, new: str) -> None:
    assert old in sample
    assert _accepts(sample.replace(old, new))


def _defaults(node: Any, definitions: dict[str, Any]) -> Iterator[tuple[Any, dict[str, Any]]]:
    if isinstance(node, dict):
        if "default" in node:
            yield node["default"], {**node, "$defs": definitions}
        for inner in node.values():
            yield from _defaults(inner, definitions)
    elif isinstance(node, list):
        for inner in node:
            yield from _defaults(inner, definitions)


def test_every_default_is_what_a_file_may_say() -> None:
    schema = scenario_schema()
    found = [pair for pair in _defaults(schema, schema["$defs"]) if pair[0] is not None]
    assert len(found) > 30
    wrong = [default for default, at in found if not jsonschema.Draft202012Validator(at).is_valid(default)]
    assert wrong == []
