"""Scheduled scaling: when actions act, by the local time of a zone, and how AWS has them written.

Source: Application Auto Scaling User Guide, "Scheduled scaling" and "Schedule recurring scaling actions using cron
expressions"; Amazon DynamoDB API, PutScheduledAction of Application Auto Scaling.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from ddbload.capacity.behaviour.settings import Scheduled
from ddbload.errors import DdbloadError

_DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Bounds:
    """MinCapacity and MaxCapacity of some lanes from a minute on, units a second."""

    lanes: NDArray[np.intp]
    low: float
    high: float


def acting_minutes(action: Scheduled, start: datetime, minutes: int) -> tuple[int, ...]:
    """The minutes, counted from `start`, at whose beginning an action acts.

    A local time that is left out when clocks go forward acts as much later; one that comes twice when they go back
    acts the first time. A time within a minute of the simulation acts at the beginning of that minute.

    Raises:
        DdbloadError: `start` has no zone.
    """
    if start.tzinfo is None:
        raise DdbloadError(f"the simulation's start {start} has no zone, so that its schedule has no local time")
    began, found = start.astimezone(UTC), []
    days = minutes // 1440 + 2
    for day in range(-1, days):
        date = start.date() + timedelta(days=day)
        if action.date not in (None, date) or (action.weekdays is not None and date.weekday() not in action.weekdays):
            continue
        local = datetime.combine(date, time(action.hour, action.minute), tzinfo=start.tzinfo)
        minute = (local.astimezone(UTC) - began) // timedelta(seconds=_MINUTE_S)
        if 0 <= minute < minutes:
            found.append(minute)
    return tuple(found)


def agenda_of(
    schedules: Iterable[tuple[NDArray[np.intp], Sequence[Scheduled]]], start: datetime, minutes: int
) -> Mapping[int, tuple[Bounds, ...]]:
    """By the minute, the bounds that lanes get then; of actions at the same minute the later in its schedule holds.

    Args:
        schedules: lanes, and the schedule that they have.
        start: the beginning of minute 0, with its zone.
        minutes: how many are simulated.
    """
    found: dict[int, tuple[Bounds, ...]] = {}
    for lanes, actions in schedules:
        for action in actions:
            for minute in acting_minutes(action, start, minutes):
                found[minute] = (*found.get(minute, ()), Bounds(lanes, action.low, action.high))
    return found


def cron(action: Scheduled) -> str:
    """The action's Schedule for PutScheduledAction, in local time: AWS's six fields, or the moment of what acts once.

    Its zone is that of `time_zone`.
    """
    if action.date is not None:
        return f"at({action.date.isoformat()}T{action.hour:02}:{action.minute:02}:00)"
    if action.weekdays is None or len(action.weekdays) == len(_DAYS):
        return f"cron({action.minute} {action.hour} * * ? *)"
    days = ",".join(_DAYS[day] for day in sorted(action.weekdays))
    return f"cron({action.minute} {action.hour} ? * {days} *)"


def time_zone(start: datetime) -> str:
    """The Timezone for PutScheduledAction: an IANA name.

    Raises:
        DdbloadError: the zone is a mere offset, which PutScheduledAction does not take.
    """
    if isinstance(start.tzinfo, ZoneInfo) and start.tzinfo.key:
        return start.tzinfo.key
    if start.tzinfo is UTC:
        return "UTC"
    raise DdbloadError(f"the zone {start.tzinfo} has no IANA name such as Europe/Berlin")
