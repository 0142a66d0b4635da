"""MongoDB's profiler output (documents of system.profile, relaxed or canonical Extended JSON) read as a trace.

Source: MongoDB Manual, "Database Profiler Output"; MongoDB Extended JSON (v2). An operation becomes DynamoDB's nearest:
a find by one _id is a get, by several a get of each; other finds, counts and aggregations with an equality are a query,
without any a scan; an insert is a put for each document; an update that replaces the whole document is a put as well.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from ddbload.trace.cast import shown
from ddbload.trace.row import LARGEST, Columns, TraceError
from ddbload.trace.text import documents, open_bytes
from ddbload.trace.times import ISO

CHUNK = 8192
_EACH_OF = 100  # ids of an $in that become gets of their own: as many as one BatchGetItem takes
_INSERTED_AT_MOST = 100_000  # MongoDB Manual, "MongoDB Limits and Thresholds": maxWriteBatchSize
_READS = {"find": "filter", "count": "query", "distinct": "query"}


class _Request(NamedTuple):
    operation: str
    key: str
    size: int | None


def is_profile(document: Any) -> bool:
    """Whether a JSON document is one of the profiler."""
    return isinstance(document, dict) and {"op", "ns", "ts"} <= document.keys()


def read_profile(path: Path, count: int = CHUNK) -> Iterator[Columns]:
    """Chunks of typed columns, in the order of the file, on the clock of 1970. What is no data operation is left out.

    Raises:
        TraceError: what is not JSON, or no document of the profiler, at its line.
    """
    with open_bytes(path) as data:
        rows = (row for line, document in documents(data, str(path)) for row in _rows(document, str(path), line))
        while batch := list(islice(rows, count)):
            time, operation, key, size, session, table, line = map(list, zip(*batch, strict=True))
            yield Columns(time, operation, key, [None] * len(batch), size, session, table, line)


def _rows(document: Any, file: str, line: int) -> Iterator[tuple[Any, ...]]:
    if not is_profile(document):
        fits = "documents of system.profile, each with op, ns and ts"
        raise TraceError.at(file, line, f"this is no document of MongoDB's profiler: {shown(document)}", fits)
    try:
        time_ns = _time_ns(document["ts"])
    except (KeyError, TypeError, ValueError, OverflowError):
        fits = 'a date in Extended JSON: {"$date": "2026-01-01T12:00:00Z"}'
        raise TraceError.at(file, line, f"ts: found {shown(document['ts'])}", fits) from None
    command = _mapping(document.get("command")) or _mapping(document.get("query"))
    session = _mapping(command.get("lsid")).get("id")
    table = str(document["ns"]).partition(".")[2] or None
    for request in _requests(document, command):
        yield time_ns, request.operation, request.key, request.size, _text(session) or None, table, line


def _time_ns(ts: Any) -> int:
    moment = ts["$date"] if isinstance(ts, Mapping) else ts
    if isinstance(moment, Mapping):
        moment = int(moment["$numberLong"])
    if isinstance(moment, str):
        datetime.fromisoformat(moment)
        return ISO.parse([moment])[0]
    if isinstance(moment, bool):
        raise TypeError("no date")
    time_ns = moment * 10**6 if isinstance(moment, int) else round(float(moment) * 1e6)  # milliseconds since 1970
    if abs(time_ns) > LARGEST:
        raise OverflowError("more than 64 bits")
    return time_ns


def _requests(  # noqa: PLR0911 - one for each kind of operation
    document: Mapping[str, Any], command: Mapping[str, Any]
) -> Sequence[_Request]:
    match document["op"]:
        case "query":
            return _find(_filter(command, document), document)
        case "getmore":
            begun = _mapping(document.get("originatingCommand"))
            return _search(_filter(begun, {}), document)
        case "insert":
            return _insert(document, command)
        case "update":
            change = command.get("u", document.get("updateobj"))
            return [_update(_mapping(command.get("q", command)), change)]
        case "remove":
            return [_Request("delete", _key(_mapping(command.get("q", command))), None)]
        case "command":
            return _command(document, command)
    return []


def _command(document: Mapping[str, Any], command: Mapping[str, Any]) -> Sequence[_Request]:
    name = next(iter(command), "")
    if name.lower() == "findandmodify":
        chosen = _mapping(command.get("query"))
        return [
            _Request("delete", _key(chosen), None) if command.get("remove") else _update(chosen, command.get("update"))
        ]
    if name == "find":
        return _find(_mapping(command.get("filter")), document)
    if name in _READS:
        return _search(_mapping(command.get(_READS[name])), document)
    if name == "aggregate":
        stages = command.get("pipeline")
        first = _mapping(stages[0]) if isinstance(stages, list) and stages else {}
        return _search(_mapping(first.get("$match")), document)
    return []


def _filter(command: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is looked for: `filter` of a find; before MongoDB 3.2 the query itself, or its $query."""
    if "find" in command or "filter" in command:
        return _mapping(command.get("filter"))
    if "aggregate" in command:
        stages = command.get("pipeline")
        return _mapping(_mapping(stages[0] if isinstance(stages, list) and stages else None).get("$match"))
    old = _mapping(document.get("query"))
    return _mapping(old.get("$query", old))


def _find(wanted: Mapping[str, Any], document: Mapping[str, Any]) -> Sequence[_Request]:
    size = _whole(document.get("responseLength"))
    one = wanted.get("_id")
    if isinstance(one, Mapping) and isinstance(one.get("$in"), list) and one["$in"]:
        each = None if size is None else size // len(one["$in"])
        return [_Request("get", _text(key), each) for key in one["$in"][:_EACH_OF]]
    if _equal_to(one) is not None:
        return [_Request("get", _text(_equal_to(one)), size)]
    return _search(wanted, document)


def _search(wanted: Mapping[str, Any], document: Mapping[str, Any]) -> Sequence[_Request]:
    key = _key(wanted)
    return [_Request("query" if key else "scan", key, _whole(document.get("responseLength")))]


def _insert(document: Mapping[str, Any], command: Mapping[str, Any]) -> Sequence[_Request]:
    listed = command.get("documents")
    documents_ = listed if isinstance(listed, list) and listed else None
    if documents_ is None and "_id" in command:  # before MongoDB 3.2: the document itself
        documents_ = [command]
    if documents_ is None:
        return [_Request("put", "", None)] * min(_whole(document.get("ninserted")) or 1, _INSERTED_AT_MOST)
    return [_Request("put", _key(_mapping(one)), _length(one)) for one in documents_]


def _update(chosen: Mapping[str, Any], change: Any) -> _Request:
    replaces = isinstance(change, Mapping) and bool(change) and not any(name.startswith("$") for name in change)
    if replaces:
        return _Request("put", _key(chosen), _length(change))
    return _Request("update", _key(chosen), None if change is None else _length(change))


def _key(wanted: Mapping[str, Any]) -> str:
    """The value of _id, else of the first equality; also within $and."""
    for name in ("_id", *(name for name in wanted if not name.startswith("$"))):
        if (value := _equal_to(wanted.get(name))) is not None:
            return _text(value)
    both = wanted.get("$and")
    for part in both if isinstance(both, list) else []:
        if key := _key(_mapping(part)):
            return key
    return ""


def _equal_to(value: Any) -> Any:
    """The value that a condition of a filter asks for exactly; None when it is no equality."""
    if not isinstance(value, Mapping):
        return value
    if "$eq" in value:
        return value["$eq"]
    typed = len(value) >= 1 and all(name in _TYPES for name in value)
    document = value and not any(name.startswith("$") for name in value)
    return value if typed or document else None


_TYPES = frozenset(
    {"$oid", "$numberInt", "$numberLong", "$numberDouble", "$numberDecimal", "$uuid", "$binary", "$date", "$symbol"}
)


def _text(value: Any) -> str:  # noqa: PLR0911 - one for each type
    """The text of a value in Extended JSON: of an ObjectId its digits, of a document its values joined by `/`."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case {"$binary": {"base64": str(text)}} | {"$binary": str(text)}:
            return text
        case dict() if any(name in _TYPES for name in value):
            return _text(next(value[name] for name in value if name in _TYPES))
        case dict():
            return "/".join(_text(part) for part in value.values())
        case list():
            return ",".join(_text(part) for part in value)
    return str(value)


def _whole(value: Any) -> int | None:
    text = _text(value)
    try:
        return min(max(0, int(float(text))), LARGEST) if text else None
    except (ValueError, OverflowError):
        return None


def _length(document: Any) -> int:
    """The bytes of a document as compact JSON: near to what DynamoDB counts, which adds names and values."""
    return len(json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogateescape"))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
