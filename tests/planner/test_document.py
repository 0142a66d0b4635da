"""The documents of a plan: every key described, no number that JSON does not have."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from ddbload.planner.comparison import compared
from ddbload.planner.document import Plan
from ddbload.planner.schema import plan_schema, plans_schema
from ddbload.results.encoded import DocumentError, to_json
from ddbload.results.schema import run_schema
from tests.report.plans import FLAT, ONE, PLANS, SHOP

jsonschema: Any = pytest.importorskip("jsonschema")


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_a_plan_keeps_its_schema(plan: Plan) -> None:
    jsonschema.validate(json.loads(to_json(plan)), plan_schema())


def test_plans_compared_keep_their_schema() -> None:
    document = compared(["a", "b"], [ONE, SHOP], [{}, {}])
    jsonschema.validate(json.loads(to_json(document)), plans_schema())


@pytest.mark.parametrize("schema", [plan_schema, plans_schema, run_schema])
def test_a_schema_is_one_and_every_object_says_what_it_is(schema: Callable[[], dict[str, Any]]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert [name for name, part in parts_of(schema()) if not part.get("description")] == []


@pytest.mark.parametrize("schema", [plan_schema, plans_schema])
def test_every_key_of_a_plan_is_described(schema: Callable[[], dict[str, Any]]) -> None:
    silent = [
        f"{name}.{key}"
        for name, part in parts_of(schema())
        for key, value in part["properties"].items()
        if not value.get("description")
    ]
    assert silent == []


def parts_of(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield schema["title"], schema
    yield from schema["$defs"].items()


def test_a_wrong_document_does_not_keep_the_schema() -> None:
    document = json.loads(to_json(ONE))
    del document["tables"][0]["chosen"]
    with pytest.raises(jsonschema.ValidationError, match="'chosen' is a required property"):
        jsonschema.validate(document, plan_schema())


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_number_that_json_does_not_have_is_an_error_with_its_place(value: float) -> None:
    plan = dataclasses.replace(FLAT, tables=(dataclasses.replace(FLAT.tables[0], items=value),))
    with pytest.raises(DocumentError, match=r"tables\.0\.items of the document is not a finite number"):
        to_json(plan)


def test_numbers_and_mappings_of_the_simulation_are_plain_in_the_document() -> None:
    plan = dataclasses.replace(FLAT, billed_hours=np.float64(730), arrivals=MappingProxyType(dict(FLAT.arrivals)))
    assert to_json(plan) == to_json(FLAT)


def test_a_plan_without_a_chosen_candidate_is_billed_for_its_first() -> None:
    table = PLANS["none_keeps"].tables[0]
    assert table.billed is table.candidates[0]
    assert ONE.tables[0].billed.name == ONE.tables[0].chosen
