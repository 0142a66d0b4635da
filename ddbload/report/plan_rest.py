"""What a plan says of later months, and of what it rests on: demand, prices, worlds."""

from __future__ import annotations

from collections.abc import Iterator

from ddbload.planner.document import MonthPlan, Plan
from ddbload.planner.words import money_band
from ddbload.report.model import Facts, Section
from ddbload.report.plan_words import objective_words, part
from ddbload.report.quantity import count, rate

_TELLING = (3, 12)  # months on


def later_section(plan: Plan, *, whole: bool = False) -> Section | None:
    """Later months; nothing where neither the load nor what is stored grows."""
    if not plan.months:
        return None
    telling = [each for each in plan.months if each.month in _TELLING] or [plan.months[-1]]
    pairs: list[tuple[str, str]] = []
    for each in plan.months if whole else telling:
        label = f"in {each.month} month{'s' if each.month > 1 else ''}"
        note = f"; {each.note}" if each.note else ""
        pairs.append((label, f"{money_band(each.monthly_usd)}, {_peak(each)}{note}"))
    return Section("Later", (Facts(tuple(pairs)),), "a month with these settings, as load and items grow")


def _peak(each: MonthPlan) -> str:
    given = each.peak_arrivals
    low, likely, high = (rate(value) for value in (given.low, given.likely, given.high))
    ends = "" if low == high else f" ({low} to {high})"
    return f"{likely} arrivals a second at the peak{ends}"


def basis_section(plan: Plan, *, whole: bool = False) -> Section:
    """What the plan rests on; a report that is not whole says how to see the rest."""
    aside = "" if whole else "--full: units of each operation, all lines, what the words mean"
    return Section("Rests on", (Facts(tuple(_basis(plan, whole=whole))),), aside)


def _basis(plan: Plan, *, whole: bool) -> Iterator[tuple[str, str]]:
    said = "upper bound" in plan.demand
    bound = " The month is an upper bound." if plan.upper_bound and not said else ""
    told = plan.demand.rstrip(" .")
    yield "demand", f"{told[:1].upper()}{told[1:]}.{_arrivals(plan)}{bound}"
    yield "prices", "; ".join(_prices(plan))
    yield "worlds", "; ".join(_worlds(plan, whole=whole))


def _arrivals(plan: Plan) -> str:
    if not {"least", "mean", "greatest"} <= plan.arrivals.keys():
        return ""
    least, mean, greatest = (rate(plan.arrivals[key].likely) for key in ("least", "mean", "greatest"))
    return "" if least == greatest else f" By the minute {least} to {greatest} arrivals a second, {mean} on average."


def _prices(plan: Plan) -> Iterator[str]:
    yield f"{plan.prices.file or 'the bundled book'} of {plan.prices.as_of}"
    unverified = plan.prices.unverified_share
    yield f"{part(unverified)} of the bill at prices that are not verified" if unverified else "all verified"
    yield "the free tier is taken off" if plan.free_tier else "no free tier"
    yield f"before tax; {count(plan.billed_hours)} hours; GB of 10^9 bytes"


def _worlds(plan: Plan, *, whole: bool) -> Iterator[str]:
    yield f"{count(plan.worlds)}, seed {plan.seed}"
    yield objective_words(plan)
    if plan.worlds > 1 and whole:
        yield "low-high: nine in ten are within"
        yield "worst: of the worst minute; regret: dearer than the best of each, on average"
