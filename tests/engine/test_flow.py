"""Flows on a virtual clock: steps in their order, think time left out, courses side by side, stops, late steps."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, strategies as st

from ddbload.clock import VirtualClock
from ddbload.engine.driver import SLOT_SHIFT, ClosedLoop, OpenLoop
from ddbload.engine.flow import FINISH_S
from ddbload.engine.gate import Lane
from ddbload.operation import HEADLINE, Call, Outcome
from ddbload.workload.stream import Ask, Block, Course, Ending, Fork, Pause, Within
from tests.engine.test_driver import MS, START, Log, S, Server

PLAIN = 2
"""Operations of these tests; the one flow stands at this position."""
Begin = Callable[[int, Any], Course]


@dataclass(frozen=True)
class Scripted:
    begin: Begin
    name: str = "checkout"
    api: str = "session"


def ended(call: Call) -> Ending:
    return Ending(call.outcome, call.reason)


def session(*steps: float) -> Begin:
    """Requests of operations (whole numbers) and think times (fractions of a second); over at the first failure."""

    def begin(_slot: int, _draw: Any) -> Course:
        for step in steps:
            if isinstance(step, int):
                call = yield Ask(step, ())
                if call.outcome not in HEADLINE:
                    return ended(call)
            else:
                yield Pause(round(step * S))
        return Ending(Outcome.OK)

    return begin


def pages(number: int) -> Course:
    for _ in range(number):
        call = yield Ask(1, ())
        if call.outcome not in HEADLINE:
            return ended(call)
    return Ending(Outcome.OK, str(number))


@dataclass
class Stage:
    """A driver, its server and what was recorded."""

    driver: OpenLoop | ClosedLoop
    server: Server
    log: Log

    def play(self, until_s: float | None = None) -> Log:
        self.driver.start()
        self.server.clock.run(None if until_s is None else START + round(until_s * S))
        return self.log


def lane(server: Server, log: Log, begin: Begin, *, slots: int, max_late_s: float, end_s: float) -> Lane:
    return Lane(
        server.clock,
        server,
        ["one", "two"],
        log,
        slots,
        round(max_late_s * S),
        START,
        log.finish,
        (Scripted(begin),),
        START + round(end_s * S),
    )


def opened(
    begin: Begin,
    due_s: list[float],
    *,
    operations: list[int] | None = None,
    chains: list[int] | None = None,
    service_ms: float = 10,
    slots: int = 100,
    max_late_s: float = 5,
    end_s: float = 60,
) -> Stage:
    server, log = Server(VirtualClock(), round(service_ms * MS)), Log()
    due = [round(s * S) for s in due_s]
    block = Block(range(len(due)), due, operations or [PLAIN] * len(due), [()] * len(due), chains)
    used = lane(server, log, begin, slots=slots, max_late_s=max_late_s, end_s=end_s)
    return Stage(OpenLoop(used, iter([block])), server, log)


def closed(begin: Begin, *, slots: int, seconds: float, service_ms: float = 10, think_ms: int = 0) -> Stage:
    def endless(slot: int) -> Iterator[Block]:
        for at in itertools.count(0, 4):
            yield Block([(slot << SLOT_SHIFT) + at + j for j in range(4)], [0] * 4, [PLAIN] * 4, [()] * 4)

    server, log = Server(VirtualClock(), round(service_ms * MS)), Log()
    driver = ClosedLoop(
        lane(server, log, begin, slots=1000, max_late_s=5, end_s=seconds),
        [(slot, endless(slot)) for slot in range(slots)],
        active=lambda _ns: slots,
        end_ns=round(seconds * S),
        think_ns=think_ms * MS,
    )
    return Stage(driver, server, log)


def response_ms(call: Call) -> float:
    """What a recorder makes of a flow's call."""
    return (call.done_ns - call.due_ns - call.backoff_ns) / MS


def test_a_flow_is_one_arrival_and_its_requests_are_due_one_after_the_other() -> None:
    log = opened(session(0, 1, 0), [0, 1]).play()
    assert [(c.operation, c.slot, c.due_ns - START) for c in log.calls[:3]] == [
        (0, 0, 0),
        (1, 0, 10 * MS),
        (0, 0, 20 * MS),
    ]
    assert [(c.operation, c.slot, c.outcome) for c in log.flows] == [(PLAIN, 0, Outcome.OK), (PLAIN, 1, Outcome.OK)]
    assert (len(log.calls), log.finished) == (6, 1)


def test_response_time_leaves_think_time_out_and_the_end_of_a_pause_is_when_the_next_step_is_due() -> None:
    log = opened(session(0, 0.3, 1, 0.5), [1]).play()
    (whole,) = log.flows
    assert [c.due_ns - START for c in log.calls] == [S, 1310 * MS]
    assert whole.done_ns - START == 1820 * MS
    assert whole.backoff_ns == 800 * MS
    assert response_ms(whole) == 20


def test_a_flow_that_thinks_takes_no_slot() -> None:
    log = opened(session(0, 1.0, 0), [0, 0.1], slots=1).play()
    assert [c.sent_ns - c.due_ns for c in log.calls] == [0] * 4
    assert [response_ms(whole) for whole in log.flows] == [20, 20]


def test_waiting_for_a_slot_is_response_time_of_the_flow_and_queue_time_of_its_request() -> None:
    log = opened(session(0, 0), [0, 0], slots=1).play()
    assert sorted(response_ms(whole) for whole in log.flows) == [30, 40]
    assert sum(c.sent_ns - c.released_ns for c in log.calls) == 30 * MS
    assert all(c.released_ns == c.due_ns for c in log.calls)


def test_courses_side_by_side_are_under_way_at_once_and_the_longest_counts() -> None:
    def scan(_slot: int, _draw: Any) -> Course:
        endings = yield Fork((pages(1), pages(4), pages(2)))
        assert [ending.reason for ending in endings] == ["1", "4", "2"]
        return Ending(Outcome.OK)

    stage = opened(scan, [0])
    log = stage.play()
    assert stage.server.most_in_flight == 3
    assert sorted(c.due_ns - START for c in log.calls) == [0, 0, 0, 10 * MS, 10 * MS, 20 * MS, 30 * MS]
    assert [response_ms(whole) for whole in log.flows] == [40]
    assert log.flows[0].attempts == sum(c.attempts for c in log.calls)


def test_of_courses_side_by_side_the_think_time_of_the_one_that_ended_last_is_left_out() -> None:
    def forked(_slot: int, _draw: Any) -> Course:
        yield Fork((session(0, 1.0, 0)(0, ()), session(0, 0.2, 0)(0, ())))
        return Ending(Outcome.OK)

    (whole,) = opened(forked, [0]).play().flows
    assert (whole.done_ns - whole.due_ns, whole.backoff_ns) == (1020 * MS, S)


@pytest.mark.parametrize("forked", [False, True], ids=["pages", "segments"])
def test_a_compound_step_is_a_whole_of_its_own_within_the_session(forked: bool) -> None:
    def visit(_slot: int, _draw: Any) -> Course:
        yield Ask(0, ())
        yield Pause(round(0.1 * S))
        ending = yield Within(PLAIN + 1, segments() if forked else pages(2))
        assert ending.outcome is Outcome.OK
        yield Ask(0, ())
        return Ending(Outcome.OK)

    def segments() -> Course:
        yield Fork((pages(1), pages(2)))
        return Ending(Outcome.OK)

    log = opened(visit, [0]).play()
    stage, whole = log.flows
    assert (stage.operation, stage.due_ns - START, stage.done_ns - START) == (PLAIN + 1, 110 * MS, 130 * MS)
    assert (stage.attempts, stage.flow.position, stage.sent_ns - START) == (3 if forked else 2, PLAIN, 110 * MS)
    assert (whole.operation, response_ms(whole), whole.flow) == (PLAIN, 40, None)
    assert log.made == [{}, {0: 2, 1: 3 if forked else 2}]


def test_a_fork_of_nothing_goes_on_at_once() -> None:
    def empty(_slot: int, _draw: Any) -> Course:
        assert (yield Fork(())) == ()
        return (yield from pages(1))

    assert [response_ms(whole) for whole in opened(empty, [0]).play().flows] == [10]


def test_a_timer_that_fires_late_is_dispatch_lag_of_the_step_and_response_time_of_the_flow() -> None:
    stage = opened(session(0, 0.5, 1), [0])
    stage.play(until_s=0.4)
    stage.server.clock.stall(0.2)  # the step is due at 0.51 s
    stage.server.clock.run()
    assert [c.released_ns - c.due_ns for c in stage.log.calls] == [0, 90 * MS]
    assert [response_ms(whole) for whole in stage.log.flows] == [110]


def test_a_step_that_the_client_releases_too_late_is_late_by_its_fault_and_the_course_decides() -> None:
    stage = opened(session(0, 0.5, 1, 1), [0], max_late_s=0.1)
    stage.play(until_s=0.4)
    stage.server.clock.stall(1)
    stage.server.clock.run()
    assert [(c.outcome, c.sent_ns > 0) for c in stage.log.calls] == [(Outcome.OK, True), (Outcome.LATE, False)]
    assert [whole.outcome for whole in stage.log.flows] == [Outcome.LATE]
    assert stage.log.client_late == 1


def test_a_course_may_go_on_after_a_late_step() -> None:
    def stubborn(_slot: int, _draw: Any) -> Course:
        yield Ask(0, ())
        yield Ask(1, ())
        return Ending(Outcome.OK)

    log = opened(stubborn, [0, 0], slots=1, service_ms=300, max_late_s=0.2).play()
    assert {c.outcome for c in log.calls} == {Outcome.OK, Outcome.LATE}
    assert [whole.outcome for whole in log.flows] == [Outcome.OK] * 2


def test_a_flow_that_the_client_begins_too_late_makes_no_request() -> None:
    stage = opened(session(0), [0.5, 2], max_late_s=0.1)
    stage.play(until_s=0.4)
    stage.server.clock.stall(1)
    stage.server.clock.run()
    assert [(whole.slot, whole.outcome) for whole in stage.log.flows] == [(0, Outcome.LATE), (1, Outcome.OK)]
    assert ([c.slot for c in stage.log.calls], stage.log.client_late) == ([1], 1)


def test_its_first_request_is_when_a_flow_is_sent() -> None:
    log = opened(session(0, 0), [0, 0], slots=1).play()
    assert [whole.sent_ns for whole in log.flows] == [START, START + 10 * MS]


# --- the end of a run --------------------------------------------------------------------------------------------


def test_stopping_cuts_off_a_flow_that_thinks_and_lets_one_end_that_waits_for_its_last_answer() -> None:
    stage = opened(session(0, 5.0, 0), [0, 1])
    stage.play(until_s=5.015)  # the first has sent its last request, the second thinks
    stage.driver.stop()
    stage.server.clock.run()
    assert [whole.slot for whole in stage.log.flows] == [0]
    assert [cut.slot for cut in stage.log.cuts] == [1]
    assert (len(stage.log.calls), stage.log.finished) == (3, 1)


def test_stopping_cuts_a_flow_off_at_its_next_step_and_keeps_what_it_asked_before() -> None:
    stage = opened(session(0, 1), [0])
    stage.play(until_s=0.005)
    stage.driver.stop()
    assert stage.log.finished == 0
    stage.server.clock.run()
    assert ([c.operation for c in stage.log.calls], len(stage.log.cuts), len(stage.log.flows)) == ([0], 1, 0)
    assert stage.log.finished == 1


def test_stopping_cuts_a_flow_off_whose_request_has_no_slot() -> None:
    stage = opened(session(0), [0, 0], slots=1)
    stage.play(until_s=0.005)
    stage.driver.stop()
    stage.server.clock.run()
    assert sorted((c.slot, c.outcome) for c in stage.log.calls) == [(0, Outcome.OK), (1, Outcome.LATE)]
    assert ([c.slot for c in stage.log.flows], [c.slot for c in stage.log.cuts]) == ([0], [1])


def test_stopping_cuts_courses_side_by_side_off_once() -> None:
    def forked(_slot: int, _draw: Any) -> Course:
        yield Fork((session(0, 9.0, 0)(0, ()), session(0, 0)(0, ()), session(0, 8.0)(0, ())))
        return Ending(Outcome.OK)

    stage = opened(forked, [0])
    stage.play(until_s=0.015)
    stage.driver.stop()
    stage.server.clock.run()
    assert (len(stage.log.cuts), len(stage.log.flows), stage.log.finished) == (1, 0, 1)


def test_at_the_end_of_the_plan_flows_under_way_are_finished() -> None:
    log = opened(session(0, FINISH_S - 1, 0), [0.9], end_s=1).play()
    assert (len(log.flows), len(log.cuts), len(log.calls)) == (1, 0, 2)


def test_a_flow_that_would_go_on_for_longer_is_cut_off_without_waiting_for_it() -> None:
    stage = opened(session(0, FINISH_S + 1, 0), [0.9], end_s=1)
    log = stage.play(until_s=1)
    assert (len(log.flows), len(log.cuts), len(log.calls), log.finished) == (0, 1, 1, 1)


def test_a_closed_slot_is_taken_until_the_end_by_a_flow_that_thinks_beyond_it() -> None:
    log = closed(session(0, 100.0, 0), slots=2, seconds=5).play(until_s=6)
    assert (len(log.calls), len(log.cuts), log.finished) == (2, 2, 1)


def test_a_closed_slot_goes_on_when_its_flow_is_over_and_its_own_think_time_has_passed() -> None:
    log = closed(session(0, 0.05, 0), slots=1, seconds=1, think_ms=30).play()
    assert [c.due_ns - START for c in log.flows] == [k * 100 * MS for k in range(10)]
    assert [c.slot for c in log.flows] == list(range(10))
    assert log.finished == 1


def test_stopping_a_closed_loop_cuts_off_what_thinks() -> None:
    stage = closed(session(0, 1.0, 0), slots=3, seconds=60)
    stage.play(until_s=0.5)
    stage.driver.stop()
    stage.server.clock.run(until_ns=START + S)
    assert (len(stage.log.cuts), len(stage.log.flows), stage.log.finished) == (3, 0, 1)


def test_a_closed_slot_of_flows_without_a_request_lets_time_pass() -> None:
    log = closed(session(), slots=2, seconds=1).play()
    assert 1000 <= len(log.flows) <= 2000
    assert log.finished == 1


# --- chains --------------------------------------------------------------------------------------------------------


def test_arrivals_of_a_chain_go_one_after_the_other_and_keep_their_due_times() -> None:
    stage = opened(session(0), [0, 0.01, 0.02, 0.03], operations=[0, 0, 1, 0], chains=[7, 7, 0, 7], service_ms=50)
    log = stage.play()
    sent = {c.slot: (c.sent_ns - START) // MS for c in log.calls}
    assert sent == {0: 0, 1: 50, 2: 20, 3: 100}
    assert {c.slot: (c.done_ns - c.due_ns) // MS for c in log.calls} == {0: 50, 1: 90, 2: 50, 3: 120}
    assert all(c.released_ns == c.due_ns for c in log.calls)  # waiting for one's turn is no fault of the client
    assert log.finished == 1


def test_a_flow_of_a_chain_has_its_turn_when_it_is_over() -> None:
    log = opened(session(0, 0.5, 0), [0, 0.1], operations=[PLAIN, 1], chains=[3, 3]).play()
    assert [(c.operation, (c.sent_ns - START) // MS) for c in log.calls] == [(0, 0), (0, 510), (1, 520)]


def test_what_waits_too_long_for_its_turn_is_late_and_no_fault_of_the_client() -> None:
    due = [k / 100 for k in range(100)]
    stage = opened(session(0), due, operations=[0] * 100, chains=[1] * 100, service_ms=400, max_late_s=0.2)
    log = stage.play()
    assert len(log.calls) == 100
    assert log.client_late == 0
    assert {c.reason for c in log.calls if c.outcome is Outcome.LATE} == {
        "what came before it in its session was not over in time"
    }
    assert stage.server.most_in_flight == 1


def test_what_waits_for_its_turn_is_bounded_by_the_arrivals_of_the_time_that_it_may_wait() -> None:
    count = 1000
    due = [k / 100 for k in range(count)]
    stage = opened(session(0), due, operations=[0] * count, chains=[1] * count, service_ms=60_000, max_late_s=0.5)
    stage.driver.start()
    most = 0
    for step in range(100):
        stage.server.clock.run(START + step * S // 10)
        most = max(most, stage.driver.queued)
    assert 0 < most <= 52


def test_stopping_gives_up_what_waits_for_its_turn() -> None:
    stage = opened(session(0), [0, 0, 0], operations=[0, 0, 0], chains=[1, 1, 1], service_ms=100)
    stage.play(until_s=0.01)
    stage.driver.stop()
    stage.server.clock.run()
    assert sorted((c.slot, c.reason) for c in stage.log.calls) == [
        (0, ""),
        (1, "the run was stopped"),
        (2, "the run was stopped"),
    ]
    assert stage.log.finished == 1


# --- laws ----------------------------------------------------------------------------------------------------------

_steps = st.lists(st.integers(0, 1) | st.floats(0.001, 0.2), min_size=1, max_size=6)


@given(_steps, st.integers(1, 12), st.integers(1, 4), st.integers(1, 4))
def test_every_arrival_ends_once_however_many_workers_share_them(
    steps: list[float], count: int, workers: int, slots: int
) -> None:
    """Each worker has the slots k with k % workers == its number: together they make the same requests as one."""
    made: list[list[tuple[int, int]]] = []
    for share in (1, workers):
        requests: list[tuple[int, int]] = []
        flows: list[int] = []
        for worker in range(share):
            mine = list(range(worker, count, share))
            server, log = Server(VirtualClock(), 10 * MS), Log()
            block = Block(mine, [k * 5 * MS for k in mine], [PLAIN] * len(mine), [()] * len(mine))
            used = lane(server, log, session(*steps), slots=slots, max_late_s=60, end_s=60)
            OpenLoop(used, iter([block])).start()
            server.clock.run()
            requests += [(c.slot, c.operation) for c in log.calls]
            flows += [c.slot for c in log.flows]
            assert log.finished == 1
        assert sorted(flows) == list(range(count))
        made.append(sorted(requests))
    assert made[0] == made[1]


@given(_steps, st.floats(0, 2))
def test_whenever_a_run_is_stopped_every_arrival_ended_or_was_cut_off_and_the_driver_finishes(
    steps: list[float], stop_s: float
) -> None:
    stage = opened(session(*steps), [0, 0.1, 0.2, 0.3], slots=2)
    stage.play(until_s=stop_s)
    stage.driver.stop()
    stage.server.clock.run()
    begun = {c.slot for c in stage.log.flows} | {c.slot for c in stage.log.cuts}
    assert len(stage.log.flows) + len(stage.log.cuts) == len(begun)
    assert {c.slot for c in stage.log.calls} <= begun
    assert stage.log.finished == 1


@pytest.mark.parametrize("steps", [(0,), (0, 1), (0, 0.1, 1)])
def test_a_flow_that_never_waits_for_the_client_takes_the_sum_of_its_service_times(
    steps: tuple[float, ...],
) -> None:
    (whole,) = opened(session(*steps), [0]).play().flows
    assert response_ms(whole) == 10 * sum(isinstance(step, int) for step in steps)
