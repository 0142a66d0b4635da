"""A report as Markdown, for a comment on a pull request: verdict first, tables as tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from ddbload.report.layout import spans_of
from ddbload.report.model import Block, Chart, Facts, Forest, Report, Section, Table

_SIGNS: Mapping[str, str] = {
    "pass": "✅",
    "fail": "❌",
    "invalid": "⚠️",
    "regressed": "❌",
    "improved": "✅",
    "not worse": "✅",
    "cannot tell": "❔",
}
_CHART = 90  # cells of a chart: what a comment has room for
_SPECIAL = re.compile(r"([\\`*_\[\]<>|])")


def render(report: Report) -> str:
    """The report as GitHub-flavoured Markdown, ending in a newline."""
    lines = [f"### {_SIGNS[report.verdict]} {report.verdict.upper()}: {_text(report.headline)}", ""]
    if report.reasons:
        lines += [*(f"- {_text(reason)}" for reason in report.reasons), ""]
    lines += [f"{_text(line)}  " for line in report.subject]
    for section in report.sections:
        lines += ["", *_section(section)]
    if report.where:
        lines += ["", f"Saved in {_code(report.where)}"]
    return "\n".join(lines) + "\n"


def render_section(section: Section) -> str:
    """One section by itself, ending in a newline."""
    return "\n".join(_section(section)) + "\n"


def _section(section: Section) -> Iterator[str]:
    aside = f" ({_text(section.aside)})" if section.aside else ""
    if section.folded:  # a comment's markup: what stands in it is Markdown again after an empty line
        yield f"<details><summary><b>{section.title}</b>{aside}</summary>"
    else:
        yield f"**{section.title}**{aside}"
    for block in section.blocks:
        yield ""
        yield from _block(block)
    if section.folded:
        yield from ("", "</details>")


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Table):
        yield from _table(block)
    elif isinstance(block, Facts):
        for label, text in block.pairs:
            yield f"- {_text(label)}: {_text(text)}"
    elif isinstance(block, Chart | Forest):
        yield "```text"
        lines = ("".join(text for text, _ in spans).rstrip() for spans in spans_of(block, _CHART))
        yield from (line.replace("```", "'''") for line in lines)  # a name must not end the block
        yield "```"
    else:
        yield f"{_text(block.mark)} {_text(block.text)}".strip()


def _table(table: Table) -> Iterator[str]:
    noted = any(row.notes for row in table.rows)
    # Markdown has no common headings: the group's name goes before each of its columns
    yield _row([*(f"{column.group} {column.title}".strip() for column in table.columns), *([""] if noted else [])])
    yield (
        "|" + "|".join([*(" :-- " if column.left else " --: " for column in table.columns), *([" :-- "] * noted)]) + "|"
    )
    for row in table.rows:
        notes = ["; ".join(row.notes)] if noted else []
        yield _row(["↳ " * row.indent + row.cells[0], *row.cells[1:], *notes], strong=row.tone == "strong")


def _row(cells: Sequence[str], *, strong: bool = False) -> str:
    texts = (_text(cell) for cell in cells)
    return "| " + " | ".join(f"**{text}**" if strong and text else text for text in texts) + " |"


def _text(text: str) -> str:
    """Text that means itself: nothing in it is taken for markup, and it stays on its line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _code(text: str) -> str:
    fence = "`" * (1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    return f"{fence}{text}{fence}" if len(fence) == 1 else f"{fence} {text} {fence}"
