"""The page of a trend: the last tag against the first, and each metric over the tags with where its level moved."""

from __future__ import annotations

from collections.abc import Iterator

from ddbload.compare.document import Side, Trend, TrendLine
from ddbload.compare.names import gate_name
from ddbload.report.comparison_words import change_text, headline, level
from ddbload.report.page import trend_charts
from ddbload.report.page.blocks import (
    Banner,
    Block,
    Details,
    Downloads,
    File,
    Head,
    Heading,
    Link,
    Notes,
    Prose,
    Row,
    TableBlock,
)
from ddbload.report.page.comparison import defined, verdict_blocks
from ddbload.report.page.frame import Page, render
from ddbload.report.page.grid import Grid
from ddbload.report.quantity import NONE, counted
from ddbload.results.encoded import to_json


def trend_page(trend: Trend, *, home: Link | None = None) -> str:
    """The page of a trend, as one HTML document."""
    names = trend_charts.names_of(trend)
    title = f"{names[0]} … {names[-1]} · {trend.scenario}"
    return render(Page(title, tuple(_blocks(trend)), home))


def _blocks(trend: Trend) -> Iterator[Block]:
    yield _banner(trend)
    if trend.last.warnings:
        yield Notes(trend.last.warnings)
    yield from _moved(trend)
    gates = [trend_charts.line_chart(trend, line, place) for place, line in enumerate(trend.lines) if line.gated]
    others = [trend_charts.line_chart(trend, line, place) for place, line in enumerate(trend.lines) if not line.gated]
    yield Heading("Over the tags", "a mark for each run, the line through each tag's level")
    yield Grid(tuple(gates))
    if others:
        yield Details(f"{len(others)} more metric{'' if len(others) == 1 else 's'}, no gates", (Grid(tuple(others)),))
    yield Heading("Levels", "of each tag, the mean over its runs")
    yield _levels(trend)
    names = trend_charts.names_of(trend)
    yield Heading("The last against the first", f"{names[-1]} against {names[0]}", id="last")
    yield Prose(headline(trend.last))
    blocks = tuple(block for block in verdict_blocks(trend.last) if not isinstance(block, Banner | Notes))
    yield Details("The whole comparison", blocks)
    yield Heading("Data", "the whole trend as a document")
    yield Downloads((File(f"{trend.scenario}-trend.json", "application/json", to_json(trend).encode()),))


def _banner(trend: Trend) -> Banner:
    last, moves = trend.last, sum(len(line.changes) for line in trend.lines)
    told = f"{counted(moves, 'change')} of level along the way" if moves else "no change of level was found on the way"
    runs = sum(len(side.runs) for side in trend.sides)
    names = trend_charts.names_of(trend)
    subject = (trend.scenario, f"{len(names)} tags from {names[0]} to {names[-1]}, {runs} runs; {told}")
    return Banner(last.verdict, headline(last), last.reasons, subject)


def _moved(trend: Trend) -> Iterator[Block]:
    """Where a level moved: the tag to look at first."""
    names = trend_charts.names_of(trend)
    rows = [
        Row(
            (
                gate_name(line.operation, line.metric),
                names[change.position],
                change_text(change.change, line.scale),
                _p(change.p),
            ),
            trend_charts.tone_of(line, change.change),
        )
        for line in trend.lines
        for change in line.changes
    ]
    if not rows:
        return
    columns = (Head("metric", left=True), Head("since", left=True), Head("change of its level"), Head("p"))
    yield Heading("Where a level moved", "found by permutation; the tag is the first of the new level")
    yield TableBlock("Where a level moved", columns, tuple(rows))


def _p(p: float) -> str:
    return "<0.001" if p < 0.001 else f"{p:.3f}"  # noqa: PLR2004 - digits


def _levels(trend: Trend) -> TableBlock:
    """Tags from the top, a column for each metric that is a gate."""
    lines = [line for line in trend.lines if line.gated] or list(trend.lines)
    columns = (
        Head("tag", left=True),
        Head("runs"),
        *(Head(gate_name(line.operation, line.metric), metric=defined(line.key)) for line in lines),
    )
    rows = tuple(_tag_row(trend, side, place, lines) for place, side in enumerate(trend.sides))
    return TableBlock("Levels of each tag", columns, rows)


def _tag_row(trend: Trend, side: Side, place: int, lines: list[TrendLine]) -> Row:
    moved = [line for line in lines if any(change.position == place for change in line.changes)]
    cells = [_level(line, place) for line in lines]
    return Row((trend_charts.names_of(trend)[place], f"{len(side.runs)}", *cells), "strong" if moved else "plain")


def _level(line: TrendLine, place: int) -> str:
    of = line.levels[place]
    text = NONE if of is None else level(of.center, line.unit)
    return f"◆ {text}" if any(change.position == place for change in line.changes) else text
