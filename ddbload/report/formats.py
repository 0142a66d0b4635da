"""A run in one of the formats of `--format`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, assert_never

from rich.console import Console

from ddbload.report import markdown, terminal
from ddbload.report.build import report_of
from ddbload.results.document import to_json
from ddbload.results.record import RunRecord, Second

Format = Literal["terminal", "json", "markdown"]


def write(record: RunRecord, seconds: Sequence[Second], form: Format, output: Console) -> None:
    """Write the run to the console of standard output: one document and nothing else."""
    if form == "json":
        output.file.write(to_json(record))
    elif form == "markdown":
        output.file.write(markdown.render(report_of(record, seconds)))
    elif form == "terminal":
        terminal.show(report_of(record, seconds), output)
    else:
        assert_never(form)
    output.file.flush()
