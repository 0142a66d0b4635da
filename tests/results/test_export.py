"""Runs for other tools: a row for each run and operation, keys of the table of metrics, nothing lost on the way."""

from __future__ import annotations

import csv
import dataclasses
import importlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hdrh.histogram import HdrHistogram

from ddbload.errors import UsageError
from ddbload.measure.metrics import METRICS
from ddbload.results import Interval, ResultsError, RunRecord, each_interval, write_run
from ddbload.results.export import Exported, ExportFormat, export
from ddbload.results.export.rows import LABELS, columns_of, rows_of
from ddbload.results.record import Pairing
from ddbload.results.selection import select_all
from tests.fingerprints import fingerprint_of

parquet: Any = pytest.importorskip("pyarrow.parquet")

READ = "operations.*.response_ms"


@pytest.fixture
def root(tmp_path: Path, record: RunRecord) -> Path:
    """Three runs under a tag, one under another, one of another scenario; each with two operations."""
    histogram = HdrHistogram(1, 3_600_000_000_000, 3)
    histogram.record_value(1_000_000)
    log = [Interval(0.0, 1.0, "read/ok/response", histogram)]
    for minute, (scenario, tag) in enumerate([("orders", "v1")] * 3 + [("orders", "v 2"), ("carts", "v1")]):
        read = record.operations["read"]
        write = dataclasses.replace(read, api="PutItem", outcomes={"ok": 1003}, count=1003 + minute)
        run = dataclasses.replace(
            record,
            tag=tag,
            id=f"{minute:08x}",
            started_at=f"2026-02-03T04:{minute:02d}:00+00:00",
            operations={"read": read, "write": write},
            fingerprint=fingerprint_of(scenario, rate=100 + minute),
        )
        write_run(tmp_path / "results", run, "", [], log)
    return tmp_path / "results"


def made(root: Path, form: ExportFormat, *words: str, to: Path | None = None) -> tuple[bytes, Exported]:
    output = io.BytesIO()
    exported = export(select_all(root, words), form, to, output)
    return output.getvalue(), exported


def csv_rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


# --- rows ----------------------------------------------------------------------------------------------------------


def test_a_row_is_a_run_and_an_operation(root: Path) -> None:
    rows = csv_rows(made(root, "csv", "orders@v1")[0])
    assert [(row["run"], row["operation"], row["api"]) for row in rows] == [
        (f"{minute:08x}", name, api) for minute in range(3) for name, api in (("read", "GetItem"), ("write", "PutItem"))
    ]
    assert rows[0][f"{READ}.p99"] == "2.4"
    assert rows[0][f"{READ}.p99_9"] == "", "what was not measured is empty"
    assert (rows[0]["rate.completed"], rows[0]["complete"], rows[0]["target"]) == (
        "100.3",
        "true",
        "DynamoDB Local 3.3.1",
    )
    assert [row["fingerprint.params.rate"] for row in rows] == ["100", "100", "101", "101", "102", "102"]
    assert [row["operations.*.count"] for row in rows[1::2]] == ["1003", "1004", "1005"]
    assert (rows[0]["operations.*.outcomes.throttled"], rows[1]["operations.*.outcomes.throttled"]) == ("3", "")


def test_every_number_is_a_column_and_every_column_is_defined(record: RunRecord) -> None:
    def places(value: Any, place: str) -> set[str]:
        if isinstance(value, dict):
            return set().union(*(places(each, f"{place}.{name}") for name, each in value.items()))
        if isinstance(value, list):
            return set().union(*(places(each, f"{place}.{number}") for number, each in enumerate(value)))
        return {place[1:]} if isinstance(value, int | float) and not isinstance(value, bool) else set()

    document = dataclasses.asdict(record)
    expected = {key.replace("operations.read.", "operations.*.", 1) for key in places(document, "")}
    not_metrics = {key for key in expected if key.startswith(("fingerprint.host.", "fingerprint.params."))}
    columns = columns_of([record])
    keys = [column.key for column in columns]
    assert expected - not_metrics <= set(keys)
    assert len(keys) == len(set(keys))
    for column in columns:
        if column.metric is None:
            assert column.key in LABELS or column.key.startswith("fingerprint.params.")
        else:
            parts = zip(column.metric.key.split("."), column.key.split("."), strict=True)
            assert all(known in {"*", found} for known, found in parts)


def test_columns_go_as_the_table_of_metrics_goes(record: RunRecord) -> None:
    order = [METRICS.index(column.metric) for column in columns_of([record]) if column.metric]
    assert order == sorted(order)


def test_a_name_with_a_dot_is_still_the_right_metric(record: RunRecord) -> None:
    run = dataclasses.replace(record, capacity={"my.table": record.capacity["orders"]})
    (column,) = (column for column in columns_of([run]) if column.key == "capacity.my.table.read")
    assert column.metric is not None
    assert column.metric.key == "capacity.*.read"


def test_a_run_without_operations_is_a_row(record: RunRecord) -> None:
    (row,) = rows_of(dataclasses.replace(record, operations={}))
    assert (row["operation"], row["rate.completed"]) == (None, 100.3)


def test_a_run_of_an_experiment_tells_its_place(record: RunRecord) -> None:
    run = dataclasses.replace(record, pairing=Pairing("e1", 4, "new", 9, {}, warming=True))
    row = next(rows_of(run))
    assert [row[key] for key in ("experiment", "side", "warming", "pairing.pair", "pairing.position")] == [
        *("e1", "new", True),
        *(4, 9),
    ]


# --- formats -------------------------------------------------------------------------------------------------------


def test_json_says_what_its_columns_mean(root: Path) -> None:
    document = json.loads(made(root, "json", "orders")[0])
    assert document["schema"] == "ddbload-export/1"
    (p99,) = (column for column in document["columns"] if column["key"] == f"{READ}.p99")
    assert (p99["unit"], p99["better"]) == ("ms", "lower")
    assert p99["definition"].endswith(".")
    assert len(document["rows"]) == 8
    assert document["rows"][0][f"{READ}.p99"] == 2.4
    assert document["rows"][0][f"{READ}.p99_9"] is None


def test_parquet_has_typed_columns_with_their_units(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "runs.parquet"
    _, exported = made(root, "parquet", "orders", "carts", to=file)
    assert exported.files == (file,)
    table = parquet.read_table(file)
    types = {name: str(table.schema.field(name).type) for name in table.column_names}
    assert (types["operations.*.count"], types[f"{READ}.p99"], types["complete"]) == ("int64", "double", "bool")
    assert types["scenario"] == "string"
    assert table.schema.field(f"{READ}.p99").metadata[b"unit"] == b"ms"
    assert len(table) == 10


def test_parquet_and_csv_say_the_same(root: Path, tmp_path: Path) -> None:
    made(root, "parquet", "orders", to=tmp_path / "runs.parquet")
    made(root, "csv", "orders", to=tmp_path / "runs.csv")
    table = parquet.read_table(tmp_path / "runs.parquet").to_pylist()
    rows = csv_rows((tmp_path / "runs.csv").read_bytes())
    assert [
        {key: "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)}
        for row in table
        for key, value in row.items()
    ] == [{key: value} for row in rows for key, value in row.items()]


MIXED: list[tuple[str, list[bool | int | float | str], str]] = [
    ("whole numbers", [1, 2], "int64"),
    ("a fraction among them", [1, 2.5], "double"),
    ("a text among them", [1, "x"], "string"),
    ("yes and no", [True, False], "bool"),
    ("yes among numbers", [True, 2], "string"),
    ("numbers among yes", [2, True], "string"),
    ("too large for 64 bits", [1, 2**70], "double"),
]


@pytest.mark.parametrize(("what", "values", "kind"), MIXED, ids=[row[0] for row in MIXED])
def test_a_parameter_of_several_types_has_one_that_takes_all(
    tmp_path: Path, record: RunRecord, what: str, values: list[bool | int | float | str], kind: str
) -> None:
    for number, value in enumerate(values):
        fingerprint = dataclasses.replace(record.fingerprint, params={"x": value})
        write_run(tmp_path, dataclasses.replace(record, id=f"{number}", fingerprint=fingerprint), "", [], [])
    made(tmp_path, "parquet", "v1.2", to=tmp_path / "runs.parquet")
    table = parquet.read_table(tmp_path / "runs.parquet")
    assert str(table.schema.field("fingerprint.params.x").type) == kind, what
    expected = [str(value).lower() for value in values] if kind == "string" else values
    assert table.column("fingerprint.params.x").to_pylist() == expected


def test_without_pyarrow_the_extra_is_named(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(ResultsError, match=r'pip install "ddbload\[parquet\]", or export CSV'):
        made(root, "parquet", "orders", to=tmp_path / "runs.parquet")
    assert not list(tmp_path.glob("*.parquet*"))


def test_one_runs_histograms_are_its_log(root: Path, tmp_path: Path) -> None:
    content, _ = made(root, "hlog", "00000001")
    made(root, "hlog", "00000001", to=tmp_path / "one.hlog")
    (saved,) = (root / "orders" / "v1").glob("*-00000001/histograms.hlog")
    assert content == (tmp_path / "one.hlog").read_bytes() == saved.read_bytes()


def test_the_histograms_of_several_runs_are_as_many_files(root: Path, tmp_path: Path) -> None:
    _, exported = made(root, "hlog", "orders", to=tmp_path / "logs")
    assert [file.name for file in exported.files[:1]] == ["orders.v1.20260203T040000Z-00000000.hlog"]
    assert len(exported.files) == len(list((tmp_path / "logs").iterdir())) == 4
    for file in exported.files:
        copied = tmp_path / "copied" / "histograms.hlog"
        copied.parent.mkdir(exist_ok=True)
        copied.write_bytes(file.read_bytes())
        assert [interval.tag for interval in each_interval(copied.parent)] == ["read/ok/response"]


# --- otava ---------------------------------------------------------------------------------------------------------


def test_otava_gets_a_series_for_each_scenario_and_the_configuration_that_reads_it(root: Path, tmp_path: Path) -> None:
    _, exported = made(root, "otava", "orders", "carts", to=tmp_path / "series")
    assert [file.name for file in exported.files] == ["carts.csv", "orders.csv", "otava.yaml"]
    tests = yaml.safe_load((tmp_path / "series" / "otava.yaml").read_text())["tests"]
    assert list(tests) == ["carts", "orders"]
    test = tests["orders"]
    assert (test["type"], test["file"], test["time_column"]) == ("csv", str(tmp_path / "series" / "orders.csv"), "time")
    rows = csv_rows(Path(test["file"]).read_bytes())
    assert [row["time"] for row in rows] == [f"2026-02-03 04:0{minute}:00 +0000" for minute in range(4)]
    assert [row["tag"] for row in rows] == ["v1", "v1", "v1", "v 2"]
    columns = [metric["column"] for metric in test["metrics"].values()]
    assert set(test["attributes"]) | {"time"} | set(columns) == set(rows[0])
    assert all(float(row[column]) >= 0 for row in rows for column in columns)


def test_otava_is_told_which_direction_is_better(root: Path, tmp_path: Path) -> None:
    made(root, "otava", "orders", to=tmp_path)
    metrics = yaml.safe_load((tmp_path / "otava.yaml").read_text())["tests"]["orders"]["metrics"]
    directions = {key: metric["direction"] for key, metric in metrics.items()}
    assert directions["operations.read.response_ms.p99"] == directions["cost.usd_per_million_operations"] == -1
    assert directions["rate.completed"] == 1


def test_what_is_no_point_of_a_series_is_left_out_and_said(root: Path, tmp_path: Path, record: RunRecord) -> None:
    pairing = Pairing("e", 0, "base", 0, {}, warming=True)
    changes: tuple[dict[str, Any], ...] = ({"verdict": "invalid"}, {"complete": False}, {"pairing": pairing})
    for number, change in enumerate(changes):
        write_run(root, dataclasses.replace(record, id=f"{number}", **change), "", [], [])
    _, exported = made(root, "otava", "orders", to=tmp_path / "series")
    assert exported.notes == (
        "orders: 1 run left out: invalid",
        "orders: 1 run left out: cut short",
        "orders: 1 run left out: of a warming pair",
    )
    assert len(csv_rows((tmp_path / "series" / "orders.csv").read_bytes())) == 4
    with pytest.raises(ResultsError, match="no run that Otava could use; orders: 1 run left out: invalid"):
        made(root, "otava", "v1.2", to=tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_a_metric_that_some_run_lacks_is_left_out_and_said(root: Path, tmp_path: Path, record: RunRecord) -> None:
    bare = dataclasses.replace(record.operations["read"].response_ms, p99=None)
    read = dataclasses.replace(record.operations["read"], response_ms=bare)
    run = dataclasses.replace(record, operations={"read": read, "write": record.operations["read"]})
    write_run(root, run, "", [], [])
    _, exported = made(root, "otava", "orders", to=tmp_path / "series")
    assert exported.notes == ("orders: operations.read.response_ms.p99 is left out: 1 of 5 runs lack it",)


# --- what cannot be exported ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "words", "message"),
    [
        ("parquet", ["orders"], "Parquet is not for a terminal: name a file with --to"),
        ("otava", ["orders"], "otava writes several files: name a folder with --to"),
        ("hlog", ["orders"], "the histograms of 4 runs are as many files: name a folder with --to"),
    ],
)
def test_a_format_that_needs_a_place_says_so(root: Path, form: ExportFormat, words: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        made(root, form, *words)


@pytest.mark.parametrize("form", ["csv", "json", "parquet", "hlog", "otava"])
def test_a_damaged_run_stops_an_export_before_it_writes(root: Path, tmp_path: Path, form: ExportFormat) -> None:
    (hurt,) = (root / "orders" / "v1").glob("*-00000001")
    (hurt / "run.json").write_text("{")
    to = tmp_path / "out"
    with pytest.raises(ResultsError, match=r"00000001/run\.json is damaged(.|\n)*nothing was written"):
        made(root, form, "orders", to=to)
    assert not to.exists()


def test_damaged_histograms_stop_their_export_before_it_writes(root: Path, tmp_path: Path) -> None:
    (hurt,) = (root / "orders" / "v1").glob("*-00000002")
    (hurt / "histograms.hlog").write_text("Tag=x,0,1,1,AAAA\n")
    with pytest.raises(ResultsError, match=r"histograms\.hlog:1 is damaged"):
        made(root, "hlog", "orders", to=tmp_path / "logs")
    assert not (tmp_path / "logs").exists()


Blocked = Callable[[Path], Path]
BLOCKED: list[tuple[str, ExportFormat, Blocked, str]] = [
    ("a folder in place of a file", "csv", lambda folder: folder, "is a folder: name a file"),
    ("a file in place of a folder", "otava", lambda folder: folder / "file", "is to be a folder: it is a file"),
    ("the folder one is in", "csv", lambda _: Path(), "is a folder: name a file"),
    ("a folder that is a file", "json", lambda folder: folder / "file" / "x", "x cannot be written: "),
]


@pytest.mark.parametrize(("what", "form", "place", "message"), BLOCKED, ids=[row[0] for row in BLOCKED])
def test_a_place_that_cannot_be_written_is_named(
    root: Path, tmp_path: Path, what: str, form: ExportFormat, place: Blocked, message: str
) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ResultsError, match=message):
        made(root, form, "orders", to=place(tmp_path))
    assert (tmp_path / "file").read_text() == "mine", what


def test_an_export_that_fails_leaves_the_file_of_before(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "runs.csv"
    made(root, "csv", "orders", to=file)
    before = file.read_bytes()
    (run,) = (root / "orders" / "v1").glob("*-00000001")

    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ddbload.results.export.tables.columns_of", broken)
    with pytest.raises(ResultsError, match="cannot be written: No space left on device"):
        made(root, "csv", str(run), to=file)
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".partial")] == []


def test_words_that_overlap_export_a_run_once(root: Path) -> None:
    rows = csv_rows(made(root, "csv", "orders", "orders@v1", "00000001", str(root / "orders" / "v1"))[0])
    assert len(rows) == 8
