"""One row of a trace, many rows as columns, and the error that names a row's place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from ddbload.errors import DdbloadError

LARGEST = 2**62
"""No time (ns), size or number of an item is larger: columns of 64 bits hold them and their differences."""


class TraceError(DdbloadError):
    """A trace that cannot be read as it is: names the file and the line, what was found and what fits."""

    @classmethod
    def at(cls, file: str, line: int, message: str, fits: str = "") -> TraceError:
        """The error for a line (from 1; 0 for the whole file)."""
        place = f"{file}:{line}" if line else file
        return cls(f"{place}: {message}" + (f" ({fits})" if fits else ""))


class TraceRow(NamedTuple):
    """One request of the recorded traffic. A named tuple, because a trace has millions of them.

    Attributes:
        time_ns: since the first row.
        operation: as the trace names it: a scenario's operation, or DynamoDB's name of the call such as GetItem.
        key: the partition key's text, or `partition/sort`; empty where the trace tells none.
        item: the number of the item, where the trace was made from enumerated items.
        size_bytes: of the item that was written or read, where the trace tells it.
        session: what requests of one session have in common.
        table: the table's name, where the trace tells it.
    """

    time_ns: int
    operation: str
    key: str
    item: int | None = None
    size_bytes: int | None = None
    session: str | None = None
    table: str | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """Some rows as columns of one length, in the order of their lines or (as `Trace.chunks` gives them) of their times.

    Attributes:
        time_ns: since the first row; within the readers, on the clock of the file.
        line: where each row stands in the file, from 1 (Parquet: the number of the row).
    """

    time_ns: list[int]
    operation: list[str]
    key: list[str]
    item: list[int | None]
    size_bytes: list[int | None]
    session: list[str | None]
    table: list[str | None]
    line: list[int]

    def __len__(self) -> int:
        return len(self.time_ns)

    def rows(self) -> Iterator[TraceRow]:
        """The rows, one by one."""
        return map(
            TraceRow,
            self.time_ns,
            self.operation,
            self.key,
            self.item,
            self.size_bytes,
            self.session,
            self.table,
        )

    def lists(self) -> tuple[list[Any], ...]:
        """All columns, in the order in which they are declared."""
        return tuple(getattr(self, name) for name in COLUMN_NAMES)


COLUMN_NAMES = tuple(field.name for field in fields(Columns))
