"""Several streams of arrivals as one: slots are numbered over all of them, in the order of their due times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np

from ddbload.scenario.levels import OpenLoop, open_loops
from ddbload.scenario.model import Load
from ddbload.values.transforms import Integers
from ddbload.workload.arrivals import Arriving, in_blocks
from ddbload.workload.stream import Span
from ddbload.workload.timetable import BLOCK, Timetable, spans, timetable_of


@dataclass(frozen=True, slots=True)
class Merged:
    """The arrivals of all streams; of one due time, those of the stream that stands first come first.

    Attributes:
        spans: the phases of the run: those of the load.
        loops: the streams, and `tables` their timetables.
    """

    spans: tuple[Span, ...]
    loops: tuple[OpenLoop, ...]
    tables: tuple[Timetable, ...]

    def blocks(self, size: int = BLOCK) -> Iterator[Arriving]:
        """Consecutive arrivals, at most `size` at a time. What is held is a chunk of each stream."""
        first = 0
        for due, streams, numbers in _merged([_Ahead(table.chunks()) for table in self.tables]):
            yield from in_blocks(Arriving(first, due, streams, numbers), size)
            first += len(due)

    def counts(self) -> tuple[int, ...]:
        """How many calls are due in each phase; Poisson streams and those with own phases have to be drawn for it."""
        each = [table.counts() if self._alike(table) else table.counts_over(self.spans) for table in self.tables]
        return tuple(map(sum, zip(*each, strict=True)))

    def expected(self) -> tuple[float, ...]:
        """How many calls are expected in each phase: the area under the lines of all streams within it."""
        edges = [Fraction(edge, 10**9) for edge in (0, *(span.end_ns for span in self.spans))]
        by = [sum((loop.arrivals_by(edge) for loop in self.loops), Fraction(0)) for edge in edges]
        return tuple(float(until - since) for since, until in pairwise(by))

    def _alike(self, table: Timetable) -> bool:
        return [span.end_ns for span in table.spans] == [span.end_ns for span in self.spans]


def merged(load: Load, seed: int) -> Merged:
    """The streams of a load."""
    loops = open_loops(load)
    return Merged(spans(load), loops, tuple(timetable_of(loop, seed) for loop in loops))


class _Ahead:
    """The next due times of one stream: what was drawn and is not merged yet."""

    def __init__(self, chunks: Iterator[Integers]) -> None:
        self._chunks = chunks
        self.due: Integers = np.empty(0, dtype=np.int64)
        self.number = 0  # of the first of them, within the stream
        self.ended = False

    def draw(self) -> None:
        """A chunk more."""
        chunk = next(self._chunks, None)
        if chunk is None:
            self.ended = True
        else:
            self.due = np.concatenate((self.due, chunk))

    def take(self, before_ns: int | None) -> tuple[Integers, Integers]:
        """Due times and numbers of those due before a time (None: of all); they are gone from here."""
        count = len(self.due) if before_ns is None else int(np.searchsorted(self.due, before_ns))
        taken, self.due = self.due[:count], self.due[count:]
        first, self.number = self.number, self.number + count
        return taken, np.arange(first, first + count)


def _merged(streams: Sequence[_Ahead]) -> Iterator[tuple[Integers, Integers, Integers]]:
    """(due times, streams, numbers within them) in order.

    All times before the earliest of the last ones that are drawn of each stream are complete: nothing that is still to
    be drawn can come before them. Times that are equal to it wait, since more of them may follow.
    """
    while True:
        for stream in streams:
            if not len(stream.due) and not stream.ended:
                stream.draw()
        growing = [stream for stream in streams if not stream.ended]
        until = min((int(stream.due[-1]) for stream in growing), default=None)
        parts = [stream.take(until) for stream in streams]
        due = np.concatenate([times for times, _ in parts])
        if len(due):
            numbers = np.concatenate([numbers for _, numbers in parts])
            position = np.repeat(np.arange(len(parts)), [len(times) for times, _ in parts])
            order = np.argsort(due, kind="stable")  # they stand in the order of the streams
            yield due[order], position[order], numbers[order]
        if until is None:
            return
        for stream in growing:
            if int(stream.due[-1]) == until:
                stream.draw()
