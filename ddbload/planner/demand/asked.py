"""Arrivals in time x units of a call -> units a second of every table and index, and how they vary within a second."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from ddbload.planner.demand.model import Demand, Floats, UnitDemand
from ddbload.planner.demand.worlds import Scaled, alike, weighted
from ddbload.planner.resource import DIMENSIONS, Dimension, Resource, WorkloadUnits


def unit_demand(demand: Demand, units: WorkloadUnits) -> UnitDemand:
    """Units a second of every resource in both dimensions, shape (worlds, steps); those that nothing asks for are 0.

    With N arrivals in a second, Var N = D E N, and units of X each, the variance of the second's units is
    E N (Var X + D (E X)^2): D = 1 for Poisson arrivals, 0 for evenly spaced ones, more for bursts. Calls of one arrival
    are taken to fall into different seconds, as those of sessions do.
    """
    rates = _mean_rates(demand.arrivals)
    asked: dict[Resource, dict[Dimension, Floats]] = {}
    dispersion: dict[Resource, dict[Dimension, float]] = {}
    for resource in units.resources:
        for dimension in DIMENSIONS:
            weights = {stream: units.per_arrival(stream, resource, dimension) for stream in rates}
            asked.setdefault(resource, {})[dimension] = _units(demand.arrivals, weights)
            found = _dispersion(demand, units, rates, resource, dimension)
            dispersion.setdefault(resource, {})[dimension] = found
    return UnitDemand(demand.month, demand.step_s, asked, dispersion, units.touches)


def _units(arrivals: Mapping[str, Floats], weights: Mapping[str, float]) -> Floats:
    if any(weights.values()):
        return weighted(arrivals, weights)
    worlds, steps = (arrivals.shape if isinstance(arrivals, Scaled) else next(iter(arrivals.values()))).shape
    return alike(np.zeros(steps), worlds)


def _mean_rates(arrivals: Mapping[str, Floats]) -> Mapping[str, float]:
    """What the streams weigh: arrivals a second on average, but for a factor that they share."""
    if isinstance(arrivals, Scaled):
        return arrivals.rates
    return {stream: float(of[0].mean()) for stream, of in arrivals.items()}


def _dispersion(
    demand: Demand, units: WorkloadUnits, rates: Mapping[str, float], resource: Resource, dimension: Dimension
) -> float:
    """Variance of a second's units over their mean: in units, since it grows with the units of a call."""
    mean = math.fsum(rate * units.per_arrival(stream, resource, dimension) for stream, rate in rates.items())
    if not mean:
        return 0.0
    variance = math.fsum(
        rate
        * max(
            0.0,
            units.square_per_arrival(stream, resource, dimension)
            + (demand.dispersion.get(stream, 1.0) - 1.0) * units.per_arrival(stream, resource, dimension) ** 2,
        )
        for stream, rate in rates.items()
    )
    return variance / mean
