"""A serverless client: calls run in execution environments, each with a connection of its own that it keeps while warm.

As AWS Lambda has them (Lambda Developer Guide, "Understanding the Lambda execution environment lifecycle" and "Lambda
function scaling"): an environment handles one call at a time, is frozen between calls, and is gone after a while. Takes
the place of the `Pool`, with the same face to the wire.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from ddbload.clock import Clock
from ddbload.operation import Call
from ddbload.transport.classify import CLOSED_AT_ONCE, connection_reason
from ddbload.transport.pool import C, Connections, Waiting
from ddbload.transport.protocol import Serverless
from ddbload.transport.retry import jitter

_NOT_FOR_PAUSES = 0x1AB_DA  # a purpose of its own: what is forced to be cold says nothing of pauses before retries


def forced(client: Serverless, seed: int, call: Call) -> bool:
    """Whether a call meets a new environment whatever is free: a pure function of seed, slot and operation.

    Of a call that is sent again only the first attempt is forced.
    """
    return (
        client.cold > 0
        and call.attempts == 1
        and jitter(seed ^ _NOT_FOR_PAUSES, call.slot, call.operation) < client.cold
    )


class Environments(Connections[C]):
    """At most `client.concurrency` environments. Invariant: while a call waits, none is free.

    A call takes the free environment that was used last, else starts a new one: it is *cold*, and what it takes to
    connect is part of its service time. An environment whose connection was lost connects again for its next call,
    which is not cold. One that was free for `client.reuse_s` is gone.
    """

    def __init__(
        self,
        connect: Callable[[], Awaitable[C]],
        start: Callable[[C, Waiting], None],
        fail: Callable[[Waiting, str], None],
        client: Serverless,
        clock: Clock,
        *,
        seed: int,
    ) -> None:
        super().__init__(connect, start, fail, clock)  # `idle` stays empty: the wire takes no connection past `want`
        self._client = client
        self._reuse_ns = round(client.reuse_s * 1e9)
        self._seed = seed
        self._free: deque[tuple[C | None, int]] = deque()  # (connection, since when), the one used last at the end
        self._environments = 0
        self._given_up: set[C] = set()  # connections of environments that are gone

    def want(self, waiting: Waiting) -> None:
        """Begin a call in a free environment, or in a new one; or queue it, where there are as many as may be."""
        self._reap()
        anew = forced(self._client, self._seed, waiting.call)
        if self._free and not anew:
            connection, _ = self._free.pop()
            self._begin(connection, waiting)
        elif self._environments < self._client.concurrency:
            self._begin_cold(waiting)
        elif self._free:
            self._abandon(*self._free.popleft())
            self._begin_cold(waiting)
        else:
            self.waiting.append(waiting)

    def renew(self, connection: C, waiting: Waiting) -> None:
        """Connect again for a call whose environment found its connection closed."""
        self._resent += 1
        left = deque(entry for entry in self._free if entry[0] is not connection)
        if len(left) < len(self._free):
            self._free = left
            self._open(waiting)
        else:  # another call that waited has it already
            self.waiting.appendleft(waiting)

    def rest(self, connection: C) -> None:
        """A call is over, and none waits: its environment is free."""
        self._free.append((connection, self._clock.now_ns()))
        self._reap_later()

    def release(self, connection: C) -> None:
        """A call is over: its environment takes the next one that waits, else it is free."""
        if self.waiting:
            self._hand_on(connection)
        else:
            self.rest(connection)

    def lost(self, connection: C) -> None:
        """A connection is gone; its environment is not, unless it was given up."""
        self.connections.discard(connection)
        self._lost += 1
        if connection in self._given_up:
            self._given_up.discard(connection)
        elif not self._closed and not any(entry[0] is connection for entry in self._free):
            self.release(connection)

    def recovered(self) -> None:
        """The server has shown life after failures."""
        self._back.failures = 0

    def stumbled(self, reason: str) -> None:  # noqa: ARG002 - as the pool has it
        """A connection could not be made, or died before its first answer: hold back."""
        self._back.stumble()

    # --- inner ---

    def _begin(self, connection: C | None, waiting: Waiting) -> None:
        if connection is None or connection.gone:
            self._open(waiting)
        else:
            self._start(connection, waiting)

    def _begin_cold(self, waiting: Waiting) -> None:
        self._environments += 1
        waiting.call.cold = True
        self._open(waiting)

    def _hand_on(self, connection: C | None) -> None:
        waiting = self.waiting.popleft()
        if forced(self._client, self._seed, waiting.call):
            self._abandon(connection, 0)
            self._begin_cold(waiting)
        else:
            self._begin(connection, waiting)

    def _abandon(self, connection: C | None, _since_ns: int) -> None:
        """An environment is gone, and its connection with it."""
        self._environments -= 1
        if connection is not None and connection in self.connections:
            self._given_up.add(connection)
            connection.abort()

    def _reap(self) -> None:
        """Give up the environments that were free for too long."""
        limit_ns = self._clock.now_ns() - self._reuse_ns
        while self._free and self._free[0][1] <= limit_ns:
            self._abandon(*self._free.popleft())

    def _reap_later(self) -> None:
        if self._timer is None and not self._closed:
            self._timer = self._clock.call_at(self._free[0][1] + self._reuse_ns, self._reap_now)

    def _reap_now(self) -> None:
        self._timer = None
        self._reap()
        if self._free:
            self._reap_later()

    def _open(self, waiting: Waiting) -> None:
        since = waiting._replace(since_ns=self._clock.now_ns())
        self._opening.add(asyncio.get_running_loop().create_task(self._attempt(since)))

    async def _attempt(self, waiting: Waiting) -> None:
        task = asyncio.current_task()
        assert task is not None
        try:
            await self._back.over()
            connection = await self._connect()
            if connection.gone:
                raise ConnectionError(CLOSED_AT_ONCE)  # noqa: TRY301 - handled below like every other failure
        except asyncio.CancelledError:
            self.waiting.append(waiting)  # for `close` to end
            raise
        except Exception as error:  # noqa: BLE001 - whatever it was, the call that counts on it must hear of it
            self._opening.discard(task)
            self._failed += 1
            self._back.stumble()
            self._fail(waiting, connection_reason(error))
            self._rest_without()
        else:
            self._opening.discard(task)
            self._opened += 1
            self.connections.add(connection)
            self._start(connection, waiting)

    def _rest_without(self) -> None:
        """An environment without a connection is free."""
        if self.waiting:
            self._hand_on(None)
        else:
            self._free.append((None, self._clock.now_ns()))
            self._reap_later()
