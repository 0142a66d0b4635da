"""When an event of a forecast begins: `27 20:00`, `fri 20:00`, `2026-11-27 20:00`, or `02:00` for every day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from ddbload.scenario.quantity import parse_time_of_day

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MOMENT = re.compile(r"(?:(\S+)\s+)?(\S+)", re.ASCII)
_DAY = re.compile(r"0?[1-9]|[12]\d|3[01]", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_FITS = "write a day, a weekday or a date before a time: '27 20:00', 'fri 20:00', '2026-11-27 20:00', or '02:00'"


@dataclass(frozen=True, slots=True)
class Moment:
    """When an event begins: on one of day, weekday and date, or every day where none is given.

    Attributes:
        minute: of the day, from midnight on.
        day: of the month, from 1.
        weekday: 0 is Monday.
    """

    minute: int
    day: int | None = None
    weekday: int | None = None
    date: date | None = None


def parse_moment(text: Any) -> Moment:
    """The moment that a text says.

    Raises:
        ValueError: it says none.
    """
    found = _MOMENT.fullmatch(text.strip()) if isinstance(text, str) else None
    shown = repr(text) if isinstance(text, str) else "this"
    if found is None:
        raise ValueError(f"{shown} does not say when; {_FITS}")
    try:
        minute = parse_time_of_day(found[2])
    except ValueError:
        raise ValueError(f"{shown} does not end in a time of day; {_FITS}") from None
    day = found[1]
    if day is None:
        return Moment(minute)
    if day in WEEKDAYS:
        return Moment(minute, weekday=WEEKDAYS.index(day))
    if _DAY.fullmatch(day):
        return Moment(minute, day=int(day))
    if _DATE.fullmatch(day):
        try:
            return Moment(minute, date=date.fromisoformat(day))
        except ValueError:
            raise ValueError(f"{shown}: there is no such date; a date that the calendar has") from None
    raise ValueError(f"{shown}: '{day}' is no day of a month, no weekday and no date; {_FITS}")
