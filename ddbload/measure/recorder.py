"""What a worker records: four stamps and the units of every call, handed on as sparse deltas a few times a second.

The hot path only appends; sorting into histograms is done for a whole batch at once.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ddbload.measure.histogram import Cells, cells_of
from ddbload.operation import Call, Outcome

CLOCKS = ("response", "service", "queue", "lag")
"""response = done - due, service = done - sent, queue = sent - released, lag = released - due."""

MAX_REASONS = 200
"""Distinct reasons kept for each (operation, outcome) of a worker; more are counted under "other"."""


@dataclass(slots=True)
class Charged:
    """Units: [read, write], and the same by index."""

    table: list[float] = field(default_factory=lambda: [0.0, 0.0])
    indexes: dict[str, list[float]] = field(default_factory=dict)

    def add(self, other: Charged) -> None:
        """Add another's units."""
        self.table[0] += other.table[0]
        self.table[1] += other.table[1]
        for name, (read, write) in other.indexes.items():
            self.add_index(name, read, write)

    def add_index(self, name: str, read: float, write: float) -> None:
        """Add units of one index."""
        units = self.indexes.setdefault(name, [0.0, 0.0])
        units[0] += read
        units[1] += write

    @property
    def read(self) -> float:
        """Read units of the table and its indexes."""
        return self.table[0] + sum(units[0] for units in self.indexes.values())

    @property
    def write(self) -> float:
        """Write units of the table and its indexes."""
        return self.table[1] + sum(units[1] for units in self.indexes.values())


@dataclass(frozen=True, slots=True)
class Batch:
    """The calls of one (operation, outcome) that were done in one second, in measured phases or not."""

    operation: int
    outcome: Outcome
    measured: bool
    second: int  # of their end, from the start of the run
    cells: Mapping[str, Cells]  # clock -> counts; only response and lag for calls that were never sent
    due: Mapping[int, int]  # second -> calls due in it
    sent: Mapping[int, int]  # second -> calls sent in it
    count: int
    attempts: int


@dataclass(frozen=True, slots=True)
class Delta:
    """What happened in a worker since its last delta. Picklable."""

    worker: int
    at_ns: int
    batches: tuple[Batch, ...]
    units: Mapping[tuple[int, bool, str], Charged]  # (operation, measured, "reported" | "modelled")
    reasons: Mapping[tuple[int, Outcome, str], int]  # of measured calls
    client_late: int
    released: int  # so far
    in_flight: int
    queued: int
    cpu_s: float  # the process's CPU time so far


Model = Callable[[Sequence[Any], str, Mapping[str, Any] | None], Any]


class Recorder:
    """Takes finished calls; gives deltas.

    Args:
        start_ns: the start of the run on the calls' clock.
        measured: the measured stretches of time, [start, end) from the start of the run, in order.
        writes: for each operation, whether its units are write units.
        models: for each operation, the capacity model that fills in what the service does not report.
        trust_reported: whether units in answers are the service's own; False on a functional stand-in.
    """

    def __init__(
        self,
        start_ns: int,
        measured: Sequence[tuple[int, int]],
        writes: Sequence[bool],
        models: Sequence[Model],
        *,
        trust_reported: bool,
    ) -> None:
        self._start = start_ns
        self._edges = [start_ns + edge for span in measured for edge in span]
        self._writes = [1 if w else 0 for w in writes]
        self._models = models
        self._trust = trust_reported
        self._stamps: dict[tuple[int, Outcome], array[int]] = {}
        self._units: dict[tuple[int, bool, str], Charged] = {}
        self._reasons: Counter[tuple[int, Outcome, str]] = Counter()
        self._known_reasons: set[tuple[int, Outcome, str]] = set()
        self._client_late = 0
        self.recorded = 0

    def record(self, call: Call) -> None:
        """Take one finished call."""
        self.recorded += 1
        outcome = call.outcome
        key = (call.operation, outcome)
        stamps = self._stamps.get(key)
        if stamps is None:
            stamps = self._stamps[key] = array("q")
        stamps.extend((call.due_ns, call.released_ns, call.sent_ns, call.done_ns, call.attempts))
        measured = bisect_right(self._edges, call.due_ns) & 1 == 1
        if call.reason and measured:
            self._count_reason(call)
        if outcome is not Outcome.LATE:
            self._charge(call, measured)

    def _count_reason(self, call: Call) -> None:
        key = (call.operation, call.outcome, call.reason)
        if key not in self._known_reasons:
            if len(self._known_reasons) >= MAX_REASONS:
                key = (call.operation, call.outcome, "other")
            self._known_reasons.add(key)
        self._reasons[key] += 1

    def _charge(self, call: Call, measured: bool) -> None:
        reply = call.reply
        consumed = reply.get("ConsumedCapacity") if reply is not None and self._trust else None
        side = self._writes[call.operation]
        if consumed is not None:
            charged = self._charged(call.operation, measured, "reported")
            # the table's own share stands under "Table"; without it (TOTAL) the sum is all there is
            own = consumed.get("Table", consumed)
            charged.table[side] += own.get("CapacityUnits", 0.0)
            for group in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
                for name, units in consumed.get(group, {}).items():
                    amount = units.get("CapacityUnits", 0.0)
                    charged.add_index(name, 0.0 if side else amount, amount if side else 0.0)
            return
        charge = self._models[call.operation](call.draw, call.outcome.value, reply)
        if charge.read or charge.write or charge.indexes:
            charged = self._charged(call.operation, measured, "modelled")
            charged.table[0] += charge.read
            charged.table[1] += charge.write
            for name, (read, write) in charge.indexes.items():
                charged.add_index(name, read, write)

    def _charged(self, operation: int, measured: bool, source: str) -> Charged:
        key = (operation, measured, source)
        charged = self._units.get(key)
        if charged is None:
            charged = self._units[key] = Charged()
        return charged

    def late_by_client(self) -> None:
        """Count a call that could not be released in time because the event loop was behind."""
        self._client_late += 1

    def delta(self, worker: int, at_ns: int, *, released: int, in_flight: int, queued: int, cpu_s: float) -> Delta:
        """Everything since the last delta."""
        batches = tuple(b for key, stamps in self._stamps.items() if stamps for b in self._batches(key, stamps))
        delta = Delta(
            worker,
            at_ns,
            batches,
            self._units,
            dict(self._reasons),
            self._client_late,
            released,
            in_flight,
            queued,
            cpu_s,
        )
        self._stamps, self._units, self._reasons, self._client_late = {}, {}, Counter(), 0
        return delta

    def _batches(self, key: tuple[int, Outcome], stamps: array[int]) -> list[Batch]:
        table = np.frombuffer(stamps, np.int64).reshape(-1, 5)
        measured = np.searchsorted(np.asarray(self._edges, np.int64), table[:, 0], side="right") & 1 == 1
        seconds = (table[:, 3] - self._start) // 1_000_000_000
        groups: list[Batch] = []
        for second in np.unique(seconds):
            for flag in (False, True):
                rows = table[(seconds == second) & (measured == flag)]
                if len(rows):
                    groups.append(self._batch(key, rows, int(second), measured=flag))
        return groups

    def _batch(self, key: tuple[int, Outcome], rows: Any, second: int, *, measured: bool) -> Batch:
        due, released, sent, done, attempts = rows.T
        cells = {"response": cells_of(done - due), "lag": cells_of(released - due)}
        went = sent > 0
        if went.any():
            cells["service"] = cells_of((done - sent)[went])
            cells["queue"] = cells_of((sent - released)[went])
        return Batch(
            key[0],
            key[1],
            measured,
            second,
            cells,
            self._by_second(due),
            self._by_second(sent[went]),
            len(rows),
            int(attempts.sum()),
        )

    def _by_second(self, stamps: Any) -> dict[int, int]:
        seconds, counts = np.unique((stamps - self._start) // 1_000_000_000, return_counts=True)
        return dict(zip(seconds.tolist(), counts.tolist(), strict=True))
