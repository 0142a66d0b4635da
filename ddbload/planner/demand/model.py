"""What is asked in time: arrivals of streams in many worlds, and the units that they come to.

A world is one way in which what is uncertain may turn out. Times are steps of `step_s` from `start`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ddbload.planner.resource import Dimension, Resource

Floats = NDArray[np.float64]
Kind = Literal["forecast", "load", "flat", "run", "cloudwatch"]

_HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Month:
    """The month that is planned.

    Attributes:
        start: its first moment, with its zone.
        days: that are simulated.
        billed_hours: that the bill is for: 730, a mean month, unless a calendar month is asked for.
        words: how a reader is told.
    """

    start: datetime
    days: int
    billed_hours: float
    words: str


@dataclass(frozen=True, slots=True)
class Demand:
    """Arrivals in time.

    Attributes:
        month: what the steps cover.
        step_s: seconds of a step: 60, or 1.
        arrivals: stream -> shape (worlds, steps): arrivals a second, the mean of the step.
        dispersion: stream -> variance of the arrivals in a second over their mean: 1 is Poisson's, 0 evenly spaced.
        growth: shape (worlds,): growth of the load by the month, as a fraction; what later months are computed by.
        kind: where it comes from.
        words: one sentence that says so to a reader.
        upper_bound: whether the month that comes of it is an upper bound.
        retain_s: how long items are kept, per world, shape (worlds,); None: for good.
    """

    month: Month
    step_s: int
    arrivals: Mapping[str, Floats]
    dispersion: Mapping[str, float]
    growth: Floats
    kind: Kind
    words: str
    upper_bound: bool = False
    retain_s: Floats | None = None

    @property
    def means(self) -> dict[str, float]:
        """Stream -> arrivals a second, the mean of the month over all worlds."""
        return {stream: float(of.mean()) for stream, of in self.arrivals.items()}


@dataclass(frozen=True, slots=True)
class UnitDemand:
    """Units in time: what the behaviour model and the bill work on. Shape of every array: (worlds, steps).

    Attributes:
        units: resource -> dimension -> units a second, the mean of the step.
        dispersion: resource -> dimension -> variance of a second's units over their mean.
        touches: global index -> share of its table's write units that are of writes which write to the index, too.
    """

    month: Month
    step_s: int
    units: Mapping[Resource, Mapping[Dimension, Floats]]
    dispersion: Mapping[Resource, Mapping[Dimension, float]] = field(default_factory=dict)
    touches: Mapping[Resource, float] = field(default_factory=dict)

    @property
    def worlds(self) -> int:
        """How many worlds there are."""
        return len(next(iter(next(iter(self.units.values())).values())))

    def billed(self, resources: Iterable[Resource], dimension: Dimension) -> Floats:
        """Units of some resources together in the billed month, shape (worlds,); 0 of those that nothing asks for."""
        total: Floats = np.zeros(self.worlds)
        for resource in resources:
            if resource in self.units:
                total = total + self.units[resource][dimension].mean(axis=1)
        return total * self.month.billed_hours * _HOUR_S
