"""Queries of indexes whose keys have several attributes, which the embedded server's library does not know.

The items of the partition that is asked for are picked out by comparing values; only these are given to the library's
expressions, which cost a hundred times as much. Developer Guide, "Multi-attribute keys" (global secondary indexes): all
partition attributes are compared with =, the sort attributes order what is found, from left to right.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Answer = tuple[int, Any, Any]
Document = dict[str, Any]
Ask = Callable[[str, bytes], Answer]
"""`(api, body) -> answer` of the library."""

_TYPE = {"Content-Type": "application/x-amz-json-1.0"}
_WORD = re.compile(r"[#:]?\w+")
_OK = 200


@dataclass(frozen=True, slots=True)
class Library:
    """What is needed of the library beside its answers.

    Attributes:
        items: table -> all of its items, as they are now.
        holds: (expression, item, attribute values, attribute names) -> whether it holds; `ValueError`: it is wrong.
        project: (item, projection expression, attribute names) -> item; `ValueError`: it is wrong.
    """

    items: Callable[[str], Iterable[Document]]
    holds: Callable[[str, Document, Mapping[str, Any], Mapping[str, str]], bool]
    project: Callable[[Document, str, Mapping[str, str]], Document]


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


def query(request: Document, key: IndexKey, ask: Ask, library: Library) -> Answer:
    """The answer to a Query of such an index."""
    wanted = {name: _wanted(request, name) for name in key.partition}
    free = [name for name, value in wanted.items() if value is None]
    if free:
        text = f"HASH key attributes {', '.join(free)} must have equality conditions specified in the query"
        return _refusal(text)
    refused = _checked(request, key, ask)
    if refused is not None:
        return refused
    try:
        page, more = _page(request, key, _found(request, key, wanted, library))
        chosen = request.get("FilterExpression")
        items = [item for item in page if not chosen or _holds(chosen, item, request, library)]
        answer: Document = {"Count": len(items), "ScannedCount": len(page)}
        if request.get("Select") != "COUNT":
            answer["Items"] = [_shown(request, key, item, library) for item in items]
    except ValueError as error:  # the library has looked at the expressions
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


def _wanted(request: Document, name: str) -> Any:
    """The value that a key condition compares an attribute with by =; None: it does not."""
    names = request.get("ExpressionAttributeNames", {})
    called = "|".join(re.escape(word) for word in (name, *(alias for alias, real in names.items() if real == name)))
    equals = re.search(rf"(?<![\w#])(?:{called})\s*=\s*(:\w+)", request.get("KeyConditionExpression", ""))
    return equals and request.get("ExpressionAttributeValues", {}).get(equals[1])


def _checked(request: Document, key: IndexKey, ask: Ask) -> Answer | None:
    """The library's refusal of a query's conditions, which it gets for a partition of the table that is not there."""
    condition, chosen = request["KeyConditionExpression"], request.get("FilterExpression")
    whole = f"({condition}) AND ({chosen})" if chosen else condition
    words = set(_WORD.findall(whole))
    used = {
        member: {word: value for word, value in request.get(member, {}).items() if word in words}
        for member in ("ExpressionAttributeNames", "ExpressionAttributeValues")
    }
    name = key.table[0]
    nowhere = {"S": "ddbload:nowhere", "B": "ZGRibG9hZDpub3doZXJl", "N": "-3e-125"}[key.kinds[name]]
    used["ExpressionAttributeNames"]["#ddbload"] = name
    used["ExpressionAttributeValues"][":ddbload"] = {key.kinds[name]: nowhere}
    given = {"TableName": request["TableName"], "KeyConditionExpression": "#ddbload = :ddbload"}
    answer = ask("Query", json.dumps({**given, "FilterExpression": whole, **used}).encode())
    return answer if answer[0] != _OK else None


def _found(request: Document, key: IndexKey, wanted: Mapping[str, Any], library: Library) -> list[Document]:
    """The items of a partition that are under the key condition. Raises `ValueError` where that is wrong."""
    condition = request["KeyConditionExpression"]
    _holds(condition, {}, request, library)  # a wrong one is wrong in an empty partition, too
    items = library.items(request["TableName"])
    for name, value in wanted.items():
        items = _with(items, name, value)
    return [
        item for item in items if all(name in item for name in key.names) and _holds(condition, item, request, library)
    ]


def _with(items: Iterable[Document], name: str, value: Mapping[str, Any]) -> list[Document]:
    """The items whose attribute has a value: of a table of many thousands, for every query."""
    if "N" not in value:
        return [item for item in items if item.get(name) == value]
    number = Decimal(value["N"])
    return [item for item in items if "N" in item.get(name, ()) and Decimal(item[name]["N"]) == number]


def _holds(expression: str, item: Document, request: Document, library: Library) -> bool:
    names, values = request.get("ExpressionAttributeNames", {}), request.get("ExpressionAttributeValues", {})
    return library.holds(expression, item, values, names)


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


def _shown(request: Document, key: IndexKey, item: Document, library: Library) -> Document:
    """An item as the index holds it, or what is asked of that."""
    if key.projected is not None:
        item = {name: value for name, value in item.items() if name in key.projected}
    expression = request.get("ProjectionExpression")
    return library.project(item, expression, request.get("ExpressionAttributeNames", {})) if expression else item
