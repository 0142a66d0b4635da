"""Rows in the order of their times: small disorder is sorted within a bounded window, a larger one is an error."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from itertools import chain

from ddbload.trace.row import Columns, TraceError

WINDOW = 16_384
"""Rows that are held back: a row may stand this many rows behind its place and is still sorted in."""


def in_order(chunks: Iterable[Columns], file: str, window: int = WINDOW) -> Iterator[Columns]:
    """The chunks with their rows sorted by time (of one time: in the order of the file), as times since the first.

    `window` rows are held back; 0 for a file that is known to be in order.

    Raises:
        TraceError: a row lies further back than the window reaches; names its line.
    """
    held: deque[Columns] = deque()
    first, latest = 0, None
    for ready in _held_back(chunks, held, window):
        if latest is None:
            first = latest = ready.time_ns[0]
        if ready.time_ns[0] < latest:
            back = f"{(latest - ready.time_ns[0]) / 1e9:,.3f} s"
            message = f"time: this row lies {back} before a row that stands more than {window:,} rows above it"
            raise TraceError.at(file, ready.line[0], message, "sort the file by time")
        latest = ready.time_ns[-1]
        yield _since(ready, first)


def _held_back(chunks: Iterable[Columns], held: deque[Columns], window: int) -> Iterator[Columns]:
    """Chunks that ascend, once a window of rows stands behind them; where one does not fit, all held are sorted."""
    rows = 0
    for chunk in chunks:
        rows += len(chunk)
        follows = not held or held[-1].time_ns[-1] <= chunk.time_ns[0]
        held.append(chunk)
        if not (follows and _ascends(chunk.time_ns)):
            merged = _sorted(held)
            held.clear()
            held.extend(merged)
        while held and rows - len(held[0]) >= window:
            rows -= len(held[0])
            yield held.popleft()
    yield from held


def _sorted(chunks: Collection[Columns]) -> list[Columns]:
    """The rows of some chunks in the order of their times, cut into chunks of the same sizes."""
    columns = [list(chain.from_iterable(parts)) for parts in zip(*(c.lists() for c in chunks), strict=True)]
    times = columns[0]
    order = sorted(range(len(times)), key=times.__getitem__)
    size = max(len(chunk) for chunk in chunks)
    return [
        Columns(*([column[i] for i in order[start : start + size]] for column in columns))
        for start in range(0, len(order), size)
    ]


def _ascends(times: list[int]) -> bool:
    return times == sorted(times)


def _since(rows: Columns, first: int) -> Columns:
    return Columns([time - first for time in rows.time_ns], *rows.lists()[1:])
