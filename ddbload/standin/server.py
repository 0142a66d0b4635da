"""The server: DynamoDB's JSON protocol over HTTP/1.1 keep-alive on loopback, around a behaviour."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import struct
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import cast
from zlib import crc32

import httptools

from ddbload.standin.answer import Answer, Behaviour, Flaw, is_data

_PHRASES = {200: "OK", 400: "Bad Request", 500: "Internal Server Error", 503: "Service Unavailable"}
_GARBAGE = b"\x00\xff\x16\x03 not an answer \r\n\r\n\x00\xff" * 4
_PIECES = 20
_CLOSING = frozenset({Flaw.CLOSE_AFTER, Flaw.CLOSE_ANNOUNCED, Flaw.HTTP_1_0, Flaw.HALF, Flaw.GARBAGE})
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(slots=True)
class Traffic:
    """What reached the server: connections accepted, requests by api; how many of them were of the load."""

    connections: int = 0
    requests: Counter[str] = field(default_factory=Counter)
    data_requests: int = 0


_TURNS = 10
"""Of the loop, from a socket that is accepted to one that is freed: asyncio takes five."""
TRAFFIC_API = "StandinTraffic"
"""A call of the stand-in's own, answered with its `Traffic`: {"connections": 1, "requests": {"GetItem": 9}, ...}."""


@asynccontextmanager
async def serve(
    behaviour: Behaviour, *, port: int = 0, tls: ssl.SSLContext | None = None, traffic: Traffic | None = None
) -> AsyncIterator[str]:
    """A server on 127.0.0.1 in the running loop; yields its URL.

    Args:
        behaviour: what it answers.
        port: 0 takes a free one.
        tls: a server context; then the URL begins with https.
        traffic: counts what comes in.
    """
    loop = asyncio.get_running_loop()
    service = _Service(behaviour, loop, traffic or Traffic())
    server = await loop.create_server(lambda: _Connection(service), "127.0.0.1", port, ssl=tls, backlog=4096)
    bound = server.sockets[0].getsockname()[1]
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{bound}"
    finally:
        service.closed = True
        await _settle()  # what was accepted just now becomes a connection first: a closed server would lose its socket
        server.close()
        for connection in list(service.connections):
            connection.abort()
        await server.wait_closed()
        await _settle()  # connections learn that they are lost


async def _settle() -> None:
    for _ in range(_TURNS):
        await asyncio.sleep(0)


class _Service:
    """What the connections of one server share: the behaviour, the numbering of requests and the origin of time."""

    __slots__ = ("_behaviour", "_count", "_start_s", "closed", "connections", "loop", "traffic")

    def __init__(self, behaviour: Behaviour, loop: asyncio.AbstractEventLoop, traffic: Traffic) -> None:
        self._behaviour = behaviour
        self._count = 0
        self._start_s = 0.0
        self.loop = loop
        self.traffic = traffic
        self.closed = False
        self.connections: set[_Connection] = set()

    def answer(self, api: str, body: bytes) -> Answer:
        if api == TRAFFIC_API:
            traffic = self.traffic
            counts = {"connections": traffic.connections, "requests": traffic.requests, "data": traffic.data_requests}
            return Answer(json.dumps(counts).encode())
        self.traffic.requests[api] += 1
        now_s = time.monotonic()
        if not is_data(api, body):
            return self._behaviour(api, body, -1, now_s - self._start_s if self._count else 0.0)
        self.traffic.data_requests += 1
        n = self._count
        if not n:
            self._start_s = now_s
        self._count = n + 1
        return self._behaviour(api, body, n, now_s - self._start_s)


class _Connection(asyncio.Protocol):
    """One connection: requests are answered in the order in which they came."""

    def __init__(self, service: _Service) -> None:
        self._service = service
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport
        self._target = b""
        self._body = b""
        self._waiting: deque[tuple[Answer, bool, float]] = deque()  # answer, keep alive, due by the loop's clock
        self._timer: asyncio.TimerHandle | None = None

    # the transport's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's do not inherit from asyncio's
        self._service.connections.add(self)
        self._service.traffic.connections += 1
        if self._service.closed:
            self.abort()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol's signature
        self._service.connections.discard(self)
        self._waiting.clear()
        if self._timer is not None:
            self._timer.cancel()

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserCallbackError:  # a behaviour raised: a mistake to be seen, not an answer
            self._transport.abort()
            raise
        except httptools.HttpParserError:
            self._transport.abort()

    def abort(self) -> None:
        self._transport.abort()

    # the parser's side

    def on_header(self, name: bytes, value: bytes) -> None:
        if len(name) == len(b"x-amz-target") and name.lower() == b"x-amz-target":
            self._target = value

    def on_body(self, body: bytes) -> None:
        self._body = self._body + body if self._body else body

    def on_message_complete(self) -> None:
        api = self._target[self._target.rfind(b".") + 1 :].decode("latin-1")
        answer = self._service.answer(api, self._body)
        self._target = self._body = b""
        keep_alive = self._parser.should_keep_alive()
        if self._waiting or answer.delay_s > 0:
            self._wait(answer, keep_alive)
        else:
            self._send(answer, keep_alive)

    # answers

    def _wait(self, answer: Answer, keep_alive: bool) -> None:
        self._waiting.append((answer, keep_alive, self._service.loop.time() + answer.delay_s))
        if len(self._waiting) == 1:
            self._timer = self._service.loop.call_at(self._waiting[0][2], self._next)

    def _next(self) -> None:
        answer, keep_alive, _ = self._waiting.popleft()
        self._send(answer, keep_alive)
        if self._waiting:
            self._timer = self._service.loop.call_at(self._waiting[0][2], self._next)

    def _send(self, answer: Answer, keep_alive: bool) -> None:
        if self._transport.is_closing():
            return
        flaw = answer.flaw
        if flaw is Flaw.NONE and keep_alive and not answer.spread_s:
            self._transport.write(encode(answer.status, answer.body))
        elif flaw is Flaw.RESET:
            self._reset()
        elif flaw is Flaw.CLOSE_BEFORE:
            self._transport.close()
        elif flaw is not Flaw.HANG:
            close = not keep_alive or flaw in _CLOSING
            wire = _spoiled(answer, keep_alive)
            pieces = _PIECES if answer.spread_s else 1
            size = -(-len(wire) // pieces)
            self._trickle(
                [wire[at : at + size] for at in range(0, len(wire), size)], answer.spread_s / pieces, close=close
            )

    def _trickle(self, pieces: Sequence[bytes], pause_s: float, *, close: bool) -> None:
        """Write the first piece now and each other after a pause; later answers are not held back meanwhile."""
        if self._transport.is_closing():
            return
        self._transport.write(pieces[0])
        if len(pieces) > 1:
            self._timer = self._service.loop.call_later(
                pause_s, lambda: self._trickle(pieces[1:], pause_s, close=close)
            )
        elif close:
            self._transport.close()

    def _reset(self) -> None:
        connected = self._transport.get_extra_info("socket")
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._transport.abort()


@lru_cache(maxsize=4096)
def encode(
    status: int, body: bytes, version: str = "1.1", connection: str = "keep-alive", checksum_of: bytes | None = None
) -> bytes:
    """The answer as bytes. The request id is a constant: a stand-in's answers are told apart by their bodies."""
    checksum = crc32(body if checksum_of is None else checksum_of)
    return (
        f"HTTP/{version} {status} {_PHRASES.get(status, 'Status')}\r\n"
        "Server: ddbload-standin\r\n"
        f"Connection: {connection}\r\n"
        "x-amzn-RequestId: 00000000000000000000000000000000000000000000000000\r\n"
        f"x-amz-crc32: {checksum}\r\n"
        "Content-Type: application/x-amz-json-1.0\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def _spoiled(answer: Answer, keep_alive: bool) -> bytes:
    """The bytes of an answer with its flaw."""
    flaw = answer.flaw
    if flaw is Flaw.GARBAGE:
        return _GARBAGE
    if flaw is Flaw.WRONG_CRC:
        return encode(answer.status, answer.body, checksum_of=answer.body + b"?")
    if flaw is Flaw.HTTP_1_0:
        return encode(answer.status, answer.body, version="1.0", connection="close")
    announced = flaw is Flaw.CLOSE_ANNOUNCED or not keep_alive
    wire = encode(answer.status, answer.body, connection="close" if announced else "keep-alive")
    return wire[: len(wire) - len(answer.body) // 2 - 1] if flaw is Flaw.HALF else wire
