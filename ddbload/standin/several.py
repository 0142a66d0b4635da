"""Canned answers to what is about several items: batches, transactions and PartiQL; and batches cut short."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

Document = dict[str, Any]

BATCHES = frozenset({"BatchGetItem", "BatchWriteItem"})
TRANSACTIONS = frozenset({"TransactGetItems", "TransactWriteItems", "ExecuteTransaction"})
SEVERAL = BATCHES | TRANSACTIONS | {"BatchExecuteStatement", "ExecuteStatement"}

_STATEMENT_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE|EXISTS)\s+\"?([A-Za-z0-9_.-]+)", re.IGNORECASE)
_PAGE = re.compile(rb"stand-in#(\d+)")


def consumed(table: str, units: float, *, index: str = "", detailed: bool = False) -> Document:
    """A ConsumedCapacity document; `detailed` tells table and index apart."""
    document: Document = {"TableName": table, "CapacityUnits": units}
    if detailed:
        document["Table"] = {"CapacityUnits": 0.0 if index else units}
        if index:
            document["GlobalSecondaryIndexes"] = {index: {"CapacityUnits": units}}
    return document


def several(api: str, request: Document, item: Document, items: int) -> Document:
    """The answer to one of `SEVERAL`: each read finds `item`, a statement of many finds it `items` times.

    Consumed capacity: half a unit a read, one for a consistent one, one a write; in transactions twice that of a
    consistent one (Developer Guide, "Amazon DynamoDB Transactions: How it works", capacity management).
    """
    detail = request.get("ReturnConsumedCapacity", "NONE")
    document, units = _ANSWERS[api](request, item, items)
    if detail != "NONE":
        charges = [consumed(table, charged, detailed=detail == "INDEXES") for table, charged in units.items()]
        document["ConsumedCapacity"] = charges[0] if api == "ExecuteStatement" else charges
    return document


Answered = tuple[Document, Mapping[str, float]]


def _batch_get(request: Document, item: Document, _items: int) -> Answered:
    asked = request["RequestItems"]
    units = {
        name: len(keys["Keys"]) * (1.0 if keys.get("ConsistentRead") else 0.5) for name, keys in asked.items()
    }  # fmt: skip
    found = {name: [item] * len(keys["Keys"]) for name, keys in asked.items()}
    return {"Responses": found, "UnprocessedKeys": {}}, units


def _batch_write(request: Document, _item: Document, _items: int) -> Answered:
    return {"UnprocessedItems": {}}, {name: float(len(writes)) for name, writes in request["RequestItems"].items()}


def _transact_get(request: Document, item: Document, _items: int) -> Answered:
    gets = [action["Get"] for action in request["TransactItems"]]
    return {"Responses": [{"Item": item} for _ in gets]}, _sum((get["TableName"], 2.0) for get in gets)


def _transact_write(request: Document, _item: Document, _items: int) -> Answered:
    actions = [action for entry in request["TransactItems"] for action in entry.values()]
    return {}, _sum((action["TableName"], 2.0) for action in actions)


def _statement(request: Document, item: Document, items: int) -> Answered:
    reads = _reads(request)
    return {"Items": [item] * items if reads else []}, {_table(request): _units(request)}


def _statements(request: Document, item: Document, _items: int) -> Answered:
    statements = request["Statements"]
    answers = [{"TableName": _table(one)} | ({"Item": item} if _reads(one) else {}) for one in statements]
    return {"Responses": answers}, _sum((_table(one), _units(one)) for one in statements)


def _statement_transaction(request: Document, item: Document, _items: int) -> Answered:
    statements = request["TransactStatements"]
    answers = [{"Item": item} if _reads(one) else {} for one in statements]
    return {"Responses": answers}, _sum((_table(one), 2.0) for one in statements)


_ANSWERS = {
    "BatchGetItem": _batch_get,
    "BatchWriteItem": _batch_write,
    "TransactGetItems": _transact_get,
    "TransactWriteItems": _transact_write,
    "ExecuteStatement": _statement,
    "BatchExecuteStatement": _statements,
    "ExecuteTransaction": _statement_transaction,
}


def _sum(charges: Iterable[tuple[str, float]]) -> Mapping[str, float]:
    total: Counter[str] = Counter()
    for table, units in charges:
        total[table] += units  # type: ignore[assignment]  # a counter counts in floats as well
    return total


def _reads(statement: Document) -> bool:
    return str(statement["Statement"]).lstrip().upper().startswith(("SELECT", "EXISTS"))


def _units(statement: Document) -> float:
    return 0.5 if _reads(statement) and not statement.get("ConsistentRead") else 1.0


def _table(statement: Document) -> str:
    found = _STATEMENT_TABLE.search(statement["Statement"])
    if found is None:
        raise ValueError("the statement names no table")
    return found[1]


# --- pages -----------------------------------------------------------------------------------------------------------


def page_of(body: bytes) -> int:
    """The number of the page that a request asks for, from 0: what `mark` gave it to go on from says so."""
    found = _PAGE.search(body) if b'"ExclusiveStartKey"' in body or b'"NextToken"' in body else None
    return int(found[1]) if found else 0


def mark(api: str, page: int) -> Document:
    """What an answer holds that is not the last page: from where to go on."""
    word = f"stand-in#{page + 1}"
    return {"NextToken": word} if api == "ExecuteStatement" else {"LastEvaluatedKey": {"pk": {"S": word}}}


# --- batches cut short -----------------------------------------------------------------------------------------------


def cut(api: str, body: bytes) -> tuple[bytes, Document]:
    """The first half of a batch's request, and the rest of it as an answer names it; a half may be nothing."""
    request = json.loads(body)
    asked = request["RequestItems"]
    lists = {name: keys["Keys"] if api == "BatchGetItem" else keys for name, keys in asked.items()}
    room = sum(map(len, lists.values())) // 2
    taken: Document = {}
    left: Document = {}
    for name, parts in lists.items():
        count = min(room, len(parts))
        room -= count
        for side, some in ((taken, parts[:count]), (left, parts[count:])):
            if some:
                side[name] = {**asked[name], "Keys": some} if api == "BatchGetItem" else some
    rest = {"UnprocessedKeys" if api == "BatchGetItem" else "UnprocessedItems": left}
    return json.dumps({**request, "RequestItems": taken}).encode() if taken else b"", rest


def actions_of(body: bytes) -> int:
    """How many actions or statements a transaction has."""
    request = json.loads(body)
    return len(request.get("TransactItems") or request.get("TransactStatements") or ())
