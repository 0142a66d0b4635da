"""Comparing what lies in a store: runs by their words, damaged ones, histograms, what other tags tell."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import ddbload
from ddbload.compare.background import background_of
from ddbload.compare.compare import compare, compare_read, compare_tags
from ddbload.compare.curves import curves_of
from ddbload.compare.request import CompareRequest, ComparisonError
from ddbload.compare.self_check import self_check
from ddbload.compare.trend import trend
from ddbload.measure.histogram import Histogram, rank_of
from ddbload.results.hlog import Interval
from ddbload.results.record import RunRecord
from ddbload.results.selection import select
from ddbload.results.store import write_run
from tests.compare.records import fingerprint, noisy, run, side

NS = 1_000_000


def save(root: Path, runs: Sequence[RunRecord], times_ms: Sequence[float] = (1.0, 2.0)) -> list[Path]:
    return [write_run(root, each, "ddbload: 1\n", [], [interval(times_ms)]) for each in runs]


def interval(times_ms: Sequence[float], tag: str = "read/ok/response") -> Interval:
    histogram = Histogram()
    histogram.record_many(np.array([round(time * NS) for time in times_ms], np.int64))
    return Interval(0.0, 10.0, tag, histogram.to_hdr())


@pytest.fixture
def store(tmp_path: Path) -> Path:
    save(tmp_path, side(noisy(1.0, 0.004, 6, 1), tag="v1"))
    save(tmp_path, side(noisy(3.0, 0.004, 6, 2), tag="v2", first=50))
    return tmp_path


def test_two_tags_of_a_store_are_compared(store: Path) -> None:
    found = compare_tags("v1", "v2", results=store)
    assert found.verdict == "regressed"
    assert (found.base.name, len(found.base.runs), found.scenario) == ("v1", 6, "orders")


def test_the_front_door_has_both_ways_to_compare() -> None:
    assert ddbload.compare_tags is compare_tags
    assert callable(ddbload.compare_runs)


def test_a_run_against_the_tag_that_it_is_of_is_an_error(store: Path) -> None:
    folder = next((store / "orders" / "v1").iterdir())
    with pytest.raises(ComparisonError, match="stands on both sides"):
        compare(CompareRequest(("v1", str(folder)), store))


def test_a_damaged_run_among_those_named_is_an_error_that_names_its_folder(store: Path) -> None:
    folder = next((store / "orders" / "v2").iterdir())
    (folder / "run.json").write_text('{"schema": "ddbload-run/1"', encoding="utf-8")
    damage = rf"v2 has a run that cannot be read: {folder}/run.json is.*leaves nothing out silently"
    with pytest.raises(ComparisonError, match=damage):
        compare(CompareRequest(("v1", "v2"), store))


def test_a_damaged_run_of_another_tag_is_said(store: Path) -> None:
    other = save(store, [run(200, tag="other")])[0]
    (other / "run.json").write_text("", encoding="utf-8")
    found = compare(CompareRequest(("v1", "v2"), store))
    assert any(str(other) in warning for warning in found.warnings)


def test_a_damaged_run_of_another_tag_is_said_to_runs_at_hand_too(store: Path) -> None:
    damaged = save(store, [run(80, tag="v0")])[0]
    (damaged / "run.json").write_text("{")
    base, new = (select(store, tag).runs for tag in ("v1", "v2"))
    found = compare_read(CompareRequest(("v1", "v2"), store), base, new[:3])
    assert len(found.new.runs) == 3
    assert any(str(damaged) in warning for warning in found.warnings)


def test_another_tag_that_cannot_be_opened_is_said_and_stops_no_comparison(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = save(store, [run(200, tag="closed")])[0].parent
    opened = os.scandir

    def scandir(folder: str | Path) -> object:
        if Path(folder) == closed:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return opened(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    found = compare(CompareRequest(("v1", "v2"), store))
    assert any(str(closed) in warning for warning in found.warnings)


def test_a_file_in_place_of_another_tags_run_is_said(store: Path) -> None:
    other = save(store, [run(200, tag="other")])[0]
    place = other.with_name("20260203T040500Z-0123abcd")
    place.write_text("no folder", encoding="utf-8")
    assert any(str(place) in note for note in background_of(store, run()).notes)
    place.with_name("20260203T040500Z-0123abce").write_text("no folder", encoding="utf-8")
    (note,) = background_of(store, run()).notes
    assert note.endswith("and 1 more cannot be read and tell nothing of how batches drift")


@pytest.mark.parametrize("words", [(), ("v1",), ("v1", "v2", "v1")])
def test_a_comparison_has_two_sides(store: Path, words: tuple[str, ...]) -> None:
    with pytest.raises(ComparisonError, match=f"{len(words)} were given"):
        compare(CompareRequest(words, store))


def test_drift_is_learnt_from_like_runs_of_other_tags_alone(store: Path) -> None:
    save(store, [run(200, tag="sdk", fingerprint=fingerprint(transport="sdk"))])
    save(store, [run(201, tag="broken", verdict="invalid")])
    save(store, [run(202, tag="like")])
    found = background_of(store, run())
    assert {each.tag for each in found.runs} == {"v1", "v2", "like"}
    assert found.notes == ()


def test_curves_are_all_runs_of_a_side_merged_up_to_what_they_support(tmp_path: Path) -> None:
    save(tmp_path, side([1.0] * 3, tag="v1"), times_ms=[1.0] * 97 + [9.0] * 3)
    save(tmp_path, side([2.0] * 3, tag="v2", first=50), times_ms=[2.0] * 100)
    curve = compare(CompareRequest(("v1", "v2"), tmp_path, curves=True)).curves[0]
    assert curve.operation == "read"
    base = dict(curve.base)
    assert min(base.values()) == pytest.approx(1.0, rel=1e-3)
    assert max(base.values()) == pytest.approx(9.0, rel=1e-3)
    assert max(base) < 99.9  # 300 calls do not support it
    assert {round(value, 2) for _, value in curve.new} == {2.0}


def test_a_curve_has_the_percentiles_that_a_run_has_of_the_same_calls(tmp_path: Path) -> None:
    times = [float(place) for place in range(1, 138)]  # the 90th percentile of 137 is the 124th, not the 123rd
    saved = replace(run(), path=str(save(tmp_path, [run()], times_ms=times)[0]))
    (curve,) = curves_of([saved], [saved])
    whole = Histogram()
    whole.record_many(np.array([round(time * NS) for time in times], np.int64))
    for percentile in (50.0, 90.0):
        nearest = min(curve.base, key=lambda point: abs(point[0] - percentile))
        assert nearest[1] == pytest.approx(whole.at_rank(rank_of(nearest[0], 137)) / NS, rel=1e-9)


def test_curves_leave_out_failed_calls_and_other_clocks(tmp_path: Path) -> None:
    for tag, first in (("v1", 0), ("v2", 50)):
        for each in side([1.0] * 2, tag=tag, first=first):
            parts = [
                interval([1.0] * 50),
                interval([70.0] * 50, "read/timeout/response"),
                interval([80.0], "read/ok/service"),
            ]
            write_run(tmp_path, each, "ddbload: 1\n", [], parts)
    curve = compare(CompareRequest(("v1", "v2"), tmp_path, curves=True)).curves[0]
    assert max(value for _, value in curve.base) < 2


def test_a_trend_reads_its_tags_in_the_order_given(store: Path) -> None:
    save(store, side(noisy(1.0, 0.004, 6, 5), tag="v3", first=100))
    found = trend(CompareRequest(("v2", "v1", "v3"), store))
    assert found.tags == ("v2", "v1", "v3")
    assert found.last.verdict == "improved"


def test_a_self_check_is_of_one_tag(store: Path) -> None:
    assert self_check(CompareRequest(("v1",), store)).runs == 6
    with pytest.raises(ComparisonError, match="one tag; 2 were given"):
        self_check(CompareRequest(("v1", "v2"), store))


def test_a_copy_of_the_base_under_another_tag_is_no_new_side(store: Path) -> None:
    copies = [replace(each, tag="copy") for each in side(noisy(1.0, 0.004, 6, 1), tag="v1")]
    save(store, copies)
    with pytest.raises(ComparisonError, match="stands on both sides"):
        compare_tags("v1", "copy", results=store)
