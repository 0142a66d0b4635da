"""Reaching an endpoint: what answers there is looked at before anything else is sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from ddbload.errors import TargetError
from ddbload.target import TargetOptions, open_target
from ddbload.target.probe import free_port


@asynccontextmanager
async def server_that_says(answer: bytes) -> AsyncIterator[str]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def http(status: str, body: str) -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"", "closed the connection without an answer"),
        (b"220 smtp.example.com ESMTP\r\n", "answered something that is not HTTP"),
        (http("200 OK", "<html>hello</html>"), "answered HTTP 200 with something that is not DynamoDB's JSON"),
        (http("404 Not Found", "{}"), "answered HTTP 404 (no message)"),
        (http("500 Internal Server Error", '{"message": "broken"}'), "answered HTTP 500 (broken)"),
    ],
)
async def test_what_is_no_dynamodb_is_told_as_what_it_said(answer: bytes, said: str) -> None:
    async with server_that_says(answer) as url:
        with pytest.raises(TargetError, match="ListTables") as caught:
            async with open_target(url):
                pass
    assert said in str(caught.value)


async def test_a_server_that_is_down_is_told_by_its_address() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(TargetError, match=f"{url} refused the connection"):
        async with open_target(url):
            pass


@pytest.mark.parametrize(
    "answer",
    [http("200 OK", '{"TableNames": []}'), http("400 Bad Request", '{"__type": "AccessDeniedException"}')],
    ids=["a list of tables", "a refusal in DynamoDB's words"],
)
async def test_a_dynamodb_on_loopback_needs_no_credentials(answer: bytes) -> None:
    async with server_that_says(answer) as url, open_target(url, TargetOptions(region="eu-west-1")) as target:
        assert target.loopback
        assert not target.ephemeral
        assert (target.endpoint.url, target.endpoint.credentials) == (url, "static")
        assert target.endpoint.region == "eu-west-1"
