"""Scheduled scaling from the day's own shape: bounds that rise ahead of what is known to come.

The capacity that each hour of a day needs is covered by a few levels, each held for some hours, at the least sum over
the day. Levels change on the hour: an hour is billed at its highest capacity, so that a change within it buys nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil

import numpy as np

from ddbload.capacity.behaviour.settings import Floats, Scheduled

_WORKING = frozenset(range(5))
_WEEKEND = frozenset({5, 6})
_ALIKE = 0.15
"""Working days and weekends whose hours differ by less than this have one schedule."""


def hourly_need(units: Floats, start: datetime, *, confidence: float) -> dict[frozenset[int] | None, Floats]:
    """What each hour of a day needs, by group of weekdays; one group, None, where they are alike.

    Args:
        units: units a second, means of minutes, shape (worlds, minutes), from midnight on.
        start: the first moment.
        confidence: the share of days and worlds in which the highest minute of the hour is at most the need.

    Returns:
        For each group shape (24,).
    """
    days = units.shape[1] // 1440
    if not days:
        return {}
    peaks = units[:, : days * 1440].reshape(len(units), days, 24, 60).max(axis=3)
    weekday = np.array([(start + timedelta(days=day)).weekday() for day in range(days)])
    groups = {group: np.isin(weekday, list(group)) for group in (_WORKING, _WEEKEND)}
    needs: dict[frozenset[int] | None, Floats] = {
        group: np.quantile(peaks[:, at].reshape(-1, 24), confidence, axis=0) for group, at in groups.items() if at.any()
    }
    first, *rest = needs.values()
    if rest and np.all(np.abs(first - rest[0]) <= _ALIKE * np.maximum(first, rest[0])):
        return {None: np.maximum(first, rest[0])}
    return {None: first} if not rest else needs


def cover(need: Sequence[float], levels: int) -> list[tuple[int, float]]:
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
    needs: dict[frozenset[int] | None, Floats], levels: int, *, factor: float, high: float
) -> tuple[Scheduled, ...]:
    """Scheduled actions that raise the minimum to so much of what each hour needs."""
    made = []
    for weekdays, need in needs.items():
        for hour, level in cover([float(each) for each in need], levels):
            low = min(high, max(1.0, ceil(level * factor)))
            made.append(Scheduled(hour, 0, low=low, high=high, weekdays=weekdays))
    return tuple(made)
