"""Prices of a target, and the question that is asked before anything is sent to an account."""

from __future__ import annotations

from functools import partial

from ddbload.engine.plan import Usd
from ddbload.errors import UsageError
from ddbload.experiment.bound import Bound, bound
from ddbload.experiment.reading import Prepared
from ddbload.experiment.watcher import Watcher
from ddbload.pricing import PriceBook, PriceError, load_book, run_cost
from ddbload.scenario.model import Scenario
from ddbload.target import Target, confirmation


def book_for(target: Target, scenario: Scenario) -> PriceBook | None:
    """The prices of the target's region, of us-east-1 where it has none; None for a region that the book lacks.

    Raises `PriceError` when a limit on spend could not be kept for want of a price.
    """
    try:
        return load_book(target.endpoint.region if target.kind == "aws" else "us-east-1")
    except PriceError:
        if scenario.limits.spend_usd is not None:
            raise
        return None


def usd_of(book: PriceBook | None) -> Usd:
    """What units cost by a book."""
    return partial(run_cost, book) if book is not None else _no_price


def most_of(prepared: Prepared, book: PriceBook | None, *, load_items: bool) -> Bound:
    """The most that one run can send and cost."""
    return bound(prepared.scenario, prepared.expected, usd_of(book), load_items=load_items)


def agree(target: Target, scenario: Scenario, most: Bound, watcher: Watcher) -> None:
    """Ask before anything is sent to an account. Raises `UsageError` when the answer is no."""
    tables = ", ".join(table.name for table in scenario.every_table)
    if not watcher.ask(confirmation(target, tables, most.requests, most.usd)):
        raise UsageError("declined: nothing was sent")


def _no_price(_read_units: float, _write_units: float) -> None:
    return None
