"""What the calls of a trial add up to: means of units with their variance, outcomes, rows, new items."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field

from ddbload.planner.resource import Consumption, Estimate, Resource, Source
from ddbload.planner.trial.control import Control
from ddbload.planner.trial.effects import Effect, Units


@dataclass(slots=True)
class Sums:
    """Sums of a figure, and of its square."""

    total: float = 0.0
    square: float = 0.0

    def add(self, figure: float) -> None:
        """One more."""
        self.total += figure
        self.square += figure * figure

    def estimate(self, count: int, source: Source) -> Estimate:
        """Mean and variance over so many calls, those without the figure counting as 0."""
        if not count:
            return Estimate(source="estimated")
        mean = self.total / count
        variance = max(0.0, self.square / count - mean * mean) * (count / max(1, count - 1))
        return Estimate(mean, variance if variance > 1e-12 * mean * mean else 0.0, count, source)


Pair = tuple[Sums, Sums]
_ENOUGH = 30


@dataclass(slots=True)
class Pool:
    """What writes would consume if their conditions were met (or failed): of all, and of those where they were."""

    calls: int = 0
    own_calls: int = 0
    every: dict[Resource, Pair] = field(default_factory=dict)
    own: dict[Resource, Pair] = field(default_factory=dict)

    def add(self, units: Units, *, own: bool) -> None:
        """One call."""
        self.calls += 1
        _add(self.every, units)
        if own:
            self.own_calls += 1
            _add(self.own, units)

    def of(self, resource: Resource) -> Estimate:
        """Write units of one call on a resource."""
        chosen, count = (self.own, self.own_calls) if self.own_calls >= _ENOUGH else (self.every, self.calls)
        return chosen.get(resource, (Sums(), Sums()))[1].estimate(count, "expect")


@dataclass(slots=True)
class Tally:
    """The calls of one operation."""

    calls: int = 0
    requests: int = 0
    rows: float = 0.0
    n_bytes: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)
    added: Counter[str] = field(default_factory=Counter)
    units: dict[Resource, Pair] = field(default_factory=dict)
    as_done: Pool = field(default_factory=Pool)
    as_failed: Pool = field(default_factory=Pool)
    control: Control | None = None

    def add(self, effect: Effect) -> None:
        """One call."""
        self.calls += 1
        self.requests += effect.requests
        self.rows += effect.rows
        self.n_bytes += effect.n_bytes
        self.outcomes[effect.outcome.value] += 1
        self.added.update(effect.added)
        _add(self.units, effect.units)
        if self.control is not None:
            self.control.add(effect.units.get(self.control.resource, (0.0, 0.0))[1], effect.put_units)
        if effect.done is not None and effect.failed is not None:
            self.as_done.add(effect.done, own=effect.met)
            self.as_failed.add(effect.failed, own=not effect.met)

    def consumption(self, source: Source) -> dict[Resource, Consumption]:
        """Units of one call, by resource."""
        found = {
            resource: Consumption(read.estimate(self.calls, source), write.estimate(self.calls, source))
            for resource, (read, write) in sorted(self.units.items())
        }
        if self.control is not None and self.control.resource in found:
            plain = found[self.control.resource]
            found[self.control.resource] = Consumption(plain.read, self.control.corrected(plain.write, source))
        return found

    @property
    def writes(self) -> bool:
        """Whether its calls are writes, which a condition may refuse."""
        return bool(self.as_done.every)

    def with_failures(self, share: float) -> dict[Resource, Consumption]:
        """Units of one write of which a given share fails its condition.

        A condition chooses among the items, so those that met it are asked what a write costs, and the others what a
        refused one does; where there were hardly any, all of them are.
        """
        found: dict[Resource, Consumption] = {}
        for resource in sorted({*self.as_done.every, *self.as_failed.every}):
            done, failed = self.as_done.of(resource), self.as_failed.of(resource)
            mean = (1 - share) * done.mean + share * failed.mean
            square = (1 - share) * (done.variance + done.mean**2) + share * (failed.variance + failed.mean**2)
            write = Estimate(mean, max(0.0, square - mean * mean), done.samples + failed.samples, "expect")
            found[resource] = Consumption(Estimate(source="expect"), write)
        return found

    def worst_error(self) -> float:
        """The largest relative standard error of a mean; infinite without calls, 0 where there is nothing."""
        if not self.calls:
            return math.inf
        pairs = [each for one in self.consumption("simulated").values() for each in (one.read, one.write)]
        total = sum(one.mean for one in pairs)
        return max((one.std_err / total for one in pairs), default=0.0) if total else 0.0


def _add(into: dict[Resource, Pair], units: Units) -> None:
    for resource, (read, write) in units.items():
        pair = into.setdefault(resource, (Sums(), Sums()))
        pair[0].add(read)
        pair[1].add(write)
