"""Queries of indexes whose keys have several attributes, which the embedded server's library does not know.

Answered from its scans of the table: slow, but right. Developer Guide, "Multi-attribute keys" (global secondary
indexes): all partition attributes are compared with =, the sort attributes order what is found, from left to right.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Answer = tuple[int, Any, Any]
Document = dict[str, Any]
Ask = Callable[[str, bytes], Answer]
"""`(api, body) -> answer` of the library."""
Project = Callable[[Document, str, Mapping[str, str]], Document]
"""`(item, projection expression, attribute names) -> item` of the library."""

_TYPE = {"Content-Type": "application/x-amz-json-1.0"}
_WORD = re.compile(r"[#:]?\w+")
_OK = 200


@dataclass(frozen=True, slots=True)
class IndexKey:
    """An index whose key has several attributes. `projected`: what it holds; None for all attributes."""

    table: tuple[str, ...]
    partition: tuple[str, ...]
    sort: tuple[str, ...]
    kinds: Mapping[str, str]
    projected: frozenset[str] | None

    @property
    def names(self) -> tuple[str, ...]:
        """The attributes that an item needs to be in the index, and those of the table's key."""
        return tuple(dict.fromkeys((*self.partition, *self.sort, *self.table)))

    def position(self, item: Document) -> tuple[Any, ...]:
        """Where an item or a key to go on from stands in the order of its partition."""
        return tuple(_comparable(self.kinds[name], item[name]) for name in (*self.sort, *self.table))


class _RefusedError(Exception):
    """The library refused a scan: its answer is the query's."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer


def index_keys(creation: Document) -> dict[str, IndexKey]:
    """The indexes of a CreateTable request whose keys have several attributes of a kind."""
    kinds = {entry["AttributeName"]: entry["AttributeType"] for entry in creation.get("AttributeDefinitions", ())}
    table = _of(creation.get("KeySchema", ()), "HASH") + _of(creation.get("KeySchema", ()), "RANGE")
    found: dict[str, IndexKey] = {}
    for index in creation.get("GlobalSecondaryIndexes") or ():
        partition, sort = _of(index["KeySchema"], "HASH"), _of(index["KeySchema"], "RANGE")
        if len(partition) > 1 or len(sort) > 1:
            projection = index.get("Projection", {})
            included = frozenset((*partition, *sort, *table, *projection.get("NonKeyAttributes", ())))
            projected = None if projection.get("ProjectionType") == "ALL" else included
            found[index["IndexName"]] = IndexKey(table, partition, sort, kinds, projected)
    return found


def query(request: Document, key: IndexKey, ask: Ask, project: Project) -> Answer:
    """The answer to a Query of such an index."""
    free = [name for name in key.partition if not _equals(request, name)]
    if free:
        text = f"HASH key attributes {', '.join(free)} must have equality conditions specified in the query"
        return _refusal(text)
    condition, chosen = request["KeyConditionExpression"], request.get("FilterExpression")
    try:
        there = [item for item in _scan(request, condition, ask) if all(name in item for name in key.names)]
        kept = {key.position(item) for item in _scan(request, f"({condition}) AND ({chosen})", ask)} if chosen else None
    except _RefusedError as refused:
        return refused.answer
    page, more = _page(request, key, there)
    items = [item for item in page if kept is None or key.position(item) in kept]
    answer: Document = {"Count": len(items), "ScannedCount": len(page)}
    try:
        if request.get("Select") != "COUNT":
            answer["Items"] = [_shown(request, key, item, project) for item in items]
    except ValueError as error:  # the library has looked at the expression
        return _refusal(str(error))
    if more:
        answer["LastEvaluatedKey"] = {name: page[-1][name] for name in key.names}
    return _OK, _TYPE, json.dumps(answer, ensure_ascii=False)


def sparse(request: Document, key: IndexKey, ask: Ask) -> Answer:
    """The answer to a Scan of such an index: an item without one of its attributes is not in it."""
    names = {f"#key{place}": name for place, name in enumerate((*key.partition, *key.sort))}
    there = " AND ".join(f"attribute_exists({alias})" for alias in names)
    given = request.get("FilterExpression")
    whole = request | {
        "FilterExpression": f"({given}) AND {there}" if given else there,
        "ExpressionAttributeNames": request.get("ExpressionAttributeNames", {}) | names,
    }
    status, headers, body = ask("Scan", json.dumps(whole).encode())
    if status != _OK or given:
        return status, headers, body
    document = json.loads(body)
    document["ScannedCount"] = document["Count"]
    return status, _TYPE, json.dumps(document, ensure_ascii=False)


def _refusal(text: str) -> Answer:
    document = {"__type": "com.amazon.coral.validate#ValidationException", "message": text}
    return 400, _TYPE, json.dumps(document)


def _of(schema: Sequence[Mapping[str, str]], kind: str) -> tuple[str, ...]:
    return tuple(element["AttributeName"] for element in schema if element["KeyType"] == kind)


def _comparable(kind: str, value: Mapping[str, Any]) -> Any:
    content = value[kind]
    if kind == "N":
        return Decimal(content)
    return base64.b64decode(content) if kind == "B" else content.encode()


def _equals(request: Document, name: str) -> bool:
    """Whether a key condition compares an attribute with =."""
    names = request.get("ExpressionAttributeNames", {})
    called = "|".join(re.escape(word) for word in (name, *(alias for alias, real in names.items() if real == name)))
    return re.search(rf"(?<![\w#])(?:{called})\s*=", request.get("KeyConditionExpression", "")) is not None


def _scan(request: Document, condition: str, ask: Ask) -> list[Document]:
    """All items of the table under a condition. Raises `_RefusedError`."""
    words = set(_WORD.findall(condition))
    scan: Document = {"TableName": request["TableName"], "FilterExpression": condition}
    for member in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        used = {word: value for word, value in request.get(member, {}).items() if word in words}
        if used:
            scan[member] = used
    items: list[Document] = []
    while True:
        status, headers, body = ask("Scan", json.dumps(scan).encode())
        if status != _OK:
            raise _RefusedError((status, headers, body))
        page = json.loads(body)
        items += page["Items"]
        if "LastEvaluatedKey" not in page:
            return items
        scan["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _page(request: Document, key: IndexKey, items: list[Document]) -> tuple[list[Document], bool]:
    """The items of the page that is asked for, in their order, and whether others follow."""
    backwards = request.get("ScanIndexForward") is False
    items = sorted(items, key=key.position, reverse=backwards)
    start = request.get("ExclusiveStartKey")
    if start:
        last = key.position(start)
        items = [item for item in items if (key.position(item) < last if backwards else key.position(item) > last)]
    limit = request.get("Limit") or len(items)
    return items[:limit], limit < len(items)


def _shown(request: Document, key: IndexKey, item: Document, project: Project) -> Document:
    """An item as the index holds it, or what is asked of that."""
    if key.projected is not None:
        item = {name: value for name, value in item.items() if name in key.projected}
    expression = request.get("ProjectionExpression")
    return project(item, expression, request.get("ExpressionAttributeNames", {})) if expression else item
