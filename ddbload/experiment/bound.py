"""The most that a run can send and cost: what a person is asked to agree to before a run on AWS. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ddbload.capacity import PAGE_BYTES, read_units, write_units
from ddbload.engine.crew import Usd
from ddbload.expression import parse_update, placeholders
from ddbload.scenario.extent import MAX_ITEM_BYTES, item_extent, of_drawn
from ddbload.scenario.model import (
    AnyOperation,
    Delete,
    Get,
    Put,
    Query,
    Retries,
    Scenario,
    Update,
)

_SIGMAS = 6
"""Poisson arrivals and a mix vary: a count exceeds its mean by this many standard deviations once in 10 ** 9 runs."""


@dataclass(frozen=True, slots=True)
class Bound:
    """Requests sent at most, items written before included, and their price on demand; None where nothing bounds it."""

    requests: int | None
    usd: float | None


def bound(scenario: Scenario, expected: float | None, usd: Usd, *, load_items: bool) -> Bound:
    """The upper bound of a run.

    Args:
        scenario: what is to be run.
        expected: calls that the timetable holds on average, None in a closed loop.
        usd: (read units, write units) -> price.
        load_items: whether the items are written before.
    """
    limits = scenario.limits
    calls = None if expected is None else expected + _SIGMAS * math.sqrt(expected)
    if limits.requests is not None:
        calls = min(limits.requests, limits.requests if calls is None else calls)
    loads, load_units = _loading(scenario) if load_items else (0, 0.0)
    load_usd = usd(0.0, load_units)
    if calls is None:
        return Bound(None, None if limits.spend_usd is None or load_usd is None else load_usd + limits.spend_usd)
    attempts = scenario.client.retries.attempts if isinstance(scenario.client.retries, Retries) else 1
    read, write = _units(scenario, calls * attempts)
    cost = usd(read, write)
    if cost is not None and limits.spend_usd is not None:
        cost = min(cost, limits.spend_usd)
    total = None if cost is None or load_usd is None else load_usd + cost
    return Bound(math.ceil(calls * attempts) + loads, total)


def _loading(scenario: Scenario) -> tuple[int, float]:
    indexes = len(scenario.table.indexes)
    items = sum(family.count for family in scenario.items.values())
    units = sum(family.count * _write_units(scenario, name, entries=indexes) for name, family in scenario.items.items())
    return math.ceil(items / 25), units


def _write_units(scenario: Scenario, family: str, *, entries: int) -> float:
    """The item's own units and those of index entries, none of which is larger than the item and its overhead."""
    return write_units(min(item_extent(scenario, family).most, MAX_ITEM_BYTES)) * (1 + entries)


def _units(scenario: Scenario, calls: float) -> tuple[float, float]:
    weights = scenario.load.mix
    total = sum(weights.values())
    read = write = 0.0
    for name, weight in weights.items():
        share = weight / total
        count = min(calls, calls * share + _SIGMAS * math.sqrt(calls * share * (1 - share)))
        r, w = _most(scenario, scenario.operations[name])
        read, write = read + count * r, write + count * w
    return read, write


def _most(scenario: Scenario, operation: AnyOperation) -> tuple[float, float]:
    """Units of one call at most: (read, write). A change of an index's key writes two entries."""
    entries = 2 * len(scenario.table.indexes)
    match operation:
        case Get(get=family):
            most = min(item_extent(scenario, family).most, MAX_ITEM_BYTES)
            return read_units(most, consistent=operation.consistent), 0.0
        case Query(query=family, limit=limit):
            item = item_extent(scenario, family).most
            most = PAGE_BYTES if limit is None else min(limit * item, PAGE_BYTES + MAX_ITEM_BYTES)
            return read_units(most, consistent=operation.consistent), 0.0
        case Put(put=family) | Delete(delete=family):
            return 0.0, _write_units(scenario, family, entries=entries)
        case Update(update=family, update_expression=text):
            names = set(placeholders(parse_update(text))) & set(scenario.values)
            grown = item_extent(scenario, family).most + sum(of_drawn(scenario.values[name]).most for name in names)
            return 0.0, write_units(min(grown, MAX_ITEM_BYTES)) * (1 + entries)
