"""Whole plans against golden files; `DDBLOAD_GOLDEN=write pytest tests/report` makes them anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from rich.cells import cell_len

from ddbload.report import markdown, picture, terminal
from ddbload.report.plan import plan_report
from ddbload.results.encoded import to_json
from tests.report.plans import PLANS

GOLDEN = Path(__file__).parent / "golden"


def compare(path: Path, text: str) -> None:
    if os.environ.get("DDBLOAD_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PLANS)
def test_the_terminal_report_of_a_plan_is_the_golden_one(name: str) -> None:
    compare(GOLDEN / f"plan_{name}.txt", terminal.render(plan_report(PLANS[name]), 100).plain + "\n")


@pytest.mark.parametrize("name", PLANS)
def test_the_markdown_of_a_plan_is_the_golden_one(name: str) -> None:
    compare(GOLDEN / f"plan_{name}.md", markdown.render(plan_report(PLANS[name], whole=True)))


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("whole", [False, True])
def test_no_line_of_a_plan_is_wider_than_its_terminal(name: str, width: int, *, whole: bool) -> None:
    lines = terminal.render(plan_report(PLANS[name], whole=whole), width).plain.splitlines()
    assert [line for line in lines if cell_len(line) > width] == []


def test_the_picture_of_a_plan_is_made_from_its_document() -> None:
    svg = picture.plan_svg(to_json(PLANS["one"]).encode())
    assert svg.startswith("<svg")
    assert "auto scaling" in svg.replace("&#160;", " ")
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
