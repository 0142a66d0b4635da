"""A plan as a value: what `ddbload plan --format json` prints, and every report is drawn from. Its keys are a contract.

Units are capacity units (request units, on demand) a second unless said otherwise; money is US dollars, before tax.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

SCHEMA = "ddbload-plan/1"


@dataclass(frozen=True, slots=True)
class Band:
    """A figure over the simulated worlds: one in twenty is below `low`, one in twenty above `high`."""

    low: float
    likely: float
    high: float


@dataclass(frozen=True, slots=True)
class UnitsOf:
    """Units of one call of an operation on one resource, with the standard error of each mean."""

    resource: str
    read: float
    write: float
    read_error: float
    write_error: float


@dataclass(frozen=True, slots=True)
class OperationPlan:
    """What one call of an operation consumes, how often it comes, and where that is known from.

    `share` is that of all calls. `source` is the weakest of its figures. `measured`: what a run had for the same
    operation, in read and write units of one call, None without one; `differs` says why they differ by more than 2 %.
    """

    name: str
    api: str
    share: float
    units: tuple[UnitsOf, ...]
    source: str
    notes: tuple[str, ...] = ()
    measured: tuple[float, float] | None = None
    differs: str = ""


@dataclass(frozen=True, slots=True)
class ResourceSetting:
    """How one dimension of a table or an index is set: what a person types in.

    `mode` has its own keys: fixed: `units`; auto-scaling: `min`, `max`, `target`, and `schedule`, a list of {cron,
    zone, min, max}; on-demand: `maximum` and `warm`, where they are set.
    """

    resource: str
    dimension: Literal["read", "write"]
    mode: Literal["on-demand", "fixed", "auto-scaling"]
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the month's bill. See `ddbload.pricing.BillLine`."""

    item: str
    text: str
    region: str
    quantity: float
    unit: str
    usd_per_unit: float
    usd: Band
    once: bool
    status: str
    source: str
    as_of: str


@dataclass(frozen=True, slots=True)
class CandidatePlan:
    """One way to run a table.

    Attributes:
        name: short, such as "auto scaling + 1 year reserved".
        settings: all that is to be set.
        monthly_usd, once_usd: its whole bill, storage and all.
        throttled: share of the units that are throttled, over the month.
        worst_minute: greatest share of a minute's units that is throttled.
        headroom: what the highest minute leaves of the capacity.
        keeps: whether it keeps the throttle objective in as many worlds as the plan asks for.
        kept: the share of the worlds in which it does.
        regret_usd: by how much it is dearer than the best of each world, on average; what is throttled counted in.
        notes: what a reader must know, such as a commitment of a year.
    """

    name: str
    mode: Literal["on-demand", "fixed", "auto-scaling"]
    settings: tuple[ResourceSetting, ...]
    monthly_usd: Band
    once_usd: float
    throttled: Band
    worst_minute: Band
    headroom: Band
    keeps: bool
    kept: float
    regret_usd: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DayCurve:
    """A day of one resource and dimension, minute by minute, for a chart: the median world's, on its busiest day.

    `asked` has a band beside it: the lowest and highest twentieth of the worlds. `capacity` is the chosen candidate's;
    on demand, what could be served.
    """

    resource: str
    dimension: Literal["read", "write"]
    date: str
    minutes: tuple[int, ...]
    asked: tuple[float, ...]
    asked_low: tuple[float, ...]
    asked_high: tuple[float, ...]
    capacity: tuple[float, ...]
    throttled: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class TablePlan:
    """One table: its candidates in order of cost, the chosen one, and why.

    Attributes:
        chosen: the name of a candidate, None where none keeps the objective.
        why: sentences for a manager: what was chosen, against what, by how much, on what it depends.
        bill: of the chosen candidate (of the cheapest where none was chosen).
        items, stored_gb, stored_gb_end: at the beginning of the month and at its end, with indexes and overhead.
    """

    table: str
    region: str
    candidates: tuple[CandidatePlan, ...]
    chosen: str | None
    why: tuple[str, ...]
    bill: tuple[Line, ...]
    curves: tuple[DayCurve, ...]
    items: float
    stored_gb: float
    stored_gb_end: float


@dataclass(frozen=True, slots=True)
class Finding:
    """What the design costs that it need not: where, what, and what it comes to in US dollars a month."""

    rule: str
    place: str
    message: str
    usd_per_month: float
    advice: str


@dataclass(frozen=True, slots=True)
class AssumptionLine:
    """A named assumption of the model: its value, the range that it is drawn from, and where it comes from."""

    name: str
    value: float
    low: float
    high: float
    unit: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class MonthPlan:
    """A later month under growth: what the chosen candidates would cost then, and the arrivals at its peak."""

    month: int
    monthly_usd: Band
    peak_arrivals: Band
    note: str = ""


@dataclass(frozen=True, slots=True)
class PricesUsed:
    """Which book, and how much of the bill rests on prices that are not verified."""

    as_of: str
    file: str
    warning: str
    unverified_share: float


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan.

    Attributes:
        verdict: "pass" when every table has a candidate that keeps the throttle objective, else "fail".
        subject: what was planned: a scenario's name and file, a run, an export.
        demand: one sentence: where the demand comes from; `upper_bound` with it.
        arrivals: a second: the least, the mean and the greatest minute of the month.
        throttle_objective: share of the units that may be throttled; `confidence`: in this share of the worlds.
        month: what month the bill is for, in words; `billed_hours` of it.
        months: under growth.
    """

    schema: str
    verdict: Literal["pass", "fail"]
    headline: str
    subject: str
    region: str
    seed: int
    worlds: int
    demand: str
    upper_bound: bool
    arrivals: Mapping[str, Band]
    throttle_objective: float
    confidence: float
    month: str
    billed_hours: float
    monthly_usd: Band
    once_usd: float
    operations: tuple[OperationPlan, ...]
    tables: tuple[TablePlan, ...]
    findings: tuple[Finding, ...]
    months: tuple[MonthPlan, ...]
    prices: PricesUsed
    assumptions: tuple[AssumptionLine, ...]
    warnings: tuple[str, ...] = ()
    free_tier: bool = False
    ddbload: str = ""
