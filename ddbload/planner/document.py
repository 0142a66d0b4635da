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
    """A figure over the simulated worlds.

    Attributes:
        low: one world in twenty is below it.
        likely: of the world in which every uncertain figure is at its likely value.
        high: one world in twenty is above it.
    """

    low: float
    likely: float
    high: float


@dataclass(frozen=True, slots=True)
class UnitsOf:
    """Units of one call of an operation on one resource.

    Attributes:
        resource: a table, or "table/index".
        read, write: the mean of each, in capacity units.
        read_error, write_error: the standard error of that mean; 0 where it is not a sample's.
    """

    resource: str
    read: float
    write: float
    read_error: float
    write_error: float


@dataclass(frozen=True, slots=True)
class OperationPlan:
    """What one call of an operation consumes, how often it comes, and where that is known from.

    Attributes:
        name: the scenario's.
        api: DynamoDB's call, such as "GetItem".
        share: of all calls.
        units: of one call, by resource: what the plan reckons with.
        source: the weakest of its figures: "exact", "expect", "measured", "simulated" or "estimated".
        notes: what a reader must know of these numbers.
        measured: read and write units of one call, indexes included, as a run had them; None without a run.
        differs: why what was measured differs from the estimate, or from the long run, by more than 2 %; else empty.
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

    Attributes:
        resource: a table, or "table/index".
        dimension: reads and writes have capacity of their own.
        mode: how it gets its capacity.
        values: by the mode. fixed: `units`. auto-scaling: `min`, `max`, `target` (a fraction), and `schedule`, a list
            of {cron, zone, min, max}. on-demand: `maximum` and `warm`, where they are set.
    """

    resource: str
    dimension: Literal["read", "write"]
    mode: Literal["on-demand", "fixed", "auto-scaling"]
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the month's bill. See `ddbload.pricing.BillLine`.

    Attributes:
        item: the meter, such as "write_unit_hours".
        text: in a reader's words, such as "write capacity, provisioned".
        region: whose price it is.
        quantity: how much is used, in the likely world.
        unit: of the quantity, such as "write request units".
        usd_per_unit: the price of one; of a line of several bands, the mean.
        usd: the amount.
        once: whether it is paid once, not every month.
        status: of the price: "verified", "aged", "reported" or "derived".
        source: the document that the price was taken from, or the rule it was computed by.
        as_of: the date of the price.
        paid: what of the quantity is paid for at this price, after free units and those that are reserved; None: all.
    """

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
    paid: float | None = None


@dataclass(frozen=True, slots=True)
class CandidatePlan:
    """One way to run a table.

    Attributes:
        name: short, such as "auto scaling + 1 year reserved".
        mode: how it gets its capacity.
        settings: all that is to be set.
        monthly_usd: its whole bill of a month, storage and all.
        once_usd: what is paid once, such as an upfront fee.
        throttled: share of the units that are throttled, over the month.
        worst_minute: greatest share of a minute's units that is throttled.
        headroom: what the highest minute leaves of the capacity.
        keeps: whether it keeps the throttle objective in as many worlds as the plan asks for.
        kept: the share of the worlds in which it does.
        regret_usd: by how much it is dearer than the best of each world, on average; what is throttled counted in.
        notes: what a reader must know, such as a commitment of a year.
        ranked_usd: a month with what is paid upfront for a term spread over it: what it is ranked by.
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
    ranked_usd: Band | None = None

    @property
    def ranked(self) -> Band:
        """What it is ranked by: the month with what is paid upfront for a term spread over it."""
        return self.ranked_usd or self.monthly_usd


@dataclass(frozen=True, slots=True)
class DayCurve:
    """A day of one resource and dimension, minute by minute, for a chart: the median world's, on its busiest day.

    Attributes:
        resource: a table, or "table/index".
        dimension: reads or writes.
        date: of the day.
        minutes: of the day, from 0.
        asked: units a second, the mean of each minute.
        asked_low, asked_high: one world in twenty is below, above.
        capacity: of the chosen candidate, in units a second; on demand, what could be served.
        throttled: units a second.
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
        table: its name, as DynamoDB has it.
        region: whose prices its bill has; replicas stand in it with lines of their own.
        candidates: in order of cost.
        chosen: the name of a candidate, None where none keeps the objective.
        why: sentences for a manager: what was chosen, against what, by how much, on what it depends.
        bill: of the chosen candidate (of the cheapest where none was chosen).
        curves: a day of each resource and dimension.
        items: at the beginning of the month.
        stored_gb, stored_gb_end: at the beginning of the month and at its end, with indexes and overhead; 10**9 bytes.
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

    @property
    def billed(self) -> CandidatePlan:
        """The candidate that the bill and the curves are of: the chosen one, else the first."""
        return next((each for each in self.candidates if each.name == self.chosen), self.candidates[0])


@dataclass(frozen=True, slots=True)
class Finding:
    """What the design costs that it need not.

    Attributes:
        rule: its short name, such as "unread-index".
        place: where: a table, an index, an operation.
        message: what is found there.
        usd_per_month: what it comes to.
        advice: what to do instead.
    """

    rule: str
    place: str
    message: str
    usd_per_month: float
    advice: str


@dataclass(frozen=True, slots=True)
class AssumptionLine:
    """A named assumption of the model.

    Attributes:
        name: what `--assume` calls it.
        value: in the likely world.
        low, high: the range that the other worlds draw it from.
        unit: of the value.
        text: what it says.
        source: where it comes from.
    """

    name: str
    value: float
    low: float
    high: float
    unit: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class MonthPlan:
    """A later month under growth: what the chosen candidates would cost then.

    Attributes:
        month: how many months later.
        monthly_usd: the whole bill.
        peak_arrivals: a second, in its greatest minute.
        note: what changes by then, such as that the settings do not suffice any more.
    """

    month: int
    monthly_usd: Band
    peak_arrivals: Band
    note: str = ""


@dataclass(frozen=True, slots=True)
class PricesUsed:
    """Which book of prices.

    Attributes:
        as_of: when it was put together.
        file: where it is; empty for the bundled one.
        warning: a sentence when it is old, else empty.
        unverified_share: how much of the bill rests on prices that are not verified.
    """

    as_of: str
    file: str
    warning: str
    unverified_share: float


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan.

    Attributes:
        schema: which document this is.
        verdict: "pass" when every table has a candidate that keeps the throttle objective, else "fail".
        headline: the recommendation in a sentence.
        subject: what was planned: a scenario's name and file, a run, an export.
        region: whose prices hold where a table names none.
        seed: every draw follows from it.
        worlds: how many were simulated.
        demand: one sentence: where the demand comes from.
        upper_bound: whether the month is an upper bound, since no forecast says how the load varies.
        arrivals: a second: "least", "mean" and "greatest" minute of the month.
        throttle_objective: share of the units that may be throttled.
        confidence: the share of the worlds in which a candidate must keep it.
        month: what month the bill is for, in words.
        billed_hours: of that month.
        monthly_usd: of all tables as recommended.
        once_usd: what is paid once.
        operations: what the calls consume.
        tables: one plan each.
        findings: what the design costs that it need not.
        months: later ones, under growth.
        prices: the book that was used.
        assumptions: of the model, as used.
        warnings: what a reader must know.
        free_tier: whether the free tier was taken off.
        ddbload: the version that made it.
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
