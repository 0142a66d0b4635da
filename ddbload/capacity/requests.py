"""Units of requests about several items: batches, transactions, the pages of a scan; and PartiQL's statements.

A statement of PartiQL consumes what its counterpart does (Developer Guide, "PartiQL for DynamoDB"; "DynamoDB read and
write operations"):

=============================  =======================================================================
SELECT by the whole key        GetItem: `get_units`
SELECT by the partition key    Query: `query_units`; of several keys with IN, one query each
any other SELECT               Scan: `scan_units`, however few items it answers with
INSERT                         PutItem of a new item; of one that is there, a failed condition
UPDATE, DELETE                 UpdateItem, DeleteItem; UPDATE of an absent item is a failed condition
BatchExecuteStatement          each statement by itself, summed
ExecuteTransaction             the transactions below; EXISTS is a ConditionCheck
=============================  =======================================================================

Neither a projection, nor a filter, nor `Select: COUNT` lowers what is read ("DynamoDB read and write operations",
section "Capacity unit consumption for read operations").
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Literal

from ddbload.capacity.size import Item, item_bytes
from ddbload.capacity.units import get_units, item_write_units, query_units, read_units, write_units
from ddbload.capacity.writes import TableShape, WriteUnits, index_writes

Change = tuple[Item | None, Item | None]
"""An item before and after a write; None is an absent item."""


# --- reads -----------------------------------------------------------------------------------------------------------


def batch_get_units(items: Iterable[Item | None], *, consistent: bool = False) -> float:
    """Read units of the items that a BatchGetItem processed; None is a missing one. Each is rounded up by itself.

    Source: Developer Guide, "DynamoDB read and write operations", BatchGetItem. Unprocessed keys consume nothing.
    """
    return sum(get_units(item, consistent=consistent) for item in items)


def transact_get_units(items: Iterable[Item | None]) -> float:
    """Read units of TransactGetItems: two for each 4 KB of each item, two for a missing one.

    Source: Developer Guide, "Amazon DynamoDB Transactions: How it works", section "Capacity management for
    transactions": two underlying reads of every item. A transaction that is cancelled consumes them as well.
    """
    return sum(read_units(0 if item is None else item_bytes(item), transactional=True) for item in items)


def scan_units(page_bytes: Iterable[int], *, consistent: bool = False) -> float:
    """Read units of a Scan: each page by what it evaluated, rounded up once, as a page of Query is.

    Args:
        page_bytes: of each request, the bytes that it evaluated before any filter, at most 1 MB. The segments of a
            parallel scan are requests of their own: an empty one costs the minimum.
        consistent: strongly consistent; a global secondary index cannot be.

    Source: Developer Guide, "Scanning tables in DynamoDB", sections "Capacity units consumed" and "Parallel scan".
    """
    return sum(query_units(n_bytes, consistent=consistent) for n_bytes in page_bytes)


def needs_items(table: TableShape, index: str, wanted: Iterable[str] | None) -> bool:
    """Whether a read of a local secondary index has to fetch the items too, for what the index does not hold.

    Each of them is then a read by itself: the `fetched_bytes` of `query_units`.

    Args:
        table: the table with the index.
        index: a local secondary index; a global one never fetches, DynamoDB refuses what it does not hold.
        wanted: the attributes of the projection expression; None for all of the item (Select: ALL_ATTRIBUTES).

    Source: Developer Guide, "Local secondary indexes", section "Reading attributes from a local secondary index".
    """
    shape = table.indexes[index]
    if not shape.local or shape.project == "all":
        return False
    held = {*table.key, *shape.key, *(() if shape.project == "keys" else shape.project)}
    return wanted is None or not held.issuperset(wanted)


def select_counterpart(
    equalities: Collection[str], partition: Collection[str], sort: Collection[str]
) -> Literal["GetItem", "Query", "Scan"]:
    """What a SELECT of PartiQL is: by the key attributes of table or index that its WHERE compares by = or IN.

    Of an index, whose keys are not unique, what is here a GetItem is a Query; the units are the same.

    Source: Developer Guide, "PartiQL select statements for DynamoDB": a full table scan unless the WHERE clause has an
    equality or IN condition on the partition key.
    """
    if not set(partition) <= set(equalities):
        return "Scan"
    return "GetItem" if set(sort) <= set(equalities) else "Query"


# --- writes ----------------------------------------------------------------------------------------------------------


def batch_write_units(changes: Iterable[Change], table: TableShape) -> WriteUnits:
    """BatchWriteItem, of the puts and deletes that it processed: each by itself, with its index writes.

    Source: Developer Guide, "DynamoDB read and write operations", BatchWriteItem. Unprocessed ones consume nothing.
    """
    return sum_units(_written(old, new, table) for old, new in changes)


def transact_write_units(old: Item | None, new: Item | None, table: TableShape) -> WriteUnits:
    """A Put, Update or Delete of a TransactWriteItems: two units for each KB of the larger item, at least 2.

    The writes of its indexes are not doubled: the guide has two underlying writes of "every item in the transaction"
    and is silent on indexes; that they stay single is what AWS's agent toolkit (amazon-dynamodb, calculate_costs.py)
    states as measured on the service.

    Source: Developer Guide, "Amazon DynamoDB Transactions: How it works", "Capacity management for transactions".
    """
    return WriteUnits(item_write_units(old, new, transactional=True), index_writes(old, new, table))


def condition_check_units(item: Item | None) -> float:
    """Write units of a ConditionCheck, taken to be two for each KB of the item that is checked, at least 2.

    The guide has two underlying operations of every item of a transaction, and does not say whether those of a check
    are reads or writes. Taken here are writes, as of the other actions of TransactWriteItems: four times what they
    would be as reads, of a large item, so an upper bound.
    """
    return write_units(0 if item is None else item_bytes(item), transactional=True)


def cancelled_units(changes: Iterable[Change], checked: Iterable[Item | None] = ()) -> float:
    """Write units of the table for a TransactWriteItems that was cancelled; its answer does not report them.

    The guide says that a cancelled transaction consumes capacity, not how much. Taken here is what the actions would
    have consumed of the table, by the rule of a failed condition; indexes are not touched. An upper bound: DynamoDB
    may give up before it has prepared every item.

    Args:
        changes: of each Put, Update and Delete, the item as it is and as it was to be.
        checked: the items of the ConditionChecks.

    Source: Developer Guide, "Amazon DynamoDB Transactions: How it works", "Capacity management for transactions";
    "DynamoDB read and write operations", section "Capacity unit consumption for write operations".
    """
    written = sum(item_write_units(old, new, transactional=True) for old, new in changes)
    return written + sum(map(condition_check_units, checked))


def replayed_units(items: Iterable[Item | None]) -> float:
    """Read units of a TransactWriteItems that was done before, under the same ClientRequestToken, within 10 minutes.

    Nothing is written; each item is read, as in a transaction.

    Source: API Reference, TransactWriteItems, ClientRequestToken: calls after the first report the read capacity
    units consumed in reading the items. That they are transactional reads is what DynamoDB Local 3.3.1 reports.
    """
    return transact_get_units(items)


def sum_units(parts: Iterable[WriteUnits]) -> WriteUnits:
    """The units of several writes as one: of the table, and by index."""
    table, indexes = 0.0, dict[str, float]()
    for part in parts:
        table += part.table
        for name, units in part.indexes.items():
            indexes[name] = indexes.get(name, 0.0) + units
    return WriteUnits(table, indexes)


def _written(old: Item | None, new: Item | None, table: TableShape) -> WriteUnits:
    return WriteUnits(item_write_units(old, new), index_writes(old, new, table))
