"""The units of one call, of a rate of calls, of replicated writes and of stored bytes, from sizes: one question a call.

For whoever has sizes and neither items nor a scenario. Sizes may be distributions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ddbload.capacity.expected import LargerSizes, Sizes, expected_read_units, expected_write_units, sizes_of
from ddbload.capacity.size import ITEM_OVERHEAD_BYTES, REPLICA_OVERHEAD_BYTES
from ddbload.capacity.units import READ_BLOCK_BYTES, WRITE_BLOCK_BYTES

Consistency = Literal["eventual", "strong", "transactional"]
Change = Literal["new", "gone", "changed", "moved", "none"]
"""What a write does to an entry of an index: 1 write, but 2 for one that moves and 0 where it stays as it is."""

READS = frozenset({"GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan"})
WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems", "ConditionCheck"})
_TOGETHER = frozenset({"Query", "Scan"})
_TRANSACTIONS = frozenset({"TransactGetItems", "TransactWriteItems", "ConditionCheck"})
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
    item_bytes: float | Sizes | Sequence[float | Sizes] = 0,
    items: int | None = None,
    total_bytes: float | Sizes | None = None,
    consistency: Consistency = "eventual",
    exists: bool = True,
    before_bytes: float | Sizes | None = None,
    after_bytes: float | Sizes | None = None,
    condition_fails: bool = False,
    indexes: Sequence[IndexEntry] = (),
) -> CallUnits:
    """The expected units of one call.

    Args:
        api: DynamoDB's name of the call; ConditionCheck is one action of a transaction.
        item_bytes: of its item; of several, one after another, or `items` alike. A distribution gives the mean.
        items: how many; of a query or a scan those that it evaluates, whose sum is rounded up once.
        total_bytes: of a query or a scan, all that it evaluates in one page.
        consistency: of reads; transactions have their own.
        exists: whether the item is there: a missing one costs the minimum to read, and to delete.
        before_bytes: of a write, the item before it; the larger of before and after counts. Without either, the item
            before is no larger than `item_bytes`.
        after_bytes: of a write, the item after it.
        condition_fails: the write is refused: it costs as much of the table, and nothing of an index.
        indexes: what a write does to global indexes.

    Raises:
        ValueError: no such call, or sizes that are none.
    """
    if api in READS:
        return CallUnits(read=_reads(api, _sizes(item_bytes, items, exists=exists), items, total_bytes, consistency))
    if api not in WRITES:
        raise ValueError(f"'{api}' is none of {', '.join(sorted(READS | WRITES))}")
    transactional = api in _TRANSACTIONS or consistency == "transactional"
    sizes = _sizes(item_bytes, items, exists=exists or api == "PutItem")
    if before_bytes is not None or after_bytes is not None:
        sizes = [LargerSizes(sizes_of(before_bytes or 0), sizes_of(after_bytes or 0))]
    write = math.fsum(expected_write_units(size, transactional=transactional) for size in sizes)
    entries = () if condition_fails else tuple(map(entry_units, indexes))
    return CallUnits(write=write, indexes=entries)


def entry_units(entry: IndexEntry) -> float:
    """Expected write units of one entry of an index. They are not doubled in a transaction."""
    before = entry.n_bytes if entry.before_bytes is None else entry.before_bytes
    if entry.change == "moved":
        return expected_write_units(before) + expected_write_units(entry.n_bytes)
    if entry.change == "changed" and entry.before_bytes is not None:
        return expected_write_units(LargerSizes(sizes_of(before), sizes_of(entry.n_bytes)))
    return _WRITES_OF[entry.change] * expected_write_units(before if entry.change == "gone" else entry.n_bytes)


def mixed_read_units(item_bytes: float | Sizes, shares: Mapping[Consistency, float]) -> float:
    """Expected read units of one read, of which a share is of each consistency."""
    return math.fsum(
        share * operation_units("GetItem", item_bytes=item_bytes, consistency=consistency).read
        for consistency, share in shares.items()
    )


def _reads(
    api: str,
    sizes: Sequence[Sizes],
    items: int | None,
    total_bytes: float | Sizes | None,
    consistency: Consistency,
) -> float:
    transactional = api in _TRANSACTIONS or consistency == "transactional"
    consistent = consistency == "strong"
    if api in _TOGETHER:
        # of many rows the sum hardly varies: its mean stands for it, unless its distribution is given
        total = total_bytes if total_bytes is not None else math.ceil(math.fsum(size.mean_bytes for size in sizes))
        return expected_read_units(total if items != 0 else 0, consistent=consistent)
    return math.fsum(expected_read_units(size, consistent=consistent, transactional=transactional) for size in sizes)


def _sizes(item_bytes: float | Sizes | Sequence[float | Sizes], items: int | None, *, exists: bool) -> list[Sizes]:
    if not exists:
        return [sizes_of(0)] * (1 if items is None else items)
    if isinstance(item_bytes, Sequence):
        return [sizes_of(size) for size in item_bytes]
    return [sizes_of(item_bytes)] * (1 if items is None else items)


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
    if regions < 1:
        raise ValueError(f"a table is in one region at least, not in {regions}")
    table = writes * expected_write_units(n_bytes) * regions
    indexes = writes * math.fsum(map(expected_write_units, entries)) * regions
    return (table + indexes, 0.0) if regions == 1 else (indexes, table)


def billable_bytes(items: float, item_bytes: float, *, global_table: bool = False) -> float:
    """Bytes that storage is billed for: of items, or of the entries of an index."""
    return items * (item_bytes + ITEM_OVERHEAD_BYTES + (REPLICA_OVERHEAD_BYTES if global_table else 0))
