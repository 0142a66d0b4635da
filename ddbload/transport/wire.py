"""The wire: our own request path. A call is one render, one signature, one write and one parse; no task, no future."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import ddbload
from ddbload.clock import Clock, Timer
from ddbload.errors import TargetError
from ddbload.operation import Call, Operation, Outcome
from ddbload.transport.answers import judge_of
from ddbload.transport.body import Body
from ddbload.transport.classify import CLOSED_AT_ONCE, CLOSED_HALFWAY, connection_reason, read_answer
from ddbload.transport.connection import Connection
from ddbload.transport.credentials import KeySource
from ddbload.transport.pool import Pool, Waiting
from ddbload.transport.protocol import ClientLimits, ConnectionCounts, Endpoint, OnDone
from ddbload.transport.serverless import Environments
from ddbload.transport.signer import Signer, Target
from ddbload.transport.tls import tls_context

_SWEEP_NS = 10_000_000
"""Timeouts are looked for this often, over all connections in one go: a call may outlive its limit by that much."""
_STALLED_NS = 5_000_000
_CLOSED = "closed"


class Prepared:
    """An operation as the wire sends it."""

    __slots__ = ("judge", "operation", "render", "target")

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        self.render = Body(operation.request).render
        self.target = Target(operation.api)
        self.judge = judge_of(operation)


class WireTransport:
    """HTTP/1.1 keep-alive connections to one endpoint, signed requests, parsed answers.

    A request that goes out on a kept-alive connection just as the server closes it, and of whose answer no byte came,
    is sent once more on a fresh connection (`ConnectionCounts.resent`): that race is HTTP's, not the operation's. Its
    `sent_ns` stays that of the first write and its time limit counts from there; it stays one attempt.

    With `limits.serverless` a call has its connection from an execution environment; where that has to connect first,
    `sent_ns` is when it began to, while the time limit counts from the write. `seed`: which calls are forced to be
    cold.
    """

    def __init__(self, endpoint: Endpoint, limits: ClientLimits, clock: Clock, *, seed: int = 0) -> None:
        parts = urlsplit(endpoint.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise TargetError(f"{endpoint.url}: not an endpoint; write http://host:port or https://host[:port]")
        self._tls = parts.scheme == "https"
        self._host = parts.hostname
        self._port = parts.port or (443 if self._tls else 80)
        self._connect_timeout_s = limits.connect_timeout_s
        self._timeout_ns = round(limits.timeout_s * 1e9)
        self._timed_out = f"no answer within {limits.timeout_s:g} s"
        self._clock = clock
        self._now = clock.now_ns
        self._signer = Signer(endpoint.url, endpoint.region, f"ddbload/{ddbload.__version__}")
        self._keys = KeySource(endpoint, self._signer.use)
        self._context = tls_context() if self._tls else None
        self._pool: Pool[Connection] | Environments[Connection]
        run = (self._connect, self._start_waiting, self._fail)
        if limits.serverless is None:
            self._pool = Pool(*run, limits.connections, clock)
        else:
            self._pool = Environments(*run, limits.serverless, clock, seed=seed)
        self._idle = self._pool.idle
        self._rest = self._pool.rest
        self._sweeper: Timer | None = None
        self._sweep_due_ns = 0
        self._deferred = False
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def counts(self) -> ConnectionCounts:
        """What became of the connections so far."""
        return self._pool.counts

    # --- Transport ---

    def prepare(self, operation: Operation) -> Prepared:
        """Compile the operation's body."""
        return Prepared(operation)

    async def open(self) -> None:
        """Get credentials. Connections are opened when calls need them. Raises `TargetError`."""
        await self._keys.open()
        self._loop = asyncio.get_running_loop()

    def submit(self, call: Call, on_done: OnDone) -> None:
        """Send the call on an idle connection, or as soon as there is one."""
        call.attempts += 1
        idle = self._idle
        while idle:
            connection = idle.pop()
            if not connection.gone:
                self._start(connection, call, on_done, 0)
                return
        if self._loop is not None:
            self._pool.want(Waiting(call, on_done))
        else:
            self._end_soon(call, on_done, Outcome.CONNECTION, _CLOSED)

    async def close(self) -> None:
        """End every call under way with the outcome connection, "closed", and free all sockets."""
        self._loop = None
        self._idle.clear()
        for connection in tuple(self._pool.connections):
            if connection.call is not None:
                self._end(connection, self._now(), Outcome.CONNECTION, _CLOSED)
        await self._pool.close(_CLOSED)
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
        await self._keys.close()

    # --- Owner of the connections ---

    def answered(self, connection: Connection, arrived_ns: int) -> None:
        """A whole answer: free the connection first, so that whoever waits gets it, then read the answer."""
        call, on_done = connection.call, connection.on_done
        if call is None:
            return
        body, crc32, status = connection.body, connection.crc32, connection.status
        connection.call = None
        call.done_ns = arrived_ns
        if self._pool.failures:
            self._pool.recovered()
        if connection.reusable:
            if self._pool.waiting:
                self._pool.release(connection)
            else:
                self._rest(connection)
        elif not connection.gone:
            connection.abort()
        call.outcome, call.reason, call.reply = read_answer(call.prepared.judge, status, body, crc32)
        on_done(call)

    def spoiled(self, connection: Connection, arrived_ns: int, reason: str) -> None:
        """No HTTP, or too much of it."""
        self._end(connection, arrived_ns, Outcome.CORRUPT, reason)

    def lost(self, connection: Connection, error: Exception | None) -> None:
        """A connection is gone. Its call is sent again when the server had closed it before, else it ends here."""
        self._pool.lost(connection)
        call = connection.call
        if call is None:
            return
        if connection.answers and not connection.began and not connection.resent and self._loop is not None:
            connection.call = None
            call.earlier += (Outcome.CONNECTION,)  # it may have been done: whoever verifies must know
            self._pool.renew(connection, Waiting(call, connection.on_done, connection.deadline_ns))
            return
        reason = connection_reason(error) if error else CLOSED_HALFWAY if connection.began else CLOSED_AT_ONCE
        self._end(connection, self._now(), Outcome.CONNECTION, reason)
        if not connection.answers and not connection.began:
            self._pool.stumbled(reason)

    # --- inner ---

    async def _connect(self) -> Connection:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._connect_timeout_s):
                _, connection = await loop.create_connection(
                    lambda: Connection(self, self._now),
                    self._host,
                    self._port,
                    ssl=self._context,
                    server_hostname=self._host if self._tls else None,
                )
        except TimeoutError as error:
            raise TimeoutError(f"no connection within {self._connect_timeout_s:g} s") from error
        return connection

    def _start_waiting(self, connection: Connection, waiting: Waiting) -> None:
        self._start(connection, waiting.call, waiting.on_done, waiting.deadline_ns)
        if waiting.since_ns and not waiting.deadline_ns and waiting.call.sent_ns:
            waiting.call.sent_ns = waiting.since_ns

    def _start(self, connection: Connection, call: Call, on_done: OnDone, deadline_ns: int) -> None:
        """Write the request. `deadline_ns` is not 0 when it has been sent before."""
        prepared = call.prepared
        try:
            request = self._signer.request(prepared.target, prepared.render(call.draw))
        except (TypeError, ValueError, IndexError, AttributeError) as error:
            self._end_soon(call, on_done, Outcome.REJECTED, f"client: the draw does not fit the request: {error}")
            self._pool.release(connection)
            return
        connection.expect()
        connection.call = call
        connection.on_done = on_done
        if self._sweeper is None:
            self._sweep_in(_SWEEP_NS)
        now_ns = self._now()
        if deadline_ns:
            connection.resent = True
            connection.deadline_ns = deadline_ns
        else:
            connection.resent = False
            connection.deadline_ns = now_ns + self._timeout_ns
            call.sent_ns = now_ns
        try:
            connection.write(request)
        except (RuntimeError, OSError):  # uvloop: the socket has failed, and the news of it is still on its way here
            connection.gone = True

    def _sweep_in(self, wait_ns: int) -> None:
        self._sweep_due_ns = self._now() + wait_ns
        self._sweeper = self._clock.call_at(self._sweep_due_ns, self._sweep)

    def _sweep(self) -> None:
        """End what has waited too long. Runs only while something is under way."""
        now_ns = self._now()
        under_way = [connection for connection in self._pool.connections if connection.call is not None]
        if not under_way:
            self._sweeper = None
            return
        if now_ns - self._sweep_due_ns > _STALLED_NS and not self._deferred:
            # The loop itself was held up, and timers fire before sockets are read: answers may lie there unread. Let
            # them be read first, lest the client's own delay be booked as the server's.
            self._deferred = True
            self._sweep_in(_SWEEP_NS // 10)
            return
        self._deferred = False
        self._sweep_in(_SWEEP_NS)
        for connection in under_way:
            if connection.deadline_ns <= now_ns and connection.call is not None:
                connection.abort()
                if self._pool.failures:
                    self._pool.recovered()  # a server that holds the line is slow, not dead
                self._end(connection, now_ns, Outcome.TIMEOUT, self._timed_out)

    def _end(self, connection: Connection, done_ns: int, outcome: Outcome, reason: str) -> None:
        """End the call of a connection that brought no answer for it."""
        call = connection.call
        if call is not None:
            connection.call = None
            call.done_ns = done_ns
            call.outcome, call.reason, call.reply = outcome, reason, None
            connection.on_done(call)

    def _fail(self, waiting: Waiting, reason: str) -> None:
        call = waiting.call
        call.done_ns = self._now()
        call.outcome, call.reason, call.reply = Outcome.CONNECTION, reason, None
        waiting.on_done(call)

    def _end_soon(self, call: Call, on_done: OnDone, outcome: Outcome, reason: str) -> None:
        """End a call that was never sent, in a later turn: whoever submits at once again must not recurse."""
        call.outcome, call.reason, call.reply = outcome, reason, None

        def end() -> None:
            call.done_ns = self._now()
            on_done(call)

        asyncio.get_running_loop().call_soon(end)
