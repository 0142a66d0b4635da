"""The runs of the store at a glance: all of them, newest first, and the damaged ones by name."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any, Literal

import pytest

from ddbload.results import RunRecord, read_run, write_run
from ddbload.results.document import ResultsError
from ddbload.results.listing import by_tag, list_meant, list_runs
from ddbload.results.pins import pin
from tests.fingerprints import fingerprint_of


@pytest.fixture
def root(tmp_path: Path, record: RunRecord) -> Path:
    rows: list[tuple[str, str, int, Literal["pass", "fail", "invalid"]]]
    rows = [
        ("orders", "v1", 1, "pass"),
        ("orders", "v1", 4, "fail"),
        ("orders", "v 2", 3, "pass"),
        ("carts", "v1", 2, "invalid"),
    ]
    for scenario, tag, minute, verdict in rows:
        run = dataclasses.replace(
            record,
            tag=tag,
            verdict=verdict,
            started_at=f"2026-02-03T04:{minute:02d}:00Z",
            fingerprint=fingerprint_of(scenario, rate=100),
        )
        write_run(tmp_path / "results", run, "", [], [])
    return tmp_path / "results"


def minutes(root: Path, **only: str) -> list[int]:
    return [int(run.started_at[14:16]) for run in list_runs(root, **only).runs]


def test_all_runs_are_listed_newest_first(root: Path) -> None:
    assert minutes(root) == [4, 3, 2, 1]
    assert minutes(root, scenario="orders") == [4, 3, 1]
    assert minutes(root, tag="v1") == [4, 2, 1]
    assert minutes(root, scenario="orders", tag="v 2") == [3]
    assert minutes(root, scenario="none") == minutes(root, tag="none") == minutes(root / "none") == []


def test_a_line_says_what_the_run_says(root: Path) -> None:
    pin(root / "orders" / "v1")
    line = list_runs(root).runs[0]
    run = read_run(Path(line.path))
    assert (line.scenario, line.tag, line.id, line.started_at) == ("orders", "v1", run.id, run.started_at)
    assert (line.verdict, line.target, line.rate) == ("fail", "DynamoDB Local 3.3.1", run.rate.completed)
    assert (line.operations, line.p99_ms, line.pinned) == (1003, 2.4, True)


def test_steps_are_no_arrivals_and_the_slowest_operation_speaks_for_the_run(tmp_path: Path, record: RunRecord) -> None:
    read = record.operations["read"]

    def at(p99: float | None, steps: int) -> Any:
        return dataclasses.replace(read, steps=steps, response_ms=dataclasses.replace(read.response_ms, p99=p99))

    operations = {"a": at(3.0, 3), "b": at(5.0, 0), "none": at(None, 0), "only steps": at(9.0, read.count)}
    write_run(tmp_path, dataclasses.replace(record, operations=operations), "", [], [])
    (line,) = list_runs(tmp_path).runs
    assert (line.operations, line.p99_ms) == (3 * read.count - 3, 5.0)


def test_a_run_without_any_call_has_no_percentile(tmp_path: Path, record: RunRecord) -> None:
    write_run(tmp_path, dataclasses.replace(record, operations={}), "", [], [])
    (line,) = list_runs(tmp_path).runs
    assert (line.operations, line.p99_ms) == (0, None)


def test_tags_are_counted_the_one_with_the_newest_run_first(root: Path) -> None:
    lines = by_tag(list_runs(root))
    assert [(line.scenario, line.tag, line.runs) for line in lines] == [
        ("orders", "v1", 2),
        ("orders", "v 2", 1),
        ("carts", "v1", 1),
    ]
    assert (lines[0].verdicts["pass"], lines[0].verdicts["fail"], lines[0].verdicts["invalid"]) == (1, 1, 0)
    assert lines[0].newest.started_at == "2026-02-03T04:04:00Z"


@pytest.mark.parametrize(
    ("word", "found"),
    [(None, [4, 3, 2, 1]), ("orders", [4, 3, 1]), ("v1", [4, 2, 1]), ("orders@v 2", [3]), ("carts@v1", [2])],
)
def test_a_word_is_a_scenario_or_a_tag(root: Path, word: str | None, found: list[int]) -> None:
    assert [int(run.started_at[14:16]) for run in list_meant(root, word).runs] == found


@pytest.mark.parametrize(
    ("word", "message"), [("v3", "neither a run's folder nor a tag"), ("carts@v2", "neither"), ("", "an empty word")]
)
def test_a_word_that_means_nothing_is_an_error(root: Path, word: str, message: str) -> None:
    with pytest.raises(ResultsError, match=message):
        list_meant(root, word)


def test_a_store_that_is_not_there_is_an_error_where_it_was_asked_for(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="results is not there: a run makes it"):
        list_meant(tmp_path / "results", None)


DAMAGE: list[tuple[str, Any]] = [
    ("cut short", lambda text: text[: len(text) // 2]),
    ("empty", lambda _: ""),
    ("binary", lambda _: "\x00\x01"),
    ("a newer schema", lambda text: text.replace("ddbload-run/1", "ddbload-run/2")),
    ("no verdict", lambda text: text.replace('"verdict": "pass"', '"verdict": "maybe"')),
    ("no scenario", lambda text: text.replace('"scenario": "orders"', '"scenario": 7')),
    ("no start", lambda text: text.replace('"started_at"', '"started"')),
    ("a start that is no time", lambda text: text.replace("2026-02-03", "20-02-2026")),
    ("a list", lambda _: "[]"),
    ("operations that are none", lambda text: json.dumps(json.loads(text) | {"operations": {"a": 1}})),
    ("a fingerprint that is none", lambda text: json.dumps(json.loads(text) | {"fingerprint": None})),
    ("a rate that is a text", lambda text: text.replace('"completed": 100.3', '"completed": "fast"')),
]


@pytest.mark.parametrize(("what", "harm"), DAMAGE, ids=[row[0] for row in DAMAGE])
def test_a_damaged_run_is_named_and_the_others_listed(root: Path, what: str, harm: Any) -> None:
    (hurt,) = (root / "orders" / "v 2").parent.glob("v-2-*/*/run.json")
    text = hurt.read_text()
    hurt.write_text(harm(text))
    assert hurt.read_text() != text
    listing = list_runs(root)
    assert [run.started_at[14:16] for run in listing.runs] == ["04", "02", "01"]
    (damaged,) = listing.damaged
    assert damaged.path == str(hurt.parent), what
    assert str(hurt) in damaged.reason
    with pytest.raises(ResultsError) as read:
        read_run(hurt)
    assert damaged.reason == str(read.value), "the list says what reading it would: the field, and what would fit"


def test_a_run_without_its_document_is_named(root: Path) -> None:
    (run,) = (root / "carts" / "v1").iterdir()
    (run / "run.json").unlink()
    (damaged,) = list_runs(root).damaged
    assert damaged.reason.endswith("run.json cannot be read: No such file or directory")


def test_what_is_being_written_and_what_is_no_run_is_not_listed(root: Path) -> None:
    (run,) = (root / "carts" / "v1").iterdir()
    shutil.copytree(run, run.with_name(".00.partial"))
    shutil.copytree(run, root / ".hidden" / "v1" / run.name)
    (root / "carts" / "v1" / "notes").mkdir()
    (root / "README.md").write_text("")
    (root / "carts" / "plan.json").write_text("")
    listing = list_runs(root)
    assert (len(listing.runs), listing.damaged) == (4, ())
