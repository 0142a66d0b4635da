"""A scenario's demand over a month, in many worlds: by its forecast, by the run's own phases, or flat at the rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ddbload.errors import UsageError
from ddbload.planner.demand import Demand, Floats, Month
from ddbload.planner.month import steps_of
from ddbload.planner.repeated import recorded, repeated, trace_rate
from ddbload.planner.worlds import Scaled, alike
from ddbload.preflight.recorded import surveyed
from ddbload.scenario.levels import OpenLoop, levels, open_loops
from ddbload.scenario.model import Scenario
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
    seed: int,  # noqa: ARG001 - what a forecast draws from
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
        UsageError: there is no forecast; or the load is a closed loop and `rate` is not known.
        ScenarioError, TraceError: the trace cannot be replayed.
    """
    if kind is None:
        kind = "flat"
    found = _rates(scenario, rate, survey)
    if kind == "load":
        return _by_load(scenario, month, worlds, found, step_s)
    return _flat(month, worlds, found, step_s)


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
    words = f"flat at {what}, {total:,.6g} arrivals a second all month: without a forecast, an upper bound"
    return Demand(
        month, step_s, Scaled(shape, found.rates), found.dispersion, np.zeros(worlds), "flat", words, upper_bound=True
    )


def _by_load(scenario: Scenario, month: Month, worlds: int, found: _Rates, step_s: int) -> Demand:
    steps = steps_of(month, step_s)
    arrivals: dict[str, Floats] = {}
    if found.survey is not None:
        arrivals[_TRACE] = alike(recorded(scenario, found.survey, steps, step_s), worlds)
        words = "the trace that the scenario replays, over and over"
    else:
        over = levels(scenario.load)
        turn = sum(level.length for level in over)
        loops = open_loops(scenario.load) or (OpenLoop("", {}, poisson=True, rate=found.rates[""], levels=over),)
        for loop in loops:
            arrivals[loop.name] = alike(loop.rate * repeated(loop.levels, float(turn), steps, step_s), worlds)
        words = f"the run's own phases, {spell_duration(float(turn))} long, over and over"
    return Demand(month, step_s, arrivals, found.dispersion, np.zeros(worlds), "load", words)
