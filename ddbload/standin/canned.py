"""The null behaviour: canned answers of the right shape, made once for each table. It stores tables, but no items."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from ddbload.standin.answer import Answer, Behaviour
from ddbload.standin.fault import error
from ddbload.standin.several import SEVERAL, consumed, mark, page_of, several

_TABLE = re.compile(rb'"TableName"\s*:\s*"([^"\\]+)"')
_INDEX = re.compile(rb'"IndexName"\s*:\s*"([^"\\]+)"')
_CONSISTENT = re.compile(rb'"ConsistentRead"\s*:\s*true')
_INDEXES = re.compile(rb'"ReturnConsumedCapacity"\s*:\s*"INDEXES"')
_SILENT = re.compile(rb'"ReturnConsumedCapacity"\s*:\s*"NONE"')

_PAGED = frozenset({"Query", "Scan"})
_READS = _PAGED | {"GetItem"}
_WRITES = frozenset({"DeleteItem", "PutItem", "UpdateItem"})

Document = dict[str, Any]
Tables = dict[str, Document]  # table name -> its description


def null(*, item_bytes: int = 100, items: int = 1, pages: int = 1, wall: Callable[[], float] = time.time) -> Behaviour:
    """Answers at once with constants: reads find an item of about `item_bytes`, writes succeed, nothing is kept.

    Consumed capacity is canned too (0.5 or 1 unit a read, 1 unit a write), given when asked for. Tables are created,
    described, tagged and dropped as the service would, and are ACTIVE at once.

    Args:
        item_bytes: size of the text attribute in the item that reads find.
        items: how many of them a page of a Query, a Scan or a statement finds.
        pages: how many pages these have, each segment of a Scan by itself.
        wall: Unix time, for the creation time of tables.
    """
    tables: Tables = {}
    tags: dict[str, dict[str, str]] = {}
    item = {"pk": {"S": "stand-in"}, "payload": {"S": "x" * item_bytes}}

    @lru_cache(maxsize=4096)
    def canned(api: str, table: str, index: str, detail: str, consistent: bool, page: int) -> Answer:
        document = _found(api, item, items)
        if page < pages - 1 and api in _PAGED:
            document |= mark(api, page)
        if detail:
            units = 1.0 if api in _WRITES or consistent else 0.5
            document["ConsumedCapacity"] = consumed(table, units, index=index, detailed=detail == "INDEXES")
        return Answer(_json(document))

    def answer(api: str, body: bytes, n: int, now_s: float) -> Answer:  # noqa: ARG001 - a behaviour
        if api in _READS or api in _WRITES:
            found = _TABLE.search(body)
            if found is None:
                return error("validation", api, body)
            return canned(api, found[1].decode(), *_details(api, body), page_of(body) if pages > 1 else 0)
        if api in SEVERAL:
            return _together(api, body, item, items, pages)
        return control(api, body, tables, tags, wall)

    return answer


def _together(api: str, body: bytes, item: Document, items: int, pages: int) -> Answer:
    try:
        document = several(api, json.loads(body), item, items)
    except (ValueError, KeyError, TypeError, AttributeError):
        return error("serialization", api, body)
    page = page_of(body)
    if api == "ExecuteStatement" and document["Items"] and page < pages - 1:
        document |= mark(api, page)
    return Answer(_json(document))


def _details(api: str, body: bytes) -> tuple[str, str, bool]:
    """The index that is read, how much consumed capacity is asked for, and whether the read is consistent."""
    detail = ""
    if b'"ReturnConsumedCapacity"' in body and not _SILENT.search(body):
        detail = "INDEXES" if _INDEXES.search(body) else "TOTAL"
    index = _INDEX.search(body) if b'"IndexName"' in body and api in {"Query", "Scan"} else None
    consistent = b'"ConsistentRead"' in body and _CONSISTENT.search(body) is not None
    return index[1].decode() if index else "", detail, consistent


def _found(api: str, item: Document, items: int) -> Document:
    if api == "GetItem":
        return {"Item": item}
    if api in _READS:
        return {"Items": [item] * items, "Count": items, "ScannedCount": items}
    return {}


# --- tables --------------------------------------------------------------------------------------------------------


def control(
    api: str, body: bytes, tables: Tables, tags: dict[str, dict[str, str]], wall: Callable[[], float]
) -> Answer:
    """Answers a call that is not about items: tables and tags."""
    try:
        request = json.loads(body)
        if api in _TAG_APIS:
            return _tagging(api, request, tags)
        return _on_table(api, body, request, tables, wall)
    except (ValueError, KeyError, TypeError, AttributeError):
        return error("serialization", api, body)


def _on_table(api: str, body: bytes, request: Document, tables: Tables, wall: Callable[[], float]) -> Answer:
    if api == "ListTables":
        return Answer(_json({"TableNames": sorted(tables)}))
    if api not in {"CreateTable", "DescribeTable", "DeleteTable"}:
        return error("unknown_operation", api, body)
    name: str = request["TableName"]
    creates = api == "CreateTable"
    if creates == (name in tables):
        return error("table_in_use" if creates else "table_not_found", api, body)
    if creates:
        tables[name] = _description(request, wall())
    description = tables.pop(name) | {"TableStatus": "DELETING"} if api == "DeleteTable" else tables[name]
    return Answer(_json({"Table" if api == "DescribeTable" else "TableDescription": description}))


_TAG_APIS = frozenset({"TagResource", "UntagResource", "ListTagsOfResource"})


def _tagging(api: str, request: Document, tags: dict[str, dict[str, str]]) -> Answer:
    own = tags.setdefault(request["ResourceArn"], {})
    if api == "TagResource":
        own.update({tag["Key"]: tag["Value"] for tag in request["Tags"]})
    elif api == "UntagResource":
        for key in request["TagKeys"]:
            own.pop(key, None)
    else:
        return Answer(_json({"Tags": [{"Key": key, "Value": value} for key, value in own.items()]}))
    return Answer(b"{}")


def _description(request: Document, created_at: float) -> Document:
    name = request["TableName"]
    arn = f"arn:aws:dynamodb:us-east-1:000000000000:table/{name}"
    given = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0} | request.get("ProvisionedThroughput", {})
    description: Document = {
        "TableName": name,
        "TableArn": arn,
        "TableStatus": "ACTIVE",
        "CreationDateTime": created_at,
        "KeySchema": request["KeySchema"],
        "AttributeDefinitions": request["AttributeDefinitions"],
        "ProvisionedThroughput": given | {"NumberOfDecreasesToday": 0},
        "BillingModeSummary": {"BillingMode": request.get("BillingMode", "PROVISIONED")},
        "ItemCount": 0,
        "TableSizeBytes": 0,
    }
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        if kind in request:
            description[kind] = [
                index
                | {"IndexArn": f"{arn}/index/{index['IndexName']}", "ItemCount": 0, "IndexSizeBytes": 0}
                | ({"IndexStatus": "ACTIVE"} if kind.startswith("Global") else {})
                for index in request[kind]
            ]
    return description


def _json(document: Document) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()
