"""A scenario's table against a described one."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ddbload.scenario.model import Table
from ddbload.target.schema import create_request, differences, remarks, ttl_request

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
    assert remarks(table, there) == ([sentence] if sentence else [])


FACTS = {"class": "infrequent-access", "streams": "new-image", "ttl": "expires", "replicas": ["eu-west-1"]}


@pytest.mark.parametrize(
    ("there", "expiry", "sentences"),
    [
        (
            {},
            None,
            [
                "table orders is of class standard, the scenario says of class infrequent-access",
                "table orders is without streams, the scenario says with streams of new-image",
                "table orders is without a time to live, the scenario says with items that expire by expires",
                "table orders is in one region, the scenario says replicated to eu-west-1",
            ],
        ),
        (
            {
                "TableClassSummary": {"TableClass": "STANDARD_INFREQUENT_ACCESS"},
                "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
                "Replicas": [{"RegionName": "eu-west-1"}],
            },
            "expires",
            [],
        ),
    ],
    ids=["none of them", "all of them"],
)
def test_each_fact_that_is_otherwise_is_told(there: dict[str, Any], expiry: str | None, sentences: list[str]) -> None:
    table = Table.model_validate({"name": "orders", "key": {"pk": "S"}, **FACTS})
    assert remarks(table, there, expiry) == sentences


def test_the_facts_of_a_table_go_into_the_requests_that_create_it() -> None:
    cap = {"on_demand": {"max_read": 4000, "max_write": 1000}}
    indexes = {"by_day": {"key": {"partition": {"shop": "S", "day": "S"}, "sort": {"at": "N"}}}}
    table = Table.model_validate({"name": "orders", "key": {"pk": "S"}, **FACTS, "billing": cap, "indexes": indexes})
    request = create_request(table, {})
    most = {"MaxReadRequestUnits": 4000, "MaxWriteRequestUnits": 1000}
    assert (request["BillingMode"], request["OnDemandThroughput"]) == ("PAY_PER_REQUEST", most)
    assert request["GlobalSecondaryIndexes"][0]["OnDemandThroughput"] == most
    assert request["TableClass"] == "STANDARD_INFREQUENT_ACCESS"
    assert request["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    assert [each["KeyType"] for each in request["GlobalSecondaryIndexes"][0]["KeySchema"]] == ["HASH", "HASH", "RANGE"]
    assert ttl_request(table) == {
        "TableName": "orders",
        "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "expires"},
    }


def test_a_key_of_several_attributes_is_compared_with_its_roles() -> None:
    wide = {"partition": {"shop": "S", "day": "S"}, "sort": {"at": "N"}}
    table = Table.model_validate({"name": "orders", "key": {"pk": "S"}, "indexes": {"by_day": {"key": wide}}})
    there = dict(create_request(table, {}))
    assert differences(table, there) == []
    there["GlobalSecondaryIndexes"][0]["KeySchema"][1]["KeyType"] = "RANGE"
    (sentence,) = differences(table, there)
    assert sentence == (
        "the key of index by_day is {partition: {shop: S}, sort: {day: S, at: N}},"
        " the scenario says {partition: {shop: S, day: S}, sort: {at: N}}"
    )


def test_provisioned_capacity_goes_to_the_table_and_its_global_indexes() -> None:
    table = Table.model_validate({**TABLE.model_dump(by_alias=True), "billing": {"read": 3, "write": 4}})
    request = create_request(table, {"ddbload:owner": "me"})
    units = {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4}
    assert request["BillingMode"] == "PROVISIONED"
    assert request["ProvisionedThroughput"] == units
    assert request["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"] == units
    assert "ProvisionedThroughput" not in request["LocalSecondaryIndexes"][0]
    assert request["Tags"] == [{"Key": "ddbload:owner", "Value": "me"}]
