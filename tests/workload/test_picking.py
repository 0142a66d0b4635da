"""Picks as laws: different items are different, what is fixed stays, a row depends on nothing but itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from ddbload.scenario.model import Scenario
from ddbload.workload.counting import Counting, Rows, new_items, own_calls
from ddbload.workload.picking import Picking, picking

Orders = Callable[..., Scenario]
CHOOSERS: list[Any] = [
    "uniform", "sequential", {"zipf": 0.99}, {"hotspot": {"items": "10%", "share": "90%"}}, "latest",
    {"gaussian": {}}, {"customer": {"zipf": 1.2}}, {"number": "latest", "customer": "sequential"},
]  # fmt: skip


def rows(count: int, start: int = 0) -> Rows:
    counters = np.arange(start, start + count)
    return Rows(counters, {own_calls("many"): counters, new_items("order"): counters // 3})


def made(orders: Orders, pick: Any, count: int) -> Picking:
    scenario = orders(operations={"read": {"pick": pick}})
    return picking(scenario, "many", 0, "order", scenario.operations["read"].pick, 0.0, count)  # type: ignore[union-attr]


@pytest.mark.parametrize("pick", CHOOSERS)
@settings(deadline=None, max_examples=20)
@given(count=st.integers(1, 25), fixed=st.sampled_from(["", "customer", "number"]))
def test_several_items_are_all_different_and_keep_what_is_fixed(
    orders: Orders, pick: Any, count: int, fixed: str
) -> None:
    one = made(orders, pick, min(count, 20) if fixed == "customer" else count)
    known = {fixed: np.arange(100) % 7} if fixed else {}
    found = np.array(one.numbers(rows(100), known))
    for row in found.T.tolist():
        assert len(set(row)) == one.count
    for numbers in found:
        for name, column in known.items():
            assert (one.numbering.coordinate(name, numbers) == column).all()


@pytest.mark.parametrize("pick", [*CHOOSERS, "next", {"customer": "next"}])
@settings(deadline=None, max_examples=20)
@given(at=st.lists(st.integers(0, 199), min_size=1, max_size=20, unique=True), turn=st.integers(0, 3))
def test_a_row_is_picked_alike_whatever_stands_beside_it(orders: Orders, pick: Any, at: list[int], turn: int) -> None:
    one, places = made(orders, pick, 3), np.array(at)
    together = np.array(one.numbers(rows(200), {}, turn))
    apart = np.array(one.numbers(rows(200).at(places), {}, turn))
    assert (together[:, places] == apart).all()


@pytest.mark.parametrize("pick", CHOOSERS)
def test_no_pick_leaves_the_items_that_may_be_there(orders: Orders, pick: Any) -> None:
    one = made(orders, pick, 4)
    inserted = 2000 // 3
    assert all(
        int(numbers.min()) >= 0 and int(numbers.max()) < 1000 + 20 * inserted for numbers in one.numbers(rows(2000))
    )


@settings(deadline=None)
@given(chosen=st.lists(st.integers(0, 2), max_size=60), cut=st.integers(0, 60))
def test_counting_in_two_stretches_is_counting_in_one(chosen: list[int], cut: int) -> None:
    weights = {new_items("order"): np.array([0, 1, 3]), own_calls("read"): np.array([1, 0, 0])}
    every = np.array(chosen, dtype=np.int64)
    whole, parts = Counting(weights), Counting(weights)
    once = whole.rows(np.arange(len(every)), every)
    halves = [parts.rows(np.arange(len(half)), half) for half in (every[:cut], every[cut:])]
    for group in weights:
        assert once.before[group].tolist() == [n for half in halves for n in half.before[group].tolist()]


def test_closed_slots_that_insert_several_never_insert_the_same() -> None:
    weights = {new_items("order"): np.array([3])}
    ordinals: list[int] = []
    for slot in range(4):
        some = Counting(weights, slot, 4).rows(np.arange(5), np.zeros(5, dtype=np.int64))
        for nth in range(3):
            ordinals += some.ordinals(new_items("order"), 1, nth).tolist()
    assert len(set(ordinals)) == len(ordinals)
