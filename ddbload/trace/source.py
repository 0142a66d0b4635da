"""Opening a trace: which form a file has, its rows in the order of their times, and what is in it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ddbload.trace.row import Columns, TraceError, TraceRow
from ddbload.trace.text import open_bytes

_HEAD = 1 << 16
_SESSIONS_COUNTED = 1_000_000


@dataclass(frozen=True, slots=True)
class Summary:
    """What is in a trace.

    Attributes:
        form: of the file, such as "CSV".
        times: how its times are written, such as "milliseconds since 1970".
        rows: how many.
        seconds: from the first row to the last.
        operations: name -> rows, the most frequent first.
        sessions: how many different ones; exact up to a million, None beyond.
        tables: the names of tables, in the order in which they come.
    """

    form: str
    times: str
    rows: int
    seconds: float
    operations: Mapping[str, int]
    sessions: int | None
    tables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """A trace on disk. Nothing is kept in memory: every pass reads the file again.

    Attributes:
        path: of the file.
        form: "CSV", "JSON lines", "Parquet" or "MongoDB profiler".
        columns: field -> name of the column, where the file's names are not understood by themselves.
    """

    path: Path
    form: str
    columns: Mapping[str, str] | None = None

    def rows(self) -> Iterator[TraceRow]:
        """The rows in the order of their times.

        Raises:
            TraceError: the first row that does not fit, with its line.
        """
        for chunk in self.chunks():
            yield from chunk.rows()

    def chunks(self, size: int | None = None, *, ordered: bool = False) -> Iterator[Columns]:
        """The rows in the order of their times, some thousand (or `size`) at a time, as columns: the fast way to read.

        Of a file that is known to be in order (`ordered`), none are held back to sort others in before them.

        Raises:
            TraceError: the first row that does not fit, with its line.
        """
        from ddbload.trace.order import WINDOW, in_order  # noqa: PLC0415 - opening a trace is cheap

        some = False
        read = (columns for columns, _ in self._read(size))
        for chunk in in_order(read, str(self.path), 0 if ordered else WINDOW):
            some = True
            yield chunk
        if not some:
            raise TraceError.at(str(self.path), 0, "the trace has no rows", "a row for each request")

    def summary(self) -> Summary:
        """What is in the trace, by one pass over it.

        Raises:
            TraceError: the first row that does not fit, with its line.
        """
        operations: Counter[str] = Counter()
        sessions: set[str | None] = set()
        tables: dict[str, None] = {}
        last = 0
        for chunk in self.chunks():
            operations.update(chunk.operation)
            last = chunk.time_ns[-1]
            tables.update(dict.fromkeys(name for name in chunk.table if name))
            if len(sessions) <= _SESSIONS_COUNTED:
                sessions.update(chunk.session)
        sessions.discard(None)
        counted = len(sessions) if len(sessions) <= _SESSIONS_COUNTED else None
        return Summary(
            self.form,
            self.times(),
            operations.total(),
            last / 1e9,
            dict(operations.most_common()),
            counted,
            tuple(tables),
        )

    def times(self) -> str:
        """How the times are written, in words; decided by the first row."""
        return next((times for _, times in self._read()), "")

    def _read(self, size: int | None = None) -> Iterator[tuple[Columns, str]]:
        from ddbload.trace import forms, mongodb  # noqa: PLC0415 - opening a trace is cheap

        size = size or forms.CHUNK
        if self.form == "MongoDB profiler":
            return ((chunk, "moments in UTC") for chunk in mongodb.read_profile(self.path, size))
        read = {"CSV": forms.read_csv, "JSON lines": forms.read_json_lines, "Parquet": forms.read_parquet}[self.form]
        return (
            (chunk, caster.form.name if caster.form else "") for chunk, caster in read(self.path, self.columns, size)
        )


def open_trace(path: Path | str, columns: Mapping[str, str] | None = None) -> Trace:
    """Open a trace; its form is told by its first bytes, not by its name.

    `columns` says which column holds what where the names of the file do not: field (time, operation, key, partition,
    sort, item, size, session, table) -> name of the column.

    Raises:
        TraceError: there is no such file, it is empty, or it is of a form that is not read.
    """
    path = Path(path)
    return Trace(path, _form(path), dict(columns) if columns else None)


def _form(path: Path) -> str:
    with open_bytes(path) as data:
        head = data.read(_HEAD)
    if head.startswith(b"PAR1"):
        return "Parquet"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    fits = "CSV with a header, JSON lines, Parquet, MongoDB's profiler output"
    if not text:
        raise TraceError.at(str(path), 0, "the trace is empty", fits)
    if b"\0" in text:
        raise TraceError.at(str(path), 0, "the file is neither text nor Parquet", fits)
    if text[:1] not in {b"{", b"["}:
        return "CSV"
    if text[:1] == b"[" or _of_a_profile(text):
        return "MongoDB profiler"
    return "JSON lines"


def _of_a_profile(text: bytes) -> bool:
    from ddbload.trace.mongodb import is_profile  # noqa: PLC0415 - opening a trace is cheap

    try:
        first, _ = json.JSONDecoder().raw_decode(text.decode("utf-8", "replace"))
    except json.JSONDecodeError:
        return all(name in text for name in (b'"op"', b'"ns"', b'"ts"'))  # longer than what was read
    return is_profile(first)
