"""The month that is planned: its first moment, how long it is, and what a clock on the wall shows in each of its steps.

Where a day has 23 or 25 hours (clocks are put forward or back) it has so many here: steps are even in elapsed time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from ddbload.errors import UsageError
from ddbload.planner.demand.model import Month

MEAN_DAYS = 30
MEAN_HOURS = 730.0
"""Hours of a mean month, 365 x 24 / 12: what a month without a name is billed for."""
_MEAN_START = (2026, 6, 1)
"""A Monday that begins 30 days in which no zone moves its clocks."""
_CALENDAR = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_DECEMBER = 12
_FIRST_YEAR, _LAST_YEAR = 2000, 2200
_QUARTER_S = 900
"""Zones change their offset at whole quarters of an hour."""
_DAY_S = 86400

Integers = NDArray[np.int64]


def month_of(zone: str = "UTC", calendar: str | None = None) -> Month:
    """A month in a zone: 30 days from a Monday, billed as a mean month, or the calendar's own such as "2027-02".

    Raises:
        UsageError: there is no such month, or no such zone.
    """
    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(f"'{zone}' is no time zone (a name such as Europe/Berlin or UTC)") from None
    if calendar is None:
        start = datetime(*_MEAN_START, tzinfo=place)
        words = f"{MEAN_DAYS} days from a Monday on ({zone}), billed as a mean month of {MEAN_HOURS:g} hours"
        return Month(start, MEAN_DAYS, MEAN_HOURS, words)
    year, number = _year_and_number(calendar)
    start = datetime(year, number, 1, tzinfo=place)
    end = datetime(year + number // _DECEMBER, number % _DECEMBER + 1, 1, tzinfo=place)
    days = (end.date() - start.date()).days
    hours = (end.astimezone(UTC) - start.astimezone(UTC)) / timedelta(hours=1)
    return Month(start, days, hours, f"{start:%B %Y} ({zone}): {days} days, {hours:g} hours")


def _year_and_number(calendar: str) -> tuple[int, int]:
    found = _CALENDAR.fullmatch(calendar.strip())
    year, number = (int(found[1]), int(found[2])) if found else (0, 0)
    if not (_FIRST_YEAR <= year < _LAST_YEAR and 1 <= number <= _DECEMBER):
        fits = f"a year from {_FIRST_YEAR} to {_LAST_YEAR - 1} and a month, such as 2027-02"
        raise UsageError(f"'{calendar}' is no month ({fits})")
    return year, number


def is_calendar(month: Month) -> bool:
    """Whether it is a month of the calendar, with dates, rather than 30 days like any."""
    return month.billed_hours != MEAN_HOURS or month.days != MEAN_DAYS


def seconds_of(month: Month) -> int:
    """How long the simulated days are, in elapsed seconds."""
    end = month.start + timedelta(days=month.days)  # on the wall: midnight to midnight
    return round((end.astimezone(UTC) - month.start.astimezone(UTC)).total_seconds())


def steps_of(month: Month, step_s: int) -> int:
    """How many steps there are."""
    return seconds_of(month) // step_s


def second_of(month: Month, wall: datetime) -> int:
    """Elapsed seconds from the month's start to a time on the wall, without a zone; the first, where it comes twice."""
    moment = wall.replace(tzinfo=month.start.tzinfo)
    return round((moment.astimezone(UTC) - month.start.astimezone(UTC)).total_seconds())


@dataclass(frozen=True, slots=True)
class WallClock:
    """What the clock shows in the middle of each step: shape (steps,).

    Attributes:
        hour: hours since midnight, a fraction with them.
        weekday: 0 is Monday.
        elapsed: share of the month that is over.
    """

    hour: NDArray[np.float64]
    weekday: Integers
    elapsed: NDArray[np.float64]


def wall_clock(month: Month, step_s: int) -> WallClock:
    """The clock on the wall of the month's zone, step by step."""
    length_s = seconds_of(month)
    middle = (np.arange(length_s // step_s, dtype=np.float64) + 0.5) * step_s
    start = month.start.astimezone(UTC)
    quarters = range(-(-length_s // _QUARTER_S))
    offsets = np.array([_offset_s(start + timedelta(seconds=_QUARTER_S * k), month) for k in quarters])
    wall = middle + (offsets - offsets[0])[(middle // _QUARTER_S).astype(np.int64)]
    days = np.floor(wall / _DAY_S).astype(np.int64)
    return WallClock((wall - days * _DAY_S) / 3600, (month.start.weekday() + days) % 7, middle / length_s)


def _offset_s(moment: datetime, month: Month) -> float:
    offset = moment.astimezone(month.start.tzinfo).utcoffset()
    return offset.total_seconds() if offset is not None else 0.0
