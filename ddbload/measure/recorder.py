"""What a worker records: four stamps and the units of every call, handed on as sparse deltas a few times a second.

The hot path only appends; sorting into histograms, and into the sketches of hot keys, is done for many calls at once.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ddbload.measure.charged import Charged, consumption, sole
from ddbload.measure.delta import NO_FLOW, Batch, Delta, Rows
from ddbload.measure.histogram import cells_of
from ddbload.measure.hot import HotKeys, Touch
from ddbload.operation import HEADLINE, Call, Outcome

MAX_REASONS = 200
"""Distinct reasons that a worker keeps; what comes after them is counted as "other" of its operation and outcome."""
_SECOND_NS = 1_000_000_000
_REST = frozenset({"UnprocessedItems", "UnprocessedKeys"})
"""Where a batch's answer names what is left of it."""

Model = Callable[[Sequence[Any], str, Mapping[str, Any] | None], Any]


class Recorder:
    """Takes finished calls; gives deltas.

    Args:
        start_ns: the start of the run on the calls' clock.
        measured: the measured stretches of time, [start, end) from the start of the run, in order.
        writes: for each operation, whether its units are write units. Positions beyond are flows.
        models: for each operation, the capacity model that fills in what the service does not report.
        trust_reported: whether units in answers are the service's own; False on a functional stand-in.
        touches: for each operation, the partition keys that a call goes to; none: no hot keys.
        counted: for each operation, whether its answers are rows of a query or a scan; none: of no operation.
    """

    def __init__(
        self,
        start_ns: int,
        measured: Sequence[tuple[int, int]],
        writes: Sequence[bool],
        models: Sequence[Model],
        *,
        trust_reported: bool,
        touches: Sequence[Touch] = (),
        counted: Sequence[bool] = (),
    ) -> None:
        self._start = start_ns
        self._edges = [start_ns + edge for span in measured for edge in span]
        self._writes = list(writes)
        self._models = models
        self._trust = trust_reported
        self._hot = HotKeys(touches) if touches else None
        self._counted = list(counted) or [False] * len(self._writes)
        self._stamps: dict[tuple[int, Outcome, int], array[int]] = {}
        self._known_reasons: set[tuple[int, Outcome, str]] = set()
        # The stretch, measured or not, that the last call was due in, and the second that it ended in: the next call
        # most often shares both, and a comparison is cheaper than a search.
        self._from_ns = self._until_ns = 0
        self._measured = False
        self._begin()

    def _begin(self) -> None:
        """Begin with nothing."""
        self._reasons: Counter[tuple[int, Outcome, str]] = Counter()
        self._client_late = 0
        self._second_ns = self._next_second_ns = 0
        self._units: dict[int, dict[tuple[int, bool, str, str], Charged]] = {}  # by second
        self._charges: dict[tuple[int, bool, str, str], Charged] = {}  # of the present one
        self._cold: dict[tuple[int, bool], array[int]] = {}
        self._rows: dict[tuple[int, int], Rows] = {}
        self._unprocessed: Counter[int] = Counter()
        self._cut: Counter[int] = Counter()
        self._cut_sent = 0
        self._made: Counter[tuple[int, int]] = Counter()

    def record(self, call: Call) -> None:  # noqa: C901 - one piece: every call of a function would cost a tenth of it
        """Take one finished call."""
        due_ns, done_ns, outcome, operation, flow = call.due_ns, call.done_ns, call.outcome, call.operation, call.flow
        key = (operation, outcome, NO_FLOW if flow is None else flow.position)
        stamps = self._stamps.get(key)
        if stamps is None:
            stamps = self._stamps[key] = array("q")
        stamps.extend((due_ns, call.released_ns, call.sent_ns, done_ns, call.attempts, call.backoff_ns))
        if not self._from_ns <= due_ns < self._until_ns:
            self._enter_stretch(due_ns)
        if not self._second_ns <= done_ns < self._next_second_ns:
            self._enter_second(done_ns)
        reply, measured = call.reply, self._measured
        units = self._take_reported(operation, reply) if reply is not None and self._trust else None
        if units is None:
            units = self._take_modelled(call, outcome, reply)
        throttles = 1 if outcome is Outcome.THROTTLED else 0
        if call.earlier:
            units += self._take_earlier(call)
            throttles += call.earlier.count(Outcome.THROTTLED)
        if not measured:
            return
        if call.reason:
            self._count_reason(call)
        if call.cold:
            times = self._cold.setdefault((operation, outcome in HEADLINE), array("q"))
            times.append(done_ns - due_ns)
        if reply is not None and self._counted[operation]:
            self._count_rows((operation, key[2]), reply)
        hot = self._hot
        if hot is not None:
            hot.gap -= 1
            if hot.gap <= 0 or throttles:
                hot.take(operation, call.draw, units, throttles)

    def record_flow(self, call: Call, made: Mapping[int, int]) -> None:
        """Take a whole of several requests, `made` of them of each operation; these were recorded by themselves.

        `backoff_ns` is its think time, which is no part of its response time.
        """
        flow = NO_FLOW if call.flow is None else call.flow.position
        stamps = self._stamps.setdefault((call.operation, call.outcome, flow), array("q"))
        stamps.extend((call.due_ns, call.released_ns, call.sent_ns, call.done_ns, call.attempts, call.backoff_ns))
        if not self._is_measured(call.due_ns):
            return
        if call.reason:
            self._count_reason(call)
        for operation, count in made.items():
            self._made[call.operation, operation] += count

    def cut(self, call: Call) -> None:
        """Count an arrival of several requests that the end of the run cut off."""
        measured = self._is_measured(call.due_ns)
        self._cut[call.operation] += measured
        self._cut_sent += measured and call.sent_ns > 0

    def late_by_client(self, due_ns: int) -> None:
        """Count an arrival that could not be released in time because the event loop was behind."""
        self._client_late += self._is_measured(due_ns)

    def _is_measured(self, due_ns: int) -> bool:
        return bisect_right(self._edges, due_ns) & 1 == 1

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
        if self._hot is not None:
            self._hot.enter_second(second)

    def _count_reason(self, call: Call) -> None:
        key = (call.operation, call.outcome, call.reason)
        if key not in self._known_reasons:
            if len(self._known_reasons) >= MAX_REASONS:
                key = (call.operation, call.outcome, "other")
            self._known_reasons.add(key)
        self._reasons[key] += 1
        if call.outcome is Outcome.UNPROCESSED and (parts := call.reason.partition(" ")[0]).isdecimal():
            self._unprocessed[call.operation] += int(parts)  # "5 of 25 unprocessed"

    def _count_rows(self, key: tuple[int, int], reply: Mapping[str, Any]) -> None:
        count = reply.get("ScannedCount", reply.get("Count"))
        items = count if isinstance(count, int) else len(reply.get("Items") or ())
        self._rows[key] = self._rows.get(key, Rows()).plus(Rows(1, items))

    # --- units -----------------------------------------------------------------------------------------------------

    def _take_reported(self, operation: int, reply: Mapping[str, Any]) -> float | None:
        """Add the units that an answer names: how many; None where it names none, or none that make sense."""
        writes = self._writes[operation]
        try:
            consumed = reply["ConsumedCapacity"]
            own = sole(consumed)
            if own is not None:  # most answers are about one table alone
                self._charged(operation, "reported", "").table[writes] += own
                return own
            parts = consumption(consumed, writes=writes)
        except (KeyError, TypeError, AttributeError):
            return None
        total: float | None = None
        for table, (read, write), indexes in parts:
            charged = self._charged(operation, "reported", table)
            charged.table[0] += read
            charged.table[1] += write
            total = (total or 0.0) + read + write
            for name, units in indexes:
                charged.add_index(name, *units)
                total += units[0] + units[1]
        return total

    def _take_modelled(self, call: Call, outcome: Outcome, reply: Mapping[str, Any] | None) -> float:
        if outcome is Outcome.LATE:
            return 0.0
        if outcome is Outcome.UNPROCESSED and not (reply and _REST & reply.keys()):
            # the rest of a batch was sent again, and throttled: no more was done than the answers before it say
            if self._trust or not call.answers:
                return 0.0
            reply = call.answers[-1]
        total = 0.0
        for charge in self._models[call.operation](call.draw, outcome.value, reply):
            charged = self._charged(call.operation, "modelled", charge.table)
            charged.table[0] += charge.read
            charged.table[1] += charge.write
            total += charge.read + charge.write
            for name, (read, write) in charge.indexes.items():
                charged.add_index(name, read, write)
                total += read + write
        return total

    def _take_earlier(self, call: Call) -> float:
        """The units of attempts that were made again: those whose answers name them, the model's for the others."""
        total = 0.0
        answers = iter(call.answers)
        for outcome in call.earlier:
            # of those, only a batch that was done in part was answered with units
            reply = next(answers, None) if outcome is Outcome.UNPROCESSED else None
            units = self._take_reported(call.operation, reply) if reply is not None and self._trust else None
            if units is None and outcome is not Outcome.UNPROCESSED:
                units = self._take_modelled(call, outcome, None)
            total += (
                units or 0.0
            )  # of a batch done in part, the model counts with the last attempt what all of them did
        return total

    def _charged(self, operation: int, source: str, table: str) -> Charged:
        key = (operation, self._measured, source, table)
        charged = self._charges.get(key)
        if charged is None:
            charged = self._charges[key] = Charged()
        return charged

    # --- deltas ----------------------------------------------------------------------------------------------------

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
        last: bool = False,
    ) -> Delta:
        """Everything since the last delta; in the last of a run, the hot keys of all of it."""
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
            {key: cells_of(np.frombuffer(times, np.int64)) for key, times in self._cold.items()},
            self._rows,
            dict(self._unprocessed),
            dict(self._cut),
            self._hot.heat() if last and self._hot is not None else None,
            self._cut_sent,
            dict(self._made),
        )
        self._stamps = {}
        self._begin()
        return delta

    def _batches(self, key: tuple[int, Outcome, int], stamps: array[int]) -> Iterator[Batch]:
        table = np.frombuffer(stamps, np.int64).reshape(-1, 6)
        measured = np.searchsorted(np.asarray(self._edges, np.int64), table[:, 0], side="right") & 1
        group = (table[:, 3] - self._start) // _SECOND_NS * 2 + measured
        for number in np.unique(group).tolist():
            yield self._batch(key, table[group == number], number >> 1, measured=number & 1 == 1)

    def _batch(self, key: tuple[int, Outcome, int], rows: Any, second: int, *, measured: bool) -> Batch:
        due, released, sent, done, attempts, backoff = rows.T
        whole, went = key[0] >= len(self._writes), sent > 0
        if whole:  # the other clocks are those of its requests
            cells = {"response": cells_of(done - due - backoff)}
        else:
            cells = {"response": cells_of(done - due), "lag": cells_of(released - due)}
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
            0 if whole else int(backoff.sum()),
            key[2],
            whole,
        )

    def _by_second(self, stamps: Any) -> dict[int, int]:
        seconds, counts = np.unique((stamps - self._start) // _SECOND_NS, return_counts=True)
        return dict(zip(seconds.tolist(), counts.tolist(), strict=True))
