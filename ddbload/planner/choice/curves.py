"""A day of each resource for a chart: the busiest one, in the median world, with what was chosen."""

from __future__ import annotations

from datetime import UTC, timedelta

import numpy as np

from ddbload.capacity.behaviour.settings import Floats
from ddbload.planner.choice.candidates import DIMENSIONS, Evaluated, Simulate, TableFacts
from ddbload.planner.choice.lanes import Heats, Load, load_of
from ddbload.planner.demand.model import UnitDemand
from ddbload.planner.document import DayCurve
from ddbload.planner.resource import Resource

_DAY = 1440
_RUN_IN_DAYS = 1
"""Simulated before the day itself, so that buckets and bounds are as they would be."""


def day_curves(
    facts: TableFacts,
    demand: UnitDemand,
    shown: Evaluated,
    simulate: Simulate,
    *,
    seed: int = 0,
    heat: Heats | None = None,
) -> tuple[DayCurve, ...]:
    """The busiest day of the median world, by resource and dimension; nothing for what nothing is asked of."""
    made: list[DayCurve] = []
    for dimension in DIMENSIONS:
        load = load_of(facts, demand, dimension, heat)
        if load.asked is not None and load.minutes >= _DAY:
            made += _of_dimension(facts, load, shown, simulate, seed)
    return tuple(made)


def _of_dimension(facts: TableFacts, load: Load, shown: Evaluated, simulate: Simulate, seed: int) -> list[DayCurve]:
    assert load.asked is not None  # the caller looks
    total: Floats = np.sum([load.of(name) for name in load.busy], axis=0)
    world = int(np.argsort(total.sum(axis=1), kind="stable")[load.worlds // 2])
    days = load.minutes // _DAY
    day = int(np.argmax(total[world, : days * _DAY].reshape(days, _DAY).max(axis=1)))
    first = max(0, day - _RUN_IN_DAYS)
    cut = load.cut(np.array([world]), (first, day + 1))
    assert cut.asked is not None  # a part of what is there
    settings = {name: shown.measured[load.dimension].settings[name] for name in cut.asked.units}
    outcomes = simulate(cut.asked, [settings], seed=seed, course=True)
    start = load.asked.start
    noon = (start.astimezone(UTC) + timedelta(days=day, hours=12)).astimezone(start.tzinfo)
    date = noon.date().isoformat()
    at = slice(day * _DAY, (day + 1) * _DAY)
    made = []
    for name in load.busy:
        course = outcomes[name].course
        if course is None:
            continue
        low, high = np.quantile(load.of(name)[:, at], (0.05, 0.95), axis=0)
        made.append(
            DayCurve(
                resource=str(Resource(facts.name, name)),
                dimension=load.dimension,
                date=date,
                minutes=tuple(range(_DAY)),
                asked=_numbers(load.of(name)[world, at]),
                asked_low=_numbers(low),
                asked_high=_numbers(high),
                capacity=_numbers(course.capacity[0, 0, -_DAY:]),
                throttled=_numbers(course.throttled[0, 0, -_DAY:]),
            )
        )
    return made


def _numbers(of: Floats) -> tuple[float, ...]:
    return tuple(float(each) for each in np.round(of, 4))
