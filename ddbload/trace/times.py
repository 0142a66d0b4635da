"""The forms of a trace's times: found out by the first row, then held to."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_NS = 10**9
_UNITS = {
    "s": ("seconds", 10**9),
    "ms": ("milliseconds", 10**6),
    "us": ("microseconds", 10**3),
    "ns": ("nanoseconds", 1),
}
# A number counts from 1970 when that puts it after March 1973; smaller ones count from the start of the trace.
_SINCE_1970 = ((10**17, "ns"), (10**14, "us"), (10**11, "ms"), (10**8, "s"))


@dataclass(frozen=True, slots=True)
class TimeForm:
    """How times are written.

    Attributes:
        name: in words, such as "milliseconds since 1970".
        example: of a time that fits.
        parse: a column of times -> nanoseconds; ValueError, TypeError or OverflowError where one does not fit.
    """

    name: str
    example: str
    parse: Callable[[Sequence[Any]], list[int]]

    @property
    def fits(self) -> str:
        """What a time must look like."""
        return f"as in the first row: {self.name}, like {self.example}"


ANY_TIME = "seconds or milliseconds since 1970, an ISO 8601 text like 2026-01-01T12:00:00Z, or seconds from the start"


def time_form(first: Any, unit: str | None = None) -> TimeForm | None:
    """The form of a trace whose first time this is; `unit` (s, ms, us, ns) where its column names it. None: no time."""
    try:
        number = float(first) if not isinstance(first, (bool, datetime)) else math.nan
    except (TypeError, ValueError):
        number = math.nan
    if math.isfinite(number):
        return _number_form(number, unit)
    for form in (ISO, DATETIME):
        try:
            form.parse([first])
        except (TypeError, ValueError, OverflowError):
            continue
        return form
    return None


def _number_form(number: float, unit: str | None) -> TimeForm:
    since = next((u for least, u in _SINCE_1970 if number >= least), None)
    chosen = unit or since or "s"
    word, ns = _UNITS[chosen]
    example = {"s": "1767225600.25", "ms": "1767225600250", "us": "1767225600250000", "ns": "1767225600250000000"}[
        chosen
    ]
    if since is None:
        return TimeForm(f"{word} from the start", "12.5", _scaled(ns))
    # a float of seconds since 1970 is right to a quarter of a microsecond: more digits would be noise
    return TimeForm(f"{word} since 1970", example, _micros if chosen == "s" else _scaled(ns))


def _scaled(ns: int) -> Callable[[Sequence[Any]], list[int]]:
    def parse(times: Sequence[Any]) -> list[int]:
        kinds = set(map(type, times))
        if bool in kinds:
            raise TypeError("not a time")
        if ns < _NS and float not in kinds:
            try:
                return [int(t) * ns for t in times]
            except ValueError:
                pass  # texts with a fraction
        return [round(float(t) * ns) for t in times]

    return parse


def _micros(times: Sequence[Any]) -> list[int]:
    return [round(float(t) * 1e6) * 1000 for t in times]


def _iso(times: Sequence[Any]) -> list[int]:
    """ISO 8601 to the microsecond; without an offset, UTC."""
    read = datetime.fromisoformat
    return _moments([read(t) for t in times])


def _moments(times: Sequence[Any]) -> list[int]:
    if any(moment.tzinfo is None for moment in times):
        times = [moment if moment.tzinfo else moment.replace(tzinfo=UTC) for moment in times]
    return [round(moment.timestamp() * 1e6) * 1000 for moment in times]


def _datetimes(times: Sequence[Any]) -> list[int]:
    if not all(isinstance(moment, datetime) for moment in times):
        raise TypeError("not a moment")
    return _moments(times)


ISO = TimeForm("ISO 8601", "2026-01-01T12:00:00.250Z", _iso)
DATETIME = TimeForm("moments", "2026-01-01 12:00:00", _datetimes)
