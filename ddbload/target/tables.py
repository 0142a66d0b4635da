"""Tables at a target: adopted as they are, created where that is allowed, dropped only when ddbload created them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from ddbload.errors import TargetError
from ddbload.scenario.model import Table
from ddbload.target.control import code_of, control_client
from ddbload.target.model import Target
from ddbload.target.records import Ownership, Records
from ddbload.target.schema import create_request, differences, remarks, ttl_request

OWNER_TAG = "ddbload:owner"
_POLL_S = 0.5
_NO_TAGS = {"UnknownOperationException", "ValidationException", "UnsupportedOperation", "404", "501"}


@dataclass(frozen=True, slots=True)
class Adopted:
    """The table under load, checked against the scenario.

    Attributes:
        created: this call created it.
        owned: ddbload created it, now or before, and may drop it.
        created_ms: CreationDateTime in milliseconds since 1970.
        warnings: differences that do not prevent a run.
    """

    name: str
    created: bool
    owned: bool
    created_ms: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dropped:
    """Whether a table was dropped, and why or why not, in a sentence."""

    dropped: bool
    reason: str


async def adopt(target: Target, table: Table, *, owner: str, records: Records | None = None) -> Adopted:
    """Make sure that the scenario's table is there and is the scenario's; wait until it is ACTIVE.

    A missing table is created on loopback unless the scenario says `create: false`, elsewhere only if it says
    `create: true`. `owner` is the id of this run: the value of the tag. Raises `TargetError`.
    """
    records = records or Records()
    async with control_client(target) as client:
        described = await _describe(client, table.name)
        records.prune(target.identity, table.name, _created_ms(described))
        if described is None:
            return await _create(client, target, table, owner, records)
        described = await _until_active(client, table.name, described)
        expiry = await _expiry(client, table.name)
    found = differences(table, described)
    if found:
        listed = "".join(f"\n  - {sentence}" for sentence in found)
        raise TargetError(f"table {table.name} at {target.label} is not the scenario's; it is left as it is:{listed}")
    return Adopted(
        name=table.name,
        created=False,
        owned=records.owned(target.identity, table.name) is not None,
        created_ms=_created_ms(described) or 0,
        warnings=remarks_at(target, table, described, expiry),
    )


def remarks_at(target: Target, table: Table, described: dict[str, Any], expiry: str | None) -> tuple[str, ...]:
    """What is otherwise about the table; a stand-in knows nothing of the facts that only change the price."""
    found = remarks(table, described, expiry)
    return tuple(found if target.kind == "aws" else (text for text in found if " provisioned " in text))


async def describe(target: Target, name: str) -> tuple[dict[str, Any], str | None] | None:
    """DescribeTable's `Table`, and the attribute that its time to live goes by; None when there is no such table."""
    async with control_client(target) as client:
        described = await _describe(client, name)
        return None if described is None else (described, await _expiry(client, name))


async def drop_if_owned(target: Target, name: str, *, records: Records | None = None) -> Dropped:
    """Drop a table that ddbload created: a local record of target, name and creation time, and the tag if it was kept.

    At a server that ddbload itself started, every table is its own. Anything else is refused.
    Raises `TargetError` when the service fails.
    """
    records = records or Records()
    async with control_client(target) as client:
        described = await _describe(client, name)
        record = records.owned(target.identity, name)
        records.prune(target.identity, name, _created_ms(described))
        if described is None:
            return Dropped(dropped=False, reason=f"table {name} is not there")
        refusal = None if target.ephemeral else _refusal(name, record, _created_ms(described) or 0)
        if refusal is None and record is not None and record.tagged:
            tag = await _owner_tag(client, described["TableArn"])
            if tag != record.owner:
                refusal = f"table {name} no longer has the tag {OWNER_TAG} that ddbload gave it"
        if refusal:
            return Dropped(dropped=False, reason=f"{refusal}; it is kept")
        await client.delete_table(TableName=name)
        while await _describe(client, name) is not None:  # noqa: ASYNC110 - only the service knows
            await asyncio.sleep(_POLL_S)
    records.forget(target.identity, name)
    return Dropped(dropped=True, reason=f"table {name} was created by ddbload and is dropped")


def _refusal(name: str, record: Ownership | None, created_ms: int) -> str | None:
    if record is None:
        return f"table {name} was not created by ddbload from this machine: there is no record of it"
    if record.created_ms != created_ms:
        return f"table {name} was made anew since ddbload created one of that name"
    return None


def may_create(target: Target, table: Table) -> bool:
    """Whether a run makes the table where it is missing: on loopback unless the scenario forbids it, else if asked."""
    return table.create if table.create is not None else target.loopback and target.kind != "aws"


async def _create(client: Any, target: Target, table: Table, owner: str, records: Records) -> Adopted:
    if not may_create(target, table):
        fits = (
            "the scenario says create: false" if table.create is False
            else "create it, or say `create: true` under `table` to have ddbload do it"
        )  # fmt: skip
        raise TargetError(f"there is no table {table.name} at {target.label}; {fits}")
    created = await client.create_table(**create_request(table, {OWNER_TAG: owner}))
    described = await _until_active(client, table.name, created["TableDescription"])
    if (expiry := ttl_request(table)) is not None:
        await client.update_time_to_live(**expiry)
    created_ms = _created_ms(described) or 0
    if not target.ephemeral:  # there the table dies with its server
        tagged = await _owner_tag(client, described["TableArn"]) == owner
        records.keep(Ownership(target.identity, table.name, created_ms, owner, tagged))
    return Adopted(name=table.name, created=True, owned=True, created_ms=created_ms)


async def _describe(client: Any, name: str) -> dict[str, Any] | None:
    try:
        reply = await client.describe_table(TableName=name)
    except client.exceptions.ResourceNotFoundException:
        return None
    table: dict[str, Any] | None = reply.get("Table")
    if not table or "KeySchema" not in table:
        raise TargetError(f"DescribeTable {name} got an answer without a table: no DynamoDB to work with")
    return table


async def _until_active(client: Any, name: str, described: dict[str, Any]) -> dict[str, Any]:
    """Wait for the table and its indexes, which takes AWS seconds to minutes."""
    while True:
        indexes = described.get("GlobalSecondaryIndexes") or ()
        states = {described["TableStatus"], *(index.get("IndexStatus", "ACTIVE") for index in indexes)}
        if states <= {"ACTIVE", "UPDATING"}:
            return described
        if not states <= {"ACTIVE", "UPDATING", "CREATING"}:
            raise TargetError(f"table {name} is {', '.join(sorted(states))}; wait for it, or name another")
        await asyncio.sleep(_POLL_S)
        again = await _describe(client, name)
        if again is None:
            raise TargetError(f"table {name} vanished while it was being created")
        described = again


async def _expiry(client: Any, name: str) -> str | None:
    """The attribute that a table's time to live goes by; None when it has none, or the service knows of none."""
    from botocore.exceptions import ClientError  # noqa: PLC0415

    try:
        described = (await client.describe_time_to_live(TableName=name))["TimeToLiveDescription"]
    except (ClientError, KeyError):  # a stand-in without it, or no permission for it: a run does not need it
        return None
    on = described.get("TimeToLiveStatus") in {"ENABLED", "ENABLING"}
    return str(described["AttributeName"]) if on and "AttributeName" in described else None


async def _owner_tag(client: Any, arn: str) -> str | None:
    """The value of our tag, None when there is none or the service knows no tags (as DynamoDB Local)."""
    from botocore.exceptions import ClientError  # noqa: PLC0415

    token: dict[str, str] = {}
    try:
        while True:
            reply = await client.list_tags_of_resource(ResourceArn=arn, **token)
            for tag in reply.get("Tags", ()):
                if tag["Key"] == OWNER_TAG:
                    return str(tag["Value"])
            if not reply.get("NextToken"):
                return None
            token = {"NextToken": reply["NextToken"]}
    except ClientError as error:
        if code_of(error) in _NO_TAGS:
            return None
        raise


def _created_ms(described: dict[str, Any] | None) -> int | None:
    return None if described is None else round(described["CreationDateTime"].timestamp() * 1000)
