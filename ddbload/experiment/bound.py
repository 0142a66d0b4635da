"""The most that a run can send and cost: what a person is asked to agree to before a run on AWS. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ddbload.capacity import PAGE_BYTES, read_units, write_units
from ddbload.engine.plan import Usd
from ddbload.expression import Update, placeholders
from ddbload.preflight.demand import arriving
from ddbload.scenario.actions import END, TRANSACTIONS, Action, actions_of, kind_of
from ddbload.scenario.extent import MAX_ITEM_BYTES, item_extent
from ddbload.scenario.model import (
    AnyOperation,
    Branch,
    Execute,
    Number,
    ReadsMany,
    Repeat,
    Retries,
    Scan,
    Scenario,
    Session,
    Step,
)
from ddbload.scenario.rules.parsed import counterpart, trees
from ddbload.scenario.value_extent import of_drawn

_BATCH = 25
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
    if limits.requests is not None:  # an arrival is a request at least
        calls = min(limits.requests, limits.requests if calls is None else calls)
    loads, load_units = _loading(scenario) if load_items else (0, 0.0)
    load_usd = usd(0.0, load_units)
    if calls is None:
        return Bound(None, None if limits.spend_usd is None or load_usd is None else load_usd + limits.spend_usd)
    attempts = scenario.client.retries.attempts if isinstance(scenario.client.retries, Retries) else 1
    most = _of_load(scenario, calls).times(attempts)
    requests = most.requests if limits.requests is None else min(most.requests, limits.requests * attempts)
    cost = usd(most.read, most.write)
    if cost is not None and limits.spend_usd is not None:
        cost = min(cost, limits.spend_usd)
    total = None if cost is None or load_usd is None else load_usd + cost
    return Bound(math.ceil(requests) + loads, total)


def together(bounds: Iterable[Bound]) -> Bound:
    """The most that several runs can send and cost: nothing bounds them where nothing bounds one of them."""
    requests: int | None = 0
    usd: float | None = 0.0
    for each in bounds:
        requests = None if requests is None or each.requests is None else requests + each.requests
        usd = None if usd is None or each.usd is None else usd + each.usd
    return Bound(requests, usd)


def _loading(scenario: Scenario) -> tuple[int, float]:
    """Batches and write units of the items that are written before the run."""
    loaded = {name: family.count for name, family in scenario.items.items() if family.load}
    units = sum(count * _write_units(scenario, name, entries=1) for name, count in loaded.items())
    return math.ceil(sum(loaded.values()) / _BATCH), units


def _write_units(scenario: Scenario, family: str, *, entries: int, grown: int = 0, factor: int = 1) -> float:
    """The item's own units and those of `entries` writes of each index, no entry of which is larger than the item."""
    indexes = len(scenario.table_of(family).indexes)
    units = write_units(min(item_extent(scenario, family).most + grown, MAX_ITEM_BYTES))
    return units * (factor + entries * indexes)


# --- the load --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Most:
    """Requests, read and write units at most."""

    requests: float = 0.0
    read: float = 0.0
    write: float = 0.0

    def __add__(self, other: _Most) -> _Most:
        return _Most(self.requests + other.requests, self.read + other.read, self.write + other.write)

    def times(self, count: float) -> _Most:
        return _Most(self.requests * count, self.read * count, self.write * count)

    def or_else(self, other: _Most) -> _Most:
        """Of two of which one happens."""
        pairs = ((self.requests, other.requests), (self.read, other.read), (self.write, other.write))
        return _Most(*(max(pair) for pair in pairs))


def _of_load(scenario: Scenario, calls: float) -> _Most:
    """Of so many arrivals. Each operation may come more often than on average."""
    arriving_now = arriving(scenario)
    told = [one for one in arriving_now if one.share > 0]
    if not told:  # a trace: the dearest of what it may name
        dearest = _Most()
        for one in arriving_now:
            dearest = dearest.or_else(_of_operation(scenario, one.name))
        return dearest.times(calls)
    total = _Most()
    for one in told:
        count = min(calls, calls * one.share + _SIGMAS * math.sqrt(calls * one.share * (1 - one.share)))
        total += _of_operation(scenario, one.name).times(count)
    return total


def _of_operation(scenario: Scenario, name: str) -> _Most:
    """One call at most, or one session."""
    operation = scenario.operations[name]
    if isinstance(operation, Session):
        return _of_steps(scenario, operation.session)
    doubled = kind_of(operation) in TRANSACTIONS
    total = _Most()
    for action in actions_of(operation):
        total += _of_action(scenario, action, doubled=doubled)
    return total if _is_compound(operation) else _Most(1.0, total.read, total.write)


def _is_compound(operation: AnyOperation) -> bool:
    return isinstance(operation, (ReadsMany, Execute))


def _of_steps(scenario: Scenario, steps: Sequence[Step]) -> _Most:
    total = _Most()
    for step in steps:
        if isinstance(step, Repeat):
            total += _of_steps(scenario, step.repeat).times(step.turns[1])
        elif isinstance(step, Branch):
            dearest = _Most()
            for arm in step.branch.values():
                dearest = dearest.or_else(_of_steps(scenario, arm))
            total += dearest
        elif isinstance(step, str) and step != END:
            total += _of_operation(scenario, step)
    return total


def _of_action(scenario: Scenario, action: Action, *, doubled: bool) -> _Most:
    """Units of one action at most. A change of an index's key writes two entries."""
    spec, family = action.spec, action.family
    most = min(item_extent(scenario, family).most, MAX_ITEM_BYTES)
    consistent = getattr(spec, "consistent", False)
    if isinstance(spec, (ReadsMany, Execute)):
        pages = _pages(scenario, action)
        limit = _limit(scenario, spec.limit)
        page = PAGE_BYTES if math.isinf(limit) else min(limit * most, PAGE_BYTES + MAX_ITEM_BYTES)
        read = read_units(math.ceil(page), consistent=consistent) * pages
        writes = isinstance(spec, Execute) and counterpart(scenario, action) != "get"
        return _Most(pages, 0.0 if writes else read, _write_units(scenario, family, entries=2) if writes else 0.0)
    if counterpart(scenario, action) == "get":
        return _Most(1.0, read_units(most, consistent=consistent, transactional=doubled) * action.count, 0.0)
    grown = _grown(scenario, action)
    units = _write_units(scenario, family, entries=2, grown=grown, factor=2 if doubled else 1)
    return _Most(1.0, 0.0, units * action.count)


def _limit(scenario: Scenario, limit: int | str | None) -> float:
    if isinstance(limit, str):
        value = scenario.values[limit.strip("{}")]
        return value.number.max if isinstance(value, Number) else math.inf
    return math.inf if limit is None else limit


def _pages(scenario: Scenario, action: Action) -> float:
    """Requests of a read of many: no more than pages of the whole table, of what is loaded and as much again."""
    segments = action.spec.segments if isinstance(action.spec, Scan) else 1
    pages = getattr(action.spec, "pages", 1)
    if pages != "all":
        return float(pages) * segments
    families = scenario.families_of(scenario.table_of(action.family))
    there = [(scenario.items[family].count, item_extent(scenario, family).most) for family in families]
    by_size = sum(count * n_bytes for count, n_bytes in there) / PAGE_BYTES
    limit = _limit(scenario, getattr(action.spec, "limit", None))
    return 2 * math.ceil(max(by_size, sum(count for count, _ in there) / limit)) + segments


def _grown(scenario: Scenario, action: Action) -> int:
    """Bytes that the values of an update may add to the item."""
    tree = trees(scenario, action).get("update")
    if not isinstance(tree, Update):
        return 0
    names = set(placeholders(tree)) & set(scenario.values)
    return sum(of_drawn(scenario, name).most for name in names)
