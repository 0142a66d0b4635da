"""What the SDK makes of an answer or of its lack, turned into the same outcomes and replies as the wire's."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from typing import Any

import aiohttp
from botocore.exceptions import (
    BotoCoreError,
    ChecksumError,
    ClientError,
    ConnectionError as BotoConnectionError,
    ConnectTimeoutError,
    HTTPClientError,
    ParamValidationError,
    ReadTimeoutError,
)
from botocore.parsers import ResponseParserError

from ddbload.operation import Outcome
from ddbload.transport.answers import NO_ITEMS, Judge, Verdict
from ddbload.transport.classify import (
    CLOSED_AT_ONCE,
    CLOSED_HALFWAY,
    WRONG_CRC32,
    classify_error,
    connection_reason,
    error_data,
)

_HTTP_OK = 200
_HTTP_ERRORS = 300  # from here on botocore raises a ClientError


class _NoItemsError(ResponseParserError):  # type: ignore[misc]  # the SDK is untyped
    """An answer whose item or items cannot be such."""


def check_answer(response: Mapping[str, Any], judge: Judge) -> None:
    """What botocore lets pass, stumbles over, or would only retry for, before it parses an answer.

    A wrong checksum, an "ok" that is no JSON document, items that cannot be such. `response`: what botocore's parser is
    given (`status_code`, `headers`, `body`).
    """
    body, status = response["body"], response["status_code"]
    checksum = response["headers"].get("x-amz-crc32")
    if checksum is not None and str(zlib.crc32(body)) != checksum:
        raise ChecksumError(checksum_type="crc32", expected_checksum=checksum, actual_checksum=zlib.crc32(body))
    if status >= _HTTP_ERRORS:
        return
    try:
        document = json.loads(body)
    except ValueError:
        document = None
    if status != _HTTP_OK or not isinstance(document, dict):
        raise ResponseParserError("the answer is not a JSON document")
    if judge(document)[0] is Outcome.CORRUPT:
        raise _NoItemsError(NO_ITEMS)


def read_error(error: ClientError) -> tuple[Verdict, dict[str, Any] | None]:
    """An error answer. botocore has taken it apart; put together what `classify_error` looks at."""
    parsed = error.response
    told = parsed.get("Error", {})
    status = parsed.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    code = str(told.get("Code", ""))
    document = {key: as_json(value) for key, value in parsed.items() if key not in {"Error", "ResponseMetadata"}}
    if code.isdigit():  # no code in the answer: botocore puts the status in its place, and the body for a message
        return classify_error(status, "", {}), None
    document["message"] = told.get("Message", "")
    return classify_error(status, code, document), error_data(document)


def _read_connection_failure(error: BotoCoreError) -> Verdict:
    cause = error.kwargs.get("error")
    if isinstance(error, ConnectTimeoutError):
        return Outcome.CONNECTION, "no connection in time"
    if isinstance(cause, (aiohttp.ServerDisconnectedError, aiohttp.ClientPayloadError)):
        began = isinstance(cause, aiohttp.ClientPayloadError)
        return Outcome.CONNECTION, CLOSED_HALFWAY if began else CLOSED_AT_ONCE
    if isinstance(cause, aiohttp.ClientConnectorCertificateError):  # among its bases is ValueError
        return Outcome.CONNECTION, connection_reason(cause.certificate_error)
    if isinstance(cause, aiohttp.ClientConnectorError):
        return Outcome.CONNECTION, connection_reason(cause.os_error)
    if isinstance(cause, (aiohttp.ClientResponseError, aiohttp.http_exceptions.HttpProcessingError, ValueError)):
        return Outcome.CORRUPT, f"not HTTP: {type(cause).__name__}"
    return Outcome.CONNECTION, connection_reason(cause if isinstance(cause, Exception) else error)


def as_json(value: Any) -> Any:
    """A parsed answer as its JSON was: binary values in base64, as the wire has them."""
    if isinstance(value, dict):
        return {key: as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def read_failure(error: Exception, timeout_s: float) -> Verdict:
    """Outcome and reason when there was no answer, or none that botocore could read."""
    if isinstance(error, (BotoConnectionError, HTTPClientError)) and not isinstance(error, ReadTimeoutError):
        return _read_connection_failure(error)
    for kinds, outcome, reason in (
        ((ReadTimeoutError, TimeoutError), Outcome.TIMEOUT, f"no answer within {timeout_s:g} s"),
        (ChecksumError, Outcome.CORRUPT, WRONG_CRC32),
        (_NoItemsError, Outcome.CORRUPT, NO_ITEMS),
        (ResponseParserError, Outcome.CORRUPT, "the answer is not a JSON document"),
        (ParamValidationError, Outcome.REJECTED, f"client: {' '.join(str(error).split())[:140]}"),
        (BotoCoreError, Outcome.REJECTED, f"client: {type(error).__name__}"),  # such as no credentials any more
    ):
        if isinstance(error, kinds):
            return outcome, reason
    return Outcome.CORRUPT, f"the SDK could not read the answer: {type(error).__name__}"
