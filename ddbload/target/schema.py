"""A scenario's table in DynamoDB's words: the CreateTable request, and how a described table differs. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ddbload.scenario.model import Billing, Index, OnDemand, Provisioned, Replicas, Table

_STREAM_VIEWS = {
    "keys-only": "KEYS_ONLY",
    "new-image": "NEW_IMAGE",
    "old-image": "OLD_IMAGE",
    "new-and-old-images": "NEW_AND_OLD_IMAGES",
}
_CLASSES = {"standard": "STANDARD", "infrequent-access": "STANDARD_INFREQUENT_ACCESS"}
_NO_MAXIMUM = -1  # what UpdateTable takes a maximum away with; DynamoDB Local wants both to be said
_HASH, _RANGE = "HASH", "RANGE"


def create_request(table: Table, tags: Mapping[str, str]) -> dict[str, Any]:
    """The CreateTable request for a scenario's table. What it cannot say is in `ttl_request`."""
    types = dict(table.key)
    for index in table.indexes.values():
        types |= index.attributes
    request: dict[str, Any] = {
        "TableName": table.name,
        "KeySchema": _key_schema((table.partition,), (table.sort,) if table.sort else ()),
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": kind} for name, kind in types.items()],
        "BillingMode": "PROVISIONED" if isinstance(table.billing, Provisioned) else "PAY_PER_REQUEST",
        **_throughput(table.billing),
    }
    if table.table_class != "standard":
        request["TableClass"] = _CLASSES[table.table_class]
    if table.streams is not None:
        request["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": _STREAM_VIEWS[table.streams]}
    for name, index in table.indexes.items():
        schema = _key_schema(tuple(index.partition), tuple(index.sort))
        definition = {"IndexName": name, "KeySchema": schema, "Projection": _projection(index)}
        if index.kind == "local":
            request.setdefault("LocalSecondaryIndexes", []).append(definition)
        else:
            definition |= _throughput(index.billing or table.billing)
            request.setdefault("GlobalSecondaryIndexes", []).append(definition)
    if tags:
        request["Tags"] = [{"Key": key, "Value": value} for key, value in tags.items()]
    return request


def ttl_request(table: Table) -> dict[str, Any] | None:
    """The UpdateTimeToLive request for a scenario's table; None where nothing expires."""
    if table.ttl is None:
        return None
    return {
        "TableName": table.name,
        "TimeToLiveSpecification": {"Enabled": True, "AttributeName": table.ttl},
    }


def differences(table: Table, described: Mapping[str, Any]) -> list[str]:
    """Every way in which a described table (DescribeTable's `Table`) is not the scenario's; a sentence each."""
    types = {each["AttributeName"]: each["AttributeType"] for each in described["AttributeDefinitions"]}
    wanted = _roles((table.partition,), (table.sort,) if table.sort else (), table.key)
    found = _key_differences("the key", wanted, described["KeySchema"], types)
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


def remarks(table: Table, described: Mapping[str, Any], expiry: str | None = None) -> list[str]:
    """What a described table is otherwise than the scenario says without hindering a run: it changes price and limits.

    Args:
        table: the scenario's.
        described: DescribeTable's `Table`.
        expiry: the attribute that its time to live goes by, None where it has none.
    """
    pairs = [
        (_billing(table), _described_billing(described)),
        (_class(table.table_class), _class(_described_class(described))),
        (_streams(table.streams), _streams(_described_streams(described))),
        (_expiry(table.ttl), _expiry(expiry)),
        (_replicas(_replica_regions(table)), _replicas(_described_replicas(described))),
    ]
    return [f"table {table.name} is {there}, the scenario says {wanted}" for wanted, there in pairs if wanted != there]


def _billing(table: Table) -> str:
    match table.billing:
        case Provisioned(read=read, write=write):
            return f"provisioned {read} read {write} write"
        case OnDemand(on_demand=cap):
            return _capped(cap.max_read, cap.max_write)
        case _:
            return _capped(None, None)


def _described_billing(described: Mapping[str, Any]) -> str:
    mode = (described.get("BillingModeSummary") or {}).get("BillingMode")
    throughput = described.get("ProvisionedThroughput") or {}
    read, write = throughput.get("ReadCapacityUnits", 0), throughput.get("WriteCapacityUnits", 0)
    if mode == "PAY_PER_REQUEST" or not (read or write):
        cap = described.get("OnDemandThroughput") or {}
        most = [cap.get(key) for key in ("MaxReadRequestUnits", "MaxWriteRequestUnits")]
        return _capped(*(units if units and units > 0 else None for units in most))
    return f"provisioned {read} read {write} write"


def _capped(read: int | None, write: int | None) -> str:
    caps = [f"{units} {what}" for units, what in ((read, "read"), (write, "write")) if units is not None]
    return f"on-demand, at most {' '.join(caps)}" if caps else "on-demand"


def _class(name: str) -> str:
    return f"of class {name}"


def _described_class(described: Mapping[str, Any]) -> str:
    there = (described.get("TableClassSummary") or {}).get("TableClass", "STANDARD")
    return next((name for name, theirs in _CLASSES.items() if theirs == there), str(there))


def _streams(view: str | None) -> str:
    return f"with streams of {view}" if view else "without streams"


def _described_streams(described: Mapping[str, Any]) -> str | None:
    stream = described.get("StreamSpecification") or {}
    there = stream.get("StreamViewType") if stream.get("StreamEnabled") else None
    return next((name for name, theirs in _STREAM_VIEWS.items() if theirs == there), there)


def _expiry(attribute: str | None) -> str:
    return f"with items that expire by {attribute}" if attribute else "without a time to live"


def _replica_regions(table: Table) -> list[str]:
    return list(table.replicas.regions if isinstance(table.replicas, Replicas) else table.replicas or ())


def _described_replicas(described: Mapping[str, Any]) -> list[str]:
    return [each["RegionName"] for each in described.get("Replicas") or () if "RegionName" in each]


def _replicas(regions: list[str]) -> str:
    return f"replicated to {', '.join(sorted(regions))}" if regions else "in one region"


def _throughput(billing: Billing) -> dict[str, Any]:
    """The capacity of a table or a global index, as CreateTable takes it."""
    match billing:
        case Provisioned(read=read, write=write):
            return {"ProvisionedThroughput": {"ReadCapacityUnits": read, "WriteCapacityUnits": write}}
        case OnDemand(on_demand=cap):
            most = {"MaxReadRequestUnits": cap.max_read, "MaxWriteRequestUnits": cap.max_write}
            return {"OnDemandThroughput": {key: units or _NO_MAXIMUM for key, units in most.items()}}
        case _:
            return {}


def _key_schema(partition: Sequence[str], sort: Sequence[str]) -> list[dict[str, str]]:
    pairs = [*((name, _HASH) for name in partition), *((name, _RANGE) for name in sort)]
    return [{"AttributeName": name, "KeyType": role} for name, role in pairs]


def _projection(index: Index) -> dict[str, Any]:
    if index.project == "all":
        return {"ProjectionType": "ALL"}
    if index.project == "keys":
        return {"ProjectionType": "KEYS_ONLY"}
    return {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(index.project)}


Roles = list[tuple[str, str, str]]
"""(attribute, its type, HASH or RANGE), in order."""


def _roles(partition: Sequence[str], sort: Sequence[str], types: Mapping[str, str]) -> Roles:
    return [*((name, types[name], _HASH) for name in partition), *((name, types[name], _RANGE) for name in sort)]


def _key_differences(what: str, wanted: Roles, schema: list[dict[str, str]], types: Mapping[str, str]) -> list[str]:
    there = [(each["AttributeName"], types.get(each["AttributeName"], "?"), each["KeyType"]) for each in schema]
    return [] if there == wanted else [f"{what} is {_words(there)}, the scenario says {_words(wanted)}"]


def _index_differences(
    name: str, index: Index, kind: str, described: Mapping[str, Any], types: Mapping[str, str]
) -> list[str]:
    wanted = _roles(tuple(index.partition), tuple(index.sort), index.attributes)
    found = _key_differences(f"the key of index {name}", wanted, described["KeySchema"], types)
    if kind != index.kind:
        found.append(f"index {name} is {kind}, the scenario says {index.kind}")
    there, projected = _projected(described["Projection"]), _projected(_projection(index))
    if there != projected:
        found.append(f"index {name} projects {there}, the scenario says {projected}")
    return found


def _projected(projection: Mapping[str, Any]) -> str:
    if projection["ProjectionType"] == "INCLUDE":
        return ", ".join(sorted(projection.get("NonKeyAttributes", [])))
    return {"ALL": "all", "KEYS_ONLY": "keys"}[projection["ProjectionType"]]


def _words(key: Roles) -> str:
    """A key as a scenario spells it."""
    parts = {role: ", ".join(f"{name}: {kind}" for name, kind, its in key if its == role) for role in (_HASH, _RANGE)}
    if any(sum(its == role for _, _, its in key) > 1 for role in parts):
        return f"{{partition: {{{parts[_HASH]}}}, sort: {{{parts[_RANGE]}}}}}"
    return "{" + ", ".join(part for part in parts.values() if part) + "}"
