"""Streams side by side: one order of slots, made of each stream's own due times."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from ddbload.scenario.model import Load
from ddbload.values.transforms import Integers
from ddbload.workload.merge import Merged, merged
from ddbload.workload.timetable import timetable_of

NS = 10**9


def stream(rate: float, *phases: dict[str, Any], arrivals: str = "constant") -> dict[str, Any]:
    own = {"phases": list(phases)} if phases else {}
    return {"mix": {"any": 1.0}, "rate": rate, "arrivals": arrivals, **own}


def streams(*each: dict[str, Any], over: list[dict[str, Any]] | None = None, seed: int = 1) -> Merged:
    named = {f"s{k}": one | {"rate": 1} for k, one in enumerate(each)}
    load = Load.model_validate({"streams": named, "phases": over or [{"hold": "2s"}]})
    read = zip((load.streams or {}).items(), each, strict=True)
    faster = {name: one.model_copy(update={"rate": given["rate"]}) for (name, one), given in read}  # than a file may
    return merged(load.model_copy(update={"streams": faster}), seed)


def columns(of: Merged, size: int = 512) -> tuple[Integers, Integers, Integers]:
    """Due times, streams and numbers of all arrivals, whose slots are consecutive."""
    blocks = list(of.blocks(size))
    slot = 0
    for block in blocks:
        assert block.first == slot
        assert 0 < len(block.due_ns) <= size
        slot += len(block.due_ns)
    empty = np.empty(0, dtype=np.int64)
    due, position, number = (
        zip(*[(b.due_ns, b.streams, b.numbers) for b in blocks], strict=True) if blocks else [[]] * 3
    )
    return np.concatenate([empty, *due]), np.concatenate([empty, *position]), np.concatenate([empty, *number])


def test_of_one_due_time_the_stream_that_stands_first_comes_first() -> None:
    due, position, number = columns(streams(stream(2), stream(1), stream(2)))
    assert due.tolist() == [0, 0, 0, NS // 2, NS // 2, NS, NS, NS, 3 * NS // 2, 3 * NS // 2]
    assert position.tolist() == [0, 1, 2, 0, 2, 0, 1, 2, 0, 2]
    assert number.tolist() == [0, 0, 0, 1, 1, 2, 1, 2, 3, 3]


arrivals = st.sampled_from(["constant", "poisson"])
own = st.sampled_from(
    [
        (),
        ({"pause": "300ms"}, {"hold": "900ms"}),
        ({"wave": "1500ms", "period": "700ms", "between": ["0%", "200%"]},),
        ({"burst": "2s", "at": "0%", "to": "500%", "every": "450ms", "lasting": "50ms"},),
        ({"steps": "1s", "from": "100%", "to": "0%", "count": 4},),
    ]
)
some = st.lists(
    st.builds(lambda r, p, a: stream(r, *p, arrivals=a), st.floats(0.5, 6000), own, arrivals), min_size=1, max_size=4
)
OVER = [{"warm": "300ms", "at": "50%"}, {"ramp": "700ms", "to": "130%"}, {"pause": "100ms"}, {"hold": "1s"}]


@settings(deadline=None, max_examples=40)
@given(some, st.integers(0, 2**63 - 1))
def test_each_stream_keeps_its_own_due_times(each: list[dict[str, Any]], seed: int) -> None:
    of = streams(*each, over=OVER, seed=seed)
    due, position, number = columns(of)
    order = np.lexsort((number, position, due))
    assert np.array_equal(order, np.arange(len(due)))
    for place, loop in enumerate(of.loops):
        alone = [block.due_ns for block in timetable_of(loop, seed).blocks()]
        assert np.array_equal(due[position == place], np.concatenate([np.empty(0, dtype=np.int64), *alone]))
        assert np.array_equal(number[position == place], np.arange((position == place).sum()))


@settings(deadline=None, max_examples=30)
@given(some, st.integers(1, 9000))
def test_the_order_does_not_depend_on_the_size_of_the_blocks(each: list[dict[str, Any]], size: int) -> None:
    of = streams(*each, over=OVER)
    for column, same in zip(columns(of, size), columns(of), strict=True):
        assert np.array_equal(column, same)


@settings(deadline=None, max_examples=30)
@given(some)
def test_arrivals_count_in_the_phase_of_the_load_that_they_are_due_in(each: list[dict[str, Any]]) -> None:
    of = streams(*each, over=OVER)
    due, _, _ = columns(of)
    within = [int(((due >= span.start_ns) & (due < span.end_ns)).sum()) for span in of.spans]
    assert list(of.counts()) == within
    assert sum(of.expected()) == pytest.approx(sum(float(table.total) for table in of.tables))


def test_expected_counts_of_the_phases_are_areas() -> None:
    of = streams(stream(100), stream(10, {"hold": "1s"}), over=[{"warm": "500ms"}, {"hold": "1500ms", "at": "50%"}])
    assert of.expected() == (55, 80)
    assert of.counts() == (55, 80)


def test_a_stream_ends_with_its_own_phases() -> None:
    due, position, _ = columns(streams(stream(10), stream(1000, {"hold": "500ms"})))
    assert due[position == 1].max() < NS // 2
    assert due[position == 0].max() == 19 * NS // 10


def test_streams_draw_apart_from_each_other() -> None:
    of = streams(stream(100, arrivals="poisson"), stream(100, arrivals="poisson"))
    due, position, _ = columns(of)
    assert due[position == 0].tolist() != due[position == 1].tolist()
    assert [table.stream for table in of.tables] == ["arrivals/s0", "arrivals/s1"]


def test_a_slow_stream_beside_a_fast_one_is_merged_without_drawing_the_fast_one_whole() -> None:
    of = streams(stream(1e6), stream(0.1), over=[{"hold": "1d"}])
    first = next(iter(of.blocks(512)))
    assert first.streams is not None
    assert first.streams.tolist() == [0, 1, *[0] * 510]


def test_many_arrivals_of_one_nanosecond_are_merged() -> None:
    due, position, _ = columns(streams(stream(5e12), stream(3e12), over=[{"hold": "0.004us"}]), 4096)
    assert np.bincount(position).tolist() == [20_000, 12_000]
    assert np.array_equal(np.lexsort((position, due)), np.arange(32_000))
