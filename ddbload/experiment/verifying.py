"""After a verified run: a consistent read of every item that was followed, and the verdict on all that was seen."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ddbload.clock import LoopClock
from ddbload.errors import TargetError
from ddbload.operation import Call, Operation, Outcome
from ddbload.results.record import VerifiedReads, VerifyRecord
from ddbload.scenario.model import Scenario
from ddbload.target.model import Target
from ddbload.transport.protocol import ClientLimits, send
from ddbload.transport.wire import WireTransport
from ddbload.verify import ABSENT, UNKNOWN, Findings, Initial, Key, Read, Seen, State, Verified, by_item, untold, verify
from ddbload.workload.compiled import CompiledOperation
from ddbload.workload.items import item_at

FOLLOWED = 500
"""Items of a family that are followed, about, as far as there are calls to see them."""
_IN_FLIGHT = 8
_TIMEOUT_S = 10.0
_TRIES = 5
_AGAIN_S = 0.2


def followed(scenario: Scenario, operations: Sequence[CompiledOperation], expected: float | None) -> dict[str, int]:
    """Of each family, one item in how many is followed; none in a table whose statements do not tell what they write.

    `expected`: calls of the run, None where that is not known.
    """
    calls = math.inf if expected is None else max(1.0, expected)
    left_out = untold(operations, {table.name: tuple(table.key) for table in scenario.every_table})
    return {
        name: max(1, int(min(items.count, calls)) // FOLLOWED)
        for name, items in scenario.items.items()
        if scenario.table_of(name).name not in left_out
    }


async def verified(
    target: Target,
    scenario: Scenario,
    operations: Sequence[CompiledOperation],
    seen: Iterable[Seen],
    *,
    broken: frozenset[Key],
    fresh: frozenset[str],
    loaded: bool,
    allow_code: bool = False,
) -> Verified:
    """Read every item that was followed once more, consistently, and judge its history.

    `seen` is by all workers; items whose history has a gap (`broken`) are left out; `fresh` are the tables that this
    run created: their items were as it loaded them, if it did.

    Raises:
        TargetError: an item could not be read.
    """
    histories = {key: found for key, found in by_item(seen).items() if key not in broken}
    final = await _read_all(target, list(histories))
    initial = initial_of(scenario, fresh, loaded=loaded, allow_code=allow_code)
    expires = {table.name: table.ttl for table in scenario.every_table if table.ttl is not None}
    return verify(histories, operations, initial, final, expires, time.time())


def record_of(verified: Verified, every: Mapping[str, int], broken: int) -> VerifyRecord:
    """What verifying found, as the run's record has it."""
    return VerifyRecord(
        every=dict(every),
        items=verified.items,
        writes=verified.writes,
        lost=verified.findings.lost,
        reads=_reads(verified.findings),
        operations={name: _reads(findings) for name, findings in verified.operations.items()},
        examples=[f"{table} {', '.join(f'{a}={v}' for a, _, v in key)}" for table, key in verified.examples],
        broken=broken,
    )


def _reads(findings: Findings) -> VerifiedReads:
    return VerifiedReads(findings.reads, findings.stale, findings.stale_consistent, findings.wrong, findings.undecided)


def violations(record: VerifyRecord) -> str:
    """What must not be, in a sentence; empty where all is as it should be."""
    found = {
        "lost": (record.lost, "item has lost a write", "items have lost writes"),
        "wrong": (record.reads.wrong, "read saw what never was there", "reads saw what never was there"),
        "stale": (record.reads.stale_consistent, "consistent read was stale", "consistent reads were stale"),
    }
    said = [f"{count:,} {one if count == 1 else many}" for count, one, many in found.values() if count]
    where = f" (such as {record.examples[0]})" if record.examples else ""
    return f"verify: {', '.join(said)}{where}" if said else ""


def initial_of(scenario: Scenario, fresh: frozenset[str], *, loaded: bool, allow_code: bool = False) -> Initial:
    """What is known of items before the run: all of those in tables that it created itself, nothing of the others."""
    makers = {
        family: item_at(scenario, family, allow_code=allow_code)
        for family in scenario.items
        if scenario.table_of(family).name in fresh
    }

    def initial(family: str, number: int) -> State:
        maker = makers.get(family)
        if maker is None:
            return UNKNOWN
        there = loaded and scenario.items[family].load and number < maker.count
        return maker.item(number) if there else ABSENT

    return initial


async def _read_all(target: Target, keys: Sequence[Key]) -> Mapping[Key, Read]:
    clock = LoopClock(asyncio.get_running_loop())
    limits = ClientLimits(_IN_FLIGHT, _IN_FLIGHT, timeout_s=_TIMEOUT_S, connect_timeout_s=_TIMEOUT_S)
    transport = WireTransport(target.endpoint, limits, clock)
    found: dict[Key, Read] = {}
    waiting = iter(keys)

    async def reader() -> None:
        for key in waiting:
            call = await _read(transport, key)
            item: Any = (call.reply or {}).get("Item")
            found[key] = Read(call.sent_ns, call.done_ns, item, consistent=True)

    await transport.open()
    try:
        await asyncio.gather(*(reader() for _ in range(_IN_FLIGHT)))
    finally:
        await transport.close()
    return found


async def _read(transport: WireTransport, key: Key) -> Call:
    """Read one item; a throttled or failed read is done again a few times."""
    table, attributes = key
    names = {name: {kind: content} for name, kind, content in attributes}
    operation = Operation("verify", "GetItem", table, {"TableName": table, "Key": names, "ConsistentRead": True})
    call = await send(transport, operation)
    for _ in range(_TRIES):
        if call.outcome in {Outcome.OK, Outcome.NOT_FOUND}:
            return call
        await asyncio.sleep(_AGAIN_S)
        call = await send(transport, operation)
    raise TargetError(f"table {table}: what is there afterwards cannot be read: {call.outcome}: {call.reason}")
