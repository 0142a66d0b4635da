"""Traces of every form, as their rows."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from ddbload.trace import Trace, TraceError, TraceRow, open_trace, write_trace
from ddbload.trace.order import WINDOW
from tests.trace.conftest import Made

CSV = """\
time,operation,key,size,session,item,table
0,get,a#1/x,100,s1,7,orders
0.5,put,b#2,,,,
"""
ROWS = [TraceRow(0, "get", "a#1/x", 7, 100, "s1", "orders"), TraceRow(500_000_000, "put", "b#2")]


def test_a_row_holds_what_its_line_says(trace: Made) -> None:
    assert list(trace(CSV).rows()) == ROWS


@pytest.mark.parametrize(
    "head",
    [
        "timestamp,op,pk,sk,bytes,user,n,t",
        "Time,API,partition_key,sort_key,Size Bytes,session_id,n,t",
        "ts;action;hash-key;range.key;length;client;n;t",
    ],
)
def test_columns_go_by_many_names(trace: Made, head: str) -> None:
    row = "5,get,a,b,100,u,x,y".replace(",", ";" if ";" in head else ",")
    assert list(trace(f"{head}\n{row}\n").rows()) == [TraceRow(0, "get", "a/b", None, 100, "u")]


def test_a_column_may_be_named_by_the_reader(trace: Made) -> None:
    rows = trace("when,what,whom\n1,get,a\n", {"time": "when", "operation": "what", "key": "whom"}).rows()
    assert list(rows) == [TraceRow(0, "get", "a")]


TIMES = [
    ("seconds from the start", ["0", "1.5"], "seconds from the start"),
    ("seconds since 1970", ["1767225600", "1767225601.5"], "seconds since 1970"),
    ("milliseconds since 1970", ["1767225600000", "1767225601500"], "milliseconds since 1970"),
    ("microseconds since 1970", ["1767225600000000", "1767225601500000"], "microseconds since 1970"),
    ("nanoseconds since 1970", ["1767225600000000000", "1767225601500000000"], "nanoseconds since 1970"),
    ("ISO 8601 with Z", ["2026-01-01T00:00:00Z", "2026-01-01T00:00:01.5Z"], "ISO 8601"),
    ("ISO 8601 with an offset", ["2026-01-01T00:00:00+01:00", "2025-12-31T23:00:01.5+00:00"], "ISO 8601"),
    ("ISO 8601 without one is UTC", ["2026-01-01 00:00:00", "2026-01-01 00:00:01.500"], "ISO 8601"),
]


@pytest.mark.parametrize(("sentence", "times", "name"), TIMES, ids=[case[0] for case in TIMES])
def test_times_count_from_the_first_row(trace: Made, sentence: str, times: list[str], name: str) -> None:
    opened = trace("time,op,key\n" + "".join(f"{time},get,k\n" for time in times))
    assert [row.time_ns for row in opened.rows()] == [0, 1_500_000_000], sentence
    assert opened.times() == name


def test_the_name_of_a_column_may_tell_the_unit_of_its_times(trace: Made) -> None:
    assert [row.time_ns for row in trace("time_ms,op,key\n0,get,k\n2.5,get,k\n").rows()] == [0, 2_500_000]


def test_json_lines_are_read_with_numbers_and_keys_as_dynamodb_has_them(trace: Made) -> None:
    rows = trace(
        '{"ts": 1767225600000, "api": "GetItem", "key": {"pk": {"S": "a"}, "sk": {"N": "5"}}, "user": 7}\n'
        "\n"
        '{"ts": 1767225600250, "api": "PutItem", "key": 12, "size": 80}\n'
    ).rows()
    assert list(rows) == [
        TraceRow(0, "GetItem", "a/5", session="7"),
        TraceRow(250_000_000, "PutItem", "12", size_bytes=80),
    ]


def test_gzip_is_known_by_its_bytes(trace: Made) -> None:
    assert list(trace(gzip.compress(CSV.encode())).rows()) == ROWS


def test_a_row_in_quotes_may_take_several_lines_and_later_lines_keep_their_numbers(trace: Made) -> None:
    opened = trace('time,op,key\n0,get,"a\nb"\n\n1,get,c\nx,get,d\n')
    with pytest.raises(TraceError, match=r"^trace:6: time: found 'x'"):
        list(opened.rows())


def test_rows_of_a_small_disorder_are_sorted_and_those_of_one_time_stay_in_order(trace: Made) -> None:
    opened = trace("time,op,key\n3,a,k\n1,b,k\n3,c,k\n2,d,k\n")
    assert [(row.time_ns, row.operation) for row in opened.rows()] == [
        (0, "b"),
        (10**9, "d"),
        (2 * 10**9, "a"),
        (2 * 10**9, "c"),
    ]


def test_a_row_that_lies_a_window_back_is_sorted_and_one_far_behind_is_an_error(trace: Made) -> None:
    def text(position: int) -> str:
        times = [*range(1, position), 0, *range(position, 4 * WINDOW)]
        return "time,op,key\n" + "".join(f"{time},get,k\n" for time in times)

    assert [row.time_ns for row in trace(text(WINDOW)).rows()] == [n * 10**9 for n in range(4 * WINDOW)]
    line = 3 * WINDOW + 1
    message = f"^trace:{line}: time: this row lies .* s before a row that stands more than 16,384 rows above it \\(sort"
    with pytest.raises(TraceError, match=message):
        list(trace(text(3 * WINDOW)).rows())


def test_a_summary_tells_what_is_in_a_trace(trace: Made) -> None:
    summary = trace("time,op,key,user,table\n0,get,a,u,t1\n1,put,a,v,t2\n4,get,b,u,t1\n").summary()
    assert (summary.form, summary.times, summary.rows, summary.seconds) == ("CSV", "seconds from the start", 3, 4.0)
    assert (summary.operations, summary.sessions, summary.tables) == ({"get": 2, "put": 1}, 2, ("t1", "t2"))


def test_a_file_is_read_in_pieces(tmp_path: Path) -> None:
    write_trace(tmp_path / "t.csv", (TraceRow(n, "get", "k" * 500) for n in range(60_000)))
    chunks = iter(open_trace(tmp_path / "t.csv").chunks())
    assert len(next(chunks)) < 60_000 / 4


_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
_ROW = st.builds(
    TraceRow,
    st.integers(0, 10**15),
    _TEXT.filter(bool),
    _TEXT,
    st.none() | st.integers(0, 10**12),
    st.none() | st.integers(0, 10**9),
    st.none() | _TEXT.filter(bool),
    st.none() | _TEXT.filter(bool),
)


@pytest.mark.parametrize("ending", ["csv", "jsonl", "csv.gz", "jsonl.gz", "parquet"])
@given(rows=st.lists(_ROW, min_size=1, max_size=20))
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, ending: str, rows: list[TraceRow]
) -> None:
    if ending == "parquet":
        pytest.importorskip("pyarrow", exc_type=ImportError)
    path = tmp_path_factory.mktemp("trace") / f"trace.{ending}"
    rows = sorted(rows, key=lambda row: row.time_ns)
    rows = [row._replace(time_ns=row.time_ns - rows[0].time_ns) for row in rows]
    assert write_trace(path, rows) == len(rows)
    assert list(open_trace(path).rows()) == rows


def test_a_trace_without_its_name_of_a_form_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match="the name does not tell the form"):
        write_trace(tmp_path / "trace.txt", [])
    assert not list(tmp_path.iterdir())


def test_parquet_without_pyarrow_names_the_extra(trace: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    message = r"^trace: Parquet needs pyarrow, which is not installed \(pip install \"ddbload\[parquet\]\""
    with pytest.raises(TraceError, match=message):
        list(trace(b"PAR1 and so on").rows())


def test_moments_of_parquet_are_times(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow", exc_type=ImportError)
    parquet = pytest.importorskip("pyarrow.parquet", exc_type=ImportError)
    times = arrow.array([1_767_225_600_000, 1_767_225_600_250], arrow.timestamp("ms", tz="UTC"))
    parquet.write_table(arrow.table({"ts": times, "op": ["get", "put"], "pk": [1, 2]}), tmp_path / "t")
    assert list(open_trace(tmp_path / "t").rows()) == [TraceRow(0, "get", "1"), TraceRow(250_000_000, "put", "2")]


def test_opening_a_trace_reads_no_heavy_library() -> None:
    code = "import sys, ddbload.trace; print(*{'numpy', 'pyarrow', 'orjson'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_trace_is_read_anew_by_each_pass(trace: Made) -> None:
    opened: Trace = trace(CSV)
    assert list(opened.rows()) == list(opened.rows())
