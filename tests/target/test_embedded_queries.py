"""Indexes with keys of several attributes: the embedded target answers queries of them as DynamoDB Local does."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import AsyncIterator
from typing import Any

import aioboto3
import pytest
from botocore.exceptions import ClientError

from ddbload.target import open_target
from ddbload.transport.credentials import STATIC_KEYS

EU = {":t": {"S": "t"}, ":r": {"S": "eu"}}
PARTITION = "tenant = :t AND #r = :r"


def n(number: int) -> dict[str, str]:
    return {"N": str(number)}


QUERIES: list[tuple[str, dict[str, Any]]] = [
    ("the whole partition", {"KeyConditionExpression": PARTITION}),
    ("its attributes in another order", {"KeyConditionExpression": "#r = :r AND tenant = :t"}),
    (
        "an equal first sort attribute",
        {"KeyConditionExpression": f"{PARTITION} AND placed = :p", "values": {":p": n(10)}},
    ),
    (
        "a range of the first sort attribute",
        {"KeyConditionExpression": f"{PARTITION} AND placed > :p", "values": {":p": n(9)}},
    ),
    (
        "an equal first and a range of the second",
        {
            "KeyConditionExpression": f"{PARTITION} AND placed = :p AND n BETWEEN :a AND :b",
            "values": {":p": n(10), ":a": n(4), ":b": n(5)},
        },
    ),
    ("from the end", {"KeyConditionExpression": PARTITION, "ScanIndexForward": False}),
    (
        "a filter",
        {"KeyConditionExpression": PARTITION, "FilterExpression": "x <> :x", "values": {":x": {"S": "x3"}}},
    ),
    ("a projection", {"KeyConditionExpression": PARTITION, "ProjectionExpression": "x, m.a, #r"}),
    ("a count", {"KeyConditionExpression": PARTITION, "Select": "COUNT"}),
    ("another partition", {"KeyConditionExpression": PARTITION, "values": {":r": {"S": "us"}}}),
    ("an index of some attributes", {"IndexName": "some", "KeyConditionExpression": PARTITION}),
]


@contextlib.asynccontextmanager
async def table(url: str) -> AsyncIterator[tuple[Any, str]]:
    """A table with two such indexes, of all and of some attributes; one item lacks what would put it there."""

    def schema(*partition: str, sort: tuple[str, ...]) -> list[dict[str, str]]:
        return [
            *({"AttributeName": name, "KeyType": "HASH"} for name in partition),
            *({"AttributeName": name, "KeyType": "RANGE"} for name in sort),
        ]

    kinds = {"pk": "S", "n": "N", "tenant": "S", "region": "S", "placed": "N"}
    key = schema("tenant", "region", sort=("placed", "n"))
    name = f"table-{uuid.uuid4().hex[:8]}"
    session = aioboto3.Session(STATIC_KEYS.access_key, STATIC_KEYS.secret_key, region_name="us-east-1")
    async with session.client("dynamodb", endpoint_url=url) as client:
        await client.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": kind} for name, kind in kinds.items()],
            KeySchema=schema("pk", sort=("n",)),
            GlobalSecondaryIndexes=[
                {"IndexName": "all", "KeySchema": key, "Projection": {"ProjectionType": "ALL"}},
                {
                    "IndexName": "some",
                    "KeySchema": key,
                    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x"]},
                },
            ],
        )
        for number in range(1, 8):
            item = {"pk": {"S": "a"}, "n": n(number), "x": {"S": f"x{number}"}, "m": {"M": {"a": n(number)}}}
            place = {"tenant": {"S": "t"}, "region": {"S": "us" if number == 7 else "eu"}, "placed": n(8 + number // 2)}
            if number == 6:
                del place["region"]
            await client.put_item(TableName=name, Item=item | place)
        yield client, name
        await client.delete_table(TableName=name)


async def asked(client: Any, name: str, request: dict[str, Any]) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "TableName": name,
        "IndexName": "all",
        "ExpressionAttributeNames": {"#r": "region"},
        "ExpressionAttributeValues": EU | request.get("values", {}),
        **{member: value for member, value in request.items() if member != "values"},
    }
    answer: dict[str, Any] = await client.query(**whole)
    del answer["ResponseMetadata"]
    return answer


async def test_queries_of_several_attributes_are_answered_as_dynamodb_local_does(dynamodb_local: str) -> None:
    async with (
        open_target("embedded") as target,
        table(target.endpoint.url) as (embedded, name),
        table(dynamodb_local) as (local, its_name),
    ):
        for sentence, request in QUERIES:
            assert await asked(embedded, name, request) == await asked(local, its_name, request), sentence
        found = await asked(embedded, name, dict(QUERIES)["the whole partition"])
        assert [item["n"]["N"] for item in found["Items"]] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("forward", [True, False])
async def test_pages_of_them_come_to_the_whole_in_order(dynamodb_local: str, forward: bool) -> None:
    async with open_target("embedded") as target:
        for url in (target.endpoint.url, dynamodb_local):
            async with table(url) as (client, name):
                found: list[str] = []
                more: dict[str, Any] = {}
                while True:
                    request = {"KeyConditionExpression": PARTITION, "ScanIndexForward": forward, "Limit": 2, **more}
                    page = await asked(client, name, request)
                    found += [item["n"]["N"] for item in page["Items"]]
                    if "LastEvaluatedKey" not in page:
                        break
                    more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
                assert found == sorted(["1", "2", "3", "4", "5"], reverse=not forward)


@pytest.mark.parametrize(
    ("condition", "names", "message"),
    [
        ("tenant = :t", {}, "HASH key attributes region must have equality conditions"),
        ("tenant = :t AND #r > :r", {"#r": "region"}, "HASH key attributes region must have equality conditions"),
    ],
)
async def test_a_query_without_the_whole_partition_key_is_refused(
    condition: str, names: dict[str, str], message: str
) -> None:
    async with open_target("embedded") as target, table(target.endpoint.url) as (client, name):
        values = {value: content for value, content in EU.items() if value in condition}
        aliases: dict[str, Any] = {"ExpressionAttributeNames": names} if names else {}
        with pytest.raises(ClientError, match=message):
            await client.query(
                TableName=name,
                IndexName="all",
                KeyConditionExpression=condition,
                ExpressionAttributeValues=values,
                **aliases,
            )


@pytest.mark.parametrize("index", ["all", "some"])
async def test_a_scan_finds_what_has_all_of_the_key(dynamodb_local: str, index: str) -> None:
    async with (
        open_target("embedded") as target,
        table(target.endpoint.url) as (embedded, name),
        table(dynamodb_local) as (local, its_name),
    ):
        for request in ({}, {"FilterExpression": "x > :x", "ExpressionAttributeValues": {":x": {"S": "x3"}}}):
            ours, theirs = [
                await client.scan(**{"TableName": called, "IndexName": index} | request)
                for client, called in ((embedded, name), (local, its_name))
            ]
            assert sorted(ours["Items"], key=number_of) == sorted(theirs["Items"], key=number_of)
            assert ours["Count"] == theirs["Count"] > 0


def number_of(item: dict[str, Any]) -> int:
    return int(item["n"]["N"])
