"""Whole reports against golden files; `DDBLOAD_GOLDEN=write pytest tests/report` makes them anew."""

from __future__ import annotations

import os
from pathlib import Path

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


def test_no_line_of_a_terminal_report_is_wider_than_80_cells(run: RunRecord, seconds: list[Second]) -> None:
    lines = terminal.render(report_of(run, seconds)).plain.splitlines()
    assert [line for line in lines if cell_len(line) > 80] == []
