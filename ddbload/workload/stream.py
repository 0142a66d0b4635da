"""What a worker is given to do: the shapes that `engine` consumes and this room makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ddbload.operation import Draw, Operation


@dataclass(frozen=True, slots=True)
class Span:
    """One phase on the time axis, in nanoseconds from the start of the run: start <= t < end.

    `from_level` and `to_level` are the load at its two ends, as a fraction of `load.rate` (or of the concurrency); in
    between it is a straight line.
    """

    name: str  # "warm 10s", "hold 1m"
    kind: str  # "warm", "ramp", "hold"
    start_ns: int
    end_ns: int
    measured: bool
    from_level: float = 1.0
    to_level: float = 1.0


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a worker's calls, in order; parallel sequences of equal length.

    Attributes:
        slots: number of each call in the timetable, unique in the run.
        due_ns: nanoseconds from the start of the run (open loop), or 0s (closed loop: due when its slot is free).
        operations: positions in `Workload.operations`.
        draws: what `Operation.request` is filled with.
    """

    slots: Sequence[int]
    due_ns: Sequence[int]
    operations: Sequence[int]
    draws: Sequence[Draw]


@dataclass(frozen=True, slots=True)
class Charge:
    """Units charged by one call: those of the table, and those of each index."""

    read: float
    write: float
    indexes: Mapping[str, tuple[float, float]]  # index -> (read, write)


class CapacityModel(Protocol):
    """The units of one call of one operation by DynamoDB's rules, from its draw and the service's answer (if any)."""

    def __call__(self, draw: Draw, outcome: str, reply: Mapping[str, Any] | None) -> Charge: ...


class Workload(Protocol):
    """A scenario, compiled. The same scenario and seed give the same calls for any number of workers."""

    @property
    def operations(self) -> tuple[Operation, ...]: ...
    @property
    def models(self) -> tuple[CapacityModel, ...]:
        """One for each operation."""
        ...

    @property
    def spans(self) -> tuple[Span, ...]: ...
    @property
    def concurrency(self) -> int | None:
        """Closed loop: slots in all. None: open loop."""
        ...

    @property
    def think_ns(self) -> int: ...

    def open_loop(self, worker: int, workers: int) -> Iterator[Block]:
        """This worker's calls in order of their due times: slots k with k % workers == worker."""
        ...

    def closed_loop(self, slot: int) -> Iterator[Block]:
        """The endless calls of one closed-loop slot (0 .. concurrency - 1)."""
        ...

    def active(self, t_ns: int) -> int:
        """How many closed-loop slots send at a time (nanoseconds from the start): those numbered below it."""
        ...

    def offered(self) -> int:
        """How many calls are due in the measured phases (open loop)."""
        ...

    def due_by_span(self) -> tuple[int, ...]:
        """How many calls are due in each phase (open loop); their sum is the number of slots of the run."""
        ...
