"""Servers that misbehave: every call on the wire gets its outcome, the right one, and none hangs."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import uvloop

from ddbload.clock import LoopClock
from ddbload.operation import Call, Operation, Outcome, Slot, Template
from ddbload.transport.protocol import ClientLimits, Endpoint, send
from ddbload.transport.sdk import SdkTransport
from ddbload.transport.wire import WireTransport

READ = Operation("read", "GetItem", "t", {"TableName": "t", "Key": {"pk": Template("S", (Slot(0),))}})
BODY = b'{"Item": {"pk": {"S": "x"}}}'
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def request(reader: asyncio.StreamReader) -> bytes:
    """The body of one request; raises IncompleteReadError when the client is gone."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    return await reader.readexactly(int(length.split(b":")[1]))


def answer(body: bytes = BODY, status: str = "200 OK", *headers: str, version: str = "1.1") -> bytes:
    lines = [f"HTTP/{version} {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def always(data: bytes, *, close: bool = False) -> Handler:
    """Answer every request with these bytes."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await request(reader)
            writer.write(data)
            await writer.drain()
            if close:
                return

    return handle


async def byte_by_byte(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        await request(reader)
        for byte in answer():
            writer.write(bytes([byte]))
            await asyncio.sleep(0)


async def half_then_hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request(reader)
    writer.write(answer()[:-5])
    await reader.read()


async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:  # noqa: ARG001
    await reader.read()


async def at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None: ...


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request(reader)
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def endless_head(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-More: " + b"x" * 8000 + b"\r\n")
        await writer.drain()


async def endless_drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b" ")
        await asyncio.sleep(0.01)


async def two_for_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        await request(reader)
        writer.write(answer() + answer(b'{"Item": {"pk": {"S": "not asked for"}}}'))


def error(status: str, code: str, extra: str = "") -> bytes:
    body = f'{{"__type": "com.amazonaws.dynamodb.v20120810#{code}", "message": "so it is"{extra}}}'.encode()
    return answer(body, status)


REASONS = ', "ThrottlingReasons": [{"reason": "TableReadKeyRangeThroughputExceeded", "resource": "arn:a"}]'
LOWER = ', "throttlingReasons": [{"reason": "IndexWriteProvisionedThroughputExceeded", "resource": "arn:a"}]'
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n" + BODY[:5] + b"\r\n%x\r\n" % (len(BODY) - 5)
SWITCH = b"HTTP/1.1 101 Go\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"
OK = Outcome.OK, ""
SHORT_S, LONG_S = 0.3, 30.0  # of a server that never answers; of one that does, on however busy a machine

ROWS: list[tuple[str, Handler, Outcome, str]] = [
    ("an ordinary answer", always(answer()), *OK),
    ("a server that closes after each answer without a word", always(answer(), close=True), *OK),
    ("one that says so", always(answer(BODY, "200 OK", "Connection: close"), close=True), *OK),
    ("one that says so and leaves the closing to us", always(answer(BODY, "200 OK", "Connection: close")), *OK),
    ("HTTP/1.0", always(answer(version="1.0"), close=True), *OK),
    ("HTTP/1.0 kept alive", always(answer(BODY, "200 OK", "Connection: keep-alive", version="1.0")), *OK),
    ("a body that ends with the stream", always(b"HTTP/1.0 200 OK\r\n\r\n" + BODY, close=True), *OK),
    ("the same in HTTP/1.1", always(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + BODY, close=True), *OK),
    ("chunks", always(CHUNKED + BODY[5:] + b"\r\n0\r\n\r\n"), *OK),
    ("an answer byte by byte", byte_by_byte, *OK),
    ("100 Continue before the answer", always(b"HTTP/1.1 100 Continue\r\n\r\n" + answer()), *OK),
    ("two answers to one request", two_for_one, *OK),
    ("a right checksum", always(answer(BODY, "200 OK", f"x-amz-crc32: {zlib.crc32(BODY)}")), *OK),
    ("a wrong checksum", always(answer(BODY, "200 OK", "X-Amz-Crc32: 12345")), Outcome.CORRUPT, "crc32: "),
    ("a checksum that is no number", always(answer(BODY, "200 OK", "x-amz-crc32: x")), Outcome.CORRUPT, "crc32: "),
    ("no item", always(answer(b"{}")), Outcome.NOT_FOUND, ""),
    ("garbage instead of HTTP", always(b"\x00\x01SSH-2.0 hello\r\n\r\n"), Outcome.CORRUPT, "not HTTP: "),
    ("a body that is no JSON", always(answer(b"<html>")), Outcome.CORRUPT, "HTTP 200: "),
    ("an item that is none", always(answer(b'{"Item": 7}')), Outcome.CORRUPT, "what stands for the answer's items"),
    ("a body that is JSON but no document", always(answer(b"[1]")), Outcome.CORRUPT, "HTTP 200: "),
    ("an empty body", always(answer(b"")), Outcome.CORRUPT, "HTTP 200: "),
    ("a web server's page", always(answer(b"<html>", "404 Not Found")), Outcome.CORRUPT, "HTTP 404: "),
    ("a redirection", always(answer(b"", "302 Found", "Location: /")), Outcome.CORRUPT, "HTTP 302: "),
    (
        "a switch of protocols",
        always(b"HTTP/1.1 101 Go\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
        Outcome.CORRUPT,
        "",
    ),
    ("a head without an end", endless_head, Outcome.CORRUPT, "a head of over 64 KiB"),
    ("500 with a page", always(answer(b"oops", "500 Oops")), Outcome.SERVER_ERROR, "HTTP 500"),
    (
        "500 as DynamoDB says it",
        always(error("500 X", "InternalServerError")),
        Outcome.SERVER_ERROR,
        "InternalServerError: so it is",
    ),
    (
        "a throttle with its reasons",
        always(error("400 X", "ProvisionedThroughputExceededException", REASONS)),
        Outcome.THROTTLED,
        "ProvisionedThroughputExceededException: TableReadKeyRangeThroughputExceeded",
    ),
    (
        "a throttle with its reasons in the other spelling",
        always(error("400 X", "ThrottlingException", LOWER)),
        Outcome.THROTTLED,
        "ThrottlingException: IndexWriteProvisionedThroughputExceeded",
    ),
    (
        "an account's throttle",
        always(error("400 X", "RequestLimitExceeded")),
        Outcome.THROTTLED,
        "RequestLimitExceeded: so it is",
    ),
    (
        "a failed condition",
        always(error("400 X", "ConditionalCheckFailedException")),
        Outcome.CONDITION_FAILED,
        "ConditionalCheckFailedException",
    ),
    (
        "a conflict",
        always(error("400 X", "TransactionConflictException")),
        Outcome.CONFLICT,
        "TransactionConflictException: so it is",
    ),
    (
        "expired credentials",
        always(error("400 X", "ExpiredTokenException")),
        Outcome.REJECTED,
        "ExpiredTokenException: so it is",
    ),
    ("an error without a code", always(answer(b"{}", "400 Bad")), Outcome.CORRUPT, "HTTP 400: "),
    ("half an answer, then the end", always(answer()[:-5], close=True), Outcome.CONNECTION, "closed in the middle"),
    ("half a head, then the end", always(answer()[:20], close=True), Outcome.CONNECTION, "closed in the middle"),
    ("half an answer, then nothing", half_then_hang, Outcome.TIMEOUT, "no answer within 0.3 s"),
    ("no answer at all", never, Outcome.TIMEOUT, "no answer within 0.3 s"),
    ("an answer that drips on", endless_drip, Outcome.TIMEOUT, "no answer within 0.3 s"),
    ("a connection closed at once", at_once, Outcome.CONNECTION, ""),
    ("a request read and then a reset", reset, Outcome.CONNECTION, "reset"),
]


@contextlib.asynccontextmanager
async def serving(handle: Handler, port: int = 0) -> AsyncIterator[str]:
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
                await handle(reader, writer)
        finally:
            tasks.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    server = await asyncio.start_server(connected, "127.0.0.1", port)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


@contextlib.asynccontextmanager
async def wire(url: str, connections: int = 4, timeout_s: float = LONG_S) -> AsyncIterator[WireTransport]:
    limits = ClientLimits(64, connections, timeout_s, connect_timeout_s=LONG_S)
    transport = WireTransport(Endpoint(url, "us-east-1"), limits, LoopClock(asyncio.get_running_loop()))
    await transport.open()
    try:
        yield transport
    finally:
        await transport.close()


async def calls(transport: WireTransport, number: int) -> list[Call]:
    """So many calls at once, in the order in which they were done; each done exactly once."""
    prepared = transport.prepare(READ)
    done: list[Call] = []
    finished = asyncio.Event()

    def on_done(call: Call) -> None:
        done.append(call)
        if len(done) == number:
            finished.set()

    for slot in range(number):
        transport.submit(Call(0, slot, prepared, (f"key {slot}",), 0), on_done)
    assert not done, "on_done must not be called from within submit"
    await finished.wait()
    await asyncio.sleep(0)
    assert len({call.slot for call in done}) == len(done) == number
    return done


def on_uvloop(test: Callable[[], Awaitable[None]]) -> None:
    uvloop.run(asyncio.wait_for(test(), 60))


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
@pytest.mark.parametrize(("handle", "outcome", "reason"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_every_call_gets_its_outcome(handle: Handler, outcome: Outcome, reason: str, loop: str) -> None:
    async def test() -> None:
        timeout_s = SHORT_S if outcome is Outcome.TIMEOUT else LONG_S
        async with serving(handle) as url, wire(url, timeout_s=timeout_s) as transport:
            for number in (1, 12, 3):  # alone; more than there are connections; on what is left of those
                for call in await calls(transport, number):
                    assert (call.outcome, call.reason[: len(reason)]) == (outcome, reason)
                    assert call.attempts == 1
                    assert call.done_ns >= call.sent_ns

    if loop == "uvloop":
        on_uvloop(test)
    else:
        asyncio.run(asyncio.wait_for(test(), 60))


SDK_DIFFERS = {
    "a redirection": "aiohttp follows it",
    "a server that closes after each answer without a word": "a request may cross the close, and is not sent again",
}


@pytest.mark.parametrize(
    ("handle", "outcome"),
    [row[1:3] for row in ROWS if row[0] not in SDK_DIFFERS],
    ids=[row[0] for row in ROWS if row[0] not in SDK_DIFFERS],
)
async def test_the_sdks_path_comes_to_the_same_outcome(handle: Handler, outcome: Outcome) -> None:
    async with serving(handle) as url:
        timeout_s = SHORT_S if outcome is Outcome.TIMEOUT else LONG_S
        limits = ClientLimits(64, 4, timeout_s, connect_timeout_s=timeout_s)
        transport = SdkTransport(Endpoint(url, "us-east-1"), limits, LoopClock(asyncio.get_running_loop()))
        await transport.open()
        try:
            call = await asyncio.wait_for(send(transport, READ, ("x",)), 60)
            assert call.outcome is outcome, call.reason
        finally:
            await transport.close()


async def test_a_server_that_refuses_fails_every_call_and_none_was_sent() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    async with wire(url) as transport:
        done = await asyncio.wait_for(calls(transport, 2000), 60)
        assert {(call.outcome, call.reason, call.sent_ns) for call in done} == {(Outcome.CONNECTION, "refused", 0)}
        assert transport.counts.failed < 20
        assert transport.counts.opened == 0


async def test_a_closed_loop_against_a_dead_server_does_not_spin() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    async with wire(url) as transport:
        prepared, ended = transport.prepare(READ), 0

        def again(_: Call) -> None:
            nonlocal ended
            ended += 1
            transport.submit(Call(0, ended, prepared, ("x",), 0), again)

        transport.submit(Call(0, 0, prepared, ("x",), 0), again)
        async with asyncio.timeout(60):
            while ended < 3:  # noqa: ASYNC110 - it goes on, however slow the machine is
                await asyncio.sleep(0.05)
        before = ended
        await asyncio.sleep(0.3)
        assert ended - before < 50
        assert transport.counts.failed <= ended + 1


async def test_an_unknown_host_is_said_to_be_unknown() -> None:
    async with wire("http://no-such-host.invalid:8000") as transport:
        (call,) = await asyncio.wait_for(calls(transport, 1), 60)
        assert (call.outcome, call.reason) == (Outcome.CONNECTION, "DNS: the host name is not known")


async def test_a_server_that_comes_back_is_found_again() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    async with wire(f"http://127.0.0.1:{port}") as transport:
        assert {call.outcome for call in await calls(transport, 20)} == {Outcome.CONNECTION}
        async with serving(always(answer()), port):
            done = await asyncio.wait_for(calls(transport, 20), 60)
            assert {call.outcome for call in done} == {Outcome.OK}


async def test_closing_idle_connections_is_never_an_error_of_a_call() -> None:
    async def once_then_close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        writer.write(answer())
        await asyncio.sleep(0.02)

    async with serving(once_then_close) as url, wire(url) as transport:
        for _ in range(5):
            assert {call.outcome for call in await calls(transport, 3)} == {Outcome.OK}
            async with asyncio.timeout(20):
                while transport.counts.closed < transport.counts.opened:  # noqa: ASYNC110 - nothing tells of it
                    await asyncio.sleep(0.001)
        assert transport.counts.opened >= 15
        assert transport.counts.resent == 0


async def test_a_request_that_crosses_the_servers_close_is_sent_again_on_a_fresh_connection_and_only_once() -> None:
    bodies: list[bytes] = []
    resent_at_ns: list[int] = []

    async def read_two_answer_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        resent_at_ns.append(LoopClock.now_ns())  # when the connection was opened
        bodies.append(await request(reader))
        writer.write(answer())
        bodies.append(await request(reader))  # the server had decided to close before it saw this one

    async with serving(read_two_answer_one) as url, wire(url, connections=1) as transport:
        (first,) = await calls(transport, 1)
        (second,) = await calls(transport, 1)
        assert (first.outcome, second.outcome) == (Outcome.OK, Outcome.OK)
        assert transport.counts.resent == 1
        assert transport.counts.opened == 2
        assert second.attempts == 1
        assert second.earlier == (Outcome.CONNECTION,)  # the server may have done it all the same
        assert second.sent_ns < resent_at_ns[-1]
        assert len(bodies) == 3
        assert bodies[1] == bodies[2]


async def test_a_fresh_connection_that_dies_is_an_outcome_and_nothing_is_sent_again() -> None:
    seen = 0

    async def read_and_close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:  # noqa: ARG001
        nonlocal seen
        await request(reader)
        seen += 1

    async with serving(read_and_close) as url, wire(url) as transport:
        (call,) = await calls(transport, 1)
        assert (call.outcome, call.reason) == (Outcome.CONNECTION, "closed before any answer")
        assert (seen, transport.counts.resent) == (1, 0)


async def test_closing_the_transport_ends_what_is_under_way_and_what_waits() -> None:
    async with serving(never) as url:
        limits = ClientLimits(64, 2, timeout_s=60, connect_timeout_s=60)
        transport = WireTransport(Endpoint(url, "us-east-1"), limits, LoopClock(asyncio.get_running_loop()))
        await transport.open()
        prepared, done = transport.prepare(READ), list[Call]()
        for slot in range(5):
            transport.submit(Call(0, slot, prepared, ("x",), 0), done.append)
        async with asyncio.timeout(60):
            while transport.counts.opened < 2:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.001)
        assert done == []
        await asyncio.wait_for(transport.close(), 60)
        assert {(call.outcome, call.reason) for call in done} == {(Outcome.CONNECTION, "closed")}
        assert len(done) == 5
        assert sorted(call.sent_ns > 0 for call in done) == [False, False, False, True, True]
        transport.submit(Call(0, 9, prepared, ("x",), 0), done.append)
        await asyncio.sleep(0)
        assert (len(done), done[-1].reason) == (6, "closed")


async def test_a_draw_that_does_not_fit_the_request_is_an_outcome_not_an_exception() -> None:
    async with serving(always(answer())) as url, wire(url) as transport:
        await calls(transport, 1)
        done: asyncio.Future[Call] = asyncio.get_running_loop().create_future()
        transport.submit(Call(0, 0, transport.prepare(READ), (), 0), done.set_result)
        call = await asyncio.wait_for(done, 60)
        assert (call.outcome, call.reason[:8]) == (Outcome.REJECTED, "client: ")
        assert {call.outcome for call in await calls(transport, 1)} == {Outcome.OK}


async def test_connections_stay_within_their_limit_and_calls_are_served_in_order() -> None:
    now = most = 0
    served: list[bytes] = []

    async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        try:
            while True:
                served.append(await request(reader))
                await asyncio.sleep(0.001)
                writer.write(answer())
        finally:
            now -= 1

    async with serving(count) as url:
        async with wire(url, connections=3) as transport:
            await calls(transport, 60)
            assert (most, transport.counts.opened) == (3, 3)
        served.clear()
        async with wire(url, connections=1) as transport:
            assert [call.slot for call in await calls(transport, 20)] == list(range(20))
        assert [f"key {slot}".encode() in body for slot, body in enumerate(served)] == [True] * 20


async def test_a_timed_out_connection_is_replaced_and_its_late_answer_reaches_nobody() -> None:
    first, given_up = True, asyncio.Event()

    async def late_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal first
        while True:
            body = await request(reader)
            if first:
                first = False
                await given_up.wait()
            writer.write(answer(b'{"Item": {"pk": {"S": "%b"}}}' % body[-20:].split(b'"')[-2]))

    async with serving(late_once) as url, wire(url, connections=1, timeout_s=2) as transport:
        done = await calls(transport, 1)
        given_up.set()
        done += await calls(transport, 2)
        assert [call.outcome for call in done] == [Outcome.TIMEOUT, Outcome.OK, Outcome.OK]
        assert [call.reply and call.reply["Item"]["pk"]["S"] for call in done] == [None, "key 0", "key 1"]
        assert transport.counts.opened == 2


def test_answers_that_lie_unread_while_the_client_is_held_up_are_no_timeouts() -> None:
    one_is_done, both_are_answered = threading.Event(), threading.Event()

    def answer_one_after_the_other(listener: socket.socket) -> None:
        first, second = listener.accept()[0], listener.accept()[0]
        with first, second:
            first.recv(4096)
            first.sendall(answer())
            one_is_done.wait(30)
            second.recv(4096)
            second.sendall(answer())
            both_are_answered.set()
            first.recv(1)  # until the client closes

    async def test(port: int) -> None:
        async with wire(f"http://127.0.0.1:{port}", timeout_s=2) as transport:
            prepared, both = transport.prepare(READ), asyncio.Event()
            done: list[Call] = []

            def on_done(call: Call) -> None:
                done.append(call)
                if len(done) == 1:
                    one_is_done.set()
                    both_are_answered.wait(30)
                    time.sleep(2)  # the client's own fault: past the other call's time limit and its answer
                else:
                    both.set()

            for slot in range(2):
                transport.submit(Call(0, slot, prepared, ("x",), 0), on_done)
            await both.wait()
            assert [call.outcome for call in done] == [Outcome.OK, Outcome.OK]

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=answer_one_after_the_other, args=(listener,))
        server.start()
        uvloop.run(asyncio.wait_for(test(listener.getsockname()[1]), 60))
        server.join(60)
