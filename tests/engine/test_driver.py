"""The drivers on a virtual clock: an absolute timetable, slots, lateness, a freeze, and the closed loop."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pytest

from ddbload.clock import VirtualClock
from ddbload.engine.driver import SLOT_SHIFT, ClosedLoop, OpenLoop
from ddbload.engine.gate import Lane
from ddbload.operation import Call, Outcome
from ddbload.workload.stream import Block

S, MS = 1_000_000_000, 1_000_000
START = 5 * S


class Server:
    """Answers after a service time; between `freeze` and `thaw` it answers nothing, at thaw everything it holds."""

    def __init__(self, clock: VirtualClock, service_ns: int, freeze: tuple[int, int] = (0, 0)) -> None:
        self.clock, self.service_ns, self.freeze = clock, service_ns, freeze
        self.in_flight = self.most_in_flight = 0

    def submit(self, call: Call, on_done: Callable[[Call], None]) -> None:
        call.sent_ns, call.attempts = self.clock.now_ns(), 1
        self.in_flight += 1
        self.most_in_flight = max(self.in_flight, self.most_in_flight)
        done = call.sent_ns + self.service_ns
        if self.freeze[0] <= done < self.freeze[1]:
            done = self.freeze[1]

        def answer() -> None:
            call.done_ns = self.clock.now_ns()
            self.in_flight -= 1
            on_done(call)

        self.clock.call_at(done, answer)


class Log:
    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.flows: list[Call] = []
        self.cuts: list[Call] = []
        self.made: list[dict[int, int]] = []
        self.client_late = 0
        self.finished = 0

    def record(self, call: Call) -> None:
        self.calls.append(call)

    def record_flow(self, call: Call, made: Mapping[int, int]) -> None:
        self.flows.append(call)
        self.made.append(dict(made))

    def cut(self, call: Call) -> None:
        self.cuts.append(call)

    def late_by_client(self, due_ns: int) -> None:
        assert due_ns >= START
        self.client_late += 1

    def finish(self) -> None:
        self.finished += 1

    def ms(self, later: str, earlier: str, percentile: float) -> float:
        values = [getattr(c, later) - getattr(c, earlier) for c in self.calls if c.sent_ns]
        return float(np.percentile(values, percentile)) / MS


def blocks(due_ns: list[int], size: int = 64) -> Iterator[Block]:
    for at in range(0, len(due_ns), size):
        part = due_ns[at : at + size]
        yield Block(range(at, at + len(part)), part, [0] * len(part), [()] * len(part))


def open_loop(
    due_ns: list[int], server: Server, *, slots: int = 1000, max_late_s: float = 5.0, last_slot: int | None = None
) -> tuple[OpenLoop, Log]:
    log = Log()
    lane = Lane(server.clock, server, ["prepared"], log, slots, round(max_late_s * S), START, log.finish)
    return OpenLoop(lane, blocks(due_ns), last_slot=last_slot), log


def constant(rate: int, seconds: int) -> list[int]:
    return [k * S // rate for k in range(rate * seconds)]


def test_every_call_is_released_at_its_due_time() -> None:
    clock = VirtualClock()
    driver, log = open_loop(constant(100, 3), Server(clock, 2 * MS))
    driver.start()
    clock.run()
    assert (
        [c.released_ns for c in log.calls] == [c.due_ns for c in log.calls] == [START + k * 10 * MS for k in range(300)]
    )
    assert log.finished == 1


def test_a_wake_up_releases_all_that_is_due_and_the_stall_shows_as_dispatch_lag() -> None:
    clock = VirtualClock()
    driver, log = open_loop(constant(1000, 2), Server(clock, MS))
    driver.start()
    clock.run(until_ns=START + S)
    clock.stall(0.2)
    clock.run()
    lags = sorted(c.released_ns - c.due_ns for c in log.calls)
    assert len(log.calls) == 2000
    assert lags[-1] == pytest.approx(199 * MS, abs=2 * MS)
    assert sum(lag > 0 for lag in lags) == pytest.approx(200, abs=2)
    assert log.client_late == 0


def test_what_the_client_itself_releases_too_late_is_late_by_its_fault() -> None:
    clock = VirtualClock()
    driver, log = open_loop(constant(1000, 2), Server(clock, MS), max_late_s=0.1)
    driver.start()
    clock.run(until_ns=START + S)
    clock.stall(0.3)
    clock.run()
    late = [c for c in log.calls if c.outcome is Outcome.LATE]
    assert len(late) == log.client_late == pytest.approx(200, abs=3)
    assert all(c.sent_ns == 0 and "client" in c.reason for c in late)


@pytest.mark.parametrize("connections", [600, 8])
def test_a_freeze_of_one_second_in_ten_shows_in_response_time_whatever_the_connections(connections: int) -> None:
    """500/s for 10 s: a tenth of the calls wait evenly between 0 and 1 s, so p95 is 0.50 s and p99 is 0.90 s."""
    clock = VirtualClock()
    server = Server(clock, MS // 5, freeze=(START + 4 * S, START + 5 * S))
    driver, log = open_loop(constant(500, 10), server, slots=connections)
    driver.start()
    clock.run()
    assert log.ms("done_ns", "due_ns", 95) == pytest.approx(500, rel=0.05)
    assert log.ms("done_ns", "due_ns", 99) == pytest.approx(900, rel=0.05)
    if connections == 600:  # everything was sent in time: service time says the same
        assert log.ms("done_ns", "sent_ns", 99) == pytest.approx(900, rel=0.05)
        assert log.ms("sent_ns", "released_ns", 99) == 0
    else:  # eight calls were caught; the others waited for a slot
        assert log.ms("done_ns", "sent_ns", 99) == pytest.approx(0.2, rel=0.05)
        assert log.ms("sent_ns", "released_ns", 99) == pytest.approx(900, rel=0.05)
    assert log.ms("released_ns", "due_ns", 100) == 0


def test_calls_under_way_never_exceed_the_slots_and_the_others_are_sent_in_order() -> None:
    clock = VirtualClock()
    server = Server(clock, 50 * MS)
    driver, log = open_loop(constant(100, 1), server, slots=3, max_late_s=60)
    driver.start()
    clock.run()
    assert server.most_in_flight == 3
    assert [c.slot for c in sorted(log.calls, key=lambda c: c.sent_ns)] == list(range(100))


def test_a_call_that_finds_no_slot_in_time_is_late_and_is_not_sent() -> None:
    clock = VirtualClock()
    driver, log = open_loop(constant(100, 2), Server(clock, 100 * MS), slots=1, max_late_s=0.5)
    driver.start()
    clock.run()
    late = [c for c in log.calls if c.outcome is Outcome.LATE]
    assert len(log.calls) == 200
    assert log.client_late == 0
    assert len(late) > 150
    assert all(c.reason == "no slot was free in time" and c.sent_ns == 0 for c in late)
    assert max(c.sent_ns - c.due_ns for c in log.calls) <= 0.5 * S


def test_stopping_waits_for_what_is_under_way_and_gives_up_what_has_no_slot() -> None:
    clock = VirtualClock()
    driver, log = open_loop(constant(10, 10), Server(clock, 300 * MS), slots=2)
    driver.start()
    clock.run(until_ns=START + S)
    driver.stop()
    clock.run()
    assert log.finished == 1
    assert {c.reason for c in log.calls if c.outcome is Outcome.LATE} == {"the run was stopped"}
    assert all(c.due_ns <= START + S for c in log.calls)


def test_a_limit_on_requests_cuts_the_timetable_at_that_slot() -> None:
    clock = VirtualClock()
    driver, log = open_loop(constant(100, 10), Server(clock, MS), last_slot=150)
    driver.start()
    clock.run()
    assert (len(log.calls), log.finished, driver.stopped) == (150, 1, True)
    assert driver.limited_ns == START + 1500 * MS


def test_a_limit_on_requests_that_the_timetable_just_reaches_cuts_nothing() -> None:
    clock = VirtualClock()
    driver, log = open_loop(constant(100, 2), Server(clock, MS), last_slot=200)
    driver.start()
    clock.run()
    assert (len(log.calls), log.finished, driver.limited_ns) == (200, 1, None)


def test_a_limit_on_requests_leaves_calls_that_wait_for_a_slot_their_turn() -> None:
    clock = VirtualClock()
    driver, log = open_loop(constant(100, 2), Server(clock, 50 * MS), slots=1, last_slot=40)
    driver.start()
    clock.run()
    assert [c.outcome for c in log.calls] == [Outcome.OK] * 40


def test_an_empty_timetable_is_finished_at_once() -> None:
    driver, log = open_loop([], Server(VirtualClock(), MS))
    driver.start()
    assert log.finished == 1


def endless(slot: int) -> Iterator[Block]:
    for at in itertools.count(0, 4):
        yield Block([(slot << SLOT_SHIFT) + at + j for j in range(4)], [0] * 4, [0] * 4, [()] * 4)


def closed_loop(
    server: Server,
    *,
    slots: int,
    seconds: int,
    think_ms: int = 0,
    active: Callable[[int], int] | None = None,
    budget: int | None = None,
    in_flight: int = 1000,
    max_late_s: float = 5,
) -> tuple[ClosedLoop, Log]:
    log = Log()
    lane = Lane(server.clock, server, ["prepared"], log, in_flight, round(max_late_s * S), START, log.finish)
    driver = ClosedLoop(
        lane,
        [(slot, endless(slot)) for slot in range(slots)],
        active=active or (lambda _ns: slots),
        end_ns=seconds * S,
        think_ns=think_ms * MS,
        budget=budget,
    )
    return driver, log


def test_a_closed_slot_sends_its_next_call_after_its_answer_and_its_think_time() -> None:
    clock = VirtualClock()
    driver, log = closed_loop(Server(clock, 10 * MS), slots=2, seconds=1, think_ms=15)
    driver.start()
    clock.run()
    mine = [c for c in log.calls if c.slot >> SLOT_SHIFT == 1]
    assert [c.due_ns - START for c in mine] == [k * 25 * MS for k in range(40)]
    assert [c.slot - (1 << SLOT_SHIFT) for c in mine] == list(range(40))
    assert log.finished == 1


def test_a_percentage_of_a_closed_loop_is_that_share_of_its_slots() -> None:
    clock = VirtualClock()
    server = Server(clock, 10 * MS)
    driver, log = closed_loop(server, slots=8, seconds=2, active=lambda ns: 2 if ns < S else 8)
    driver.start()
    clock.run()
    early = {c.slot >> SLOT_SHIFT for c in log.calls if c.due_ns < START + S}
    assert early == {0, 1}
    assert {c.slot >> SLOT_SHIFT for c in log.calls} == set(range(8))


def test_a_budget_ends_a_closed_loop() -> None:
    clock = VirtualClock()
    driver, log = closed_loop(Server(clock, MS), slots=4, seconds=100, budget=50)
    driver.start()
    clock.run()
    assert (len(log.calls), log.finished, driver.stopped) == (50, 1, True)
    assert driver.limited_ns is not None
    assert START < driver.limited_ns < START + S


def test_more_slots_than_calls_that_may_be_under_way_queue_and_never_exceed_the_limit() -> None:
    """Late calls are given up while a slot changes hands; that must neither overfill it nor recurse."""
    clock = VirtualClock()
    server = Server(clock, 100 * MS)
    driver, log = closed_loop(server, slots=3000, seconds=3, in_flight=10, max_late_s=0.5)
    driver.start()
    clock.run()
    assert server.most_in_flight == 10
    assert log.finished == 1
    assert {c.reason for c in log.calls if c.outcome is Outcome.LATE} == {"no slot was free in time"}


def test_a_closed_slots_call_is_due_when_its_last_was_answered_so_that_a_stall_shows_as_dispatch_lag() -> None:
    clock = VirtualClock()
    driver, log = closed_loop(Server(clock, 10 * MS), slots=2, seconds=1, think_ms=40)
    driver.start()
    clock.run(until_ns=START + 490 * MS)  # both slots are thinking; their next calls are due at 500 ms
    clock.stall(0.2)
    clock.run()
    lags = [c.released_ns - c.due_ns for c in log.calls]
    assert sorted(lags)[-2:] == [190 * MS, 190 * MS]
    assert sum(lags) == 2 * 190 * MS


@pytest.mark.parametrize("end", ["the plan", "a stop"])
def test_a_closed_loop_does_not_wait_for_think_time_after_its_end(end: str) -> None:
    clock = VirtualClock()
    driver, log = closed_loop(Server(clock, 300 * MS), slots=2, seconds=1 if end == "the plan" else 60, think_ms=60_000)
    driver.start()
    if end == "the plan":
        clock.stall(START / S + 0.9)  # the first calls go out at 0.9 s and are answered after the end
        clock.run(until_ns=START + 1300 * MS)
    else:
        clock.run(until_ns=START + 100 * MS)
        driver.stop()
        clock.run(until_ns=START + 400 * MS)
    assert (len(log.calls), log.finished) == (2, 1)
