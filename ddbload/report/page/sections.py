"""A section of the report model as blocks of a page, so that what a terminal says a page says, too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ddbload.report import model
from ddbload.report.page.blocks import Block, FactList, Head, Heading, Prose, Row, TableBlock, Term

Metrics = Mapping[str, str]
"""Titles of columns, or "group title", or labels of facts, to keys of the table of metrics."""


def blocks_of(section: model.Section, metrics: Metrics | None = None) -> Iterator[Block]:
    """The section's heading and blocks. A chart in text is left out: a page draws its own."""
    yield Heading(section.title, section.aside)
    yield from body_of(section, metrics)


def body_of(section: model.Section, metrics: Metrics | None = None) -> Iterator[Block]:
    """The section's blocks without its heading."""
    for block in section.blocks:
        if isinstance(block, model.Table):
            yield table_of(block, section.title, metrics)
        elif isinstance(block, model.Facts):
            yield FactList(tuple((_label(label, metrics or {}), text) for label, text in block.pairs))
        elif isinstance(block, model.Line):
            yield Prose(f"{block.mark} {block.text}".strip(), block.tone)


def table_of(table: model.Table, caption: str, metrics: Metrics | None = None) -> TableBlock:
    """A table of the report model."""
    defined = metrics or {}

    def head(column: model.Column) -> Head:
        metric = defined.get(f"{column.group} {column.title}".strip(), defined.get(column.title, ""))
        return Head(column.title, column.group, column.left, metric, column.spoken, column.whole)

    def row(given: model.Row) -> Row:
        first, *rest = given.cells
        return Row((f"{given.mark} {first}".strip(), *rest), given.tone, given.indent, given.notes)

    return TableBlock(caption, tuple(map(head, table.columns)), tuple(map(row, table.rows)))


def _label(label: str, metrics: Metrics) -> str | Term:
    return Term(label, metrics[label]) if label in metrics else label
