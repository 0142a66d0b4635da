"""Schedules from the day's shape."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from ddbload.planner.choice.schedule import actions, cover, hourly_need
from tests.planner.demands import MONDAY

LEVELS = st.lists(st.integers(min_value=0, max_value=9).map(float), min_size=6, max_size=6)


def _held(found: list[tuple[int, float]], hours: int) -> list[float]:
    """The level of each hour, where the last one holds through midnight."""
    before = [[level for hour, level in found if hour <= at] for at in range(hours)]
    return [levels[-1] if levels else found[-1][1] for levels in before]


def _brute(need: list[float], levels: int) -> float:
    hours = len(need)
    best = max(need) * hours
    for count in range(2, levels + 1):
        for starts in combinations(range(hours), count):
            ends = (*starts[1:], starts[0] + hours)
            best = min(
                best,
                sum(
                    max(need[hour % hours] for hour in range(start, end)) * (end - start)
                    for start, end in zip(starts, ends, strict=True)
                ),
            )
    return best


@given(LEVELS, st.integers(min_value=1, max_value=4))
def test_levels_are_never_below_the_need_and_their_sum_is_the_least(need: list[float], levels: int) -> None:
    found = cover(need, levels)
    held = _held(found, len(need))
    assert all(level >= each for level, each in zip(held, need, strict=True))
    assert sum(held) == pytest.approx(_brute(need, levels))
    assert len(found) <= levels


def test_a_day_with_one_evening_takes_two_actions() -> None:
    need = [10.0] * 18 + [100.0] * 4 + [10.0] * 2
    assert cover(need, 2) == [(18, 100.0), (22, 10.0)]


def test_working_days_and_weekends_that_differ_have_schedules_of_their_own() -> None:
    day = np.repeat([10.0] * 12 + [50.0] * 12, 60)
    week = np.concatenate([day] * 5 + [day * 3] * 2)[None, :]
    needs = hourly_need(week, MONDAY, confidence=0.95)
    assert {weekdays: need.max() for weekdays, need in needs.items()} == {
        frozenset(range(5)): 50.0,
        frozenset({5, 6}): 150.0,
    }
    made = actions(needs, 2, factor=1.0, high=500.0)
    assert {(action.hour, action.low, action.weekdays == frozenset({5, 6})) for action in made} == {
        (0, 10.0, False),
        (12, 50.0, False),
        (0, 30.0, True),
        (12, 150.0, True),
    }


def test_days_that_are_alike_have_one_schedule() -> None:
    week = np.tile(np.repeat([10.0] * 12 + [50.0] * 12, 60), 7)[None, :]
    assert set(hourly_need(week, MONDAY, confidence=0.95)) == {None}
