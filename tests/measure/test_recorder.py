"""What a recorder makes of calls: which second, which phase, which units, all of it counted once."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from ddbload.measure.charged import Charged
from ddbload.measure.delta import Delta
from ddbload.measure.histogram import Histogram
from ddbload.measure.recorder import Recorder
from ddbload.measure.tally import Tally
from ddbload.operation import Call, Outcome
from ddbload.workload.stream import Charge

S, MS = 1_000_000_000, 1_000_000
START = 7 * S + 123  # the run does not begin on a whole second of the clock
MEASURED = [(2 * S, 4 * S), (5 * S, 6 * S)]


def modelled(_draw: Any, outcome: str, _reply: Any) -> tuple[Charge, ...]:
    """One read unit for what the service answered, and one of an index for a timeout."""
    if outcome == Outcome.TIMEOUT:
        return (Charge(0.0, 0.0, {"by_date": (0.0, 1.0)}),)
    return (Charge(1.0 if outcome in {"ok", "not_found", "condition_failed"} else 0.0, 0.0, {}),)


def recorder(*, trust: bool = True, writes: bool = False) -> Recorder:
    return Recorder(START, MEASURED, [writes, writes], [modelled, modelled], trust_reported=trust)


def call(
    due_ns: int,
    *,
    operation: int = 0,
    lag_ns: int = 0,
    queue_ns: int | None = 0,
    service_ns: int = MS,
    outcome: Outcome = Outcome.OK,
    reason: str = "",
    reply: dict[str, Any] | None = None,
    attempts: int = 1,
) -> Call:
    """A finished call; `queue_ns` None: never sent. Times from the start of the run."""
    one = Call(operation, 0, None, (), START + due_ns)
    one.released_ns = one.due_ns + lag_ns
    one.sent_ns = 0 if queue_ns is None else one.released_ns + queue_ns
    one.done_ns = (one.sent_ns or one.released_ns) + service_ns
    one.outcome, one.reason, one.reply, one.attempts = outcome, reason, reply, attempts
    return one


def delta(of: Recorder, at_s: float = 1.0) -> Delta:
    return of.delta(0, START + round(at_s * S), released=0, in_flight=0, queued=0, cpu_s=0.0)


def tally_of(*deltas: Delta) -> Tally:
    tally = Tally()
    for one in deltas:
        tally.add(one, max(0, (one.at_ns - START - 1) // S))
    return tally


def consumed(units: float, **more: Any) -> dict[str, Any]:
    return {"ConsumedCapacity": {"TableName": "t", "CapacityUnits": units, **more}}


@pytest.mark.parametrize(
    ("sentence", "due_ns", "measured"),
    [
        ("the last nanosecond of the warm-up", 2 * S - 1, 0),
        ("the first of the measured phase", 2 * S, 1),
        ("the last of the measured phase", 4 * S - 1, 1),
        ("the first after it", 4 * S, 0),
        ("between two measured phases", 4 * S + 5, 0),
        ("the second measured phase", 5 * S, 1),
        ("the end of the plan", 6 * S, 0),
        ("the start of the run", 0, 0),
    ],
)
def test_a_call_belongs_to_the_phase_in_which_it_was_due_however_late_it_ends(
    sentence: str, due_ns: int, measured: int
) -> None:
    records = recorder()
    records.record(call(due_ns, service_ns=10 * S, outcome=Outcome.THROTTLED, reason="slow down"))
    records.late_by_client(START + due_ns)
    tally = tally_of(delta(records))
    assert tally.count() == tally.client_late == measured, sentence
    assert sum(tally.reasons.values()) == measured
    assert tally.total.completed == 1


def test_the_four_clocks_are_the_differences_of_the_four_stamps() -> None:
    records = recorder()
    records.record(call(2 * S, lag_ns=3 * MS, queue_ns=5 * MS, service_ns=7 * MS))
    tally = tally_of(delta(records))
    observed = {name: tally.totals[0, Outcome.OK, name].max_ns / MS for name in ("response", "service", "queue", "lag")}
    assert observed == {"response": 15, "service": 7, "queue": 5, "lag": 3}


def test_a_call_that_was_never_sent_has_a_response_time_and_no_service_time() -> None:
    records = recorder()
    records.record(call(2 * S, queue_ns=None, outcome=Outcome.LATE))
    records.record(call(2 * S, queue_ns=None, outcome=Outcome.CONNECTION))
    tally = tally_of(delta(records))
    assert {clock for _, _, clock in tally.totals} == {"response", "lag"}
    assert (tally.count(), tally.sent()) == (2, 0)


def test_due_sent_and_completed_count_in_the_seconds_of_their_own_stamps() -> None:
    records = recorder()
    records.record(call(2 * S - MS, lag_ns=2 * MS, queue_ns=S, service_ns=S))  # due in 1, sent in 3, done in 4
    rows = tally_of(delta(records)).seconds
    assert {
        t: (row.due, row.sent, row.completed) for t, row in rows.items() if row.due or row.sent or row.completed
    } == {
        1: (1, 0, 0),
        3: (0, 1, 0),
        4: (0, 0, 1),
    }


def test_units_count_in_the_second_of_the_answer_however_late_they_are_handed_on() -> None:
    records = recorder()
    records.record(call(2 * S, reply=consumed(0.5)))
    records.record(call(3 * S, reply=consumed(2.0)))
    rows = tally_of(delta(records, at_s=9.9)).seconds
    assert {t: row.read_units for t, row in rows.items() if row.read_units} == {2: 0.5, 3: 2.0}


@pytest.mark.parametrize(
    ("sentence", "reply", "reported", "modelled"),
    [
        ("the sum, where there is nothing else", consumed(3.0), (3.0, {}), 0.0),
        ("the table's own share", consumed(3.0, Table={"CapacityUnits": 3.0}), (3.0, {}), 0.0),
        (
            "table and indexes apart",
            consumed(
                4.0,
                Table={"CapacityUnits": 1.0},
                GlobalSecondaryIndexes={"a": {"CapacityUnits": 2.0}},
                LocalSecondaryIndexes={"b": {"CapacityUnits": 1.0}},
            ),
            (1.0, {"a": 2.0, "b": 1.0}),
            0.0,
        ),
        (
            "an index and a sum but no table: nothing counts twice",
            consumed(3.0, GlobalSecondaryIndexes={"a": {"CapacityUnits": 2.0}}),
            (1.0, {"a": 2.0}),
            0.0,
        ),
        ("no units: the model's", {"Item": {}}, (0.0, {}), 1.0),
        ("nonsense: the model's", {"ConsumedCapacity": "much"}, (0.0, {}), 1.0),
        ("units that are no number: the model's", consumed("1"), (0.0, {}), 1.0),  # type: ignore[arg-type]
        ("no answer: the model's", None, (0.0, {}), 1.0),
    ],
)
def test_units_are_the_services_own_where_it_names_them_else_the_models(
    sentence: str, reply: dict[str, Any] | None, reported: tuple[float, dict[str, float]], modelled: float
) -> None:
    records = recorder()
    records.record(call(2 * S, reply=reply))
    units = tally_of(delta(records)).units
    own = units.get((0, True, "reported", ""), Charged())
    assert (own.table[0], {name: read for name, (read, _) in own.indexes.items()}) == reported, sentence
    assert units.get((0, True, "modelled", ""), Charged()).read == modelled, sentence


def test_attempts_that_were_made_again_cost_what_the_model_says_beside_what_the_last_answer_does() -> None:
    """Two time-outs, each charged to the index by the model, and a throttle, which costs nothing."""
    one = call(2 * S, reply=consumed(0.5), attempts=4)
    one.earlier, one.backoff_ns = (Outcome.TIMEOUT, Outcome.THROTTLED, Outcome.TIMEOUT), 70 * MS
    records = recorder()
    records.record(one)
    tally = tally_of(delta(records))
    assert tally.units[0, True, "reported", ""].read == 0.5
    assert tally.units[0, True, "modelled", ""].indexes == {"by_date": [0.0, 2.0]}
    assert (tally.attempts[0], tally.backoff_ns[0]) == (4, 70 * MS)


def test_a_writes_units_are_write_units() -> None:
    records = recorder(writes=True)
    records.record(
        call(
            2 * S,
            reply=consumed(3.0, Table={"CapacityUnits": 1.0}, GlobalSecondaryIndexes={"a": {"CapacityUnits": 2.0}}),
        )
    )
    (units,) = tally_of(delta(records)).units.values()
    assert (units.table, units.indexes, units.read, units.write) == ([0.0, 1.0], {"a": [0.0, 2.0]}, 0.0, 3.0)


def test_a_functional_stand_ins_units_are_not_believed() -> None:
    records = recorder(trust=False)
    records.record(call(2 * S, reply=consumed(99.0)))
    assert {key: units.read for key, units in tally_of(delta(records)).units.items()} == {
        (0, True, "modelled", ""): 1.0
    }


def test_more_reasons_than_are_kept_count_as_other() -> None:
    records = recorder()
    for number in range(250):
        records.record(call(2 * S, outcome=Outcome.REJECTED, reason=f"reason {number}"))
    reasons = tally_of(delta(records)).reasons
    assert sum(reasons.values()) == 250
    assert reasons[0, Outcome.REJECTED, "other"] == 50


_calls = st.lists(
    st.builds(
        call,
        st.integers(0, 6 * S),
        operation=st.integers(0, 1),
        lag_ns=st.integers(0, 50 * MS),
        queue_ns=st.none() | st.integers(0, 2 * S),
        service_ns=st.integers(0, 3 * S),
        outcome=st.sampled_from([Outcome.OK, Outcome.NOT_FOUND, Outcome.THROTTLED, Outcome.TIMEOUT]),
        reply=st.none() | st.just(consumed(0.5)),
        attempts=st.integers(1, 4),
    ),
    max_size=60,
)


@given(_calls, st.lists(st.integers(0, 60), max_size=4), st.integers(1, 3))
def test_totals_intervals_and_timeline_tell_of_the_same_calls_however_they_are_cut_into_deltas(
    calls: list[Call], cuts: list[int], interval_s: int
) -> None:
    records, tally = recorder(), Tally(interval_s)
    for number, one in enumerate(calls):
        if number in cuts:
            tally.add(delta(records), 0)
        records.record(one)
    tally.add(delta(records), 8)
    measured = [c for c in calls if any(a <= c.due_ns - START < b for a, b in MEASURED)]
    rows = tally.seconds.values()
    assert sum(row.due for row in rows) == tally.total.due == len(calls)
    assert sum(row.completed for row in rows) == tally.total.completed == len(calls)
    assert sum(row.sent for row in rows) == tally.total.sent == sum(c.sent_ns > 0 for c in calls)
    assert sum((row.outcomes for row in rows), Counter()) == Counter(c.outcome for c in calls)
    assert tally.requests == sum(c.attempts for c in calls)
    assert sum(tally.attempts.values()) == sum(c.attempts for c in measured)
    everything = Histogram()
    everything.record_many(np.array([c.done_ns - c.due_ns for c in measured], np.int64))
    by_interval = Histogram.of(
        cells
        for keys in tally.intervals.values()
        for key, found in keys.items()
        if key[2] == "response"
        for cells in found
    )
    total = tally.merged("response", outcomes=frozenset(Outcome))
    for other in (by_interval, total):
        assert (other.counts == everything.counts).all()
        assert (other.total_ns, other.max_ns) == (everything.total_ns, everything.max_ns)
    assert tally.count() == len(measured)
    charged = [units for _, _, _, units in tally.charged(measured_only=False)]
    assert sum(c.read for c in charged) == pytest.approx(sum(row.read_units for row in rows))
    assert sum(c.write for c in charged) == pytest.approx(sum(row.write_units for row in rows))
