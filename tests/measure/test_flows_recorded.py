"""Arrivals of several requests in the numbers: arrivals and requests told apart, nothing counted twice."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, strategies as st

from ddbload.measure.delta import Delta
from ddbload.measure.recorder import Recorder
from ddbload.measure.tally import Tally
from ddbload.operation import Call, Outcome
from tests.measure.test_recorder import MS, START, S, call, consumed, delta, modelled, tally_of

WHOLE = 2
"""The position of the one flow; 0 and 1 are operations."""


@dataclass(frozen=True)
class Flow:
    position: int = WHOLE


def recorder(**more: Any) -> Recorder:
    return Recorder(START, [(2 * S, 4 * S)], [False, False], [modelled, modelled], trust_reported=True, **more)


def step(due_ns: int, **more: Any) -> Call:
    one = call(due_ns, **more)
    one.flow = Flow()
    return one


def whole(due_ns: int, *, took_ns: int, thought_ns: int = 0, requests: int = 1, **more: Any) -> Call:
    one = call(due_ns, operation=WHOLE, service_ns=took_ns, attempts=requests, **more)
    one.backoff_ns = thought_ns
    return one


def test_a_session_of_three_requests_is_one_arrival() -> None:
    records = recorder()
    for number in range(3):
        records.record(step(2 * S + number * 100 * MS, operation=number % 2, service_ns=10 * MS))
    records.record_flow(whole(2 * S, took_ns=210 * MS, thought_ns=180 * MS, requests=3), {})
    tally = tally_of(delta(records))
    assert (tally.count(), tally.sent(), tally.requests) == (1, 1, 3)
    assert (tally.total.due, tally.total.sent, tally.total.completed) == (1, 1, 1)
    assert tally.steps == {(WHOLE, 0): 2, (WHOLE, 1): 1}
    assert [tally.count(operation) for operation in (0, 1, WHOLE)] == [2, 1, 1]
    assert tally.attempts == {0: 2, 1: 1, WHOLE: 3}


def test_think_time_is_no_part_of_a_sessions_response_time_and_its_end_stays_where_it_was() -> None:
    records = recorder()
    records.record_flow(whole(2 * S, took_ns=3210 * MS, thought_ns=3 * S), {})
    tally = tally_of(delta(records))
    assert tally.totals[WHOLE, Outcome.OK, "response"].max_ns == 210 * MS
    assert {t: row.completed for t, row in tally.seconds.items() if row.completed} == {5: 1}
    assert tally.backoff_ns[WHOLE] == 0


def test_response_times_of_all_are_those_of_arrivals_and_dispatch_lag_is_that_of_requests() -> None:
    records = recorder()
    records.record(call(2 * S, service_ns=5 * MS))
    records.record(step(2 * S, lag_ns=MS, service_ns=7 * MS))
    records.record_flow(whole(2 * S, took_ns=70 * MS), {})
    tally = tally_of(delta(records))
    response, lag = tally.merged("response"), tally.merged("lag")
    assert (response.count, response.max_ns, lag.count, lag.max_ns) == (2, 70 * MS, 2, MS)
    assert {clock for operation, _, clock in tally.totals if operation == WHOLE} == {"response"}


def test_a_session_that_failed_is_a_failed_arrival_whatever_its_requests_were() -> None:
    records = recorder()
    records.record(step(2 * S))
    records.record(step(2 * S, outcome=Outcome.THROTTLED, reason="slow down"))
    records.record_flow(whole(2 * S, took_ns=MS, outcome=Outcome.THROTTLED, reason="slow down"), {})
    tally = tally_of(delta(records))
    assert tally.count(outcomes=frozenset({Outcome.THROTTLED})) == tally.total.outcomes[Outcome.THROTTLED] == 1
    assert tally.reasons == {(0, Outcome.THROTTLED, "slow down"): 1, (WHOLE, Outcome.THROTTLED, "slow down"): 1}


def test_what_was_cut_off_is_counted_by_itself() -> None:
    records = recorder()
    records.cut(whole(2 * S, took_ns=MS))
    records.cut(whole(1 * S, took_ns=MS))
    tally = tally_of(delta(records))
    assert (tally.cut, tally.count(), tally.total.due) == ({WHOLE: 1}, 0, 0)


def test_what_was_cut_off_had_been_sent_if_it_had_begun_to() -> None:
    records = recorder()
    begun, unsent = whole(2 * S, took_ns=MS), whole(2 * S, took_ns=MS)
    begun.sent_ns, unsent.sent_ns = begun.due_ns, 0
    for one in (begun, unsent):
        records.cut(one)
    assert tally_of(delta(records)).sent() == 1


def test_a_whole_says_what_it_made_where_it_was_due_in_a_measured_phase() -> None:
    records = recorder()
    for due_ns in (1 * S, 2 * S):
        records.record_flow(whole(due_ns, took_ns=9 * S), {0: 2, 1: 1})
    assert tally_of(delta(records)).made == {(WHOLE, 0): 2, (WHOLE, 1): 1}


def test_a_compound_step_is_no_arrival() -> None:
    records = recorder()
    one = whole(2 * S, took_ns=MS)
    one.flow = step(2 * S).flow
    records.record_flow(one, {})
    tally = tally_of(delta(records))
    assert (tally.count(), tally.count(WHOLE), tally.steps, tally.requests) == (0, 1, {(WHOLE, WHOLE): 1}, 0)


def test_cold_calls_stand_apart_and_in_the_headline_too() -> None:
    records = recorder()
    for cold, outcome in ((True, Outcome.OK), (True, Outcome.TIMEOUT), (False, Outcome.OK)):
        one = call(2 * S, service_ns=90 * MS if cold else MS, outcome=outcome)
        one.cold = cold
        records.record(one)
    tally = tally_of(delta(records))
    assert {key: (cold.count, cold.max_ns) for key, cold in tally.cold.items()} == {
        (0, True): (1, 90 * MS),
        (0, False): (1, 90 * MS),
    }
    assert tally.merged("response", operation=0).count == 2


def test_unprocessed_parts_are_summed_up_from_the_reason() -> None:
    records = recorder()
    for reason in ("5 of 25 unprocessed", "20 of 25 unprocessed", "who knows"):
        records.record(call(2 * S, outcome=Outcome.UNPROCESSED, reason=reason))
    assert tally_of(delta(records)).unprocessed == {0: 25}


def test_rows_are_those_of_queries_and_scans_by_whom_they_were_read_for() -> None:
    records = recorder(counted=[True, False])
    records.record(call(2 * S, reply={"Count": 3, "Items": []}))  # SELECT COUNT: no items, but a count
    records.record(step(2 * S, reply={"Count": 4}))
    records.record(step(2 * S, reply={"Items": [{}, {}]}))  # PartiQL says no count
    records.record(call(2 * S, operation=1, reply={"Count": 9}))
    records.record(call(1 * S, reply={"Count": 9}))  # not measured
    rows = tally_of(delta(records)).rows
    assert {key: (found.answers, found.items) for key, found in rows.items()} == {(0, -1): (1, 3), (0, WHOLE): (2, 6)}


def sent(deltas: list[Delta]) -> list[Delta]:
    """As they come out of a pipe."""
    arrived: list[Delta] = pickle.loads(pickle.dumps(deltas))  # noqa: S301 - our own
    return arrived


_arrivals = st.lists(
    st.tuples(st.integers(0, 5 * S), st.lists(st.sampled_from([0, 1]), max_size=3), st.booleans()), max_size=30
)


def recorded(arrivals: list[tuple[int, list[int], bool]], **more: Any) -> Delta:
    records = recorder(**more)
    for due_ns, steps, plain in arrivals:
        if plain:
            records.record(call(due_ns))
            continue
        for number, operation in enumerate(steps):
            records.record(step(due_ns + number * 50 * MS, operation=operation))
        records.record_flow(whole(due_ns, took_ns=200 * MS, thought_ns=30 * MS, requests=len(steps)), {})
    return delta(records)


@given(_arrivals, st.integers(1, 4))
def test_arrivals_and_requests_add_up_however_many_workers_share_them(
    arrivals: list[tuple[int, list[int], bool]], workers: int
) -> None:
    parts = [recorded(arrivals[worker::workers]) for worker in range(workers)]
    tally = tally_of(*sent(parts))
    steps = sum(len(steps) for _, steps, plain in arrivals if not plain)
    plain = sum(plain for *_, plain in arrivals)
    rows = tally.seconds.values()
    assert sum(row.due for row in rows) == sum(row.completed for row in rows) == len(arrivals)
    assert sum(row.requests for row in rows) == tally.requests == steps + plain
    assert tally.count() == sum(2 * S <= due < 4 * S for due, *_ in arrivals)
    assert tally.count() == sum(histogram.count for histogram in tally.arrivals.values())
    single = tally_of(recorded(arrivals))
    assert (single.count(), single.steps, single.attempts) == (tally.count(), tally.steps, tally.attempts)
    assert (single.merged("response").counts == tally.merged("response").counts).all()


@pytest.mark.parametrize("workers", [1, 3])
def test_a_delta_can_be_sent_whatever_is_in_it(workers: int) -> None:
    tally = Tally()
    for worker in range(workers):
        records = recorder(touches=[lambda draw: ((0, draw[0]),)] * 2, counted=[True, True])
        one = call(2 * S, outcome=Outcome.UNPROCESSED, reason="1 of 2 unprocessed", reply={"Count": 1, **consumed(1.0)})
        one.cold, one.draw = True, (worker,)
        records.record(one)
        records.cut(whole(2 * S, took_ns=MS))
        last = records.delta(worker, START + 3 * S, released=0, in_flight=0, queued=0, cpu_s=0.0, last=True)
        tally.add(sent([last])[0], 3)
    assert (tally.unprocessed[0], tally.cut[WHOLE], len(tally.heat.units.counts)) == (workers,) * 3
    assert tally.cold[0, False].count == tally.rows[0, -1].answers == workers
