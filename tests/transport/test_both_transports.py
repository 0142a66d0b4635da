"""The wire and the SDK against DynamoDB Local: for the same operation the same outcome, reason and reply."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator
from typing import Any

import aioboto3
import pytest

from ddbload.clock import LoopClock
from ddbload.operation import Call, Draw, Operation, Outcome, Slot, Template
from ddbload.transport.credentials import STATIC_KEYS
from ddbload.transport.protocol import ClientLimits, Endpoint, Transport, send
from ddbload.transport.sdk import SdkTransport
from ddbload.transport.wire import WireTransport

LIMITS = ClientLimits(max_in_flight=8, connections=4, timeout_s=60, connect_timeout_s=60)
TEXT = 'ü "q" \\ % \x01 😀'


def s(*parts: str | Slot) -> Template:
    return Template("S", parts)


def operation(table: str, api: str, /, **request: Any) -> Operation:
    return Operation("op", api, table, {"TableName": table, **request})


@contextlib.asynccontextmanager
async def table(url: str, name: str) -> AsyncIterator[Any]:
    session = aioboto3.Session(STATIC_KEYS.access_key, STATIC_KEYS.secret_key, region_name="us-east-1")
    async with session.client("dynamodb", endpoint_url=url) as client:
        await client.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk", "status")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by_status",
                    "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
        )
        yield client
        await client.delete_table(TableName=name)


@contextlib.asynccontextmanager
async def opened(transport: Transport) -> AsyncIterator[Transport]:
    await transport.open()
    try:
        yield transport
    finally:
        await transport.close()


def steps(name: str) -> list[tuple[str, Operation, Draw, Outcome]]:
    """One table's history: each step stands on those before it."""
    key = {"pk": s("cust#", Slot(0)), "sk": s("1")}
    aliases = {"ExpressionAttributeNames": {"#n0": "status"}}
    item = {
        **key,
        "status": {"S": "open"},
        "text": s(Slot(1)),
        "n": Template("N", (Slot(2),)),
        "f": Template("N", (Slot(3),)),
        "b": Template("B", (Slot(4),)),
        "yes": Template("BOOL", (Slot(5),)),
        "bs": {"BS": [b"\x00", b"\xff"]},
        "deep": {"L": [{"M": {"x": {"NULL": True}, "y": {"B": b"\x80"}}}]},
    }
    total = {"ReturnConsumedCapacity": "INDEXES"}
    if_open = {"ConditionExpression": "#n0 = :v0", **aliases, "ExpressionAttributeValues": {":v0": {"S": "open"}}}
    draw = ("7", TEXT, 12, 0.25, b"\x00\x01\xfe", True)
    put = operation(name, "PutItem", Item=item, **total)
    get = operation(name, "GetItem", Key=key, ConsistentRead=True, **total)
    pay = operation(
        name,
        "UpdateItem",
        Key=key,
        UpdateExpression="SET #n0 = :v1",
        ReturnValues="ALL_NEW",
        **total,
        **if_open | {"ExpressionAttributeValues": {":v0": {"S": "open"}, ":v1": s("paid")}},
    )
    query = operation(
        name,
        "Query",
        KeyConditionExpression="#n0 = :v0",
        ExpressionAttributeNames={"#n0": "pk"},
        ExpressionAttributeValues={":v0": key["pk"]},
        Limit=10,
        **total,
    )
    by_status = operation(
        name,
        "Query",
        IndexName="by_status",
        KeyConditionExpression="#n0 = :v0",
        ExpressionAttributeValues={":v0": {"S": "paid"}},
        **aliases,
        **total,
    )
    remove = operation(name, "DeleteItem", Key=key, ReturnValues="ALL_OLD", **total)
    fresh = {"ConditionExpression": "attribute_not_exists(pk)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    elsewhere = Operation("op", "GetItem", "none", {**get.request, "TableName": f"{name}-none"})
    bad_key = operation(name, "GetItem", Key={"pk": s(Slot(0))}, **total)
    bad_number = operation(name, "PutItem", Item={**key, "n": Template("N", (Slot(1),))})
    bad_text = operation(name, "Query", KeyConditionExpression="pk == :v", ExpressionAttributeValues={":v": {"S": "x"}})
    batch = Operation("op", "BatchWriteItem", name, {"RequestItems": {name: [{"PutRequest": {"Item": item}}]}, **total})
    return [
        ("a read of nothing", get, draw, Outcome.NOT_FOUND),
        ("an update whose condition needs an item", pay, draw, Outcome.CONDITION_FAILED),
        ("a write of every type", put, draw, Outcome.OK),
        ("a read of every type", get, draw, Outcome.OK),
        ("an eventually consistent read", operation(name, "GetItem", Key=key, **total), draw, Outcome.OK),
        ("a query", query, draw, Outcome.OK),
        ("a query of nothing", query, ("8",), Outcome.OK),
        ("a conditional update", pay, draw, Outcome.OK),
        ("the same again", pay, draw, Outcome.CONDITION_FAILED),
        ("a query of an index", by_status, draw, Outcome.OK),
        (
            "a write that must be new, and is not",
            operation(name, "PutItem", Item=item, **fresh),
            draw,
            Outcome.CONDITION_FAILED,
        ),
        ("a batch of writes", batch, draw, Outcome.OK),
        ("a delete that returns the item", remove, draw, Outcome.OK),
        ("a delete of nothing", remove, draw, Outcome.OK),
        ("a table that does not exist", elsewhere, draw, Outcome.REJECTED),
        ("a key with a part missing", bad_key, draw, Outcome.REJECTED),
        ("a number that is none", bad_number, ("7", "abc"), Outcome.REJECTED),
        ("an expression that cannot be read", bad_text, (), Outcome.REJECTED),
        ("an empty key", operation(name, "GetItem", Key={"pk": s(""), "sk": s("1")}), (), Outcome.REJECTED),
    ]


async def history(transport: Transport, name: str) -> list[tuple[str, Outcome, str, Any]]:
    done: list[tuple[str, Outcome, str, Any]] = []
    for sentence, op, draw, outcome in steps(name):
        call = await asyncio.wait_for(send(transport, op, draw), 120)
        assert call.outcome is outcome, f"{sentence}: {call.outcome} {call.reason}"
        assert 0 < call.sent_ns <= call.done_ns
        assert call.attempts == 1
        done.append((sentence, call.outcome, call.reason, call.reply))
    return done


async def test_every_operation_has_the_same_outcome_reason_and_reply_through_both(dynamodb_local: str) -> None:
    endpoint, name = Endpoint(dynamodb_local, "us-east-1"), f"both-{uuid.uuid4().hex[:8]}"
    clock = LoopClock(asyncio.get_running_loop())
    async with table(dynamodb_local, name), opened(WireTransport(endpoint, LIMITS, clock)) as wire:
        ours = await history(wire, name)
    async with table(dynamodb_local, name), opened(SdkTransport(endpoint, LIMITS, clock)) as sdk:
        theirs = await history(sdk, name)
    for our, their in zip(ours, theirs, strict=True):
        assert our == their
    replies = {sentence: reply for sentence, _, _, reply in ours}
    assert replies["a read of every type"]["Item"]["text"] == {"S": TEXT}
    assert replies["a read of every type"]["Item"]["b"] == {"B": "AAH+"}
    assert replies["a read of every type"]["ConsumedCapacity"]["CapacityUnits"] == 1.0
    assert replies["a write that must be new, and is not"]["Item"]["status"] == {"S": "paid"}


@pytest.mark.parametrize("kind", [WireTransport, SdkTransport])
async def test_many_calls_at_once_are_all_answered_over_few_connections(
    dynamodb_local: str, kind: type[WireTransport | SdkTransport]
) -> None:
    endpoint, name = Endpoint(dynamodb_local, "us-east-1"), f"many-{uuid.uuid4().hex[:8]}"
    clock = LoopClock(asyncio.get_running_loop())
    transport = kind(endpoint, LIMITS, clock)
    async with table(dynamodb_local, name), opened(transport):
        put = operation(name, "PutItem", Item={"pk": s(Slot(0)), "sk": s("1")})
        calls = await asyncio.gather(*(send(transport, put, (f"{n}",)) for n in range(100)))
        assert {call.outcome for call in calls} == {Outcome.OK}
        assert 1 <= transport.counts.opened <= LIMITS.connections


@pytest.mark.parametrize("kind", [WireTransport, SdkTransport])
async def test_closing_ends_calls_under_way(kind: type[WireTransport | SdkTransport]) -> None:
    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(never, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        limits = ClientLimits(8, 2, timeout_s=60, connect_timeout_s=60)
        transport = kind(Endpoint(url, "us-east-1"), limits, LoopClock(asyncio.get_running_loop()))
        await transport.open()
        done: list[Call] = []
        prepared = transport.prepare(operation("t", "GetItem", Key={"pk": s("x")}))
        for slot in range(5):
            transport.submit(Call(0, slot, prepared, (), 0), done.append)
        await asyncio.sleep(0.05)
        assert done == []
        await asyncio.wait_for(transport.close(), 20)
        assert [(call.outcome, call.reason) for call in done] == [(Outcome.CONNECTION, "closed")] * 5
        await asyncio.sleep(0.01)  # the server's own ends
