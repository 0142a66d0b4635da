"""The document of one plan as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ddbload.planner.document.basis import AssumptionLine, OperationPlan, PricesUsed
from ddbload.planner.document.table import Band, TablePlan

SCHEMA = "ddbload-plan/1"


@dataclass(frozen=True, slots=True)
class Finding:
    """What the design costs that it need not.

    Attributes:
        rule: its short name, such as "unread-index".
        place: where: a table, an index, an operation.
        message: what is found there.
        usd_per_month: what it comes to, at on-demand prices whatever was recommended.
        advice: what to do instead.
    """

    rule: str
    place: str
    message: str
    usd_per_month: float
    advice: str


@dataclass(frozen=True, slots=True)
class MonthPlan:
    """A later month, as load and items grow: what the chosen candidates would cost then.

    Attributes:
        month: how many months later.
        monthly_usd: the whole bill, upfront fees spread over their terms.
        peak_arrivals: a second, in its greatest minute.
        note: what changes by then, such as that the settings do not suffice any more.
    """

    month: int
    monthly_usd: Band
    peak_arrivals: Band
    note: str = ""


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
        monthly_usd: of all tables as recommended: what comes every month.
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
        ranked_usd: of all tables, a month with upfront fees spread over their terms: what the headline says.
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
    ranked_usd: Band | None = None

    @property
    def ranked(self) -> Band:
        """What it is compared by: the month with upfront fees spread over their terms."""
        return self.ranked_usd or self.monthly_usd
