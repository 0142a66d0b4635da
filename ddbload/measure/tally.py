"""The sum of all workers' deltas: totals of the measured phases, a row for each second, and stretches for the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ddbload.measure.charged import Charged
from ddbload.measure.delta import Batch, Delta, Heat, Rows
from ddbload.measure.heavy import merge
from ddbload.measure.histogram import Cells, Histogram, merged, support
from ddbload.operation import HEADLINE, Outcome

Key = tuple[int, Outcome, str]
"""(operation, outcome, clock)"""

RECENT_S = 5
"""Seconds for which the figures of a live view are kept."""
_SETTLE_S = 60
"""After so many seconds a second's times become two percentiles each, or a day's run would not fit into memory."""
_FOLD_AT = 8


@dataclass(slots=True)
class Recent:
    """One operation in one of the last seconds: what a live view shows."""

    completed: int = 0
    throttled: int = 0
    errors: int = 0
    response: list[Cells] = field(default_factory=list)
    lag: list[Cells] = field(default_factory=list)

    def add(self, batch: Batch) -> None:
        """Count a batch."""
        self.completed += batch.count
        self.throttled += batch.count if batch.outcome is Outcome.THROTTLED else 0
        if "lag" in batch.cells:
            self.lag.append(batch.cells["lag"])
        if batch.outcome in HEADLINE:
            self.response.append(batch.cells["response"])
        else:
            self.errors += batch.count


class Quantiles(NamedTuple):
    """Percentiles of one second in nanoseconds; None where the sample does not support them."""

    p50: int | None = None
    p99: int | None = None

    @classmethod
    def of(cls, batches: list[Cells]) -> Quantiles:
        """The percentiles of some batches together."""
        histogram = Histogram.of(batches)
        return cls(*(histogram.percentile_ns(p) if histogram.count >= support(p) else None for p in (50, 99)))


@dataclass(slots=True)
class SecondTally:
    """What happened in one second of the run, warm-up included: of arrivals, where nothing else is said."""

    due: int = 0
    sent: int = 0
    completed: int = 0  # that ended in it, answered or given up
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    response: list[Cells] = field(default_factory=list)  # of headline outcomes
    service: list[Cells] = field(default_factory=list)  # of headline outcomes; of requests, as in the next four
    lag_max_ns: int = 0
    requests: int = 0  # sent, by those that ended in it; attempts made again included
    in_flight: int = 0
    queued: int = 0
    read_units: float = 0.0
    write_units: float = 0.0
    recent: dict[int, Recent] = field(default_factory=dict)  # by operation; emptied after some seconds
    settled: tuple[Quantiles, Quantiles] | None = None  # response and service, once their cells are gone

    def quantiles(self) -> tuple[Quantiles, Quantiles]:
        """Of response time and of service time, over headline outcomes."""
        return self.settled or (Quantiles.of(self.response), Quantiles.of(self.service))

    def settle(self) -> None:
        """Give up the cells. What a worker still hands on for this second, a minute late, is counted but not timed."""
        self.settled = self.quantiles()
        self.response, self.service = [], []


def _collect(batches: list[Cells], cells: Cells) -> None:
    """Append; now and then fold the list into one batch, so that memory follows the buckets in use, not the time."""
    batches.append(cells)
    if len(batches) >= _FOLD_AT:
        batches[:] = [merged(batches)]


class Tally:
    """Merges deltas in any order of workers; histograms and counts are sums, so the order does not matter.

    Args:
        interval_s: the length of a stretch of the histogram log, in seconds.
    """

    def __init__(self, interval_s: int = 1) -> None:
        self.interval_s = interval_s
        self.totals: dict[Key, Histogram] = {}
        self.arrivals: dict[Outcome, Histogram] = {}  # response times; a flow is one, its requests are none
        self.sent_arrivals = 0  # measured, as in the next eight
        self.steps: Counter[tuple[int, int]] = Counter()  # requests of flows, by (flow, operation)
        self.cold: dict[tuple[int, bool], Histogram] = {}  # by (operation, headline outcome)
        self.rows: dict[tuple[int, int], Rows] = {}  # by (operation, flow)
        self.unprocessed: Counter[int] = Counter()  # by operation, as in the next
        self.cut: Counter[int] = Counter()
        self.made: Counter[tuple[int, int]] = Counter()  # requests that whole flows made, by (flow, operation)
        self.heat = Heat()
        self.intervals: dict[int, dict[Key, list[Cells]]] = {}
        self.seconds: dict[int, SecondTally] = {}
        self.attempts: Counter[int] = Counter()  # by operation, measured, as in the next
        self.backoff_ns: Counter[int] = Counter()
        self.units: dict[tuple[int, bool, str, str], Charged] = {}  # (operation, measured, source, table)
        self.reasons: Counter[tuple[int, Outcome, str]] = Counter()
        self.client_late = 0  # measured
        self.total = SecondTally()  # the sums of all seconds: warm-up included, as in the next three
        self.requests = 0  # attempts; those of flows once, with the operations that their steps are of
        self.completed: Counter[int] = Counter()  # by operation
        self.failed: Counter[tuple[int, bool]] = Counter()  # by (operation, throttled), outcomes beyond the headline
        self.in_flight: dict[int, int] = {}  # by worker, as in the next
        self.queued: dict[int, int] = {}
        self._latest = 0  # second

    def add(self, delta: Delta, second: int) -> None:
        """Take a delta; `second` is the second of the run at which it was made."""
        for batch in delta.batches:
            self._add_second(batch)
            self.completed[batch.operation] += batch.count
            if batch.outcome not in HEADLINE:
                self.failed[batch.operation, batch.outcome is Outcome.THROTTLED] += batch.count
            if batch.measured:
                self._add_measured(batch)
        for (operation, measured, source, table, ended), charged in delta.units.items():
            self.units.setdefault((operation, measured, source, table), Charged()).add(charged)
            for row in (self._row(ended), self.total):
                row.read_units += charged.read
                row.write_units += charged.write
        self._add_counts(delta)
        self.in_flight[delta.worker] = delta.in_flight
        self.queued[delta.worker] = delta.queued
        row = self._row(second)
        row.in_flight, row.queued = sum(self.in_flight.values()), sum(self.queued.values())
        while self._latest < second:
            self._latest += 1
            self._tidy(self._latest)

    def _add_counts(self, delta: Delta) -> None:
        self.reasons.update(delta.reasons)
        self.client_late += delta.client_late
        self.unprocessed.update(delta.unprocessed)
        self.cut.update(delta.cut)
        self.sent_arrivals += delta.cut_sent
        self.made.update(delta.made)
        for key, cells in delta.cold.items():
            self.cold.setdefault(key, Histogram()).add(cells)
        for place, rows in delta.rows.items():
            self.rows[place] = self.rows.get(place, Rows()).plus(rows)
        if delta.heat is not None:
            heat, more = self.heat, delta.heat
            self.heat = Heat(merge(heat.units, more.units), merge(heat.throttled, more.throttled))

    def gone(self, worker: int) -> None:
        """A worker has ended: nothing is under way there any more."""
        self.in_flight.pop(worker, None)
        self.queued.pop(worker, None)

    def _tidy(self, second: int) -> None:
        """Forget what only the live view needs, and put together what no more is added to."""
        if (row := self.seconds.get(second - RECENT_S - 1)) is not None:
            row.recent.clear()
        if (row := self.seconds.get(second - _SETTLE_S)) is not None:
            row.settle()
        number, rest = divmod(second - RECENT_S, self.interval_s)
        if not rest:
            for batches in self.intervals.get(number - 1, {}).values():
                batches[:] = [merged(batches)]

    def _add_measured(self, batch: Batch) -> None:
        self.attempts[batch.operation] += batch.attempts
        self.backoff_ns[batch.operation] += batch.backoff_ns
        if batch.arrivals:
            self.arrivals.setdefault(batch.outcome, Histogram()).add(batch.cells["response"])
            self.sent_arrivals += sum(batch.sent.values())
        else:
            self.steps[batch.flow, batch.operation] += batch.count
        interval = self.intervals.setdefault(batch.second // self.interval_s, {})
        for clock, cells in batch.cells.items():
            key = (batch.operation, batch.outcome, clock)
            if key not in self.totals:  # a dense histogram is large: made only where there is something to count
                self.totals[key] = Histogram()
            self.totals[key].add(cells)
            _collect(interval.setdefault(key, []), cells)

    def _row(self, second: int) -> SecondTally:
        return self.seconds.setdefault(second, SecondTally())

    def _add_second(self, batch: Batch) -> None:
        row = self._row(batch.second)
        row.recent.setdefault(batch.operation, Recent()).add(batch)
        timed = batch.outcome in HEADLINE and row.settled is None
        if not batch.whole:
            self.requests += batch.attempts
            row.requests += batch.attempts
            row.lag_max_ns = max(row.lag_max_ns, batch.cells["lag"].max_ns)
            if timed and "service" in batch.cells:
                _collect(row.service, batch.cells["service"])
        if batch.arrivals:
            self._add_arrivals(batch, row)
            if timed:
                _collect(row.response, batch.cells["response"])

    def _add_arrivals(self, batch: Batch, row: SecondTally) -> None:
        for sums in (row, self.total):
            sums.completed += batch.count
            sums.outcomes[batch.outcome] += batch.count
        for second, count in batch.due.items():
            self._row(second).due += count
            self.total.due += count
        for second, count in batch.sent.items():
            self._row(second).sent += count
            self.total.sent += count

    def merged(self, clock: str, *, operation: int | None = None, outcomes: frozenset[Outcome] = HEADLINE) -> Histogram:
        """The measured histogram of a clock over outcomes: of one operation, or of all.

        Of all, response time is that of arrivals, every other clock that of requests.
        """
        total = Histogram()
        if operation is None and clock == "response":
            for outcome, histogram in self.arrivals.items():
                if outcome in outcomes:
                    total.merge(histogram)
            return total
        for (op, outcome, name), histogram in self.totals.items():
            if name == clock and outcome in outcomes and operation in (None, op):
                total.merge(histogram)
        return total

    def count(self, operation: int | None = None, outcomes: frozenset[Outcome] | None = None) -> int:
        """Measured calls of one operation, requests of flows included; or measured arrivals."""
        if operation is None:
            return sum(h.count for outcome, h in self.arrivals.items() if outcomes is None or outcome in outcomes)
        return sum(
            histogram.count
            for (op, outcome, clock), histogram in self.totals.items()
            if clock == "response" and operation == op and (outcomes is None or outcome in outcomes)
        )

    def sent(self) -> int:
        """Measured arrivals that were sent, flows with their first request."""
        return self.sent_arrivals

    def charged(self, *, measured_only: bool) -> Iterator[tuple[int, str, str, Charged]]:
        """(operation, "reported" | "modelled", table, units), of the measured phases or of the whole run.

        Table "" is the operation's own.
        """
        for (operation, measured, source, table), charged in self.units.items():
            if measured or not measured_only:
                yield operation, source, table, charged
