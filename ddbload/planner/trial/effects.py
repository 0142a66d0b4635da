"""What one call did in the trial: its outcome, its answer, and the units of every table and index that it touched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from ddbload.capacity import Item, TableShape, WriteUnits, put_units, transact_write_units
from ddbload.operation import Outcome
from ddbload.planner.resource import Resource

Units = dict[Resource, list[float]]
"""Read and write units by resource."""


Touch = tuple[Resource, int, Hashable, Hashable, float]
"""Units of one item or entry: resource, 0 for reads and 1 for writes, partition key, item (None: many), units."""


@dataclass(slots=True)
class Effect:
    """One call, or all requests of one compound call together.

    Attributes:
        units: what was consumed.
        done: what a write would have consumed with its condition met; None of a read.
        failed: with its condition failed.
        met: whether it was met.
        put_units: write units of the items that are put, by themselves.
        rows, n_bytes: what a query or a scan read.
        added: family -> items that came into being, less those that went.
        touched: where the units went; those of scans are not among them, which go everywhere.
    """

    outcome: Outcome = Outcome.OK
    reply: dict[str, Any] = field(default_factory=dict)
    units: Units = field(default_factory=dict)
    done: Units | None = None
    failed: Units | None = None
    met: bool = True
    put_units: float = 0.0
    rows: float = 0.0
    n_bytes: float = 0.0
    requests: int = 1
    added: Counter[str] = field(default_factory=Counter)
    touched: list[Touch] = field(default_factory=list)

    def read(self, resource: Resource, units: float) -> None:
        """Note read units."""
        self.units.setdefault(resource, [0.0, 0.0])[0] += units

    def absorb(self, other: Effect) -> None:
        """Take in another request of the same call."""
        for resource, (read, write) in other.units.items():
            mine = self.units.setdefault(resource, [0.0, 0.0])
            mine[0] += read
            mine[1] += write
        self.rows += other.rows
        self.n_bytes += other.n_bytes
        self.added += other.added
        self.touched += other.touched


def charge(into: Units, table: str, shape: TableShape, written: WriteUnits) -> None:
    """Note write units: those of a local index are the table's."""
    own = into.setdefault(Resource(table), [0.0, 0.0])
    own[1] += written.table
    for name, units in written.indexes.items():
        if shape.indexes[name].local:
            own[1] += units
        else:
            into.setdefault(Resource(table, name), [0.0, 0.0])[1] += units


def written(before: Item | None, after: Item | None, shape: TableShape, *, transactional: bool) -> WriteUnits:
    """What writing one item consumes. In a transaction the table's units are doubled, those of indexes are not."""
    if transactional:
        return transact_write_units(before, after, shape)
    return put_units(before, after, shape)  # type: ignore[arg-type]  # a put, an update and a delete count alike


def refused(done: WriteUnits) -> WriteUnits:
    """What a write consumes whose condition failed, or whose transaction was cancelled: the same of the table.

    See `ddbload.capacity.failed_condition_units` and `cancelled_units`: nothing of indexes.
    """
    return WriteUnits(done.table, {})
