"""What the recorder costs for each call, with and without hot keys, and for each call of a delta: no network.

python -m tests.benchmarks.record_cost
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from typing import Any

from ddbload.measure.recorder import Recorder
from ddbload.operation import Call
from tests.benchmarks.cost import in_turns, spread, table

_CALLS = 20_000
_RATE = 20_000
_S = 1_000_000_000
_REPLY = {"ConsumedCapacity": {"TableName": "t", "CapacityUnits": 0.5, "Table": {"CapacityUnits": 0.5}}, "Item": {}}


def _calls() -> list[Call]:
    calls = []
    for number in range(_CALLS):
        call = Call(0, number, None, (number % 997, "x"), number * _S // _RATE)
        call.released_ns, call.sent_ns, call.done_ns = call.due_ns + 10, call.due_ns + 20, call.due_ns + 3_000_000
        call.attempts, call.reply = 1, _REPLY
        calls.append(call)
    return calls


def _touch(draw: Sequence[Any]) -> tuple[tuple[int, int], ...]:
    return ((0, draw[0]),)


def _recorded(calls: list[Call], *, keys: bool) -> Recorder:
    touches = [_touch] if keys else []
    recorder = Recorder(0, [(0, 100 * _S)], [False], [lambda *_: ()], trust_reported=True, touches=touches)
    for call in calls:
        recorder.record(call)
    return recorder


def _record_ns(calls: list[Call], *, keys: bool) -> float:
    began = time.thread_time_ns()
    _recorded(calls, keys=keys)
    return (time.thread_time_ns() - began) / len(calls)


def _delta_ns(calls: list[Call]) -> float:
    recorder = _recorded(calls, keys=True)
    began = time.thread_time_ns()
    recorder.delta(0, _S, released=0, in_flight=0, queued=0, cpu_s=0.0, last=True)
    return (time.thread_time_ns() - began) / len(calls)


def main() -> None:
    """Print one table."""
    calls = _calls()
    tasks = {
        "record": partial(_record_ns, calls, keys=False),
        "record, with hot keys": partial(_record_ns, calls, keys=True),
        "delta": partial(_delta_ns, calls),
    }
    found = in_turns(tasks, 9)
    rows = [(name, spread(values, ".0f")) for name, values in found.items()]
    print(table([(f"{_RATE:,} calls/s", "ns of CPU a call"), *rows]))


if __name__ == "__main__":
    main()
