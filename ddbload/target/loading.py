"""Loading a scenario's items into its table: resumable, checked, and skipped where they are there already."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Protocol

import orjson

from ddbload.capacity import item_bytes
from ddbload.clock import LoopClock
from ddbload.errors import TargetError
from ddbload.operation import Operation, Outcome
from ddbload.scenario.model import Scenario
from ddbload.target.batches import BATCH_ITEMS, BatchWriter, Persistence
from ddbload.target.model import Target
from ddbload.target.records import Loaded, Records
from ddbload.target.tables import Adopted
from ddbload.transport.protocol import ClientLimits, Transport, send
from ddbload.transport.wire import WireTransport
from ddbload.workload.items import item_at

Progress = Callable[[int, int, int], None]
"""Called with items done (those found there included), items in all, and bytes written by this call."""

_SPOT_CHECKS = 8
_RECORD_EVERY_S = 1.0
_START = hashlib.sha256(b"ddbload items").hexdigest()


class Maker(Protocol):
    """What makes a family's items; `workload.items.ItemMaker` is one."""

    @property
    def count(self) -> int:
        """How many there are."""
        ...

    def items(self, start: int, stop: int) -> Sequence[dict[str, Any]]:
        """The items start .. stop - 1."""
        ...

    def key(self, number: int) -> dict[str, Any]:
        """The primary key of one."""
        ...


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """How items are written. `in_flight` counts batches; times are in seconds."""

    in_flight: int = 8
    timeout_s: float = 10.0
    persistence: Persistence = Persistence()


@dataclass(frozen=True, slots=True)
class FamilyLoad:
    """What became of one family.

    Attributes:
        count: items that are in the table now.
        written: of those, written by this call.
        bytes: their size by DynamoDB's rules.
        checksum: hash chain over all `count` items: the same items give the same, on any target.
    """

    family: str
    count: int
    written: int
    bytes: int
    checksum: str

    def __str__(self) -> str:
        how = "already loaded" if not self.written else f"loaded ({self.written:,} written now)"
        return f"{self.family}: {how}: {self.count:,} items, checksum {self.checksum[:12]}"


def family_sha256(scenario: Scenario, family: str) -> str:
    """Hash of all that decides a family's items: seed, key, values, and the family itself."""
    document = {
        "seed": scenario.seed,
        "key": scenario.table.key,
        "values": scenario.model_dump(mode="json")["values"],
        "family": family,
        "items": scenario.items[family].model_dump(mode="json"),
    }
    return hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()


async def load(
    target: Target,
    table: Adopted,
    scenario: Scenario,
    *,
    progress: Progress = lambda done, total, size: None,
    options: LoadOptions = LoadOptions(),  # noqa: B008 - frozen
    records: Records | None = None,
    transport: Transport | None = None,
) -> list[FamilyLoad]:
    """Write every family's items to the table, 25 a batch, several batches in flight; skip what is there.

    What was written is recorded as it goes, so that a load that was cut short goes on where it stopped, as long as it
    is the same table (by its creation time), the same items (by their hash), and a sample of them is found there.
    Raises `TargetError` naming the table and the first item that could not be written.
    """
    records = records or Records()
    makers: dict[str, Maker] = {family: item_at(scenario, family) for family in scenario.items}
    total = sum(maker.count for maker in makers.values())
    done = 0
    loads = []
    async with _transport(target, options, transport) as opened:
        for family, maker in makers.items():
            fresh = Loaded(
                target.identity, table.name, table.created_ms, family, family_sha256(scenario, family), 0, _START
            )
            job = _Job(opened, maker, options, records if not target.ephemeral else None, tuple(scenario.table.key))
            found = await job.resume(fresh, records.loaded(target.identity, table.name, family))
            load = await job.write(found, lambda count, size, before=done: progress(before + count, total, size))  # type: ignore[misc]
            done += load.count
            loads.append(load)
    return loads


@asynccontextmanager
async def _transport(target: Target, options: LoadOptions, given: Transport | None) -> AsyncIterator[Transport]:
    if given is not None:
        yield given
        return
    limits = ClientLimits(
        max_in_flight=options.in_flight,
        connections=options.in_flight,
        timeout_s=options.timeout_s,
        connect_timeout_s=5.0,
    )
    wire = WireTransport(target.endpoint, limits, LoopClock(asyncio.get_running_loop()))
    await wire.open()
    try:
        yield wire
    finally:
        await wire.close()


class _Job:
    """One family's load."""

    def __init__(
        self, transport: Transport, maker: Maker, options: LoadOptions, records: Records | None, key: tuple[str, ...]
    ) -> None:
        self._transport = transport
        self._maker = maker
        self._options = options
        self._records = records
        self._key = key

    async def resume(self, fresh: Loaded, kept: Loaded | None) -> Loaded:
        """The record to go on from: the kept one where it still holds, else the fresh one."""
        if kept is None or not kept.count or replace(kept, count=0, checksum=_START) != fresh:
            return fresh
        if kept.count > self._maker.count:
            return fresh
        last = kept.count - 1
        sample = sorted({last * step // (_SPOT_CHECKS - 1) for step in range(_SPOT_CHECKS)})
        there = await asyncio.gather(*(self._is_there(fresh.table, number) for number in sample))
        return kept if all(there) else fresh

    async def _is_there(self, table: str, number: int) -> bool:
        request = {"TableName": table, "Key": self._maker.key(number), "ConsistentRead": True}
        call = await send(self._transport, Operation("spot check", "GetItem", table, request))
        if call.outcome not in {Outcome.OK, Outcome.NOT_FOUND}:
            raise TargetError(f"table {table}: GetItem {request['Key']} failed: {call.outcome}: {call.reason}")
        return call.outcome is Outcome.OK

    async def write(self, record: Loaded, progress: Callable[[int, int], None]) -> FamilyLoad:
        """Write what is missing, keeping the record of the gapless beginning as it grows."""
        writer = BatchWriter(self._transport, record.table, self._key, self._options.persistence)
        slots = asyncio.Semaphore(self._options.in_flight)
        begun = record.count
        size = 0
        noted = time.monotonic()
        progress(record.count, 0)
        pending: list[tuple[asyncio.Task[None], Loaded, int]] = []  # in the order of their items
        try:
            for start in range(record.count, self._maker.count, BATCH_ITEMS):
                items = self._maker.items(start, min(start + BATCH_ITEMS, self._maker.count))
                after = replace(pending[-1][1] if pending else record, count=start + len(items))
                after = replace(after, checksum=chain(after.checksum, items))
                await slots.acquire()
                task = asyncio.create_task(writer.write(items))
                task.add_done_callback(lambda _: slots.release())
                pending.append((task, after, sum(map(item_bytes, items))))
                while pending and pending[0][0].done():
                    record, size = _commit(pending, size)
                    progress(record.count, size)
                if time.monotonic() - noted > _RECORD_EVERY_S:
                    noted = time.monotonic()
                    self._keep(record)
            while pending:
                await asyncio.wait([pending[0][0]])
                record, size = _commit(pending, size)
                progress(record.count, size)
        finally:
            for task, _, _ in pending:
                task.cancel()
            await asyncio.gather(*(task for task, _, _ in pending), return_exceptions=True)
            self._keep(record)
        return FamilyLoad(record.family, record.count, record.count - begun, size, record.checksum)

    def _keep(self, record: Loaded) -> None:
        if self._records is not None:
            self._records.keep(record)


def _commit(pending: list[tuple[asyncio.Task[None], Loaded, int]], size: int) -> tuple[Loaded, int]:
    """Take the first batch, which is done, off the list; raises what it failed of."""
    task, after, n_bytes = pending.pop(0)
    task.result()
    return after, size + n_bytes


def chain(checksum: str, items: Sequence[dict[str, Any]]) -> str:
    """The checksum after one more batch: SHA-256 of the one before and the items, in order."""
    digest = hashlib.sha256(checksum.encode())
    digest.update(orjson.dumps(items, default=lambda content: content.hex(), option=orjson.OPT_SORT_KEYS))
    return digest.hexdigest()
