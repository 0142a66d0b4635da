"""Sessions, several tables, cold starts, batches and hot keys in a run's record, against figures worked out by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ddbload.engine.plan import Measurement
from ddbload.experiment.summary import Setting, summarise
from ddbload.experiment.timeline import intervals_of, seconds_of
from ddbload.experiment.watching import progress
from ddbload.measure.metrics import metric_of
from ddbload.measure.recorder import Recorder
from ddbload.measure.tally import Tally
from ddbload.operation import Call, Operation, Outcome
from ddbload.pricing import load_book
from ddbload.results import from_json, to_json
from ddbload.results.record import Fingerprint, Observed, RunRecord
from ddbload.workload.stream import Charge, Course, Span, Workload
from tests.experiment.conftest import Load

S, MS = 1_000_000_000, 1_000_000
START = 10 * S
RECENT, PAGE, PAY, SAVE = range(4)
CHECKOUT, LIST = 4, 5


@dataclass(frozen=True)
class Named:
    name: str
    api: str

    def begin(self, slot: int, draw: Any) -> Course:
        raise NotImplementedError


OPERATIONS = (
    Operation("recent", "Query", "orders", {}),
    Operation("list/page", "Query", "orders", {}),
    Operation("pay", "UpdateItem", "orders", {"ConditionExpression": "a = b"}, writes=True),
    Operation("save", "BatchWriteItem", "orders", {}, writes=True, parts=25),
)
FLOWS = (Named("checkout", "session"), Named("list", "Query"))


@dataclass(frozen=True)
class Small:
    """A compiled workload of 100 arrivals in two measured seconds."""

    operations: tuple[Operation, ...] = OPERATIONS
    flows: tuple[Named, ...] = FLOWS
    models: tuple[Any, ...] = (lambda *_: (Charge(0.0, 1.0, {}, "carts"),),) * len(OPERATIONS)
    touches: tuple[Any, ...] = (lambda draw: tuple((0, n) for n in draw),) * len(OPERATIONS)
    spans: tuple[Span, ...] = (Span("hold 2s", "hold", 0, 2 * S, measured=True),)
    concurrency: int | None = None
    think_ns: int = 0
    due: int = 100

    def offered(self) -> int:
        return self.due

    def partition_text(self, partition: tuple[int, int]) -> str:
        return f"orders pk=customer#{partition[1]}"


@dataclass(frozen=True)
class Of:
    position: int


def call(operation: int, *, flow: int | None = None, reply: Mapping[str, Any] | None = None, **more: Any) -> Call:
    one = Call(operation, 0, None, more.pop("draw", ()), START)
    one.released_ns = one.sent_ns = START
    one.done_ns = START + round(more.pop("took_ms", 5) * MS)
    one.attempts = 1
    one.flow = None if flow is None else Of(flow)
    one.reply = None if reply is None else dict(reply)
    for name, value in more.items():
        setattr(one, name, value)
    return one


def recorded(
    calls: Sequence[Call], wholes: Sequence[Call] = (), cuts: Sequence[Call] = (), workload: Small | None = None
) -> tuple[Workload, Tally]:
    used: Any = workload or Small()
    recorder = Recorder(
        START,
        [(0, 2 * S)],
        [operation.writes for operation in used.operations],
        used.models,
        trust_reported=True,
        touches=used.touches,
        counted=[operation.api == "Query" for operation in used.operations],
    )
    for one in calls:
        recorder.record(one)
    for one in wholes:
        steps = Counter(
            step.operation for step in calls if step.flow is not None and step.flow.position == one.operation
        )
        alike = sum(other.operation == one.operation for other in wholes)
        recorder.record_flow(one, {operation: count // alike for operation, count in steps.items()})
    for one in cuts:
        recorder.cut(one)
    tally = Tally()
    tally.add(recorder.delta(0, START + 2 * S, released=0, in_flight=0, queued=0, cpu_s=0.0, last=True), 2)
    return used, tally


@pytest.fixture
def record(scenario: Load) -> Any:
    """record(calls, wholes, cuts, objectives={...})"""

    def make(calls: Sequence[Call], wholes: Sequence[Call] = (), cuts: Sequence[Call] = (), **more: Any) -> RunRecord:
        workload, tally = recorded(calls, wholes, cuts, more.pop("workload", None))
        fingerprint = Fingerprint("experiment", "", 1, {}, "", {}, "", {}, {}, "wire", 1)
        made = scenario(**more).scenario
        setting = Setting("id", "tag", made, workload, fingerprint, load_book("us-east-1"), "us-east-1")
        return summarise(setting, Measurement(tally, datetime(2026, 1, 1, tzinfo=UTC), 2.0, None, (), 1, None))

    return make


def a_session(**more: Any) -> tuple[list[Call], Call]:
    steps = [call(RECENT, flow=CHECKOUT, reply={"Count": 4}), call(PAY, flow=CHECKOUT)]
    return steps, call(CHECKOUT, took_ms=510, backoff_ns=500 * MS, attempts=2, **more)


def test_rates_count_arrivals_and_requests_by_themselves(record: Any) -> None:
    """60 plain calls and 40 sessions of two requests each: 100 arrivals, 140 requests, in two seconds."""
    sessions = [a_session() for _ in range(40)]
    plain = [call(RECENT, reply={"Count": 2}) for _ in range(60)]
    made = record([*plain, *(step for steps, _ in sessions for step in steps)], [whole for _, whole in sessions])
    assert (made.rate.offered, made.rate.achieved, made.rate.completed, made.rate.requests) == (50, 50, 50, 70)
    checkout, recent, pay = (made.operations[name] for name in ("checkout", "recent", "pay"))
    assert (checkout.whole, checkout.api, checkout.count, checkout.attempts) == (True, "session", 40, 80)
    assert checkout.requests == {"recent": 40, "pay": 40}
    assert (recent.count, recent.steps, recent.arrivals) == (100, 40, 60)
    assert (pay.count, pay.steps, pay.arrivals) == (40, 40, 0)
    assert checkout.response_ms.max == 10
    assert made.verdict == "pass"


def test_a_price_is_for_a_million_arrivals(record: Any) -> None:
    steps, whole = a_session()
    once = record(steps, [whole]).cost.usd_per_million_operations
    assert record([*steps, *steps], [whole]).cost.usd_per_million_operations == pytest.approx(2 * once)


def test_an_objective_of_a_session_and_one_of_all_look_at_arrivals(record: Any) -> None:
    objectives = {"all": {"max": "300ms", "errors": "1%"}, "checkout": {"max": "20ms"}}
    steps, whole = a_session()
    failed = call(PAY, flow=CHECKOUT, outcome=Outcome.THROTTLED)
    operations = {name: {"get": "thing"} for name in ("read", "write", "checkout")}
    made = record([*steps, failed], [whole], objectives=objectives, operations=operations)
    assert [(one.operation, one.samples, one.verdict) for one in made.objectives] == [
        ("all", 1, "pass"),
        ("all", 1, "pass"),
        ("checkout", 1, "pass"),
    ]


def test_sessions_that_were_cut_off_were_offered_and_are_no_failure(record: Any) -> None:
    plain = [call(RECENT) for _ in range(90)]
    cuts = [call(CHECKOUT) for _ in range(10)]
    made = record(plain, (), cuts)
    assert (made.operations["checkout"].cut, made.operations["checkout"].count) == (10, 0)
    assert made.verdict == "pass"  # all 100 that were due were released
    assert made.rate.offered == 50


def test_units_stand_with_every_table_that_they_were_charged_to(record: Any) -> None:
    two = [{"TableName": "orders", "CapacityUnits": 2.0}, {"TableName": "carts", "CapacityUnits": 1.0}]
    made = record([call(SAVE, reply={"ConsumedCapacity": two}), call(PAY)])  # the second: one of carts by the model
    assert {name: table.write for name, table in made.capacity.items()} == {"orders": 2, "carts": 2}
    assert (made.operations["save"].capacity.reported.write, made.operations["pay"].capacity.modelled.write) == (3, 1)


def test_rows_and_failed_conditions_are_told_as_expect_has_them(record: Any) -> None:
    """Two lists of two pages with 3 and 2 items; of four updates one failed."""
    pages = [call(LIST - 4, flow=LIST, reply={"Count": n}) for n in (3, 2, 3, 2)]
    updates = [call(PAY, outcome=outcome) for outcome in (*[Outcome.OK] * 3, Outcome.CONDITION_FAILED)]
    lists = [call(LIST, attempts=2), call(LIST, attempts=2)]
    made = record([*pages, *updates, call(PAY, outcome=Outcome.TIMEOUT)], lists)
    assert made.operations["list/page"].observed == Observed(None, 2.5)
    assert made.operations["list"].observed == Observed(None, 5.0)
    assert made.operations["pay"].observed == Observed(0.25, None)
    assert made.operations["save"].observed == Observed()


def test_a_statement_that_writes_reads_no_rows(record: Any) -> None:
    insert = Operation("insert", "Query", "orders", {}, writes=True)  # counted like a read: of PartiQL it may be one
    made = record([call(0, reply={"Items": []})], workload=replace(Small(), operations=(insert, *OPERATIONS[1:])))
    assert made.operations["insert"].observed == Observed()


def test_cold_starts_and_unprocessed_parts_stand_apart(record: Any) -> None:
    calls = [call(RECENT, took_ms=90, cold=True), call(RECENT), call(RECENT, cold=True, outcome=Outcome.TIMEOUT)]
    calls += [call(SAVE, outcome=Outcome.UNPROCESSED, reason="5 of 25 unprocessed") for _ in range(3)]
    made = record(calls)
    recent, save = made.operations["recent"], made.operations["save"]
    assert recent.cold_ms is not None
    assert (recent.cold, recent.cold_ms.count, recent.cold_ms.max, recent.response_ms.count) == (2, 1, 90, 2)
    assert (save.unprocessed, save.outcomes, save.cold_ms) == (15, {"unprocessed": 3}, None)


def test_hot_keys_have_their_share_of_all_units_and_their_throttles(record: Any) -> None:
    def write(key: int, units: float) -> Call:
        return call(PAY, draw=(key,), reply={"ConsumedCapacity": {"TableName": "orders", "CapacityUnits": units}})

    calls = [write(7, 6.0), write(8, 2.0), call(PAY, draw=(9,), outcome=Outcome.THROTTLED)]
    quiet = replace(Small(), models=(lambda *_: (),) * 4)
    made = record(calls, workload=quiet)
    assert [(hot.key, hot.units, hot.share, hot.throttled, hot.error) for hot in made.hot_keys] == [
        ("orders pk=customer#7", 6.0, 0.75, 0.0, 0.0),
        ("orders pk=customer#8", 2.0, 0.25, 0.0, 0.0),
        ("orders pk=customer#9", 0.0, 0.0, 1.0, 0.0),
    ]


def test_of_many_keys_the_ten_hottest_are_named(record: Any) -> None:
    calls = [call(PAY, draw=(key,)) for key in range(30) for _ in range(key + 1)]
    made = record(calls)
    assert [hot.units for hot in made.hot_keys] == list(range(30, 20, -1))


def test_the_record_of_all_that_is_a_document_and_comes_back(record: Any) -> None:
    steps, whole = a_session()
    made = record([*steps, call(RECENT, cold=True, draw=(1,))], [whole], [call(CHECKOUT)])
    assert from_json(to_json(made).encode(), "run.json") == made
    assert metric_of("operations.checkout.requests.pay").unit == "calls"


def test_the_timeline_counts_arrivals_and_requests() -> None:
    steps, whole = a_session()
    workload, tally = recorded([*steps, call(RECENT)], [whole])
    (first, *_) = seconds_of(workload, tally, 2.0)
    assert (first.due, first.sent, first.completed, first.ok, first.requests) == (2, 2, 2, 2, 3)


def test_the_log_has_a_session_under_its_name_with_its_response_time_alone() -> None:
    steps, whole = a_session()
    workload, tally = recorded(steps, [whole])
    tags = {interval.tag for interval in intervals_of(workload, tally)}
    assert {tag for tag in tags if tag.startswith("checkout")} == {"checkout/ok/response"}
    assert {tag.partition("/")[0] for tag in tags} == {"checkout", "recent", "pay"}


def test_a_glance_names_sessions_before_their_steps() -> None:
    steps, whole = a_session()
    workload, tally = recorded(steps, [whole])
    seen = progress(workload, tally, 1.5, lambda _r, _w: None)
    assert [(one.name, one.completed) for one in seen.operations] == [
        ("checkout", 1),
        ("list", 0),
        ("recent", 1),
        ("list/page", 0),
        ("pay", 1),
        ("save", 0),
    ]
    assert (seen.completed.now, seen.requests.now) == (1, 2)
    assert seen.p50_ms == pytest.approx(10, rel=1e-3)
