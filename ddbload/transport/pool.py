"""The pool: which connections are idle, which calls wait for one, when to open another, and when to hold back.

No HTTP here and no sockets: it is given something that connects, and says which call starts on which connection.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, NamedTuple, Protocol, TypeVar

from ddbload.clock import Clock, Timer
from ddbload.operation import Call
from ddbload.transport.classify import CLOSED_AT_ONCE, connection_reason
from ddbload.transport.protocol import ConnectionCounts, OnDone

_HOLD_BACK_NS = 10_000_000
_HOLD_BACK_MAX_NS = 250_000_000
"""After a failure to connect: 10 ms, doubling up to 250 ms. Short enough to see a server come back, long enough that a
closed loop against a dead one fails a few times a second rather than as fast as it can."""


class Waiting(NamedTuple):
    """A call that waits for a connection.

    `deadline_ns` is 0 unless it has been sent before; `since_ns` is 0 unless connecting is part of its service time.
    """

    call: Call
    on_done: OnDone
    deadline_ns: int = 0
    since_ns: int = 0


class Pooled(Protocol):
    """What the pool needs to know of a connection."""

    gone: bool

    def abort(self) -> None: ...


C = TypeVar("C", bound=Pooled)


class HoldBack:
    """How long not to connect after failures: 10 ms, doubling up to 250 ms, until the server shows life."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.failures = 0  # in a row, each hold-back counted once
        self.until_ns = 0

    def stumble(self) -> None:
        """A connection could not be made, or died before its first answer."""
        now = self._clock.now_ns()
        if now >= self.until_ns:
            self.failures += 1
            self.until_ns = now + min(_HOLD_BACK_NS << min(self.failures - 1, 10), _HOLD_BACK_MAX_NS)

    async def over(self) -> None:
        """Wait until connecting makes sense again."""
        if self.failures and self._clock.now_ns() < self.until_ns:
            waited = asyncio.Event()
            timer = self._clock.call_at(self.until_ns, waited.set)
            try:
                await waited.wait()
            finally:
                timer.cancel()


class Connections(Generic[C]):
    """What is open, what is being opened and what waits for it; and the end of all of it.

    Args:
        connect: opens a connection, within its own time limit; raises when it cannot.
        start: begins a waiting call on a connection; `fail` ends it with a reason.
    """

    def __init__(
        self,
        connect: Callable[[], Awaitable[C]],
        start: Callable[[C, Waiting], None],
        fail: Callable[[Waiting, str], None],
        clock: Clock,
    ) -> None:
        self._connect = connect
        self._start = start
        self._fail = fail
        self._clock = clock
        self.idle: list[C] = []
        self.waiting: deque[Waiting] = deque()
        self.connections: set[C] = set()
        self._back = HoldBack(clock)
        self._opening: set[asyncio.Task[None]] = set()
        self._timer: Timer | None = None
        self._closed = False
        self._opened = 0
        self._lost = 0
        self._failed = 0
        self._resent = 0

    @property
    def counts(self) -> ConnectionCounts:
        return ConnectionCounts(self._opened, self._lost, self._failed, self._resent)

    @property
    def failures(self) -> int:
        """Failures to connect in a row, each hold-back counted once."""
        return self._back.failures

    async def close(self, reason: str) -> None:
        """End all waiting calls, stop connecting, abort every connection. Returns when their sockets are freed."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        for task in self._opening:
            task.cancel()
        await asyncio.gather(*self._opening, return_exceptions=True)
        while self.waiting:
            self._fail(self.waiting.popleft(), reason)
        for connection in tuple(self.connections):
            connection.abort()
        while self.connections:  # noqa: ASYNC110 - an aborted connection reports its loss within a turn or two
            await asyncio.sleep(0)


class Pool(Connections[C]):
    """At most `limit` connections. Invariant: while a call waits, none is idle."""

    def __init__(
        self,
        connect: Callable[[], Awaitable[C]],
        start: Callable[[C, Waiting], None],
        fail: Callable[[Waiting, str], None],
        limit: int,
        clock: Clock,
    ) -> None:
        super().__init__(connect, start, fail, clock)
        self._limit = limit
        self.rest = self.idle.append

    def want(self, waiting: Waiting) -> None:
        """Queue a call for the next connection that is free; open one where the limit allows."""
        self.waiting.append(waiting)
        self._grow()

    def renew(self, connection: C, waiting: Waiting) -> None:  # noqa: ARG002 - as `Environments` has it
        """Open a connection for this very call, in the place of one that is gone."""
        self._resent += 1
        self._open(waiting)

    def release(self, connection: C) -> None:
        """A connection has done its work: give it the next waiting call, else let it rest."""
        if connection.gone:
            return
        if self.waiting:
            self._start(connection, self.waiting.popleft())
        else:
            self.idle.append(connection)

    def lost(self, connection: C) -> None:
        """A connection is gone for good. If it was idle it stays in `idle`: whoever takes one looks at `gone`."""
        self.connections.discard(connection)
        self._lost += 1
        self._grow()

    def recovered(self) -> None:
        """The server has shown life after failures: open as many as are wanted."""
        self._back.failures = 0
        self._grow()

    def stumbled(self, reason: str) -> None:
        """A connection could not be made, or died before its first answer: hold back, and give up calls in vain."""
        self._back.stumble()
        if self.connections:
            return  # those that live will serve what waits
        # One failed attempt costs one call; when it was the last hope, all that wait by now.
        for _ in range(min(len(self.waiting), 1) if self._opening else len(self.waiting)):
            self._fail(self.waiting.popleft(), reason)

    # --- inner ---

    def _grow(self) -> None:
        while (
            len(self.waiting) > len(self._opening)
            and len(self.connections) + len(self._opening) < self._limit
            and self._may_open()
        ):
            self._open(None)

    def _may_open(self) -> bool:
        """After a failure one connection at a time is tried, and only after the hold-back."""
        if self._closed:
            return False
        if not self._back.failures:
            return True
        if self._clock.now_ns() < self._back.until_ns:
            if self._timer is None:
                self._timer = self._clock.call_at(self._back.until_ns, self._resumed)
            return False
        return not self._opening

    def _resumed(self) -> None:
        self._timer = None
        self._grow()

    def _open(self, waiting: Waiting | None) -> None:
        task = asyncio.get_running_loop().create_task(self._attempt(waiting))
        self._opening.add(task)

    async def _attempt(self, waiting: Waiting | None) -> None:
        task = asyncio.current_task()
        assert task is not None
        try:
            connection = await self._connect()
            if connection.gone:
                raise ConnectionError(CLOSED_AT_ONCE)  # noqa: TRY301 - handled below like every other failure
        except asyncio.CancelledError:
            if waiting is not None:
                self.waiting.append(waiting)  # for `close` to end
            raise
        except Exception as error:  # noqa: BLE001 - whatever it was, the calls that count on it must hear of it
            self._opening.discard(task)
            self._failed += 1
            reason = connection_reason(error)
            if waiting is not None:
                self._fail(waiting, reason)
            self.stumbled(reason)
        else:
            self._opening.discard(task)
            self._opened += 1
            self.connections.add(connection)
            if waiting is not None:
                self._start(connection, waiting)
            else:
                self.release(connection)
        self._grow()
