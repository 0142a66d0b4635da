"""The transports against stand-ins: what is about several items, answered whole, in part, or not at all."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from ddbload.clock import LoopClock
from ddbload.operation import Call, Operation, Outcome
from ddbload.standin import Answer, Behaviour, Traffic, compose, null, serve
from ddbload.transport.answers import NO_ITEMS
from ddbload.transport.choose import TRANSPORTS, open_transport
from ddbload.transport.protocol import ClientLimits, Endpoint, send

LIMITS = ClientLimits(max_in_flight=4, connections=2, timeout_s=30, connect_timeout_s=30)
KEYS = [{"pk": {"S": f"k{n}"}, "b": {"B": bytes([n])}} for n in range(8)]
SELECT = {"Statement": 'SELECT * FROM "t" WHERE pk = ?', "Parameters": [{"S": "a"}]}
OPERATIONS: dict[str, tuple[dict[str, Any], bool]] = {
    "BatchGetItem": ({"RequestItems": {"t": {"Keys": KEYS}}}, False),
    "BatchWriteItem": ({"RequestItems": {"t": [{"PutRequest": {"Item": key}} for key in KEYS]}}, True),
    "TransactGetItems": ({"TransactItems": [{"Get": {"TableName": "t", "Key": key}} for key in KEYS]}, False),
    "TransactWriteItems": ({"TransactItems": [{"Delete": {"TableName": "t", "Key": key}} for key in KEYS]}, True),
    "ExecuteStatement": (SELECT, False),
    "BatchExecuteStatement": ({"Statements": [SELECT] * 8}, False),
    "ExecuteTransaction": ({"TransactStatements": [SELECT] * 8}, False),
}


async def answered(transport: str, behaviour: Behaviour, api: str, limits: ClientLimits = LIMITS) -> Call:
    request, writes = OPERATIONS[api]
    operation = Operation("op", api, "t", request | {"ReturnConsumedCapacity": "INDEXES"}, writes=writes, parts=8)
    async with serve(behaviour, traffic=Traffic()) as url:
        opened = open_transport(
            transport, Endpoint(url, "us-east-1"), limits, LoopClock(asyncio.get_running_loop()), seed=1
        )
        await opened.open()
        try:
            return await asyncio.wait_for(send(opened, operation), 60)
        finally:
            await opened.close()


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("api", OPERATIONS)
async def test_a_canned_answer_is_an_answer(api: str, transport: str) -> None:
    call = await answered(transport, null(), api)
    assert (call.outcome, call.reason) == (Outcome.OK, "")
    assert call.reply is not None
    assert "ConsumedCapacity" in call.reply


FAULTS = [
    ("BatchGetItem", "unprocessed", Outcome.UNPROCESSED, "4 of 8 unprocessed"),
    ("BatchWriteItem", "unprocessed", Outcome.UNPROCESSED, "4 of 8 unprocessed"),
    *(
        (api, fault, outcome, f"TransactionCanceledException: {code} (1 of 8)")
        for api in ("TransactGetItems", "TransactWriteItems", "ExecuteTransaction")
        for fault, outcome, code in (
            ("transaction_condition", Outcome.CONDITION_FAILED, "ConditionalCheckFailed"),
            ("transaction_conflict", Outcome.CONFLICT, "TransactionConflict"),
            ("transaction_throttle", Outcome.THROTTLED, "ProvisionedThroughputExceeded"),
        )
    ),
]


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize(("api", "fault", "outcome", "reason"), FAULTS)
async def test_a_part_that_fails_names_the_whole(
    api: str, fault: str, outcome: Outcome, reason: str, transport: str
) -> None:
    call = await answered(transport, compose(null(), faults=[fault]), api)
    assert (call.outcome, call.reason) == (outcome, reason)


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("api", ["BatchGetItem", "BatchWriteItem"])
async def test_what_is_left_over_is_sent_again_until_it_is_through(api: str, transport: str) -> None:
    asked: list[Any] = []
    faulty = compose(null(), faults=["unprocessed:first=2"])

    def watched(called: str, body: bytes, n: int, now_s: float) -> Any:
        asked.append(json.loads(body)["RequestItems"]["t"])
        return faulty(called, body, n, now_s)

    limits = replace(LIMITS, max_attempts=4, backoff_throttled_s=0.001)
    call = await answered(transport, watched, api, limits)
    assert (call.outcome, call.attempts) == (Outcome.OK, 3)
    parts = [part["Keys"] if isinstance(part, dict) else part for part in asked]
    assert parts[1:] == [parts[0][4:], parts[0][6:]]
    charged = [answer["ConsumedCapacity"][0]["CapacityUnits"] for answer in (*call.answers, call.reply or {})]
    assert charged == ([2.0, 1.0, 1.0] if api == "BatchGetItem" else [4.0, 2.0, 2.0])


GET = Operation("get", "GetItem", "t", {"TableName": "t", "Key": {"pk": {"S": "a"}}})
QUERY = Operation("query", "Query", "t", {"TableName": "t", "KeyConditionExpression": "pk = :p"})
BATCH = Operation("batch", "BatchGetItem", "t", OPERATIONS["BatchGetItem"][0])
MALFORMED: list[tuple[str, Operation, int, Any]] = [
    ("an attribute that is a number", GET, 200, {"Item": {"pk": 5}}),
    ("a string that is a number", GET, 200, {"Item": {"pk": {"S": 5}}}),
    ("a number that is none", GET, 200, {"Item": {"pk": {"N": "many"}}}),
    ("bytes that are no base64", GET, 200, {"Item": {"pk": {"B": "a"}}}),
    ("a list of no values", GET, 200, {"Item": {"pk": {"L": [1]}}}),
    ("items of which one is none", QUERY, 200, {"Items": [{"pk": {"S": "a"}}, []]}),
    ("a key to go on from that is none", QUERY, 200, {"Items": [], "LastEvaluatedKey": {"pk": "a"}}),
    ("tables that are a list", BATCH, 200, {"Responses": [{"pk": {"S": "a"}}]}),
    ("keys left over that are none", BATCH, 200, {"Responses": {}, "UnprocessedKeys": {"t": {"Keys": "a"}}}),
    (
        "the item of a failed condition that is none",
        GET,
        400,
        {"__type": "x#ConditionalCheckFailedException", "message": "", "Item": {"pk": 5}},
    ),
]


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize(
    ("operation", "status", "document"), [row[1:] for row in MALFORMED], ids=[row[0] for row in MALFORMED]
)
async def test_an_answer_whose_items_cannot_be_such_is_corrupt(
    operation: Operation, status: int, document: Any, transport: str
) -> None:
    def malformed(api: str, body: bytes, n: int, now_s: float) -> Answer:  # noqa: ARG001 - a behaviour
        return Answer(json.dumps(document).encode(), status)

    async with serve(malformed) as url:
        clock = LoopClock(asyncio.get_running_loop())
        opened = open_transport(transport, Endpoint(url, "us-east-1"), LIMITS, clock, seed=1)
        await opened.open()
        call = await asyncio.wait_for(send(opened, operation), 60)
        await opened.close()
    assert call.outcome is Outcome.CORRUPT, call.reason
    assert status != 200 or call.reason == NO_ITEMS
