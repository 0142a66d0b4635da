"""One plain request to a server, to tell whether a DynamoDB answers there."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ddbload.errors import TargetError

_HEADERS = {
    "Content-Type": "application/x-amz-json-1.0",
    "X-Amz-Target": "DynamoDB_20120810.ListTables",
    # DynamoDB Local wants to see a signature but checks none
    "Authorization": "AWS4-HMAC-SHA256 Credential=ddbload/20260101/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host, Signature=0",
}
_CLIENT_ERRORS = range(400, 500)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: HTTP status and the JSON document."""

    status: int
    document: dict[str, Any]


class NoAnswerError(Exception):
    """Nothing there, or nothing that DynamoDB would say; the message is a phrase."""


def ask(url: str, timeout_s: float) -> Answer:
    """Ask a server for its tables. Raises `NoAnswerError`. Blocks."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=timeout_s)
    try:
        connection.request("POST", "/", b"{}", _HEADERS)
        reply = connection.getresponse()
        status, body = reply.status, reply.read(1 << 20)
    except ConnectionRefusedError:
        raise NoAnswerError("refused the connection") from None
    except (ConnectionError, http.client.RemoteDisconnected):
        raise NoAnswerError("closed the connection without an answer") from None
    except TimeoutError:
        raise NoAnswerError(f"gave no answer within {timeout_s:g} s") from None
    except ssl.SSLError as error:
        raise NoAnswerError(f"failed the TLS handshake ({error.reason})") from None
    except http.client.HTTPException:
        raise NoAnswerError("answered something that is not HTTP") from None
    except socket.gaierror:
        raise NoAnswerError(f"has a host name that does not resolve ({parts.hostname})") from None
    except OSError as error:
        raise NoAnswerError(f"cannot be reached ({error.strerror or error})") from None
    finally:
        connection.close()
    try:
        document = json.loads(body)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise NoAnswerError(f"answered HTTP {status} with something that is not DynamoDB's JSON")
    return Answer(status, document)


def is_dynamodb(answer: Answer) -> bool:
    """Whether an answer is one that a DynamoDB gives: a result, or a client error with its type."""
    return answer.status == http.HTTPStatus.OK or (answer.status in _CLIENT_ERRORS and "__type" in answer.document)


async def check(url: str, timeout_s: float = 5.0) -> None:
    """Raise `TargetError` unless a DynamoDB answers at `url`."""
    try:
        answer = await asyncio.to_thread(ask, url, timeout_s)
    except NoAnswerError as error:
        raise TargetError(f"{url} {error} (tried: ListTables)") from None
    if not is_dynamodb(answer):
        said = answer.document.get("message") or answer.document.get("Message") or "no message"
        raise TargetError(f"{url} answered HTTP {answer.status} ({said}) to ListTables: no DynamoDB to work with")


async def wait_until_answers(url: str, timeout_s: float, ended: Callable[[], bool]) -> bool:
    """Ask until a DynamoDB answers (True), or the server has ended or time is up (False)."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + timeout_s
    while loop.time() < deadline and not ended():
        try:
            if is_dynamodb(await asyncio.to_thread(ask, url, 5.0)):
                return True
        except NoAnswerError:
            pass
        await asyncio.sleep(0.03)
    return False


def free_port() -> int:
    """A port that is free on every interface right now; somebody else may still take it before it is used."""
    with socket.socket() as probe:
        probe.bind(("", 0))
        return int(probe.getsockname()[1])
