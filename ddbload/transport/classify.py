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

Verdict = tuple[Outcome, str]

CLOSED_AT_ONCE = "closed before any answer"
CLOSED_HALFWAY = "closed in the middle of an answer"
WRONG_CRC32 = "crc32: the checksum of the answer does not fit its body"
NO_ITEMS = "what stands for the answer's items is none"
_REASON_CHARS = 160
_THROTTLED = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "Throttling",
        "RequestLimitExceeded",
    }
)
_CONFLICT = frozenset(
    {"TransactionConflictException", "ReplicatedWriteConflictException", "TransactionInProgressException"}
)
_SERVER = frozenset({"InternalServerError", "InternalFailure", "InternalServerException", "ServiceUnavailable"})
_UNIQUE = re.compile(r"\b(?:[0-9a-fA-F]{8}-[0-9a-fA-F-]{20,}|[0-9A-Z]{40,}|[0-9a-f]{32,})\b")
_ERRNO = re.compile(r"\[Errno (\d+)\]")
_SAID = {errno.ECONNREFUSED: "refused", errno.ECONNRESET: "reset", errno.EPIPE: "reset", errno.ETIMEDOUT: "timed out"}
_NOT_DATA = frozenset({"__type", "message", "Message"})

Answer = tuple[Outcome, str, dict[str, Any] | None]


def read_answer(get_item: bool, status: int, body: bytes | bytearray, crc32: bytes | None) -> Answer:
    """Outcome, reason and parsed reply of an HTTP answer. `get_item`: an answer without an item means not found."""
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
        if not holds_items(document):
            return Outcome.CORRUPT, NO_ITEMS, None
        return Outcome.NOT_FOUND if get_item and "Item" not in document else Outcome.OK, "", document
    outcome, reason = classify_error(status, error_code(document), document)
    return outcome, reason, error_data(document)


def holds_items(document: Mapping[str, Any]) -> bool:
    """Whether what stands where an answer's item or items stand can be such."""
    return ("Item" not in document or type(document["Item"]) is dict) and (
        "Items" not in document or type(document["Items"]) is list
    )


def is_document(body: bytes | bytearray) -> bool:
    """Whether a body is a JSON document, as every answer of DynamoDB is."""
    try:
        return type(orjson.loads(body)) is dict
    except orjson.JSONDecodeError:
        return False


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
    if code == "ConditionalCheckFailedException":
        return Outcome.CONDITION_FAILED, code
    if code in _THROTTLED:
        return Outcome.THROTTLED, _reason(code, _throttling_reasons(document) or message)
    if code in _CONFLICT:
        return Outcome.CONFLICT, _reason(code, message)
    if status >= 500 or code in _SERVER:  # noqa: PLR2004
        return Outcome.SERVER_ERROR, _reason(code or f"HTTP {status}", message)
    if not code:
        return Outcome.CORRUPT, f"HTTP {status}: an answer without an error code"
    return Outcome.REJECTED, _reason(code, message)


def _throttling_reasons(document: Mapping[str, Any]) -> str:
    """The distinct throttling reasons. The service spells the field in two ways, and so does it spell its members."""
    listed = document.get("ThrottlingReasons") or document.get("throttlingReasons") or ()
    reasons = {entry.get("reason") or entry.get("Reason") for entry in listed if isinstance(entry, Mapping)}
    return ", ".join(sorted(reason for reason in reasons if isinstance(reason, str)))


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
