"""`ddbload check`: what goes where, and with which code it ends."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from ddbload.cli import app

SCENARIO = """\
ddbload: 1
name: jobs
table: {name: jobs, key: {pk: S}}
items: {job: {of: {n: 10}, shape: {pk: "job#{n}"}}}
operations: {read: {get: job}, spare: {get: job}}
load: {mix: {read: 1}, rate: 10, phases: [{hold: 10s}]}
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "jobs.yaml"
    path.write_text(SCENARIO.replace("name: jobs, key", f"name: jobs-{uuid4().hex[:8]}, key"))
    return path


@pytest.mark.parametrize(("words", "code"), [([], 0), (["--strict"], 2)])
def test_a_warning_is_a_mistake_only_if_asked(
    scenario: Path, words: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.run(["check", str(scenario), *words]) == code
    said = capsys.readouterr()
    assert "warning: the operation 'spare' is never called" in said.err
    assert said.out.startswith("jobs, seed 1\n")


def test_an_explanation_takes_the_place_of_the_summary(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["check", str(scenario), "--explain"]) == 0
    said = capsys.readouterr().out
    assert "── OPERATIONS ─" in said
    assert "operations read" not in said


def test_a_target_is_examined_after_the_summary(
    scenario: Path, dynamodb_local: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.run(["check", str(scenario), "--target", dynamodb_local]) == 0
    said = capsys.readouterr().out
    assert said.index("jobs, seed 1") < said.index(f"target     {dynamodb_local}")
    assert "it is not there; a run creates it" in said


def test_a_table_that_no_run_would_make_ends_with_3(
    scenario: Path, dynamodb_local: str, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario.write_text(scenario.read_text().replace("key: {pk: S}}", "key: {pk: S}, create: false}"))
    assert app.run(["check", str(scenario), "--target", dynamodb_local]) == 3
    assert "it is not there" in capsys.readouterr().out


def test_a_target_that_is_none_ends_with_2(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["check", str(scenario), "--target", "lokal"]) == 2
    assert "did you mean local?" in capsys.readouterr().err


def test_a_mistake_in_the_scenario_is_told_before_any_target_is_asked(
    scenario: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario.write_text(scenario.read_text().replace("get: job}, spare", "gt: job}, spare"))
    assert app.run(["check", str(scenario), "--target", "http://127.0.0.1:9"]) == 2
    assert "1 mistake; nothing was sent" in capsys.readouterr().err
