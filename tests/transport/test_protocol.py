"""The convenience on top of `submit`."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ddbload.operation import Call, Operation
from ddbload.transport.protocol import ConnectionCounts, OnDone, send


class Slow:
    """A transport that answers after whoever asked has gone."""

    counts = ConnectionCounts()

    def __init__(self) -> None:
        self.pending: list[tuple[Call, OnDone]] = []

    def prepare(self, operation: Operation) -> Any:
        return operation

    async def open(self) -> None: ...

    def submit(self, call: Call, on_done: OnDone) -> None:
        self.pending.append((call, on_done))

    async def close(self) -> None:
        for call, on_done in self.pending:
            on_done(call)


async def test_an_answer_to_a_call_that_nobody_waits_for_any_more_is_dropped() -> None:
    transport = Slow()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(send(transport, Operation("read", "GetItem", "t", {})), 0.01)
    await transport.close()
