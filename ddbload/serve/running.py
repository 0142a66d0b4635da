"""The server from its first socket to its end: on loopback, until it is interrupted."""

from __future__ import annotations

import asyncio
import errno
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from ddbload.errors import UsageError

HOST = "127.0.0.1"
_GRACE_S = 2.0  # for answers under way
_LOGGER = logging.getLogger("ddbload.serve")


def _worth_a_line(entry: logging.LogRecord) -> bool:
    """What is no HTTP has its answer, and is no fault of ours that a trace would show."""
    return not (entry.exc_info and isinstance(entry.exc_info[1], HttpProcessingError))


_LOGGER.addFilter(_worth_a_line)


def listening(port: int) -> socket.socket:
    """A socket on loopback, on a free port where `port` is 0.

    Raises:
        UsageError: the port is taken, or may not be used.
    """
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((HOST, port))
        opened.listen()
    except OSError as error:
        opened.close()
        raise UsageError(f"port {port} of {HOST} {_why(error)}; --port 0 takes one that is free") from error
    opened.setblocking(False)
    return opened


def _why(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return "is in use by another program"
    if error.errno == errno.EACCES:
        return "may not be opened by this user"
    return f"cannot be opened: {error.strerror or error}"


async def serve(app: web.Application, opened: socket.socket, ready: Callable[[str], None]) -> None:
    """Answer until SIGINT or SIGTERM, which is how a server ends: then close what is open.

    Args:
        app: what answers.
        opened: the socket; closed in the end.
        ready: called with the server's address as soon as it answers.
    """
    runner = web.AppRunner(app, logger=_LOGGER, access_log=None, handle_signals=False, shutdown_timeout=_GRACE_S)
    await runner.setup()
    try:
        await web.SockSite(runner, opened).start()
        with _stopping() as stopped:
            ready(f"http://{HOST}:{opened.getsockname()[1]}/")
            await stopped.wait()
    finally:
        await runner.cleanup()
        opened.close()


@contextmanager
def _stopping() -> Iterator[asyncio.Event]:
    """An event that a signal sets."""
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    before = {}
    for number in (signal.SIGINT, signal.SIGTERM):
        before[number] = signal.getsignal(number)
        try:
            loop.add_signal_handler(number, stopped.set)
        except NotImplementedError:  # Windows: its loop has no handlers of signals
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stopped.set))
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            with suppress(NotImplementedError):
                loop.remove_signal_handler(number)
            signal.signal(number, handler)
