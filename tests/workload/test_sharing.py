"""What actions and steps share: coordinates and values by name, several different items, new and latest ones."""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ddbload.errors import ScenarioError
from ddbload.operation import Call, fill
from ddbload.scenario.model import Scenario
from ddbload.workload import CompiledWorkload, compile_workload, item_at
from ddbload.workload.stream import Ask

Orders = Callable[..., Scenario]


def only(name: str, **load: Any) -> dict[str, Any]:
    return {"mix": {name: 1}, **load}


def requests(workload: CompiledWorkload, worker: int = 0, workers: int = 1) -> list[dict[str, Any]]:
    """The requests of the plain calls of a workload."""
    return [
        fill(workload.operations[operation].request, draw)
        for block in workload.open_loop(worker, workers)
        for operation, draw in zip(block.operations, block.draws, strict=True)
    ]


def steps(workload: CompiledWorkload, worker: int = 0, workers: int = 1) -> dict[int, list[str]]:
    """The requests of every session by its slot, where each answer is empty and every think time is told."""
    found: dict[int, list[str]] = {}
    for block in workload.open_loop(worker, workers):
        for slot, operation, draw in zip(block.slots, block.operations, block.draws, strict=True):
            found[slot] = told(workload, slot, operation, draw)
    return found


def told(workload: CompiledWorkload, slot: int, operation: int, draw: Any) -> list[str]:
    plain = len(workload.operations)
    if operation < plain:
        return [repr((operation, fill(workload.operations[operation].request, draw)))]
    said: list[str] = []
    course = workload.flows[operation - plain].begin(slot, draw)
    came: Any = None
    while True:
        try:
            wish = course.send(came)
        except StopIteration:
            return said
        if isinstance(wish, Ask):
            said.append(repr((wish.operation, fill(workload.operations[wish.operation].request, wish.draw))))
            came = answer(wish)
        else:
            said.append(repr(wish))
            came = None


def answer(ask: Ask) -> Any:
    call = Call(ask.operation, 0, None, ask.draw, 0)
    call.reply = {"Items": [{"sk": {"S": "order#1"}}, {"sk": {"S": "order#2"}}]}
    return call


MIX = {"many": 3, "bulk": 2, "place": 2, "newest": 3, "visit": 3, "checkout": 1, "read": 2}
POISSON = {"mix": MIX, "arrivals": "poisson", "rate": 1500.0, "phases": [{"hold": "1s"}]}


@pytest.mark.parametrize("workers", [2, 7])
def test_sessions_batches_next_and_latest_do_not_depend_on_the_number_of_workers(shop: Orders, workers: int) -> None:
    alone = steps(compile_workload(shop(load=POISSON)))
    shares = [steps(compile_workload(shop(load=POISSON)), worker, workers) for worker in range(workers)]
    assert dict(itertools.chain(*(share.items() for share in shares))) == alone
    assert len(alone) > 1000


def test_the_items_of_one_batch_are_all_different(shop: Orders) -> None:
    for request in requests(compile_workload(shop(load=only("many")))):
        for table in request["RequestItems"].values():
            assert len({repr(key) for key in table["Keys"]}) == len(table["Keys"])


def test_two_actions_on_one_family_pick_different_items(shop: Orders) -> None:
    batch = {"batch_get": [{"get": "customer", "count": 30}, {"get": "customer", "count": 20}]}
    scenario = shop(operations={"many": batch}, load=only("many"))
    for request in requests(compile_workload(scenario))[:50]:
        (table,) = request["RequestItems"].values()
        assert sorted(int(key["id"]["N"]) for key in table["Keys"]) == list(range(50))


def test_actions_of_one_call_share_their_coordinates_by_name(shop: Orders) -> None:
    for request in requests(compile_workload(shop(load=only("both")))):
        customer, order = (one["Get"]["Key"] for one in request["TransactItems"])
        assert order["pk"]["S"] == f"cust#{customer['id']['N']}"


def test_a_named_value_is_one_for_all_actions_of_a_call(shop: Orders) -> None:
    for request in requests(compile_workload(shop(load=only("sql_batch")))):
        totals = {repr(one["Parameters"][0]) for one in request["Statements"][:3]}
        assert len(totals) == 1


def test_new_items_of_a_batch_follow_each_other_without_gaps(shop: Orders) -> None:
    scenario = shop(
        operations={"bulk": {"batch_write": [{"put": "customer", "pick": "next", "count": 3}]}},
        load=only("bulk", rate=50.0),
    )
    puts = [one for request in requests(compile_workload(scenario)) for one in request["RequestItems"].popitem()[1]]
    assert [int(one["PutRequest"]["Item"]["id"]["N"]) for one in puts] == list(range(50, 50 + len(puts)))


def test_next_of_the_first_coordinate_alone_makes_new_items_of_customers_that_are_there(shop: Orders) -> None:
    items = [request["Item"] for request in requests(compile_workload(shop(load=only("place"))))]
    assert [item["sk"]["S"] for item in items] == [f"order#{20 + ordinal}" for ordinal in range(len(items))]
    assert {int(item["pk"]["S"].removeprefix("cust#")) for item in items} <= set(range(50))


def test_new_items_of_new_values_of_the_first_coordinate_go_round_the_others(shop: Orders) -> None:
    bulk = {"batch_write": [{"put": "order", "pick": "next", "count": 10}]}
    scenario = shop(operations={"bulk": bulk}, load={"mix": {"bulk": 9, "place": 1}, "rate": 20.0})
    sent = [request["RequestItems"] for request in requests(compile_workload(scenario)) if "RequestItems" in request]
    items = [put["PutRequest"]["Item"] for tables in sent for put in tables["shop-orders"]]
    assert len({item["sk"]["S"] for item in items}) == len(items)
    assert max(Counter(item["pk"]["S"] for item in items).values()) <= len(items) / 50 + 2


def test_latest_looks_back_from_what_next_has_reached(shop: Orders) -> None:
    scenario = shop(
        operations={
            "add": {"put": "customer", "pick": "next"},
            "latest": {"get": "customer", "pick": {"latest": 1.5}},
        },
        load={"mix": {"add": 1, "latest": 1}},
    )
    workload = compile_workload(scenario)
    newest, ranks = 49, []
    for block in workload.open_loop(0, 1):
        for operation, draw in zip(block.operations, block.draws, strict=True):
            request = fill(workload.operations[operation].request, draw)
            if "Item" in request:
                newest += 1
                assert request["Item"]["id"]["N"] == str(newest)
            else:
                ranks.append(newest - int(request["Key"]["id"]["N"]))
    assert min(ranks) == 0
    assert Counter(ranks).most_common(1)[0][0] == 0
    assert newest > 200


def test_a_gaussian_pick_has_its_middle_where_it_was_asked_for(shop: Orders) -> None:
    pick = {"gaussian": {"mean": "20%", "deviation": "5%"}}
    scenario = shop(operations={"read": {"get": "customer", "pick": pick}}, load=only("read"))
    numbers = [int(request["Key"]["id"]["N"]) for request in requests(compile_workload(scenario))]
    assert np.mean(numbers) == pytest.approx(0.2 * 50 - 0.5, abs=0.5)


def test_only_some_items_have_a_sparse_attribute_and_a_put_writes_it_as_loaded(shop: Orders) -> None:
    scenario = shop(load=only("write"))
    maker = item_at(scenario, "order")
    share = sum("flagged" in item for item in maker.items(0, 1000)) / 1000
    assert share == pytest.approx(0.3, abs=0.05)
    loaded = {repr(item) for item in maker.items(0, 1000)}
    workload = compile_workload(scenario)
    for request in requests(workload):
        assert repr(request["Item"]) in loaded


def test_more_different_items_than_there_are_is_an_error(shop: Orders) -> None:
    batch = {"batch_get": [{"get": "customer", "count": 60}]}
    with pytest.raises(ScenarioError, match="60 different items"):
        compile_workload(shop(operations={"many": batch}, load=only("many")))


def test_a_new_item_cannot_have_a_first_coordinate_that_is_fixed(shop: Orders) -> None:
    items = {"order": {"of": {"customer": 50, "number": 20}}}
    both = {"transact_write": [{"update": "customer", "add": {"orders": 1}}, {"put": "order", "pick": "next"}]}
    with pytest.raises(ScenarioError, match="a new 'order' needs a new 'customer'"):
        compile_workload(shop(items=items, operations={"checkout": both}, load=only("checkout")))
    visit = {"session": ["peek", "add"]}
    steps = {"peek": {"get": "customer"}, "add": {"put": "order", "pick": "next"}, "visit": visit}
    with pytest.raises(ScenarioError, match="a new 'order' needs a new 'customer'"):
        compile_workload(shop(items=items, operations=steps, load=only("visit")))
    visit["session"].insert(1, {"fresh": ["customer"]})  # type: ignore[arg-type]  # a step
    compile_workload(shop(items=items, operations=steps, load=only("visit")))


def test_several_items_cannot_be_picked_where_all_coordinates_are_fixed(shop: Orders) -> None:
    batch = {"transact_get": [{"get": "customer"}, {"get": "customer", "count": 3}]}
    with pytest.raises(ScenarioError, match="fixed"):
        compile_workload(shop(operations={"both": batch}, load=only("both")))


def test_each_call_with_a_token_has_another_one(shop: Orders) -> None:
    tokens = [request["ClientRequestToken"] for request in requests(compile_workload(shop(load=only("checkout"))))]
    assert len(set(tokens)) == len(tokens)


def test_the_tokens_of_a_run_are_its_own_and_nothing_else_is(shop: Orders) -> None:
    scenario = shop(load=only("checkout"))
    first, again, other = (requests(compile_workload(scenario, salt=salt)) for salt in ("one", "one", "two"))
    tokens = [[one.pop("ClientRequestToken") for one in run] for run in (first, again, other)]
    assert tokens[0] == tokens[1]
    assert not set(tokens[0]) & set(tokens[2])
    assert first == other


def test_streams_have_mixes_of_their_own(shop: Orders) -> None:
    streams = {"web": {"mix": {"read": 3, "both": 1}, "rate": 400.0}, "jobs": {"mix": {"look": 1}, "rate": 20.0}}
    scenario = shop(load={"mix": None, "rate": None, "streams": streams})
    workload = compile_workload(scenario)
    names = [operation.name for operation in workload.operations]
    assert names == ["read", "both", "look"]
    counted = Counter(names[operation] for block in workload.open_loop(0, 1) for operation in block.operations)
    assert counted["look"] == 20
    assert counted["both"] / (counted["read"] + counted["both"]) == pytest.approx(0.25, abs=0.06)
    shares = [list(itertools.chain(*(block.slots for block in workload.open_loop(w, 3)))) for w in range(3)]
    assert sorted(itertools.chain(*shares)) == list(range(420))


def test_a_partition_key_is_told_as_a_person_reads_it(shop: Orders) -> None:
    workload = compile_workload(shop(load=only("both")))
    block = next(workload.open_loop(0, 1))
    request = fill(workload.operations[0].request, block.draws[0])
    customer, order = (one["Get"] for one in request["TransactItems"])
    assert [workload.partition_text(one) for one in workload.touches[0](block.draws[0])] == [
        f"shop-customers id={customer['Key']['id']['N']}",
        f"shop-orders pk={order['Key']['pk']['S']}",
    ]


def test_a_query_by_partition_tells_it_and_one_of_an_index_does_not(shop: Orders) -> None:
    for name, known in (("history", True), ("counted", False)):
        workload = compile_workload(shop(load=only(name)))
        draw = next(workload.open_loop(0, 1)).draws[0]
        assert bool(workload.touches[0](draw)) is known


GOLDEN = {
    "many": "bcb2270aa77be075",
    "bulk": "d6e7c870f847b40d",
    "checkout": "6252cbe7a69d42bd",
    "sql_batch": "8e1ba7aa760cbe15",
    "newest": "864087094771d95b",
    "visit": "b21fba798e14e7d8",
}


@pytest.mark.parametrize("name", GOLDEN)
def test_the_requests_of_this_seed_are_the_ones_recorded(shop: Orders, name: str) -> None:
    scenario = shop(load={"mix": {name: 3, "place": 1}, "rate": 300.0})
    found = steps(compile_workload(scenario))
    assert hashlib.sha256(repr(found).encode()).hexdigest()[:16] == GOLDEN[name]


def test_items_of_two_families_with_equal_partition_keys_lie_together(shop: Orders) -> None:
    profile = {"table": "orders", "of": {"customer": 50}, "shape": {"pk": "cust#{customer}", "sk": "profile"}}
    both = {"transact_get": [{"get": "profile"}, {"get": "order"}]}
    scenario = shop(items={"profile": profile}, operations={"both": both}, load=only("both"))
    workload = compile_workload(scenario)
    for draw in next(workload.open_loop(0, 1)).draws[:50]:
        first, second = workload.touches[0](draw)
        assert first == second


@pytest.mark.parametrize("count", [1, 20, 300])
def test_closed_slots_go_on_the_same_however_many_calls_are_taken(shop: Orders, count: int) -> None:
    load = {"mix": {"visit": 1, "bulk": 1}, "arrivals": {"closed": {"concurrency": 3}}, "rate": None}

    def first(taken: int) -> list[list[str]]:
        workload = compile_workload(shop(load=load))
        found: list[list[str]] = []
        for block in workload.closed_loop(1):
            for slot, operation, draw in zip(block.slots, block.operations, block.draws, strict=True):
                found.append(told(workload, slot, operation, draw))
            if len(found) >= taken:
                return found[:taken]
        raise AssertionError("a closed loop has no end")

    assert first(count) == first(300)[:count]
