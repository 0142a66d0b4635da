"""What arrives, in order of due times: the shape in which timetables and traces hand it to the workload."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ddbload.values.transforms import Integers
from ddbload.workload.stream import Span


@dataclass(frozen=True, slots=True)
class Arriving:
    """Consecutive arrivals; sequences of equal length.

    Attributes:
        first: slot of the first one; the others follow.
        due_ns: nanoseconds from the start of the run, ascending.
        streams: which stream each is of, by position in `load.streams`; None: there is one.
        numbers: number of each within its stream, from 0; None where there is one stream: it is the slot.
        operations: of a trace, the position of each one's operation in the order of `scenario.operations`.
        items: of a trace, the number of the item that each is about; -1: its operation picks one.
        sizes: of a trace, the bytes of each one's item; -1: as the scenario says.
        chains: of a trace, the session of each; 0 for none.
    """

    first: int
    due_ns: Integers
    streams: Integers | None = None
    numbers: Integers | None = None
    operations: Integers | None = None
    items: Integers | None = None
    sizes: Integers | None = None
    chains: Integers | None = None


class Arrivals(Protocol):
    """All arrivals of an open-loop run."""

    @property
    def spans(self) -> tuple[Span, ...]:
        """The phases of the run."""
        ...

    def blocks(self, size: int) -> Iterator[Arriving]:
        """At most `size` consecutive arrivals at a time, from the first to the last."""
        ...

    def counts(self) -> Sequence[int]:
        """How many are due in each phase."""
        ...

    def expected(self) -> Sequence[float]:
        """How many are expected in each phase, at no cost."""
        ...


def in_blocks(arriving: Arriving, size: int) -> Iterator[Arriving]:
    """Arrivals cut into blocks of at most `size`."""
    count = len(arriving.due_ns)
    for begin in range(0, count, size):
        yield arriving if count <= size else taken(arriving, slice(begin, begin + size), arriving.first + begin)


def taken(arriving: Arriving, at: slice | Integers, first: int) -> Arriving:
    """Some of the arrivals; `first` is the slot of the first one."""

    def of(column: Integers | None) -> Integers | None:
        return None if column is None else column[at]

    return Arriving(
        first,
        arriving.due_ns[at],
        of(arriving.streams),
        of(arriving.numbers),
        of(arriving.operations),
        of(arriving.items),
        of(arriving.sizes),
        of(arriving.chains),
    )


def mine(arriving: Arriving, worker: int, workers: int) -> Integers:
    """Positions of the arrivals that are a worker's: slots k with k % workers == worker, and whole sessions likewise.

    All arrivals of a session go to one worker (that of its number), since only it knows when the one before is done.
    """
    count = len(arriving.due_ns)
    if arriving.chains is None:
        return np.arange((worker - arriving.first) % workers, count, workers)
    slots = np.arange(arriving.first, arriving.first + count)
    owners = np.where(arriving.chains == 0, slots, arriving.chains) % workers
    return np.flatnonzero(owners == worker)
