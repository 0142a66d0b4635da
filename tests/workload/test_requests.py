"""Requests: names resolved, types kept, one place for one value, and accepted by botocore's own model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from ddbload.operation import Slot, Template, fill
from ddbload.scenario.model import Scenario
from ddbload.workload import compile_operation, compile_workload
from ddbload.workload.shape import Coordinate, FreshValue, ItemNumber, ItemValue

Orders = Callable[..., Scenario]


@pytest.fixture(scope="module")
def service() -> Any:
    return botocore.session.get_session().get_service_model("dynamodb")


EVERYTHING: dict[str, Any] = {
    "get": {"get": "order", "consistent": True},
    "put": {"put": "order", "condition": "attribute_not_exists(pk) OR #status <> {status}"},
    "update": {
        "update": "order",
        "update_expression": "SET #status = {status}, n = if_not_exists(n, 0) + {floor}, t[0] = 'a{ref}b' ADD hits 1",
        "condition": "note <> {note} AND live = true AND gone = null",
    },
    "delete": {"delete": "order", "condition": "size(note) > 3"},
    "query": {
        "query": "order",
        "index": "by_status",
        "key": "#status = {status} AND placed < {placed}",
        "filter": "pk <> {pk}",
        "limit": 5,
        "descending": True,
    },
}
SHAPE = {
    "pk": "c{customer}",
    "sk": "{number}",
    "status": "{status}",
    "placed": "{placed}",
    "note": "{note}",
    "photo": "{photo}",
    "gift": "{gift}",
    "all": ["{ref}", {"n": "{floor}", "b": "{photo}"}, None, 1.5],
}


@pytest.mark.parametrize("name", EVERYTHING)
def test_botocore_accepts_the_request_of_every_kind_of_operation(orders: Orders, service: Any, name: str) -> None:
    scenario = orders(
        items={"order": {"shape": SHAPE}}, operations=EVERYTHING, load={"mix": {name: 1}, "phases": [{"hold": "50ms"}]}
    )
    workload = compile_workload(scenario)
    (operation,) = workload.operations
    for block in workload.open_loop(0, 1):
        for draw in block.draws:
            request = fill(operation.request, draw)
            report = ParamValidator().validate(request, service.operation_model(operation.api).input_shape)
            assert not report.has_errors(), report.generate_report()


ALL = ["read", "write", "place", "newest", "change", "drop", "recent", "history", "counted", "look", "many", "bulk",
       "both", "checkout", "guarded", "sql", "sql_pages", "sql_batch", "sql_transaction", "pay"]  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_botocore_accepts_the_requests_of_the_whole_language(shop: Orders, service: Any, name: str) -> None:
    workload = compile_workload(shop(load={"mix": {name: 1}, "rate": 100.0}))
    (operation,) = workload.operations
    shape = service.operation_model(operation.api).input_shape
    for block in workload.open_loop(0, 1):
        for draw in block.draws:
            report = ParamValidator().validate(fill(operation.request, draw), shape)
            assert not report.has_errors(), report.generate_report()


def test_every_request_asks_for_the_units_that_it_consumes(shop: Orders) -> None:
    for name in ALL:
        assert compile_operation(shop(), name).operation.request["ReturnConsumedCapacity"] == "INDEXES"


def test_get_asks_for_the_key_alone(orders: Orders) -> None:
    assert compile_operation(orders(), "read").operation.request == {
        "TableName": "orders",
        "Key": {"pk": Template("S", ("cust#", Slot(0))), "sk": Template("S", ("order#", Slot(1)))},
        "ReturnConsumedCapacity": "INDEXES",
    }


def test_a_draw_ends_with_the_items_number_which_the_request_does_not_use(orders: Orders) -> None:
    compiled = compile_operation(orders(), "read")
    assert compiled.sources == (Coordinate("customer"), Coordinate("number"), ItemNumber())
    assert compiled.number == 2
    assert compile_operation(orders(), "recent").number is None


def test_query_says_only_what_was_asked_for(orders: Orders) -> None:
    request = compile_operation(orders(), "recent").operation.request
    assert request == {
        "TableName": "orders",
        "KeyConditionExpression": "#n0 = :v0 AND begins_with(#n1, :v1)",
        "ExpressionAttributeNames": {"#n0": "pk", "#n1": "sk"},
        "ExpressionAttributeValues": {":v0": Template("S", ("cust#", Slot(0))), ":v1": {"S": "order#"}},
        "Limit": 20,
        "ReturnConsumedCapacity": "INDEXES",
    }


def test_query_options_reach_the_request(orders: Orders) -> None:
    operation = compile_operation(orders(operations=EVERYTHING), "query").operation
    assert operation.index == operation.request["IndexName"] == "by_status"
    assert (operation.request["Limit"], operation.request["ScanIndexForward"]) == (5, False)


def sent(orders: Orders, condition: str) -> tuple[Any, tuple[Any, ...]]:
    """What an update sends for the value of `note = VALUE`, and the sources of its draw."""
    spec = {"update": "order", "update_expression": "REMOVE hold", "condition": condition}
    compiled = compile_operation(orders(operations={"pay": spec}), "pay")
    return compiled.operation.request["ExpressionAttributeValues"][":v0"], compiled.sources


NAMES = [
    ("a coordinate is a number", "note = {number}", Template("N", (Slot(1),)), Coordinate("number")),
    ("a key is that of the picked item", "note = {sk}", Template("S", ("order#", Slot(1))), Coordinate("number")),
    ("a value is drawn for the call", "note = {status}", Template("S", (Slot(2),)), FreshValue("status")),
    ("a value keeps its type", "note = {photo}", Template("B", (Slot(2),)), FreshValue("photo")),
    ("a name within a text", "note = 'a{ref}b'", Template("S", ("a", Slot(2), "b")), FreshValue("ref")),
    ("a key within a text", "note = '<{pk}>'", Template("S", ("<", "cust#", Slot(0), ">")), Coordinate("customer")),
    ("a text without a name", "note = 'plain'", {"S": "plain"}, Coordinate("customer")),
    ("a number", "note = 5.50", {"N": "5.50"}, Coordinate("customer")),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "expected", "source"), [row[1:] for row in NAMES], ids=[row[0] for row in NAMES])
def test_what_a_name_in_an_expression_stands_for(orders: Orders, condition: str, expected: Any, source: Any) -> None:
    value, sources = sent(orders, condition)
    assert value == expected
    assert source in sources


def test_an_attribute_that_is_no_value_is_that_of_the_picked_item(orders: Orders) -> None:
    scenario = orders(
        items={"order": {"shape": {"pk": "{customer}", "sk": "{number}", "level": "{floor}"}}},
        operations={"pay": {"update_expression": "SET note = {level}", "condition": "attribute_exists(pk)"}},
    )
    compiled = compile_operation(scenario, "pay")
    assert ItemValue("floor") in compiled.sources
    assert compiled.operation.request["ExpressionAttributeValues"] == {":v0": Template("N", (Slot(2),))}


def test_a_value_used_in_several_places_of_a_call_is_one(orders: Orders) -> None:
    spec = {"update": "order", "update_expression": "SET a = {ref}, b = 'x{ref}'", "condition": "c <> {ref}"}
    compiled = compile_operation(orders(operations={"pay": spec}), "pay")
    assert compiled.sources.count(FreshValue("ref")) == 1
    values = compiled.operation.request["ExpressionAttributeValues"].values()
    assert list(values) == [Template("S", (Slot(2),)), Template("S", ("x", Slot(2)))]
