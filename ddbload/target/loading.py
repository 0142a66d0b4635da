"""Loading a scenario's items into its table: resumable, checked, and skipped where they are there already."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import orjson

from ddbload.capacity import item_bytes
from ddbload.clock import LoopClock
from ddbload.errors import TargetError
from ddbload.operation import Operation, Outcome
from ddbload.scenario.files import content_hashes
from ddbload.scenario.model import Scenario
from ddbload.target.batches import BATCH_ITEMS, BatchWriter, Persistence, answer
from ddbload.target.model import Target
from ddbload.target.records import Loaded, Records
from ddbload.target.tables import Adopted
from ddbload.transport.protocol import ClientLimits, Transport
from ddbload.transport.wire import WireTransport
from ddbload.workload.items import item_at

Progress = Callable[[int, int, int], None]
"""Called with items done (those found there included), items in all, and bytes written by this call."""

_SPOT_CHECKS = 8
_BLOCK_ITEMS = 40 * BATCH_ITEMS  # made at a time: enough to be vectorised, little enough to be held
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
    persistence: Persistence = field(default_factory=Persistence)


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
    """Hash of all that decides a family's items: seed, key, values with their data files, and the family itself."""
    document: dict[str, Any] = {
        "seed": scenario.seed,
        "key": scenario.table_of(family).key,
        "values": scenario.model_dump(mode="json")["values"],
        "family": family,
        "items": scenario.items[family].model_dump(mode="json"),
    }
    if hashes := content_hashes(scenario):
        document["files"] = hashes
    return hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()


async def load(
    target: Target,
    tables: Iterable[Adopted],
    scenario: Scenario,
    *,
    progress: Progress | None = None,
    options: LoadOptions = LoadOptions(),
    records: Records | None = None,
    transport: Transport | None = None,
    allow_code: bool = False,
    anew: bool = False,
) -> list[FamilyLoad]:
    """Write every family's items to its table, 25 a batch, several batches in flight; skip what is there.

    What was written is recorded as it goes, so that a load that was cut short goes on where it stopped, as long as it
    is the same table (by its creation time), the same items (by their hash), and a sample of them is found there.
    `anew` writes all of them again, over what is there.
    Raises `TargetError` naming the table and the first item that could not be written.
    """
    records = records or Records()
    makers: dict[str, Maker] = {
        name: item_at(scenario, name, allow_code=allow_code) for name, items in scenario.items.items() if items.load
    }
    adopted = {table.name: table for table in tables}
    total = sum(maker.count for maker in makers.values())
    loads: list[FamilyLoad] = []

    def tell(count: int, size: int) -> None:
        if progress is not None:
            progress(sum(load.count for load in loads) + count, total, sum(load.bytes for load in loads) + size)

    async with _transport(target, options, transport) as opened:
        for family, maker in makers.items():
            key = scenario.table_of(family).key
            table = adopted[scenario.table_of(family).name]
            job = _Job(opened, maker, options, None if target.ephemeral else records, tuple(key))
            content = family_sha256(scenario, family)
            fresh = Loaded(target.identity, table.name, table.created_ms, family, content, 0, _START)
            kept = None if target.ephemeral or anew else records.loaded(target.identity, table.name, family)
            loads.append(await job.write(await job.resume(fresh, kept), tell))
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


@dataclass(frozen=True, slots=True)
class _Batch:
    """A batch on its way: the record that holds once it and all before it are written, and its bytes."""

    task: asyncio.Task[None]
    after: Loaded
    size: int


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
        call = await answer(self._transport, Operation("spot check", "GetItem", table, request))
        if call.outcome not in {Outcome.OK, Outcome.NOT_FOUND}:
            raise TargetError(f"table {table}: GetItem {request['Key']} failed: {call.outcome}: {call.reason}")
        return call.outcome is Outcome.OK

    async def write(self, record: Loaded, progress: Callable[[int, int], None]) -> FamilyLoad:
        """Write what is missing, keeping the record of the gapless beginning as it grows."""
        writer = BatchWriter(self._transport, record.table, self._key, self._options.persistence)
        begun, size, noted = record.count, 0, time.monotonic()
        last = record  # of the batches begun; `record` is that of the batches written
        pending: deque[_Batch] = deque()
        progress(record.count, 0)
        try:
            for items in self._batches(record.count):
                last = replace(last, count=last.count + len(items), checksum=chain(last.checksum, items))
                pending.append(_Batch(asyncio.create_task(writer.write(items)), last, sum(map(item_bytes, items))))
                while pending and (len(pending) >= self._options.in_flight or pending[0].task.done()):
                    record, size = await _first(pending, size)
                    progress(record.count, size)
                if time.monotonic() - noted > _RECORD_EVERY_S:
                    noted = time.monotonic()
                    self._keep(record)
            while pending:
                record, size = await _first(pending, size)
                progress(record.count, size)
        finally:
            for batch in pending:
                batch.task.cancel()
            await asyncio.gather(*(batch.task for batch in pending), return_exceptions=True)
            self._keep(record)
        return FamilyLoad(record.family, record.count, record.count - begun, size, record.checksum)

    def _batches(self, start: int) -> Iterator[Sequence[dict[str, Any]]]:
        for first in range(start, self._maker.count, _BLOCK_ITEMS):
            items = self._maker.items(first, min(first + _BLOCK_ITEMS, self._maker.count))
            for offset in range(0, len(items), BATCH_ITEMS):
                yield items[offset : offset + BATCH_ITEMS]

    def _keep(self, record: Loaded) -> None:
        if self._records is not None:
            self._records.keep(record)


async def _first(pending: deque[_Batch], size: int) -> tuple[Loaded, int]:
    """Wait for the first batch and take it off the list; raises what it failed of."""
    await asyncio.wait([pending[0].task])
    batch = pending.popleft()
    batch.task.result()
    return batch.after, size + batch.size


def chain(checksum: str, items: Sequence[dict[str, Any]]) -> str:
    """The checksum after one more batch: SHA-256 of the one before and the items, in order."""
    digest = hashlib.sha256(checksum.encode())
    digest.update(orjson.dumps(items, default=lambda content: content.hex(), option=orjson.OPT_SORT_KEYS))
    return digest.hexdigest()
