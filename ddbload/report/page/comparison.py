"""The page of a comparison: the verdict, the gates' intervals, every run, the curves, what is unlike, the method."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ddbload.compare.document import Comparison
from ddbload.compare.names import metric_name
from ddbload.measure.metrics import metric_of
from ddbload.report.comparison import comparison_report
from ddbload.report.comparison_words import name_of
from ddbload.report.model import Section
from ddbload.report.page import comparison_charts
from ddbload.report.page.blocks import (
    Banner,
    Block,
    Cell,
    Details,
    Downloads,
    File,
    Heading,
    Link,
    Notes,
    Prose,
    TableBlock,
    Term,
)
from ddbload.report.page.frame import Page, render
from ddbload.report.page.grid import Grid
from ddbload.report.page.sections import blocks_of, body_of
from ddbload.results.encoded import to_json

_MANY = 6  # charts of runs and of curves that are open at once


def comparison_page(comparison: Comparison, *, home: Link | None = None) -> str:
    """The page of a comparison, as one HTML document."""
    title = f"{comparison.base.name} → {comparison.new.name} · {comparison.scenario}"
    return render(Page(title, tuple(comparison_blocks(comparison)), home))


def comparison_blocks(comparison: Comparison) -> Iterator[Block]:
    """The blocks of a comparison from the top, with its document at the end."""
    yield from verdict_blocks(comparison)
    yield Heading("Data", "the whole comparison as a document")
    name = f"{comparison.scenario}-comparison.json"
    yield Downloads((File(name, "application/json", to_json(comparison).encode()),))


def verdict_blocks(comparison: Comparison) -> Iterator[Block]:
    """The blocks of a comparison without its document, as the page of a trend has them, too."""
    report = comparison_report(comparison, whole=True)
    sections = {section.title: section for section in report.sections}
    yield Banner(comparison.verdict, report.headline, report.reasons, report.subject)
    if comparison.warnings:
        yield Notes(comparison.warnings)
    yield from _gates(comparison, sections["Gates"])
    if "Not counted" in sections:
        yield from blocks_of(sections["Not counted"])
    if "What these runs could show" in sections:
        yield from blocks_of(sections["What these runs could show"])
    strips = list(comparison_charts.strips(comparison))
    yield from _opened("Every run", "gate by gate; the lines are the means", strips)
    yield from _opened(
        "Response times over each other",
        "by percentile, all runs of a side together",
        list(comparison_charts.curves(comparison)),
    )
    if "Unlike" in sections:
        yield from _likeness(sections["Unlike"], comparison)
    if "Beside" in sections:
        beside = sections["Beside"]
        names = {metric_name(each.metric): defined(each.key) for each in comparison.findings if not each.gated}
        yield Heading("Other metrics", beside.aside)
        yield Details("All of them", tuple(_explained(body_of(beside), names)))
    yield from _runs(sections["Runs"])
    yield Heading("How this was decided")
    for sentence in comparison.method.split("\n"):
        yield Prose(sentence)


def defined(key: str) -> str:
    """The key where the table of metrics defines it; "" for what a comparison reckons by itself."""
    try:
        metric_of(key)
    except KeyError:
        return ""
    return key


def _explained(blocks: Iterable[Block], keys: Mapping[str, str]) -> Iterator[Block]:
    """Tables whose rows begin with a metric's name: its definition is shown on hover and focus."""
    for block in blocks:
        if isinstance(block, TableBlock):
            rows = tuple(replace(row, cells=(_term(row.cells[0], keys), *row.cells[1:])) for row in block.rows)
            yield replace(block, rows=rows)
        else:
            yield block


def _term(cell: Cell, keys: Mapping[str, str]) -> Cell:
    return Term(cell, keys[cell]) if isinstance(cell, str) and keys.get(cell) else cell


def _gates(comparison: Comparison, section: Section) -> Iterator[Block]:
    """The forest first: where an interval ends is what the verdict says in words."""
    yield Heading("Gates", section.aside)
    yield from comparison_charts.forests(comparison)
    yield from _explained(body_of(section), {name_of(gate): defined(gate.key) for gate in comparison.gates})


def _opened(title: str, aside: str, blocks: Sequence[Block]) -> Iterator[Block]:
    """Charts one below the other; what is too many is opened on request."""
    if not blocks:
        return
    yield Heading(title, aside)
    yield Grid(tuple(blocks[:_MANY]))
    if more := tuple(blocks[_MANY:]):
        yield Details(f"{len(more)} more", (Grid(more),))


def _likeness(section: Section, comparison: Comparison) -> Iterator[Block]:
    unlike = [part for part in comparison.likeness if part.status != "same"]
    yield Heading("What is unlike" if unlike else "Nothing is unlike", section.aside if unlike else "")
    alike = [block for block in body_of(section) if not isinstance(block, TableBlock)]
    yield from (block for block in body_of(section) if isinstance(block, TableBlock))
    if alike:
        yield Details(f"{len(comparison.likeness) - len(unlike)} parts that are the same", tuple(alike))


def _runs(section: Section) -> Iterator[Block]:
    """Both sides in a line each, what is not counted open, every run on request."""
    yield Heading("Runs", section.aside)
    for block in body_of(section):
        every = isinstance(block, TableBlock) and block.columns[0].title == "run"
        yield Details("Every run that counts", (block,)) if every else block
