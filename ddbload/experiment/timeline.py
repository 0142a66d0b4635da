"""A run over time: its seconds, and the stretches of the histogram log. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ddbload.experiment.operations import names
from ddbload.measure.histogram import Histogram
from ddbload.measure.objectives import NS_PER_MS
from ddbload.measure.tally import SecondTally, Tally
from ddbload.operation import HEADLINE, Outcome
from ddbload.results.hlog import Interval
from ddbload.results.record import DRAIN, Second
from ddbload.workload.stream import Workload


def seconds_of(workload: Workload, tally: Tally, elapsed_s: float) -> list[Second]:
    """The timeline: a row for each second from the start to the last in which something ended.

    What ends after the plan's end, or after the run was stopped, stands in rows of their own kind.
    """
    last = max([int(elapsed_s), *tally.seconds], default=0)
    rows = []
    for t in range(last + 1):
        row = tally.seconds.get(t, SecondTally())
        phase = DRAIN if t >= max(elapsed_s, 1) else _phase_at(workload, t)
        if phase == DRAIN and not (row.completed or row.due or row.requests):
            continue
        rows.append(_second(t, phase, row))
    return rows


def _phase_at(workload: Workload, t: int) -> str:
    return next((span.name for span in workload.spans if span.start_ns <= t * 1_000_000_000 < span.end_ns), DRAIN)


def intervals_of(workload: Workload, tally: Tally) -> Iterator[Interval]:
    """The measured histograms by stretch of time, in order; each is to be used before the next is asked for."""
    called = names(workload)
    for number in sorted(tally.intervals):
        start, length = float(number * tally.interval_s), float(tally.interval_s)
        for (operation, outcome, clock), batches in tally.intervals[number].items():
            hdr = Histogram.of(batches).to_hdr()
            yield Interval(start, length, f"{called[operation]}/{outcome}/{clock}", hdr)
            hdr.encoder = None  # it refers back: without it, thousands of histograms would wait for the collector


def _second(t: int, phase: str, row: SecondTally) -> Second:
    response, service = row.quantiles()

    def ms(time_ns: int | None) -> float | None:
        return None if time_ns is None else round(time_ns / NS_PER_MS, 6)

    return Second(
        t=t,
        phase=phase,
        due=row.due,
        sent=row.sent,
        completed=row.completed,
        ok=row.outcomes[Outcome.OK],
        throttled=row.outcomes[Outcome.THROTTLED],
        errors=sum(count for outcome, count in row.outcomes.items() if outcome not in HEADLINE),
        response_p50_ms=ms(response.p50),
        response_p99_ms=ms(response.p99),
        service_p50_ms=ms(service.p50),
        service_p99_ms=ms(service.p99),
        lag_max_ms=row.lag_max_ns / NS_PER_MS if row.completed or row.requests else None,
        in_flight=row.in_flight,
        queued=row.queued,
        read_units=row.read_units,
        write_units=row.write_units,
        requests=row.requests,
    )
