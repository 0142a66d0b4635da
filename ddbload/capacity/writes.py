"""Units of a write with its index writes: which entries of which secondary indexes it changes, and what that costs.

Sources: Developer Guide, "DynamoDB read and write operations", section "Capacity unit consumption for write
operations"; "Using Global Secondary Indexes in DynamoDB", section "Write capacity units"; local ones alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from ddbload.capacity.size import Item, Value, item_bytes
from ddbload.capacity.units import item_write_units, write_units


@dataclass(frozen=True, slots=True)
class IndexShape:
    """A secondary index.

    Attributes:
        key: its key attributes, partition first.
        project: what its entries hold besides the keys of table and index.
        local: whether its units come out of the table's capacity; a global index has its own.
    """

    key: tuple[str, ...]
    project: Literal["all", "keys"] | tuple[str, ...] = "all"
    local: bool = False


@dataclass(frozen=True, slots=True)
class TableShape:
    """A table: its key attributes, partition first, and its secondary indexes by name."""

    key: tuple[str, ...]
    indexes: Mapping[str, IndexShape]


class WriteUnits(NamedTuple):
    """What one write consumes: of the table itself, and of each index that it changed."""

    table: float
    indexes: dict[str, float]


def put_units(old: Item | None, new: Item, table: TableShape) -> WriteUnits:
    """PutItem: the larger of the item that was there (None: there was none) and the new one; and its index writes."""
    return _write(old, new, table)


def update_units(old: Item | None, new: Item, table: TableShape) -> WriteUnits:
    """UpdateItem: the larger of the whole item before and after, not the part that changed; and its index writes."""
    return _write(old, new, table)


def delete_units(old: Item | None, new: None, table: TableShape) -> WriteUnits:
    """DeleteItem: the item that was there, 1 where there was none; and its index writes. `new` is always None."""
    return _write(old, new, table)


def entry(item: Item, table: TableShape, index: str) -> Item | None:
    """The entry of an item in an index; None when the item is not in it, since it lacks one of the index's keys."""
    return _entry(item, table.key, table.indexes[index])


def index_writes(old: Item | None, new: Item | None, table: TableShape) -> dict[str, float]:
    """Write units by index of one write of the table, from the item before to the item after (None: absent).

    ========================================================  ==========================
    the item comes into the index, or leaves it               1 write
    its index key changes                                     2: a delete and an insert
    a projected attribute changes, the index key does not     1, of the larger entry
    nothing that the index holds changes, or it has no entry  0
    ========================================================  ==========================

    Each write is rounded up to 1 KB by itself. Indexes that are not written are left out. In a transaction index
    writes are not doubled.
    """
    written: dict[str, float] = {}
    for name, index in table.indexes.items():
        before = None if old is None else _entry(old, table.key, index)
        after = None if new is None else _entry(new, table.key, index)
        if units := _entry_units(before, after, index.key):
            written[name] = units
    return written


def _write(old: Item | None, new: Item | None, table: TableShape) -> WriteUnits:
    return WriteUnits(item_write_units(old, new), index_writes(old, new, table) if table.indexes else {})


def _entry(item: Item, table_key: tuple[str, ...], index: IndexShape) -> Item | None:
    for attribute in index.key:
        if attribute not in item:
            return None
    if index.project == "all":
        return item
    kept = (*table_key, *index.key, *(() if index.project == "keys" else index.project))
    return {attribute: item[attribute] for attribute in kept if attribute in item}


def _entry_units(before: Item | None, after: Item | None, key: tuple[str, ...]) -> float:
    if before is None or after is None:
        present = after if before is None else before
        return 0.0 if present is None else write_units(item_bytes(present))
    if any(not _same(before[attribute], after[attribute]) for attribute in key):
        return write_units(item_bytes(before)) + write_units(item_bytes(after))
    if before.keys() == after.keys() and all(_same(value, after[name]) for name, value in before.items()):
        return 0.0
    return write_units(max(item_bytes(before), item_bytes(after)))


def _same(first: Value, second: Value) -> bool:
    """Whether DynamoDB stores the same for both: "1" and "1.0" are one number, and sets have no order."""
    return first == second or _stored(first) == _stored(second)


def _stored(value: Value) -> tuple[str, Any]:
    ((kind, content),) = value.items()
    match kind:
        case "N":
            return kind, Decimal(content)
        case "NS":
            return kind, frozenset(map(Decimal, content))
        case "SS" | "BS":
            return kind, frozenset(content)
        case "L":
            return kind, [_stored(element) for element in content]
        case "M":
            return kind, {name: _stored(inner) for name, inner in content.items()}
        case _:
            return kind, content
