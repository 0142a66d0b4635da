"""Retries on a virtual clock: which outcomes, how long between, and what the call then says of itself."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, strategies as st

from ddbload.clock import VirtualClock
from ddbload.operation import Call, Operation, Outcome, Slot, Template, fill
from ddbload.transport.answers import judge_of
from ddbload.transport.protocol import ClientLimits, ConnectionCounts, OnDone, Transport
from ddbload.transport.retry import QUOTA, QUOTA_COST, QUOTA_COST_THROTTLED, backoff_s, jitter, retryable, with_retries

LIMITS = ClientLimits(max_in_flight=8, connections=8, timeout_s=1.0, connect_timeout_s=1.0, max_attempts=4)
MS = 1_000_000
Verdict = tuple[Outcome, str]


class Scripted:
    """A transport whose every request takes 1 ms to be sent and 2 ms more to be answered, as the script says."""

    counts = ConnectionCounts()

    def __init__(self, clock: VirtualClock, answer: Callable[[Call, int], Verdict]) -> None:
        self.clock = clock
        self.answer = answer
        self.requests = 0

    def prepare(self, operation: Operation) -> Any:
        return operation

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    def submit(self, call: Call, on_done: OnDone) -> None:
        call.attempts += 1
        self.requests += 1
        number = self.requests
        start = self.clock.now_ns()

        def done() -> None:
            call.sent_ns, call.done_ns = start + MS, start + 3 * MS
            call.outcome, call.reason = self.answer(call, number)
            on_done(call)

        self.clock.call_at(start + 3 * MS, done)


def run(answers: list[Verdict], limits: ClientLimits = LIMITS, slot: int = 7) -> tuple[Call, Scripted, int]:
    """One call against a script; also how often it was reported done."""
    clock = VirtualClock()
    clock.run(until_ns=1000 * MS)
    inner = Scripted(clock, lambda _, number: answers[min(number, len(answers)) - 1])
    transport = with_retries(inner, limits, clock, seed=42)
    call, done = Call(0, slot, None, (), 0), 0

    def on_done(_: Call) -> None:
        nonlocal done
        done += 1

    transport.submit(call, on_done)
    assert done == 0
    clock.run()
    return call, inner, done


OK = (Outcome.OK, "")
THROTTLED = (Outcome.THROTTLED, "ThrottlingException")
CANCELLED = (Outcome.THROTTLED, "TransactionCanceledException: ThrottlingError (1 of 2)")

RETRIED = [
    ("a throttle is tried again", THROTTLED, True),
    ("a server error is tried again", (Outcome.SERVER_ERROR, "InternalServerError"), True),
    ("a broken connection is tried again", (Outcome.CONNECTION, "reset"), True),
    ("a timeout is tried again", (Outcome.TIMEOUT, "no answer within 1 s"), True),
    ("a transaction still running is tried again", (Outcome.CONFLICT, "TransactionInProgressException"), True),
    ("a replicated write conflict is tried again", (Outcome.CONFLICT, "ReplicatedWriteConflictException: x"), True),
    ("a conflict with another transaction is the caller's", (Outcome.CONFLICT, "TransactionConflictException"), False),
    ("a wrong checksum is tried again", (Outcome.CORRUPT, "crc32: does not fit"), True),
    ("nonsense is not tried again", (Outcome.CORRUPT, "HTTP 404: not a JSON document"), False),
    ("a failed condition is an answer", (Outcome.CONDITION_FAILED, "ConditionalCheckFailedException"), False),
    ("a missing item is an answer", (Outcome.NOT_FOUND, ""), False),
    ("a cancelled transaction is the caller's, whatever cancelled it", CANCELLED, False),
    ("statements of a batch that failed are the caller's", (Outcome.THROTTLED, "2 of 5 statements: Thro..."), False),
    ("a rejected request stays rejected", (Outcome.REJECTED, "ValidationException"), False),
]


@pytest.mark.parametrize(("verdict", "again"), [row[1:] for row in RETRIED], ids=[row[0] for row in RETRIED])
def test_what_is_tried_again(verdict: Verdict, again: bool) -> None:
    call, inner, done = run([verdict, OK])
    assert retryable(*verdict) is again
    assert (inner.requests, done) == (2 if again else 1, 1)
    assert call.outcome is (Outcome.OK if again else verdict[0])
    assert call.attempts == inner.requests


def test_stamps_span_the_attempts_and_the_back_off_is_what_was_waited() -> None:
    call, _, _ = run([THROTTLED, THROTTLED, OK])
    waits = [round(1e9 * jitter(42, 7, 1) * 1.0), round(1e9 * jitter(42, 7, 2) * 2.0)]
    assert call.sent_ns == 1001 * MS
    assert call.backoff_ns == sum(waits)
    assert call.done_ns == 1000 * MS + 3 * 3 * MS + sum(waits)
    assert call.attempts == 3


def test_what_became_of_the_attempts_before_the_last_one_is_kept() -> None:
    call, _, _ = run([THROTTLED, (Outcome.TIMEOUT, "no answer within 1 s"), OK])
    assert (call.earlier, call.outcome) == ((Outcome.THROTTLED, Outcome.TIMEOUT), Outcome.OK)


def test_attempts_end_with_the_last_answer() -> None:
    call, inner, done = run([THROTTLED])
    assert (inner.requests, call.attempts, done) == (4, 4, 1)
    assert call.outcome is Outcome.THROTTLED


def test_one_attempt_means_no_wrapper_at_all() -> None:
    clock = VirtualClock()
    inner = Scripted(clock, lambda *_: OK)
    limits = ClientLimits(1, 1, 1.0, 1.0, max_attempts=1)
    assert with_retries(inner, limits, clock, seed=1) is inner


def test_throttles_start_from_a_second_and_other_failures_from_25_ms_and_none_exceeds_the_cap() -> None:
    assert [backoff_s(LIMITS, throttled=False, attempt=n, jitter=1.0) for n in (1, 2, 3)] == [0.025, 0.05, 0.1]
    assert [backoff_s(LIMITS, throttled=True, attempt=n, jitter=0.5) for n in (1, 2, 6, 99)] == [0.5, 1.0, 10.0, 10.0]


@given(st.integers(0, 2**63 - 1), st.integers(0, 2**62), st.integers(1, 20))
def test_jitter_is_a_fraction_and_depends_only_on_seed_slot_and_attempt(seed: int, slot: int, attempt: int) -> None:
    value = jitter(seed, slot, attempt)
    assert 0 <= value < 1
    assert value == jitter(seed, slot, attempt)


def test_jitter_is_even() -> None:
    values = [jitter(1, slot, attempt) for slot in range(5000) for attempt in (1, 2)]
    tenths = [sum(1 for value in values if int(value * 10) == tenth) for tenth in range(10)]
    assert min(tenths) > 850  # 1000 expected, standard deviation 30
    assert max(tenths) < 1150


@pytest.mark.parametrize(
    ("verdict", "cost"), [(THROTTLED, QUOTA_COST_THROTTLED), ((Outcome.SERVER_ERROR, "500"), QUOTA_COST)]
)
def test_when_everything_fails_the_quota_ends_the_retries(verdict: Verdict, cost: int) -> None:
    clock = VirtualClock()
    inner = Scripted(clock, lambda *_: verdict)
    transport = with_retries(inner, LIMITS, clock, seed=1)
    done: list[Call] = []
    for slot in range(1000):
        transport.submit(Call(0, slot, None, (), 0), done.append)
    clock.run()
    assert len(done) == 1000
    assert inner.requests == 1000 + QUOTA // cost


def test_answers_fill_the_quota_again() -> None:
    clock = VirtualClock()
    inner = Scripted(clock, lambda call, _: OK if call.attempts > 1 else THROTTLED)
    transport = with_retries(inner, LIMITS, clock, seed=1)
    done: list[Call] = []
    for slot in range(1000):
        transport.submit(Call(0, slot, None, (), 0), done.append)
        clock.run()
    assert [call.outcome for call in done] == [Outcome.OK] * 1000


def test_without_a_quota_every_call_has_all_its_attempts() -> None:
    clock = VirtualClock()
    inner = Scripted(clock, lambda *_: THROTTLED)
    transport = with_retries(inner, LIMITS, clock, seed=1, quota=None)
    done: list[Call] = []
    for slot in range(500):
        transport.submit(Call(0, slot, None, (), 0), done.append)
    clock.run()
    assert inner.requests == 2000


async def test_closing_ends_what_waits_for_its_next_attempt() -> None:
    clock = VirtualClock()
    transport: Transport = with_retries(Scripted(clock, lambda *_: THROTTLED), LIMITS, clock, seed=1)
    done: list[Call] = []
    transport.submit(Call(0, 1, None, (), 0), done.append)
    clock.run(until_ns=4 * MS)
    await transport.close()
    clock.run()
    assert [(call.outcome, call.reason, call.attempts, call.sent_ns) for call in done] == [
        (Outcome.CONNECTION, "closed", 1, MS)
    ]


# --- batches of which parts are left over ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Batch:
    """What `Batches` makes of an operation."""

    operation: Operation


class Batches(Scripted):
    """Takes so many parts of each batch that it is sent as the script says; 0 throttles it. Keeps what it was asked."""

    def __init__(self, clock: VirtualClock, takes: list[int]) -> None:
        super().__init__(clock, lambda *_: OK)
        self.takes = takes
        self.asked: list[Any] = []

    def prepare(self, operation: Operation) -> Any:
        return Batch(operation)

    def submit(self, call: Call, on_done: OnDone) -> None:
        operation = call.prepared.operation
        self.asked.append(fill(operation.request, call.draw))
        asked = self.asked[-1]["RequestItems"]["t"]
        parts = asked["Keys"] if isinstance(asked, dict) else asked
        taken = self.takes[min(self.requests, len(self.takes) - 1)]
        left = json.loads(json.dumps(parts[taken:], default=lambda data: base64.b64encode(data).decode()))
        writes = operation.api == "BatchWriteItem"
        name = "UnprocessedItems" if writes else "UnprocessedKeys"
        document: dict[str, Any] = {"ConsumedCapacity": [{"TableName": "t", "CapacityUnits": float(taken)}], name: {}}
        if left:
            document[name]["t"] = left if writes else {**asked, "Keys": left}

        def answered(call: Call) -> None:
            call.outcome, call.reason = judge_of(operation)(document) if taken else THROTTLED
            call.reply = document if taken else {"ThrottlingReasons": []}
            on_done(call)

        super().submit(call, answered)


def batch(takes: list[int], *, writes: bool = True, parts: int = 5) -> tuple[Call, Batches, Operation]:
    clock = VirtualClock()
    inner = Batches(clock, takes)
    keys = [{"pk": Template("S", (Slot(0), f"-{n}")), "b": {"B": bytes([n])}} for n in range(parts)]
    asked: Any = {"Keys": keys, "ConsistentRead": True}
    if writes:
        asked = [{"DeleteRequest": {"Key": key}} for key in keys]
    api = "BatchWriteItem" if writes else "BatchGetItem"
    request = {"RequestItems": {"t": asked}, "ReturnConsumedCapacity": "INDEXES"}
    operation = Operation("batch", api, "t", request, writes=writes, parts=parts)
    transport = with_retries(inner, LIMITS, clock, seed=42)
    call, done = Call(0, 7, transport.prepare(operation), ("x",), 0), list[Call]()
    transport.submit(call, done.append)
    clock.run()
    assert done == [call]
    return call, inner, operation


@pytest.mark.parametrize("writes", [True, False])
def test_only_what_is_left_of_a_batch_is_sent_again_and_just_as_it_was(writes: bool) -> None:
    _, inner, _ = batch([2, 1, 5], writes=writes)
    first, second, third = (request["RequestItems"]["t"] for request in inner.asked)
    if writes:
        assert (second, third) == (first[2:], first[3:])
    else:
        assert (second["Keys"], third["Keys"]) == (first["Keys"][2:], first["Keys"][3:])
        assert second["ConsistentRead"]
    assert [request["ReturnConsumedCapacity"] for request in inner.asked] == ["INDEXES"] * 3


def test_a_batch_that_went_through_in_the_end_is_ok_and_keeps_what_each_answer_charged() -> None:
    call, _, operation = batch([2, 1, 5])
    assert (call.outcome, call.reason, call.attempts) == (Outcome.OK, "", 3)
    assert call.earlier == (Outcome.UNPROCESSED, Outcome.UNPROCESSED)
    assert call.reply is not None
    units = [answer["ConsumedCapacity"][0]["CapacityUnits"] for answer in (*call.answers, call.reply)]
    assert units == [2.0, 1.0, 5.0]
    assert call.prepared.operation is operation
    assert call.draw == ("x",)


def test_a_batch_that_never_went_through_says_how_much_is_left_of_the_whole() -> None:
    call, _, _ = batch([1])
    assert (call.outcome, call.reason, call.attempts) == (Outcome.UNPROCESSED, "1 of 5 unprocessed", 4)


def test_a_rest_that_is_throttled_is_still_the_rest() -> None:
    call, inner, _ = batch([2, 0])
    assert (call.outcome, call.reason) == (Outcome.UNPROCESSED, "3 of 5 unprocessed")
    assert call.earlier == (Outcome.UNPROCESSED, Outcome.THROTTLED, Outcome.THROTTLED)
    assert inner.asked[1:] == [inner.asked[1]] * 3


def test_the_last_keys_may_be_absent_when_others_were_answered_before() -> None:
    call, _, _ = batch([2, 3], writes=False)  # `Batches` finds nothing ever
    assert (call.outcome, call.earlier) == (Outcome.OK, (Outcome.UNPROCESSED,))


def test_a_rest_waits_as_long_as_a_throttle() -> None:
    call, _, _ = batch([2, 5])
    assert call.backoff_ns == round(1e9 * jitter(42, 7, 1) * LIMITS.backoff_throttled_s)
