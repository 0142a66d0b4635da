"""Units of calls on several items: table by table, what was left over, what was cancelled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ddbload.operation import Draw, Outcome, fill
from ddbload.scenario.model import Scenario
from ddbload.workload import CompiledWorkload, compile_workload, item_at
from ddbload.workload.stream import Charge

Orders = Callable[..., Scenario]
HOME, AWAY = "", "shop-customers"


def first(scenario: Scenario, name: str) -> tuple[CompiledWorkload, Draw]:
    load = scenario.load.model_copy(update={"mix": {name: 1.0}})
    workload = compile_workload(scenario.model_copy(update={"load": load}))
    return workload, next(workload.open_loop(0, 1)).draws[0]


def charged(shop: Orders, name: str, outcome: str, reply: Any = None, **spec: Any) -> dict[str, tuple[float, float]]:
    """(read, write) of the first call, by table."""
    workload, draw = first(shop(operations={name: spec} if spec else {}), name)
    charges = workload.models[0](draw, Outcome(outcome), reply)
    return {one.table: (one.read, one.write) for one in charges}


@pytest.mark.parametrize("name", ["many", "bulk", "both", "checkout", "sql", "sql_batch", "sql_transaction"])
@pytest.mark.parametrize("outcome", ["throttled", "rejected", "late", "connection", "server_error"])
def test_what_was_not_done_is_not_charged(shop: Orders, name: str, outcome: str) -> None:
    assert charged(shop, name, outcome) == {}


def test_every_item_of_a_batch_is_read_by_itself(shop: Orders) -> None:
    assert charged(shop, "many", "ok") == {HOME: (4.0, 0.0), AWAY: (4.0, 0.0)}


def test_an_item_that_is_not_there_costs_the_minimum(shop: Orders) -> None:
    assert charged(shop, "many", "not_found", {"Responses": {}}) == {HOME: (4.0, 0.0), AWAY: (4.0, 0.0)}


def test_keys_that_were_left_over_are_not_charged(shop: Orders) -> None:
    reply: dict[str, Any] = {"Responses": {}, "UnprocessedKeys": {"shop-orders": {"Keys": [{}, {}, {}]}}}
    assert charged(shop, "many", "unprocessed", reply) == {HOME: (2.5, 0.0), AWAY: (4.0, 0.0)}


def test_puts_and_deletes_that_were_left_over_are_not_charged(shop: Orders) -> None:
    left: list[Any] = [{"PutRequest": {"Item": {}}}, {"PutRequest": {"Item": {}}}, {"DeleteRequest": {"Key": {}}}]
    reply = {"UnprocessedItems": {"shop-orders": left}}
    assert charged(shop, "bulk", "unprocessed", reply) == {HOME: (0.0, 5.0), AWAY: (0.0, 1.0)}


def test_a_batch_of_writes_that_timed_out_is_charged_as_if_done(shop: Orders) -> None:
    assert charged(shop, "bulk", "timeout") == {HOME: (0.0, 8.0), AWAY: (0.0, 1.0)}


def test_a_transaction_is_charged_twice_an_item(shop: Orders) -> None:
    assert charged(shop, "both", "ok") == {HOME: (2.0, 0.0), "shop-orders": (2.0, 0.0)}
    assert charged(shop, "checkout", "ok") == {HOME: (0.0, 6.0), AWAY: (0.0, 2.0)}


def test_a_cancelled_transaction_is_charged_as_well_without_its_indexes(shop: Orders) -> None:
    workload, draw = first(shop(), "checkout")
    done = workload.models[0](draw, Outcome.OK, {})
    cancelled = workload.models[0](draw, Outcome.CONDITION_FAILED, {"CancellationReasons": [{}]})
    assert [(one.table, one.write) for one in done] == [(one.table, one.write) for one in cancelled]
    assert all(not one.indexes for one in cancelled)


def test_a_conflict_is_charged_where_the_transaction_was_cancelled_for_it(shop: Orders) -> None:
    assert charged(shop, "guarded", "conflict") == {}
    assert charged(shop, "guarded", "conflict", {"CancellationReasons": [{"Code": "TransactionConflict"}]}) == {
        HOME: (0.0, 2.0), "shop-orders": (0.0, 2.0),
    }  # fmt: skip


def test_a_statement_of_a_batch_that_failed_is_charged_by_its_condition_alone(shop: Orders) -> None:
    def answers(*codes: str) -> dict[str, Any]:
        return {"Responses": [{"Error": {"Code": code}} if code else {} for code in codes]}

    assert charged(shop, "sql_batch", "ok", answers("", "", "", "")) == {HOME: (0.0, 3.0), AWAY: (0.0, 1.0)}
    failed = answers("ConditionalCheckFailed", "ThrottlingError", "", "ItemNotFound")
    assert charged(shop, "sql_batch", "throttled", failed) == {HOME: (0.0, 2.0)}


def test_items_that_are_not_loaded_are_not_there_for_the_model(shop: Orders) -> None:
    scenario = shop(values={"note": {"words": 1000}}, items={"order": {"load": False}})
    workload, draw = first(scenario, "drop")
    assert workload.models[0](draw, Outcome.OK, {}) == (Charge(0.0, 1.0, {}),)


def test_a_get_with_a_projection_is_charged_by_the_whole_item(shop: Orders) -> None:
    scenario = shop(values={"note": {"words": 1000}})
    workload, draw = first(scenario, "read")
    reply = {"Item": {"total": {"N": "1"}}}
    assert workload.models[0](draw, Outcome.OK, reply)[0].read >= 1.0
    request = fill(workload.operations[0].request, draw)
    sizes = {repr(item["pk"]) + repr(item["sk"]): item for item in item_at(scenario, "order").items(0, 1000)}
    assert repr(request["Key"]["pk"]) + repr(request["Key"]["sk"]) in sizes


def test_a_query_of_a_local_index_fetches_what_the_index_does_not_hold(shop: Orders) -> None:
    indexes = {"by_total": {"key": {"pk": "S", "total": "N"}, "project": "keys", "kind": "local"}}
    for projection, fetched in (("sk, total", 0.0), ("sk, #status", 5.0)):
        query = {"query": "order", "index": "by_total", "key": "pk = {pk}", "projection": projection}
        scenario = shop(tables={"orders": {"indexes": indexes}}, operations={"by_total": query})
        workload, draw = first(scenario, "by_total")
        items = [{"sk": {"S": "a"}}] * 10
        (charge,) = workload.models[0](draw, Outcome.OK, {"Items": items, "ScannedCount": 10})
        assert charge.read == fetched
        assert charge.indexes["by_total"][0] > 0
