"""Words and figures that the sections of a plan's report share."""

from __future__ import annotations

from ddbload.planner.document import Band, Plan
from ddbload.planner.words import money
from ddbload.report.quantity import share, significant, units
from ddbload.scenario.quantity import spell_percent

CHOSEN, OTHER = "▸ ", "  "
"""Mark of the recommended one among several rows, and of the others."""


def low_high(given: Band) -> str:
    """Both ends of an amount; nothing where all worlds agree."""
    low, high = money(given.low), money(given.high)
    return "" if low == high else f"{low}-{high.removeprefix('$')}"


def part(fraction: float) -> str:
    """A share in two digits; what is not nothing never reads as 0%, what is not all never as 100%."""
    percents = 100 * fraction
    if percents < 0.0095 or percents > 99:  # noqa: PLR2004 - where two digits would say nothing, or all
        return "<0.01%" if 0 < percents < 1 else share(fraction)
    text = significant(percents, 2)
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"


def with_error(mean: float, error: float = 0.0) -> str:
    """Units of a call with the standard error: "2.14±0.02", "1", "0"."""
    if not mean:
        return "0"
    if error >= 0.0005 * mean > 0:  # else it is beyond the digits shown
        return f"{significant(mean)}±{significant(error, 1)}"
    return f"{mean:,.0f}" if float(mean).is_integer() else significant(mean)


def gigabytes(value: float) -> str:
    """GB of 10**9 bytes: "141 GB", "0.3 GB"."""
    return f"{units(value)} GB" if value >= 0.05 or not value else "under 0.1 GB"  # noqa: PLR2004 - rounding


def objective_words(plan: Plan) -> str:
    """What a candidate must keep."""
    limit = f"at most {spell_percent(plan.throttle_objective)}" if plan.throttle_objective else "nothing"
    return f"throttled {limit}, in {spell_percent(plan.confidence)} of them"
