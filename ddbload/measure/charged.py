"""Capacity units as sums by table and index, and how to read them from an answer's `ConsumedCapacity`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_INDEX_GROUPS = ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")

Units = tuple[float, float]
"""(read, write)"""


@dataclass(slots=True)
class Charged:
    """Units of one table: [read, write], and the same by index."""

    table: list[float] = field(default_factory=lambda: [0.0, 0.0])
    indexes: dict[str, list[float]] = field(default_factory=dict)

    def add(self, other: Charged) -> None:
        """Add another's units."""
        self.table[0] += other.table[0]
        self.table[1] += other.table[1]
        for name, (read, write) in other.indexes.items():
            self.add_index(name, read, write)

    def add_index(self, name: str, read: float, write: float) -> None:
        """Add units of one index."""
        units = self.indexes.setdefault(name, [0.0, 0.0])
        units[0] += read
        units[1] += write

    @property
    def read(self) -> float:
        """Read units of the table and its indexes."""
        return self.table[0] + sum(units[0] for units in self.indexes.values())

    @property
    def write(self) -> float:
        """Write units of the table and its indexes."""
        return self.table[1] + sum(units[1] for units in self.indexes.values())


Consumption = tuple[str, Units, Sequence[tuple[str, Units]]]
"""(table, units of the table itself, units of its indexes); table "" is the operation's own."""


def consumption(consumed: Any, *, writes: bool) -> list[Consumption]:
    """The units that a `ConsumedCapacity` names: one mapping, or a list of them where a call is about several tables.

    A transaction tells reads and writes apart; where an answer does not, `writes` does (API Reference,
    "ConsumedCapacity", "Capacity").

    Raises:
        KeyError, TypeError, AttributeError: it is none, or not in this form.
    """
    if isinstance(consumed, list):
        return [(entry["TableName"], *_entry(entry, writes=writes)) for entry in consumed]
    return [("", *_entry(consumed, writes=writes))]


def sole(consumed: Any) -> float | None:
    """The units of an answer that names one table and nothing beside it: a short way for most calls; else None.

    Raises as `consumption` does.
    """
    if type(consumed) is not dict or "TableName" not in consumed:
        return None
    table = consumed.get("Table")
    if table is None:
        return consumed["CapacityUnits"] + 0.0 if len(consumed) == 2 else None  # noqa: PLR2004 - the name and the sum
    return table["CapacityUnits"] + 0.0 if len(consumed) == 3 and len(table) == 1 else None  # noqa: PLR2004 - and the table


def _entry(consumed: Mapping[str, Any], *, writes: bool) -> tuple[Units, Sequence[tuple[str, Units]]]:
    indexes: Sequence[tuple[str, Units]] = ()
    for group in _INDEX_GROUPS:
        if group in consumed:
            found = consumed[group].items()
            indexes = [*indexes, *((name, _units(units, writes=writes)) for name, units in found)]
    # the table's own share stands under "Table"; without it, what the indexes leave of the sum
    table = consumed.get("Table")
    if table is not None:
        return _units(table, writes=writes), indexes
    read, write = _units(consumed, writes=writes)
    return (read - sum(u[0] for _, u in indexes), write - sum(u[1] for _, u in indexes)), indexes


def _units(capacity: Mapping[str, Any], *, writes: bool) -> Units:
    read, write = capacity.get("ReadCapacityUnits"), capacity.get("WriteCapacityUnits")
    if read is None and write is None:
        units = capacity["CapacityUnits"] + 0.0
        return (0.0, units) if writes else (units, 0.0)
    return (read or 0.0) + 0.0, (write or 0.0) + 0.0
