"""`ddbload check`: whether a scenario can be run, and what it will do."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import typer

from ddbload.cli.failure import show_problem

_NARROWEST = 60


def check(
    scenario: Path = typer.Argument(metavar="SCENARIO", help="The scenario's YAML file."),
    params: list[str] = typer.Option([], "-p", "--param", metavar="K=V", help="Set a parameter of the scenario."),
    explain: bool = typer.Option(False, "--explain", help="Say everything that it will do: requests, units, sessions."),
    strict: bool = typer.Option(False, "--strict", help="Take warnings for mistakes: exit 2."),
    target: str | None = typer.Option(
        None, metavar="TARGET", help="Compare its tables with those of a target, and try out the permissions there."
    ),
    region: str | None = typer.Option(None, help="Region of an endpoint or of AWS."),
    profile: str | None = typer.Option(None, help="Named profile for credentials."),
    jar: Path | None = typer.Option(None, help="DynamoDBLocal.jar, or the folder that holds it."),
) -> None:
    """Check a scenario and say in plain words what it will do. Nothing is sent, but to a --target."""
    from ddbload.preflight.checks import warnings
    from ddbload.scenario.load import load_scenario
    from ddbload.scenario.parameters import assignments

    width = _width()
    loaded = load_scenario(scenario, assignments(params))
    trace = None
    if loaded.scenario.load.replay is not None:
        from ddbload.preflight.recorded import surveyed

        trace = surveyed(loaded.scenario)
    if explain:
        from ddbload.preflight.explanation import explanation

        typer.echo(explanation(loaded, width))
    else:
        from ddbload.preflight.summary import summary

        typer.echo(summary(loaded, width))
    found = warnings(loaded)
    if trace is not None:
        from ddbload.preflight.recorded import trace_words

        for position, line in enumerate(trace_words(loaded.scenario, trace)):
            typer.echo(f"{'' if position else 'trace':<11}{line}")
        found = (*found, *trace.warnings)
    for problem in found:
        show_problem(problem, "warning")
    code = 2 if strict and found else 0
    if target is not None:
        import asyncio

        from ddbload.preflight.against import examination_text, examine
        from ddbload.target import TargetOptions

        seen = asyncio.run(examine(loaded.scenario, target, TargetOptions(jar=jar, region=region, profile=profile)))
        typer.echo(f"\n{examination_text(seen, width)}")
        code = code or seen.exit_code
    if code:
        raise typer.Exit(code)


def _width() -> int:
    """Characters in a line: those of the terminal, within reason; the most of these where there is none."""
    from ddbload.preflight.words import WIDEST

    return min(max(shutil.get_terminal_size().columns, _NARROWEST), WIDEST) if sys.stdout.isatty() else WIDEST
