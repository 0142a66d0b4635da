"""What arrives, in order of due times: the shape in which timetables and traces hand it to the workload."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from ddbload.values.transforms import Integers


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

    def blocks(self, size: int) -> Iterator[Arriving]:
        """At most `size` consecutive arrivals at a time, from the first to the last."""
        ...

    def counts(self) -> Sequence[int]:
        """How many are due in each phase."""
        ...

    def expected(self) -> Sequence[float]:
        """How many are expected in each phase, at no cost."""
        ...
