"""Whole comparisons, trends and self-checks against golden files; `DDBLOAD_GOLDEN=write` makes them anew."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from ddbload.report import markdown, terminal
from ddbload.report.comparison import comparison_report
from ddbload.report.comparison_formats import (
    Format,
    Judged,
    judged_comparison,
    judged_self_check,
    judged_trend,
    write_judged,
)
from ddbload.report.model import Report
from ddbload.report.self_check import self_check_report
from ddbload.report.trend import trend_report
from tests.report.comparisons import COMPARISONS, QUIET, REGRESSED, SELF_CHECKS, SLOWED, TRENDS

GOLDEN = Path(__file__).parent / "golden"
REPORTS: dict[str, Report] = {
    **{name: comparison_report(each) for name, each in COMPARISONS.items()},
    **{f"{name}_whole": comparison_report(each, whole=True) for name, each in COMPARISONS.items()},
    **{f"trend_{name}": trend_report(each) for name, each in TRENDS.items()},
    **{f"trend_{name}_whole": trend_report(each, whole=True) for name, each in TRENDS.items()},
    **{f"self_check_{name}": self_check_report(each) for name, each in SELF_CHECKS.items()},
}
JUDGED: dict[str, Judged] = {
    "comparison": judged_comparison(REGRESSED),
    "trend": judged_trend(SLOWED),
    "self_check": judged_self_check(QUIET),
}


def compare(path: Path, text: str) -> None:
    if os.environ.get("DDBLOAD_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def plain(report: Report, width: int) -> str:
    return "\n".join(line.rstrip() for line in terminal.render(report, width).plain.splitlines()) + "\n"


@pytest.mark.parametrize("name", [name for name in REPORTS if not name.endswith("_whole")])
def test_a_report_in_a_terminal_is_the_golden_one(name: str) -> None:
    compare(GOLDEN / f"compare_{name}.txt", plain(REPORTS[name], 80))


def test_a_report_in_a_narrow_terminal_is_the_golden_one() -> None:
    compare(GOLDEN / "compare_several_60.txt", plain(REPORTS["several"], 60))


def test_a_whole_report_is_the_golden_one() -> None:
    compare(GOLDEN / "compare_cannot_tell_whole.txt", plain(REPORTS["cannot_tell_whole"], 100))


@pytest.mark.parametrize("name", ["not_worse", "several", "trend_slowed", "self_check_too_noisy"])
def test_a_report_in_markdown_is_the_golden_one(name: str) -> None:
    compare(GOLDEN / f"compare_{name}.md", markdown.render(REPORTS[name]))


def written(judged: Judged, form: Format) -> str:
    console = Console(file=io.StringIO(), width=80)
    write_judged(judged, form, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("name", JUDGED)
def test_junit_is_the_golden_one(name: str) -> None:
    compare(GOLDEN / f"compare_junit_{name}.xml", written(JUDGED[name], "junit"))


@pytest.mark.parametrize("name", JUDGED)
def test_annotations_are_the_golden_ones(name: str) -> None:
    compare(GOLDEN / f"compare_github_{name}.txt", written(JUDGED[name], "github"))


@pytest.mark.parametrize("width", [60, 72, 80, 100, 120])
@pytest.mark.parametrize("name", REPORTS)
def test_no_line_is_wider_than_its_terminal(name: str, width: int) -> None:
    lines = terminal.render(REPORTS[name], width).plain.splitlines()
    assert [line for line in lines if cell_len(line) > width] == []


@pytest.mark.parametrize("name", REPORTS)
def test_without_unicode_every_sign_has_a_likeness(name: str) -> None:
    text = terminal.render(REPORTS[name], 80)
    # letters of names have no likeness
    letters = sum(each.isalpha() and not each.isascii() and each != "µ" for each in text.plain)
    assert terminal.as_ascii(text).plain.count("?") == letters


def test_a_name_cannot_write_over_the_terminal() -> None:
    hostile = replace(REGRESSED, scenario="\x1b[2Jgone\x9b2J\a")
    assert not set("\x1b\x9b\a") & set(written(judged_comparison(hostile), "terminal"))


@pytest.mark.parametrize("verdict", ["not worse", "regressed", "improved", "cannot tell", "invalid"])
def test_every_verdict_can_be_told_in_the_first_line_without_colour(verdict: str) -> None:
    told = [each for name, each in REPORTS.items() if each.verdict == verdict]
    assert told
    for report in told:
        assert terminal.render(report, 80).plain.startswith(f" {verdict.upper()} ")
        assert verdict.upper() in markdown.render(report).partition("\n")[0]


def test_a_folded_section_of_a_comment_is_closed() -> None:
    text = markdown.render(REPORTS["regressed"])
    assert text.count("<details>") == text.count("</details>") == 2
