"""Every operation of the language against DynamoDB Local: accepted, answered, charged as the model says."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from ddbload.clock import LoopClock
from ddbload.operation import Call, Outcome
from ddbload.scenario.model import Scenario
from ddbload.target.schema import create_request
from ddbload.transport.choose import open_transport
from ddbload.transport.protocol import ClientLimits, Endpoint, Transport, send
from ddbload.workload import CompiledWorkload, compile_workload, item_at
from ddbload.workload.stream import Ask, Charge, Course, Ending, Fork

Orders = Callable[..., Scenario]
CALLS = 12


@pytest.fixture(scope="module")
def loaded(shop: Orders, dynamodb_local: str) -> Iterator[Scenario]:
    """The shop, in tables of its own, with all its items."""
    scenario = shop(own=uuid.uuid4().hex[:8])
    client = boto3.client(
        "dynamodb", endpoint_url=dynamodb_local, region_name="us-east-1",
        aws_access_key_id="test", aws_secret_access_key="test",
    )  # fmt: skip
    for made in scenario.every_table:
        client.create_table(**create_request(made, {}))
    for family in scenario.items:
        maker, table = item_at(scenario, family), scenario.table_of(family).name
        for start in range(0, maker.count, 25):
            puts = [{"PutRequest": {"Item": item}} for item in maker.items(start, min(start + 25, maker.count))]
            client.batch_write_item(RequestItems={table: puts})
    yield scenario
    for made in scenario.every_table:
        client.delete_table(TableName=made.name)
    client.close()


def only(scenario: Scenario, name: str) -> Scenario:
    """The scenario with one operation in its mix."""
    load = scenario.load.model_copy(update={"mix": {name: 1.0}})
    return scenario.model_copy(update={"load": load})


async def drive(workload: CompiledWorkload, transport: Transport, course: Course) -> tuple[Ending, list[Call]]:
    """Go a course to its end."""
    came: Any = None
    calls: list[Call] = []
    while True:
        try:
            wish = course.send(came)
        except StopIteration as over:
            return over.value, calls
        if isinstance(wish, Ask):
            came = await send(transport, workload.operations[wish.operation], wish.draw)
            came.operation = wish.operation
            calls.append(came)
        elif isinstance(wish, Fork):
            endings = []
            for one in wish.courses:
                ending, some = await drive(workload, transport, one)
                endings.append(ending)
                calls += some
            came = tuple(endings)
        else:
            came = None


async def answered(workload: CompiledWorkload, url: str) -> list[tuple[Ending, list[Call]]]:
    """What became of a few arrivals, with their requests."""
    limits = ClientLimits(max_in_flight=4, connections=4, timeout_s=30, connect_timeout_s=30)
    transport = open_transport("sdk", Endpoint(url, "us-east-1"), limits, LoopClock(asyncio.get_running_loop()), seed=1)
    await transport.open()
    found: list[tuple[Ending, list[Call]]] = []
    try:
        for slot, operation, draw in taken(workload):
            if operation < len(workload.operations):
                call = await send(transport, workload.operations[operation], draw)
                call.operation = operation
                found.append((Ending(call.outcome, call.reason), [call]))
            else:
                course = workload.flows[operation - len(workload.operations)].begin(slot, draw)
                found.append(await drive(workload, transport, course))
    finally:
        await transport.close()
    return found


def taken(workload: CompiledWorkload) -> list[tuple[int, int, Any]]:
    block = next(workload.open_loop(0, 1))
    return list(zip(block.slots, block.operations, block.draws, strict=True))[:CALLS]


def reported(call: Call, home: str, *, writes: bool) -> dict[str, Charge]:
    """What the service says that a call consumed, by table."""
    assert call.reply is not None
    consumed = call.reply["ConsumedCapacity"]
    found: dict[str, Charge] = {}
    for one in consumed if isinstance(consumed, list) else [consumed]:
        table = one.get("Table", one)["CapacityUnits"]
        units = {name: part["CapacityUnits"] for name, part in one.get("GlobalSecondaryIndexes", {}).items()}
        indexes = {name: (0.0, n) if writes else (n, 0.0) for name, n in units.items() if n}
        name = "" if one["TableName"] == home else one["TableName"]
        found[name] = Charge(0.0 if writes else table, table if writes else 0.0, indexes, name)
    return found


FINE = {Outcome.OK, Outcome.NOT_FOUND, Outcome.CONDITION_FAILED}
ESTIMATED = {
    "report": "what the filter held back is taken to be of the size of what it let through",
    "checkout": "DynamoDB Local doubles the index writes of transactions; the service does not",
    "guarded": "and so here",
    "bulk": "an item that was deleted before is taken to be there",
    **dict.fromkeys(("sql", "sql_pages", "sql_batch", "sql_transaction"), "it reports no units of statements"),
}
NAMES = [
    "read", "write", "place", "newest", "change", "drop", "recent", "history", "counted", "report", "look", "many",
    "bulk", "both", "checkout", "guarded", "sql", "sql_pages", "sql_batch", "sql_transaction", "visit",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
async def test_the_service_takes_every_operation_and_reports_what_the_model_charges(
    loaded: Scenario, dynamodb_local: str, name: str
) -> None:
    workload = compile_workload(only(loaded, name))
    found = await answered(workload, dynamodb_local)
    assert {ending.outcome for ending, _ in found} <= FINE, [ending.reason for ending, _ in found]
    assert Outcome.OK in {ending.outcome for ending, _ in found}
    for call in [call for _, calls in found for call in calls] if name not in ESTIMATED else ():
        operation = workload.operations[call.operation]
        if call.outcome is Outcome.CONDITION_FAILED:  # charged, and not reported
            continue
        charges = workload.models[call.operation](call.draw, call.outcome, call.reply)
        assert {one.table: one for one in charges} == reported(call, operation.table, writes=operation.writes)
