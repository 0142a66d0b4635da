"""Rules about reads: scans, filters, strong reads, transactions of one item, and what a cache would serve."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ddbload.capacity import PAGE_BYTES, read_units, select_counterpart, write_units
from ddbload.capacity.operation_units import billable_bytes
from ddbload.expression import Statement
from ddbload.planner.dax.nodes import NODES
from ddbload.planner.dax.plan import dax_plan
from ddbload.planner.document import Finding
from ddbload.planner.lint.filters import Equality, equalities, passing
from ddbload.planner.lint.ground import Ground
from ddbload.planner.resource import OperationUnits, Resource
from ddbload.planner.words import money
from ddbload.scenario.actions import Action, actions_of, kind_of, operations_in
from ddbload.scenario.model import Query, Scan, Scenario, Session
from ddbload.scenario.rules.parsed import counterpart, trees

_WASTE = 0.8
"""A filter that throws away this share of what is read, or more, is told of."""
_WRITES = frozenset({"put", "update", "delete"})


def scan_for_query(ground: Ground) -> Iterator[Finding]:
    """A scan whose filter asks for one value of an attribute of which it is known how many items have it.

    A SELECT of PartiQL without a condition on the partition key is a scan as well.

    A query of the table or of an index that there is, or of a new index with all attributes, would read these alone.

    Dollars: the scan's read units, less those of the query, less the writes and the storage of a new index.
    """
    for one, rate, actions in ground.operations():
        for action in actions:
            if not _scans(ground.scenario, action):
                continue
            best = max(
                (_queried(ground, one, rate, action, equality) for equality in equalities(ground.scenario, action)),
                key=lambda finding: finding.usd_per_month,
                default=None,
            )
            if best is not None and best.usd_per_month > 0:
                yield best


def _scans(scenario: Scenario, action: Action) -> bool:
    tree = trees(scenario, action).get("statement")
    if not isinstance(tree, Statement) or tree.kind != "select":
        return isinstance(action.spec, Scan)
    table = scenario.table_of(action.family)
    index = table.indexes.get(tree.index or "")
    partition, sort = ((table.partition,), ()) if index is None else (tuple(index.partition), tuple(index.sort))
    return select_counterpart(tree.equalities, partition, sort) == "Scan"


def _queried(ground: Ground, one: OperationUnits, rate: float, action: Action, equality: Equality) -> Finding:
    """What a query by one attribute would save of a scan."""
    table = ground.scenario.table_of(action.family)
    family = ground.family(action.family)
    items, item_bytes = (family.items, family.item_bytes) if family is not None else (0.0, 0.0)
    wanted = items * equality.share * item_bytes
    pages = max(1.0, math.ceil(wanted / PAGE_BYTES))
    query = pages * read_units(math.ceil(wanted / pages))
    saved = ground.operation_usd(one, rate, "read") - ground.read_usd(table, rate * query)
    served = "the table" if equality.attribute == table.partition else None
    served = served or next((n for n, index in table.indexes.items() if equality.attribute in index.partition), None)
    new = "" if served else f", less {money(_index_usd(ground, action.family))} for the index"
    return Finding(
        "scan-for-query",
        one.name,
        f"a scan reads {one.rows or 0:,.0f} items to find those of one '{equality.attribute}',"
        f" {equality.share:.1%} of them: a query reads {query:,.4g} units instead",
        saved - (0.0 if served else _index_usd(ground, action.family)),
        f"query {served} by '{equality.attribute}'"
        if served
        else f"an index with the partition key '{equality.attribute}', and a query of it{new}",
    )


def _index_usd(ground: Ground, name: str) -> float:
    """A new index with all attributes: its writes, one for each write of the family, and its storage."""
    table, family = ground.scenario.table_of(name), ground.family(name)
    if family is None:
        return 0.0
    writes = math.fsum(
        rate * action.count
        for _, rate, actions in ground.operations()
        for action in actions
        if action.family == name and counterpart(ground.scenario, action) in _WRITES
    )
    each = write_units(math.ceil(family.item_bytes))
    stored = billable_bytes(family.items, family.item_bytes)
    return ground.write_usd(table, writes * each) + ground.storage_usd(table, stored)


def wasteful_filter(ground: Ground) -> Iterator[Finding]:
    """A filter of a query that is known to let through a fifth or less of what is read.

    Known are shares of constants that are drawn, and of coordinates. Scans have a rule of their own.

    Dollars: the share that is thrown away of its read units; an upper bound, since sums are rounded up.
    """
    for one, rate, actions in ground.operations():
        for action in actions:
            share = passing(ground.scenario, action) if isinstance(action.spec, Query) else None
            if share is None or share > 1 - _WASTE:
                continue
            amount = (1 - share) * ground.operation_usd(one, rate, "read")
            yield Finding(
                "wasteful-filter",
                one.name,
                f"its filter throws away {1 - share:.0%} of what is read and paid for",
                amount,
                "put what it filters by into the key, or into the key of a sparse index",
            )


def strong_reads(ground: Ground) -> Iterator[Finding]:
    """A strongly consistent read that follows no write of the same items in any session of the scenario.

    Dollars: half of its read units: an eventually consistent read costs half.
    """
    for one, rate, actions in ground.operations():
        consistent = [action for action in actions if getattr(action.spec, "consistent", False)]
        operation = ground.scenario.operations[one.name]
        if not consistent or kind_of(operation) == "execute_transaction":
            continue
        if any(_reads_own_write(ground.scenario, one.name, action.family) for action in consistent):
            continue
        share = sum(action.count for action in consistent) / sum(action.count for action in actions)
        yield Finding(
            "strong-reads",
            one.name,
            "it reads strongly consistently, and no session reads what it wrote by it",
            ground.operation_usd(one, rate, "read") / 2 * share,
            "if eventual reads suffice, leave `consistent` out",
        )


def _reads_own_write(scenario: Scenario, name: str, family: str) -> bool:
    """Whether a session has the operation after one that writes items of the family."""
    for session in scenario.operations.values():
        if not isinstance(session, Session):
            continue
        written = False
        for _, step in operations_in(session):
            if step == name and written:
                return True
            actions = actions_of(scenario.operations[step])
            written |= any(a.family == family and counterpart(scenario, a) in _WRITES for a in actions)
    return False


def transaction_of_one(ground: Ground) -> Iterator[Finding]:
    """A transaction of a single item: a plain call with the same condition does the same, for half.

    Dollars: half of its units of the table; those of its indexes are not doubled.
    """
    for one, rate, actions in ground.operations():
        kind = kind_of(ground.scenario.operations[one.name])
        if kind not in {"transact_get", "transact_write"} or len(actions) != 1 or actions[0].count != 1:
            continue
        table = ground.scenario.table_of(actions[0].family)
        consumption = one.consumption.get(Resource(table.name))
        if consumption is None:
            continue
        read, write = rate * consumption.read.mean / 2, rate * consumption.write.mean / 2
        yield Finding(
            "transaction-of-one",
            one.name,
            "a transaction of one item costs twice what a plain call does, which is done wholly or not at all as well",
            ground.read_usd(table, read) + ground.write_usd(table, write),
            {"get": "GetItem, consistent if need be", "check": "GetItem, and look"}.get(
                actions[0].kind, f"{actions[0].kind.capitalize()}Item with the same condition"
            ),
        )


def reads_for_a_cache(ground: Ground) -> Iterator[Finding]:
    """Reads of hot keys that a DAX cluster would serve for less than they cost, at the month's mean load.

    Dollars: the read units that it saves on demand less its nodes. Without a price of nodes there is no finding.
    """
    if not any(node in ground.book.prices for node in NODES):
        return
    plan = dax_plan(ground.scenario, ground.units, ground.arrivals, ground.book)
    if plan is None or plan.saved_usd <= plan.usd_per_month:
        return
    best = ", ".join(f"{name} {hit:.0%}" for name, hit in sorted(plan.hits.items(), key=lambda one: -one[1]) if hit)
    yield Finding(
        "reads-for-a-cache",
        ", ".join(name for name, hit in plan.hits.items() if hit),
        f"a cache would serve much of these reads ({best}): {money(plan.saved_usd)} of reads for"
        f" {money(plan.usd_per_month)} of nodes",
        plan.saved_usd - plan.usd_per_month,
        f"DAX: {plan.cluster.nodes} nodes of {plan.cluster.node}, sized for the mean; its peak may need more",
    )
