"""A forecast in words: for `check --explain`, and for what a plan says of its demand."""

from __future__ import annotations

from collections.abc import Callable

from ddbload.scenario.model import DayCurve, Forecast, Range, bounds
from ddbload.scenario.moment import WEEKDAYS
from ddbload.scenario.quantity import spell_duration, spell_percent, spell_time


def month_words(forecast: Forecast) -> str:
    """How the month goes, in percent of load.rate."""
    parts = [_day(forecast)]
    days = [name for name in WEEKDAYS if getattr(forecast.week, name) != 1]
    parts += [", ".join(f"{name} {_figure(getattr(forecast.week, name))}" for name in days)] if days else []
    parts += [f"'{event.name}' ({event.at}) to {_figure(event.to)}" for event in forecast.events]
    parts += [f"trend {_figure(forecast.trend)}"] if forecast.trend else []
    parts += [f"noise {_figure(forecast.noise)}"] if forecast.noise else []
    return "; ".join(parts)


def later_words(forecast: Forecast) -> str:
    """How it goes on: growth, and what is kept; empty where the forecast tells neither."""
    parts = []
    if forecast.growth is not None:
        monthly, months = _figure(forecast.growth.monthly), forecast.growth.months
        parts.append(f"grows by {monthly} a month, {months} months ahead")
    if forecast.retain is not None:
        parts.append(f"items are kept for {_figure(forecast.retain, spell_duration)}")
    return "; ".join(parts)


def _day(forecast: Forecast) -> str:
    day = forecast.day
    if day is None:
        return "flat at 100%"
    if not isinstance(day, DayCurve):
        return f"by the hours of the day ({forecast.zone})"
    trough, peak = _figure(day.trough), _figure(day.peak)
    return f"from {trough} to {peak} a day with the peak at {spell_time(day.peak_at)} ({forecast.zone})"


def _figure(figure: float | Range, spell: Callable[[float], str] = spell_percent) -> str:
    low, likely, high = bounds(figure)
    return spell(likely) + ("" if low == high else f" ({spell(low)} to {spell(high)})")
