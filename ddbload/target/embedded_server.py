"""The embedded DynamoDB's process: ministack's DynamoDB behind a small keep-alive HTTP/1.1 server on loopback.

Says {"port": PORT} on standard output, once; ends when standard input does, that is, when its parent is gone.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
import os
import select
import sys
import threading
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import httptools

from ddbload.target.embedded_mending import Mending
from ddbload.target.embedded_queries import Answer, Library

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    Handler = Callable[[str, str, dict[str, str], bytes, dict[str, str]], Coroutine[Any, Any, tuple[int, Any, Any]]]

_log = logging.getLogger("embedded")
_STATUS = {200: b"200 OK", 400: b"400 Bad Request", 500: b"500 Internal Server Error"}
_BACKLOG = 4096  # connections that may wait to be accepted: a client opens all of its own at once
_HANGS_UP = getattr(select, "POLLRDHUP", 0)  # Linux only
_FAILED = b'{"__type":"InternalServerError","message":"the embedded server failed; see its log"}'


class Connection(asyncio.Protocol):
    """One client connection. Requests are answered in order, one at a time, as they are complete.

    A request whose client has hung up meanwhile is not done. A server that did, once it is slower than its clients'
    patience, would spend its time on requests that nobody waits for, and answer none of the others in time either.
    """

    def __init__(self, handle: Handler, mending: Mending) -> None:
        self._handle = handle
        self._mending = mending
        self._parser = httptools.HttpRequestParser(self)
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        if _HANGS_UP:
            self._watch = select.poll()
            self._watch.register(transport.get_extra_info("socket").fileno(), _HANGS_UP)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._transport.close()

    def on_message_begin(self) -> None:
        self._headers = {}
        self._body = []

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def _ask(self, api: str, body: bytes) -> Answer:
        headers = {**self._headers, "x-amz-target": f"DynamoDB_20120810.{api}"}
        return run_at_once(self._handle("POST", "/", headers, body, {}))

    def on_message_complete(self) -> None:
        if _HANGS_UP and self._watch.poll(0):
            self._transport.abort()
            return
        api = self._headers.get("x-amz-target", "").rpartition(".")[2]
        asked = b"".join(self._body)
        try:
            status, headers, body = self._mending.answer(api, asked, self._ask)
        except Exception:  # noqa: BLE001 - a bug of the library loses one answer, not the server
            _log.exception("request %s", self._headers.get("x-amz-target"))
            status, headers, body = 500, {"Content-Type": "application/x-amz-json-1.0"}, _FAILED
        payload = body if isinstance(body, bytes) else body.encode()
        lines = [b"HTTP/1.1 " + _STATUS.get(status, b"%d -" % status)]
        lines += [f"{name}: {value}".encode("latin-1") for name, value in headers.items()]
        keep_alive = self._parser.should_keep_alive()
        lines.append(b"Content-Length: %d" % len(payload))
        lines.append(b"Connection: " + (b"keep-alive" if keep_alive else b"close"))
        self._transport.write(b"\r\n".join(lines) + b"\r\n\r\n" + payload)
        if not keep_alive:
            self._transport.close()


def run_at_once(coroutine: Coroutine[Any, Any, tuple[int, Any, Any]]) -> tuple[int, Any, Any]:
    """The result of a coroutine that never waits; a task for each request would double its cost."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return cast("tuple[int, Any, Any]", done.value)
    coroutine.close()
    raise RuntimeError("the DynamoDB library waited for something")


def parts_of(library: Any) -> Library:
    """The parts of ministack's DynamoDB that have no face of their own; its version is pinned."""

    def items(table: str) -> list[dict[str, Any]]:
        # copies: what has expired is taken out by a thread of the library
        buckets = list(tables[table]["items"].values())
        return [item for bucket in buckets for item in list(bucket.values())]

    tables, holds, project = (getattr(library, name) for name in ("_tables", "_evaluate_condition", "_project_item"))
    return Library(items, holds, project)


def _end_with_parent() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)  # nothing here is worth an orderly end, and a busy loop could not deliver it


async def serve(handle: Handler, mending: Mending) -> None:
    """Serve on a free port of 127.0.0.1 until the process ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(handle, mending), "127.0.0.1", 0, backlog=_BACKLOG)
    sys.stdout.write(json.dumps({"port": server.sockets[0].getsockname()[1]}) + "\n")
    sys.stdout.flush()
    await server.serve_forever()


def main() -> None:
    """Run the server in this process."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.environ["PERSIST_STATE"] = "0"  # nothing is read from or written to disk
    library = importlib.import_module("ministack.services.dynamodb")  # reads its environment now
    serving = partial(serve, library.handle_request, Mending(parts_of(library)))

    try:
        import uvloop  # noqa: PLC0415 - not on every system
    except ImportError:
        asyncio.run(serving())
    else:
        uvloop.run(serving())


if __name__ == "__main__":
    main()
