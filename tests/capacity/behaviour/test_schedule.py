"""Scheduled scaling: when an action acts by the clock on the wall, what it does, and how AWS has it written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from ddbload.capacity.behaviour.schedule import acting_minutes, agenda_of, cron, time_zone
from ddbload.capacity.behaviour.settings import Scheduled
from ddbload.capacity.behaviour.tracking import Tracking
from ddbload.errors import DdbloadError

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2027, 2, 1, tzinfo=BERLIN)
DAY = 1440


def _wall(start: datetime, minute: int) -> str:
    return f"{(start.astimezone(UTC) + timedelta(minutes=minute)).astimezone(start.tzinfo):%a %d %H:%M}"


def test_an_action_acts_every_day_at_its_local_time() -> None:
    found = acting_minutes(Scheduled(20, 30, 1, 2), MONDAY, 3 * DAY)
    assert found == (20 * 60 + 30, DAY + 20 * 60 + 30, 2 * DAY + 20 * 60 + 30)


def test_an_action_of_weekdays_acts_on_those_alone() -> None:
    found = acting_minutes(Scheduled(8, 0, 1, 2, frozenset({4, 6})), MONDAY, 14 * DAY)
    assert [_wall(MONDAY, minute) for minute in found] == [
        "Fri 05 08:00", "Sun 07 08:00", "Fri 12 08:00", "Sun 14 08:00",
    ]  # fmt: skip


def test_an_action_of_a_date_acts_once() -> None:
    found = acting_minutes(Scheduled(19, 50, 1, 2, date=date(2027, 2, 27)), MONDAY, 28 * DAY)
    assert [_wall(MONDAY, minute) for minute in found] == ["Sat 27 19:50"]


def test_what_the_simulation_does_not_reach_does_not_act() -> None:
    assert acting_minutes(Scheduled(20, 0, 1, 2), MONDAY, 20 * 60) == ()
    assert acting_minutes(Scheduled(20, 0, 1, 2), MONDAY, 20 * 60 + 1) == (20 * 60,)


def test_a_simulation_that_begins_in_the_middle_of_a_day_meets_what_is_left_of_it() -> None:
    start = MONDAY.replace(hour=12)
    assert acting_minutes(Scheduled(12, 0, 1, 2), start, DAY) == (0,)
    assert acting_minutes(Scheduled(11, 59, 1, 2), start, DAY) == (DAY - 1,)


@pytest.mark.parametrize(
    ("start", "minutes"),
    [
        pytest.param(datetime(2027, 3, 28, tzinfo=BERLIN), [9 * 60, 23 * 60 + 10 * 60], id="clocks go forward"),
        pytest.param(datetime(2027, 10, 31, tzinfo=BERLIN), [11 * 60, 25 * 60 + 10 * 60], id="clocks go back"),
    ],
)
def test_ten_on_the_wall_is_ten_on_the_wall_when_clocks_change(start: datetime, minutes: list[int]) -> None:
    found = acting_minutes(Scheduled(10, 0, 1, 2), start, 2 * DAY)
    assert list(found) == minutes
    assert {_wall(start, minute)[-5:] for minute in found} == {"10:00"}


def test_a_time_that_clocks_leave_out_acts_as_much_later() -> None:
    start = datetime(2027, 3, 28, tzinfo=BERLIN)
    assert [_wall(start, at) for at in acting_minutes(Scheduled(2, 30, 1, 2), start, DAY)] == ["Sun 28 03:30"]


def test_a_time_that_comes_twice_acts_the_first_time_only() -> None:
    start = datetime(2027, 10, 31, tzinfo=BERLIN)
    assert acting_minutes(Scheduled(2, 30, 1, 2), start, DAY) == (150,)


def test_a_month_with_a_change_of_clocks_has_an_action_for_each_of_its_days() -> None:
    start = datetime(2027, 10, 1, tzinfo=BERLIN)
    assert len(acting_minutes(Scheduled(23, 59, 1, 2), start, 31 * DAY + 60)) == 31


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(DdbloadError, match="no zone"):
        acting_minutes(Scheduled(1, 0, 1, 2), datetime(2027, 2, 1), DAY)  # noqa: DTZ001 - the point of the test


def test_scheduled_bounds_move_the_lanes_that_have_them_and_no_others() -> None:
    actions = (Scheduled(8, 0, 300, 900), Scheduled(20, 0, 10, 900))
    agenda = agenda_of([(np.array([1]), actions)], MONDAY, DAY)
    tracking = Tracking(10, 900, 0.7, [100.0, 100.0], agenda=agenda)
    levels = []
    for minute in range(DAY):
        levels.append(tracking.capacity.tolist())
        tracking.step(minute, np.array([60.0, 60.0]))
    assert levels[8 * 60 - 1] == [100, 100]
    assert levels[8 * 60] == levels[20 * 60 - 1] == [100, 300]
    # At 20:00 the minimum no longer holds it, and the fifteen minutes before were all low: it is lowered at once.
    assert levels[20 * 60] == [100, 86]


def test_of_two_actions_at_the_same_minute_the_later_in_the_list_holds() -> None:
    agenda = agenda_of([(np.array([0]), (Scheduled(0, 0, 50, 60), Scheduled(0, 0, 70, 80)))], MONDAY, DAY)
    assert Tracking(1, 900, 0.7, [1.0], agenda=agenda).capacity.tolist() == [70]


@pytest.mark.parametrize(
    ("action", "written"),
    [
        (Scheduled(20, 5, 1, 2), "cron(5 20 * * ? *)"),
        (Scheduled(6, 30, 1, 2, frozenset({0})), "cron(30 6 ? * MON *)"),
        (Scheduled(0, 0, 1, 2, frozenset({6, 5})), "cron(0 0 ? * SAT,SUN *)"),
        (Scheduled(0, 0, 1, 2, frozenset(range(7))), "cron(0 0 * * ? *)"),
        (Scheduled(9, 5, 1, 2, date=date(2027, 2, 27)), "at(2027-02-27T09:05:00)"),
    ],
)
def test_an_action_is_written_as_aws_takes_it(action: Scheduled, written: str) -> None:
    assert cron(action) == written


def test_the_zone_is_given_by_its_iana_name() -> None:
    assert time_zone(MONDAY) == "Europe/Berlin"
    assert time_zone(datetime(2027, 2, 1, tzinfo=UTC)) == "UTC"


def test_a_mere_offset_has_no_name_to_give() -> None:
    with pytest.raises(DdbloadError, match="no IANA name"):
        time_zone(datetime(2027, 2, 1, tzinfo=timezone(timedelta(hours=1))))
