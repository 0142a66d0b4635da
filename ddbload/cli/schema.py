"""`ddbload schema`: the scenario language for editors."""

from __future__ import annotations

import typer


def schema() -> None:
    """Print the JSON Schema of a scenario, for editors that check YAML while you type."""
    import json

    from ddbload.scenario.schema import scenario_schema

    typer.echo(json.dumps(scenario_schema(), indent=2))
