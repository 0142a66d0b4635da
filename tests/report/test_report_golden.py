"""Whole reports against golden files; `DDBLOAD_GOLDEN=write pytest tests/report` makes them anew."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from rich.cells import cell_len

from ddbload.report import markdown, terminal
from ddbload.report.build import report_of
from ddbload.results import RunRecord, Second

GOLDEN = Path(__file__).parent / "golden"


def compare(path: Path, text: str) -> None:
    if os.environ.get("DDBLOAD_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_the_terminal_report_is_the_golden_one(name: str, run: RunRecord, seconds: list[Second]) -> None:
    text = terminal.render(report_of(run, seconds if run.rate.offered else [])).plain
    compare(GOLDEN / f"{name}.txt", text + "\n")


def test_the_markdown_report_is_the_golden_one(name: str, run: RunRecord, seconds: list[Second]) -> None:
    compare(GOLDEN / f"{name}.md", markdown.render(report_of(run, seconds if run.rate.offered else [])))


@pytest.mark.parametrize("width", [80, 100])
def test_no_line_of_a_terminal_report_is_wider_than_its_terminal(
    run: RunRecord, seconds: list[Second], width: int
) -> None:
    lines = terminal.render(report_of(run, seconds), width).plain.splitlines()
    assert [line for line in lines if cell_len(line) > width] == []


@pytest.mark.parametrize("kind", ["pass", "fail", "sessions", "twelve"])
def test_in_sixty_cells_columns_stand_one_group_below_the_other(
    runs: Mapping[str, RunRecord], seconds: list[Second], kind: str
) -> None:
    lines = terminal.render(report_of(runs[kind], seconds), 60).plain.splitlines()
    assert [line for line in lines if cell_len(line) > 60] == []
    (response,) = (at for at, line in enumerate(lines) if "── response time ──────" in line)
    (service,) = (at for at, line in enumerate(lines) if line.strip() in {"service time", "─ service time ─"})
    assert response < service
