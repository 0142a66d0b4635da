"""Runs in time: which of them share an occasion."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, strategies as st

from ddbload.compare.batches import batches, clock_jumps, overlaps
from ddbload.results.record import RunRecord
from tests.compare.records import NOW, START, run, side


def at(minutes: float, tag: str = "base") -> RunRecord:
    return replace(run(0, tag=tag), id=f"{tag}{minutes}", started_at=(START + timedelta(minutes=minutes)).isoformat())


def test_runs_of_a_side_one_after_the_other_are_one_batch() -> None:
    assert batches([at(0), at(1), at(2)], [at(10, "new"), at(11, "new")]) == ([0, 0, 0], [1, 1])


def test_the_other_side_between_them_divides_a_batch() -> None:
    assert batches([at(0), at(2)], [at(1, "new"), at(3, "new")]) == ([0, 2], [1, 3])


def test_a_gap_of_more_than_an_hour_divides_a_batch() -> None:
    assert batches([at(0), at(59), at(59 + 62)]) == ([0, 0, 1],)


def test_a_run_that_took_hours_leaves_no_gap_behind_it() -> None:
    long = replace(at(0), duration_s=3 * 3600.0)
    assert batches([long, at(181)]) == ([0, 0],)


def test_batches_keep_the_order_of_the_runs_given() -> None:
    assert batches([at(300), at(0)]) == ([1, 0],)


@given(st.lists(st.tuples(st.integers(0, 10_000), st.booleans()), max_size=30, unique_by=lambda each: each[0]))
def test_no_batch_has_runs_of_both_sides(placed: list[tuple[int, bool]]) -> None:
    base = [at(minute) for minute, first in placed if first]
    new = [at(minute, "new") for minute, first in placed if not first]
    first, second = batches(base, new)
    assert not set(first) & set(second)
    assert sorted({*first, *second}) == list(range(len({*first, *second})))


def test_runs_one_after_the_other_do_not_overlap() -> None:
    assert list(overlaps(side([1.0] * 5))) == []


def test_a_long_run_overlaps_with_one_much_later() -> None:
    long = replace(at(0), duration_s=600.0)
    assert "started at" in next(overlaps([long, replace(at(1), duration_s=1.0), at(9)]))


def test_runs_at_once_on_two_machines_do_not_disturb_each_other() -> None:
    other = at(0, "new")
    elsewhere = replace(other, fingerprint=replace(other.fingerprint, host={"system": "Linux", "cpus": 64}))
    assert list(overlaps([at(0), elsewhere])) == []


def test_a_start_without_a_zone_is_utc() -> None:
    assert batches([replace(at(0), started_at="2026-03-02T08:00:00"), at(1)]) == ([0, 0],)


def test_clocks_that_agree_are_not_spoken_of() -> None:
    assert list(clock_jumps(side([1.0] * 5), NOW)) == []
