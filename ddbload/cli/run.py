"""`ddbload run`: replay a scenario against a target and judge it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ddbload.cli.failure import show_error, show_trace
from ddbload.cli.formats import Format
from ddbload.errors import UsageError


class Transport(StrEnum):
    """How requests are sent."""

    wire = "wire"
    sdk = "sdk"


MOST_WORKERS = 64
INTERNAL = 70
EXIT = {"pass": 0, "fail": 1, "invalid": 3}


def run(
    scenario: Annotated[Path, typer.Argument(help="The scenario's YAML file.")],
    target: Annotated[
        str,
        typer.Option(
            help="embedded, local, local:VERSION, local:JAR, http://HOST:PORT, aws or aws:REGION.",
        ),
    ] = "embedded",
    param: Annotated[
        list[str], typer.Option("-p", metavar="NAME=VALUE", help="Set a parameter; may be given many times.")
    ] = [],  # noqa: B006 - Typer copies it
    tag: Annotated[str | None, typer.Option(help="Name this run for comparisons. [default: git describe]")] = None,
    transport: Annotated[Transport, typer.Option(help="Our own request path, or aioboto3.")] = Transport.wire,
    workers: Annotated[str, typer.Option(metavar="N|auto", help="Client processes.")] = "1",
    results: Annotated[Path, typer.Option(help="Where results are kept.")] = Path("results"),
    format: Annotated[Format, typer.Option(help="The report on standard output.")] = Format.terminal,  # noqa: A002 - the option's name
    no_load: Annotated[bool, typer.Option("--no-load", help="The items are there already: write none.")] = False,
    drop: Annotated[bool, typer.Option("--drop", help="Drop the table afterwards, if ddbload created it.")] = False,
    jar: Annotated[Path | None, typer.Option(help="DynamoDBLocal.jar, or the folder that holds it.")] = None,
    region: Annotated[str | None, typer.Option(help="Region of an endpoint or of AWS.")] = None,
    profile: Annotated[str | None, typer.Option(help="Named profile for credentials.")] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Follow a sample of items: lost writes, stale and wrong reads are told.")
    ] = False,
    allow_code: Annotated[
        bool, typer.Option("--allow-code", help="Let the scenario's values call the Python functions that it names.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before a run that costs money.")] = False,
) -> None:
    """Run SCENARIO against a target, with latency histograms, capacity, price and a verdict.

    Exit codes: 0 passed, 1 an objective failed or verifying found a fault, 2 wrong input (nothing was sent), 3 invalid:
    the client or the target could not carry the test, 130 interrupted and 143 terminated with what was measured saved.
    """
    from ddbload.cli.screen import screen, standard_output
    from ddbload.experiment.run import RunRequest, run as run_scenario
    from ddbload.report.formats import write
    from ddbload.scenario.parameters import assignments
    from ddbload.target import TargetOptions

    request = RunRequest(
        scenario=scenario,
        target=target,
        params=assignments(param),
        tag=tag,
        transport=transport.value,
        workers=worker_count(workers),
        results=results,
        options=TargetOptions(jar=jar, region=region, profile=profile),
        load_items=not no_load,
        drop=drop,
        yes=yes,
        allow_code=allow_code,
        verify=verify,
    )
    with screen(f"{scenario.stem} on {target}") as watcher:
        outcome = run_scenario(request, watcher)
    write(outcome.record, outcome.seconds, format.value, standard_output())
    if outcome.unsaved is not None:
        show_error(outcome.unsaved)
    for trace in outcome.bugs:
        show_trace(trace)
    if outcome.signal is not None:
        raise typer.Exit(128 + outcome.signal)
    if outcome.bugs:
        raise typer.Exit(INTERNAL)
    if outcome.unsaved is not None:
        raise typer.Exit(outcome.unsaved.exit_code)
    raise typer.Exit(EXIT[outcome.record.verdict])


def worker_count(text: str) -> int:
    """Processes asked for; 0 for `auto`."""
    if text == "auto":
        return 0
    if not text.isdecimal() or not 1 <= int(text) <= MOST_WORKERS:
        raise UsageError(f"--workers {text}: a number from 1 to {MOST_WORKERS}, or auto")
    return int(text)
