"""What the embedded target does not do: said before, refused in words when it is asked all the same, and really so."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import AsyncIterator
from typing import Any

import aioboto3
import pytest
from botocore.exceptions import ClientError

from ddbload.target import open_target
from ddbload.target.embedded_limits import EMBEDDED_UNSUPPORTED, lack_of_statement
from ddbload.transport.credentials import STATIC_KEYS

A, ONE = {"S": "a"}, {"N": "1"}
LACKING: list[tuple[str, str, list[Any]]] = [
    ("a statement about an index", 'SELECT * FROM "{table}"."by_g" WHERE g = ?', [A]),
    ("BETWEEN", 'SELECT * FROM "{table}" WHERE pk = ? AND n BETWEEN ? AND ?', [A, ONE, ONE]),
    ("OR", 'SELECT * FROM "{table}" WHERE pk = ? AND (n = ? OR n = ?)', [A, ONE, ONE]),
    ("ORDER BY", 'SELECT * FROM "{table}" WHERE pk IN [?, ?] ORDER BY n DESC', [A, {"S": "b"}]),
    ("a function other than begins_with", 'SELECT * FROM "{table}" WHERE pk = ? AND contains(x, ?)', [A, A]),
    (
        "several SET in one statement",
        'UPDATE "{table}" SET x = ? SET y = ? WHERE pk = ? AND n = ?',
        [{"S": "x"}, {"S": "y"}, A, ONE],
    ),
    ("a document path", 'SELECT m.a FROM "{table}" WHERE pk = ?', [A]),
    ("a document path", 'SELECT l[0] FROM "{table}" WHERE pk = ?', [A]),
]
SELECT = 'SELECT n FROM "{table}" WHERE pk = ?'
UPDATE = 'UPDATE "{table}" SET x = ? WHERE pk = ? AND n = ? AND g = ?'
FINE = [
    SELECT,
    UPDATE,
    "SELECT * FROM \"{table}\" WHERE pk = 'a' AND begins_with(x, 'between or order by, m.a')",
    'SELECT pk, n FROM "{table}" WHERE pk = ? AND n IN [1, 2]',
    'SELECT * FROM my.table.of-2026 WHERE pk = ? AND "n" >= 1.5 AND x IS MISSING',
    "INSERT INTO \"{table}\" VALUE {{'pk': ?, 'n': ?}}",
    'UPDATE "{table}" SET x = x + ? REMOVE y WHERE pk = ? AND n = ? RETURNING ALL NEW *',
    'DELETE FROM "{table}" WHERE pk = {{pk}} AND n = {{order}}',
]


@contextlib.asynccontextmanager
async def table(url: str) -> AsyncIterator[tuple[Any, str]]:
    """A table with an index and five items of one partition."""

    def schema(**roles: str) -> list[dict[str, str]]:
        return [{"AttributeName": attribute, "KeyType": role} for attribute, role in roles.items()]

    name = f"table-{uuid.uuid4().hex[:8]}"
    session = aioboto3.Session(STATIC_KEYS.access_key, STATIC_KEYS.secret_key, region_name="us-east-1")
    async with session.client("dynamodb", endpoint_url=url) as client:
        await client.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": attribute, "AttributeType": kind}
                for attribute, kind in {"pk": "S", "n": "N", "g": "S"}.items()
            ],
            KeySchema=schema(pk="HASH", n="RANGE"),
            GlobalSecondaryIndexes=[
                {"IndexName": "by_g", "KeySchema": schema(g="HASH"), "Projection": {"ProjectionType": "ALL"}}
            ],
        )
        for n in range(1, 6):
            nested = {"m": {"M": {"a": A}}, "l": {"L": [A]}, "x": A, "g": A}
            await client.put_item(TableName=name, Item={"pk": A, "n": {"N": str(n)}, **nested})
        yield client, name
        await client.delete_table(TableName=name)


@pytest.mark.parametrize(("what", "text"), [row[:2] for row in LACKING])
def test_a_statement_that_it_does_not_do_is_known_by_its_text(what: str, text: str) -> None:
    lack = lack_of_statement(text.format(table="orders"))
    assert lack is not None
    assert lack.what == f"PartiQL: {what}"
    assert str(lack).endswith("is not done by the target embedded; DynamoDB Local does it: --target local")


def test_each_lack_has_a_statement_that_shows_it() -> None:
    assert {lack.what for lack in EMBEDDED_UNSUPPORTED} - {"PartiQL: EXISTS"} == {
        f"PartiQL: {row[0]}" for row in LACKING
    }
    assert lack_of_statement("EXISTS(SELECT * FROM t WHERE pk = ?)") in EMBEDDED_UNSUPPORTED


@pytest.mark.parametrize("text", FINE)
def test_a_statement_that_it_does_is_not_refused(text: str) -> None:
    assert lack_of_statement(text.format(table="orders")) is None


async def test_what_it_does_not_do_it_refuses_in_words_and_dynamodb_local_does_it(dynamodb_local: str) -> None:
    async with (
        open_target("embedded") as target,
        table(target.endpoint.url) as (embedded, name),
        table(dynamodb_local) as (local, its_name),
    ):
        for what, text, parameters in LACKING:
            with pytest.raises(ClientError, match=f"PartiQL: {what} is not done by the target embedded"):
                await embedded.execute_statement(Statement=text.format(table=name), Parameters=parameters)
            await local.execute_statement(Statement=text.format(table=its_name), Parameters=parameters)


async def test_a_batch_is_refused_for_one_of_its_statements() -> None:
    async with open_target("embedded") as target, table(target.endpoint.url) as (embedded, name):
        statements = [{"Statement": text.format(table=name)} for text in (FINE[0], LACKING[0][1])]
        with pytest.raises(ClientError, match="a statement about an index is not done"):
            await embedded.batch_execute_statement(Statements=statements)


async def test_a_statement_is_answered_in_pages(dynamodb_local: str) -> None:
    async with open_target("embedded") as target:
        for url in (target.endpoint.url, dynamodb_local):
            async with table(url) as (client, name):
                pages: list[list[str]] = []
                more: dict[str, str] = {}
                while True:
                    answer = await client.execute_statement(
                        Statement=SELECT.format(table=name), Parameters=[A], Limit=2, **more
                    )
                    pages.append([item["n"]["N"] for item in answer["Items"]])
                    if "NextToken" not in answer:
                        break
                    more = {"NextToken": answer["NextToken"]}
                assert [page for page in pages if page] == [["1", "2"], ["3", "4"], ["5"]]


async def test_a_cancelled_transaction_of_statements_has_the_codes_of_the_service() -> None:
    async with open_target("embedded") as target, table(target.endpoint.url) as (client, name):
        update = UPDATE.format(table=name)
        statement = {"Statement": update, "Parameters": [A, A, ONE, {"S": "other"}]}
        with pytest.raises(ClientError) as caught:
            await client.execute_transaction(TransactStatements=[statement])
        response: Any = caught.value.response
        assert [reason["Code"] for reason in response["CancellationReasons"]] == ["ConditionalCheckFailed"]


async def test_a_ttl_attribute_can_be_named() -> None:
    async with open_target("embedded") as target, table(target.endpoint.url) as (client, name):
        ttl = {"Enabled": True, "AttributeName": "expires"}
        await client.update_time_to_live(TableName=name, TimeToLiveSpecification=ttl)
        told = (await client.describe_time_to_live(TableName=name))["TimeToLiveDescription"]
        assert (told["AttributeName"], told["TimeToLiveStatus"]) == ("expires", "ENABLED")


async def test_segments_of_a_scan_hold_each_item_once_over_all_their_pages() -> None:
    async with open_target("embedded") as target, table(target.endpoint.url) as (client, name):
        for n in range(20):
            await client.put_item(TableName=name, Item={"pk": {"S": f"p{n}"}, "n": ONE})
        found: list[str] = []
        for segment in range(3):
            more: dict[str, Any] = {}
            while True:
                page = await client.scan(TableName=name, Segment=segment, TotalSegments=3, Limit=2, **more)
                found += [f"{item['pk']['S']} {item['n']['N']}" for item in page["Items"]]
                if "LastEvaluatedKey" not in page:
                    break
                more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
        assert len(found) == len(set(found)) == 25
