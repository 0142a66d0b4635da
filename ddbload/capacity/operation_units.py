"""The units of one call, of a rate of calls, of replicated writes and of stored bytes, from sizes: one question a call.

For whoever has sizes and neither items nor a scenario. Sizes may be distributions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Literal, get_args

from ddbload.capacity.expected import LargerSizes, Sizes, expected_read_units, expected_write_units, sizes_of
from ddbload.capacity.size import ITEM_OVERHEAD_BYTES, REPLICA_OVERHEAD_BYTES
from ddbload.capacity.together import blocks_together
from ddbload.capacity.units import READ_BLOCK_BYTES, WRITE_BLOCK_BYTES

Consistency = Literal["eventual", "strong", "transactional"]
Change = Literal["new", "gone", "changed", "moved", "none"]
"""What a write does to an entry of an index: 1 write, but 2 for one that moves and 0 where it stays as it is."""

READS = frozenset({"GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan"})
WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems", "ConditionCheck"})
_TOGETHER = frozenset({"Query", "Scan"})
_TRANSACTIONS = frozenset({"TransactGetItems", "TransactWriteItems", "ConditionCheck"})
_OF_WHAT_IS_THERE = frozenset({"DeleteItem", "ConditionCheck"})
"""Writes that bring no item with them: where none is there, there are no bytes."""
SizeLike = float | Sizes
_SLACK = 1e-6
_WRITES_OF: Mapping[str, int] = {"new": 1, "gone": 1, "changed": 1, "moved": 2, "none": 0}


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """An entry of a global index that a write comes to: its bytes, before and after where these differ."""

    n_bytes: float | Sizes
    change: Change = "new"
    before_bytes: float | Sizes | None = None


@dataclass(frozen=True, slots=True)
class CallUnits:
    """Units of one call: of the table itself, and of each index in the order in which they were given."""

    read: float = 0.0
    write: float = 0.0
    indexes: tuple[float, ...] = ()

    @property
    def index_write(self) -> float:
        """Write units of all indexes."""
        return math.fsum(self.indexes)


def operation_units(
    api: str,
    *,
    item_bytes: SizeLike | Sequence[SizeLike] = 0,
    items: int | None = None,
    total_bytes: SizeLike | None = None,
    fetched_bytes: SizeLike | Sequence[SizeLike] | None = None,
    consistency: Consistency = "eventual",
    exists: bool = True,
    before_bytes: SizeLike | Sequence[SizeLike] | None = None,
    after_bytes: SizeLike | Sequence[SizeLike] | None = None,
    condition_fails: bool = False,
    through_dax: bool = False,
    indexes: Sequence[IndexEntry] = (),
) -> CallUnits:
    """The expected units of one call.

    Args:
        api: DynamoDB's name of the call; ConditionCheck is one action of a transaction.
        item_bytes: of its item; of several, one after another, or `items` alike. A distribution gives the mean.
        items: how many; of a query or a scan those that it evaluates, whose sum is rounded up once.
        total_bytes: of a query or a scan, all that it evaluates in one page.
        fetched_bytes: of a query of a local index, the items that are fetched for what the index does not hold: one for
            each of its `items`, or a list of them. Each is rounded up by itself.
        consistency: of reads; transactions have their own.
        exists: whether the item is there: a missing one costs the minimum to read, to delete and to check. A put or an
            update of it makes a new one.
        before_bytes: of a write, the item before it; the largest of it, of `item_bytes` and of `after_bytes` counts.
        after_bytes: of a write, the item after it.
        condition_fails: the write is refused: it costs as much of the table, and nothing of an index.
        through_dax: TransactWriteItems goes through DAX, which then reads each item in a transaction for its cache
            (Developer Guide, "Amazon DynamoDB Transactions: How it works", "Using transactional APIs in DAX").
        indexes: what a write does to global indexes.

    Raises:
        ValueError: no such call or consistency, or sizes that are none.
    """
    if consistency not in get_args(Consistency):
        raise ValueError(f"consistency is '{consistency}': one of {', '.join(get_args(Consistency))}")
    if api in READS:
        sizes = _sizes(item_bytes if exists else 0, items)
        fetched = [] if fetched_bytes is None else _sizes(fetched_bytes, items)
        return CallUnits(read=_reads(api, sizes, total_bytes, consistency, fetched))
    if api not in WRITES:
        raise ValueError(f"'{api}' is none of {', '.join(sorted(READS | WRITES))}")
    transactional = api in _TRANSACTIONS or consistency == "transactional"
    comes = exists or api not in _OF_WHAT_IS_THERE
    sizes = _written(items, item_bytes if comes else 0, before_bytes if exists else None, after_bytes)
    write = math.fsum(expected_write_units(size, transactional=transactional) for size in sizes)
    cached = sizes if through_dax and api == "TransactWriteItems" else []
    read = math.fsum(expected_read_units(size, transactional=True) for size in cached)
    return CallUnits(read, write, () if condition_fails else tuple(map(entry_units, indexes)))


def entry_units(entry: IndexEntry) -> float:
    """Expected write units of one entry of an index. They are not doubled in a transaction."""
    before = entry.n_bytes if entry.before_bytes is None else entry.before_bytes
    if entry.change == "moved":
        return expected_write_units(before) + expected_write_units(entry.n_bytes)
    if entry.change == "changed" and entry.before_bytes is not None:
        return expected_write_units(LargerSizes(sizes_of(before), sizes_of(entry.n_bytes)))
    return _WRITES_OF[entry.change] * expected_write_units(before if entry.change == "gone" else entry.n_bytes)


def mixed_read_units(item_bytes: float | Sizes, shares: Mapping[Consistency, float]) -> float:
    """Expected read units of one read, of which a share is of each consistency.

    Raises:
        ValueError: the shares do not sum to 1.
    """
    whole = math.fsum(shares.values())
    if not abs(whole - 1) <= _SLACK:
        raise ValueError(f"the shares of the consistencies sum to {whole:g}, not to 1")
    return math.fsum(
        share * operation_units("GetItem", item_bytes=item_bytes, consistency=consistency).read
        for consistency, share in shares.items()
    )


def _reads(
    api: str,
    sizes: Sequence[Sizes],
    total_bytes: SizeLike | None,
    consistency: Consistency,
    fetched: Sequence[Sizes],
) -> float:
    transactional = api in _TRANSACTIONS or consistency == "transactional"
    consistent = consistency == "strong"
    apart = [*fetched] if api in _TOGETHER else [*sizes, *fetched]
    units = math.fsum(expected_read_units(one, consistent=consistent, transactional=transactional) for one in apart)
    if api not in _TOGETHER:
        return units
    if total_bytes is not None:
        return units + expected_read_units(total_bytes, consistent=consistent)
    return units + blocks_together(sizes, READ_BLOCK_BYTES) * (1.0 if consistent else 0.5)


def _written(items: int | None, *given: SizeLike | Sequence[SizeLike] | None) -> list[Sizes]:
    """Of each item that is written, the largest of what is given."""
    known = [_sizes(one, items) for one in given if one is not None]
    count = max(map(len, known))
    if any(len(sizes) not in {1, count} for sizes in known):
        raise ValueError(f"sizes before and after have to be of the same items, found {[len(one) for one in known]}")
    each = zip(*(sizes if len(sizes) == count else sizes * count for sizes in known), strict=True)
    return [reduce(_larger, one) for one in each]


def _larger(first: Sizes, second: Sizes) -> Sizes:
    nothing = sizes_of(0)
    if nothing in (first, second):
        return second if first == nothing else first
    return LargerSizes(first, second)


def _sizes(given: SizeLike | Sequence[SizeLike], items: int | None) -> list[Sizes]:
    if isinstance(given, Sequence):
        return [sizes_of(size) for size in given]
    count = 1 if items is None else items
    if count < 0:
        raise ValueError(f"there cannot be {count} items")
    return [sizes_of(given)] * count


# --- throughput, replicas, storage ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Throughput:
    """What capacity serves at best, in KB (1,024 bytes) a second."""

    strong_kb_s: float
    eventual_kb_s: float
    transactional_read_kb_s: float
    write_kb_s: float
    transactional_write_kb_s: float


def throughput(read_units: float, write_units: float) -> Throughput:
    """What so many units a second serve at best: blocks that are full.

    Source: Developer Guide, "DynamoDB throughput capacity", read and write capacity units.
    """
    read_kb, write_kb = READ_BLOCK_BYTES / 1024, WRITE_BLOCK_BYTES / 1024
    return Throughput(
        read_units * read_kb,
        2 * read_units * read_kb,
        read_units * read_kb / 2,
        write_units * write_kb,
        write_units * write_kb / 2,
    )


def replicated_write_units(
    writes: float, n_bytes: float | Sizes, *, regions: int, entries: Sequence[float | Sizes] = ()
) -> tuple[float, float]:
    """Write units and replicated write units of writes to a table in so many regions, all of them together.

    In one region a write is write units. In several it is replicated write units in each region, the one that it was
    made in too, while index entries are write units in each.

    Source: Developer Guide, "Understanding Amazon DynamoDB billing for global tables".
    """
    table = writes * expected_write_units(n_bytes) * _regions(regions)
    indexes = writes * math.fsum(map(expected_write_units, entries)) * regions
    return (table + indexes, 0.0) if regions == 1 else (indexes, table)


def _regions(regions: int) -> int:
    if regions < 1:
        raise ValueError(f"a table is in one region at least, not in {regions}")
    return regions


def expired_write_units(
    items: float, n_bytes: float | Sizes, *, regions: int = 1, entries: Sequence[float | Sizes] = ()
) -> tuple[float, float]:
    """Write units and replicated write units of deletes by time to live, in all regions of a table.

    They are free in the region where they happen, its indexes too. In each other region of a global table the delete is
    a replicated write, and those of its index entries are write units.

    Source: Developer Guide, "Using time to live (TTL) in DynamoDB", section on global tables.
    """
    away = _regions(regions) - 1
    table = items * expected_write_units(n_bytes) * away
    return items * math.fsum(map(expected_write_units, entries)) * away, table


def billable_bytes(items: float, item_bytes: float, *, global_table: bool = False) -> float:
    """Bytes that storage is billed for: of items, or of the entries of an index."""
    return items * (item_bytes + ITEM_OVERHEAD_BYTES + (REPLICA_OVERHEAD_BYTES if global_table else 0))
