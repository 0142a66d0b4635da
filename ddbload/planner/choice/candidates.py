"""What is chosen among: the facts of a table, one way to run it, and what became of that way in every world."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

import numpy as np

from ddbload.capacity.behaviour.settings import Asked, Fixed, Floats, OnDemand, Outcome, Setting, Tracked
from ddbload.planner.resource import Dimension
from ddbload.pricing.free import NOTHING_FREE, FreeTier
from ddbload.pricing.usage import TableClass, Unit, Usage

Mode = Literal["on-demand", "fixed", "auto-scaling"]
Settings = Mapping[Dimension, Mapping[str, Setting]]
"""Dimension -> name -> setting; "" is the table, the others are its global indexes."""

Standing = Callable[[TableClass], Sequence[Sequence[Usage]]]
"""What is paid whatever the capacity, by table class: the usages of each world, or those of all of them once."""

DIMENSIONS: tuple[Dimension, Dimension] = ("read", "write")
QUOTA_UNITS = 40_000
"""Units a second that a table may have: Developer Guide, "Quotas in Amazon DynamoDB", table-level quotas (default)."""


class Simulate(Protocol):
    """`ddbload.capacity.behaviour.simulate`, with its assumptions already given."""

    def __call__(
        self, asked: Asked, settings: Sequence[Mapping[str, Setting]], *, seed: int = 0, course: bool = False
    ) -> Mapping[str, Outcome]:
        """What becomes of each of the settings."""


@runtime_checkable
class SimulateTogether(Protocol):
    """A `Simulate` that takes less time for several at once."""

    def together(
        self, jobs: Sequence[tuple[Asked, Sequence[Mapping[str, Setting]]]], *, seed: int = 0
    ) -> Sequence[Mapping[str, Outcome]]:
        """What becomes of the settings of each."""


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What is known of a table before its capacity is chosen.

    Attributes:
        name, region, table_class: as the scenario has them.
        indexes: its global indexes.
        replicas: the other regions of a global table.
        written: the settings that it has now, tried as a candidate of their own; None: nothing is written.
        maximum, warm: on demand: maximum throughput and warm throughput, dimension -> name -> units a second.
        may_reserve: whether reserved capacity is to be tried.
        other_class: whether the other table class is to be tried.
        quota_units: read, and write, units a second that the table may have.
    """

    name: str
    region: str = "us-east-1"
    table_class: TableClass = "standard"
    indexes: tuple[str, ...] = ()
    replicas: tuple[str, ...] = ()
    written: Settings | None = None
    maximum: Mapping[Dimension, Mapping[str, float]] = field(default_factory=dict)
    warm: Mapping[Dimension, Mapping[str, float]] = field(default_factory=dict)
    may_reserve: bool = True
    other_class: bool = True
    quota_units: float = QUOTA_UNITS

    @property
    def names(self) -> tuple[str, ...]:
        """The table as "", and its global indexes."""
        return ("", *self.indexes)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to run a table.

    Attributes:
        name: short, such as "auto scaling + 1 year reserved".
        settings: what is to be set.
        reserved: (unit, years) -> units, in blocks of 100.
        variant: the demand that it stands on, such as "with DAX"; "" is that of the scenario.
    """

    name: str
    settings: Settings
    table_class: TableClass = "standard"
    reserved: Mapping[tuple[Unit, int], float] = field(default_factory=dict)
    variant: str = ""

    @property
    def mode(self) -> Mode:
        """What kind it is: auto-scaling where at least one dimension follows the load."""
        settings = [setting for of in self.settings.values() for setting in of.values()]
        if any(isinstance(setting, OnDemand) for setting in settings):
            return "on-demand"
        return "auto-scaling" if any(isinstance(setting, Tracked) for setting in settings) else "fixed"

    @property
    def complexity(self) -> int:
        """By which of two equals the simpler is taken: what there is to set up, to commit to and to watch."""
        tracked = [setting for of in self.settings.values() for setting in of.values() if isinstance(setting, Tracked)]
        parts = (
            {"on-demand": 0, "fixed": 1, "auto-scaling": 2}[self.mode],
            any(setting.schedule for setting in tracked),
            2 * max((years for _, years in self.reserved), default=0),
            bool(self.variant) * 4,
        )
        return sum(parts)


@dataclass(frozen=True, slots=True)
class Measured:
    """One dimension of a table under one way to set it, in every world. Arrays are of shape (worlds,).

    Attributes:
        settings: name -> setting.
        consumed, unit_hours: name -> units served, and capacity unit-hours billed, in the simulated time.
        hourly: name -> shape (worlds, hours): provisioned units billed in each hour.
        asked, throttled: units. Of writes the table's alone: what an index has no capacity for is refused there too.
        worst_minute: the greatest share of a minute's units that was throttled.
        headroom: what the highest minute leaves of the capacity, as a share of it.
    """

    settings: Mapping[str, Setting]
    consumed: Mapping[str, Floats]
    unit_hours: Mapping[str, Floats]
    hourly: Mapping[str, Floats]
    asked: Floats
    throttled: Floats
    worst_minute: Floats
    headroom: Floats

    @property
    def share(self) -> Floats:
        """Throttled units over those asked."""
        return np.divide(self.throttled, self.asked, out=np.zeros_like(self.asked), where=self.asked > 0)


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A candidate with what it costs and throttles. Arrays are of shape (worlds,).

    Attributes:
        monthly_usd: what comes every month, storage and all.
        once_usd: what is paid once: the upfront fee of reserved capacity, warm throughput.
        cost_usd: what it is ranked by: every month, and the upfront fee spread over its term.
        share: throttled units over those asked: of reads or of writes, whichever is greater.
        excess_usd: what is throttled beyond the objective, at the price that the plan puts on it.
        kept: the share of the worlds in which the throttle objective holds; `keeps`: in as many as asked for.
        regret_usd: by how much it is dearer than the best of each world, on average.
        measured: by dimension.
        notes: what a reader must know.
    """

    candidate: Candidate
    monthly_usd: Floats
    once_usd: float
    cost_usd: Floats
    share: Floats
    worst_minute: Floats
    headroom: Floats
    excess_usd: Floats
    kept: float
    keeps: bool
    measured: Mapping[Dimension, Measured]
    regret_usd: float = 0.0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """The decision for one table.

    Attributes:
        facts: the table.
        evaluated: its candidates, the cheapest first.
        chosen: the recommended one; None where none keeps the objective.
        why: sentences for a manager.
        scale: billed hours over simulated hours.
        standing: what is paid whatever the capacity, by variant.
        untried: sentences: what could not be tried, such as for want of a price.
        uncertain: whether the cheapest is not the same in every world, so that least regret decided.
        free: what was left of the account's free tier.
    """

    facts: TableFacts
    evaluated: tuple[Evaluated, ...]
    chosen: Evaluated | None
    why: tuple[str, ...]
    scale: float
    standing: Mapping[str, Standing]
    untried: tuple[str, ...] = ()
    uncertain: bool = False
    free: FreeTier = NOTHING_FREE

    @property
    def shown(self) -> Evaluated:
        """The chosen candidate; where there is none, the one that keeps the objective in the most worlds."""
        return self.chosen or max(self.evaluated, key=lambda each: each.kept)


def highest(setting: Setting) -> float:
    """The most units a second that a setting may provision; on demand, what it is warmed to."""
    if isinstance(setting, Fixed):
        return setting.units
    if isinstance(setting, Tracked):
        return max([setting.high, *(action.high for action in setting.schedule)])
    return setting.warm or 0.0
