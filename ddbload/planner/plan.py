"""One plan, from what was asked to its document: the order of things. Sends nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

import numpy as np

from ddbload import __version__
from ddbload.capacity.behaviour import Assumptions, Behaviour
from ddbload.capacity.behaviour.settings import Floats
from ddbload.planner.assumed import assumption_lines, assumptions_with
from ddbload.planner.choice.candidates import Choice, Simulate
from ddbload.planner.choice.choose import choose
from ddbload.planner.choice.curves import day_curves
from ddbload.planner.choice.priced import Books, reserved_hours
from ddbload.planner.choice.table_plan import band, table_plan
from ddbload.planner.demand.model import UnitDemand
from ddbload.planner.demand.month import is_calendar
from ddbload.planner.document import SCHEMA, Band, MonthPlan, Plan, PricesUsed, TablePlan
from ddbload.planner.of_export import subject_of_export
from ddbload.planner.of_scenario import subject_of_scenario
from ddbload.planner.outlook import Outlook, beyond_launch, month_plans
from ddbload.planner.request import PlanRequest
from ddbload.planner.subject import PlannedTable, Subject
from ddbload.planner.watching import Watch, silent
from ddbload.planner.words import headline
from ddbload.pricing import PriceBook, load_book
from ddbload.pricing.free import NOTHING_FREE, FreeTier
from ddbload.pricing.shelf import read_book

FREE = FreeTier(internet_gb=0.0, alarms=0.0)
"""The free tier that a plan takes off: DynamoDB's own. What all services share is taken to be used by others."""
_EXPORTS = {".json", ".csv"}
_VERIFIED = {"verified"}


def plan(request: PlanRequest, watch: Watch = silent) -> Plan:
    """What capacity a workload needs, what will throttle, and what a month costs.

    Args:
        request: what is asked.
        watch: told what is being done.

    Raises:
        DdbloadError: what was given cannot be planned: a wrong scenario, an unknown region, a missing price, an
            impossible forecast, an empty export.
    """
    assumptions = assumptions_with(request.assume)
    books = _books(request)  # what is wrong with them is told before the work
    if request.prices is not None:
        read_book(request.prices)
    if request.region is not None:
        books(request.region)
    is_export = not request.source.is_dir() and request.source.suffix.lower() in _EXPORTS
    subject = (subject_of_export if is_export else subject_of_scenario)(request, books, watch)
    making = _Making(request, subject, assumptions, books, Behaviour(assumptions), watch)
    choices, tables, free = list[Choice](), list[TablePlan](), FREE if subject.free_tier else NOTHING_FREE
    for table in subject.tables:
        choices.append(making.choice(table, free))
        tables.append(making.table(table, choices[-1]))
        free = _left(free, tables[-1], choices[-1])
    return _document(making, choices, tuple(tables))


def _left(free: FreeTier, table: TablePlan, choice: Choice) -> FreeTier:
    """What a table leaves of the free tier to those after it, in its own region."""
    used = {
        line.item: line.quantity - line.paid
        for line in table.bill
        if line.paid is not None and line.region == table.region and hasattr(free, line.item)
    }
    for unit, hours in reserved_hours(choice).items():  # what is reserved is paid for, not free
        used[f"{unit}_unit_hours"] = used.get(f"{unit}_unit_hours", 0.0) - hours
    left = {item: max(0.0, getattr(free, item) - max(0.0, units)) for item, units in used.items()}
    return replace(free, **left)


def _books(request: PlanRequest) -> Books:
    @cache
    def book(region: str) -> PriceBook:
        return load_book(region, path=request.prices)

    return book


@dataclass(frozen=True, slots=True)
class _Making:
    """What the parts of a plan are made from."""

    request: PlanRequest
    subject: Subject
    assumptions: Assumptions
    books: Books
    simulate: Simulate
    watch: Watch

    def choice(self, table: PlannedTable, free: FreeTier) -> Choice:
        """How to run a table, with what is left of the free tier."""
        self.watch(f"ways to run {table.facts.name}, in {self.request.worlds:,} worlds")
        choice = choose(
            table.facts,
            self.subject.demand,
            standing=table.standing,
            simulate=self.simulate,
            objective=self.subject.objective,
            confidence=self.request.confidence,
            books=self.books,
            seed=self.subject.seed,
            heat=table.heat,
            variants=table.variants,
            commit_years=self._commit_years(),
            free=free,
            throttled_factor=self.assumptions.throttled_factor.value,
        )
        missing = (f"{sentence.removesuffix('.')}." for sentence in table.missing)
        return replace(choice, untried=(*choice.untried, *table.missing), why=(*choice.why, *missing))

    def _commit_years(self) -> int:
        """Nobody should commit for years to what is known as an upper bound."""
        asked = self.request.commit_years
        return asked if asked is not None else 0 if self.subject.upper_bound else 3

    def table(self, table: PlannedTable, choice: Choice) -> TablePlan:
        """A table of the document."""
        shown = choice.chosen or choice.evaluated[0]
        asked = self._asked(table, shown.candidate.variant)
        curves = day_curves(table.facts, asked, shown, self.simulate, seed=self.subject.seed, heat=table.heat)
        return table_plan(
            choice,
            zone=self.subject.zone,
            monthly=not is_calendar(self.subject.demand.month),
            books=self.books,
            curves=curves,
            items=table.items,
            stored_gb=table.stored_gb,
            stored_gb_end=table.stored_gb_end,
        )

    def _asked(self, table: PlannedTable, variant: str) -> UnitDemand:
        return table.variants[variant][0] if variant else self.subject.demand

    def months(self, choices: Sequence[Choice]) -> tuple[MonthPlan, ...]:
        """Later months, under growth, with the capacity that was chosen now."""
        if self.subject.later is None:
            return ()
        request = self.request
        outlook = Outlook(self.simulate, self.books, self.subject.objective, request.confidence, self.subject.seed)
        self.watch("later months")
        laters = {month: self.subject.later(month) for month in self.subject.months}
        return month_plans(laters, self.subject.tables, choices, outlook)


def _document(making: _Making, choices: list[Choice], tables: tuple[TablePlan, ...]) -> Plan:
    request, subject = making.request, making.subject
    shown = [choice.chosen or choice.evaluated[0] for choice in choices]
    total: Floats = np.sum([each.monthly_usd for each in shown], axis=0)
    spread: Floats = np.sum([each.cost_usd for each in shown], axis=0)
    monthly, ranked = band(total), band(spread)
    months = making.months(choices)
    return Plan(
        schema=SCHEMA,
        verdict="pass" if all(choice.chosen is not None for choice in choices) else "fail",
        headline=headline(tables, ranked, subject.objective),
        subject=subject.words,
        region=subject.region,
        seed=subject.seed,
        worlds=request.worlds,
        demand=subject.told,
        upper_bound=subject.upper_bound,
        arrivals=subject.arrivals,
        throttle_objective=subject.objective,
        confidence=request.confidence,
        month=subject.demand.month.words,
        billed_hours=subject.demand.month.billed_hours,
        monthly_usd=monthly,
        once_usd=sum(each.once_usd for each in shown),
        operations=subject.operations,
        tables=tables,
        findings=subject.findings(making.books),
        months=months,
        prices=_prices(making, tables, monthly),
        assumptions=assumption_lines(making.assumptions),
        warnings=(*subject.warnings, *beyond_launch(months, ranked)),
        free_tier=subject.free_tier,
        ddbload=__version__,
        ranked_usd=ranked,
    )


def _prices(making: _Making, tables: tuple[TablePlan, ...], monthly: Band) -> PricesUsed:
    book = making.books(making.subject.region)
    lines = [line for table in tables for line in table.bill if not line.once]
    doubtful = sum(line.usd.likely for line in lines if line.status not in _VERIFIED)
    return PricesUsed(
        as_of=book.as_of.isoformat(),
        file="" if making.request.prices is None else str(making.request.prices),
        warning=book.age_warning(datetime.now(UTC).date()) or "",
        unverified_share=doubtful / monthly.likely if monthly.likely else 0.0,
    )
