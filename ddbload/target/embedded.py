"""The `embedded` target: a DynamoDB in pure Python in a process of its own, which dies with this one."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ddbload.errors import TargetError
from ddbload.target.logs import server_log, tail
from ddbload.target.model import Target, TargetOptions
from ddbload.transport.protocol import Endpoint

_LIBRARY = "ministack"


@asynccontextmanager
async def open_embedded(options: TargetOptions) -> AsyncIterator[Target]:
    """Start the embedded server and stop it at the end. Raises `TargetError` when it does not start, or dies.

    Its process waits on a pipe from this one and ends when the pipe does, so it needs no guardian.
    """
    try:
        library = version(_LIBRARY)
    except PackageNotFoundError:
        raise TargetError(f"embedded: the package {_LIBRARY} is missing; install ddbload anew") from None
    with server_log("embedded", options.logs) as log:
        server = _launch(log)
        try:
            port = await _port(server, options.start_timeout_s, log)
            if port is not None:
                yield Target(
                    kind="embedded",
                    endpoint=Endpoint(f"http://127.0.0.1:{port}", options.region or "us-east-1"),
                    version=f"{_LIBRARY} {library}",
                    functional=True,
                    loopback=True,
                    ephemeral=True,
                    pid=server.pid,
                    label=f"embedded ({_LIBRARY} {library})",
                    warnings=("functional stand-in in pure Python: not a measure of DynamoDB; units are modelled",),
                )
        finally:
            died = await asyncio.to_thread(_stop, server)
        if died is not None:
            raise TargetError(f"embedded: the server died (exit {died}); log {log}:\n{tail(log)}")


def _launch(log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "ddbload.target.embedded_server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            start_new_session=True,
        )


async def _port(server: subprocess.Popen[bytes], timeout_s: float, log: Path) -> int | None:
    """Where it listens; None when it ended instead. Raises `TargetError` when it says nothing in time."""
    try:
        return await asyncio.wait_for(asyncio.to_thread(_read_port, server), timeout_s)
    except TimeoutError:
        raise TargetError(
            f"embedded: the server did not start within {timeout_s:g} s; log {log}:\n{tail(log)}"
        ) from None


def _read_port(server: subprocess.Popen[bytes]) -> int | None:
    assert server.stdout is not None
    line = server.stdout.readline()
    if line:
        return int(json.loads(line)["port"])
    server.wait()
    return None


def _stop(server: subprocess.Popen[bytes]) -> int | None:
    """End the server; its exit code if it had ended by itself."""
    assert server.stdin is not None
    assert server.stdout is not None
    died = server.poll()
    server.stdin.close()
    try:
        server.wait(5)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    server.stdout.close()
    return died
