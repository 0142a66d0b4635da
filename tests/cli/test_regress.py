"""`ddbload regress`: words of its options, what is asked for, and with which code it ends."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ddbload.cli import app
from ddbload.compare.compare import compare_runs
from ddbload.compare.document import Comparison
from ddbload.errors import UsageError
from ddbload.experiment import regress as real
from ddbload.experiment.asked import RegressRequest
from ddbload.experiment.regress import RegressOutcome
from ddbload.results.rescue import UnsavedError
from tests.compare.records import pairs, run


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[RegressRequest]:
    """What is asked for; it answers with `outcome`, a comparison of made up runs unless a test says another."""
    requests: list[RegressRequest] = []

    def regress(request: RegressRequest, _watcher: object) -> RegressOutcome:
        requests.append(request)
        return OUTCOME[0]

    module = ModuleType("ddbload.experiment.regress")
    monkeypatch.setattr(module, "regress", regress, raising=False)
    monkeypatch.setattr(module, "RegressRequest", real.RegressRequest, raising=False)
    monkeypatch.setitem(sys.modules, "ddbload.experiment.regress", module)
    monkeypatch.setitem(OUTCOME, 0, outcome())
    return requests


def comparison() -> Comparison:
    return compare_runs(*pairs([1.0, 1.4, 0.8], [1.3, 0.9, 1.1]))


def outcome(**changes: Any) -> RegressOutcome:
    runs = (run(),)
    return RegressOutcome(**{"comparison": comparison(), "base": runs, "new": runs, **changes})


OUTCOME: dict[int, RegressOutcome] = {}


def test_the_words_of_both_sides_and_what_they_share_are_handed_on(asked: list[RegressRequest], tmp_path: Path) -> None:
    words = [
        "--base",
        "local:2.5.2",
        "--base",
        "rate=1",
        "--new",
        "transport=sdk",
        "-p",
        "hold=3s",
        "--matters",
        "p99=5%",
    ]
    app.run(["regress", str(tmp_path / "s.yaml"), *words, "--pairs", "3", "--seed", "9", "--tag-new", "x", "--yes"])
    (request,) = asked
    assert (request.base, request.new) == (["local:2.5.2", "rate=1"], ["transport=sdk"])
    assert (request.params, request.margins, request.pairs, request.seed) == ({"hold": "3s"}, {"p99": 0.05}, 3, 9)
    assert (request.tag_base, request.tag_new, request.yes, request.curves) == (None, "x", True, False)


def test_without_a_number_of_pairs_a_pilot_decides(asked: list[RegressRequest]) -> None:
    app.run(["regress", "s.yaml", "--new", "local"])
    assert (asked[0].pairs, asked[0].pilot, asked[0].max_pairs) == (None, 4, 20)


UNSAVED = UnsavedError("no room")


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    ("changes", "words", "code"),
    [
        pytest.param({}, [], 4, id="these runs cannot tell"),
        pytest.param({}, ["--inconclusive-ok"], 0, id="what cannot be told is let pass"),
        pytest.param({"ended": "SIGINT", "signal": signal.SIGINT}, ["--inconclusive-ok"], 130, id="interrupted"),
        pytest.param({"signal": signal.SIGTERM, "comparison": None}, [], 143, id="terminated before two pairs"),
        pytest.param({"ended": "target lost"}, ["--inconclusive-ok"], 3, id="a target was lost"),
        pytest.param({"comparison": None}, ["--inconclusive-ok"], 3, id="nothing to compare never passes"),
        pytest.param({"unsaved": UNSAVED, "ended": "full"}, [], 3, id="the results folder is full"),
        pytest.param({"bugs": ("Traceback: x",), "unsaved": UNSAVED}, [], 70, id="a bug"),
    ],
)
def test_the_code_says_how_it_ended(
    changes: dict[str, Any], words: list[str], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(OUTCOME, 0, outcome(**changes))
    assert app.run(["regress", "s.yaml", "--new", "local", *words]) == code


@pytest.mark.usefixtures("asked")
def test_what_is_there_is_compared_although_it_was_interrupted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(OUTCOME, 0, outcome(ended="SIGINT", signal=signal.SIGINT))
    app.run(["regress", "s.yaml", "--new", "local", "--format", "json"])
    said = capsys.readouterr()
    assert json.loads(said.out)["schema"] == "ddbload-comparison/1"
    assert "ended before its time: SIGINT; 2 runs were made and are saved" in said.err


def test_a_page_that_cannot_be_written_is_told_before_any_load(
    asked: list[RegressRequest], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.run(["regress", "s.yaml", "--new", "local", "--html", str(tmp_path)]) == 2
    assert f"--html {tmp_path}: cannot be written" in capsys.readouterr().err
    assert asked == []


@pytest.mark.usefixtures("asked")
def test_what_ended_it_is_told_although_the_page_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(file: Path, _page: object) -> None:
        raise UsageError(f"{file}: no space")

    monkeypatch.setattr("ddbload.cli.regress.write_page", full)
    monkeypatch.setitem(OUTCOME, 0, outcome(ended="target lost"))
    assert app.run(["regress", "s.yaml", "--new", "local", "--html", str(tmp_path / "x.html")]) == 2
    assert "ended before its time: target lost" in capsys.readouterr().err
