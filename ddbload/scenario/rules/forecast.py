"""The forecast: ranges in order, a trough below its peak, events that take place one at a time, a zone there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ddbload.scenario.levels import is_closed
from ddbload.scenario.model import (
    DayCurve,
    DayHours,
    DurationRange,
    Event,
    FactorRange,
    Forecast,
    PercentRange,
    Range,
    Scenario,
    SignedRange,
    bounds,
)
from ddbload.scenario.moment import WEEKDAYS, Moment, parse_moment
from ddbload.scenario.quantity import spell_duration, spell_percent, spell_time
from ddbload.scenario.rules.fault import Fault
from ddbload.scenario.source import Loc, nearest

DAYS = 30
"""Days of the month that is planned when no other is asked for."""
_DAY_S, _WEEK_S = 86400, 7 * 86400
_HALF_DAY_MIN, _DAY_MIN = 720, 1440
_FAR_S = 10.0**12


def forecast_faults(scenario: Scenario) -> Iterator[Fault]:
    """What keeps the forecast from being a month. None where there is no forecast."""
    forecast = scenario.forecast
    if forecast is None:
        return
    if scenario.load.replay is not None:
        message = "a forecast is in percent of load.rate, and a replay has none"
        fits = "leave it out: plan takes the trace itself for the month; or a load with mix, rate and phases"
        yield Fault(("forecast",), message, fits, at_key=True)
    elif is_closed(scenario.load):
        message = "a forecast is in percent of load.rate, and a closed loop has none: it follows from the answers"
        fits = "arrivals: poisson with a rate; or leave it out, and plan from a run"
        yield Fault(("forecast",), message, fits, at_key=True)
    ranges = [*_range_faults(forecast)]
    yield from ranges
    if not ranges:  # what is compared below are their bounds
        yield from _day_faults(forecast)
        yield from _least_faults(forecast)
        yield from _event_faults(forecast.events)


# --- figures -------------------------------------------------------------------------------------------------------


def _figures(forecast: Forecast) -> Iterator[tuple[Loc, float | Range]]:
    if isinstance(forecast.day, DayCurve):
        yield ("day", "trough"), forecast.day.trough
        yield ("day", "peak"), forecast.day.peak
    elif isinstance(forecast.day, DayHours):
        for hour, level in enumerate(forecast.day.hours):
            yield ("day", "hours", hour), level
    for name in WEEKDAYS:
        yield ("week", name), getattr(forecast.week, name)
    for position, event in enumerate(forecast.events):
        yield ("events", position, "to"), event.to
        yield ("events", position, "lasting"), event.lasting
    yield ("trend",), forecast.trend
    yield ("noise",), forecast.noise
    yield ("burstiness",), forecast.burstiness
    if forecast.growth is not None:
        yield ("growth", "monthly"), forecast.growth.monthly
    if forecast.retain is not None:
        yield ("retain",), forecast.retain


def _range_faults(forecast: Forecast) -> Iterator[Fault]:
    for loc, figure in _figures(forecast):
        if not isinstance(figure, (PercentRange, SignedRange, DurationRange, FactorRange)):
            continue
        spell = _spelling(figure)
        fits = "{" + ", ".join(
            f"{key}: {spell(value)}"
            for key, value in zip(("low", "likely", "high"), sorted(bounds(figure)), strict=True)
        )
        for lower, upper in (("low", "likely"), ("likely", "high")):
            less, more = getattr(figure, lower), getattr(figure, upper)
            if less > more:
                message = f"`{lower}` is {spell(less)}, above `{upper}`, which is {spell(more)}"
                yield Fault(("forecast", *loc, lower), message, fits + "}")
                break


def _spelling(figure: Range) -> Callable[[float], str]:
    if isinstance(figure, DurationRange):
        return spell_duration
    return (lambda value: f"{value:g}") if isinstance(figure, FactorRange) else spell_percent


def _least_faults(forecast: Forecast) -> Iterator[Fault]:
    """No figure takes away more than there is."""
    growth = forecast.growth.monthly if forecast.growth is not None else 0.0
    for loc, figure, what in (
        (("growth", "monthly"), growth, "a month's load cannot be less than nothing"),
        (("trend",), forecast.trend, "the last day's load cannot be less than nothing"),
    ):
        if (low := bounds(figure)[0]) < -1:
            yield Fault(("forecast", *loc, *_low(figure)), f"{spell_percent(low)}: {what}", "at least -100%")


def _low(figure: float | Range) -> tuple[str, ...]:
    return () if isinstance(figure, (int, float)) else ("low",)


# --- the day -------------------------------------------------------------------------------------------------------


def _day_faults(forecast: Forecast) -> Iterator[Fault]:
    day = forecast.day
    if day is None:
        return
    if day.zone != "UTC":
        yield from _zone_faults(day.zone)
    if isinstance(day, DayHours):
        if not any(bounds(level)[2] for level in day.hours):
            yield Fault(
                ("forecast", "day", "hours"), "every hour is at 0%, so that nothing arrives", "a level above 0%"
            )
        return
    trough, peak = bounds(day.trough), bounds(day.peak)
    if trough[2] > peak[0]:
        told = "" if trough[0] == trough[2] and peak[0] == peak[2] else " may be"
        message = f"the trough{told or ' is'} {spell_percent(trough[2])}, above the peak, which{told or ' is'} "
        fits = f"a trough of at most {spell_percent(peak[0])}; the day's lowest level is the trough"
        yield Fault(("forecast", "day", "trough"), message + spell_percent(peak[0]), fits)
    elif not peak[2]:
        yield Fault(("forecast", "day", "peak"), "the peak is 0%, so that nothing arrives", "a level above 0%")
    if day.trough_at == day.peak_at:
        opposite = spell_time((day.peak_at + _HALF_DAY_MIN) % _DAY_MIN)
        message = f"trough and peak are both at {spell_time(day.peak_at)}"
        yield Fault(("forecast", "day", "trough_at"), message, f'another time, such as "{opposite}"')


def _zone_faults(zone: str) -> Iterator[Fault]:
    import zoneinfo  # noqa: PLC0415 - only a forecast with a zone needs it, and a check is short

    try:
        zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        fits = nearest(zone, sorted(zoneinfo.available_timezones()), "such as").partition(" such as: ")[0]
        fits = fits if fits.startswith("did") else "a name of the IANA database, such as Europe/Berlin or UTC"
        yield Fault(("forecast", "day", "zone"), f"there is no time zone '{zone}'", fits)


# --- events --------------------------------------------------------------------------------------------------------


def _event_faults(events: Sequence[Event]) -> Iterator[Fault]:
    wrong = False
    names: set[str] = set()
    for position, event in enumerate(events):
        for fault in _one_event_faults(event, ("forecast", "events", position), names):
            wrong = True
            yield fault
    if not wrong:
        yield from _overlap_faults(events)


def _one_event_faults(event: Event, loc: Loc, names: set[str]) -> Iterator[Fault]:
    if event.name in names:
        yield Fault((*loc, "name"), f"there are two events '{event.name}'", "a name of its own")
    names.add(event.name)
    moment = parse_moment(event.at)
    if moment.day is not None and moment.day > DAYS:
        message = f"the month that is planned has {DAYS} days, and no {moment.day}st"
        fits = (
            f"a day from 1 to {DAYS}; or a date such as '2026-10-31 {spell_time(moment.minute)}', for --month 2026-10"
        )
        yield Fault((*loc, "at"), message, fits)
    least = bounds(event.lasting)[0]
    if event.ramp > least:
        message = f"the way up takes {spell_duration(event.ramp)}, longer than the event, which lasts "
        yield Fault((*loc, "ramp"), message + spell_duration(least), f"at most {spell_duration(least)}")
    every_s = _every_s(moment)
    longest = bounds(event.lasting)[2] + event.ramp
    if longest > every_s:
        message = f"'{event.name}' takes {spell_duration(longest)} and begins anew every {spell_duration(every_s)}"
        yield Fault((*loc, "lasting"), message, f"at most {spell_duration(every_s)}, with the way back")


def _every_s(moment: Moment) -> float:
    if moment.weekday is not None:
        return _WEEK_S
    return _FAR_S if moment.day is not None or moment.date is not None else _DAY_S


def _overlap_faults(events: Sequence[Event]) -> Iterator[Fault]:
    """Of events that are sound: each with those before it, in a month that begins on a Monday."""
    spans = [[*_spans(event)] for event in events]
    for position, event in enumerate(events):
        for before in range(position):
            if any(a < d and c < b for a, b in spans[position] for c, d in spans[before]):
                other = events[before]
                until = spell_duration(bounds(other.lasting)[2] + other.ramp)
                message = f"'{event.name}' overlaps with '{other.name}', which begins at '{other.at}' and takes {until}"
                yield Fault(("forecast", "events", position, "at"), message, "another time; one event at a time")
                break


def _spans(event: Event) -> Iterator[tuple[float, float]]:
    """Beginning and end of each time that it takes place, in seconds; dates stand apart, in their own months."""
    moment = parse_moment(event.at)
    length = bounds(event.lasting)[2] + event.ramp
    if moment.date is not None:
        days: Sequence[int] = (moment.date.toordinal() + 10**6,)
    elif moment.day is not None:
        days = (moment.day - 1,)
    elif moment.weekday is not None:
        days = range(moment.weekday - 7, DAYS, 7)
    else:
        days = range(-1, DAYS)
    for day in days:
        begin = day * _DAY_S + moment.minute * 60.0
        yield begin, begin + length
