"""The sketch of the hottest keys keeps its promises, over any calls, any batches and any split among workers."""

from __future__ import annotations

import os
import pickle
from collections import defaultdict

import pytest
from hypothesis import given, settings, strategies as st

from ddbload.measure import heavy
from ddbload.measure.heavy import HeavyHitters, HeavyHitterSketch, Hitter, merge, merge_all

EXAMPLES = int(os.environ.get("DDBLOAD_EVIDENCE_EXAMPLES", "150"))
law = settings(max_examples=EXAMPLES, derandomize=EXAMPLES <= 150, deadline=None, database=None)

Calls = list[tuple[int, float]]
keys = st.one_of(st.integers(0, 5), st.integers(0, 60))  # a few that are hot among many that are not
calls = st.lists(st.tuples(keys, st.integers(0, 40).map(lambda halves: halves / 2)), max_size=300)
capacities = st.integers(1, 12)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches that a few calls fill, so that a short list of them meets many."""
    monkeypatch.setattr(heavy, "_BATCH_KEYS", 7)


def sketched(stream: Calls, capacity: int) -> HeavyHitters[int]:
    sketch: HeavyHitterSketch[int] = HeavyHitterSketch(capacity)
    for key, weight in stream:
        sketch.add(key, weight)
    return sketch.take()


def check(found: HeavyHitters[int], stream: Calls) -> None:
    """The promises of the module."""
    true: dict[int, float] = defaultdict(float)
    for key, weight in stream:
        true[key] += weight
    bound = sum(true.values()) / found.capacity
    assert found.total == sum(true.values())
    assert len(found.counts) <= found.capacity
    assert found.floor <= bound
    for hitter in found.top(found.capacity):
        assert hitter.count - hitter.error <= true[hitter.key] <= hitter.count
        assert hitter.error <= bound
    for key, weight in true.items():
        assert key in found.counts or weight <= found.floor
    assert all(key in found.counts for key, weight in true.items() if weight > bound)


@law
@given(calls, capacities)
def test_each_weight_lies_within_its_bounds_and_no_heavy_key_is_missing(stream: Calls, capacity: int) -> None:
    check(sketched(stream, capacity), stream)


@law
@given(st.lists(calls, max_size=4), capacities)
def test_a_merge_over_workers_keeps_the_bounds(streams: list[Calls], capacity: int) -> None:
    merged = merge_all((sketched(stream, capacity) for stream in streams), capacity)
    check(merged, [call for stream in streams for call in stream])


@law
@given(calls, calls, capacities, capacities)
def test_a_merge_of_unlike_sketches_keeps_the_bounds_of_the_smaller(
    first: Calls, second: Calls, one: int, other: int
) -> None:
    merged = merge(sketched(first, one), sketched(second, other))
    assert merged.capacity == min(one, other)
    check(merged, first + second)


@law
@given(calls, calls)
def test_the_order_of_a_merge_does_not_matter_to_totals_and_floor(first: Calls, second: Calls) -> None:
    one, other = sketched(first, 5), sketched(second, 5)
    there, back = merge(one, other), merge(other, one)
    assert (there.total, there.floor) == (back.total, back.floor)
    assert sorted(there.counts.values()) == sorted(back.counts.values())


@law
@given(calls)
def test_while_all_keys_fit_the_counts_are_exact(stream: Calls) -> None:
    found = sketched(stream, 100)
    assert found.floor == 0
    assert not found.errors
    assert dict(found.counts) == {key: sum(w for k, w in stream if k == key) for key, _ in stream}


def test_the_heaviest_come_first() -> None:
    found = sketched([(1, 1.0), (2, 5.0), (3, 2.5), (1, 2.0)], 10)
    assert found.top(2) == [Hitter(2, 5.0, 0.0), Hitter(1, 3.0, 0.0)]


def test_a_newcomer_may_have_been_as_heavy_as_what_was_let_go() -> None:
    # three keys compete for two places: the lightest goes, and whatever comes next may have been it
    sketch: HeavyHitterSketch[str] = HeavyHitterSketch(2)
    sketch.add("a", 5.0)
    sketch.add("b", 3.0)
    sketch.add("c", 2.0)
    first = sketch.take()
    sketch.add("c", 4.0)
    assert first == HeavyHitters(2, 10.0, 2.0, {"a": 5.0, "b": 3.0}, {})
    merged = merge(first, sketch.take())
    assert merged.top(2) == [Hitter("c", 6.0, 2.0), Hitter("a", 5.0, 0.0)]
    assert merged.floor == 3.0


def test_a_take_begins_anew() -> None:
    sketch: HeavyHitterSketch[int] = HeavyHitterSketch(3)
    sketch.add(1, 2.0)
    assert sketch.take().total == 2.0
    assert sketch.take() == HeavyHitters(3)


def test_what_was_taken_travels_between_processes() -> None:
    taken = sketched([(key, float(key)) for key in range(20)], 4)
    assert pickle.loads(pickle.dumps(taken)) == taken  # noqa: S301 - our own bytes


def test_a_sketch_of_no_keys_is_refused() -> None:
    with pytest.raises(ValueError, match="one key at least"):
        HeavyHitterSketch(0)
