"""`ddbload results`: the runs of the store listed, shown again, exported, pinned and removed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ddbload.cli.formats import Format
from ddbload.cli.stored import newest_run, warn_of

if TYPE_CHECKING:
    from ddbload.results.removal import Doomed

results_app = typer.Typer(help="The runs that were saved: list, show, export, pin, remove.", no_args_is_help=True)


class Export(StrEnum):
    """The form of exported runs."""

    csv = "csv"
    json = "json"
    parquet = "parquet"
    hlog = "hlog"
    otava = "otava"


_Root = Annotated[Path, typer.Option("--results", help="Where results are kept.")]
_Scenario = Annotated[str | None, typer.Option(help="Only runs of this scenario.")]
_Form = Annotated[Format, typer.Option("--format", help="The form of what is printed.")]
_RESULTS = Path("results")
_LINES = 40


@results_app.command()
def ls(
    which: Annotated[
        str | None, typer.Argument(metavar="SCENARIO|TAG|SCENARIO@TAG", help="Only these; all without.")
    ] = None,
    runs: Annotated[bool, typer.Option("--runs", help="A line for each run, instead of each tag.")] = False,
    limit: Annotated[int, typer.Option(min=0, help="Lines at most; 0 for all.")] = _LINES,
    results: _Root = _RESULTS,
    form: _Form = Format.terminal,
) -> None:
    """List the runs of the store, newest first; runs that cannot be read are named on standard error."""
    from ddbload.cli.screen import standard_output
    from ddbload.report import markdown, terminal
    from ddbload.report.listing import listing_section
    from ddbload.results.encoded import to_json
    from ddbload.results.listing import list_meant

    listing = list_meant(results, which)
    if form is Format.json:
        sys.stdout.write(to_json(listing))
    else:
        section = listing_section(listing, str(results), each=runs, most=limit or None)
        if form is Format.markdown:
            sys.stdout.write(markdown.render_section(section))
        else:
            terminal.show_section(section, standard_output())
    warn_of(listing.damaged)


@results_app.command()
def show(
    which: Annotated[str, typer.Argument(metavar="RUN|TAG|SCENARIO@TAG", help="A tag shows its newest run.")],
    scenario: _Scenario = None,
    results: _Root = _RESULTS,
    form: _Form = Format.terminal,
) -> None:
    """Show the report of a run again."""
    from ddbload.cli.screen import standard_output
    from ddbload.report.formats import write
    from ddbload.results.store import read_timeline

    run = newest_run(results, which, scenario)
    write(run, read_timeline(Path(run.path)), form.value, standard_output())


@results_app.command()
def rm(
    which: Annotated[
        list[str] | None, typer.Argument(metavar="RUN|TAG|SCENARIO@TAG", help="What is to be removed.")
    ] = None,
    scenario: _Scenario = None,
    force: Annotated[bool, typer.Option("--force", help="Pinned tags, too.")] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="What killed processes left half-written, once it is an hour old.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    results: _Root = _RESULTS,
) -> None:
    """Remove runs from the store, after a question; a tag that is pinned stays."""
    from ddbload.errors import UsageError
    from ddbload.report.quantity import counted
    from ddbload.results.removal import find_doomed, remove, remove_leftovers, require_unpinned

    if not which and not partial:
        raise UsageError("name the runs or tags to remove, or --partial for what was left half-written")
    doomed = find_doomed(results, which or [], scenario=scenario)
    if not force:
        require_unpinned(doomed)
    if doomed:
        _announce(doomed)
        if not yes:
            _ask(f"remove {sum(len(each.runs) for each in doomed):,} of the runs in {results}?")
        _say(f"removed {counted(remove(doomed, force=force), 'run')}")
    if partial:
        _say(f"removed {remove_leftovers(results)} folders that were left half-written")


@results_app.command()
def export(
    which: Annotated[list[str], typer.Argument(metavar="RUN|TAG|SCENARIO@TAG|SCENARIO", help="The runs to export.")],
    form: Annotated[
        Export, typer.Option("--format", help="Tables; the histograms; or series for Apache Otava.")
    ] = Export.csv,
    to: Annotated[Path | None, typer.Option(help="A file or a folder. [default: standard output]")] = None,
    scenario: _Scenario = None,
    results: _Root = _RESULTS,
) -> None:
    """Write runs for other tools: a row for each run and operation with every metric, histograms, or series."""
    from ddbload.results.export import export as write_export
    from ddbload.results.selection import select_all

    made = write_export(select_all(results, which, scenario=scenario), form.value, to, sys.stdout.buffer)
    for text in made.notes:
        _say(text)
    for file in made.files:
        _say(f"written to {file}")


@results_app.command()
def pin(
    which: Annotated[str, typer.Argument(metavar="SCENARIO@TAG", help="A tag with runs.")],
    results: _Root = _RESULTS,
) -> None:
    """Pin a tag: it is not removed, and the word `pinned` means it, as in `ddbload compare pinned HEAD`."""
    from ddbload.results.pins import pin as put_on, pinned_in
    from ddbload.results.selection import find_tag

    folder = find_tag(results, which)
    _say(f"{folder.parent.name}@{folder.name} is pinned" + ("" if put_on(folder) else " already"))
    others = [each.name for each in pinned_in(folder.parent) if each != folder]
    if others:
        _say(f"so {'is' if len(others) == 1 else 'are'} {', '.join(others)}: `pinned` means one tag only")


@results_app.command()
def unpin(
    which: Annotated[str, typer.Argument(metavar="SCENARIO@TAG", help="A pinned tag; `pinned` is one, too.")],
    results: _Root = _RESULTS,
) -> None:
    """Take the pin off a tag."""
    from ddbload.results.known import tag_of
    from ddbload.results.pins import unpin as take_off
    from ddbload.results.selection import find_tag

    folder = find_tag(results, which)
    name = f"{folder.parent.name}@{tag_of(folder)}"
    _say(f"{name} is no longer pinned" if take_off(folder) else f"{name} was not pinned")


def _announce(doomed: Sequence[Doomed]) -> None:
    from ddbload.report.quantity import counted

    for each in doomed:
        which = counted(len(each.runs), "run") if each.whole else f"{len(each.runs)} of its runs"
        span = each.runs[0] if len(each.runs) == 1 else f"{each.runs[0]} to {each.runs[-1]}"
        _say(f"{each.folder}{' (pinned)' if each.pinned else ''}: {which}, {span}")


def _ask(question: str) -> None:
    from ddbload.errors import UsageError

    if not sys.stdin.isatty():
        raise UsageError(f"{question} There is no terminal to ask on: say --yes to agree (nothing was removed)")
    if not typer.confirm(question, err=True):
        raise UsageError("nothing was removed")


def _say(text: str) -> None:
    typer.echo(text, err=True)
