"""What a worker hands on a few times a second: sparse counts of what happened since the last time. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ddbload.measure.charged import Charged
from ddbload.measure.heavy import HeavyHitters
from ddbload.measure.histogram import Cells
from ddbload.operation import Outcome

NO_FLOW = -1
"""Stands where a call is an arrival itself and no request of a flow."""

UnitsKey = tuple[int, bool, str, str, int]
"""(operation, measured, "reported" | "modelled", table, second of the calls' end)"""

Partition = tuple[int, int]
"""A partition key: (family, number of the partition)."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The calls of one (operation, outcome) that were done in one second, in measured phases or not.

    Attributes:
        flow: of requests that sessions and compound operations made, the position of the flow; else NO_FLOW.
        whole: these are sessions or compound operations themselves: arrivals, and no requests.
        second: of their end, from the start of the run.
        cells: clock -> counts; response = done - due, service = done - sent, queue = sent - released, lag = released -
            due. Only response and lag for calls that were never sent, only response for wholes.
        due, sent: second -> calls due or sent in it.
        attempts: requests sent for them; of wholes, by all of their steps.
    """

    operation: int
    outcome: Outcome
    measured: bool
    second: int
    cells: Mapping[str, Cells]
    due: Mapping[int, int]
    sent: Mapping[int, int]
    count: int
    attempts: int
    backoff_ns: int
    flow: int = NO_FLOW
    whole: bool = False

    @property
    def arrivals(self) -> int:
        """How many of them arrived by the timetable."""
        return self.count if self.flow == NO_FLOW else 0


@dataclass(frozen=True, slots=True)
class Heat:
    """The hottest partition keys, of measured calls: by units, and by throttled requests."""

    units: HeavyHitters[Partition] = field(default_factory=HeavyHitters)
    throttled: HeavyHitters[Partition] = field(default_factory=HeavyHitters)


@dataclass(frozen=True, slots=True)
class Rows:
    """How many answers of reads there were, and how many items were in them."""

    answers: int = 0
    items: int = 0

    def plus(self, other: Rows) -> Rows:
        """Both."""
        return Rows(self.answers + other.answers, self.items + other.items)


@dataclass(frozen=True, slots=True)
class Delta:
    """What happened in a worker since its last delta. Picklable.

    Attributes:
        reasons, client_late, and all from `cold` on: of measured calls.
        released: so far, as is `cpu_s`, the process's CPU time.
        limited_ns: when the worker's share of the limit on requests was spent.
        cold: response times of calls that began an execution environment, by (operation, headline outcome or not).
        rows: of queries and scans, by (operation, flow).
        unprocessed: parts of batches that were left undone, by operation.
        cut: sessions and compound operations that the run's end cut off, by operation.
        heat: the hottest keys since the start; only in a worker's last delta.
        cut_sent: of those cut off, how many had begun to send.
        made: requests that wholes made, by (flow, operation).
    """

    worker: int
    at_ns: int
    batches: tuple[Batch, ...]
    units: Mapping[UnitsKey, Charged]
    reasons: Mapping[tuple[int, Outcome, str], int]
    client_late: int
    released: int
    in_flight: int
    queued: int
    cpu_s: float
    limited_ns: int | None = None
    cold: Mapping[tuple[int, bool], Cells] = field(default_factory=dict)
    rows: Mapping[tuple[int, int], Rows] = field(default_factory=dict)
    unprocessed: Mapping[int, int] = field(default_factory=dict)
    cut: Mapping[int, int] = field(default_factory=dict)
    heat: Heat | None = None
    cut_sent: int = 0
    made: Mapping[tuple[int, int], int] = field(default_factory=dict)
