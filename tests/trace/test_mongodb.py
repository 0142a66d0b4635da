"""Documents of MongoDB's profiler and the requests that they become."""

# ruff: noqa: E501 - a case stands on one line, as a person reads it

from __future__ import annotations

import json
from typing import Any

import pytest

from ddbload.scenario.load import parse_scenario
from ddbload.trace import TraceRow
from ddbload.trace.fit import fit, scenario_text
from tests.trace.conftest import Made

Wanted = list[tuple[str, str, int | None]]

# fmt: off
DOCUMENTS: list[tuple[str, dict[str, Any], Wanted]] = [
    ("a find by _id is a get", {"op": "query", "command": {"find": "orders", "filter": {"_id": "o#1"}}, "responseLength": 512}, [("get", "o#1", 512)]),
    ("an ObjectId is its digits", {"op": "query", "command": {"find": "orders", "filter": {"_id": {"$oid": "65a"}}}}, [("get", "65a", None)]),
    ("a canonical number is its digits", {"op": "query", "command": {"find": "o", "filter": {"_id": {"$numberLong": "7"}}}, "responseLength": {"$numberInt": "9"}}, [("get", "7", 9)]),
    ("a find by several is a get of each", {"op": "query", "command": {"find": "o", "filter": {"_id": {"$in": [1, 2]}}}, "responseLength": 100}, [("get", "1", 50), ("get", "2", 50)]),
    ("a find by an equality is a query", {"op": "query", "command": {"find": "o", "filter": {"total": {"$gt": 5}, "customer": 17}}}, [("query", "17", None)]),
    ("an equality within $and is found", {"op": "query", "command": {"find": "o", "filter": {"$and": [{"a": {"$lt": 1}}, {"b": {"$eq": "x"}}]}}}, [("query", "x", None)]),
    ("a find of everything is a scan", {"op": "query", "command": {"find": "o", "filter": {}}, "responseLength": 4096}, [("scan", "", 4096)]),
    ("a find before MongoDB 3.2", {"op": "query", "query": {"$query": {"_id": 3}}}, [("get", "3", None)]),
    ("another page is a query again", {"op": "getmore", "command": {"getMore": 5}, "originatingCommand": {"find": "o", "filter": {"customer": 9}}}, [("query", "9", None)]),
    ("an insert is a put of each document", {"op": "insert", "command": {"insert": "o", "documents": [{"_id": 1, "a": 2}, {"_id": 22}]}}, [("put", "1", 15), ("put", "22", 10)]),
    ("an insert without its documents is counted", {"op": "insert", "command": {"insert": "o"}, "ninserted": 2}, [("put", "", None), ("put", "", None)]),
    ("an update by operators is an update", {"op": "update", "command": {"q": {"_id": "a"}, "u": {"$set": {"x": 1}}}}, [("update", "a", 16)]),
    ("an update that replaces is a put", {"op": "update", "command": {"q": {"_id": "a"}, "u": {"x": 1}}}, [("put", "a", 7)]),
    ("a remove is a delete", {"op": "remove", "command": {"q": {"customer": "c"}, "limit": 0}}, [("delete", "c", None)]),
    ("findAndModify is an update", {"op": "command", "command": {"findAndModify": "o", "query": {"_id": 1}, "update": {"$inc": {"n": 1}}}}, [("update", "1", 16)]),
    ("findAndModify may delete", {"op": "command", "command": {"findandmodify": "o", "query": {"_id": 1}, "remove": True}}, [("delete", "1", None)]),
    ("an aggregation with a match is a query", {"op": "command", "command": {"aggregate": "o", "pipeline": [{"$match": {"status": "open"}}]}}, [("query", "open", None)]),
    ("a count of everything is a scan", {"op": "command", "command": {"count": "o"}}, [("scan", "", None)]),
    ("what is no data operation is left out", {"op": "command", "command": {"ping": 1}}, []),
]
# fmt: on


@pytest.mark.parametrize(("sentence", "document", "wanted"), DOCUMENTS, ids=[case[0] for case in DOCUMENTS])
def test_an_operation_becomes_the_nearest_of_dynamodb(
    trace: Made, sentence: str, document: dict[str, Any], wanted: Wanted
) -> None:
    last = {"op": "remove", "ns": "shop.end", "ts": {"$date": "2026-01-01T00:00:00Z"}, "command": {"q": {"_id": 0}}}
    whole = {"ns": "shop.orders", "ts": {"$date": "2026-01-01T00:00:00Z"}, **document}
    rows = list(trace(f"{json.dumps(whole)}\n{json.dumps(last)}\n").rows())
    assert [(row.operation, row.key, row.size_bytes) for row in rows[:-1]] == wanted, sentence


RELAXED = {"$date": "2026-01-01T00:00:00.250Z"}
CANONICAL = {"$date": {"$numberLong": "1767225600250"}}


@pytest.mark.parametrize("second", [RELAXED, CANONICAL, {"$date": 1767225600250}], ids=["relaxed", "canonical", "old"])
@pytest.mark.parametrize("layout", ["lines", "array", "spread"])
def test_every_spelling_of_extended_json_is_read(trace: Made, second: dict[str, Any], layout: str) -> None:
    first = {
        "op": "remove",
        "ns": "shop.orders",
        "ts": {"$date": "2026-01-01T00:00:00Z"},
        "command": {"q": {"_id": 1}, "lsid": {"id": {"$uuid": "u-1"}}},
    }
    both = [first, {**first, "ts": second, "command": {"q": {"_id": 2}}}]
    text = {
        "lines": "\n".join(map(json.dumps, both)),
        "array": json.dumps(both),
        "spread": "\n".join(json.dumps(one, indent=2) for one in both),
    }[layout]
    opened = trace(text)
    assert opened.form == "MongoDB profiler"
    assert list(opened.rows()) == [
        TraceRow(0, "delete", "1", session="u-1", table="orders"),
        TraceRow(250_000_000, "delete", "2", table="orders"),
    ]


def test_a_profile_is_fitted_as_any_trace(trace: Made) -> None:
    documents = [
        {"ns": "shop.orders", "ts": {"$date": 1767225600000 + 10 * n}, **DOCUMENTS[n % len(DOCUMENTS)][1]}
        for n in range(2_000)
    ]
    found = fit(trace("\n".join(map(json.dumps, documents))))
    loaded = parse_scenario(scenario_text(found, "shop")).scenario
    assert {"get", "put", "query", "scan", "update", "delete"} <= {name.split("_")[0] for name in loaded.operations}


def test_a_profile_larger_than_a_block_is_read_whole(trace: Made) -> None:
    one = {"op": "remove", "ns": "s.o", "ts": {"$date": "2026-01-01T00:00:00Z"}, "command": {"q": {"_id": "k" * 3000}}}
    assert sum(1 for _ in trace(json.dumps([one] * 1000)).rows()) == 1000
