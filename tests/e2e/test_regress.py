"""`ddbload regress`, from the command to the files: two sides in pairs, on the embedded stand-in and DynamoDB Local."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ddbload.results.record import RunRecord
from ddbload.results.store import read_run
from tests.e2e.conftest import ONLY_READS, Command

Small = Callable[..., Path]
Started = Callable[..., subprocess.Popen[str]]
SHORT: dict[str, Any] = {"rate": 60, "phases": [{"hold": "1s"}]}
CODES = {"not worse": 0, "improved": 0, "regressed": 1, "cannot tell": 4}


def runs(root: Path) -> list[RunRecord]:
    """Every run saved, in the order in which they were made."""
    found = [read_run(path.parent) for path in (root / "results").glob("*/*/*/run.json")]
    return sorted(found, key=lambda run: run.pairing.position if run.pairing else -1)


def places(root: Path) -> list[tuple[int, str, bool]]:
    """Of every run: its pair, its side, and whether it is thrown away."""
    return [(run.pairing.pair, run.pairing.side, run.pairing.warming) for run in runs(root) if run.pairing]


def test_two_sides_alike_are_run_in_pairs_on_a_server_each_and_compared(
    ddbload: Command, small: Small, tmp_path: Path
) -> None:
    path = small(load={**SHORT, "mix": ONLY_READS})
    page = tmp_path / "out.html"
    words = ("--pairs", "2", "--format", "json", "--html", page)
    ran = ddbload("regress", path, "--base", "embedded", "--new", "embedded", *words)
    found = ran.record
    assert (found["schema"], found["design"]) == ("ddbload-comparison/1", "paired")
    assert ran.code == CODES[found["verdict"]], ran.err
    assert [len(found[side]["runs"]) for side in ("base", "new")] == [2, 2]
    assert page.read_text().startswith("<!doctype html>")

    saved = runs(tmp_path)
    assert sorted(places(tmp_path)) == sorted((pair, side, pair == 0) for pair in range(3) for side in ("base", "new"))
    assert {run.tag for run in saved} == {"embedded-base", "embedded-new"}
    assert len({run.fingerprint.target["url"] for run in saved}) == 2
    assert len({run.pairing.experiment for run in saved if run.pairing}) == 1
    assert any("--restart" in text for text in found["warnings"])
    assert ran.err.count("loaded (100 written now)") == 1  # said once, and what only reads is loaded once a server


def test_servers_can_be_started_anew_before_every_pair(ddbload: Command, small: Small, tmp_path: Path) -> None:
    path = small(load={**SHORT, "mix": ONLY_READS})
    ran = ddbload("regress", path, "--new", "transport=sdk", "--pairs", "2", "--restart", "--format", "json")
    assert not any("--restart" in text for text in ran.record["warnings"]), ran.err
    urls: dict[int, set[object]] = {}
    for run in runs(tmp_path):
        assert run.pairing is not None
        urls.setdefault(run.pairing.pair, set()).add(run.fingerprint.target["url"])
    assert [len(each) for each in urls.values()] == [1, 1, 1]  # shared by the sides of a pair
    assert len(set.union(*urls.values())) == 3


def test_transports_share_a_server_whose_table_is_made_anew_before_every_run(
    ddbload: Command, small: Small, dynamodb_local: str, tmp_path: Path
) -> None:
    path = small(table={"name": "ddbload-regress"}, load=SHORT)
    ran = ddbload(
        "regress", path, "--target", dynamodb_local, "--new", "transport=sdk", "--pairs", "2", "--format", "json"
    )
    assert ran.record["design"] == "paired", ran.err
    saved = runs(tmp_path)
    assert [run.fingerprint.transport for run in saved if run.tag == "sdk"] == ["sdk"] * 3
    assert {tuple(run.pairing.under_test.items()) for run in saved if run.pairing} == {
        (("transport", "wire"),),
        (("transport", "sdk"),),
    }
    # an item that an earlier run had put would be refused now
    assert not any("condition_failed" in run.operations["add"].outcomes for run in saved)
    assert any("ok" in run.operations["add"].outcomes for run in saved[2:])


def test_an_interrupt_keeps_what_was_measured(ddbload: Command, started: Started, small: Small, tmp_path: Path) -> None:
    path = small(load={**SHORT, "phases": [{"hold": "60s"}]})
    process = started("regress", path, "--new", "embedded", "--pairs", "2")
    assert process.stderr is not None
    line = ""
    while "completed" not in line or "offered 0" in line:  # a line of the load itself
        line = process.stderr.readline()
        assert line, "it ended before the load"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    assert "ended before its time: SIGINT; 1 run was made and is saved" in err
    (run,) = runs(tmp_path)
    assert (run.stopped_by, run.complete) == ("SIGINT", False)
    shown = ddbload("results", "ls", "--format", "json")
    assert run.id in json.dumps(json.loads(shown.out)), shown.err


def test_sides_that_want_a_foreign_table_filled_differently_are_refused(
    ddbload: Command, small: Small, dynamodb_local: str, tmp_path: Path, monkeypatch: Any
) -> None:
    words = {"params": {"owners": 10}, "table": {"name": "ddbload-regress-foreign"}}
    path = small(
        load={**SHORT, "mix": ONLY_READS},
        items={"thing": {"of": {"owner": "$owners", "number": 10}}},
        **words,
    )
    assert ddbload("run", path, "--target", dynamodb_local).code == 0
    state = tmp_path / "state"
    state.rename(tmp_path / "forgotten")  # as if another machine had made the table
    monkeypatch.chdir(tmp_path)
    ran = ddbload("regress", path, "--target", dynamodb_local, "--new", "owners=12", "--pairs", "2")
    assert ran.code == 2
    assert "table ddbload-regress-foreign was not created by ddbload" in ran.err
    assert "nothing was sent" in ran.err
    assert len(list((tmp_path / "results").glob("*/*/*/run.json"))) == 1


@pytest.fixture
def moto_for_aws(monkeypatch: pytest.MonkeyPatch, moto_url: str) -> None:
    """Dummy credentials, and moto where AWS would be."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto_url)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "dummy")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")


@pytest.mark.usefixtures("moto_for_aws")
def test_on_aws_the_bound_of_all_runs_together_is_asked_before_anything_is_sent(ddbload: Command, small: Small) -> None:
    path = small(table={"create": True}, load={**SHORT, "mix": ONLY_READS})

    def most(*words: str | Path) -> int:
        ran = ddbload(*words)
        assert ran.code == 2, ran.err
        assert "there is no terminal to ask on: say --yes to agree (nothing was sent)" in " ".join(ran.err.split())
        found = re.search(r"at most ([\d,]+) requests", ran.err)
        assert found is not None
        return int(found[1].replace(",", ""))

    batches = 4  # of the 100 items, written once by each side since nothing changes them
    one = most("run", path, "--target", "aws:us-east-1") - batches
    runs_of_a_side = 1 + 2 + 2 * 2  # the first, two pairs, and each of these made again twice
    regress = most("regress", path, "--target", "aws:us-east-1", "--new", "transport=sdk", "--pairs", "2")
    assert regress == 2 * (runs_of_a_side * one + batches)
