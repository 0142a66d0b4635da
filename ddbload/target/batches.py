"""Batches of items on their way into a table: written, retried, given up. No order between batches is promised."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ddbload.errors import TargetError
from ddbload.operation import Call, Operation, Outcome, sendable
from ddbload.transport.protocol import Transport, send

BATCH_ITEMS = 25
"""DynamoDB's limit for BatchWriteItem (API Reference, "BatchWriteItem")."""
_PASSING = frozenset(
    {Outcome.THROTTLED, Outcome.SERVER_ERROR, Outcome.TIMEOUT, Outcome.CONNECTION, Outcome.CONFLICT, Outcome.CORRUPT}
)
_ANSWERED = frozenset({Outcome.OK, Outcome.UNPROCESSED})

Items = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Persistence:
    """How long a batch is tried. `attempts` counts those in a row that wrote nothing; waits are in seconds."""

    attempts: int = 12
    base_s: float = 0.05
    max_s: float = 5.0

    def wait_s(self, fruitless: int, draw: float) -> float:
        """The pause after so many fruitless attempts: exponential, with full jitter (`draw` in 0..1)."""
        return float(min(self.max_s, self.base_s * 2**fruitless) * draw)


async def answer(transport: Transport, operation: Operation) -> Call:
    """Send one operation and wait for its answer.

    A request on its way cannot be called back: where the wait is cancelled, whatever still comes (an answer, or the
    end of the transport) is taken in all the same.
    """
    return await asyncio.shield(send(transport, operation))


class BatchWriter:
    """Writes batches through a transport; safe to use from many tasks of one event loop."""

    def __init__(
        self,
        transport: Transport,
        table: str,
        key: Sequence[str],
        persistence: Persistence,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._transport = transport
        self._table = table
        self._key = tuple(key)
        self._persistence = persistence
        self._sleep = sleep
        self._random = random.Random(1)

    async def write(self, items: Items) -> None:
        """Write at most 25 items, however many requests that takes. Raises `TargetError` naming the first left over."""
        left: list[Any] = [{"PutRequest": {"Item": item}} for item in items]
        fruitless = 0
        while left:
            call = await answer(
                self._transport,
                Operation(
                    "load",
                    "BatchWriteItem",
                    self._table,
                    {"RequestItems": {self._table: left}},
                    writes=True,
                    parts=len(left),
                ),
            )
            if call.outcome not in _PASSING | _ANSWERED:
                raise self._error(left, f"{call.outcome}: {call.reason}")
            if call.outcome in _ANSWERED:
                unprocessed = sendable(((call.reply or {}).get("UnprocessedItems") or {}).get(self._table, []))
                fruitless = fruitless + 1 if len(unprocessed) == len(left) else 0
                left = unprocessed
            else:
                fruitless += 1
            if fruitless >= self._persistence.attempts:
                why = "not processed" if call.outcome in _ANSWERED else f"{call.outcome}: {call.reason}"
                raise self._error(left, f"{why}, {fruitless} times in a row")
            if left:
                await self._sleep(self._persistence.wait_s(fruitless, self._random.random()))

    def _error(self, left: list[Any], why: str) -> TargetError:
        item = left[0]["PutRequest"]["Item"]
        key = {name: item.get(name) for name in self._key}
        return TargetError(
            f"loading table {self._table}: item {key} (first of {len(left)}) could not be written: {why}"
        )
