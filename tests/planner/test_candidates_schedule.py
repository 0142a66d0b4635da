"""Schedules from the day's shape."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, strategies as st

from ddbload.capacity.behaviour import Asked, Tracked, simulate
from ddbload.capacity.behaviour.schedule import cron
from ddbload.capacity.behaviour.settings import Floats, Scheduled
from ddbload.planner.choice.lanes import Load
from ddbload.planner.choice.schedule import actions, cover, events, hourly_need
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
    found = cover(tuple(need), levels)
    held = _held(found, len(need))
    assert all(level >= each for level, each in zip(held, need, strict=True))
    assert sum(held) == pytest.approx(_brute(need, levels))
    assert len(found) <= levels


def test_a_day_with_one_evening_takes_two_actions() -> None:
    need = [10.0] * 18 + [100.0] * 4 + [10.0] * 2
    assert cover(tuple(need), 2) == [(18, 100.0), (22, 10.0)]


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


BERLIN = datetime(2027, 2, 1, tzinfo=ZoneInfo("Europe/Berlin"))
SALE_DAY = 27


def _month_with_a_sale() -> Floats:
    """Two worlds of 28 days from 50 to 150 units a second, and 900 on the 27th from 20:00 to 22:00."""
    minutes = np.arange(28 * 1440)
    units = 100 - 50 * np.cos(2 * np.pi * (minutes / 1440 - 0.125))
    units[(SALE_DAY - 1) * 1440 + 20 * 60 :][:120] = 900.0
    return np.stack([units, 1.1 * units])


def _written(schedule: Sequence[Scheduled]) -> list[str]:
    return [f"{cron(action)} {action.low:g}" for action in schedule if action.date is not None]


def test_an_event_is_prepared_for_and_left_behind_on_its_own_day_by_the_local_time() -> None:
    units = _month_with_a_sale()
    needs = hourly_need(units, BERLIN, confidence=0.95)
    known = events(units, BERLIN, confidence=0.95)
    made = actions(needs, 2, factor=1.0, high=1500.0, known=known)
    lows = {action.hour: action.low for action in made if action.date is None}
    assert max(lows.values()) < 200  # the days of every week do not pay for it
    assert _written(made) == [
        "at(2027-02-27T19:50:00) 986",
        f"at(2027-02-27T22:00:00) {max(lows.items())[1]:g}",
    ]


def test_an_event_stays_prepared_for_when_a_usual_action_falls_into_it() -> None:
    units = _month_with_a_sale()
    known = events(units, BERLIN, confidence=0.95)
    usual: dict[frozenset[int] | None, Floats] = {None: np.array([100.0] * 21 + [50.0] * 3)}
    assert _written(actions(usual, 2, factor=1.0, high=1500.0, known=known)) == [
        "at(2027-02-27T19:50:00) 986",
        "at(2027-02-27T21:01:00) 986",
        "at(2027-02-27T22:00:00) 50",
    ]


def test_what_comes_every_few_days_is_no_event() -> None:
    units = _month_with_a_sale()
    for day in (2, 5, 9, 13, 17, 20):
        units[:, day * 1440 + 600 :][:, :60] = 900.0
    assert events(units, BERLIN, confidence=0.95) == ()


def test_a_monthly_event_is_cheaper_with_actions_of_its_own() -> None:
    units = _month_with_a_sale()
    needs, known = hourly_need(units, BERLIN, confidence=0.95), events(units, BERLIN, confidence=0.95)
    weekend = frozenset({5, 6})
    every_week = {None: needs[None], weekend: needs[None].copy()}
    every_week[weekend][20:22] = known[0].need
    without = [Tracked(float(low), 1500.0, target) for low in (50, 200, 700, 990) for target in (0.2, 0.5, 0.9)]
    without += [
        Tracked(20.0, 1500.0, target, schedule=actions(each, 4, factor=1.0, high=1500.0))
        for each in (needs, every_week)
        for target in (0.4, 0.7, 0.9)
    ]
    prepared = Tracked(20.0, 1500.0, 0.9, schedule=actions(needs, 4, factor=1.0, high=1500.0, known=known))
    asked = Asked("write", {"": units}, BERLIN)
    found = simulate(asked, [{"": setting} for setting in (prepared, *without)])[""]
    keeps = np.asarray((found.throttled <= 0.001 * found.asked).min(axis=1))
    hours = found.unit_hours.max(axis=1)
    assert keeps[0]
    assert keeps[1:].any()
    assert hours[0] < 0.95 * hours[1:][keeps[1:]].min()


@pytest.mark.parametrize("month", [(2026, 10), (2027, 3)], ids=["clocks go back", "clocks go forward"])
def test_hours_are_those_of_the_local_clock_where_clocks_are_moved(month: tuple[int, int]) -> None:
    start = datetime(*month, 1, tzinfo=ZoneInfo("Europe/Berlin"))
    began = start.astimezone(UTC)
    moments = [(began + timedelta(minutes=minute)).astimezone(start.tzinfo) for minute in range(31 * 1440)]
    units = np.array([[100.0 if moment.hour == 20 else 10.0 for moment in moments]])
    for need in hourly_need(units, start, confidence=0.95).values():
        assert [hour for hour in range(24) if need[hour] > 50] == [20]


def test_a_load_that_is_cut_after_clocks_were_moved_begins_by_the_wall_clock() -> None:
    start = datetime(2026, 10, 24, tzinfo=ZoneInfo("Europe/Berlin"))  # put back in the night to the 25th
    load = Load("read", Asked("read", {"": np.ones((1, 4 * 1440))}, start), ("",), 1, 4 * 1440)
    cut = load.cut(days=(2, 3))
    assert cut.asked is not None
    assert (cut.asked.start.day, cut.asked.start.hour) == (25, 23)
