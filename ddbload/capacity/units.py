"""Units of one request from bytes: capacity units and request units are counted alike.

Source unless said otherwise: Developer Guide, "DynamoDB read and write operations".
"""

from __future__ import annotations

from collections.abc import Iterable

from ddbload.capacity.size import Item, item_bytes

READ_BLOCK_BYTES = 4096
WRITE_BLOCK_BYTES = 1024
PAGE_BYTES = 1024 * 1024
"""What a Query reads at most. Source: Developer Guide, "Constraints in Amazon DynamoDB", result set per page."""


def read_units(n_bytes: int, *, consistent: bool = False, transactional: bool = False) -> float:
    """Read units of `n_bytes` that are rounded as one: a GetItem's item, or the sum of a page of Query or Scan.

    Rounded up to 4 KB, and one block at least (a missing item or an empty page costs it as well); then half a unit a
    block, one if strongly consistent, two in a transaction (section "Capacity unit consumption for read operations").
    """
    blocks = _blocks(n_bytes, READ_BLOCK_BYTES)
    if transactional:
        return 2.0 * blocks
    return float(blocks) if consistent else 0.5 * blocks


def write_units(n_bytes: int, *, transactional: bool = False) -> float:
    """Write units of one item or index entry: rounded up to 1 KB, at least 1; twice that in a transaction.

    Section "Capacity unit consumption for write operations".
    """
    blocks = _blocks(n_bytes, WRITE_BLOCK_BYTES)
    return 2.0 * blocks if transactional else float(blocks)


def get_units(item: Item | None, *, consistent: bool = False) -> float:
    """Read units of GetItem; None is a missing item. A projection does not lower them."""
    return read_units(0 if item is None else item_bytes(item), consistent=consistent)


def query_units(total_bytes: int, *, consistent: bool = False, fetched_bytes: Iterable[int] = ()) -> float:
    """Read units of one page of Query.

    Args:
        total_bytes: the sum over the items (of an index: the entries) that were evaluated, before any filter.
        consistent: strongly consistent; a global secondary index cannot be.
        fetched_bytes: of a local secondary index, the base items that had to be fetched for attributes which it does
            not project: each is rounded by itself (Developer Guide, "Local secondary indexes", section "Provisioned
            throughput considerations", "Read capacity units").
    """
    units = read_units(total_bytes, consistent=consistent)
    return units + sum(read_units(n_bytes, consistent=consistent) for n_bytes in fetched_bytes)


def item_write_units(old: Item | None, new: Item | None, *, transactional: bool = False) -> float:
    """Write units of the table itself for a write of one item: the larger of before and after, at least 1.

    None is an absent item. Put and update charge the larger of the two whole items, delete the one that was there
    (section "Capacity unit consumption for write operations").
    """
    before = 0 if old is None else item_bytes(old)
    after = 0 if new is None else item_bytes(new)
    return write_units(max(before, after), transactional=transactional)


def failed_condition_units(old: Item | None, new: Item | None) -> float:
    """Write units of a write whose condition failed: the larger of what is there and what was to be, at least 1.

    The service charges them and does not report them. Section "Capacity unit consumption for write operations":
    existing 300 KB, attempted 310 KB, 310 units although nothing was written. Indexes are not touched.
    """
    return item_write_units(old, new)


def _blocks(n_bytes: int, block_bytes: int) -> int:
    if n_bytes < 0:
        raise ValueError(f"bytes cannot be negative: {n_bytes}")
    return max(1, -(-n_bytes // block_bytes))
