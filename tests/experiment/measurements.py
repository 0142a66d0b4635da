"""Measurements of calls that were never made: when each was due, how long it took, how it ended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from ddbload.engine.plan import Measurement
from ddbload.measure.recorder import Recorder
from ddbload.measure.tally import Tally
from ddbload.operation import Call, Outcome
from ddbload.workload import CompiledWorkload

S, MS = 1_000_000_000, 1_000_000
READ, WRITE = 0, 1
START = 10 * S


def call(
    due_s: float,
    operation: int = READ,
    outcome: Outcome = Outcome.OK,
    *,
    service_ms: float = 5,
    sent: bool = True,
    units: float | None = None,
    reason: str = "",
) -> Call:
    one = Call(operation, 0, None, (), START + round(due_s * S))
    one.released_ns = one.due_ns
    one.sent_ns = one.due_ns if sent else 0
    one.done_ns = one.due_ns + round(service_ms * MS)
    one.outcome, one.reason, one.attempts = outcome, reason, 1
    one.reply = None if units is None else {"ConsumedCapacity": {"TableName": "t", "CapacityUnits": units}}
    return one


def even(count: int, start_s: float, end_s: float, **more: Any) -> list[Call]:
    return [call(start_s + (end_s - start_s) * k / count, **more) for k in range(count)]


def measurement(
    workload: CompiledWorkload,
    calls: Iterable[Call],
    *,
    elapsed_s: float,
    stopped_by: str | None = None,
    cpu_share: float | None = None,
) -> Measurement:
    block = next(workload.open_loop(0, 1) if workload.concurrency is None else workload.closed_loop(0))
    draws = dict(zip(block.operations, block.draws, strict=True))
    recorder = Recorder(
        START,
        [(span.start_ns, span.end_ns) for span in workload.spans if span.measured],
        [operation.writes for operation in workload.operations],
        workload.models,
        trust_reported=True,
    )
    for one in calls:
        one.draw = draws[one.operation]
        recorder.record(one)
    tally = Tally()
    tally.add(
        recorder.delta(0, START + round(elapsed_s * S), released=0, in_flight=0, queued=0, cpu_s=0.0), int(elapsed_s)
    )
    return Measurement(tally, datetime(2026, 1, 1, tzinfo=UTC), elapsed_s, stopped_by, (), 1, cpu_share)
