"""A comparison, a trend or a self-check in one of the formats of `--format`, those of build servers included."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

from rich.console import Console

from ddbload.compare.document import Comparison, SelfCheck, Side, Trend
from ddbload.report import markdown, terminal
from ddbload.report.cases import Case, comparison_cases, self_check_cases
from ddbload.report.comparison import comparison_report, design_text
from ddbload.report.comparison_words import headline, runs_text, told_parts
from ddbload.report.github import add_summary, commands
from ddbload.report.junit import junit
from ddbload.report.model import Report
from ddbload.report.self_check import self_check_headline, self_check_report, self_check_verdict
from ddbload.report.trend import trend_report
from ddbload.report.written import write_report
from ddbload.results.encoded import to_json
from ddbload.results.store import SCENARIO

Format = Literal["terminal", "json", "markdown", "junit", "github"]
_SUITE_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Judged:
    """What was judged, as every format needs it.

    Attributes:
        document: for JSON.
        report: makes the report for people, with every line of it or without.
        cases: what was judged one by one.
        suite: what it was, such as "compare orders".
        properties: of the suite.
        started_at: of its newest run, UTC, ISO 8601; None without any.
        said: verdict and headline.
        warnings: what a reader should know besides.
        place: a file that belongs to it; None where there is none.
    """

    document: Any
    report: Callable[..., Report]
    cases: tuple[Case, ...]
    suite: str
    properties: dict[str, str]
    started_at: str | None
    said: str
    warnings: tuple[str, ...]
    place: str | None


def judged_comparison(comparison: Comparison, *, inconclusive_ok: bool = False, place: str | None = None) -> Judged:
    """A comparison for `write_judged`.

    Args:
        comparison: of two sides.
        inconclusive_ok: whether "cannot tell" is let pass.
        place: the scenario's file, where it is known; else the scenario as the newest run kept it.
    """
    return _judged(comparison, comparison, partial(comparison_report, comparison), inconclusive_ok, place)


def judged_trend(trend: Trend, *, inconclusive_ok: bool = False, place: str | None = None) -> Judged:
    """A trend for `write_judged`; its cases are those of the last tag against the first."""
    return _judged(trend, trend.last, partial(trend_report, trend), inconclusive_ok, place)


def judged_self_check(check: SelfCheck) -> Judged:
    """A self-check for `write_judged`."""
    return Judged(
        document=check,
        report=lambda *, whole=False: self_check_report(check),  # noqa: ARG005 - it has nothing to leave out
        cases=self_check_cases(check),
        suite=f"self-check {check.scenario}",
        properties={"tag": check.tag, "runs": str(check.runs), "batches": str(check.batches)},
        started_at=None,
        said=f"{self_check_verdict(check)}: {self_check_headline(check)}",
        warnings=check.warnings,
        place=None,
    )


def write_judged(judged: Judged, form: Format, output: Console, *, whole: bool = False) -> None:
    """Write what was asked for: one document and nothing else.

    Args:
        judged: what is written.
        form: which format.
        output: the console of standard output.
        whole: every metric, run and reason of it, in the formats for people.
    """
    if form == "junit":
        output.file.write(_junit(judged, whole=whole))
    elif form == "github":
        output.file.write("".join(f"{line}\n" for line in _annotations(judged)))
    else:
        report = partial(judged.report, whole=whole)
        write_report(form, output, document=partial(to_json, judged.document), report=report)
    output.file.flush()


def write_summary(judged: Judged, path: Path, *, whole: bool = False) -> None:
    """Add the report to the summary of a job on GitHub.

    Raises:
        OSError: the file cannot be written.
    """
    add_summary(path, markdown.render(judged.report(whole=whole)))


def _judged(
    document: Comparison | Trend,
    comparison: Comparison,
    report: Callable[..., Report],
    inconclusive_ok: bool,
    place: str | None,
) -> Judged:
    unlike = tuple(
        part.text or f"{part.part} differs: {part.base} → {part.new}"
        for part in comparison.likeness
        if part.status == "flagged" or part in told_parts(comparison.likeness)
    )
    excluded = tuple(
        f"{each.path} is not counted: {each.reason}"
        for side in (comparison.base, comparison.new)
        for each in side.excluded
    )
    return Judged(
        document=document,
        report=report,
        cases=comparison_cases(comparison, inconclusive_ok=inconclusive_ok),
        suite=f"compare {comparison.scenario}",
        properties={
            "verdict": comparison.verdict,
            "base": runs_text(comparison.base),
            "new": runs_text(comparison.new),
            "design": design_text(comparison),
        },
        started_at=max((run.started_at for run in comparison.new.runs), default=None),
        said=f"{comparison.verdict}: {headline(comparison)}",
        warnings=(*comparison.warnings, *unlike, *excluded),
        place=place or _kept(comparison.new),
    )


def _kept(side: Side) -> str | None:
    """The scenario as the side's newest run kept it, in its folder."""
    newest = max(side.runs, key=lambda run: run.started_at, default=None)
    return None if newest is None or not newest.path else f"{newest.path}/{SCENARIO}"


def _junit(judged: Judged, *, whole: bool) -> str:
    report = terminal.render(judged.report(whole=whole), _SUITE_WIDTH).plain
    return junit(judged.suite, judged.cases, properties=judged.properties, started_at=judged.started_at, output=report)


def _annotations(judged: Judged) -> list[str]:
    return list(commands(judged.cases, headline=judged.said, warnings=judged.warnings, place=judged.place))
