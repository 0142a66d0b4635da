"""The server as an SDK sees it: botocore, without retries, is the judge of every answer."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import boto3
import botocore.exceptions as be
import pytest
from botocore.config import Config

from ddbload.standin import Answer, Behaviour, Constant, Traffic, delayed, faulty, first, freezing, null, serve

KEY = {"pk": {"S": "a"}}


def client_of(url: str, attempts: int, patience_s: float) -> Any:
    retries = {"total_max_attempts": attempts, "mode": "standard"}
    config = Config(retries=retries, connect_timeout=60, read_timeout=patience_s)
    return boto3.client(
        "dynamodb",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="standin",
        aws_secret_access_key="standin",
        config=config,
    )


@asynccontextmanager
async def client(
    behaviour: Behaviour, traffic: Traffic | None = None, *, attempts: int = 1, patience_s: float = 60
) -> AsyncIterator[Any]:
    async with serve(behaviour, traffic=traffic) as url:
        made = await asyncio.to_thread(client_of, url, attempts, patience_s)
        try:
            yield made
        finally:
            made.close()


async def call(method: Callable[..., Any], **request: Any) -> Any:
    return await asyncio.to_thread(method, **request)


# --- the null server -----------------------------------------------------------------------------------------------


async def test_reads_find_an_item() -> None:
    async with client(null(item_bytes=10, items=2)) as dynamodb:
        item = {"pk": {"S": "stand-in"}, "payload": {"S": "x" * 10}}
        assert (await call(dynamodb.get_item, TableName="orders", Key=KEY))["Item"] == item
        found = await call(
            dynamodb.query,
            TableName="orders",
            KeyConditionExpression="pk = :p",
            ExpressionAttributeValues={":p": {"S": "a"}},
        )
        assert (found["Items"], found["Count"]) == ([item, item], 2)


async def test_writes_succeed_and_tell_their_units() -> None:
    async with client(null()) as dynamodb:
        for method, request in [
            (dynamodb.put_item, {"Item": KEY}),
            (dynamodb.update_item, {"Key": KEY}),
            (dynamodb.delete_item, {"Key": KEY}),
        ]:
            answer = await call(method, TableName="orders", ReturnConsumedCapacity="TOTAL", **request)
            assert answer["ConsumedCapacity"] == {"TableName": "orders", "CapacityUnits": 1.0}


async def test_a_batch_is_written_whole() -> None:
    async with client(null()) as dynamodb:
        batch = {"orders": [{"PutRequest": {"Item": KEY}}] * 3}
        answer = await call(dynamodb.batch_write_item, RequestItems=batch, ReturnConsumedCapacity="TOTAL")
        assert answer["UnprocessedItems"] == {}
        assert answer["ConsumedCapacity"] == [{"TableName": "orders", "CapacityUnits": 3.0}]


async def test_a_table_lives_from_its_creation_to_its_end() -> None:
    async with client(null(wall=lambda: 1_750_000_000.5)) as dynamodb:
        with pytest.raises(dynamodb.exceptions.ResourceNotFoundException):
            await call(dynamodb.describe_table, TableName="orders")
        made = await call(
            dynamodb.create_table,
            TableName="orders",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by_status",
                    "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        described = (await call(dynamodb.describe_table, TableName="orders"))["Table"]
        assert described == made["TableDescription"]
        assert described["TableStatus"] == described["GlobalSecondaryIndexes"][0]["IndexStatus"] == "ACTIVE"
        assert described["CreationDateTime"].timestamp() == 1_750_000_000.5
        assert (await call(dynamodb.list_tables))["TableNames"] == ["orders"]

        arn = described["TableArn"]
        await call(dynamodb.tag_resource, ResourceArn=arn, Tags=[{"Key": "owner", "Value": "me"}])
        assert (await call(dynamodb.list_tags_of_resource, ResourceArn=arn))["Tags"] == [
            {"Key": "owner", "Value": "me"}
        ]

        await call(dynamodb.delete_table, TableName="orders")
        assert (await call(dynamodb.list_tables))["TableNames"] == []


async def test_a_call_that_it_does_not_know_is_refused() -> None:
    async with client(null()) as dynamodb:
        with pytest.raises(be.ClientError, match="UnknownOperationException"):
            await call(dynamodb.list_backups)


async def test_one_connection_serves_many_requests() -> None:
    traffic = Traffic()
    async with client(null(), traffic) as dynamodb:
        for _ in range(5):
            await call(dynamodb.get_item, TableName="orders", Key=KEY)
    assert (traffic.connections, traffic.requests["GetItem"]) == (1, 5)


# --- faults --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "code", "status"),
    [
        ("throttle", "ProvisionedThroughputExceededException", 400),
        ("throttling", "ThrottlingException", 400),
        ("request_limit", "RequestLimitExceeded", 400),
        ("500", "InternalServerError", 500),
        ("503", "ServiceUnavailableException", 503),
        ("condition", "ConditionalCheckFailedException", 400),
        ("conflict", "TransactionConflictException", 400),
        ("validation", "ValidationException", 400),
        ("access_denied", "AccessDeniedException", 400),
        ("expired_token", "ExpiredTokenException", 400),
        ("table_not_found", "ResourceNotFoundException", 400),
        ("table_in_use", "ResourceInUseException", 400),
        ("serialization", "SerializationException", 400),
        ("unknown_operation", "UnknownOperationException", 400),
    ],
)
async def test_an_error_of_the_service_reads_as_such(kind: str, code: str, status: int) -> None:
    async with client(faulty(null(), kind)) as dynamodb:
        with pytest.raises(be.ClientError) as caught:
            await call(dynamodb.put_item, TableName="orders", Item=KEY)
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["Error"]["Message"]
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


@pytest.mark.parametrize(
    ("kind", "key", "reason"),
    [
        ("throttle", "ThrottlingReasons", "TableWriteProvisionedThroughputExceeded"),
        ("throttling", "throttlingReasons", "TableWriteMaxOnDemandThroughputExceeded"),
        ("request_limit", "ThrottlingReasons", "TableWriteAccountLimitExceeded"),
    ],
)
async def test_a_throttle_names_its_reason_and_its_table(kind: str, key: str, reason: str) -> None:
    async with client(faulty(null(), kind)) as dynamodb:
        with pytest.raises(be.ClientError) as caught:
            await call(dynamodb.put_item, TableName="orders", Item=KEY)
    arn = "arn:aws:dynamodb:us-east-1:000000000000:table/orders"
    assert caught.value.response[key] == [{"reason": reason, "resource": arn}]


@pytest.mark.parametrize(
    ("kind", "raised"),
    [
        ("close_before", be.ConnectionClosedError),
        ("reset", be.ConnectionClosedError),
        ("half", be.ConnectionClosedError),
        ("hang", be.ReadTimeoutError),
        ("garbage", be.ConnectionClosedError),
    ],
)
async def test_a_flaw_of_the_wire_is_what_the_sdk_takes_it_for(kind: str, raised: type[Exception]) -> None:
    async with client(faulty(null(), kind), patience_s=1 if kind == "hang" else 60) as dynamodb:
        with pytest.raises(raised):
            await call(dynamodb.get_item, TableName="orders", Key=KEY)


async def test_a_wrong_checksum_is_noticed_by_the_sdk_which_asks_again() -> None:
    traffic = Traffic()
    async with client(faulty(null(), "wrong_crc", first(1)), traffic, attempts=2) as dynamodb:
        assert "Item" in await call(dynamodb.get_item, TableName="orders", Key=KEY)
    assert traffic.requests["GetItem"] == 2


@pytest.mark.parametrize("kind", ["close_after", "close_announced", "http_1_0"])
async def test_an_answer_before_the_close_counts_and_the_next_call_needs_a_new_connection(kind: str) -> None:
    traffic = Traffic()
    async with client(faulty(null(), kind, first(1)), traffic) as dynamodb:
        for _ in range(2):
            assert "Item" in await call(dynamodb.get_item, TableName="orders", Key=KEY)
    assert traffic.connections == 2


async def test_slow_bytes_come_to_a_whole_answer() -> None:
    async with client(faulty(null(), "slow")) as dynamodb:
        assert "Item" in await call(dynamodb.get_item, TableName="orders", Key=KEY)


# --- time ----------------------------------------------------------------------------------------------------------


async def test_requests_during_a_freeze_are_answered_after_the_thaw() -> None:
    loop = asyncio.get_running_loop()
    async with client(freezing(null(), at_s=0, for_s=0.3)) as dynamodb:
        began_s = loop.time()

        async def answered_s(number: int) -> float:
            await asyncio.sleep(number * 0.05)
            await call(dynamodb.get_item, TableName="orders", Key=KEY)
            return loop.time() - began_s

        assert min(await asyncio.gather(*map(answered_s, range(3)))) >= 0.3


async def test_an_answer_is_not_sent_before_its_delay_is_over() -> None:
    loop = asyncio.get_running_loop()
    async with client(delayed(null(), Constant(0.1))) as dynamodb:
        began_s = loop.time()
        await call(dynamodb.get_item, TableName="orders", Key=KEY)
        assert loop.time() - began_s >= 0.1


# --- HTTP ----------------------------------------------------------------------------------------------------------


def request(api: str, body: bytes = b'{"TableName":"orders"}', *, version: str = "1.1") -> bytes:
    head = f"POST / HTTP/{version}\r\nX-Amz-Target: DynamoDB_20120810.{api}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rsplit(":", 1)[1]))
    try:
        yield reader, writer
    finally:
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)


async def body_of(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    return await reader.readexactly(int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0]))


async def is_ended(reader: asyncio.StreamReader) -> bool:
    try:
        return await asyncio.wait_for(reader.read(), 60) == b""
    except ConnectionError:
        return True


async def test_pipelined_requests_are_answered_in_their_order() -> None:
    async with serve(delayed(null(), {"GetItem": Constant(0.05)})) as url, connected(url) as (reader, writer):
        writer.write(request("GetItem") + request("PutItem"))
        assert b"Item" in await body_of(reader)
        assert await body_of(reader) == b"{}"


async def test_a_request_may_come_byte_by_byte() -> None:
    async with serve(null()) as url, connected(url) as (reader, writer):
        for byte in request("PutItem"):
            writer.write(bytes([byte]))
            await asyncio.sleep(0)
        assert await body_of(reader) == b"{}"


async def test_a_client_that_speaks_http_1_0_gets_its_answer_and_the_end_of_the_connection() -> None:
    async with serve(null()) as url, connected(url) as (reader, writer):
        writer.write(request("PutItem", version="1.0"))
        assert (await asyncio.wait_for(reader.read(), 60)).endswith(b"\r\n\r\n{}")


async def test_bytes_that_are_no_http_end_the_connection() -> None:
    async with serve(null()) as url, connected(url) as (reader, writer):
        writer.write(b"\x16\x03\x01 hello\r\n\r\n")
        assert await is_ended(reader)


async def test_the_end_of_a_server_ends_its_hung_connections() -> None:
    hung = asyncio.Event()

    def hanging(api: str, body: bytes, n: int, now_s: float) -> Answer:
        hung.set()
        return faulty(null(), "hang")(api, body, n, now_s)

    async with serve(hanging) as url:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rsplit(":", 1)[1]))
        writer.write(request("GetItem"))
        await hung.wait()
    assert await is_ended(reader)
    writer.close()


@pytest.mark.parametrize("turns", range(6))
async def test_connections_that_are_just_being_accepted_end_with_the_server(turns: int) -> None:
    """A client that opens many at once: asyncio has taken them in, and nobody has heard of them yet."""
    clients = [socket.socket() for _ in range(20)]
    try:
        async with serve(null()) as url:
            address = ("127.0.0.1", int(url.rsplit(":", 1)[1]))
            for one in clients:
                one.connect(address)
            for _ in range(turns):
                await asyncio.sleep(0)
        for one in clients:
            one.settimeout(10)
            assert is_closed(one)
    finally:
        for one in clients:
            one.close()


def is_closed(one: socket.socket) -> bool:
    try:
        return one.recv(1) == b""
    except ConnectionError:
        return True
