"""`ddbload check`: whether a scenario can be run, and what it will do."""

from __future__ import annotations

from pathlib import Path

import typer

from ddbload.cli.failure import show_problem


def check(
    scenario: Path = typer.Argument(metavar="SCENARIO", help="The scenario's YAML file."),
    params: list[str] = typer.Option([], "-p", "--param", metavar="K=V", help="Set a parameter of the scenario."),
    strict: bool = typer.Option(False, "--strict", help="Take warnings for mistakes: exit 2."),
) -> None:
    """Check a scenario and say in plain words what it will do. Nothing is sent."""
    from ddbload.preflight.checks import warnings
    from ddbload.preflight.summary import summary
    from ddbload.scenario.load import load_scenario
    from ddbload.scenario.parameters import assignments

    loaded = load_scenario(scenario, assignments(params))
    typer.echo(summary(loaded))
    found = warnings(loaded)
    for problem in found:
        show_problem(problem, "warning")
    if strict and found:
        raise typer.Exit(2)
