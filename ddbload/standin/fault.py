"""Faults: the service's errors in its own words, and what can go wrong on the wire; which requests they hit."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ddbload.standin.answer import Answer, Behaviour, Flaw
from ddbload.standin.draw import uniform
from ddbload.standin.several import BATCHES, TRANSACTIONS, actions_of, cut

_SERVICE = "com.amazonaws.dynamodb.v20120810"
_CORAL = "com.amazon.coral"
_TABLE = re.compile(rb'"TableName"\s*:\s*"([^"\\]+)"')
_OK = 200
_READS = frozenset({"BatchGetItem", "GetItem", "Query", "Scan", "TransactGetItems"})


@dataclass(frozen=True, slots=True)
class ServiceError:
    """One of DynamoDB's errors. `reasons` is the key under which it lists its throttling reasons, if it does."""

    status: int
    type: str
    message: str
    reasons: str = ""
    text: str = "message"  # the services behind DynamoDB disagree on the message's capital


SERVICE_ERRORS: dict[str, ServiceError] = {
    # Amazon DynamoDB Developer Guide, "Error handling with DynamoDB" and "Diagnosing throttling"
    "throttle": ServiceError(
        400,
        f"{_SERVICE}#ProvisionedThroughputExceededException",
        "The level of configured provisioned throughput for the table was exceeded.",
        reasons="ThrottlingReasons",
    ),
    "throttling": ServiceError(
        400,
        f"{_SERVICE}#ThrottlingException",
        "Throughput exceeds the current capacity of your table or index.",
        reasons="throttlingReasons",
    ),
    "request_limit": ServiceError(
        400,
        f"{_SERVICE}#RequestLimitExceeded",
        "Throughput exceeds the current throughput limit for your account.",
        reasons="ThrottlingReasons",
    ),
    "500": ServiceError(500, f"{_SERVICE}#InternalServerError", "Internal server error"),
    "503": ServiceError(503, f"{_CORAL}.service#ServiceUnavailableException", "The service is unavailable."),
    "condition": ServiceError(400, f"{_SERVICE}#ConditionalCheckFailedException", "The conditional request failed"),
    "conflict": ServiceError(400, f"{_SERVICE}#TransactionConflictException", "Transaction is ongoing for the item"),
    "validation": ServiceError(
        400, f"{_CORAL}.validate#ValidationException", "The provided key element does not match the schema"
    ),
    "access_denied": ServiceError(
        400, f"{_CORAL}.service#AccessDeniedException", "User is not authorized to perform the call", text="Message"
    ),
    "expired_token": ServiceError(
        400, f"{_CORAL}.service#ExpiredTokenException", "The security token included in the request is expired"
    ),
    "serialization": ServiceError(400, f"{_CORAL}.service#SerializationException", "The body is not understood"),
    "unknown_operation": ServiceError(
        400, f"{_CORAL}.service#UnknownOperationException", "The stand-in does not know this call"
    ),
    "table_not_found": ServiceError(400, f"{_SERVICE}#ResourceNotFoundException", "Requested resource not found"),
    "table_in_use": ServiceError(400, f"{_SERVICE}#ResourceInUseException", "Table already exists"),
}
FLAWS: dict[str, Flaw] = {flaw.value: flaw for flaw in Flaw if flaw is not Flaw.NONE}
CANCELLATIONS: dict[str, tuple[str, str]] = {
    # DynamoDB API Reference, "TransactWriteItems" (CancellationReason): code and message
    "transaction_condition": ("ConditionalCheckFailed", "The conditional request failed."),
    "transaction_conflict": ("TransactionConflict", "Transaction is ongoing for the item."),
    "transaction_throttle": (
        "ProvisionedThroughputExceeded",
        "The level of configured provisioned throughput for the table was exceeded.",
    ),
}
KINDS: tuple[str, ...] = (*SERVICE_ERRORS, *CANCELLATIONS, "unprocessed", *FLAWS, "slow")
SLOW_SPREAD_S = 1.0


def error(kind: str, api: str, body: bytes) -> Answer:
    """The answer of one of `SERVICE_ERRORS` to a request."""
    fault = SERVICE_ERRORS[kind]
    document: dict[str, Any] = {"__type": fault.type, fault.text: fault.message}
    if fault.reasons:
        document[fault.reasons] = [_throttling_reason(kind, api, body)]
    return Answer(json.dumps(document, separators=(",", ":")).encode(), fault.status)


def _throttling_reason(kind: str, api: str, body: bytes) -> dict[str, str]:
    """{Table|Index}{Read|Write}{what was exceeded}, and the resource (Developer Guide, "Diagnosing throttling")."""
    exceeded = {
        "throttle": "ProvisionedThroughputExceeded",
        "throttling": "MaxOnDemandThroughputExceeded",
        "request_limit": "AccountLimitExceeded",
    }
    found = _TABLE.search(body)
    table = found[1].decode() if found else "?"
    return {
        "reason": f"Table{'Read' if api in _READS else 'Write'}{exceeded[kind]}",
        "resource": f"arn:aws:dynamodb:us-east-1:000000000000:table/{table}",
    }


def _cancelled(kind: str, body: bytes) -> Answer:
    """A transaction of which the first action is why it was cancelled."""
    code, message = CANCELLATIONS[kind]
    reasons: list[dict[str, str]] = [{"Code": code, "Message": message}]
    reasons += [{"Code": "None"}] * (actions_of(body) - 1)
    codes = ", ".join(reason["Code"] for reason in reasons)
    document = {
        "__type": f"{_SERVICE}#TransactionCanceledException",
        "message": f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]",
        "CancellationReasons": reasons,
    }
    return Answer(json.dumps(document, separators=(",", ":")).encode(), 400)


def _cut_short(inner: Behaviour, api: str, body: bytes, n: int, now_s: float) -> Answer:
    """The answer to the first half of a batch, with the rest left over; where there is no half, a throttle."""
    if api not in BATCHES:
        return inner(api, body, n, now_s)
    half, rest = cut(api, body)
    given = inner(api, half or body, n, now_s)
    if not half:
        return replace(error("throttle", api, body), delay_s=given.delay_s)
    if given.status != _OK:
        return given
    return replace(given, body=json.dumps(json.loads(given.body) | rest, separators=(",", ":")).encode())


# --- which requests ------------------------------------------------------------------------------------------------

Chooser = Callable[[int], bool]
"""Whether the n-th data request is hit."""


def rate(share: float, *, seed: int = 1) -> Chooser:
    """A share of the requests, 0 to 1, by chance of the seed."""
    return lambda n: uniform(seed, "fault", n) < share


def first(count: int) -> Chooser:
    """The first `count` requests."""
    return lambda n: n < count


def every(count: int) -> Chooser:
    """The last of every `count` requests."""
    return lambda n: n % count == count - 1


def only(*numbers: int) -> Chooser:
    """The requests of these numbers; the first is 0."""
    return frozenset(numbers).__contains__


def always(n: int) -> bool:  # noqa: ARG001 - a chooser
    """Every request."""
    return True


def faulty(inner: Behaviour, kind: str, when: Chooser = always, *, api: str = "") -> Behaviour:
    """Some data requests go wrong.

    Args:
        inner: the behaviour of the others; flaws of the wire spoil its answer, the service's errors replace it.
        kind: one of `KINDS`. `unprocessed` leaves the second half of a batch over, and `transaction_...` cancels a
            transaction for its first action: no other request is hit by these.
        when: which requests are hit, by number.
        api: requests of this name only, such as "PutItem", or "*" for every request. Requests outside `DATA_APIS` have
            no number (-1), so that only `always` fits them.

    Raises:
        ValueError: the kind is not known.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown fault {kind!r}; one of: {', '.join(KINDS)}")

    harmed = _harmed(inner, kind)

    def answer(called: str, body: bytes, n: int, now_s: float) -> Answer:
        meant = api in {called, "*"} if api else n >= 0
        return (harmed if meant and when(n) else inner)(called, body, n, now_s)

    return answer


def _harmed(inner: Behaviour, kind: str) -> Behaviour:
    """The behaviour whose every request is hit."""
    if kind == "unprocessed":
        return partial(_cut_short, inner)

    def answer(api: str, body: bytes, n: int, now_s: float) -> Answer:
        given = inner(api, body, n, now_s)
        if kind in SERVICE_ERRORS:
            return replace(error(kind, api, body), delay_s=given.delay_s)
        if kind in CANCELLATIONS:
            return replace(_cancelled(kind, body), delay_s=given.delay_s) if api in TRANSACTIONS else given
        if kind == "slow":
            return replace(given, spread_s=SLOW_SPREAD_S)
        return replace(given, flaw=FLAWS[kind])

    return answer
