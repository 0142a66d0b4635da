"""A document in one of the formats of `--format`: it, and nothing else, on the console of standard output."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, assert_never

from rich.console import Console

from ddbload.report import markdown, terminal
from ddbload.report.model import Report

Format = Literal["terminal", "json", "markdown"]


def write_report(form: Format, output: Console, *, document: Callable[[], str], report: Callable[[], Report]) -> None:
    """Write what was asked for; only that is made.

    Args:
        form: which of them.
        output: the console of standard output.
        document: makes the JSON.
        report: makes the report, for people.
    """
    if form == "json":
        output.file.write(document())
    elif form == "markdown":
        output.file.write(markdown.render(report()))
    elif form == "terminal":
        terminal.show(report(), output)
    else:
        assert_never(form)
    output.file.flush()
