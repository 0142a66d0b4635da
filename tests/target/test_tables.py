"""Adopting, creating and dropping tables; moto's server has tags, DynamoDB Local has none."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from ddbload.errors import TargetError
from ddbload.scenario.model import Scenario
from ddbload.target import Target
from ddbload.target.control import control_client
from ddbload.target.records import Records
from ddbload.target.schema import create_request
from ddbload.target.tables import OWNER_TAG, adopt, drop_if_owned
from ddbload.transport.protocol import Endpoint

Orders = Callable[..., Scenario]


def endpoint_target(url: str) -> Target:
    return Target("endpoint", Endpoint(url, "us-east-1"), loopback=True, label=url)


@asynccontextmanager
async def client_of(url: str) -> AsyncIterator[Any]:
    async with control_client(endpoint_target(url)) as client:
        yield client


async def exists(url: str, name: str) -> bool:
    async with client_of(url) as client:
        return name in (await client.list_tables())["TableNames"]


async def test_a_missing_table_is_created_on_loopback_with_tag_and_record(
    moto_url: str, records: Records, orders: Orders
) -> None:
    table = orders().every_table[0]
    target = endpoint_target(moto_url)
    adopted = await adopt(target, table, owner="run-1", records=records)
    assert (adopted.created, adopted.owned) == (True, True)
    record = records.owned(target.identity, table.name)
    assert record is not None
    assert (record.owner, record.tagged, record.created_ms) == ("run-1", True, adopted.created_ms)


async def test_a_table_that_is_there_is_adopted_and_stays_owned(
    moto_url: str, records: Records, orders: Orders
) -> None:
    table, target = orders().every_table[0], endpoint_target(moto_url)
    first = await adopt(target, table, owner="run-1", records=records)
    again = await adopt(target, table, owner="run-2", records=records)
    assert (again.created, again.owned, again.created_ms) == (False, True, first.created_ms)


async def test_indexes_of_both_kinds_are_created_as_the_scenario_says(
    dynamodb_local: str, records: Records, orders: Orders
) -> None:
    indexes = {
        "by_status": {"key": {"status": "S"}, "project": ["placed"]},
        "by_day": {"key": {"pk": "S", "placed": "N"}, "kind": "local"},
    }
    table = orders(indexes=indexes, billing={"read": 5, "write": 5}).every_table[0]
    target = endpoint_target(dynamodb_local)
    await adopt(target, table, owner="run-1", records=records)
    again = await adopt(target, table, owner="run-1", records=records)
    assert (again.created, again.warnings) == (False, ())


async def test_every_difference_to_the_scenario_is_told_at_once(
    dynamodb_local: str, records: Records, orders: Orders
) -> None:
    table, target = orders().every_table[0], endpoint_target(dynamodb_local)
    await adopt(target, table, owner="run-1", records=records)
    other = orders(name=table.name, key={"pk": "S"}, indexes={"by_x": {"key": {"x": "S"}}}).every_table[0]
    with pytest.raises(TargetError, match="left as it is") as caught:
        await adopt(target, other, owner="run-2", records=records)
    message = str(caught.value)
    assert "the key is {pk: S, sk: S}, the scenario says {pk: S}" in message
    assert "index by_x is missing" in message
    assert "index by_status is there" in message


@pytest.mark.parametrize(
    ("kind", "loopback", "create", "allowed"),
    [
        ("endpoint", True, None, True),
        ("endpoint", True, False, False),
        ("endpoint", False, None, False),
        ("endpoint", False, True, True),
        ("aws", True, None, False),
        ("aws", False, True, True),
    ],
)
async def test_a_missing_table_is_created_only_where_that_is_allowed(
    moto_url: str, records: Records, orders: Orders, monkeypatch: pytest.MonkeyPatch,
    kind: Any, loopback: bool, create: bool | None, allowed: bool,
) -> None:  # fmt: skip
    for name, value in {"AWS_ENDPOINT_URL": moto_url, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}.items():
        monkeypatch.setenv(name, value)
    table = orders(create=create).every_table[0]
    target = replace(endpoint_target(moto_url), kind=kind, loopback=loopback)
    if allowed:
        assert (await adopt(target, table, owner="run-1", records=records)).created
    else:
        with pytest.raises(TargetError, match=f"there is no table {table.name}"):
            await adopt(target, table, owner="run-1", records=records)
    assert await exists(moto_url, table.name) is allowed


async def _nothing(**_: Any) -> None:
    pass


async def _untag(client: Any, arn: str, **_: Any) -> None:
    await client.untag_resource(ResourceArn=arn, TagKeys=[OWNER_TAG])


async def _retag(client: Any, arn: str, **_: Any) -> None:
    await client.untag_resource(ResourceArn=arn, TagKeys=[OWNER_TAG])
    await client.tag_resource(ResourceArn=arn, Tags=[{"Key": OWNER_TAG, "Value": "somebody else"}])


async def _lose_record(target: Target, name: str, records: Records, **_: Any) -> None:
    records.forget(target.identity, name)


async def _other_time(target: Target, name: str, records: Records, **_: Any) -> None:
    record = records.owned(target.identity, name)
    assert record is not None
    records.keep(replace(record, created_ms=record.created_ms - 1))


@pytest.mark.parametrize(
    ("change", "dropped", "reason"),
    [
        pytest.param(_nothing, True, "is dropped", id="ddbload made it, record and tag are there: dropped"),
        pytest.param(_untag, False, "no longer has the tag", id="ddbload made it, the tag was taken off: refused"),
        pytest.param(_retag, False, "no longer has the tag", id="ddbload made it, the tag is another's: refused"),
        pytest.param(_lose_record, False, "no record of it", id="ddbload made it, the record is lost: refused"),
        pytest.param(_other_time, False, "made anew", id="ddbload made one of that name at another time: refused"),
    ],
)
async def test_a_table_is_dropped_only_with_record_time_and_tag(
    moto_url: str, records: Records, orders: Orders, change: Any, dropped: bool, reason: str
) -> None:
    table, target = orders().every_table[0], endpoint_target(moto_url)
    await adopt(target, table, owner="run-1", records=records)
    async with client_of(moto_url) as client:
        arn = (await client.describe_table(TableName=table.name))["Table"]["TableArn"]
        await change(client=client, arn=arn, target=target, name=table.name, records=records)
    result = await drop_if_owned(target, table.name, records=records)
    assert (result.dropped, await exists(moto_url, table.name)) == (dropped, not dropped)
    assert reason in result.reason


@pytest.mark.parametrize("tags", [{}, {OWNER_TAG: "run-1"}], ids=["untagged", "tagged like ours"])
async def test_a_table_that_somebody_else_made_is_never_dropped(
    moto_url: str, records: Records, orders: Orders, tags: dict[str, str]
) -> None:
    table, target = orders().every_table[0], endpoint_target(moto_url)
    async with client_of(moto_url) as client:
        await client.create_table(**create_request(table, tags))
    assert not (await adopt(target, table, owner="run-1", records=records)).owned
    assert not (await drop_if_owned(target, table.name, records=records)).dropped
    assert await exists(moto_url, table.name)


async def test_where_there_are_no_tags_the_record_alone_decides(
    dynamodb_local: str, records: Records, orders: Orders
) -> None:
    table, target = orders().every_table[0], endpoint_target(dynamodb_local)
    await adopt(target, table, owner="run-1", records=records)
    record = records.owned(target.identity, table.name)
    assert record is not None
    assert not record.tagged
    assert (await drop_if_owned(target, table.name, records=records)).dropped


async def test_the_record_of_a_table_that_is_gone_is_pruned(moto_url: str, records: Records, orders: Orders) -> None:
    table, target = orders().every_table[0], endpoint_target(moto_url)
    await adopt(target, table, owner="run-1", records=records)
    async with client_of(moto_url) as client:
        await client.delete_table(TableName=table.name)
    assert (await drop_if_owned(target, table.name, records=records)).reason == f"table {table.name} is not there"
    assert records.owned(target.identity, table.name) is None
