"""The stream of calls: the same for any number of workers, by weight, by pick, and held to the bit."""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from ddbload.errors import ScenarioError
from ddbload.operation import Draw, fill
from ddbload.scenario.model import Scenario
from ddbload.workload import CompiledWorkload, compile_workload, item_at
from ddbload.workload.stream import Block, Workload

Orders = Callable[..., Scenario]
Call = tuple[int, int, int, Draw]


def calls(blocks: list[Block]) -> list[Call]:
    return [call for b in blocks for call in zip(b.slots, b.due_ns, b.operations, b.draws, strict=True)]


def open_calls(workload: CompiledWorkload, worker: int = 0, workers: int = 1) -> list[Call]:
    return calls(list(workload.open_loop(worker, workers)))


def closed_calls(workload: CompiledWorkload, slot: int, count: int) -> list[Call]:
    found: list[Call] = []
    for block in workload.closed_loop(slot):
        found += calls([block])
        if len(found) >= count:
            return found[:count]
    raise AssertionError("a closed loop has no end")


def number_of(draw: Draw) -> int:
    """The number of the item, which stands last."""
    number = draw[-1]
    assert isinstance(number, int)
    return number


def keys(workload: CompiledWorkload, found: list[Call], name: str) -> list[dict[str, Any]]:
    """The keys that the calls of one operation name, in order."""
    position = [operation.name for operation in workload.operations].index(name)
    request = workload.operations[position].request
    where = request["Key"] if "Key" in request else {n: request["Item"][n] for n in ("pk", "sk")}
    return [fill(where, draw) for _, _, operation, draw in found if operation == position]


def test_a_compiled_workload_keeps_the_engines_contract(orders: Orders) -> None:
    workload: Workload = compile_workload(orders())
    assert workload.concurrency is None
    assert [operation.name for operation in workload.operations] == ["read", "recent", "place", "pay", "drop"]
    assert len(workload.models) == len(workload.operations)


@pytest.mark.parametrize("arrivals", ["constant", "poisson"])
@pytest.mark.parametrize("workers", [2, 7])
def test_any_number_of_workers_makes_the_same_calls(orders: Orders, arrivals: str, workers: int) -> None:
    alone = open_calls(compile_workload(orders(load={"arrivals": arrivals})))
    shares = [
        open_calls(compile_workload(orders(load={"arrivals": arrivals})), worker, workers) for worker in range(workers)
    ]
    assert sorted(itertools.chain(*shares)) == alone
    for worker, share in enumerate(shares):
        assert {slot % workers for slot, *_ in share} == {worker}
        assert [due for _, due, _, _ in share] == sorted(due for _, due, _, _ in share)


def test_slots_are_numbered_without_gaps(orders: Orders) -> None:
    workload = compile_workload(orders())
    assert [slot for slot, *_ in open_calls(workload)] == list(range(sum(workload.due_by_span())))


def test_the_calls_of_this_seed_are_the_ones_recorded(orders: Orders) -> None:
    found = open_calls(compile_workload(orders(load={"arrivals": "poisson"})))
    assert hashlib.sha256(repr(found).encode()).hexdigest()[:24] == "4ed648d64d73cab2c38c5d30"


def test_another_seed_makes_other_calls(orders: Orders) -> None:
    first, second = (open_calls(compile_workload(orders(seed=seed))) for seed in (1, 2))
    assert [call[1] for call in first] == [call[1] for call in second]  # constant arrivals do not depend on it
    assert sum(a[3] == b[3] for a, b in zip(first, second, strict=True)) < len(first) / 20


def test_operations_come_by_their_weight(orders: Orders) -> None:
    found = open_calls(compile_workload(orders(load={"rate": 10_000.0, "phases": [{"hold": "5s"}]})))
    shares = Counter(operation for _, _, operation, _ in found)
    assert [shares[i] / len(found) for i in range(5)] == pytest.approx([0.6, 0.1, 0.15, 0.1, 0.05], abs=0.01)


def test_offered_counts_the_measured_phases(orders: Orders) -> None:
    workload = compile_workload(orders())
    assert workload.due_by_span() == (500, 750, 2000)
    assert workload.expected_by_span() == (500.0, 750.0, 2000.0)
    assert workload.offered() == 2750


def test_next_makes_new_items_one_after_another(orders: Orders) -> None:
    scenario = orders()
    workload, maker = compile_workload(scenario), item_at(scenario, "order")
    placed = keys(workload, open_calls(workload), "place")
    assert placed == maker.keys(1000, 1000 + len(placed))


def test_two_operations_that_insert_share_one_sequence(orders: Orders) -> None:
    scenario = orders(
        operations={"also": {"put": "order", "pick": "next"}}, load={"mix": {"place": 1, "also": 1, "read": 1}}
    )
    workload = compile_workload(scenario)
    found = open_calls(workload)
    placed = keys(workload, found, "place") + keys(workload, found, "also")
    expected = item_at(scenario, "order").keys(1000, 1000 + len(placed))
    assert sorted(map(repr, placed)) == sorted(map(repr, expected))


def test_a_sequential_pick_goes_through_all_items_and_starts_again(orders: Orders) -> None:
    scenario = orders(load={"mix": {"drop": 1}})
    workload = compile_workload(scenario)
    found = keys(workload, open_calls(workload), "drop")
    assert found[:1000] == item_at(scenario, "order").keys(0, 1000)
    assert found[1000:2000] == found[:1000]


def test_the_share_of_missing_items_is_kept_and_none_of_them_was_loaded(orders: Orders) -> None:
    scenario = orders(load={"rate": 5000.0})
    workload = compile_workload(scenario)
    read = keys(workload, open_calls(workload), "read")
    loaded = {repr(key) for key in item_at(scenario, "order").keys(0, 20_000)}  # and those that a run inserts
    missing = [key for key in read if repr(key) not in loaded]
    assert len(missing) / len(read) == pytest.approx(0.1, abs=0.01)


def test_the_missing_items_of_one_operation_are_not_those_of_another(orders: Orders) -> None:
    operations = {name: {"get": "order", "missing": "100%"} for name in ("one", "two")}
    workload = compile_workload(orders(operations=operations, load={"mix": {"one": 1, "two": 1}}))
    found = open_calls(workload)
    first, second = ({repr(key) for key in keys(workload, found, name)} for name in ("one", "two"))
    assert first
    assert not first & second


def test_a_hot_customer_is_hot_for_every_operation(orders: Orders) -> None:
    operations = {name: {"get": "order", "pick": {"customer": {"zipf": 1.2}}} for name in ("one", "two")}
    workload = compile_workload(orders(operations=operations, load={"mix": {"one": 1, "two": 1}}))
    found = open_calls(workload)
    hottest = [Counter(key["pk"]["S"] for key in keys(workload, found, name)).most_common(3) for name in ("one", "two")]
    assert [name for name, _ in hottest[0]] == [name for name, _ in hottest[1]]


def test_a_hotspot_over_all_items_gets_its_share(orders: Orders) -> None:
    pick = {"hotspot": {"items": "1%", "share": "80%"}}
    workload = compile_workload(orders(operations={"read": {"pick": pick, "missing": "0%"}}, load={"mix": {"read": 1}}))
    counted = Counter(repr(key) for key in keys(workload, open_calls(workload), "read"))
    hot = sum(count for _, count in counted.most_common(10))
    assert hot / counted.total() == pytest.approx(0.8, abs=0.03)


def test_an_inserted_item_is_the_item_of_its_number(orders: Orders) -> None:
    scenario = orders(load={"mix": {"place": 1}})
    workload, maker = compile_workload(scenario), item_at(scenario, "order")
    request = workload.operations[0].request["Item"]
    for draw in [call[3] for call in open_calls(workload)][:50]:
        assert fill(request, draw) == maker.item(number_of(draw))


def test_a_put_over_loaded_items_writes_each_as_it_was_loaded(orders: Orders) -> None:
    scenario = orders(operations={"place": {"put": "order", "pick": "uniform"}}, load={"mix": {"place": 1}})
    workload, maker = compile_workload(scenario), item_at(scenario, "order")
    for draw in [call[3] for call in open_calls(workload)][:50]:
        number = number_of(draw)
        assert number < 1000
        assert fill(workload.operations[0].request["Item"], draw) == maker.item(number)


CLOSED = {"arrivals": {"closed": {"concurrency": 8, "think": "2ms"}}, "rate": None}


def test_every_closed_slot_has_a_stream_of_its_own(orders: Orders) -> None:
    workload = compile_workload(orders(load=CLOSED))
    assert (workload.concurrency, workload.think_ns, workload.offered()) == (8, 2_000_000, 0)
    streams = [closed_calls(workload, slot, 100) for slot in range(8)]
    assert [[number for number, *_ in stream] for stream in streams] == [
        [(slot << 40) + j for j in range(100)] for slot in range(8)
    ]
    assert len({repr([call[2:] for call in stream]) for stream in streams}) == 8


def test_a_shorter_closed_run_is_a_prefix_of_a_longer_one(orders: Orders) -> None:
    first, second = (compile_workload(orders(load=CLOSED)) for _ in range(2))
    assert closed_calls(first, 3, 5000)[:700] == closed_calls(second, 3, 700)


def test_closed_slots_never_insert_the_same_item(orders: Orders) -> None:
    workload = compile_workload(orders(load=CLOSED))
    position = [operation.name for operation in workload.operations].index("place")
    numbers = [
        number_of(draw)
        for slot in range(8)
        for _, _, operation, draw in closed_calls(workload, slot, 1000)
        if operation == position
    ]
    assert len(set(numbers)) == len(numbers) > 1000
    assert min(numbers) >= 1000


def test_a_percentage_means_concurrency_in_a_closed_loop(orders: Orders) -> None:
    phases = [{"warm": "1s", "at": "25%"}, {"ramp": "1s", "to": "100%"}, {"hold": "1s"}, {"hold": "1s", "at": "1%"}]
    workload = compile_workload(orders(load=CLOSED | {"phases": phases}))
    times = [0, 10**9 - 1, 15 * 10**8, 2 * 10**9, 3 * 10**9, 4 * 10**9]
    assert [workload.active(t) for t in times] == [2, 2, 5, 8, 1, 0]


WRONG = [
    ("a mix of an unknown operation", {"load": {"mix": {"raed": 1}}}, "raed"),
    ("a mix of nothing", {"load": {"mix": {"read": 0}}}, "weight"),
    ("an open loop without a rate", {"load": {"rate": None}}, "load.rate"),
    ("items that there are not", {"operations": {"read": {"get": "ordre"}}}, "ordre"),
    ("too many items", {"items": {"order": {"of": {"customer": 10**12, "number": 10**6}}}}, "too many"),
    ("a range without numbers", {"values": {"floor": {"number": {"min": 9, "max": 3}}}}, "min <= max"),
    ("a lone brace in a shape", {"items": {"order": {"shape": {"pk": "{customer", "sk": "x"}}}}, "lone"),
    ("a name in a shape without meaning", {"items": {"order": {"shape": {"pk": "{cust}", "sk": "x"}}}}, "'cust'"),
    ("a name in an expression without meaning", {"operations": {"recent": {"key": "pk = {pq}"}}}, "'pq'"),
    ("a condition that cannot be read", {"operations": {"drop": {"condition": "pk =="}}}, "position"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "says"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_scenario_that_contradicts_itself_is_refused(orders: Orders, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ScenarioError, match=says):
        compile_workload(orders(**changes))


def test_a_call_that_names_nothing_has_an_empty_draw(orders: Orders) -> None:
    worklist = {"query": "order", "index": "by_status", "key": "#status = 'open'"}
    found = open_calls(compile_workload(orders(operations={"worklist": worklist}, load={"mix": {"worklist": 1}})))
    assert len(found) > 0
    assert {draw for *_, draw in found} == {()}
