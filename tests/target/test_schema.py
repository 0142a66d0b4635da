"""A scenario's table against a described one."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ddbload.scenario.model import Table
from ddbload.target.schema import billing_difference, create_request, differences

TABLE = Table.model_validate(
    {
        "name": "orders",
        "key": {"pk": "S", "sk": "N"},
        "indexes": {
            "by_status": {"key": {"status": "S", "sk": "N"}, "project": "keys"},
            "by_note": {"key": {"pk": "S", "note": "B"}, "project": ["a", "b"], "kind": "local"},
        },
    }
)


def described() -> dict[str, Any]:
    return copy.deepcopy(create_request(TABLE, {}))


def test_a_table_made_by_the_request_does_not_differ() -> None:
    assert differences(TABLE, described()) == []


def _set(path: str, value: Any) -> Any:
    def change(table: dict[str, Any]) -> None:
        *steps, last = path.split(".")
        node: Any = table
        for step in steps:
            node = node[int(step)] if step.isdigit() else node[step]
        if isinstance(node, list):
            node[int(last)] = value
        else:
            node[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "sentences"),
    [
        (
            _set("KeySchema", [{"AttributeName": "id", "KeyType": "HASH"}]),
            ["the key is {id: ?}, the scenario says {pk: S, sk: N}"],
        ),
        (
            _set("AttributeDefinitions.1.AttributeType", "S"),
            [
                "the key is {pk: S, sk: S}, the scenario says {pk: S, sk: N}",
                "the key of index by_status is {status: S, sk: S}, the scenario says {status: S, sk: N}",
            ],
        ),
        (
            _set("GlobalSecondaryIndexes.0.Projection", {"ProjectionType": "ALL"}),
            ["index by_status projects all, the scenario says keys"],
        ),
        (
            _set("LocalSecondaryIndexes.0.Projection.NonKeyAttributes", ["b", "c"]),
            ["index by_note projects b, c, the scenario says a, b"],
        ),
        (_set("LocalSecondaryIndexes", []), ["index by_note is missing"]),
        (
            _set("GlobalSecondaryIndexes.0.IndexName", "other"),
            ["index by_status is missing", "index other is there, but not in the scenario"],
        ),
    ],
)
def test_each_difference_is_a_sentence(change: Any, sentences: list[str]) -> None:
    there = described()
    change(there)
    assert differences(TABLE, there) == sentences


def test_the_order_of_projected_attributes_is_no_difference() -> None:
    there = described()
    there["LocalSecondaryIndexes"][0]["Projection"]["NonKeyAttributes"] = ["b", "a"]
    assert differences(TABLE, there) == []


@pytest.mark.parametrize(
    ("billing", "there", "sentence"),
    [
        ("on-demand", {"BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"}}, None),
        ("on-demand", {}, None),
        (
            "on-demand",
            {"ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 6}},
            "table orders is provisioned 5 read 6 write, the scenario says on-demand",
        ),
        (
            {"read": 1, "write": 2},
            {"BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"}},
            "table orders is on-demand, the scenario says provisioned 1 read 2 write",
        ),
        ({"read": 1, "write": 2}, {"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 2}}, None),
    ],
)
def test_other_billing_is_told(billing: Any, there: dict[str, Any], sentence: str | None) -> None:
    table = Table.model_validate({"name": "orders", "key": {"pk": "S"}, "billing": billing})
    assert billing_difference(table, there) == sentence


def test_provisioned_capacity_goes_to_the_table_and_its_global_indexes() -> None:
    table = Table.model_validate({**TABLE.model_dump(), "billing": {"read": 3, "write": 4}})
    request = create_request(table, {"ddbload:owner": "me"})
    units = {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4}
    assert request["BillingMode"] == "PROVISIONED"
    assert request["ProvisionedThroughput"] == units
    assert request["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"] == units
    assert "ProvisionedThroughput" not in request["LocalSecondaryIndexes"][0]
    assert request["Tags"] == [{"Key": "ddbload:owner", "Value": "me"}]
