"""What a worker is given to do: the shapes that `engine` consumes and this room makes."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from ddbload.operation import Draw, Operation, Outcome
from ddbload.scenario.levels import Piece


@dataclass(frozen=True, slots=True)
class Span:
    """One phase on the time axis, in nanoseconds from the start of the run: start <= t < end.

    `from_level` and `to_level` are the load at its two ends, as a fraction of `load.rate` (or of the concurrency). In
    between, `turn` has the straight lines that are repeated until its end; empty: it is one straight line.
    """

    name: str  # "warm 10s", "hold 1m"
    kind: str  # "warm", "ramp", "hold"
    start_ns: int
    end_ns: int
    measured: bool
    from_level: float = 1.0
    to_level: float = 1.0
    turn: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a worker's arrivals, in order; parallel sequences of equal length.

    Attributes:
        slots: number of each arrival in the timetable, unique in the run.
        due_ns: nanoseconds from the start of the run (open loop), or 0s (closed loop: due when its slot is free).
        operations: positions in `Workload.operations`; a position p beyond them is `Workload.flows[p - their number]`.
        draws: what `Operation.request` is filled with; of a flow, what its `begin` is given.
        chains: of a replayed trace, the session that each arrival belongs to, 0 for none: the arrivals of a session are
            sent in order, each when the one before is answered, and all by one worker. None: no sessions.
    """

    slots: Sequence[int]
    due_ns: Sequence[int]
    operations: Sequence[int]
    draws: Sequence[Any]
    chains: Sequence[int] | None = None


# --- capacity ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Charge:
    """Units charged by one call to one table: those of the table itself, and those of each of its indexes."""

    read: float
    write: float
    indexes: Mapping[str, tuple[float, float]]  # index -> (read, write)
    table: str = ""  # "": the operation's own table


class CapacityModel(Protocol):
    """The units of one call of one operation by DynamoDB's rules, from its draw and the service's answer (if any).

    One charge for each table that the call is about; none where nothing was charged.
    """

    def __call__(self, draw: Draw, outcome: str, reply: Mapping[str, Any] | None) -> Sequence[Charge]: ...


# --- flows: compound operations and sessions -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ask:
    """Send a request of `Workload.operations[operation]`, and come back with its answered `Call`."""

    operation: int
    draw: Draw


@dataclass(frozen=True, slots=True)
class Pause:
    """Come back after a think time, in nanoseconds. It is no part of the flow's response time."""

    ns: int


@dataclass(frozen=True, slots=True)
class Fork:
    """Go several courses side by side, and come back when all are over."""

    courses: tuple[Course, ...]


@dataclass(frozen=True, slots=True)
class Within:
    """Go a course as one step, recorded as a whole under the position of its flow, and come back with its ending."""

    flow: int
    course: Course


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of a flow."""

    outcome: Outcome
    reason: str = ""


Course: TypeAlias = "Generator[Ask | Pause | Fork | Within, Any, Ending]"
"""A flow under way: yields what to do next; is sent the answered `Call` for an `Ask`, None for a `Pause`, the tuple of
endings for a `Fork`, and the ending of a `Within`; returns its ending. Pure: it neither waits nor looks at a clock."""


class Flow(Protocol):
    """An arrival of several requests: a session, a read of several pages, a scan in segments."""

    @property
    def name(self) -> str:
        """The operation's name, under which the whole is reported."""
        ...

    @property
    def api(self) -> str:
        """`session`, or DynamoDB's name of the call that is repeated."""
        ...

    def begin(self, slot: int, draw: Any) -> Course:
        """The course of one arrival, from what its block has for it."""
        ...


Partition: TypeAlias = tuple[int, int]
"""A partition key that the load goes to: (position of the family in the scenario, number of the partition)."""


class Touches(Protocol):
    """The partition keys that one call of one operation goes to, one for each item; none where they are not known."""

    def __call__(self, draw: Draw) -> Sequence[Partition]: ...


class Workload(Protocol):
    """A scenario, compiled. The same scenario and seed give the same calls for any number of workers."""

    @property
    def operations(self) -> tuple[Operation, ...]: ...
    @property
    def flows(self) -> tuple[Flow, ...]:
        """Sessions and compound operations; their positions follow those of `operations`."""
        ...

    @property
    def models(self) -> tuple[CapacityModel, ...]:
        """One for each operation."""
        ...

    @property
    def touches(self) -> tuple[Touches, ...]:
        """One for each operation."""
        ...

    def partition_text(self, partition: Partition) -> str:
        """A partition key as a person reads it: `orders pk=customer#17`."""
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
