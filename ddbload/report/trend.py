"""A trend as a report: the last tag against the first, each metric over the tags, and where its level moved."""

from __future__ import annotations

from collections.abc import Iterator

from ddbload.compare.document import ChangePoint, Level, Trend, TrendLine
from ddbload.compare.names import gate_name, metric_name
from ddbload.report.comparison import comparison_report
from ddbload.report.comparison_words import change_text, headline, level
from ddbload.report.model import Block, Column, Line, Report, Row, Section, Table
from ddbload.report.quantity import NONE, counted
from ddbload.report.spark import sparkline

_CURVE = 24
_TAGS = 30
_TALLEST = 0.75  # of the highest bar is cut off below at most: noise of a hundredth stays flat
_UP, _DOWN = "▲", "▼"


def trend_report(trend: Trend, *, whole: bool = False) -> Report:
    """The report of a trend; its verdict is that of the last tag against the first.

    Args:
        trend: what is told.
        whole: every metric and every tag; else the gates, and the latest of many tags.
    """
    last = comparison_report(trend.last, whole=whole)
    return Report(
        verdict=last.verdict,
        headline=f"{trend.tags[-1]} against {trend.tags[0]}: {headline(trend.last)}",
        reasons=(*_moves(trend), *last.reasons),
        subject=(f"{trend.scenario} · {len(trend.tags)} tags", *last.subject[1:]),
        sections=(_lines(trend, whole=whole), _tags(trend, whole=whole), *last.sections),
    )


def _moves(trend: Trend) -> Iterator[str]:
    for line in trend.lines:
        if line.gated:
            yield from (f"{_name(line)} {_moved(line, change)}" for change in line.changes)


def _name(line: TrendLine) -> str:
    return gate_name(line.operation, line.metric)


def _moved(line: TrendLine, change: ChangePoint) -> str:
    return f"moved by {change_text(change.change, line.scale)} at {change.tag} (p {_chance(change.p)})"


def _chance(p: float) -> str:
    return f"{p:.2g}" if p >= 0.0001 else "<0.0001"  # noqa: PLR2004 - fewer digits say nothing


def _lines(trend: Trend, *, whole: bool) -> Section:
    """Each metric as a curve over the tags, from the first level to the last."""
    columns = (
        Column("", left=True, spoken="metric"),
        Column("over the tags", left=True, whole=True),
        Column("first"),
        Column("last"),
        Column("change"),
    )
    shown = [line for line in trend.lines if whole or line.gated]
    blocks: list[Block] = [Table(columns, tuple(_line(line) for line in shown))]
    if left := len(trend.lines) - len(shown):
        blocks.append(Line(f"and {counted(left, 'more metric')} (--full)", "quiet"))
    return Section("Trend", tuple(blocks), f"{trend.tags[0]} to {trend.tags[-1]}, where levels moved beneath")


def _line(line: TrendLine) -> Row:
    values = [None if each is None else each.center for each in line.levels]
    there = [value for value in values if value is not None]
    floor = min(*there, _TALLEST * max(there)) if there else 0.0
    first, last = (there[0], there[-1]) if there else (None, None)
    cells = (
        _name(line),
        sparkline(values, _CURVE, floor=floor),
        level(first, line.unit),
        level(last, line.unit),
        change_text(_change(line, first, last), line.scale),
    )
    worse = any(_is_worse(line, change) for change in line.changes)
    notes = tuple(_moved(line, change) for change in line.changes)
    return Row(cells, "bad" if worse and line.gated else "plain", notes=notes)


def _change(line: TrendLine, first: float | None, last: float | None) -> float | None:
    if first is None or last is None:
        return None
    if line.scale == "difference":
        return last - first
    return last / first - 1 if first else None


def _is_worse(line: TrendLine, change: ChangePoint) -> bool:
    return (change.change < 0) if line.better == "higher" else (change.change > 0)


def _tags(trend: Trend, *, whole: bool) -> Section:
    """Each gate's level at each tag, the newest last; a mark where a level moved."""
    gates = [line for line in trend.lines if line.gated]
    columns = (
        Column("tag", left=True),
        Column("runs"),
        *(Column(metric_name(line.metric), "" if line.operation == "all" else line.operation) for line in gates),
    )
    first = 0 if whole else max(0, len(trend.tags) - _TAGS)
    rows = tuple(_tag(trend, gates, place) for place in range(first, len(trend.tags)))
    blocks: list[Block] = [Table(columns, rows)]
    if first:
        blocks.insert(0, Line(f"{first} earlier tags are left out (--full)", "quiet"))
    marks = f"{_UP} {_DOWN} the level moved here" if any(line.changes for line in gates) else ""
    return Section("Tags", tuple(blocks), marks, folded=True)


def _tag(trend: Trend, gates: list[TrendLine], place: int) -> Row:
    cells = (_cell(line, line.levels[place], place) for line in gates)
    return Row((trend.tags[place], str(len(trend.sides[place].runs)), *cells))


def _cell(line: TrendLine, here: Level | None, place: int) -> str:
    text = NONE if here is None else level(here.center, line.unit)
    change = next((change for change in line.changes if change.position == place), None)
    return text if change is None else f"{_UP if change.change > 0 else _DOWN} {text}"
