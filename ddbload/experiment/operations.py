"""What was measured, operation by operation -> its part of the run record; and the hottest keys. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ddbload.measure.charged import Charged
from ddbload.measure.delta import Rows
from ddbload.measure.histogram import Histogram, support
from ddbload.measure.objectives import NS_PER_MS, PERCENTILES
from ddbload.measure.tally import Tally
from ddbload.operation import HEADLINE, OUTCOMES, Operation, Outcome
from ddbload.results.record import ConsumedUnits, HotKey, Latency, Observed, OperationRecord, Units
from ddbload.workload.sessions import SESSION
from ddbload.workload.stream import Flow, Workload

HOTTEST = 10
"""Keys that the record names: so many by units, and as many by throttled requests."""


def names(workload: Workload) -> list[str]:
    """The name at each position: operations, then flows."""
    return [*(operation.name for operation in workload.operations), *(flow.name for flow in workload.flows)]


def latency(histogram: Histogram) -> Latency:
    """A histogram in milliseconds, with the percentiles that its sample supports."""
    count = histogram.count
    at: dict[str, Any] = {
        name: round(histogram.percentile_ns(p) / NS_PER_MS, 6) if count >= support(p) else None
        for name, p in PERCENTILES.items()
    }
    return Latency(
        count=count,
        **at,
        max=histogram.max_ns / NS_PER_MS if count else None,
        mean=round(histogram.mean_ns / NS_PER_MS, 6) if count else None,
        stddev=round(histogram.stddev_ns / NS_PER_MS, 6) if count else None,
    )


def operation_records(workload: Workload, tally: Tally) -> dict[str, OperationRecord]:
    """The record of every operation by name; sessions and compound operations before what they consist of."""
    plain = len(workload.operations)
    wholes = {flow.name: _whole(plain + i, flow, workload, tally) for i, flow in enumerate(workload.flows)}
    return wholes | {op.name: _operation(i, op, tally) for i, op in enumerate(workload.operations)}


def _operation(number: int, operation: Operation, tally: Tally) -> OperationRecord:
    rows = _sum_rows(rows for (op, _), rows in tally.rows.items() if op == number)
    per_answer = rows.items / rows.answers if rows.answers and not operation.writes else None  # PartiQL writes, too
    cold = {headline: tally.cold.get((number, headline), Histogram()) for headline in (True, False)}
    return _record(
        number,
        operation.api,
        tally,
        steps=_steps(tally, number),
        unprocessed=tally.unprocessed[number],
        cold=cold[True].count + cold[False].count,
        cold_ms=latency(cold[True]) if cold[True].count else None,
        observed=Observed(_fails(number, operation, tally), per_answer),
    )


def _whole(number: int, flow: Flow, workload: Workload, tally: Tally) -> OperationRecord:
    requests = {
        operation.name: count
        for position, operation in enumerate(workload.operations)
        if (count := tally.made[number, position])
    }
    rows = _sum_rows(rows for (_, of), rows in tally.rows.items() if of == number)
    answered = tally.count(number, HEADLINE)
    per_whole = rows.items / answered if answered and rows.answers and flow.api != SESSION else None
    return _record(
        number,
        flow.api,
        tally,
        whole=True,
        steps=_steps(tally, number),
        requests=requests,
        cut=tally.cut[number],
        observed=Observed(None, per_whole),
    )


def _record(number: int, api: str, tally: Tally, **more: Any) -> OperationRecord:
    """What all of them have."""
    outcomes = {outcome: tally.count(number, frozenset({outcome})) for outcome in OUTCOMES}
    reasons: dict[str, dict[str, int]] = {}
    for (op, outcome, reason), count in tally.reasons.most_common():
        if op == number:
            reasons.setdefault(outcome, {})[reason] = count
    return OperationRecord(
        api=api,
        count=tally.count(number),
        outcomes={outcome.value: count for outcome, count in outcomes.items() if count},
        attempts=tally.attempts[number],
        response_ms=latency(tally.merged("response", operation=number)),
        queue_ms=latency(tally.merged("queue", operation=number)),
        service_ms=latency(tally.merged("service", operation=number)),
        outcome_ms={
            outcome.value: latency(tally.merged("response", operation=number, outcomes=frozenset({outcome})))
            for outcome, count in outcomes.items()
            if count
        },
        reasons=reasons,
        capacity=ConsumedUnits(_units(tally, number, "reported"), _units(tally, number, "modelled")),
        backoff_ms=tally.backoff_ns[number] / NS_PER_MS,
        **more,
    )


def _steps(tally: Tally, number: int) -> int:
    """How many calls of an operation were steps of sessions or of compound operations."""
    return sum(count for (_, operation), count in tally.steps.items() if operation == number)


def _sum_rows(parts: Iterable[Rows]) -> Rows:
    """All rows together."""
    total = Rows()
    for rows in parts:
        total = total.plus(rows)
    return total


def _units(tally: Tally, operation: int, source: str) -> Units:
    total = Charged()
    for number, kind, _, charged in tally.charged(measured_only=True):
        if (number, kind) == (operation, source):
            total.add(charged)
    return Units(total.read, total.write)


def _fails(number: int, operation: Operation, tally: Tally) -> float | None:
    """The share of failed conditions; of PartiQL, whose statements hide theirs, only where one failed."""
    failed, answered = tally.count(number, frozenset({Outcome.CONDITION_FAILED})), tally.count(number, HEADLINE)
    return failed / answered if answered and (failed or _has_condition(operation.request)) else None


def _has_condition(request: Any) -> bool:
    """Whether a request, or an action in it, has a condition."""
    if isinstance(request, Mapping):
        return "ConditionExpression" in request or any(_has_condition(part) for part in request.values())
    return isinstance(request, (list, tuple)) and any(_has_condition(part) for part in request)


# --- hot keys ------------------------------------------------------------------------------------------------------


def hot_keys(workload: Workload, tally: Tally) -> list[HotKey]:
    """The hottest keys by units and by throttled requests, those with most units first."""
    units, throttled = tally.heat.units, tally.heat.throttled
    total = sum(charged.read + charged.write for _, _, _, charged in tally.charged(measured_only=True))
    keys = dict.fromkeys([hitter.key for sketch in (units, throttled) for hitter in sketch.top(HOTTEST)])
    found = [
        HotKey(
            key=workload.partition_text(key),
            units=(count := units.counts.get(key, 0.0)),
            share=min(1.0, count / total) if total else 0.0,
            throttled=throttled.counts.get(key, 0.0),
            error=units.errors.get(key, 0.0) if key in units.counts else units.floor,
            throttled_error=throttled.errors.get(key, 0.0) if key in throttled.counts else throttled.floor,
        )
        for key in keys
    ]
    return sorted(found, key=lambda one: (-one.units, -one.throttled))
