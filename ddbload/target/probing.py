"""Whether the credentials may do what a scenario does: one dry request of each kind, which changes nothing.

Reads ask for a key that no item has. Writes have a condition that cannot hold there, so that they are refused after
they were allowed. A batch of writes takes no condition, and PartiQL's INSERT none either: these are not tried.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from ddbload.expression import ExpressionError, parse_statement
from ddbload.operation import KeyType
from ddbload.scenario.actions import Action, actions_of, kind_of, requests_of
from ddbload.scenario.model import Index, Scenario, Table
from ddbload.scenario.rules.expressions import statement_of
from ddbload.target.control import code_of, control_client
from ddbload.target.model import Target

Verdict = Literal["allowed", "denied", "unprobed"]
_DENIED = frozenset({"AccessDeniedException", "AccessDenied", "UnauthorizedOperation"})
_HELD_BACK = frozenset({"ConditionalCheckFailedException", "ConditionalCheckFailed"})
_PARTIQL = {"select": "Select", "insert": "Insert", "update": "Update", "delete": "Delete", "exists": "Select"}
_IN_TRANSACTION = {"put": "PutItem", "update": "UpdateItem", "delete": "DeleteItem", "check": "ConditionCheckItem"}


@dataclass(frozen=True, slots=True)
class Permission:
    """One action of IAM that a scenario needs, and whether it is granted.

    Attributes:
        action: IAM's name of it, such as "dynamodb:GetItem".
        api: the call that needs it, by which it is tried.
        table, index: on what.
        operations: the scenario's operations that need it.
        verdict: `unprobed` where trying it would change something, or where the answer says nothing of permissions.
        said: why it is denied or unprobed.
    """

    action: str
    api: str
    table: str
    index: str | None
    operations: tuple[str, ...]
    verdict: Verdict = "unprobed"
    said: str = ""


def permissions(scenario: Scenario) -> tuple[Permission, ...]:
    """What a run of the scenario needs, in the order of its operations; loading the items is the first of it.

    Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon DynamoDB".
    """
    needed: dict[tuple[str, str, str, str | None], list[str]] = {}
    for family, items in scenario.items.items():
        if items.load:
            key = ("dynamodb:BatchWriteItem", "BatchWriteItem", scenario.table_of(family).name, None)
            needed.setdefault(key, ["(loading)"])
    for name in requests_of(scenario):
        operation = scenario.operations[name]
        for action in actions_of(operation):
            for iam, api in _needs(kind_of(operation), action):
                index = getattr(action.spec, "index", None)
                users = needed.setdefault((iam, api, scenario.table_of(action.family).name, index), [])
                if name not in users:
                    users.append(name)
    return tuple(Permission(*key, tuple(users)) for key, users in needed.items())


def _needs(kind: str, action: Action) -> Iterator[tuple[str, str]]:
    """(IAM action, API call) of one action."""
    match kind:
        case "batch_get":
            yield "dynamodb:BatchGetItem", "BatchGetItem"
        case "batch_write":
            yield "dynamodb:BatchWriteItem", "BatchWriteItem"
        case "transact_get":
            yield "dynamodb:GetItem", "TransactGetItems"
        case "transact_write":
            yield f"dynamodb:{_IN_TRANSACTION[action.kind]}", "TransactWriteItems"
        case "execute" | "execute_batch" | "execute_transaction":
            yield f"dynamodb:PartiQL{_partiql(action)}", "ExecuteStatement"
        case "query" | "scan":
            yield f"dynamodb:{kind.capitalize()}", kind.capitalize()
        case _:
            yield f"dynamodb:{kind.capitalize()}Item", f"{kind.capitalize()}Item"


def _partiql(action: Action) -> str:
    written = statement_of(action.spec)
    try:
        return _PARTIQL[parse_statement(written[1]).kind] if written else "Select"
    except ExpressionError:  # said when the scenario was checked
        return "Select"


async def probe(target: Target, scenario: Scenario, there: Mapping[str, bool]) -> tuple[Permission, ...]:
    """Try every permission out; `there` says of each table whether it exists.

    Raises:
        TargetError: the target cannot be reached.
    """
    tables = {table.name: table for table in scenario.every_table}
    found: list[Permission] = []
    async with control_client(target) as client:
        for one in permissions(scenario):
            request = _REQUESTS.get((one.api, one.action))
            if not there.get(one.table):
                found.append(replace(one, said="the table is not there"))
            elif request is None:
                found.append(replace(one, said="trying it would write"))
            else:
                found.append(await _try(one, request(client, tables[one.table], one.index)))
    return tuple(found)


async def _try(one: Permission, request: Awaitable[Any]) -> Permission:
    from botocore.exceptions import ClientError  # noqa: PLC0415 - slow to import

    try:
        await request
    except ClientError as error:
        reasons = error.response.get("CancellationReasons") or ()
        codes = {code_of(error), *(str(reason.get("Code")) for reason in reasons)}
        said = str(error.response.get("Error", {}).get("Message", "")) or code_of(error)
        if codes & _DENIED:
            return replace(one, verdict="denied", said=said)
        if codes & _HELD_BACK:
            return replace(one, verdict="allowed")
        return replace(one, said=f"{code_of(error)}: {said}")
    return replace(one, verdict="allowed")


# --- requests that change nothing ------------------------------------------------------------------------------------


def absent_value(kind: KeyType) -> dict[str, Any]:
    """A key attribute that no item has: 128 random bits."""
    match kind:
        case "S":
            return {"S": f"ddbload-probe-{secrets.token_hex(16)}"}
        case "N":
            return {"N": f"-{secrets.randbits(110)}"}
        case "B":
            return {"B": secrets.token_bytes(16)}


def _key(table: Table) -> dict[str, Any]:
    return {name: absent_value(kind) for name, kind in table.key.items()}


def _held(table: Table) -> dict[str, Any]:
    """A condition that cannot hold for a key that is not there."""
    return {
        "ConditionExpression": "attribute_exists(#k)",
        "ExpressionAttributeNames": {"#k": table.partition},
    }


def _get(client: Any, table: Table, _: str | None) -> Awaitable[Any]:
    return client.get_item(TableName=table.name, Key=_key(table))  # type: ignore[no-any-return]


def _put(client: Any, table: Table, _: str | None) -> Awaitable[Any]:
    return client.put_item(TableName=table.name, Item=_key(table), **_held(table))  # type: ignore[no-any-return]


def _update(client: Any, table: Table, _: str | None) -> Awaitable[Any]:
    return client.update_item(TableName=table.name, Key=_key(table), **_change(table))  # type: ignore[no-any-return]


def _delete(client: Any, table: Table, _: str | None) -> Awaitable[Any]:
    return client.delete_item(TableName=table.name, Key=_key(table), **_held(table))  # type: ignore[no-any-return]


def _change(table: Table) -> dict[str, Any]:
    return {**_held(table), "UpdateExpression": "REMOVE ddbload_probe"}


def _query(client: Any, table: Table, name: str | None) -> Awaitable[Any]:
    index: Index | None = table.indexes.get(name) if name else None
    partition = {table.partition: table.key[table.partition]} if index is None else index.partition
    names = {f"#k{i}": attribute for i, attribute in enumerate(partition)}
    values = {f":k{i}": absent_value(kind) for i, kind in enumerate(partition.values())}
    more = {} if index is None else {"IndexName": name}
    return client.query(  # type: ignore[no-any-return]
        TableName=table.name,
        KeyConditionExpression=" AND ".join(f"#k{i} = :k{i}" for i in range(len(names))),
        ExpressionAttributeNames=names,
        ExpressionAttributeValues=values,
        **more,
    )


def _scan(client: Any, table: Table, name: str | None) -> Awaitable[Any]:
    more = {} if name is None else {"IndexName": name}
    return client.scan(TableName=table.name, Limit=1, Select="COUNT", **more)  # type: ignore[no-any-return]


def _batch_get(client: Any, table: Table, _: str | None) -> Awaitable[Any]:
    return client.batch_get_item(RequestItems={table.name: {"Keys": [_key(table)]}})  # type: ignore[no-any-return]


def _transact_get(client: Any, table: Table, _: str | None) -> Awaitable[Any]:
    item = {"Get": {"TableName": table.name, "Key": _key(table)}}
    return client.transact_get_items(TransactItems=[item])  # type: ignore[no-any-return]


def _transact(kind: str) -> Callable[[Any, Table, str | None], Awaitable[Any]]:
    def request(client: Any, table: Table, _: str | None) -> Awaitable[Any]:
        what = {"Item" if kind == "Put" else "Key": _key(table)}
        words = _change(table) if kind == "Update" else _held(table)
        item = {kind: {"TableName": table.name, **what, **words}}
        return client.transact_write_items(TransactItems=[item])  # type: ignore[no-any-return]

    return request


def _statement(form: str) -> Callable[[Any, Table, str | None], Awaitable[Any]]:
    def request(client: Any, table: Table, _: str | None) -> Awaitable[Any]:
        where = " AND ".join(f'"{name}" = ?' for name in table.key)
        text = form.format(table=f'"{table.name}"', where=where)
        return client.execute_statement(Statement=text, Parameters=list(_key(table).values()))  # type: ignore[no-any-return]

    return request


_REQUESTS: dict[tuple[str, str], Callable[[Any, Table, str | None], Awaitable[Any]]] = {
    ("GetItem", "dynamodb:GetItem"): _get,
    ("PutItem", "dynamodb:PutItem"): _put,
    ("UpdateItem", "dynamodb:UpdateItem"): _update,
    ("DeleteItem", "dynamodb:DeleteItem"): _delete,
    ("Query", "dynamodb:Query"): _query,
    ("Scan", "dynamodb:Scan"): _scan,
    ("BatchGetItem", "dynamodb:BatchGetItem"): _batch_get,
    ("TransactGetItems", "dynamodb:GetItem"): _transact_get,
    ("TransactWriteItems", "dynamodb:PutItem"): _transact("Put"),
    ("TransactWriteItems", "dynamodb:UpdateItem"): _transact("Update"),
    ("TransactWriteItems", "dynamodb:DeleteItem"): _transact("Delete"),
    ("TransactWriteItems", "dynamodb:ConditionCheckItem"): _transact("ConditionCheck"),
    ("ExecuteStatement", "dynamodb:PartiQLSelect"): _statement("SELECT * FROM {table} WHERE {where}"),
    ("ExecuteStatement", "dynamodb:PartiQLUpdate"): _statement("UPDATE {table} REMOVE ddbload_probe WHERE {where}"),
    ("ExecuteStatement", "dynamodb:PartiQLDelete"): _statement("DELETE FROM {table} WHERE {where}"),
}
"""By call and action; what is not here would write."""
