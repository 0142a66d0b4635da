"""The embedded server gives the outcomes that DynamoDB Local gives."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import sys
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

import pytest

from ddbload.errors import TargetError
from ddbload.target import open_target
from ddbload.target.model import TargetOptions

HEADERS = {
    "Content-Type": "application/x-amz-json-1.0",
    "Authorization": "AWS4-HMAC-SHA256 Credential=ddbload/20260101/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host, Signature=0",
}


class Server:
    """One keep-alive connection to a server, and a table of the test's own there."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(str(parts.hostname), parts.port)
        self.table = f"table-{uuid.uuid4().hex[:8]}"
        self.call(
            "CreateTable",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}],
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": kind} for name, kind in {"pk": "S", "n": "N", "g": "S"}.items()
            ],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by_g",
                    "KeySchema": [
                        {"AttributeName": "g", "KeyType": "HASH"},
                        {"AttributeName": "n", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        for n in (-3, 1, 2, 10, 20):
            self.call("PutItem", Item=item(n))

    def call(self, api: str, **request: Any) -> tuple[int, Any]:
        body = json.dumps(request if api == "BatchWriteItem" else {"TableName": self.table, **request})
        self._connection.request("POST", "/", body, {**HEADERS, "X-Amz-Target": f"DynamoDB_20120810.{api}"})
        reply = self._connection.getresponse()
        document = json.loads(reply.read())
        if reply.status != 200:
            return reply.status, document["__type"].partition("#")[2] or document["__type"]
        return reply.status, document

    def close(self) -> None:
        self._connection.close()


def item(n: int, **more: Any) -> dict[str, Any]:
    return {"pk": {"S": "a"}, "n": {"N": str(n)}, "g": {"S": "even" if n % 2 == 0 else "odd"}, "x": {"N": "5"}, **more}


def key(n: int) -> dict[str, Any]:
    return {"pk": {"S": "a"}, "n": {"N": str(n)}}


CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "get an item": ("GetItem", {"Key": key(1)}),
    "get an item that is not there": ("GetItem", {"Key": key(99)}),
    "put over an item": ("PutItem", {"Item": item(1, y={"BOOL": True}), "ReturnValues": "ALL_OLD"}),
    "put under a condition that fails": (
        "PutItem",
        {"Item": item(1), "ConditionExpression": "attribute_not_exists(pk)"},
    ),
    "update under a condition that holds": (
        "UpdateItem",
        {
            "Key": key(2),
            "UpdateExpression": "SET #x = #x + :one, #l = list_append(if_not_exists(#l, :none), :some) REMOVE #g",
            "ConditionExpression": "#x BETWEEN :one AND :nine AND begins_with(#g, :ev)",
            "ExpressionAttributeNames": {"#x": "x", "#l": "l", "#g": "g"},
            "ExpressionAttributeValues": {
                ":one": {"N": "1"},
                ":nine": {"N": "9"},
                ":ev": {"S": "ev"},
                ":none": {"L": []},
                ":some": {"L": [{"S": "s"}]},
            },
            "ReturnValues": "ALL_NEW",
        },
    ),
    "update under a condition that fails": (
        "UpdateItem",
        {
            "Key": key(2),
            "UpdateExpression": "ADD #x :one",
            "ConditionExpression": "#x > :nine OR size(#g) < :one",
            "ExpressionAttributeNames": {"#x": "x", "#g": "g"},
            "ExpressionAttributeValues": {":one": {"N": "1"}, ":nine": {"N": "9"}},
        },
    ),
    "update an item that is not there": (
        "UpdateItem",
        {
            "Key": key(50),
            "UpdateExpression": "ADD #x :one",
            "ExpressionAttributeNames": {"#x": "x"},
            "ExpressionAttributeValues": {":one": {"N": "1"}},
            "ReturnValues": "ALL_NEW",
        },
    ),
    "update the key": (
        "UpdateItem",
        {"Key": key(1), "UpdateExpression": "SET n = :v", "ExpressionAttributeValues": {":v": {"N": "1"}}},
    ),
    "delete an item": ("DeleteItem", {"Key": key(1), "ReturnValues": "ALL_OLD"}),
    "delete under a condition that fails": (
        "DeleteItem",
        {"Key": key(1), "ConditionExpression": "attribute_exists(nothing)"},
    ),
    "query in numeric order": (
        "Query",
        {"KeyConditionExpression": "pk = :a", "ExpressionAttributeValues": {":a": {"S": "a"}}},
    ),
    "query a page from the end": (
        "Query",
        {
            "KeyConditionExpression": "pk = :a AND n < :ten",
            "ExpressionAttributeValues": {":a": {"S": "a"}, ":ten": {"N": "10"}},
            "Limit": 2,
            "ScanIndexForward": False,
        },
    ),
    "query on from a key": (
        "Query",
        {
            "KeyConditionExpression": "pk = :a",
            "ExpressionAttributeValues": {":a": {"S": "a"}},
            "ExclusiveStartKey": key(2),
        },
    ),
    "query with a filter": (
        "Query",
        {
            "KeyConditionExpression": "pk = :a",
            "FilterExpression": "g = :even",
            "ExpressionAttributeValues": {":a": {"S": "a"}, ":even": {"S": "even"}},
        },
    ),
    "query an index of keys": (
        "Query",
        {
            "IndexName": "by_g",
            "KeyConditionExpression": "g = :even",
            "ExpressionAttributeValues": {":even": {"S": "even"}},
        },
    ),
    "a table that is not there": ("GetItem", {"TableName": "nowhere", "Key": key(1)}),
    "a key of the wrong type": ("GetItem", {"Key": {"pk": {"S": "a"}, "n": {"S": "1"}}}),
}


@pytest.mark.parametrize("name", CALLS)
async def test_the_embedded_server_answers_as_dynamodb_local_does(dynamodb_local: str, name: str) -> None:
    api, request = CALLS[name]
    async with open_target("embedded") as target:
        embedded, local = Server(target.endpoint.url), Server(dynamodb_local)
        try:
            assert embedded.call(api, **request) == local.call(api, **request)
            for server in (embedded, local):
                puts = {server.table: [{"PutRequest": {"Item": item(n)}} for n in (1, 7)]}
                assert server.call("BatchWriteItem", RequestItems=puts)[1]["UnprocessedItems"] == {}
            everything = {
                "KeyConditionExpression": "pk = :a", "ExpressionAttributeValues": {":a": {"S": "a"}},
            }  # fmt: skip
            assert embedded.call("Query", **everything) == local.call("Query", **everything)
        finally:
            embedded.close()
            local.close()


async def test_the_embedded_server_is_functional_only_and_says_so() -> None:
    async with open_target("embedded") as target:
        assert target.functional
        assert target.ephemeral
        assert target.endpoint.url.startswith("http://127.0.0.1:")
        assert "not a measure of DynamoDB" in target.warnings[0]


async def test_a_server_that_does_not_start_in_time_is_an_error_in_words(tmp_path: Path) -> None:
    options = TargetOptions(logs=tmp_path, start_timeout_s=0.001)
    with pytest.raises(TargetError, match=r"embedded: the server did not start within 0\.001 s; log "):
        async with open_target("embedded", options):
            pass


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell")
async def test_what_a_client_that_has_hung_up_had_asked_for_is_not_done() -> None:
    """Its requests stand in the queue of a server that is slower than its clients' patience."""
    async with open_target("embedded") as target:
        assert target.pid is not None
        server, address = Server(target.endpoint.url), urlsplit(target.endpoint.url)
        try:
            os.kill(target.pid, signal.SIGSTOP)
            begun(address, "PutItem", {"TableName": server.table, "Item": item(77)}).close()
            with begun(address, "PutItem", {"TableName": server.table, "Item": item(78)}) as patient:
                os.kill(target.pid, signal.SIGCONT)
                assert patient.recv(15) == b"HTTP/1.1 200 OK"
            assert server.call("GetItem", Key=key(77)) == (200, {})
            assert server.call("GetItem", Key=key(78)) == (200, {"Item": item(78)})
        finally:
            server.close()


def begun(address: SplitResult, api: str, request: dict[str, Any]) -> socket.socket:
    """A connection with one request on its way."""
    connection = socket.create_connection((str(address.hostname), address.port or 0))
    body = json.dumps(request).encode()
    lines = [f"{name}: {value}" for name, value in HEADERS.items()]
    lines = ["POST / HTTP/1.1", f"X-Amz-Target: DynamoDB_20120810.{api}", f"Content-Length: {len(body)}", *lines]
    connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
    return connection
