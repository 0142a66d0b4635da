"""The SDK's path: an aioboto3 client as an application has it, without its retries. What the wire is compared with."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections import deque
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from aiobotocore.config import AioConfig
from aiobotocore.httpsession import AIOHTTPSession
from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from ddbload.clock import Clock
from ddbload.errors import TargetError
from ddbload.operation import Call, Operation, Outcome, fill
from ddbload.transport.answers import Judge, Verdict, judge_of
from ddbload.transport.credentials import STATIC_KEYS, session_of
from ddbload.transport.protocol import ClientLimits, ConnectionCounts, Endpoint, OnDone
from ddbload.transport.sdk_answer import as_json, check_answer, read_error, read_failure
from ddbload.transport.tls import tls_context

_CLOSED = "closed"
_under_way: ContextVar[Call | None] = ContextVar("_under_way", default=None)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An operation as the SDK sends it: the client's method and the arguments to fill; and what judges its answers."""

    operation: Operation
    method: str
    judge: Judge


class SdkTransport:
    """An aioboto3 client: one task a call, at most `limits.connections` of them at once, the others wait in order.

    `sent_ns` is stamped at botocore's `before-send`, when the request is built and signed; what aiohttp does to open a
    connection lies after it. The request's time limit is botocore's (each read); a call that drips on is ended when
    both limits together are over. Unlike the wire, a request that meets a connection being closed is not sent again:
    with retries off, an application would see that error too.
    """

    def __init__(self, endpoint: Endpoint, limits: ClientLimits, clock: Clock) -> None:
        self._endpoint = endpoint
        self._limits = limits
        self._now = clock.now_ns
        self._free = limits.connections
        self._waiting: deque[tuple[Call, OnDone]] = deque()
        self._tasks: dict[asyncio.Task[None], tuple[Call, OnDone]] = {}
        self._stack = contextlib.AsyncExitStack()
        self._client: Any = None
        self._opened = 0

    @property
    def counts(self) -> ConnectionCounts:
        """`opened` counts the sockets that aiohttp made; it tells no more."""
        return ConnectionCounts(opened=self._opened)

    # --- Transport ---

    def prepare(self, operation: Operation) -> Prepared:
        """Find the client's method."""
        return Prepared(operation, xform_name(operation.api), judge_of(operation))

    async def open(self) -> None:
        """Make the client. Raises `TargetError` when there are no credentials or the settings are no good."""
        session = _session(self._endpoint)
        config = AioConfig(
            region_name=self._endpoint.region,
            retries={"total_max_attempts": 1, "mode": "standard"},
            max_pool_connections=self._limits.connections,
            connect_timeout=self._limits.connect_timeout_s,
            read_timeout=self._limits.timeout_s,
            http_session_cls=http_session(self._count),
        )
        try:
            if await session.get_credentials() is None:
                raise TargetError("credentials: none found; set AWS_PROFILE or AWS_ACCESS_KEY_ID and its secret")
            self._client = await self._stack.enter_async_context(
                session.client("dynamodb", endpoint_url=self._endpoint.url, config=config)
            )
        except (BotoCoreError, ValueError) as error:
            raise TargetError(f"{self._endpoint.url}: {error}") from error
        events = self._client.meta.events
        events.register("before-send.dynamodb", self._before_send)
        events.register("before-parse.dynamodb", self._before_parse)

    def submit(self, call: Call, on_done: OnDone) -> None:
        """Start a task for the call, or queue it."""
        call.attempts += 1
        if self._client is None:
            call.done_ns = self._now()
            asyncio.get_running_loop().call_soon(self._finish, call, on_done, (Outcome.CONNECTION, _CLOSED))
        elif self._free:
            self._start(call, on_done)
        else:
            self._waiting.append((call, on_done))

    async def close(self) -> None:
        """Cancel what is under way (its outcome: connection, "closed") and close the client's session."""
        self._client = None
        waiting, self._waiting = self._waiting, deque()
        tasks = dict(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for call, on_done in waiting:
            call.done_ns = self._now()
            self._finish(call, on_done, (Outcome.CONNECTION, _CLOSED))
        await self._stack.aclose()

    # --- inner ---

    def _start(self, call: Call, on_done: OnDone) -> None:
        self._free -= 1
        task = asyncio.get_running_loop().create_task(self._run(call, on_done))
        self._tasks[task] = (call, on_done)

    async def _run(self, call: Call, on_done: OnDone) -> None:
        reply: dict[str, Any] | None = None
        try:
            verdict, reply = await self._request(call)
        except asyncio.CancelledError:
            verdict = (Outcome.CONNECTION, _CLOSED)
        call.done_ns = self._now()
        task = asyncio.current_task()
        assert task is not None
        del self._tasks[task]
        self._free += 1
        if self._waiting and self._client is not None:
            self._start(*self._waiting.popleft())
        self._finish(call, on_done, verdict, reply)

    async def _request(self, call: Call) -> tuple[Verdict, dict[str, Any] | None]:
        prepared: Prepared = call.prepared
        _under_way.set(call)
        limit_s = self._limits.timeout_s + self._limits.connect_timeout_s
        try:
            async with asyncio.timeout(limit_s):
                method = getattr(self._client, prepared.method)
                answer = await method(**fill(prepared.operation.request, call.draw))
        except ClientError as error:
            return read_error(error)
        except Exception as error:  # noqa: BLE001 - each kind of failure has its outcome; none may be lost
            return read_failure(error, self._limits.timeout_s), None
        answer.pop("ResponseMetadata", None)
        reply = as_json(answer)
        return prepared.judge(reply), reply

    def _finish(self, call: Call, on_done: OnDone, verdict: Verdict, reply: dict[str, Any] | None = None) -> None:
        call.outcome, call.reason = verdict
        call.reply = reply
        on_done(call)

    def _count(self) -> None:
        self._opened += 1

    def _before_parse(self, response_dict: dict[str, Any], **_: Any) -> None:
        call = _under_way.get()
        if call is not None:
            check_answer(response_dict, call.prepared.judge)

    def _before_send(self, **_: Any) -> None:
        call = _under_way.get()
        if call is not None:
            call.sent_ns = self._now()


def _session(endpoint: Endpoint) -> Any:
    """The aioboto3 session of an endpoint's credentials."""
    if endpoint.credentials != "static":
        return session_of(endpoint)
    import aioboto3  # noqa: PLC0415 - as in `session_of`

    return aioboto3.Session(
        aws_access_key_id=STATIC_KEYS.access_key,
        aws_secret_access_key=STATIC_KEYS.secret_key,
        region_name=endpoint.region,
    )


def http_session(count: Callable[[], None] = lambda: None) -> type[AIOHTTPSession]:
    """The SDK's HTTP session, but with its sockets counted and its servers' names verified.

    For `AioConfig(http_session_cls=...)` of every client that speaks TLS.
    """

    def make(address: Any) -> socket.socket:
        family, kind, protocol, _, _ = address
        count()
        return socket.socket(family, kind, protocol)

    class HttpSession(AIOHTTPSession):  # type: ignore[misc]  # the SDK is untyped
        def __init__(self, *args: Any, connector_args: dict[str, Any] | None = None, **kwargs: Any) -> None:
            connector = {**(connector_args or {}), "socket_factory": make}
            super().__init__(*args, connector_args=connector, **kwargs)

        def _get_ssl_context(self) -> ssl.SSLContext:
            # That of aiobotocore 2.25 takes any certificate of a trusted authority, whatever host it is for.
            return tls_context()

    return HttpSession
