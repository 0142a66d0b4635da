"""What a plan is about, wherever it comes from: the demand in units, the tables, and what is said of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ddbload.planner.choice.candidates import Standing, TableFacts
from ddbload.planner.choice.lanes import Heats
from ddbload.planner.choice.priced import Books
from ddbload.planner.demand.model import UnitDemand
from ddbload.planner.document import Band, Finding, OperationPlan


@dataclass(frozen=True, slots=True)
class PlannedTable:
    """A table before its capacity is chosen.

    Attributes:
        facts: as the choice needs them.
        standing: what is paid whatever the capacity.
        variants: other designs of it, such as "with DAX" -> (its demand, all that it pays besides).
        heat: how uneven its load is.
        items, stored_gb, stored_gb_end: at the beginning of the month, and at its end.
        missing: what could not be tried, as sentences.
    """

    facts: TableFacts
    standing: Standing
    variants: Mapping[str, tuple[UnitDemand, Standing]] = field(default_factory=dict)
    heat: Heats | None = None
    items: float = 0.0
    stored_gb: float = 0.0
    stored_gb_end: float = 0.0
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is planned.

    Attributes:
        words: a scenario with its file, a run, an export.
        seed: of the worlds.
        zone: IANA name of the zone that schedules go by.
        region: of the prices.
        demand: units in time, in worlds.
        told: one sentence: where the demand comes from.
        arrivals: a second: "least", "mean" and "greatest" minute of the month; empty where only units are known.
        objective: share of the units that may be throttled.
        later: so many months later -> the units, and what is paid beside them by table; None: no growth is told.
        months: which later months are of interest.
    """

    words: str
    seed: int
    zone: str
    region: str
    demand: UnitDemand
    told: str
    upper_bound: bool
    arrivals: Mapping[str, Band]
    operations: tuple[OperationPlan, ...]
    tables: tuple[PlannedTable, ...]
    objective: float
    free_tier: bool
    findings: Callable[[Books], tuple[Finding, ...]]
    later: Callable[[int], Later] | None = None
    months: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Later:
    """A later month: its units, what is paid whatever the capacity by table, the arrivals of its greatest minute."""

    demand: UnitDemand
    standing: Mapping[str, Standing]
    peak: Band
