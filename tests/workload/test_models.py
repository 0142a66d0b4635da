"""Units of one call: by outcome, by what the answer holds, and as DynamoDB Local reports them for the same call."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore import xform_name

from ddbload.operation import Draw, Outcome, fill
from ddbload.scenario.model import Scenario
from ddbload.workload import CompiledWorkload, compile_workload, item_at
from ddbload.workload.stream import Charge

Orders = Callable[..., Scenario]
NOTHING: tuple[Charge, ...] = ()


def first_draw(workload: CompiledWorkload) -> Draw:
    draw: Draw = next(workload.open_loop(0, 1)).draws[0]
    return draw


def charge(scenario: Scenario, outcome: Outcome, reply: dict[str, Any] | None = None) -> tuple[Charge, ...]:
    """The charges of the first call of a scenario of one operation."""
    workload = compile_workload(scenario)
    return tuple(workload.models[0](first_draw(workload), outcome, reply))


def one(orders: Orders, name: str, **spec: Any) -> Scenario:
    """The orders with 6,000-byte notes (so that an item takes 6 write units) and one operation."""
    return orders(
        values={"note": {"text": {"size": 6000}}}, operations={name: spec} if spec else {}, load={"mix": {name: 1}}
    )


@pytest.mark.parametrize("name", ["read", "recent", "place", "pay", "drop"])
@pytest.mark.parametrize("outcome", ["throttled", "rejected", "late", "connection", "server_error", "conflict"])
def test_what_was_not_done_is_not_charged(orders: Orders, name: str, outcome: str) -> None:
    assert charge(one(orders, name), Outcome(outcome)) == NOTHING


@pytest.mark.parametrize(("name", "charged"), [("read", False), ("recent", False), ("place", True), ("drop", True)])
def test_a_write_that_timed_out_is_charged_as_if_done_a_read_is_not(orders: Orders, name: str, charged: bool) -> None:
    assert (charge(one(orders, name), Outcome.TIMEOUT) != NOTHING) is charged


def test_a_get_is_charged_by_the_item_in_the_answer(orders: Orders) -> None:
    reply = {"Item": {"pk": {"S": "x" * 9000}}}
    assert charge(one(orders, "read"), Outcome.OK, reply) == (Charge(1.5, 0.0, {}),)
    assert charge(one(orders, "read", consistent=True), Outcome.OK, reply) == (Charge(3.0, 0.0, {}),)


def test_a_get_of_a_missing_item_costs_the_minimum(orders: Orders) -> None:
    assert charge(one(orders, "read"), Outcome.NOT_FOUND, {}) == (Charge(0.5, 0.0, {}),)


def test_a_get_whose_answer_was_lost_is_charged_by_the_item_as_loaded(orders: Orders) -> None:
    assert charge(one(orders, "read", missing="0%"), Outcome.CORRUPT) == (Charge(1.0, 0.0, {}),)
    assert charge(one(orders, "read", missing="100%"), Outcome.CORRUPT) == (Charge(0.5, 0.0, {}),)


def test_a_query_is_charged_by_all_the_items_of_its_page(orders: Orders) -> None:
    items = [{"pk": {"S": "x" * 1000}}] * 9
    assert charge(one(orders, "recent"), Outcome.OK, {"Items": items, "ScannedCount": 9}) == (Charge(1.5, 0.0, {}),)
    assert charge(one(orders, "recent"), Outcome.OK, {"Items": [], "ScannedCount": 0}) == (Charge(0.5, 0.0, {}),)


def test_what_a_filter_held_back_is_charged_as_well(orders: Orders) -> None:
    items = [{"pk": {"S": "x" * 1000}}]
    assert charge(one(orders, "recent"), Outcome.OK, {"Items": items, "ScannedCount": 10}) == (Charge(1.5, 0.0, {}),)


def test_a_query_of_an_index_is_charged_to_the_index(orders: Orders) -> None:
    scenario = one(orders, "recent", index="by_status", key="#status = {status}")
    reply = {"Items": [{"pk": {"S": "x" * 5000}}], "ScannedCount": 1}
    assert charge(scenario, Outcome.OK, reply) == (Charge(0.0, 0.0, {"by_status": (1.0, 0.0)}),)


def test_a_new_item_is_charged_with_its_index_entry(orders: Orders) -> None:
    assert charge(one(orders, "place"), Outcome.OK) == (Charge(0.0, 6.0, {"by_status": (0.0, 1.0)}),)


def test_a_put_over_the_same_item_does_not_touch_the_index(orders: Orders) -> None:
    assert charge(one(orders, "place", pick="uniform"), Outcome.OK) == (Charge(0.0, 6.0, {}),)


def test_a_failed_condition_is_charged_by_size_without_the_index(orders: Orders) -> None:
    assert charge(one(orders, "place"), Outcome.CONDITION_FAILED) == (Charge(0.0, 6.0, {}),)


def test_an_update_that_shrinks_the_item_is_charged_by_what_it_was(orders: Orders) -> None:
    scenario = one(orders, "pay", update_expression="REMOVE note", condition=None)
    assert charge(scenario, Outcome.OK) == (Charge(0.0, 6.0, {}),)


def test_an_update_of_an_index_key_writes_the_index_twice(orders: Orders) -> None:
    scenario = one(orders, "pay", update_expression="SET #status = 'returned'", condition=None)
    assert charge(scenario, Outcome.OK) == (Charge(0.0, 6.0, {"by_status": (0.0, 2.0)}),)


def test_an_update_of_a_missing_item_makes_a_small_one(orders: Orders) -> None:
    scenario = one(orders, "pay", update_expression="SET note2 = 'x'", condition=None, missing="100%")
    assert charge(scenario, Outcome.OK) == (Charge(0.0, 1.0, {}),)


def test_an_update_that_the_loaded_item_cannot_take_is_charged_by_its_size(orders: Orders) -> None:
    scenario = one(orders, "pay", update_expression="SET absent.inner = 1", condition=None)
    assert charge(scenario, Outcome.OK) == (Charge(0.0, 6.0, {}),)


def test_a_delete_is_charged_by_what_was_there(orders: Orders) -> None:
    assert charge(one(orders, "drop"), Outcome.OK) == (Charge(0.0, 6.0, {"by_status": (0.0, 1.0)}),)
    assert charge(one(orders, "drop", missing="100%"), Outcome.OK) == (Charge(0.0, 1.0, {}),)


# --- DynamoDB Local as the oracle -----------------------------------------------------------------------------------

ORACLE: dict[str, dict[str, Any]] = {
    "read": {"get": "order", "missing": "20%", "consistent": True},
    "recent": {"query": "order", "key": "pk = {pk}"},
    "open": {"query": "order", "index": "by_status", "key": "#status = {status}", "limit": 7},
    "place": {"put": "order", "pick": "next"},
    "again": {"put": "order", "pick": "sequential"},
    "take_back": {
        "update": "order",
        "pick": "sequential",
        "update_expression": "SET #status = 'returned', log = 'by {ref}' REMOVE note",
    },
    "touch": {"update": "order", "pick": "sequential", "missing": "30%", "update_expression": "SET seen = {placed}"},
    "remove": {"delete": "order", "pick": "sequential", "missing": "30%"},
}


@pytest.mark.parametrize("name", ORACLE)
def test_the_model_says_what_dynamodb_local_reports(orders: Orders, dynamodb_local: str, name: str) -> None:
    scenario = orders(
        table={"name": f"orders-{uuid.uuid4().hex[:8]}"},
        values={"note": {"text": {"size": {"uniform": {"min": 0, "max": 9000}}}}},
        items={"order": {"of": {"customer": 10, "number": 10}}},
        operations={name: ORACLE[name]},
        load={"mix": {name: 1}, "rate": 40.0, "phases": [{"hold": "1s"}]},
    )
    client = boto3.client(
        "dynamodb", endpoint_url=dynamodb_local, region_name="us-east-1",
        aws_access_key_id="test", aws_secret_access_key="test",
    )  # fmt: skip
    try:
        _create_and_load(client, scenario)
        workload = compile_workload(scenario)
        operation, model = workload.operations[0], workload.models[0]
        call = getattr(client, xform_name(operation.api))
        for draw in [draw for block in workload.open_loop(0, 1) for draw in block.draws]:
            reply = call(**fill(operation.request, draw))
            assert _reported(reply["ConsumedCapacity"], writes=operation.writes) == model(draw, Outcome.OK, reply)[0]
    finally:
        client.delete_table(TableName=scenario.every_table[0].name)
        client.close()


def _create_and_load(client: Any, scenario: Scenario) -> None:
    def schema(key: dict[str, Any]) -> list[dict[str, str]]:
        return [{"AttributeName": n, "KeyType": t} for n, t in zip(key, ("HASH", "RANGE"), strict=False)]

    table, index = scenario.every_table[0], scenario.every_table[0].indexes["by_status"]
    types, by_status = {**table.key, **index.attributes}, schema(index.attributes)
    client.create_table(
        TableName=table.name,
        KeySchema=schema(table.key),
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": t} for n, t in types.items()],
        GlobalSecondaryIndexes=[
            {"IndexName": "by_status", "KeySchema": by_status, "Projection": {"ProjectionType": "KEYS_ONLY"}}
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    for start in range(0, 100, 25):
        puts = [{"PutRequest": {"Item": item}} for item in item_at(scenario, "order").items(start, start + 25)]
        assert not client.batch_write_item(RequestItems={table.name: puts})["UnprocessedItems"]


def _reported(consumed: dict[str, Any], *, writes: bool) -> Charge:
    table = consumed["Table"]["CapacityUnits"]
    indexes = {name: part["CapacityUnits"] for name, part in consumed.get("GlobalSecondaryIndexes", {}).items()}
    if writes:
        return Charge(0.0, table, {name: (0.0, units) for name, units in indexes.items() if units})
    return Charge(table, 0.0, {name: (units, 0.0) for name, units in indexes.items() if units})
