"""What stands beside the gates of a comparison: what is unlike, other metrics, the runs and those left out, notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ddbload.compare.document import Comparison, Finding, Likeness, RunLine, Side
from ddbload.compare.names import metric_name
from ddbload.report.comparison_words import change_text, interval_texts, level, told_parts
from ddbload.report.model import Block, Column, Facts, Line, Row, Section, Table
from ddbload.report.quantity import counted, minute

_ALL = "all"
_FEW = frozenset({"p50", "p99", "service_p99", "read_units", "write_units"})
"""Metrics of an operation that are shown without --full; shares are as long as there are any."""


# --- what is unlike ------------------------------------------------------------------------------------------------


def likeness_section(comparison: Comparison, *, whole: bool) -> Section | None:
    """Where the fingerprints differ, what is meant to and what is not; the parts that are the same in one line."""
    unlike = [part for part in comparison.likeness if part.status != "same"]
    alike = [part for part in comparison.likeness if part.status == "same"]
    if not comparison.likeness:
        return None
    blocks: list[Block] = []
    if whole and alike:
        blocks.append(Facts(tuple((part.part, part.base) for part in alike)))
    if unlike:
        columns = (
            Column("", left=True, spoken="part"),
            Column("base", left=True),
            Column("new", left=True),
            Column("", left=True, spoken="status"),
        )
        blocks.append(Table(columns, tuple(_unlike(part) for part in unlike)))
    blocks += [Line(part.text, "doubt", "!") for part in told_parts(comparison.likeness)]
    if alike and not whole:
        blocks.append(Line(f"the same: {', '.join(part.part for part in alike)}", "quiet"))
    flagged = any(part.status == "flagged" for part in unlike)
    aside = "" if unlike else "nothing"
    return Section("Unlike", tuple(blocks), "! marks what may have changed the numbers, too" if flagged else aside)


def _unlike(part: Likeness) -> Row:
    flagged = part.status == "flagged"
    status = "! flagged" if flagged else part.status
    notes = (part.text,) if part.text and not _repeats(part) else ()
    return Row((part.part, part.base, part.new, status), "doubt" if flagged else "plain", notes=notes)


def _repeats(part: Likeness) -> bool:
    """Whether its sentence says no more than the row it would stand under."""
    if part.status == "under test" and part.text.endswith("with what is under test"):
        return True
    return part.text.startswith(part.part) and part.base in part.text and part.new in part.text


# --- metrics that are no gates -------------------------------------------------------------------------------------


def beside_section(comparison: Comparison, *, whole: bool) -> Section | None:
    """Outcomes, units, cost, rates and other percentiles: they decide nothing."""
    others = [finding for finding in comparison.findings if not finding.gated]
    shown = others if whole else [finding for finding in others if _worth_a_line(finding)]
    if not shown:
        return None
    columns = (
        Column("", left=True, spoken="metric"),
        Column("base", "level"),
        Column("new", "level"),
        Column("estimate", "change"),
        Column("interval", "change"),
    )
    blocks: list[Block] = [Table(columns, tuple(_rows(shown)))]
    if left := len(others) - len(shown):
        blocks.append(Line(f"and {counted(left, 'more metric')} (--full)", "quiet"))
    return Section("Beside", tuple(blocks), "for information; the verdict does not rest on these", folded=True)


def _worth_a_line(finding: Finding) -> bool:
    if finding.unit == "share":
        return bool(finding.base.center or finding.new.center) and finding.better != "neither"
    if finding.unit == "units":
        return bool(finding.base.center or finding.new.center) and finding.metric in _FEW
    return finding.operation == _ALL or finding.metric in _FEW


def _rows(findings: Sequence[Finding]) -> Iterator[Row]:
    """The metrics by operation, those of the whole run first."""
    intervals = interval_texts([(each.change, each.scale, each.method) for each in findings])
    operations = sorted({each.operation for each in findings}, key=lambda name: (name != _ALL, _place(findings, name)))
    for operation in operations:
        yield Row(("the whole run" if operation == _ALL else operation, "", "", "", ""), "strong")
        for each, interval in zip(findings, intervals, strict=True):
            if each.operation == operation:
                change = change_text(each.change.estimate if each.change else None, each.scale)
                levels = (level(each.base.center, each.unit), level(each.new.center, each.unit))
                yield Row((metric_name(each.metric), *levels, change, interval), "quiet", indent=1)


def _place(findings: Sequence[Finding], operation: str) -> int:
    return next(place for place, each in enumerate(findings) if each.operation == operation)


# --- runs and notes ------------------------------------------------------------------------------------------------


def excluded_section(comparison: Comparison) -> Section | None:
    """Every run that was found and is not counted, by its folder's name; the documents have the whole path."""
    excluded = [(side, each) for side in (comparison.base, comparison.new) for each in side.excluded]
    if not excluded:
        return None
    columns = (Column("run", left=True), Column("of", left=True), Column("because", left=True))
    rows = tuple(Row((Path(each.path).name, side.name, each.reason), "doubt") for side, each in excluded)
    return Section("Not counted", (Table(columns, rows),))


def runs_section(comparison: Comparison, *, whole: bool) -> Section:
    """What each side ran on and when; with `whole` every run that is counted."""
    blocks: list[Block] = [Facts((("base", _side(comparison.base)), ("new", _side(comparison.new))))]
    if whole:
        blocks.append(_every_run(comparison))
    return Section("Runs", tuple(blocks), folded=True)


def _side(side: Side) -> str:
    parts = [side.name, counted(len(side.runs), "run")]
    if side.excluded:
        parts[-1] += f" counted, {len(side.excluded)} not"
    if side.runs:
        parts.append(_when(side.runs))
    parts += [side.subject[key] for key in ("target", "transport") if side.subject.get(key)]
    return " · ".join(parts)


def _when(runs: Sequence[RunLine]) -> str:
    first, last = (pick(minute(run.started_at) for run in runs) for pick in (min, max))
    if first == last:
        return f"{first} UTC"
    return f"{first} to {last[11:] if last[:10] == first[:10] else last} UTC"


def _every_run(comparison: Comparison) -> Table:
    columns = (
        Column("run", left=True),
        Column("side", left=True),
        Column("pair"),
        Column("batch"),
        Column("verdict", left=True),
        Column("folder", left=True),
    )
    sides = ((name, run) for name, side in (("base", comparison.base), ("new", comparison.new)) for run in side.runs)
    ordered = sorted(sides, key=lambda one: one[1].started_at)
    return Table(columns, tuple(Row(tuple(_run(name, run))) for name, run in ordered))


def _run(side: str, run: RunLine) -> Iterator[str]:
    yield from (run.id, side, "" if run.pair is None else str(run.pair), str(run.batch), run.verdict, run.path)


def notes_section(comparison: Comparison) -> Section:
    """What a reader should know besides, and how the numbers were made."""
    lines = [Line(text, "doubt", "!") for text in comparison.warnings]
    return Section("Notes", (*lines, Line(comparison.method, "quiet")))
