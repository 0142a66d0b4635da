"""A scenario's table in DynamoDB's words: the CreateTable request, and how a described table differs. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ddbload.scenario.model import Index, Table

_ROLES = ("HASH", "RANGE")


def create_request(table: Table, tags: Mapping[str, str]) -> dict[str, Any]:
    """The CreateTable request for a scenario's table."""
    types = dict(table.key)
    for index in table.indexes.values():
        types |= index.key
    request: dict[str, Any] = {
        "TableName": table.name,
        "KeySchema": _key_schema(table.key),
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": kind} for name, kind in types.items()],
    }
    if table.billing == "on-demand":
        request["BillingMode"] = "PAY_PER_REQUEST"
        throughput = None
    else:
        throughput = {"ReadCapacityUnits": table.billing.read, "WriteCapacityUnits": table.billing.write}
        request |= {"BillingMode": "PROVISIONED", "ProvisionedThroughput": throughput}
    for name, index in table.indexes.items():
        definition = {"IndexName": name, "KeySchema": _key_schema(index.key), "Projection": _projection(index)}
        if index.kind == "local":
            request.setdefault("LocalSecondaryIndexes", []).append(definition)
        else:
            if throughput:
                definition["ProvisionedThroughput"] = throughput
            request.setdefault("GlobalSecondaryIndexes", []).append(definition)
    if tags:
        request["Tags"] = [{"Key": key, "Value": value} for key, value in tags.items()]
    return request


def differences(table: Table, described: Mapping[str, Any]) -> list[str]:
    """Every way in which a described table (DescribeTable's `Table`) is not the scenario's; a sentence each."""
    types = {each["AttributeName"]: each["AttributeType"] for each in described["AttributeDefinitions"]}
    found = _key_differences("the key", table.key, described["KeySchema"], types)
    there = {
        **{each["IndexName"]: ("global", each) for each in described.get("GlobalSecondaryIndexes") or ()},
        **{each["IndexName"]: ("local", each) for each in described.get("LocalSecondaryIndexes") or ()},
    }
    for name, index in table.indexes.items():
        if name not in there:
            found.append(f"index {name} is missing")
        else:
            found += _index_differences(name, index, *there[name], types)
    found += [f"index {name} is there, but not in the scenario" for name in there if name not in table.indexes]
    return found


def billing_difference(table: Table, described: Mapping[str, Any]) -> str | None:
    """A sentence when a described table is billed otherwise than the scenario says; it changes price and throttling."""
    mode = (described.get("BillingModeSummary") or {}).get("BillingMode")
    throughput = described.get("ProvisionedThroughput") or {}
    read, write = throughput.get("ReadCapacityUnits", 0), throughput.get("WriteCapacityUnits", 0)
    there = (
        "on-demand" if mode == "PAY_PER_REQUEST" or not (read or write) else f"provisioned {read} read {write} write"
    )
    wanted = (
        "on-demand" if table.billing == "on-demand"
        else f"provisioned {table.billing.read} read {table.billing.write} write"
    )  # fmt: skip
    return None if there == wanted else f"table {table.name} is {there}, the scenario says {wanted}"


def _key_schema(key: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": role} for name, role in zip(key, _ROLES, strict=False)]


def _projection(index: Index) -> dict[str, Any]:
    if index.project == "all":
        return {"ProjectionType": "ALL"}
    if index.project == "keys":
        return {"ProjectionType": "KEYS_ONLY"}
    return {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(index.project)}


def _key_differences(
    what: str, wanted: Mapping[str, str], schema: list[dict[str, str]], types: Mapping[str, str]
) -> list[str]:
    there = {each["AttributeName"]: types.get(each["AttributeName"], "?") for each in schema}
    if there == dict(wanted) and list(there) == list(wanted):
        return []
    return [f"{what} is {_words(there)}, the scenario says {_words(wanted)}"]


def _index_differences(
    name: str, index: Index, kind: str, described: Mapping[str, Any], types: Mapping[str, str]
) -> list[str]:
    found = _key_differences(f"the key of index {name}", index.key, described["KeySchema"], types)
    if kind != index.kind:
        found.append(f"index {name} is {kind}, the scenario says {index.kind}")
    there, wanted = _projected(described["Projection"]), _projected(_projection(index))
    if there != wanted:
        found.append(f"index {name} projects {there}, the scenario says {wanted}")
    return found


def _projected(projection: Mapping[str, Any]) -> str:
    if projection["ProjectionType"] == "INCLUDE":
        return ", ".join(sorted(projection.get("NonKeyAttributes", [])))
    return {"ALL": "all", "KEYS_ONLY": "keys"}[projection["ProjectionType"]]


def _words(key: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{name}: {kind}" for name, kind in key.items()) + "}"
