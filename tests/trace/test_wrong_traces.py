"""A table of wrong traces, and what a person is told about each."""

# ruff: noqa: E501 - a case and its message stand on one line, as a person reads them

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from ddbload.trace import TraceError, open_trace
from tests.trace.conftest import Made

HEAD = "time,operation,key,size,item\n"
FORMS = "CSV with a header, JSON lines, Parquet, MongoDB's profiler output"
MS = '"ts": 1767225600000, "op": "get"'
PROFILE = (
    '{"op": "remove", "ns": "shop.orders", "ts": {"$date": "2026-01-01T00:00:00Z"}, "command": {"q": {"_id": 1}}}\n'
)

# fmt: off
WRONG: list[tuple[str, str | bytes, str]] = [
    ("an empty file", "", f"trace: the trace is empty ({FORMS})"),
    ("a file of blanks", " \n\n", f"trace: the trace is empty ({FORMS})"),
    ("some other file", b"\x7fELF\0\0", f"trace: the file is neither text nor Parquet ({FORMS})"),
    ("a header alone", HEAD, "trace: the trace has no rows (a row for each request)"),
    ("no time", "op,key\nget,a\n", "trace:1: no column tells the time (the header has: op, key; time may be called time, timestamp, ts, t; or tell its name: init --column time=NAME, replay: {columns: {time: NAME}})"),
    ("no operation", "time,key\n1,a\n", "trace:1: no column tells the operation (the header has: time, key; operation may be called operation, op, api, action; or tell its name: init --column operation=NAME, replay: {columns: {operation: NAME}})"),
    ("no key", "time,op\n1,get\n", "trace:1: no column tells which item a row is about (the header has: time, op; a key, a partition_key (and sort_key), or an item; or tell its name: init --column key=NAME, replay: {columns: {key: NAME}})"),
    ("no key in JSON", "{" + MS + "}\n", "trace:1: no column tells which item a row is about (the rows have: ts, op; a key, a partition_key (and sort_key), or an item; or tell its name: init --column key=NAME, replay: {columns: {key: NAME}})"),
    ("a first time that is none", HEAD + "soon,get,a,1,\n", "trace:2: time: 'soon' is not a time (seconds or milliseconds since 1970, an ISO 8601 text like 2026-01-01T12:00:00Z, or seconds from the start)"),
    ("a first time that is missing", HEAD + ",get,a,1,\n", "trace:2: time: nothing is not a time (seconds or milliseconds since 1970, an ISO 8601 text like 2026-01-01T12:00:00Z, or seconds from the start)"),
    ("a first time without end", HEAD + "inf,get,a,1,\n", "trace:2: time: 'inf' is not a time (seconds or milliseconds since 1970, an ISO 8601 text like 2026-01-01T12:00:00Z, or seconds from the start)"),
    ("a later time of another form", HEAD + "1,get,a,1,\n2026-01-01T00:00:00Z,get,a,1,\n", "trace:3: time: found '2026-01-01T00:00:00Z' (as in the first row: seconds from the start, like 12.5)"),
    ("a later time that is no number", HEAD + "1767225600000,get,a,1,\nnan,get,a,1,\n", "trace:3: time: found 'nan' (as in the first row: milliseconds since 1970, like 1767225600250)"),
    ("a day that no month has", HEAD + "2026-01-01T00:00:00Z,get,a,1,\n2026-02-30T00:00:00Z,get,a,1,\n", "trace:3: time: found '2026-02-30T00:00:00Z' (as in the first row: ISO 8601, like 2026-01-01T12:00:00.250Z)"),
    ("no name of an operation", HEAD + "1,get,a,1,\n2,,a,1,\n", "trace:3: operation: found nothing (the name of an operation, as text)"),
    ("an operation that is a number", '{"ts": 1, "op": 5, "key": "a"}\n', "trace:1: operation: found 5 (the name of an operation, as text)"),
    ("a size that is no number", HEAD + "1,get,a,big,\n", "trace:2: size: found 'big' (a whole number of bytes)"),
    ("a size below zero", HEAD + "1,get,a,-1,\n", "trace:2: size: found '-1' (a whole number of bytes)"),
    ("a size with a fraction", "{" + MS + ', "key": "a", "size": 1.5}\n', "trace:1: size: found 1.5 (a whole number of bytes)"),
    ("an item that is no number", HEAD + "1,get,a,1,x\n", "trace:2: item: found 'x' (a whole number from 0)"),
    ("a key that is a list", "{" + MS + ', "key": ["a"]}\n', "trace:1: key: found ['a'] (a text, a number, or a key as DynamoDB has it: {pk: {S: ...}})"),
    ("a session that is a list", "{" + MS + ', "key": "a", "session": [1]}\n', "trace:1: session: found [1] (a text or a number)"),
    ("a size beyond all measure", HEAD + f"1,get,a,{10**19},\n", "trace:2: size: found '10000000000000000000' (a whole number of bytes)"),
    ("an item beyond all measure", "{" + MS + f', "key": "a", "item": {2**62 + 1}}}\n', "trace:1: item: found 4611686018427387905 (a whole number from 0)"),
    ("a time beyond all measure", HEAD + "1,get,a,1,\n1e300,get,a,1,\n", "trace:3: time: found '1e300' (as in the first row: seconds from the start, like 12.5)"),
    ("a header that is cut by a line's end of its own", "time,op\rkey\n1,get,a\n", "trace:1: this is no header of a CSV: new-line character seen in unquoted field (names of columns)"),
    ("too few fields", HEAD + "1,get\n", "trace:2: the row has 2 fields (the header has 5)"),
    ("too many fields", HEAD + "1,get,a,1,,\n", "trace:2: the row has 6 fields (the header has 5)"),
    ("bytes that are no UTF-8", HEAD.encode() + b"1,get,a,1,\n2,get,\xff,1,\n", "trace:3: key: found '\\udcff' (a text, a number, or a key as DynamoDB has it: {pk: {S: ...}})"),
    ("a line that is not JSON", "{" + MS + ', "key": "a"}\nget\n', "trace:2: this is not JSON: unexpected character, expected a JSON value (one JSON object a line)"),
    ("a line of JSON that is no object", "{" + MS + ', "key": "a"}\n[1]\n', "trace:2: found [1] (one JSON object a line)"),
    ("a document that is none of the profiler", PROFILE + '{"op": "query"}\n', "trace:2: this is no document of MongoDB's profiler: {'op': 'query'} (documents of system.profile, each with op, ns and ts)"),
    ("a date that is none", PROFILE.replace("2026-01-01T00:00:00Z", "x"), "trace:1: ts: found {'$date': 'x'} (a date in Extended JSON: {\"$date\": \"2026-01-01T12:00:00Z\"})"),
    ("a profile that is cut short", "[" + PROFILE + ',\n{"op": ', "trace:3: this is not JSON: Expecting value (one object for each row)"),
    ("gzip that is cut short", gzip.compress((HEAD + "1,get,a,1,\n").encode())[:-12], "trace: the gzip data is damaged: Compressed file ended before the end-of-stream marker was reached (pack the file again)"),
]
# fmt: on


@pytest.mark.parametrize(("sentence", "content", "message"), WRONG, ids=[case[0] for case in WRONG])
def test_a_wrong_trace_is_told_with_its_line(trace: Made, sentence: str, content: str | bytes, message: str) -> None:
    with pytest.raises(TraceError) as told:
        list(trace(content).rows())
    assert str(told.value) == message, sentence


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(
        TraceError, match=r"^nowhere\.csv: there is no such file \(a trace: CSV, JSON lines, Parquet, or"
    ):
        open_trace("nowhere.csv")


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            {"time": "when"},
            "trace:1: there is no column 'when' for time (the header has: time, operation, key, size, item)",
        ),
        (
            {"moment": "time"},
            "a trace has no 'moment' (a trace has: time, operation, key, partition, sort, item, size, session, table)",
        ),
    ],
)
def test_a_column_that_was_named_must_be_there(trace: Made, columns: dict[str, str], message: str) -> None:
    with pytest.raises(TraceError) as told:
        list(trace(HEAD + "1,get,a,1,\n", columns).rows())
    assert str(told.value) == message


SOUND = (
    (HEAD + '1767225600,get,"a\nb",1,\n1767225600.5,put,c,2,3\n').encode(),
    ("{" + MS + ', "key": "a", "size": 5}\n{' + MS + ', "key": {"pk": {"S": "a"}}}\n').encode(),
    PROFILE.encode() * 2,
    gzip.compress((HEAD + "1,get,a,1,\n").encode()),
)


@given(
    st.sampled_from(SOUND),
    st.lists(st.tuples(st.integers(0, 200), st.binary(max_size=4), st.integers(0, 5)), max_size=4),
)
def test_a_damaged_trace_is_read_or_told_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, sound: bytes, damage: list[tuple[int, bytes, int]]
) -> None:
    content = sound
    for at, put, cut in damage:
        content = content[:at] + put + content[at + cut :]
    path: Path = tmp_path_factory.mktemp("damaged") / "trace"
    path.write_bytes(content)
    said = ""
    try:
        said = "".join(str(row.time_ns) for row in open_trace(path).rows())
    except TraceError as error:
        said = str(error)
    assert said
    assert "-" not in said or str(path) in said
