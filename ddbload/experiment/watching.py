"""A tally while it grows -> what a live view shows. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ddbload.engine.plan import Usd
from ddbload.measure.histogram import Cells, Histogram
from ddbload.measure.objectives import NS_PER_MS
from ddbload.measure.progress import OperationProgress, PerSecond, Progress
from ddbload.measure.tally import RECENT_S, Recent, SecondTally, Tally
from ddbload.operation import HEADLINE, Outcome
from ddbload.workload.stream import Workload


def progress(workload: Workload, tally: Tally, at_s: float, usd: Usd) -> Progress:
    """The state of a run, `at_s` seconds after its start."""
    spans, total_s = workload.spans, workload.spans[-1].end_ns * 1e-9
    span = next((s for s in spans if at_s < s.end_ns * 1e-9), spans[-1])
    last = max(0, int(at_s - 0.25) - 1) if at_s > 1 else 0  # the last second that is over
    rows = [row for t in range(last - RECENT_S + 2, last + 1) if (row := tally.seconds.get(t)) is not None]
    total = tally.total
    now = tally.seconds.get(last, SecondTally())
    elapsed = max(min(at_s, total_s), 1e-9)

    def rate(of: Callable[[SecondTally], int]) -> PerSecond:
        return PerSecond(float(of(now)), of(total) / elapsed)

    recent = [one for row in rows for one in row.recent.values()]
    response = _together(row.response for row in rows)
    return Progress(
        elapsed_s=at_s,
        total_s=total_s,
        phase=span.name,
        phase_left_s=max(0.0, span.end_ns * 1e-9 - at_s),
        measured=span.measured,
        offered=rate(lambda row: row.due),
        achieved=rate(lambda row: row.sent),
        completed=rate(lambda row: row.completed),
        in_flight=sum(tally.in_flight.values()),
        queued=sum(tally.queued.values()),
        p50_ms=_ms(response, 50),
        p99_ms=_ms(response, 99),
        lag_p99_ms=_ms(_together(one.lag for one in recent), 99),
        throttled=total.outcomes[Outcome.THROTTLED],
        errors={
            outcome.value: count
            for outcome, count in total.outcomes.items()
            if outcome not in HEADLINE and outcome is not Outcome.THROTTLED
        },
        requests=PerSecond(float(now.requests), tally.requests / elapsed),
        read_units=now.read_units,
        write_units=now.write_units,
        read_total=total.read_units,
        write_total=total.write_units,
        spend_usd=usd(total.read_units, total.write_units),
        operations=tuple(_operation(number, name, tally, rows) for number, name in _in_order(workload)),
    )


def _in_order(workload: Workload) -> list[tuple[int, str]]:
    """Positions and names: wholes before what they consist of."""
    operations = list(enumerate(operation.name for operation in workload.operations))
    return [*((len(operations) + number, flow.name) for number, flow in enumerate(workload.flows)), *operations]


def _operation(number: int, name: str, tally: Tally, rows: list[SecondTally]) -> OperationProgress:
    mine = [row.recent[number] for row in rows if number in row.recent]
    newest = rows[-1].recent.get(number, Recent()) if rows else Recent()
    response = _together(one.response for one in mine)
    return OperationProgress(
        name=name,
        completed=tally.completed[number],
        per_second=float(newest.completed),
        p50_ms=_ms(response, 50),
        p99_ms=_ms(response, 99),
        throttled=tally.failed[number, True],
        errors=tally.failed[number, True] + tally.failed[number, False],
    )


def _together(lists: Iterable[list[Cells]]) -> Histogram:
    return Histogram.of(cells for cells_list in lists for cells in cells_list)


def _ms(histogram: Histogram, percentile: float) -> float | None:
    return histogram.percentile_ns(percentile) / NS_PER_MS if histogram.count else None
