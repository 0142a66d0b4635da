"""What a transport is, what it connects to, and the limits it keeps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from ddbload.operation import Call, Draw, Operation

OnDone = Callable[[Call], None]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where requests go and how they are signed. Holds no secret and can be sent to a worker process.

    Attributes:
        url: scheme, host and port.
        region: the region named in the signature.
        credentials: "static" signs with fixed dummy credentials (loopback only); "session" takes them from an
            aioboto3 session (environment, profile, SSO, assumed role, container or instance), refreshed while running.
        profile: the named profile for "session", if any.
    """

    url: str
    region: str
    credentials: str = "static"
    profile: str | None = None


@dataclass(frozen=True, slots=True)
class Serverless:
    """The execution environments of a serverless client, as one client process has them.

    Attributes:
        concurrency: environments at once.
        cold: share of the calls that meet a new environment, whatever is free; 0 to 1.
        reuse_s: an environment that was free for so long is gone.
    """

    concurrency: int
    cold: float = 0.0
    reuse_s: float = 300.0


@dataclass(frozen=True, slots=True)
class ClientLimits:
    """The limits of one client process. Times in seconds. `serverless`: its calls run in execution environments."""

    max_in_flight: int
    connections: int
    timeout_s: float
    connect_timeout_s: float
    max_attempts: int = 1
    backoff_base_s: float = 0.025
    backoff_throttled_s: float = 1.0
    backoff_max_s: float = 20.0
    serverless: Serverless | None = None


@dataclass(frozen=True, slots=True)
class ConnectionCounts:
    """What became of a transport's connections since it was opened.

    Attributes:
        opened: connections made.
        closed: of those, the ones that are gone, whoever closed them: what was opened in their place is a reconnect.
        failed: attempts to connect that failed.
        resent: requests sent again because the server had closed the kept-alive connection they went out on.
    """

    opened: int = 0
    closed: int = 0
    failed: int = 0
    resent: int = 0


class Transport(Protocol):
    """Sends calls and reports their outcomes.

    `submit` never raises and never blocks; `on_done` is called exactly once for every submitted call, later (never from
    within `submit`), from the event loop, with `sent_ns`, `done_ns`, `attempts`, `outcome`, `reason` and `reply` filled
    in.
    """

    @property
    def counts(self) -> ConnectionCounts:
        """What became of the connections so far."""
        ...

    def prepare(self, operation: Operation) -> Any:
        """Do once what need not be done for every call. What it returns has the operation as `operation`."""
        ...

    async def open(self) -> None:
        """Get ready: credentials, event loop. Raises `TargetError` when the target can never be used."""
        ...

    def submit(self, call: Call, on_done: OnDone) -> None:
        """Send the call as soon as there is a connection for it."""
        ...

    async def close(self) -> None:
        """Give up what is still under way (its `on_done` is called with a connection outcome) and free everything."""
        ...


async def send(transport: Transport, operation: Operation, draw: Draw = (), *, due_ns: int = 0) -> Call:
    """Send one operation and wait for its answer: the convenience on top of `submit`."""
    done: asyncio.Future[Call] = asyncio.get_running_loop().create_future()
    call = Call(0, 0, transport.prepare(operation), draw, due_ns)

    def answered(call: Call) -> None:
        if not done.done():  # whoever waited may have been cancelled
            done.set_result(call)

    transport.submit(call, answered)
    return await done
