"""Which run of the store a word means to a command that shows one, and what a person should know besides."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from ddbload.results.record import RunRecord
    from ddbload.results.selection import Damaged


def newest_run(results: Path, word: str, scenario: str | None) -> RunRecord:
    """The run that a word means, of a tag the newest; which one that is, and what is damaged, goes to standard error.

    Raises:
        ResultsError: there is none, or it cannot be read.
    """
    from ddbload.results.selection import newest, select

    selection = select(results, word, scenario=scenario)
    run = newest(selection)
    if len(selection.runs) > 1:
        typer.echo(f"{word}: the newest of {len(selection.runs)} runs, {run.path}", err=True)
    warn_of(selection.damaged)
    return run


def warn_of(damaged: Sequence[Damaged]) -> None:
    """Name runs that cannot be read on standard error."""
    for each in damaged:
        typer.echo(f"warning: {each.reason}", err=True)
