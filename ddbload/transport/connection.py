"""One HTTP/1.1 connection: a request out, its answer in, one at a time. Knows HTTP, not DynamoDB, and no policy."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Protocol, cast

import httptools

from ddbload.operation import Call
from ddbload.transport.protocol import OnDone

MAX_HEAD_BYTES = 64 * 1024
MAX_ANSWER_BYTES = 64 * 1024 * 1024
"""Far above the 16 MB that DynamoDB answers at most (Developer Guide, "Quotas": BatchGetItem), base64 included."""
_END_OF_HEAD = b"\r\n\r\n"
_DELIMITED = re.compile(rb"\n(?:content-length|transfer-encoding)[ \t]*:", re.IGNORECASE)


class Owner(Protocol):
    """Whoever runs the connections is told of their answers and their ends."""

    def answered(self, connection: Connection, arrived_ns: int) -> None:
        """The whole answer is here: `status`, `body`, `crc32`, `reusable`."""
        ...

    def spoiled(self, connection: Connection, arrived_ns: int, reason: str) -> None:
        """What came is no HTTP answer; the connection is aborted."""
        ...

    def lost(self, connection: Connection, error: Exception | None) -> None:
        """The connection is gone; called once, whether or not a request was under way."""
        ...


class Connection(asyncio.Protocol):
    """A connection and the call that it carries, if any.

    Attributes:
        call, on_done: the call under way; None while idle. Set by the owner.
        deadline_ns: when the call under way times out. Set by the owner.
        resent: the call under way has been sent before, on a connection that had been closed. Set by the owner.
        answers: whole answers so far.
        gone: it can carry no more: closed, closing, or about to be.
        status, body, crc32, reusable: the last answer, valid in `Owner.answered`.
    """

    __slots__ = (
        "_complete",
        "_head",
        "_now",
        "_owner",
        "_parser",
        "_received",
        "_surplus",
        "answers",
        "body",
        "call",
        "crc32",
        "deadline_ns",
        "gone",
        "on_done",
        "resent",
        "reusable",
        "status",
        "transport",
        "write",
    )

    transport: asyncio.Transport
    write: Callable[[bytes], None]
    call: Call | None
    on_done: OnDone

    def __init__(self, owner: Owner, now_ns: Callable[[], int]) -> None:
        self._owner = owner
        self._now = now_ns
        self._parser = httptools.HttpResponseParser(self)
        self.gone = False
        self.call = None
        self.deadline_ns = 0
        self.resent = False
        self.answers = 0
        self.status = 0
        self.reusable = False
        self.expect()

    def expect(self) -> None:
        """Forget the last answer; the next byte begins a new one. Call before each request is written."""
        self.body: bytes | bytearray = b""
        self.crc32: bytes | None = None
        self._complete = False
        self._surplus = False
        self._received = 0

    @property
    def began(self) -> bool:
        """Whether any byte of the present answer has come."""
        return self._received > 0

    def abort(self) -> None:
        """Close at once. `Owner.lost` follows in a later turn of the loop."""
        self.gone = True
        self.transport.abort()

    # --- asyncio.Protocol ---

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's own class is none of asyncio's
        self.write = self.transport.write
        # With a high-water mark of 0 uvloop writes at once rather than at the end of the loop's turn, so that the
        # stamp taken just before is the time of sending. The request is small: there is never anything to pause.
        self.transport.set_write_buffer_limits(high=0)

    def data_received(self, data: bytes) -> None:
        arrived_ns = self._now()
        if self.call is None or self.gone:  # nobody asked; an HTTP server may say 408 before it closes an idle one
            if not self.gone:
                self.abort()
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._spoil(arrived_ns, f"not HTTP: {type(error).__name__.removeprefix('HttpParser')}")
            return
        if not self._complete:
            self._wait_for_more(arrived_ns, data)
            return
        self.answers += 1
        if self._surplus or self.gone:
            self.reusable = False
        self._owner.answered(self, arrived_ns)

    def eof_received(self) -> None:
        self.gone = True

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone = True
        if self.call is not None and exc is None and self._ends_with_the_stream():
            self._complete = True  # HTTP/1.0 and "Connection: close": the end of the stream is the end of the body
            self.status = self._parser.get_status_code()
            self.reusable = False
            self._owner.answered(self, self._now())
        self._owner.lost(self, exc)

    # --- httptools ---

    def on_header(self, name: bytes, value: bytes) -> None:
        if len(name) == 11 and name.lower() == b"x-amz-crc32" and not self._complete:  # noqa: PLR2004 - its length
            self.crc32 = value

    def on_body(self, body: bytes) -> None:
        if self._complete:
            return  # of an answer that nobody asked for
        if not self.body:
            self.body = body
        elif isinstance(self.body, bytes):
            self.body = bytearray(self.body) + body
        else:
            self.body += body

    def on_message_begin(self) -> None:
        if self._complete:
            self._surplus = True

    def on_message_complete(self) -> None:
        if self._complete:
            return
        self.status = self._parser.get_status_code()
        if self.status < 200:  # noqa: PLR2004 - 100 Continue and its like come before the answer
            return
        self.reusable = self._parser.should_keep_alive()
        self._complete = True

    # --- inner ---

    def _wait_for_more(self, arrived_ns: int, data: bytes) -> None:
        """An answer in several pieces: keep its head, for the case that its end is the stream's, and mind its size."""
        if not self._received:
            self._head = bytearray()
        self._received += len(data)
        if _END_OF_HEAD not in self._head:
            self._head += data
            while self._head.startswith(b"HTTP/1.1 1") and _END_OF_HEAD in self._head:  # 100 Continue and its like
                del self._head[: self._head.index(_END_OF_HEAD) + len(_END_OF_HEAD)]
            if len(self._head) > MAX_HEAD_BYTES and _END_OF_HEAD not in self._head:
                self._spoil(arrived_ns, "a head of over 64 KiB")
        elif self._received > MAX_ANSWER_BYTES:
            self._spoil(arrived_ns, "an answer of over 64 MiB")

    def _ends_with_the_stream(self) -> bool:
        """Whether the answer under way has a whole head that names no length, so that its body ends with the stream."""
        if not self._received:
            return False
        head, end, _ = self._head.partition(_END_OF_HEAD)
        return bool(end) and not _DELIMITED.search(head)

    def _spoil(self, arrived_ns: int, reason: str) -> None:
        self.abort()
        self._owner.spoiled(self, arrived_ns, reason)
