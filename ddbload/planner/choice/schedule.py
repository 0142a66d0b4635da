"""Scheduled scaling from the day's own shape: bounds that rise ahead of what is known to come.

The capacity that each hour of a day needs is covered by a few levels, each held for some hours, at the least sum over
the day. Levels change on the hour: an hour is billed at its highest capacity, so that a change within it buys nothing.

Hours of the month that are far beyond what is usual at their time, in the median world, are events: they have actions
of their own date, and do not count for the days of every week.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from math import ceil

import numpy as np
from numpy.typing import NDArray

from ddbload.capacity.behaviour.settings import Floats, Scheduled

_WORKING = frozenset(range(5))
_WEEKEND = frozenset({5, 6})
_HOUR = timedelta(hours=1)
_ALIKE = 0.15
"""Working days and weekends whose hours differ by less than this have one schedule."""
_FAR = 1.5
"""An hour that asks for this many times what is usual on such days is an event's."""
_DAYS_OF_HABIT = 4
"""Fewer days do not tell what is usual."""
_MOST_EVENTS = 4
"""More of them in a month are no events: the load is like that."""
_AHEAD = timedelta(minutes=10)
"""How long before an event its minimum is raised: an update of capacity takes some minutes."""
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Event:
    """Something known to come once: from when to when, by the local time, and how many units a second it needs."""

    begins: datetime
    ends: datetime
    need: float


def hourly_need(units: Floats, start: datetime, *, confidence: float) -> dict[frozenset[int] | None, Floats]:
    """What each hour of a day needs, by group of weekdays; one group, None, where they are alike.

    Args:
        units: units a second, means of minutes, shape (worlds, minutes), from midnight on.
        start: the first moment.
        confidence: the share of days and worlds in which the highest minute of the hour is at most the need.

    Returns:
        For each group shape (24,).
    """
    peaks = _hourly_peaks(units, start)
    if not peaks.size:
        return {}
    groups = _groups(start, peaks.shape[1])
    usual = ~_far_beyond(peaks, groups)
    needs: dict[frozenset[int] | None, Floats] = {
        group: np.array([np.quantile(peaks[:, at & usual[:, hour], hour], confidence) for hour in range(24)])
        for group, at in groups.items()
    }
    first, *rest = needs.values()
    if rest and np.all(np.abs(first - rest[0]) <= _ALIKE * np.maximum(first, rest[0])):
        return {None: np.maximum(first, rest[0])}
    return {None: first} if not rest else needs


def _hourly_peaks(units: Floats, start: datetime) -> Floats:
    """The highest minute of each hour by the local clock, shape (worlds, days, 24).

    An hour that comes twice counts once, by the higher; one that is left out as the hour before it.
    """
    hours = units.shape[1] // 1440 * 24
    by_hour: Floats = units[:, : hours * 60].reshape(len(units), hours, 60).max(axis=2)
    began, zone = start.astimezone(UTC), start.tzinfo
    moments = [(began + hour * _HOUR).astimezone(zone) for hour in range(hours)]
    if not moments or moments[0].utcoffset() == moments[-1].utcoffset():
        return by_hour.reshape(len(units), -1, 24)
    first = start.date()
    peaks: Floats = np.full((len(units), (moments[-1].date() - first).days + 1, 24), np.nan)
    for hour, moment in enumerate(moments):
        day = (moment.date() - first).days
        peaks[:, day, moment.hour] = np.fmax(peaks[:, day, moment.hour], by_hour[:, hour])
    for hour in range(1, 24):
        peaks[:, :, hour] = np.where(np.isnan(peaks[:, :, hour]), peaks[:, :, hour - 1], peaks[:, :, hour])
    return peaks


def _groups(start: datetime, days: int) -> dict[frozenset[int], Bools]:
    """Which days are working days and which are weekends; what there is none of is left out."""
    weekday = np.array([(start + timedelta(days=day)).weekday() for day in range(days)])
    found = {group: np.isin(weekday, list(group)) for group in (_WORKING, _WEEKEND)}
    return {group: at for group, at in found.items() if at.any()}


def _far_beyond(peaks: Floats, groups: dict[frozenset[int], Bools]) -> Bools:
    """The hours of events, shape (days, 24): in the median world far beyond the median of such days."""
    likely = np.median(peaks, axis=0)
    far = np.zeros(likely.shape, dtype=np.bool_)
    for at in groups.values():
        if at.sum() >= _DAYS_OF_HABIT:
            far[at] = likely[at] > _FAR * np.median(likely[at], axis=0)
    return far if len(_spans(far)) <= _MOST_EVENTS else np.zeros_like(far)


def _spans(far: Bools) -> list[tuple[int, int]]:
    """From which hour of the month to which, for each stretch of such hours."""
    edges = np.diff(far.reshape(-1).astype(np.int8), prepend=0, append=0)
    begin, end = (np.flatnonzero(edges == step).tolist() for step in (1, -1))
    return list(zip(begin, end, strict=True))


def events(units: Floats, start: datetime, *, confidence: float) -> tuple[Event, ...]:
    """What is known to come once: the hours that `hourly_need`, which takes the same, leaves out."""
    peaks = _hourly_peaks(units, start)
    if not peaks.size:
        return ()
    by_hour, first = peaks.reshape(len(peaks), -1), start.date()

    def moment(hour: int) -> datetime:
        return datetime.combine(first + timedelta(days=hour // 24), time(hour % 24), start.tzinfo)

    return tuple(
        Event(moment(begin), moment(end), float(np.quantile(by_hour[:, begin:end].max(axis=1), confidence)))
        for begin, end in _spans(_far_beyond(peaks, _groups(start, peaks.shape[1])))
    )


@lru_cache(maxsize=64)
def cover(need: tuple[float, ...], levels: int) -> list[tuple[int, float]]:
    """At most so many levels over the 24 hours of a day that are never below the need, at the least sum.

    Returns:
        (hour from which on, level), in order of the hour; the first one holds through midnight if it begins later.
    """
    found = min((_cover_from(need, levels, hour) for hour in range(len(need))), key=lambda each: each[0])[1]
    merged: list[tuple[int, float]] = []
    for hour, level in sorted(found):
        if not merged or merged[-1][1] != level:
            merged.append((hour, level))
    return merged[1:] if len(merged) > 1 and merged[0][1] == merged[-1][1] else merged


def _cover_from(need: Sequence[float], levels: int, first: int) -> tuple[float, list[tuple[int, float]]]:
    """The least cover whose first level begins at an hour: by dynamic programming over where the last one begins."""
    hours = len(need)
    turned = [*need[first:], *need[:first]]
    best: dict[int, tuple[float, list[tuple[int, float]]]] = {0: (0.0, [])}
    for _ in range(levels):
        further = dict(best)
        for begun, (cost, chosen) in best.items():
            top = 0.0
            for end in range(begun, hours):
                top = max(top, turned[end])
                total = cost + top * (end + 1 - begun)
                if end + 1 not in further or total < further[end + 1][0]:
                    further[end + 1] = (total, [*chosen, ((begun + first) % hours, top)])
        best = further
    return best[hours]


def actions(
    needs: dict[frozenset[int] | None, Floats],
    levels: int,
    *,
    factor: float,
    high: float,
    known: Sequence[Event] = (),
) -> tuple[Scheduled, ...]:
    """Scheduled actions that raise the minimum to so much of what each hour, and each known event, needs."""
    made: list[Scheduled] = []
    for weekdays, need in needs.items():
        for hour, level in cover(tuple(float(each) for each in need), levels):
            low = min(high, max(1.0, ceil(level * factor)))
            made.append(Scheduled(hour, 0, low=low, high=high, weekdays=weekdays))
    once = [action for event in known for action in _of_event(event, made, factor=factor, high=high)]
    return (*made, *once)


def _of_event(event: Event, usual: Sequence[Scheduled], *, factor: float, high: float) -> Iterator[Scheduled]:
    """Up ahead of it, up again after each usual action that falls into it, and down to what is usual when it ends."""
    begins = event.begins - _AHEAD
    low = max(min(high, float(ceil(event.need * factor))), _held(usual, begins))
    hours = int((event.ends - event.begins) / _HOUR)
    within = [event.begins + hour * _HOUR for hour in range(hours)]
    again = [moment + timedelta(minutes=1) for moment in within if any(_acts(each, moment) for each in usual)]
    for moment in (begins, *again):
        yield Scheduled(moment.hour, moment.minute, low=low, high=high, date=moment.date())
    ends = event.ends
    yield Scheduled(ends.hour, ends.minute, low=_held(usual, ends), high=high, date=ends.date())


def _acts(action: Scheduled, moment: datetime) -> bool:
    return action.hour == moment.hour and (action.weekdays is None or moment.weekday() in action.weekdays)


def _held(usual: Sequence[Scheduled], moment: datetime) -> float:
    """The minimum by the last of these actions, each of which acts on the hour."""
    hours = (moment - back * _HOUR for back in range(7 * 24))
    return next((each.low for hour in hours for each in usual if _acts(each, hour)), 1.0)
