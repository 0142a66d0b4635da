"""The server's socket and its end."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest
from aiohttp import ClientSession

from ddbload.errors import UsageError
from ddbload.serve.app import application
from ddbload.serve.running import HOST, listening, serve


def test_a_port_that_is_taken_is_said_to_be() -> None:
    with listening(0) as first:
        port = first.getsockname()[1]
        with pytest.raises(UsageError, match=rf"port {port} of 127.0.0.1 is in use by another program; --port 0"):
            listening(port)


def test_it_listens_on_loopback_alone() -> None:
    with listening(0) as opened:
        assert opened.getsockname()[0] == HOST == "127.0.0.1"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_it_and_closes_its_socket(tmp_path: Path, number: signal.Signals) -> None:
    opened, before = listening(0), signal.getsignal(number)
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    running = asyncio.create_task(serve(application(tmp_path), opened, address.set_result))
    async with ClientSession() as session, session.get(await address) as answer:
        assert answer.status == 200
    os.kill(os.getpid(), number)
    await asyncio.wait_for(running, 60)
    assert opened.fileno() == -1
    assert signal.getsignal(number) == before


@pytest.mark.parametrize(
    "request_",
    [b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"],
)
async def test_what_is_no_http_is_answered_without_a_trace(
    tmp_path: Path, request_: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    opened = listening(0)
    port = opened.getsockname()[1]
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    running = asyncio.create_task(serve(application(tmp_path), opened, address.set_result))
    await address
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(request_)
    assert (await reader.readline()).split()[1] == b"400"
    writer.close()
    await writer.wait_closed()
    os.kill(os.getpid(), signal.SIGINT)
    await asyncio.wait_for(running, 60)
    assert caplog.records == []
