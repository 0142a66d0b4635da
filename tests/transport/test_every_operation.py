"""Each of DynamoDB's data operations, by the wire and by the SDK, on equal tables: the same answers."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import aioboto3
import orjson
import pytest

from ddbload.clock import LoopClock
from ddbload.operation import Draw, DrawnValue, Operation, Outcome, Slot, Template, Whole
from ddbload.target import open_target
from ddbload.transport.choose import TRANSPORTS, open_transport
from ddbload.transport.credentials import STATIC_KEYS
from ddbload.transport.protocol import ClientLimits, Endpoint, send

LIMITS = ClientLimits(max_in_flight=4, connections=2, timeout_s=60, connect_timeout_s=60)
DATA_OPERATIONS = {
    "BatchExecuteStatement",
    "BatchGetItem",
    "BatchWriteItem",
    "DeleteItem",
    "ExecuteStatement",
    "ExecuteTransaction",
    "GetItem",
    "PutItem",
    "Query",
    "Scan",
    "TransactGetItems",
    "TransactWriteItems",
    "UpdateItem",
}
WRITES_ALWAYS = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}
OK, NOT_FOUND, FAILED, REJECTED = Outcome.OK, Outcome.NOT_FOUND, Outcome.CONDITION_FAILED, Outcome.REJECTED
CANCELLED = "TransactionCanceledException: "
TABLES = ("orders", "customers")
"""The tables' names in the steps; {orders} and {customers} in texts. Each run has its own."""


@dataclass(frozen=True)
class Step:
    """One call. The tables' names stand in it as `TABLES`; `drawn` is the draw, after the run's own name."""

    sentence: str
    api: str
    request: dict[str, Any]
    outcome: Outcome = OK
    reason: str = ""  # what the reason begins with
    drawn: tuple[DrawnValue, ...] = ()
    writes: bool | None = None
    parts: int = 1
    holds: dict[str, Any] = field(default_factory=dict)  # of the reply, by dotted path


def s(*parts: str | Slot) -> Template:
    return Template("S", parts)


def of_orders(**request: Any) -> dict[str, Any]:
    return {"TableName": "orders", **request}


def statement(text: str, *parameters: Any, **request: Any) -> dict[str, Any]:
    return {"Statement": text, "Parameters": list(parameters), **request}


def key(customer: int, order: int) -> dict[str, Any]:
    return {"pk": {"S": f"c#{customer}"}, "sk": {"N": str(order)}}


def order(customer: int, number: int, **more: Any) -> dict[str, Any]:
    return {
        **key(customer, number),
        "status": {"S": "open" if number % 2 else "paid"},
        "tenant": {"S": f"t{customer % 2}"},
        "region": {"S": "eu"},
        "placed": {"N": str(1000 + number)},
        "amount": {"N": str(number * 10)},
        "blob": {"B": bytes([number, 255])},
        "tags": {"SS": ["a", f"n{number}"]},
        "deep": {"M": {"city": {"S": "Ulm"}, "things": {"L": [{"NULL": True}, {"BOOL": False}]}}},
        **more,
    }


def put(customer: int, number: int, **more: Any) -> dict[str, Any]:
    return {"PutRequest": {"Item": order(customer, number, **more)}}


def values(**given: Any) -> dict[str, Any]:
    return {f":{name}": value for name, value in given.items()}


PK = "pk = :pk"
PK_IS_1 = {"ExpressionAttributeValues": values(pk={"S": "c#1"})}
STATUS = {"ExpressionAttributeNames": {"#s": "status"}}

WRITES = [
    Step(
        "a batch of writes", "BatchWriteItem", {"RequestItems": {"orders": [put(1, n) for n in range(1, 9)]}}, parts=8
    ),
    Step(
        "a batch to two tables, whole parts drawn",
        "BatchWriteItem",
        {"RequestItems": {"orders": Whole(1), "customers": [{"PutRequest": {"Item": {"pk": s("c#", Slot(2))}}}]}},
        drawn=([put(2, n) for n in range(1, 4)], 1),
        parts=4,
    ),
    Step(
        "a batch that puts and deletes",
        "BatchWriteItem",
        {"RequestItems": {"orders": [put(3, 1), {"DeleteRequest": {"Key": key(2, 3)}}]}},
        parts=2,
    ),
    Step(
        "a batch that names a key twice",
        "BatchWriteItem",
        {"RequestItems": {"orders": [put(3, 1), put(3, 1)]}},
        REJECTED,
        "ValidationException: Provided list of item keys contains duplicates",
        parts=2,
    ),
    Step(
        "a put", "PutItem", {"TableName": "orders", "Item": order(4, 1, text=s(Slot(1)))}, drawn=('ü "q" \\ % \x01 😀',)
    ),
    Step(
        "a put with an attribute that is left out",
        "PutItem",
        {"TableName": "orders", "Item": {**key(4, 2), "a": Whole(1, optional=True), "b": Whole(2, optional=True)}},
        drawn=(None, {"M": {"x": {"B": b"\x00"}}}),
    ),
    Step(
        "a put over an item that returns the old one",
        "PutItem",
        {"TableName": "orders", "Item": order(4, 1), "ReturnValues": "ALL_OLD"},
        holds={"Attributes.text.S": 'ü "q" \\ % \x01 😀'},
    ),
    Step(
        "a put whose condition fails, with the item as it is",
        "PutItem",
        {
            "TableName": "orders",
            "Item": order(4, 1),
            "ConditionExpression": "attribute_not_exists(pk)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        },
        FAILED,
        "ConditionalCheckFailedException",
        holds={"Item.amount.N": "10"},
    ),
    *(
        Step(
            f"an update that returns {returned}",
            "UpdateItem",
            {
                "TableName": "orders",
                "Key": key(4, 1),
                "UpdateExpression": "SET #s = :paid, deep.city = :city ADD amount :one REMOVE #r",
                "ExpressionAttributeValues": values(paid={"S": "paid"}, city=s(Slot(1)), one={"N": "1"}),
                "ReturnValues": returned,
                "ExpressionAttributeNames": {"#s": "status", "#r": "region"},
            },
            drawn=("Bonn",),
        )
        for returned in ("NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW")
    ),
    Step(
        "an update whose condition fails",
        "UpdateItem",
        {
            "TableName": "orders",
            "Key": key(4, 1),
            "UpdateExpression": "SET #s = :open",
            "ConditionExpression": "#s = :open",
            "ExpressionAttributeValues": values(open={"S": "open"}),
            **STATUS,
        },
        FAILED,
        "ConditionalCheckFailedException",
    ),
    Step(
        "an update that cannot be done",
        "UpdateItem",
        {
            "TableName": "orders",
            "Key": key(4, 1),
            "UpdateExpression": "SET amount = amount + :x",
            "ExpressionAttributeValues": values(x={"S": "one"}),
        },
        REJECTED,
        "ValidationException",
    ),
    Step(
        "a delete that returns the item",
        "DeleteItem",
        {"TableName": "orders", "Key": key(4, 1), "ReturnValues": "ALL_OLD"},
        holds={"Attributes.deep.M.city.S": "Bonn"},
    ),
    Step("a delete of nothing", "DeleteItem", {"TableName": "orders", "Key": key(4, 1)}),
    Step(
        "a delete whose condition fails",
        "DeleteItem",
        {"TableName": "orders", "Key": Whole(1), "ConditionExpression": "attribute_exists(pk)"},
        FAILED,
        drawn=({"pk": {"S": "c#4"}, "sk": {"N": "1"}},),
    ),
]

FETCHES = [
    Step("a read", "GetItem", {"TableName": "orders", "Key": key(1, 1)}, holds={"Item.blob.B": "Af8="}),
    Step("a consistent read", "GetItem", {"TableName": "orders", "Key": key(1, 1), "ConsistentRead": True}),
    Step(
        "a read of parts of an item",
        "GetItem",
        {"TableName": "orders", "Key": key(1, 1), "ProjectionExpression": "#s, deep.city, deep.things[1]", **STATUS},
        holds={"Item.deep.M.city.S": "Ulm"},
    ),
    Step("a read of nothing", "GetItem", {"TableName": "orders", "Key": key(9, 9)}, NOT_FOUND),
    Step("a read with half a key", "GetItem", {"TableName": "orders", "Key": {"pk": {"S": "a"}}}, REJECTED),
    Step(
        "a batch of reads of two tables, one of them projected",
        "BatchGetItem",
        {
            "RequestItems": {
                "orders": {"Keys": [key(1, n) for n in (1, 2, 99)], "ConsistentRead": True},
                "customers": {"Keys": [{"pk": {"S": "c#1"}}], "ProjectionExpression": "pk"},
            }
        },
        parts=4,
    ),
    Step(
        "a batch of reads that finds nothing",
        "BatchGetItem",
        {"RequestItems": {"orders": {"Keys": [key(9, 1), key(9, 2)]}}},
        NOT_FOUND,
        parts=2,
    ),
    Step(
        "a batch of reads of a table that is not there",
        "BatchGetItem",
        {"RequestItems": {"nowhere": {"Keys": [key(9, 1)]}}},
        REJECTED,
        "ResourceNotFoundException",
    ),
    Step(
        "a transaction of reads",
        "TransactGetItems",
        {
            "TransactItems": [
                {"Get": {"TableName": "orders", "Key": key(1, 1), "ProjectionExpression": "amount"}},
                {"Get": {"TableName": "customers", "Key": {"pk": {"S": "none"}}}},
            ]
        },
        parts=2,
    ),
    Step(
        "a transaction of reads that finds nothing",
        "TransactGetItems",
        {"TransactItems": [{"Get": {"TableName": "orders", "Key": key(9, n)}} for n in (1, 2)]},
        NOT_FOUND,
        parts=2,
    ),
    Step(
        "a transaction of reads that names a key twice",
        "TransactGetItems",
        {"TransactItems": [{"Get": {"TableName": "orders", "Key": key(9, 1)}} for _ in (1, 2)]},
        REJECTED,
        "ValidationException",
        parts=2,
    ),
]

MANY = [
    Step("a query", "Query", {"TableName": "orders", "KeyConditionExpression": PK, **PK_IS_1}, holds={"Count": 8}),
    Step("a consistent query", "Query", of_orders(KeyConditionExpression=PK, **PK_IS_1, ConsistentRead=True)),
    Step(
        "a query of a range, the last first",
        "Query",
        {
            "TableName": "orders",
            "KeyConditionExpression": "pk = :pk AND sk BETWEEN :low AND :high",
            "ExpressionAttributeValues": values(
                pk=s("c#", Slot(1)), low=Template("N", (Slot(2),)), high=Template("N", (Slot(3),))
            ),
            "ScanIndexForward": False,
        },
        drawn=("1", 2, 5),
        holds={"Count": 4},
    ),
    Step(
        "a query with a filter",
        "Query",
        {
            "TableName": "orders",
            "KeyConditionExpression": PK,
            "FilterExpression": "amount > :t AND contains(tags, :n)",
            "ExpressionAttributeValues": values(pk={"S": "c#1"}, t={"N": "30"}, n={"S": "n5"}),
        },
        holds={"Count": 1, "ScannedCount": 8},
    ),
    Step(
        "a query that only counts",
        "Query",
        {"TableName": "orders", "KeyConditionExpression": PK, **PK_IS_1, "Select": "COUNT"},
        holds={"Count": 8},
    ),
    Step(
        "the first page of a query, its start left out",
        "Query",
        of_orders(KeyConditionExpression=PK, **PK_IS_1, Limit=3, ExclusiveStartKey=Whole(1, optional=True)),
        drawn=(None,),
        holds={"Count": 3, "LastEvaluatedKey.sk.N": "3"},
    ),
    Step(
        "the next page of it",
        "Query",
        of_orders(KeyConditionExpression=PK, **PK_IS_1, Limit=3, ExclusiveStartKey=Whole(1, optional=True)),
        drawn=({"pk": {"S": "c#1"}, "sk": {"N": "3"}},),
        holds={"Count": 3, "LastEvaluatedKey.sk.N": "6"},
    ),
    Step(
        "a query of nothing",
        "Query",
        of_orders(KeyConditionExpression=PK, ExpressionAttributeValues=values(pk={"S": "none"})),
        holds={"Count": 0},
    ),
    Step(
        "a query of an index with a projection",
        "Query",
        {
            "TableName": "orders",
            "IndexName": "by_status",
            "KeyConditionExpression": "#s = :s",
            "ProjectionExpression": "pk, amount",
            "ExpressionAttributeValues": values(s={"S": "open"}),
            **STATUS,
        },
    ),
    Step(
        "a query of an index with a key of several attributes",
        "Query",
        {
            "TableName": "orders",
            "IndexName": "by_place",
            "KeyConditionExpression": "tenant = :t AND #r = :r AND placed = :p AND sk > :n",
            "ExpressionAttributeNames": {"#r": "region"},
            "ExpressionAttributeValues": values(t=s("t", Slot(1)), r={"S": "eu"}, p={"N": "1005"}, n={"N": "1"}),
        },
        drawn=(1,),
        holds={"Count": 1},
    ),
    Step(
        "a query of such an index without all of its partition key",
        "Query",
        {
            "TableName": "orders",
            "IndexName": "by_place",
            "KeyConditionExpression": "tenant = :t",
            "ExpressionAttributeValues": values(t={"S": "t1"}),
        },
        REJECTED,
        "ValidationException",
    ),
    Step(
        "a query of an index that is not there",
        "Query",
        {"TableName": "orders", "IndexName": "by_none", "KeyConditionExpression": PK, **PK_IS_1},
        REJECTED,
        "ValidationException",
    ),
    Step("a scan", "Scan", {"TableName": "orders"}, holds={"Count": 12}),
    Step("a scan of an index", "Scan", {"TableName": "orders", "IndexName": "by_status"}),
    Step(
        "a scan with a filter and a projection",
        "Scan",
        {
            "TableName": "orders",
            "FilterExpression": "amount >= :t",
            "ProjectionExpression": "pk, sk",
            "ExpressionAttributeValues": values(t={"N": "50"}),
            "ConsistentRead": True,
        },
        holds={"ScannedCount": 12},
    ),
    *(
        Step(f"segment {segment} of a scan", "Scan", of_orders(Segment=Whole(1), TotalSegments=3), drawn=(segment,))
        for segment in range(3)
    ),
    Step("a page of a scan", "Scan", {"TableName": "orders", "Limit": 5}, holds={"Count": 5}),
    Step(
        "a page of a segment",
        "Scan",
        of_orders(Limit=1, Segment=0, TotalSegments=2, ExclusiveStartKey=Whole(1, optional=True)),
        drawn=(None,),
    ),
]

TRANSACTIONS = [
    Step(
        "a transaction of every kind",
        "TransactWriteItems",
        {
            "TransactItems": [
                {
                    "Put": {
                        "TableName": "orders",
                        "Item": order(5, 1),
                        "ConditionExpression": "attribute_not_exists(pk)",
                    }
                },
                {
                    "Update": {
                        "TableName": "customers",
                        "Key": {"pk": s("c#", Slot(1))},
                        "UpdateExpression": "ADD orders :one",
                        "ExpressionAttributeValues": values(one={"N": "1"}),
                    }
                },
                {"Delete": {"TableName": "orders", "Key": key(3, 1)}},
                {
                    "ConditionCheck": {
                        "TableName": "orders",
                        "Key": key(1, 1),
                        "ConditionExpression": "attribute_exists(pk)",
                    }
                },
            ],
        },
        drawn=(1,),
        parts=4,
    ),
    *(
        Step(
            f"a transaction with a token, {time} time",
            "TransactWriteItems",
            {
                "TransactItems": [
                    {
                        "Update": {
                            "TableName": "customers",
                            "Key": {"pk": {"S": "c#1"}},
                            "UpdateExpression": "ADD orders :n",
                            "ExpressionAttributeValues": values(n={"N": count}),
                        }
                    }
                ],
                "ClientRequestToken": Whole(0),
            },
            outcome,
            reason,
        )
        for time, count, outcome, reason in (
            ("the first", "1", OK, ""),
            ("the second", "1", OK, ""),
            ("another", "2", REJECTED, "IdempotentParameterMismatchException"),
        )
    ),
    Step(
        "a transaction of which two conditions fail, with the items as they are",
        "TransactWriteItems",
        {
            "TransactItems": [
                {
                    "Put": {
                        "TableName": "orders",
                        "Item": order(1, number),
                        "ConditionExpression": "attribute_not_exists(pk)",
                        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                    }
                }
                for number in (1, 2, 77)
            ]
        },
        FAILED,
        CANCELLED + "ConditionalCheckFailed (2 of 3)",
        parts=3,
        holds={"CancellationReasons.0.Item.amount.N": "10", "CancellationReasons.2.Code": "None"},
    ),
    Step(
        "a transaction with an update that cannot be done",
        "TransactWriteItems",
        {
            "TransactItems": [
                {"Put": {"TableName": "orders", "Item": order(6, 1)}},
                {
                    "Update": {
                        "TableName": "orders",
                        "Key": key(1, 1),
                        "UpdateExpression": "ADD #s :one",
                        "ExpressionAttributeValues": values(one={"N": "1"}),
                        **STATUS,
                    }
                },
            ]
        },
        REJECTED,
        "ValidationException: An operand",
        parts=2,
    ),
    Step("what was cancelled did not happen", "GetItem", {"TableName": "orders", "Key": key(6, 1)}, NOT_FOUND),
]

SELECT = 'SELECT * FROM "{orders}" WHERE pk = ? AND sk = ?'
INSERT = "INSERT INTO \"{orders}\" VALUE {{'pk': ?, 'sk': ?, 'status': 'open'}}"
UPDATE = 'UPDATE "{orders}" SET amount = ? WHERE pk = ? AND sk = ?'


def parameters(customer: int, number: int, *more: Any) -> list[Any]:
    return [*more, {"S": f"c#{customer}"}, {"N": str(number)}]


PARTIQL = [
    Step(
        "a statement that reads",
        "ExecuteStatement",
        statement(SELECT, s("c#", Slot(1)), Whole(2)),
        drawn=("1", {"N": "1"}),
        holds={"Items.0.amount.N": "10"},
    ),
    Step("a consistent one", "ExecuteStatement", statement(SELECT, *parameters(1, 1), ConsistentRead=True)),
    Step("one that reads nothing", "ExecuteStatement", statement(SELECT, *parameters(9, 9)), holds={"Items": []}),
    Step(
        "one that reads many",
        "ExecuteStatement",
        statement('SELECT pk, amount FROM "{orders}" WHERE pk = ?', {"S": "c#1"}),
        holds={"Items.7.amount.N": "80"},
    ),
    Step(
        "one of an index",
        "ExecuteStatement",
        statement('SELECT * FROM "{orders}"."by_status" WHERE status = ?', {"S": "open"}),
    ),
    Step("an insert", "ExecuteStatement", {"Statement": INSERT, "Parameters": parameters(7, 1)}, writes=True),
    Step(
        "an insert of what is there",
        "ExecuteStatement",
        {"Statement": INSERT, "Parameters": parameters(7, 1)},
        FAILED,
        "DuplicateItem",
        writes=True,
    ),
    Step(
        "an update",
        "ExecuteStatement",
        statement(UPDATE + " RETURNING ALL NEW *", *parameters(7, 1, {"N": "5"})),
        writes=True,
        holds={"Items.0.amount.N": "5"},
    ),
    Step(
        "an update of nothing",
        "ExecuteStatement",
        statement(UPDATE, *parameters(7, 9, {"N": "5"}), ReturnValuesOnConditionCheckFailure="ALL_OLD"),
        FAILED,
        "ConditionalCheckFailedException",
        writes=True,
    ),
    Step(
        "a delete",
        "ExecuteStatement",
        statement('DELETE FROM "{orders}" WHERE pk = ? AND sk = ? RETURNING ALL OLD *', *parameters(7, 1)),
        writes=True,
        holds={"Items.0.status.S": "open"},
    ),
    Step("one that cannot be read", "ExecuteStatement", {"Statement": "SELECT"}, REJECTED, "ValidationException"),
    Step(
        "a batch of statements that read",
        "BatchExecuteStatement",
        {"Statements": [{"Statement": SELECT, "Parameters": parameters(1, n)} for n in (1, 2, 99)]},
        parts=3,
    ),
    Step(
        "a batch of statements that read nothing",
        "BatchExecuteStatement",
        {"Statements": [{"Statement": SELECT, "Parameters": parameters(9, n)} for n in (1, 2)]},
        NOT_FOUND,
        parts=2,
    ),
    Step(
        "a batch of statements that write",
        "BatchExecuteStatement",
        {"Statements": [{"Statement": INSERT, "Parameters": parameters(8, n)} for n in (1, 2)]},
        writes=True,
        parts=2,
    ),
    Step(
        "a batch of statements of which some fail",
        "BatchExecuteStatement",
        {"Statements": [{"Statement": INSERT, "Parameters": parameters(8, n)} for n in (1, 2, 3)]},
        FAILED,
        "2 of 3 statements: DuplicateItem",
        writes=True,
        parts=3,
    ),
    Step(
        "a batch of statements of which one is wrong and one fails",
        "BatchExecuteStatement",
        {
            "Statements": [
                {"Statement": UPDATE, "Parameters": parameters(8, 99, {"N": "1"})},
                {
                    "Statement": 'UPDATE "{orders}" SET amount = ? WHERE pk = ?',
                    "Parameters": [{"N": "1"}, {"S": "c#8"}],
                },
            ]
        },
        REJECTED,
        "2 of 2 statements: ValidationError, ConditionalCheckFailed",
        writes=True,
        parts=2,
    ),
    Step(
        "a transaction of statements that read",
        "ExecuteTransaction",
        {"TransactStatements": [{"Statement": SELECT, "Parameters": parameters(8, n)} for n in (1, 99)]},
        parts=2,
    ),
    Step(
        "a transaction of statements that write",
        "ExecuteTransaction",
        {
            "TransactStatements": [{"Statement": UPDATE, "Parameters": parameters(8, n, {"N": "1"})} for n in (1, 2)],
            "ClientRequestToken": Whole(1),
        },
        drawn=(str(uuid.uuid4()),),
        writes=True,
        parts=2,
    ),
    Step(  # the service says DuplicateItem
        "a transaction of statements that is cancelled",
        "ExecuteTransaction",
        {"TransactStatements": [{"Statement": INSERT, "Parameters": parameters(8, n)} for n in (1, 9)]},
        REJECTED,
        CANCELLED + "ValidationError (1 of 2): Duplicate primary key",
        writes=True,
        parts=2,
    ),
]

STEPS = WRITES + FETCHES + MANY + TRANSACTIONS + PARTIQL


def named(node: Any, run: str) -> Any:
    """The step's request with the tables' names of a run."""
    names = {table: f"{run}-{table}" for table in (*TABLES, "nowhere")}
    if isinstance(node, dict):
        renamed = {names.get(key, key): named(value, run) for key, value in node.items()}
        if "TableName" in node:
            renamed["TableName"] = names[node["TableName"]]
        if "Statement" in node:
            renamed["Statement"] = node["Statement"].format(**names)
        return renamed
    return [named(value, run) for value in node] if isinstance(node, list) else node


def operation_of(step: Step, run: str) -> Operation:
    writes = step.writes if step.writes is not None else step.api in WRITES_ALWAYS
    request = named(step.request, run) | {"ReturnConsumedCapacity": "INDEXES"}
    return Operation(step.sentence, step.api, f"{run}-orders", request, writes=writes, parts=step.parts)


def settled(node: Any, inside: str = "") -> Any:
    """A reply with what has no order in one order: members of sets, items of a batch, tables that were charged."""
    if isinstance(node, dict):
        return {key: settled(value, key) for key, value in node.items()}
    if not isinstance(node, list):
        return node
    members = [settled(value) for value in node]
    if inside in {"SS", "NS", "BS", "ConsumedCapacity"} or inside.endswith("-orders"):
        members.sort(key=lambda member: orjson.dumps(member, option=orjson.OPT_SORT_KEYS))
    return members


def found(reply: Any, path: str) -> Any:
    for name in path.split("."):
        reply = reply[int(name)] if isinstance(reply, list) else reply.get(name)
    return reply


@contextlib.asynccontextmanager
async def tables(url: str, run: str) -> AsyncIterator[None]:
    """The tables of a run."""

    def schema(**roles: str) -> list[dict[str, str]]:
        return [{"AttributeName": name, "KeyType": role} for name, role in roles.items()]

    kinds = {"pk": "S", "sk": "N", "status": "S", "tenant": "S", "region": "S", "placed": "N"}
    everything = {"ProjectionType": "ALL"}
    by_status = {"IndexName": "by_status", "KeySchema": schema(status="HASH", sk="RANGE"), "Projection": everything}
    by_place = {
        "IndexName": "by_place",
        "KeySchema": schema(tenant="HASH", region="HASH", placed="RANGE", sk="RANGE"),
        "Projection": everything,
    }
    session = aioboto3.Session(STATIC_KEYS.access_key, STATIC_KEYS.secret_key, region_name="us-east-1")
    async with session.client("dynamodb", endpoint_url=url) as client:
        await client.create_table(
            TableName=f"{run}-orders",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": kind} for name, kind in kinds.items()],
            KeySchema=schema(pk="HASH", sk="RANGE"),
            GlobalSecondaryIndexes=[by_status, by_place],
        )
        await client.create_table(
            TableName=f"{run}-customers",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=schema(pk="HASH"),
        )
        yield
        for table in TABLES:
            await client.delete_table(TableName=f"{run}-{table}")


Told = tuple[Outcome, str, Any]


async def history(url: str, transport_name: str, run: str) -> dict[str, Told]:
    """What became of each step, by its sentence."""
    clock = LoopClock(asyncio.get_running_loop())
    transport = open_transport(transport_name, Endpoint(url, "us-east-1"), LIMITS, clock, seed=1)
    told: dict[str, Told] = {}
    await transport.open()
    async with tables(url, run):
        for step in STEPS:
            draw: Draw = (str(uuid.uuid5(uuid.NAMESPACE_OID, transport_name + run)), *step.drawn)
            call = await asyncio.wait_for(send(transport, operation_of(step, run), draw), 120)
            told[f"{step.api}: {step.sentence}"] = call.outcome, call.reason, settled(call.reply)
    await transport.close()
    return told


@pytest.fixture(scope="module")
def histories(dynamodb_local: str) -> Mapping[str, dict[str, Told]]:
    run = f"every-{uuid.uuid4().hex[:8]}"

    async def both() -> dict[str, dict[str, Told]]:
        return {name: await history(dynamodb_local, name, run) for name in TRANSPORTS}

    return asyncio.run(both())


SENTENCES = [f"{step.api}: {step.sentence}" for step in STEPS]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_both_transports_tell_the_same_outcome_reason_reply_and_units(
    histories: Mapping[str, dict[str, Told]], sentence: str
) -> None:
    assert histories["wire"][sentence] == histories["sdk"][sentence]


@pytest.mark.parametrize("step", STEPS, ids=SENTENCES)
def test_what_they_tell_is_so(histories: Mapping[str, dict[str, Told]], step: Step) -> None:
    outcome, reason, reply = histories["wire"][f"{step.api}: {step.sentence}"]
    assert (outcome, reason[: len(step.reason)]) == (step.outcome, step.reason), reason
    assert {path: found(reply, path) for path in step.holds} == step.holds


CHARGED = [step for step in STEPS if step.outcome in {OK, NOT_FOUND} and "Execute" not in step.api]
"""DynamoDB Local names no units for PartiQL."""


@pytest.mark.parametrize("step", CHARGED, ids=lambda step: step.sentence)
def test_a_good_answer_names_its_units(histories: Mapping[str, dict[str, Told]], step: Step) -> None:
    _, _, reply = histories["wire"][f"{step.api}: {step.sentence}"]
    consumed = reply["ConsumedCapacity"]
    assert all("CapacityUnits" in entry for entry in (consumed if isinstance(consumed, list) else [consumed]))


def test_every_data_operation_is_among_them() -> None:
    assert {step.api for step in STEPS} == DATA_OPERATIONS


# --- the embedded target ---------------------------------------------------------------------------------------------

ELSEWISE = {
    "UpdateItem: an update that cannot be done": OK,
    "ExecuteStatement: one of an index": REJECTED,
    "ExecuteTransaction: a transaction of statements that is cancelled": FAILED,  # as the service has it
}
"""Where the embedded target has another outcome than DynamoDB Local."""


@pytest.fixture(scope="module")
def embedded_history() -> dict[str, Told]:
    async def embedded() -> dict[str, Told]:
        async with open_target("embedded") as target:
            return await history(target.endpoint.url, "wire", f"every-{uuid.uuid4().hex[:8]}")

    return asyncio.run(embedded())


def gist(sentence: str, reply: dict[str, Any] | None) -> Any:
    """What was read, whatever its order; which segment or page holds which items is each server's own affair."""
    if "segment" in sentence or "page" in sentence:
        return None
    reply = reply or {}
    items = settled({"-orders": reply.get("Items", [])})
    return items, reply.get("Item"), reply.get("Attributes"), reply.get("Count"), "LastEvaluatedKey" in reply


def test_the_embedded_target_does_every_data_operation_as_dynamodb_local_does(
    histories: Mapping[str, dict[str, Told]], embedded_history: dict[str, Told]
) -> None:
    local = histories["wire"]
    expected = {
        sentence: (ELSEWISE.get(sentence, local[sentence][0]), gist(sentence, local[sentence][2]))
        for sentence in embedded_history
    }
    found = {sentence: (outcome, gist(sentence, reply)) for sentence, (outcome, _, reply) in embedded_history.items()}
    for sentence in ELSEWISE:
        assert found.pop(sentence)[0] is expected.pop(sentence)[0]
    assert found == expected
    assert {step.api for step in STEPS if f"{step.api}: {step.sentence}" in found} == DATA_OPERATIONS
