"""What a worker process is told, and the messages between it and its parent. Values only; all of them picklable."""

from __future__ import annotations

import pickle
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ddbload.measure.delta import Delta
from ddbload.scenario.model import Retries, Scenario
from ddbload.transport.protocol import ClientLimits, Endpoint, Serverless
from ddbload.verify import Witnessed
from ddbload.workload.replay import Survey

FLUSH_S = 0.5
"""How often a worker hands on what it recorded: a limit on spend is noticed within this time."""

_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Job:
    """One worker's part of a run.

    Attributes:
        trust_reported: whether consumed capacity in answers is the service's own.
        max_late_s: a call not sent this long after it was due is late.
        last_slot: the first slot of the timetable that must not be sent (limit on requests, open loop).
        budget: calls this worker may make (limit on requests, closed loop).
        allow_code: whether values may come from functions of the scenario's own.
        survey: what is known of the trace of a replay, so that not every worker reads it once more.
        salt: of the tokens of transactions: the run's id.
        follow: of a family, one item in so many is followed, for verifying; empty: none.
    """

    scenario: Scenario
    endpoint: Endpoint
    transport: str
    limits: ClientLimits
    worker: int
    workers: int
    trust_reported: bool
    max_late_s: float
    last_slot: int | None = None
    budget: int | None = None
    allow_code: bool = False
    survey: Survey | None = None
    salt: str = ""
    follow: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has compiled the workload and can begin."""

    worker: int


@dataclass(frozen=True, slots=True)
class Go:
    """Begin at this time of the machine's monotonic clock."""

    start_ns: int


@dataclass(frozen=True, slots=True)
class Stop:
    """Send nothing more. `now`: do not wait for what is under way either."""

    now: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """The worker is through: its last delta came before."""

    worker: int
    connections_opened: int
    resent: int  # requests sent again because the server had closed the connection they went out on


@dataclass(frozen=True, slots=True)
class Failed:
    """The worker cannot go on; `text` is for the person, `trace` for the log."""

    worker: int
    text: str
    trace: str
    exit_code: int


Message = Ready | Go | Stop | Done | Failed | Delta | Job | Witnessed


def frame(message: Message) -> bytes:
    """A message with its length in front."""
    body = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(body)) + body


class Frames:
    """Puts messages together again from what a pipe delivers."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Any]:
        """The messages that are complete now."""
        self._buffer += data
        messages: list[Any] = []
        while len(self._buffer) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer)
            end = _LENGTH.size + length
            if len(self._buffer) < end:
                break
            messages.append(pickle.loads(self._buffer[_LENGTH.size : end]))  # noqa: S301 - from our own child or parent
            del self._buffer[:end]
        return messages


def share(total: int, number: int, parts: int) -> int:
    """What falls to one of several workers: the shares differ by at most one, and their sum is the total."""
    return total // parts + (number < total % parts)


def budget(requests: int | None, concurrency: int | None, worker: int, workers: int) -> int | None:
    """A worker's share of a limit on requests, by the closed-loop slots that it has; None where none is kept so."""
    if requests is None or concurrency is None:
        return None
    before = sum(share(concurrency, other, workers) for other in range(worker))
    own = share(concurrency, worker, workers)
    return requests * (before + own) // concurrency - requests * before // concurrency


def client_limits(scenario: Scenario, worker: int, workers: int) -> ClientLimits:
    """One worker's share of the client's limits: at least one slot each."""
    client = scenario.client
    retries = client.retries if isinstance(client.retries, Retries) else None
    serverless = client.serverless
    connections = serverless.concurrency if serverless else client.connections or client.max_in_flight
    options: Mapping[str, Any] = (
        {}
        if retries is None
        else {
            "max_attempts": retries.attempts,
            "backoff_base_s": retries.base,
            "backoff_throttled_s": retries.base_throttled,
            "backoff_max_s": retries.max,
        }
    )
    return ClientLimits(
        max_in_flight=max(1, share(client.max_in_flight, worker, workers)),
        connections=max(1, share(connections, worker, workers)),
        timeout_s=client.timeout,
        connect_timeout_s=client.connect_timeout,
        serverless=None
        if serverless is None
        else Serverless(max(1, share(serverless.concurrency, worker, workers)), serverless.cold, serverless.reuse),
        **options,
    )
