"""The `local` target: DynamoDB Local found, started, waited for and stopped; in memory, telemetry off, a free port."""

from __future__ import annotations

import asyncio
import importlib
import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ddbload.errors import TargetError
from ddbload.target import docker, guarded
from ddbload.target.guarded import Guarded
from ddbload.target.installed import Installed, choose, describe, named_jar, parse_version, version_of
from ddbload.target.java import find_java
from ddbload.target.logs import read, server_log, tail
from ddbload.target.model import Target, TargetOptions
from ddbload.target.probe import free_port, wait_until_answers
from ddbload.transport.protocol import Endpoint

DEFAULT_TAG = "3.3.1"
_PORT_TRIES = 5
_CLASH = ("Address already in use", "address already in use", "port is already allocated")


@dataclass(frozen=True, slots=True)
class Server:
    """One way to serve DynamoDB Local: a jar of a known version, or a docker tag."""

    installed: Installed | None = None
    java: Path | None = None
    tag: str | None = None

    @property
    def name(self) -> str:
        """What a person calls it."""
        return f"DynamoDB Local {self.installed.version}".rstrip() if self.installed else f"{docker.IMAGE}:{self.tag}"


def find_server(version: str | None, options: TargetOptions) -> Server:
    """The first source that has the version (any, if None): the jar named, the cache, docker. Raises `TargetError`."""
    jar = named_jar(options.jar)
    if jar is not None:
        java = find_java().program
        found = version_of(jar, java) if version else ""  # else the server's log will tell
        if version and version != found:
            raise TargetError(f"DynamoDB Local {version} was asked for, but {jar} is {found}; {describe()}")
        return Server(Installed(jar, found), java)
    installed = choose(version)
    if installed is not None:
        return Server(installed, find_java().program)
    if docker.engine_answers():
        return Server(tag=version or DEFAULT_TAG)
    raise TargetError(
        f"DynamoDB Local {version or ''} is not here".replace("  ", " ")
        + f" ({describe()}; no docker engine answers); run: ddbload local install {version or ''}".rstrip()
    )


@asynccontextmanager
async def open_local(version: str | None, options: TargetOptions) -> AsyncIterator[Target]:
    """Start DynamoDB Local and stop it at the end. Raises `TargetError` with the log's tail when that fails."""
    server = await asyncio.to_thread(find_server, version, options)
    with server_log("dynamodb-local", options.logs) as log:
        running, port = await _start(server, log, options.start_timeout_s)
        try:
            digest = await asyncio.to_thread(docker.image_digest, server.tag) if server.tag else None
            target = _target(server, port, digest, read(log), options)
            yield replace(target, pid=None if server.tag else running.pid)
        finally:
            died = running.ended
            await asyncio.to_thread(running.stop)
        if died is not None:
            raise TargetError(f"{server.name} died (exit {died}); log {log}:\n{tail(log)}")


async def _start(server: Server, log: Path, timeout_s: float) -> tuple[Guarded, int]:
    for _ in range(_PORT_TRIES):
        port = free_port()
        running = await _launch(server, port, log)
        answers = await _wait(running, port, timeout_s)
        # somebody else's server may have taken the port and answer there: ours must be alive as well
        ended = running.ended
        if answers and ended is None:
            return running, port
        await asyncio.to_thread(running.stop)
        if ended is None:
            raise TargetError(f"{server.name} gave no answer within {timeout_s:g} s; log {log}:\n{tail(log)}")
        if not any(word in read(log) for word in _CLASH):
            raise TargetError(f"{server.name} ended while starting (exit {ended}); log {log}:\n{tail(log)}")
    raise TargetError(f"{server.name} found no free port in {_PORT_TRIES} tries; log {log}:\n{tail(log)}")


async def _wait(running: Guarded, port: int, timeout_s: float) -> bool:
    try:
        # the table comes next and needs aioboto3: 0.25 s of imports that cost nothing beside Java's start
        warm = asyncio.create_task(asyncio.to_thread(importlib.import_module, "aioboto3"))
        answers = await wait_until_answers(f"http://127.0.0.1:{port}", timeout_s, lambda: running.ended is not None)
        await warm
    except BaseException:
        running.stop()
        raise
    return answers


async def _launch(server: Server, port: int, log: Path) -> Guarded:
    if server.installed is None:
        assert server.tag is not None
        name = f"ddbload-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        return await guarded.start(
            docker.run_command(server.tag, port, name), cwd=None, log=log, cleanup=docker.remove_command(name)
        )
    assert server.java is not None
    return await guarded.start(
        jar_command(server.java, server.installed, port), cwd=server.installed.jar.parent, log=log
    )


def jar_command(java: Path, installed: Installed, port: int) -> list[str]:
    """The command that serves one jar on one port.

    Jetty binds every interface and the jar offers no other way: it makes its server from the port alone.
    """
    return [
        str(java), f"-Djava.library.path={installed.jar.parent / 'DynamoDBLocal_lib'}",
        "-jar", str(installed.jar), "-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port),
    ]  # fmt: skip


def _target(server: Server, port: int, digest: str | None, said: str, options: TargetOptions) -> Target:
    warnings = []
    version = parse_version(said) or (server.installed.version if server.installed else server.tag)
    if server.installed:
        warnings.append(f"DynamoDB Local listens on every interface of this machine, port {port}, while it runs")
    if server.tag == "latest":
        warnings.append("docker tag latest: name a version, so that runs stay comparable")
    return Target(
        kind="local",
        endpoint=Endpoint(f"http://127.0.0.1:{port}", options.region or "us-east-1"),
        version=version,
        image_digest=digest,
        loopback=True,
        ephemeral=True,
        label=f"DynamoDB Local {version}" + (f" ({docker.IMAGE}:{server.tag})" if server.tag else ""),
        warnings=tuple(warnings),
    )
