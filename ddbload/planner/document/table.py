"""A table in a plan's document: its candidates with their settings, the chosen one's bill, and a day of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


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
        meters: meter, such as "write_unit_hours" -> US dollars a month in the likely world; what is paid once is not
            among them.
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
    meters: Mapping[str, float] = field(default_factory=dict)

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
