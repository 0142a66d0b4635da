"""`ddbload regress`: run two sides interleaved, now, and say whether the new one is worse."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ddbload.cli.compare import check_page, exit_code, write, write_page
from ddbload.cli.failure import show_error, show_trace
from ddbload.cli.formats import JudgedFormat
from ddbload.cli.run import INTERNAL, Transport, worker_count
from ddbload.errors import DdbloadError

if TYPE_CHECKING:
    from ddbload.experiment.regress import RegressOutcome

INVALID = 3


def regress(
    scenario: Annotated[Path, typer.Argument(help="The scenario's YAML file.")],
    base: Annotated[
        list[str],
        typer.Option(
            metavar="WORD",
            help="What the other side is judged against: a target (local:2.5.2, local:JAR, http://HOST:PORT,"
            " aws:REGION), transport=sdk, or a parameter (rate=200). Repeatable.",
        ),
    ] = [],  # noqa: B006 - Typer copies it
    new: Annotated[list[str], typer.Option(metavar="WORD", help="What is judged, in the same words. Repeatable.")] = [],  # noqa: B006 - Typer copies it
    target: Annotated[str, typer.Option(help="Of both sides, where they do not say another.")] = "embedded",
    param: Annotated[
        list[str],
        typer.Option("-p", metavar="NAME=VALUE", help="Set a parameter of both sides; may be given many times."),
    ] = [],  # noqa: B006 - Typer copies it
    pairs: Annotated[
        int | None, typer.Option(help="Pairs of runs. [default: what the noise of a pilot asks for]")
    ] = None,
    pilot: Annotated[int, typer.Option(help="Pairs after which the number of all is fixed; they count.")] = 4,
    max_pairs: Annotated[int, typer.Option(help="Pairs that the pilot may ask for.")] = 20,
    matters: Annotated[
        list[str],
        typer.Option(
            metavar="GATE=SHARE",
            help="The change that must not pass: read.p99=5%, or p99=5% of every operation. Repeatable.",
        ),
    ] = [],  # noqa: B006 - Typer copies it
    restart: Annotated[
        bool,
        typer.Option(
            "--restart", help="Start servers anew before every pair: what two processes differ by is noise then."
        ),
    ] = False,
    seed: Annotated[
        int | None, typer.Option(help="Of the random order within the pairs. [default: drawn anew]")
    ] = None,
    tag_base: Annotated[str | None, typer.Option(help="Tag of the base's runs. [default: its words]")] = None,
    tag_new: Annotated[str | None, typer.Option(help="Tag of the new side's runs. [default: its words]")] = None,
    transport: Annotated[
        Transport, typer.Option(help="Of both sides, where they do not say another.")
    ] = Transport.wire,
    workers: Annotated[str, typer.Option(metavar="N|auto", help="Client processes.")] = "1",
    results: Annotated[Path, typer.Option(help="Where results are kept.")] = Path("results"),
    format: Annotated[JudgedFormat, typer.Option(help="The report on standard output.")] = JudgedFormat.terminal,  # noqa: A002 - the option's name
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the report as a page, too.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Every metric, run and reason.")] = False,
    inconclusive_ok: Annotated[
        bool, typer.Option("--inconclusive-ok", help="Let pass what these runs cannot tell: 0 instead of 4.")
    ] = False,
    jar: Annotated[Path | None, typer.Option(help="DynamoDBLocal.jar, or the folder that holds it.")] = None,
    region: Annotated[str | None, typer.Option(help="Region of an endpoint or of AWS.")] = None,
    profile: Annotated[str | None, typer.Option(help="Named profile for credentials.")] = None,
    allow_code: Annotated[
        bool, typer.Option("--allow-code", help="Let the scenario's values call the Python functions that it names.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before runs that cost money.")] = False,
) -> None:
    """Run SCENARIO on two sides in pairs, in random order, and compare them: is NEW worse than BASE?

    Both targets stay up, the first pair is thrown away, items are loaded anew where the scenario writes, and never are
    two loads at once. Every run is saved as one of `ddbload run`.

    Exit codes: 0 not worse, or better; 1 worse; 2 wrong input, or unlike sides; 3 too few valid runs, or a target was
    lost; 4 these runs cannot tell; 130 interrupted and 143 terminated with what was measured saved.
    """
    from ddbload.cli.compare_options import margins
    from ddbload.cli.screen import screen
    from ddbload.experiment.regress import RegressRequest, regress as regress_sides
    from ddbload.scenario.parameters import assignments
    from ddbload.target import TargetOptions

    request = RegressRequest(
        scenario=scenario,
        base=base,
        new=new,
        target=target,
        transport=transport.value,
        params=assignments(param),
        pairs=pairs,
        pilot=pilot,
        max_pairs=max_pairs,
        margins=margins(matters),
        seed=seed,
        tag_base=tag_base,
        tag_new=tag_new,
        workers=worker_count(workers),
        results=results,
        options=TargetOptions(jar=jar, region=region, profile=profile),
        restart=restart,
        curves=html is not None,
        yes=yes,
        allow_code=allow_code,
    )
    check_page(html)  # not after an hour of load
    with screen(scenario.stem) as watcher:
        outcome = regress_sides(request, watcher)
    _show(outcome, scenario, format, html, full=full, inconclusive_ok=inconclusive_ok)
    raise typer.Exit(_code(outcome, inconclusive_ok=inconclusive_ok))


def _show(
    outcome: RegressOutcome,
    scenario: Path,
    form: JudgedFormat,
    html: Path | None,
    *,
    full: bool,
    inconclusive_ok: bool,
) -> None:
    """The comparison on standard output and as a page; why there is none, or why it ended early, beside it."""
    from ddbload.report.comparison_formats import judged_comparison

    if outcome.comparison is not None:
        found = outcome.comparison
        write(judged_comparison(found, inconclusive_ok=inconclusive_ok, place=str(scenario)), form.value, whole=full)
    if outcome.ended is not None:
        made = len(outcome.base) + len(outcome.new)
        runs = "1 run was made and is saved" if made == 1 else f"{made} runs were made and are saved"
        show_error(DdbloadError(f"ended before its time: {outcome.ended}; {runs}"))
    if outcome.comparison is None:
        show_error(DdbloadError("there are no two whole pairs to compare"))
    if outcome.unsaved is not None:
        show_error(outcome.unsaved)
    for trace in outcome.bugs:
        show_trace(trace)
    if outcome.comparison is not None and html is not None:
        from ddbload.report.page.comparison import comparison_page

        write_page(html, partial(comparison_page, outcome.comparison))


def _code(outcome: RegressOutcome, *, inconclusive_ok: bool) -> int:
    if outcome.signal is not None:
        return 128 + outcome.signal
    if outcome.bugs:
        return INTERNAL
    if outcome.unsaved is not None:
        return outcome.unsaved.exit_code
    if outcome.ended is not None or outcome.comparison is None:
        return INVALID
    return exit_code(outcome.comparison, inconclusive_ok=inconclusive_ok)
