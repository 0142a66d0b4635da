"""Puts whose sizes are known as a distribution: the mean of their units is taken from it, and not from a sample.

A control variate: Y, the units of a call on its table, and C, those of the items that it puts by themselves, whose mean
is known. The mean of Y is estimated by mean(Y) - b (mean(C) - E[C]), b = cov(Y, C) / var(C). Where Y is C, as of a put
of a new item, that is E[C]: exact.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ddbload.capacity.expected import expected_write_units
from ddbload.planner.resource import Estimate, Resource, Source
from ddbload.planner.trial.sizes import item_sizes
from ddbload.scenario.model import Scenario
from ddbload.workload.compiled import CompiledOperation

_SAME = 1e-9


@dataclass(slots=True)
class Control:
    """The puts of an operation.

    Attributes:
        resource: their table.
        mean: E[C], the write units of the items that one call puts.
    """

    resource: Resource
    mean: float
    calls: int = 0
    known: float = 0.0
    known_square: float = 0.0
    product: float = 0.0
    alike: bool = True

    def add(self, units: float, known: float) -> None:
        """One call: its units on the table, and those of what it puts."""
        self.calls += 1
        self.known += known
        self.known_square += known * known
        self.product += units * known
        self.alike = self.alike and abs(units - known) < _SAME

    def corrected(self, plain: Estimate, source: Source) -> Estimate:
        """The mean of the units with what is known of the sizes, from the mean of the sample."""
        if not self.calls:
            return plain
        if self.alike:
            return Estimate(self.mean, plain.variance, 0, "exact")
        n, mean = self.calls, self.known / self.calls
        variance = (self.known_square / n - mean * mean) * n / max(1, n - 1)
        if variance <= _SAME:
            return plain
        covariance = (self.product / n - plain.mean * mean) * n / max(1, n - 1)
        slope = covariance / variance
        left = max(plain.variance - slope * covariance, _SAME * plain.variance)
        samples = math.floor(min(plain.samples * plain.variance / left, 1e12)) if left else plain.samples
        return Estimate(plain.mean - slope * (mean - self.mean), plain.variance, samples, source)


def control_of(scenario: Scenario, compiled: CompiledOperation) -> Control | None:
    """What is known of the puts of an operation; None where there are none, or their sizes are not known."""
    puts = [part for part in compiled.parts if part.kind == "put"]
    if not puts or len({part.table for part in puts}) > 1 or scenario.load.replay is not None:
        return None
    transactional = compiled.operation.api == "TransactWriteItems"
    total = 0.0
    for part in puts:
        sizes = item_sizes(scenario, part.family)
        if sizes is None:
            return None
        total += expected_write_units(sizes, transactional=transactional)
    return Control(Resource(puts[0].table), total)
