"""Hot keys as a recorder feeds them: parts of a call, what is exact, what stands for more, and all throttles."""

from __future__ import annotations

from typing import Any

import pytest

from ddbload.measure.hot import EXACT_A_SECOND, HotKeys
from ddbload.measure.recorder import Recorder
from ddbload.operation import Outcome
from tests.measure.test_recorder import START, S, call, consumed, modelled, tally_of


def touches(draw: Any) -> tuple[tuple[int, int], ...]:
    return tuple((0, number) for number in draw)


def recorder() -> Recorder:
    return Recorder(START, [(2 * S, 9 * S)], [False], [modelled], trust_reported=True, touches=[touches])


def heat_of(records: Recorder) -> tuple[dict[tuple[int, int], float], dict[tuple[int, int], float]]:
    last = records.delta(0, START + 9 * S, released=0, in_flight=0, queued=0, cpu_s=0.0, last=True)
    heat = tally_of(last).heat
    return dict(heat.units.counts), dict(heat.throttled.counts)


def record(records: Recorder, due_ns: int, draw: tuple[int, ...], units: float = 1.0, **more: Any) -> None:
    one = call(due_ns, reply=consumed(units), **more)
    one.draw = draw
    records.record(one)


def test_the_units_of_a_call_go_in_equal_parts_to_all_that_it_is_about() -> None:
    records = recorder()
    record(records, 2 * S, (7,), 4.0)
    record(records, 2 * S, (7, 8, 8, 9), 2.0)
    record(records, 2 * S, (), 5.0)  # a scan is about no key
    assert heat_of(records)[0] == {(0, 7): 4.5, (0, 8): 1.0, (0, 9): 0.5}


def test_what_is_not_measured_heats_no_key() -> None:
    records = recorder()
    record(records, S, (7,))
    assert heat_of(records) == ({}, {})


def test_throttles_are_counted_with_those_of_earlier_attempts_and_cost_no_units() -> None:
    records = recorder()
    one = call(2 * S, outcome=Outcome.THROTTLED, attempts=3)
    one.earlier, one.draw = (Outcome.THROTTLED, Outcome.TIMEOUT), (7,)
    records.record(one)
    assert heat_of(records)[1] == {(0, 7): 2.0}


def test_hot_keys_come_with_the_last_delta_alone_and_are_those_of_the_whole_run() -> None:
    records = recorder()
    record(records, 2 * S, (7,))
    first = records.delta(0, START + 3 * S, released=0, in_flight=0, queued=0, cpu_s=0.0)
    assert first.heat is None
    record(records, 4 * S, (7,))
    assert heat_of(records)[0] == {(0, 7): 2.0}


def test_up_to_a_thousand_calls_a_second_every_one_is_counted() -> None:
    records = recorder()
    for second in (2, 3, 4):
        for number in range(EXACT_A_SECOND):
            record(records, second * S, (number % 10,))
    assert heat_of(records)[0] == {(0, key): 3 * EXACT_A_SECOND / 10 for key in range(10)}


@pytest.mark.parametrize("stride", [1, 2, 8, 16])
def test_beyond_that_a_sample_stands_for_all_whatever_the_pattern_of_the_calls(stride: int) -> None:
    """80,000 calls in a second, one in `stride` to the hot key: its share is right within five standard deviations.

    79,000 calls are sampled with probability 1/8 and weight 8: the deviation of n of them is below 8 * sqrt(n / 8).
    """
    records, calls = recorder(), 80_000
    for number in range(calls):
        record(records, 2 * S, (1 if number % stride == 0 else 2,))
    hot = calls / stride
    assert heat_of(records)[0][0, 1] == pytest.approx(hot, abs=5 * 8 * (hot / 8) ** 0.5)


def test_of_a_sample_no_throttle_is_missing() -> None:
    hot = HotKeys([touches])
    throttles = 0
    for number in range(20_000):
        throttled = number % 3 == 0
        throttles += throttled
        hot.gap -= 1
        if hot.gap <= 0 or throttled:
            hot.take(0, (1,), 0.0 if throttled else 1.0, int(throttled))
    assert hot.heat().throttled.total == throttles
