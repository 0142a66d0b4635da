"""What a worker records: four stamps and the units of every call, handed on as sparse deltas a few times a second.

The hot path only appends; sorting into histograms is done for a whole batch at once.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ddbload.measure.histogram import Cells, cells_of
from ddbload.operation import Call, Outcome

CLOCKS = ("response", "service", "queue", "lag")
"""response = done - due, service = done - sent, queue = sent - released, lag = released - due."""

MAX_REASONS = 200
"""Distinct reasons that a worker keeps; what comes after them is counted as "other" of its operation and outcome."""
_INDEX_GROUPS = ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
_SECOND_NS = 1_000_000_000


UnitsKey = tuple[int, bool, str, int]
"""(operation, measured, "reported" | "modelled", second of the calls' end)"""


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
    backoff_ns: int


@dataclass(frozen=True, slots=True)
class Delta:
    """What happened in a worker since its last delta. Picklable."""

    worker: int
    at_ns: int
    batches: tuple[Batch, ...]
    units: Mapping[UnitsKey, Charged]
    reasons: Mapping[tuple[int, Outcome, str], int]  # of measured calls
    client_late: int  # measured calls
    released: int  # so far
    in_flight: int
    queued: int
    cpu_s: float  # the process's CPU time so far
    limited_ns: int | None = None  # when the worker's share of the limit on requests was spent


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
        self._reasons: Counter[tuple[int, Outcome, str]] = Counter()
        self._known_reasons: set[tuple[int, Outcome, str]] = set()
        self._client_late = 0
        # The stretch, measured or not, that the last call was due in, and the second that it ended in: the next call
        # most often shares both, and a comparison is cheaper than a search.
        self._from_ns = self._until_ns = 0
        self._measured = False
        self._second_ns = self._next_second_ns = 0
        self._units: dict[int, dict[tuple[int, bool, str], Charged]] = {}  # by second
        self._charges: dict[tuple[int, bool, str], Charged] = {}  # of the present one

    def record(self, call: Call) -> None:
        """Take one finished call."""
        due_ns, done_ns, outcome, operation = call.due_ns, call.done_ns, call.outcome, call.operation
        key = (operation, outcome)
        stamps = self._stamps.get(key)
        if stamps is None:
            stamps = self._stamps[key] = array("q")
        stamps.extend((due_ns, call.released_ns, call.sent_ns, done_ns, call.attempts, call.backoff_ns))
        if not self._from_ns <= due_ns < self._until_ns:
            self._enter_stretch(due_ns)
        if not self._second_ns <= done_ns < self._next_second_ns:
            self._enter_second(done_ns)
        if call.reason and self._measured:
            self._count_reason(call)
        reply = call.reply
        if reply is None or not self._trust or not self._take_reported(operation, reply):
            self._take_modelled(call, outcome, reply)
        for failed in call.earlier:  # no answer tells what an attempt cost that was made again
            self._take_modelled(call, failed, None)

    def _enter_stretch(self, due_ns: int) -> None:
        position = bisect_right(self._edges, due_ns)
        self._measured = position & 1 == 1
        self._from_ns = self._edges[position - 1] if position else 0
        self._until_ns = self._edges[position] if position < len(self._edges) else 2**63

    def _enter_second(self, done_ns: int) -> None:
        second = (done_ns - self._start) // _SECOND_NS
        self._second_ns = self._start + second * _SECOND_NS
        self._next_second_ns = self._second_ns + _SECOND_NS
        self._charges = self._units.setdefault(second, {})

    def _count_reason(self, call: Call) -> None:
        key = (call.operation, call.outcome, call.reason)
        if key not in self._known_reasons:
            if len(self._known_reasons) >= MAX_REASONS:
                key = (call.operation, call.outcome, "other")
            self._known_reasons.add(key)
        self._reasons[key] += 1

    def _take_reported(self, operation: int, reply: Mapping[str, Any]) -> bool:
        """Add the units that an answer names; False where it names none, or none that make sense."""
        try:
            consumed = reply["ConsumedCapacity"]
            indexes: list[tuple[str, float]] = []
            for group in _INDEX_GROUPS:
                if group in consumed:
                    indexes += [(name, units["CapacityUnits"] + 0.0) for name, units in consumed[group].items()]
            # the table's own share stands under "Table"; without it, what the indexes leave of the sum
            table = consumed.get("Table")
            if table is not None:
                own = table["CapacityUnits"] + 0.0
            else:
                own = consumed["CapacityUnits"] - sum([units for _, units in indexes])
        except (KeyError, TypeError, AttributeError):
            return False
        side = self._writes[operation]
        charged = self._charged(operation, "reported")
        charged.table[side] += own
        for name, units in indexes:
            charged.add_index(name, 0.0 if side else units, units if side else 0.0)
        return True

    def _take_modelled(self, call: Call, outcome: Outcome, reply: Mapping[str, Any] | None) -> None:
        if outcome is Outcome.LATE:
            return
        for charge in self._models[call.operation](call.draw, outcome.value, reply):
            charged = self._charged(call.operation, "modelled")
            charged.table[0] += charge.read
            charged.table[1] += charge.write
            for name, (read, write) in charge.indexes.items():
                charged.add_index(name, read, write)

    def _charged(self, operation: int, source: str) -> Charged:
        key = (operation, self._measured, source)
        charged = self._charges.get(key)
        if charged is None:
            charged = self._charges[key] = Charged()
        return charged

    def late_by_client(self, due_ns: int) -> None:
        """Count a call that could not be released in time because the event loop was behind."""
        self._client_late += bisect_right(self._edges, due_ns) & 1

    def delta(
        self,
        worker: int,
        at_ns: int,
        *,
        released: int,
        in_flight: int,
        queued: int,
        cpu_s: float,
        limited_ns: int | None = None,
    ) -> Delta:
        """Everything since the last delta."""
        units = {(*key, second): charged for second, charges in self._units.items() for key, charged in charges.items()}
        delta = Delta(
            worker,
            at_ns,
            tuple(b for key, stamps in self._stamps.items() if stamps for b in self._batches(key, stamps)),
            units,
            dict(self._reasons),
            self._client_late,
            released,
            in_flight,
            queued,
            cpu_s,
            limited_ns,
        )
        self._stamps, self._reasons, self._client_late = {}, Counter(), 0
        self._units, self._charges = {}, {}
        self._second_ns = self._next_second_ns = 0
        return delta

    def _batches(self, key: tuple[int, Outcome], stamps: array[int]) -> Iterator[Batch]:
        table = np.frombuffer(stamps, np.int64).reshape(-1, 6)
        measured = np.searchsorted(np.asarray(self._edges, np.int64), table[:, 0], side="right") & 1
        group = (table[:, 3] - self._start) // _SECOND_NS * 2 + measured
        for number in np.unique(group).tolist():
            yield self._batch(key, table[group == number], number >> 1, measured=number & 1 == 1)

    def _batch(self, key: tuple[int, Outcome], rows: Any, second: int, *, measured: bool) -> Batch:
        due, released, sent, done, attempts, backoff = rows.T
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
            int(backoff.sum()),
        )

    def _by_second(self, stamps: Any) -> dict[int, int]:
        seconds, counts = np.unique((stamps - self._start) // _SECOND_NS, return_counts=True)
        return dict(zip(seconds.tolist(), counts.tolist(), strict=True))
