"""Retries as the SDK's standard mode has them, around any transport: attempts, full jitter, and a quota.

Rules: AWS SDKs and Tools Reference Guide, "Retry behavior" (standard mode); numbers of botocore 1.44 for DynamoDB.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

from ddbload.clock import Clock, Timer
from ddbload.operation import Call, Operation, Outcome, sendable
from ddbload.transport.codes import CANCELLED
from ddbload.transport.protocol import ClientLimits, ConnectionCounts, OnDone, Transport

QUOTA = 500
QUOTA_COST = 14
QUOTA_COST_THROTTLED = 5
"""A retry takes tokens, an answer gives them back: when everything fails, a client soon stops retrying, as the SDK's
does. 500 tokens are 35 retries in a row (100 of throttles) with nothing but failures between."""

_ALWAYS = frozenset({Outcome.THROTTLED, Outcome.SERVER_ERROR, Outcome.CONNECTION, Outcome.TIMEOUT, Outcome.UNPROCESSED})
_THROTTLES = frozenset({Outcome.THROTTLED, Outcome.UNPROCESSED})
"""Throttled parts of a batch come back unprocessed (API Reference, "BatchWriteItem": back off as for a throttle)."""
_MASK = 2**64 - 1


def retryable(outcome: Outcome, reason: str) -> bool:
    """Whether the standard mode would try again; of a batch, whoever uses the SDK: it leaves the rest to them.

    A cancelled transaction is the caller's to decide, whatever cancelled it, and so are statements of a batch that
    failed: the SDK hands both on.
    """
    if reason.startswith(CANCELLED) or " statements: " in reason:
        return False
    if outcome in _ALWAYS:
        return True
    if outcome is Outcome.CONFLICT:  # a conflict with another's transaction is the caller's to decide
        return reason.startswith(("TransactionInProgress", "ReplicatedWriteConflict"))
    return outcome is Outcome.CORRUPT and reason.startswith("crc32")


def jitter(seed: int, slot: int, attempt: int) -> float:
    """A number in [0, 1) that depends on nothing but its arguments (SplitMix64's finaliser over each in turn)."""
    state = 0
    for part in (seed, slot, attempt):
        state = (state + part + 0x9E3779B97F4A7C15) & _MASK
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & _MASK
        state ^= state >> 31
    return (state >> 11) * 2.0**-53


def backoff_s(limits: ClientLimits, *, throttled: bool, attempt: int, jitter: float) -> float:
    """Seconds to wait after the given attempt (from 1): jitter x min(base x 2^(attempt - 1), max)."""
    base = limits.backoff_throttled_s if throttled else limits.backoff_base_s
    return float(jitter * min(base * 2.0 ** min(attempt - 1, 60), limits.backoff_max_s))


def rest_of(operation: Operation, reply: Mapping[str, Any]) -> Operation:
    """The batch that is left of a batch: what an answer names as unprocessed, and nothing else.

    `parts` stays that of the whole, so that "5 of 25 unprocessed" is said of the batch that was asked for.
    """
    left = sendable(reply["UnprocessedItems" if operation.api == "BatchWriteItem" else "UnprocessedKeys"])
    return replace(operation, request={**operation.request, "RequestItems": left})


def _judge_rest(call: Call) -> None:
    """What became of a batch whose rest was sent again, from what became of the rest.

    Its last keys may be absent: other items were answered before. A throttle is how DynamoDB says that it took none of
    what it was sent: then the rest is what it was.
    """
    if call.outcome is Outcome.NOT_FOUND:
        call.outcome, call.reason = Outcome.OK, ""
    elif call.outcome is Outcome.THROTTLED:
        rest: Operation = call.prepared.operation
        left = sum(len(asked.get("Keys", ())) if isinstance(asked, dict) else len(asked) for asked in _asked(rest))
        call.outcome, call.reason = Outcome.UNPROCESSED, f"{left} of {max(left, rest.parts)} unprocessed"


def _asked(batch: Operation) -> Iterable[Any]:
    return cast("Mapping[str, Any]", batch.request["RequestItems"]).values()


def with_retries(
    inner: Transport, limits: ClientLimits, clock: Clock, seed: int, *, quota: int | None = QUOTA
) -> Transport:
    """The transport, retrying up to `limits.max_attempts` requests a call; itself when that is 1.

    `Call.sent_ns` is the first request's, `done_ns` the last answer's; `attempts` and `backoff_ns` say what lay
    between. `quota`: None retries however much fails.
    """
    return RetryingTransport(inner, limits, clock, seed, quota) if limits.max_attempts > 1 else inner


@dataclass(slots=True)
class _Trail:
    """What is known of a call over its attempts. `whole`: the prepared batch whose rest is being sent."""

    on_done: OnDone
    whole: Any = None
    attempts: int = 0
    sent_ns: int = 0
    cost: int = 0  # tokens of the last retry
    failed_ns: int = 0


class RetryingTransport:
    """See `with_retries`."""

    def __init__(self, inner: Transport, limits: ClientLimits, clock: Clock, seed: int, quota: int | None) -> None:
        self._inner = inner
        self._limits = limits
        self._clock = clock
        self._seed = seed
        self._quota = quota
        self._tokens = quota or 0
        self._pausing: dict[Call, tuple[Timer, _Trail]] = {}
        self._closed = False

    @property
    def counts(self) -> ConnectionCounts:
        """What became of the connections so far."""
        return self._inner.counts

    def prepare(self, operation: Operation) -> Any:
        """As the inner transport does."""
        return self._inner.prepare(operation)

    async def open(self) -> None:
        """As the inner transport does."""
        await self._inner.open()

    def submit(self, call: Call, on_done: OnDone) -> None:
        """Send the call until it is answered well, or for good."""
        self._attempt(call, _Trail(on_done))

    async def close(self) -> None:
        """End what waits for its next attempt with what its last one brought, then close the inner transport."""
        self._closed = True
        while self._pausing:
            call, (timer, trail) = self._pausing.popitem()
            timer.cancel()
            self._paused(call, trail)
            call.outcome, call.reason, call.reply = Outcome.CONNECTION, "closed", None
            self._end(call, trail)
        await self._inner.close()

    # --- inner ---

    def _attempt(self, call: Call, trail: _Trail) -> None:
        trail.attempts += 1
        call.sent_ns = 0
        self._inner.submit(call, partial(self._answered, trail))

    def _answered(self, trail: _Trail, call: Call) -> None:
        trail.sent_ns = trail.sent_ns or call.sent_ns
        if self._closed or not retryable(call.outcome, call.reason):
            self._refund(trail)
        elif trail.attempts < self._limits.max_attempts and self._pay(call, trail):
            self._pause(call, trail)
            return
        self._end(call, trail)

    def _pause(self, call: Call, trail: _Trail) -> None:
        wait_s = backoff_s(
            self._limits,
            throttled=call.outcome in _THROTTLES,
            attempt=trail.attempts,
            jitter=jitter(self._seed, call.slot, trail.attempts),
        )
        call.earlier += (call.outcome,)
        if call.reply is not None and "ConsumedCapacity" in call.reply:
            call.answers += (call.reply,)
        if call.outcome is Outcome.UNPROCESSED and call.reply is not None:
            trail.whole = trail.whole or call.prepared
            call.prepared = self._inner.prepare(rest_of(call.prepared.operation, call.reply))
        trail.failed_ns = self._clock.now_ns()
        when_ns = trail.failed_ns + round(wait_s * 1e9)
        timer = self._clock.call_at(when_ns, lambda: self._resume(call, trail))
        self._pausing[call] = (timer, trail)

    def _resume(self, call: Call, trail: _Trail) -> None:
        del self._pausing[call]
        self._paused(call, trail)
        self._attempt(call, trail)

    def _paused(self, call: Call, trail: _Trail) -> None:
        call.backoff_ns += self._clock.now_ns() - trail.failed_ns

    def _end(self, call: Call, trail: _Trail) -> None:
        call.sent_ns = trail.sent_ns
        call.attempts = trail.attempts
        if trail.whole is not None:
            _judge_rest(call)
            call.prepared = trail.whole
        if self._closed:
            call.done_ns = self._clock.now_ns()
        trail.on_done(call)

    def _pay(self, call: Call, trail: _Trail) -> bool:
        if self._quota is None:
            return True
        cost = QUOTA_COST_THROTTLED if call.outcome in _THROTTLES else QUOTA_COST
        if cost > self._tokens:
            return False
        self._tokens -= cost
        trail.cost = cost
        return True

    def _refund(self, trail: _Trail) -> None:
        """A good answer gives back what its last retry took, or one token."""
        if self._quota is not None:
            self._tokens = min(self._quota, self._tokens + (trail.cost or 1))
