"""A forecast as a curve: day and week, events, trend and noise, step by step and world by world; 1 is load.rate."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import numpy as np

from ddbload.errors import UsageError
from ddbload.planner.demand.model import Floats, Month
from ddbload.planner.demand.month import WallClock, is_calendar, second_of, steps_of, wall_clock
from ddbload.planner.demand.worlds import alike, slow_noise, triangular
from ddbload.scenario.model import DayCurve, DayHours, Event, Forecast, Range, bounds
from ddbload.scenario.moment import WEEKDAYS, parse_moment

NOISE_MEMORY_S = 3600.0
_HOURS = 24
_HALF_DAY_MIN = 720


@dataclass(frozen=True, slots=True)
class Draw:
    """Draws figures: each in every world, by its name."""

    worlds: int
    seed: int

    def __call__(self, figure: float | Range, name: str) -> Floats:
        """A figure in every world, shape (worlds,)."""
        return triangular(*bounds(figure), self.worlds, self.seed, f"forecast/{name}")


def shape_of(forecast: Forecast, month: Month, worlds: int, seed: int, step_s: int) -> Floats:
    """Level of each step, the mean over it, shape (worlds, steps). Where nothing is uncertain it is held once.

    Raises:
        UsageError: an event is on a day that the month lacks.
    """
    certain = not any(low < high for low, high in _ranges(forecast)) and not bounds(forecast.noise)[2]
    draw = Draw(1 if certain else worlds, seed)
    clock = wall_clock(month, step_s)
    level = _day(forecast, clock, draw)
    _apply_week(level, forecast, clock, draw)
    for event in forecast.events:
        _apply_event(level, event, month, step_s, draw)
    if any(bounds(forecast.trend)):
        level *= 1 + draw(forecast.trend, "trend")[:, None] * clock.elapsed
    if bounds(forecast.noise)[2]:
        deviation = draw(forecast.noise, "noise")
        level *= slow_noise(deviation, steps_of(month, step_s), step_s, NOISE_MEMORY_S, seed, "forecast/noise")
    return alike(level[0], worlds) if certain else level


def _ranges(forecast: Forecast) -> Iterator[tuple[float, float]]:
    """Lowest and highest of all that shapes the month."""
    day = forecast.day
    figures: list[float | Range] = [forecast.trend, *(getattr(forecast.week, name) for name in WEEKDAYS)]
    figures += [day.trough, day.peak] if isinstance(day, DayCurve) else day.hours if day is not None else []
    for event in forecast.events:
        figures += [event.to, event.lasting]
    for figure in figures:
        low, _, high = bounds(figure)
        yield low, high


# --- day and week ----------------------------------------------------------------------------------------------------


def _day(forecast: Forecast, clock: WallClock, draw: Draw) -> Floats:
    match forecast.day:
        case DayCurve() as day:
            trough, peak = draw(day.trough, "day/trough"), draw(day.peak, "day/peak")
            curve: Floats = (peak - trough)[:, None] * risen(day, clock.hour)
            curve += trough[:, None]
            return curve
        case DayHours() as day:
            levels = np.array([draw(level, f"day/hours/{hour}") for hour, level in enumerate(day.hours)]).T
            before = np.floor(clock.hour - 0.5)  # each level holds in the middle of its hour
            share, hour = clock.hour - 0.5 - before, before.astype(np.int64)
            lines: Floats = levels[:, hour % _HOURS] * (1 - share) + levels[:, (hour + 1) % _HOURS] * share
            return lines
        case None:
            return np.ones((draw.worlds, len(clock.hour)))


def risen(day: DayCurve, hour: Floats) -> Floats:
    """How far the day has come from its trough (0) to its peak (1): half a cosine up, and half a one down."""
    peak = day.peak_at / 60
    trough = (day.peak_at + _HALF_DAY_MIN if day.trough_at is None else day.trough_at) / 60
    rise = (peak - trough) % _HOURS
    since = (hour - trough) % _HOURS
    turn = np.where(since <= rise, since / rise, 1 + (since - rise) / (_HOURS - rise))
    level: Floats = (1 - np.cos(math.pi * turn)) / 2
    return level


def _apply_week(level: Floats, forecast: Forecast, clock: WallClock, draw: Draw) -> None:
    factors = [draw(getattr(forecast.week, name), f"week/{name}") for name in WEEKDAYS]
    edges = [0, *(np.flatnonzero(np.diff(clock.weekday)) + 1).tolist(), len(clock.weekday)]
    for begin, end in pairwise(edges):
        factor = factors[int(clock.weekday[begin])]
        if (factor != 1).any():
            level[:, begin:end] *= factor[:, None]


# --- events ----------------------------------------------------------------------------------------------------------


def _apply_event(level: Floats, event: Event, month: Month, step_s: int, draw: Draw) -> None:
    """Lead the curve to the event's level, keep it there, and lead it back."""
    to, lasting = draw(event.to, f"events/{event.name}/to"), draw(event.lasting, f"events/{event.name}/lasting")
    length = float(lasting.max()) + event.ramp
    for begin_s in begins(event, month):
        first = max(0, int(begin_s // step_s))
        last = min(level.shape[1], math.ceil((begin_s + length) / step_s))
        if first >= last:
            continue
        edges = np.arange(first, last + 1) * float(step_s) - begin_s
        held = np.diff(_risen_by(edges, event.ramp) - _risen_by(edges - lasting[:, None], event.ramp)) / step_s
        level[:, first:last] += (to[:, None] - level[:, first:last]) * held


def _risen_by(seconds: Floats, ramp_s: float) -> Floats:
    """The integral of a way up that begins at 0 and is over after `ramp_s`."""
    since = np.maximum(seconds, 0.0)
    if not ramp_s:
        return since
    within = np.minimum(since, ramp_s)
    area: Floats = within * within / (2 * ramp_s) + (since - within)
    return area


def begins(event: Event, month: Month) -> Iterator[float]:
    """When an event begins, in elapsed seconds from the month's start; before it, if its end may be in the month.

    An event on a date is in the calendar month of that date alone.

    Raises:
        UsageError: it is on a day that the month lacks.
    """
    moment, first = parse_moment(event.at), month.start.date()
    days: list[date]
    if moment.date is not None:
        within = is_calendar(month) and first <= moment.date < first + timedelta(days=month.days)
        days = [moment.date] if within else []
    elif moment.day is not None:
        if moment.day > month.days:
            raise UsageError(
                f"forecast.events: '{event.name}' is on day {moment.day} of a month that has {month.days}: "
                f"{month.words} (a day from 1 to {month.days}, or a date)"
            )
        days = [first + timedelta(days=moment.day - 1)]
    else:
        days = [first + timedelta(days=k) for k in range(-7, month.days)]
        days = [day for day in days if moment.weekday in {None, day.weekday()}]
    for day in days:
        yield second_of(month, datetime.combine(day, time(moment.minute // 60, moment.minute % 60)))


def left_out(forecast: Forecast, month: Month) -> tuple[str, ...]:
    """Events, by name, that do not take place in a month: those on dates that it does not have."""
    return tuple(event.name for event in forecast.events if not any(True for _ in begins(event, month)))
