"""The report of several designs: golden, and what it says of the cheapest."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest
from rich.cells import cell_len

from ddbload.planner.comparison import compared
from ddbload.planner.document import Plan, PlansDocument
from ddbload.report import markdown, terminal
from ddbload.report.plan_compare import comparison_report
from tests.report.plans import FLAT, NONE_KEEPS, ONE, ORDERS, SHOP, plan_of

GOLDEN = Path(__file__).parent / "golden"
BASE = {"table": {"indexes": {"by_status": "all"}}, "operations": {"recent": "query", "worklist": "query"}}
SPLIT = {"tables": {"orders": 1, "carts": 1}, "operations": {"recent": "query", "save_cart": "put"}}
DESIGNS = compared(["one-table", "two-tables", "hot"], [ONE, SHOP, NONE_KEEPS], [BASE, SPLIT, BASE])


def compare(path: Path, text: str) -> None:
    if os.environ.get("DDBLOAD_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_the_comparison_is_the_golden_one() -> None:
    compare(GOLDEN / "plans.txt", terminal.render(comparison_report(DESIGNS), 100).plain + "\n")
    compare(GOLDEN / "plans.md", markdown.render(comparison_report(DESIGNS)))


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_line_of_a_comparison_is_wider_than_its_terminal(width: int) -> None:
    lines = terminal.render(comparison_report(DESIGNS), width).plain.splitlines()
    assert [line for line in lines if cell_len(line) > width] == []


def document(*plans: Plan) -> PlansDocument:
    return compared([chr(ord("a") + number) for number in range(len(plans))], plans, [{}] * len(plans))


HEADLINES = [
    (document(ONE, SHOP), "a is the cheapest: $424 ($386 to $474) a month, $38.21 less than the next"),
    (document(ONE, ONE), "a is the cheapest: $424 ($386 to $474) a month, and another costs the same"),
    (document(NONE_KEEPS, FLAT), "b alone keeps its throttle objective: $38.21 ($34.77 to $42.68) a month"),
    (document(NONE_KEEPS, NONE_KEEPS), "no design keeps its throttle objective"),
]


@pytest.mark.parametrize(("designs", "said"), HEADLINES)
def test_the_first_line_names_the_cheapest_and_by_how_much(designs: PlansDocument, said: str) -> None:
    assert comparison_report(designs).headline == said


def test_tables_are_told_apart_only_where_a_design_has_several() -> None:
    titles = [section.title for section in comparison_report(document(ONE, NONE_KEEPS)).sections]
    assert "Tables" not in titles
    assert "Tables" in [section.title for section in comparison_report(document(ONE, SHOP)).sections]


def test_without_operations_there_is_no_section_of_units() -> None:
    bare = plan_of(dataclasses.replace(ORDERS), operations=())
    assert "Units" not in [section.title for section in comparison_report(document(bare, bare)).sections]
