"""A tag against itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from ddbload.compare.request import ComparisonError, TooFewRunsError
from ddbload.compare.self_check import LEAST, MOST_SPLITS, check_runs, interval, splits
from ddbload.results.encoded import to_json
from ddbload.results.record import RunRecord
from tests.compare.records import START, fingerprint, noisy, objective, run, side

QUIET = side(noisy(1.0, 0.004, 12, 3))


def on_occasions(levels: list[float], each: int, spread: float) -> list[RunRecord]:
    """Runs on occasions a day apart, each with a level of its own."""
    return [
        replace(
            run(place, median),
            id=f"{day}-{place}",
            started_at=(START + timedelta(days=day, seconds=30 * place)).isoformat(),
        )
        for day, level in enumerate(levels)
        for place, median in enumerate(noisy(level, spread, each, day))
    ]


def test_quiet_runs_raise_no_alarm_and_keep_their_margins() -> None:
    found = check_runs(QUIET, "v1", margins={})
    assert found.false_alarms == 0
    assert found.refused == ()
    assert {floor.metric: floor.kept for floor in found.floors} == {
        "p50": True,
        "p99": True,
        "errors": True,
        "cost": True,
    }


def test_a_floor_says_whether_it_is_a_ratio_or_a_difference() -> None:
    found = check_runs(QUIET, "v1", margins={})
    assert {floor.name: floor.scale for floor in found.floors} == {
        "read.p50": "ratio",
        "read.p99": "ratio",
        "all.errors": "difference",
        "all.cost": "ratio",
    }


def test_a_margin_below_the_floor_is_refused_with_the_floor_where_a_person_set_it() -> None:
    shaky = side(noisy(1.0, 0.2, 10, 4))
    found = check_runs(shaky, "v1", margins={"read.p99": 0.01})
    floor = next(each for each in found.floors if each.metric == "p99")
    assert not floor.kept
    assert found.refused[0].startswith(f"read.p99: --matters asks for 1%, below the floor of {floor.floor * 100:.1f}%")


def test_a_margin_of_the_scenario_below_the_floor_is_refused_too() -> None:
    shaky = [
        replace(each, objectives=[objective("read", "p50", 9.0, each.operations["read"].response_ms.p50, matters=0.01)])
        for each in side(noisy(1.0, 0.2, 10, 4))
    ]
    assert "read.p50: the scenario asks for 1%" in check_runs(shaky, "v1", margins={}).refused[0]


def test_a_default_margin_below_the_floor_is_said_and_not_refused() -> None:
    found = check_runs(side(noisy(1.0, 0.2, 10, 4)), "v1", margins={})
    assert found.refused == ()
    assert any("the default margin is below the floor" in each for each in found.warnings)


def test_runs_of_one_occasion_say_little_of_the_rate_of_false_alarms() -> None:
    found = check_runs(QUIET, "v1", margins={})
    assert found.batches == 1
    assert found.high > 0.7
    assert "all runs were made on one occasion" in found.warnings[0]


def test_occasions_that_differ_show_as_drift() -> None:
    drifting = on_occasions([1.0, 1.3, 0.8, 1.1], 4, 0.01)
    found = check_runs(drifting, "v1", margins={})
    floor = next(each for each in found.floors if each.metric == "p50")
    assert found.batches == 4
    assert floor.drift is not None
    assert floor.drift > 0.1


@pytest.mark.parametrize(("left", "said"), [(1, "1 run is not counted"), (2, "2 runs are not counted")])
def test_runs_that_are_not_counted_are_said(left: int, said: str) -> None:
    invalid = [replace(each, verdict="invalid") for each in QUIET[:left]]
    assert any(said in text for text in check_runs([*invalid, *QUIET[left:]], "v1", margins={}).warnings)


def test_too_few_runs_are_an_error() -> None:
    with pytest.raises(TooFewRunsError, match="v1 has 3 valid runs of 4: halves of a tag need 4"):
        check_runs([*QUIET[:3], replace(QUIET[3], verdict="invalid")], "v1", margins={})


def test_runs_that_are_unlike_are_an_error() -> None:
    with pytest.raises(ComparisonError, match="unlike in transport"):
        check_runs([*QUIET[:5], replace(QUIET[5], fingerprint=fingerprint(transport="sdk"))], "v1", margins={})


def test_the_same_runs_have_the_same_answer() -> None:
    assert to_json(check_runs(QUIET, "v1", margins={})) == to_json(check_runs(QUIET[::-1], "v1", margins={}))


@given(st.lists(st.integers(0, 6), min_size=LEAST, max_size=24).map(sorted))
def test_each_split_has_every_run_once_and_no_split_comes_twice(numbers: list[int]) -> None:
    found = splits(numbers)
    assert 0 < len(found) <= MOST_SPLITS
    assert len(set(found)) == len(found)
    for first, second in found:
        assert sorted((*first, *second)) == list(range(len(numbers)))
        assert min(len(first), len(second)) >= 2


@given(st.floats(0, 1), st.integers(1, 100))
def test_the_interval_holds_the_rate_and_narrows_with_batches(rate: float, batches: int) -> None:
    low, high = interval(rate, batches)
    assert 0 <= low <= rate + 1e-9
    assert rate - 1e-9 <= high <= 1
    narrow = interval(rate, batches + 1)
    assert narrow[1] - narrow[0] < high - low + 1e-9
