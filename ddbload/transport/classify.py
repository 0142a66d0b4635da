"""From an answer, or the lack of one, to an outcome and its reason: one set of rules for every transport.

Codes: DynamoDB Developer Guide, "Error handling with DynamoDB" and "Throttling diagnosis" (reasons).
"""

from __future__ import annotations

import errno
import os
import re
import socket
import ssl
import zlib
from collections.abc import Mapping
from typing import Any

import orjson

from ddbload.operation import Outcome
from ddbload.transport.answers import NO_ITEMS, Judge, Verdict, is_item
from ddbload.transport.codes import CANCELLED, FINE, judge_transaction

CLOSED_AT_ONCE = "closed before any answer"
CLOSED_HALFWAY = "closed in the middle of an answer"
WRONG_CRC32 = "crc32: the checksum of the answer does not fit its body"
_REASON_CHARS = 160
_OUTCOMES = {
    "ConditionalCheckFailedException": Outcome.CONDITION_FAILED,
    "DuplicateItemException": Outcome.CONDITION_FAILED,  # PartiQL's INSERT: there is such an item
    "DuplicateItem": Outcome.CONDITION_FAILED,  # as DynamoDB Local calls it
    "ProvisionedThroughputExceededException": Outcome.THROTTLED,
    "ThrottlingException": Outcome.THROTTLED,
    "Throttling": Outcome.THROTTLED,
    "RequestLimitExceeded": Outcome.THROTTLED,
    "TransactionConflictException": Outcome.CONFLICT,
    "ReplicatedWriteConflictException": Outcome.CONFLICT,
    "TransactionInProgressException": Outcome.CONFLICT,
    "InternalServerError": Outcome.SERVER_ERROR,
    "InternalFailure": Outcome.SERVER_ERROR,
    "InternalServerException": Outcome.SERVER_ERROR,
    "ServiceUnavailable": Outcome.SERVER_ERROR,
}
_UNIQUE = re.compile(r"\b(?:[0-9a-fA-F]{8}-[0-9a-fA-F-]{20,}|[0-9A-Z]{40,}|[0-9a-f]{32,})\b")
_ERRNO = re.compile(r"\[Errno (\d+)\]")
_SAID = {errno.ECONNREFUSED: "refused", errno.ECONNRESET: "reset", errno.EPIPE: "reset", errno.ETIMEDOUT: "timed out"}
_NOT_DATA = frozenset({"__type", "message", "Message"})

Answer = tuple[Outcome, str, dict[str, Any] | None]


def read_answer(judge: Judge, status: int, body: bytes | bytearray, crc32: bytes | None) -> Answer:
    """Outcome, reason and parsed reply of an HTTP answer. `judge`: what a good one says, see `answers.judge_of`."""
    if crc32 is not None and zlib.crc32(body) != _number(crc32):
        return Outcome.CORRUPT, WRONG_CRC32, None
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        document = None
    if type(document) is not dict:
        if status >= 500:  # noqa: PLR2004 - HTTP's own number
            return Outcome.SERVER_ERROR, f"HTTP {status}", None
        return Outcome.CORRUPT, f"HTTP {status}: the answer is not a JSON document", None
    if status == 200:  # noqa: PLR2004
        outcome, reason = judge(document)
        return outcome, reason, None if outcome is Outcome.CORRUPT else document
    outcome, reason = classify_error(status, error_code(document), document)
    return outcome, reason, error_data(document)


def error_code(document: Mapping[str, Any]) -> str:
    """The code of an error document: what follows the # in its `__type`."""
    kind = document.get("__type")
    return kind.rpartition("#")[2] if isinstance(kind, str) else ""


def error_data(document: Mapping[str, Any]) -> dict[str, Any] | None:
    """What an error document says beside its code and message: the item of a failed condition, throttling reasons."""
    data = {key: value for key, value in document.items() if key not in _NOT_DATA}
    return data or None


def classify_error(status: int, code: str, document: Mapping[str, Any]) -> Verdict:
    """Outcome and reason of an error answer."""
    message = document.get("message") or document.get("Message") or ""
    if "Item" in document and not is_item(document["Item"]):
        return Outcome.CORRUPT, NO_ITEMS
    if code == CANCELLED:
        return _read_cancellation(document, message)
    outcome = _OUTCOMES.get(code)
    if outcome is Outcome.CONDITION_FAILED:
        return outcome, code
    if outcome is Outcome.THROTTLED:
        return outcome, _reason(code, _throttling_reasons(document) or message)
    if outcome is None and not code and status < 500:  # noqa: PLR2004
        return Outcome.CORRUPT, f"HTTP {status}: an answer without an error code"
    if outcome is None:
        outcome = Outcome.SERVER_ERROR if status >= 500 else Outcome.REJECTED  # noqa: PLR2004
    return outcome, _reason(code or f"HTTP {status}", message)


def _read_cancellation(document: Mapping[str, Any], message: Any) -> Verdict:
    """A cancelled transaction: the codes of its actions say why; where one was wrong in itself, in its own words."""
    listed = document.get("CancellationReasons")
    if not isinstance(listed, list):
        return Outcome.REJECTED, _reason(CANCELLED, message)
    reasons = [reason if isinstance(reason, Mapping) else {} for reason in listed]
    if not all(is_item(reason.get("Item", {})) for reason in reasons):
        return Outcome.CORRUPT, NO_ITEMS
    outcome, text = judge_transaction([str(reason.get("Code", FINE)) for reason in reasons])
    said = next(
        (reason["Message"] for reason in reasons if reason.get("Code", FINE) != FINE and "Message" in reason), ""
    )
    return outcome, _reason(text, said if outcome is Outcome.REJECTED else "")


def _throttling_reasons(document: Mapping[str, Any]) -> str:
    """The distinct throttling reasons. The service spells the field in two ways, and so does it spell its members."""
    listed = document.get("ThrottlingReasons") or document.get("throttlingReasons")
    entries = [entry for entry in listed if isinstance(entry, Mapping)] if isinstance(listed, list) else []
    reasons = [entry.get("reason") or entry.get("Reason") for entry in entries]
    return ", ".join(sorted({reason for reason in reasons if isinstance(reason, str)}))


def _reason(code: str, detail: Any) -> str:
    """One line, "Code: detail", cut, without request ids and the like that would make each its own."""
    text = _UNIQUE.sub("...", " ".join(str(detail).split()))
    whole = f"{code}: {text}" if text else code
    return whole if len(whole) <= _REASON_CHARS else whole[: _REASON_CHARS - 3] + "..."


def connection_reason(error: BaseException) -> str:
    """A short, stable text for what went wrong with a connection."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"TLS: certificate not verified: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"TLS: {(error.reason or 'failed').lower().replace('_', ' ')}"
    if isinstance(error, socket.gaierror):
        return "DNS: the host name is not known"
    number = getattr(error, "errno", None)
    if number is None:  # asyncio folds several addresses' errors into one text
        found = _ERRNO.search(str(error))
        number = int(found[1]) if found else None
    if number is not None:
        return _SAID.get(number) or os.strerror(number).lower()
    return str(error) or type(error).__name__


def _number(digits: bytes) -> int:
    return int(digits) if digits.isdigit() else -1
