"""Design lint: what a design costs that it need not, with its US dollars a month; a module a family of rules.

A rule is a function of the ground to findings; its docstring says when it fires and how its dollars are computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ddbload.planner.demand.month import MEAN_HOURS
from ddbload.planner.document import Finding
from ddbload.planner.lint.ground import Ground
from ddbload.planner.lint.indexes import unread_index, wide_projection
from ddbload.planner.lint.reads import (
    reads_for_a_cache,
    scan_for_query,
    strong_reads,
    transaction_of_one,
    wasteful_filter,
)
from ddbload.planner.lint.sizes import little_over_a_step
from ddbload.planner.lint.storage import paid_deletes, table_class
from ddbload.planner.resource import WorkloadUnits
from ddbload.pricing import PriceBook
from ddbload.scenario.model import Scenario

__all__ = ["RULES", "findings"]

_LEAST_USD = 0.01

RULES: tuple[Callable[[Ground], Iterator[Finding]], ...] = (
    unread_index,
    wide_projection,
    little_over_a_step,
    scan_for_query,
    wasteful_filter,
    strong_reads,
    transaction_of_one,
    reads_for_a_cache,
    paid_deletes,
    table_class,
)


def findings(
    scenario: Scenario,
    units: WorkloadUnits,
    arrivals_per_second: Mapping[str, float],
    book: PriceBook,
    *,
    hours: float = MEAN_HOURS,
    allow_code: bool = False,
) -> tuple[Finding, ...]:
    """What a design costs that it need not, dearest first; of a cent a month or more.

    Dollars are those of requests on demand in the table's class, and of storage, in a month of so many hours. They do
    not add up: one change may make another needless.

    Args:
        scenario: a checked one.
        units: of its calls, and its storage.
        arrivals_per_second: stream -> arrivals a second, the mean of the month.
        book: prices of the region.
        hours: of the month.
        allow_code: whether values may come from functions of the scenario's own; without, a rule about them rests.

    Raises:
        PriceError: the book has no price of requests, or of storage.
    """
    ground = Ground(scenario, units, arrivals_per_second, book, hours, allow_code)
    found = [finding for rule in RULES for finding in rule(ground) if finding.usd_per_month >= _LEAST_USD]
    return tuple(sorted(found, key=lambda finding: (-finding.usd_per_month, finding.rule, finding.place)))
