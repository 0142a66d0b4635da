"""A scenario's demand over a month, in many worlds: by its forecast, by the run's own phases, or flat at the rate."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from ddbload.errors import UsageError
from ddbload.planner.demand.model import Demand, Floats, Month
from ddbload.planner.demand.month import steps_of
from ddbload.planner.demand.repeated import recorded, repeated, trace_rate
from ddbload.planner.demand.shape import Draw, left_out, shape_of
from ddbload.planner.demand.worlds import Scaled, alike, times_each
from ddbload.preflight.forecast import month_words
from ddbload.preflight.recorded import surveyed
from ddbload.scenario.levels import OpenLoop, levels, open_loops
from ddbload.scenario.model import Forecast, Scenario, bounds
from ddbload.scenario.quantity import spell_duration
from ddbload.workload.replay import Survey

Way = Literal["forecast", "load", "flat"]
_TRACE = ""
"""The stream that a trace's arrivals are, by name."""


@dataclass(frozen=True, slots=True)
class _Rates:
    """Arrivals a second at 100 %, by stream, and the variance of a second's arrivals over their mean."""

    rates: Mapping[str, float]
    dispersion: Mapping[str, float]
    survey: Survey | None = None


def demand_of(
    scenario: Scenario,
    month: Month,
    worlds: int,
    seed: int,
    *,
    kind: Way | None = None,
    step_s: int = 60,
    rate: float | None = None,
    survey: Survey | None = None,
) -> Demand:
    """Arrivals over a month in steps of `step_s` seconds; world 0 is the likely one.

    `kind`: by the forecast, by the run's own load over and over, or flat at the rate; None: by the forecast where there
    is one. `rate` is that of a closed loop, as a run measured it; `survey` spares a replay a pass over its trace.

    Raises:
        UsageError: there is no forecast; an event of it is on a day that the month lacks; or the load is a closed loop
            and `rate` is not known.
        ScenarioError, TraceError: the trace cannot be replayed.
    """
    forecast = scenario.forecast
    way: Way = kind or ("flat" if forecast is None else "forecast")
    if way == "forecast" and forecast is None:
        raise UsageError("the scenario has no forecast (write one, or plan with --demand load)")
    found = _rates(scenario, rate, survey)
    if way == "forecast" and forecast is not None:
        demand = _by_forecast(forecast, month, worlds, seed, found, step_s)
    elif way == "load":
        demand = _by_load(scenario, month, worlds, found, step_s)
    else:
        demand = _flat(month, worlds, found, step_s)
    return demand if forecast is None else _lasting(demand, forecast, worlds, seed)


def later(demand: Demand, months: int) -> Demand:
    """The demand so many months later: in each world the load grown by its own growth, and the rest as it is."""
    factor = (1 + demand.growth) ** months
    arrivals = demand.arrivals
    grown: Mapping[str, Floats]
    if isinstance(arrivals, Scaled):
        grown = Scaled(times_each(arrivals.shape, factor), arrivals.rates)
    else:
        grown = {stream: times_each(of, factor) for stream, of in arrivals.items()}
    return replace(demand, arrivals=grown)


def _lasting(demand: Demand, forecast: Forecast, worlds: int, seed: int) -> Demand:
    """With the growth and the retention that a forecast tells, wherever the arrivals come from."""
    draw = Draw(worlds, seed)
    growth = np.zeros(worlds) if forecast.growth is None else draw(forecast.growth.monthly, "growth")
    retain_s = None if forecast.retain is None else draw(forecast.retain, "retain")
    return replace(demand, growth=growth, retain_s=retain_s)


def _by_forecast(forecast: Forecast, month: Month, worlds: int, seed: int, found: _Rates, step_s: int) -> Demand:
    shape = shape_of(forecast, month, worlds, seed, step_s)
    dispersion = math.fsum(bounds(forecast.burstiness)) / 3  # the mean of the triangle
    flat = not forecast.model_fields_set & {"day", "week", "events", "trend", "noise"}
    return Demand(
        month,
        step_s,
        Scaled(shape, found.rates),
        dict.fromkeys(found.rates, dispersion),
        np.zeros(worlds),
        "forecast",
        _told(forecast, month, sum(found.rates.values())),
        upper_bound=flat,
    )


def _told(forecast: Forecast, month: Month, rate: float) -> str:
    """The forecast in one sentence."""
    words = f"the forecast, in percent of {rate:,.6g} arrivals a second: {month_words(forecast)}"
    if missing := left_out(forecast, month):
        words += f"; without {', '.join(missing)}, whose date is not in this month (--month plans that of a date)"
    return words


def _rates(scenario: Scenario, rate: float | None, survey: Survey | None) -> _Rates:
    load = scenario.load
    if load.replay is not None:
        found = survey or surveyed(scenario)
        assert found is not None
        return _Rates({_TRACE: trace_rate(scenario, found)}, {_TRACE: 1.0}, found)
    loops = open_loops(load)
    if loops:
        return _Rates({loop.name: loop.rate for loop in loops}, {loop.name: float(loop.poisson) for loop in loops})
    if rate is None:
        raise UsageError(
            "load.arrivals: a closed loop has no rate of its own: it follows from the answers "
            "(run it, and plan from the run's folder; or plan with `rate` and arrivals: poisson)"
        )
    return _Rates({"": rate}, {"": 1.0})


def _flat(month: Month, worlds: int, found: _Rates, step_s: int) -> Demand:
    shape = alike(np.ones(steps_of(month, step_s)), worlds)
    total = sum(found.rates.values())
    what = "the trace's mean rate" if found.survey is not None else "the rate"
    words = f"flat at {what}, {total:,.6g} arrivals a second all month: an upper bound"
    return Demand(
        month, step_s, Scaled(shape, found.rates), found.dispersion, np.zeros(worlds), "flat", words, upper_bound=True
    )


def _by_load(scenario: Scenario, month: Month, worlds: int, found: _Rates, step_s: int) -> Demand:
    steps = steps_of(month, step_s)
    arrivals: dict[str, Floats] = {}
    if found.survey is not None:
        row, dispersion = recorded(scenario, found.survey, steps, step_s)
        arrivals[_TRACE], found = alike(row, worlds), replace(found, dispersion={_TRACE: dispersion})
        words = "the trace that the scenario replays, over and over"
    else:
        over = levels(scenario.load)
        turn = sum(level.length for level in over)
        loops = open_loops(scenario.load) or (OpenLoop("", {}, poisson=True, rate=found.rates[""], levels=over),)
        for loop in loops:
            arrivals[loop.name] = alike(loop.rate * repeated(loop.levels, float(turn), steps, step_s), worlds)
        words = f"the run's own phases, {spell_duration(float(turn))} long, over and over"
    return Demand(month, step_s, arrivals, found.dispersion, np.zeros(worlds), "load", words)
