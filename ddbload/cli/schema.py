"""`ddbload schema`: the scenario language for editors, and the documents that ddbload writes."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Document(StrEnum):
    """Whose schema is printed."""

    scenario = "scenario"
    plan = "plan"
    plans = "plans"
    run = "run"
    comparison = "comparison"
    trend = "trend"
    self_check = "self-check"


def schema(
    document: Annotated[
        Document,
        typer.Argument(
            help="A scenario, for editors that check YAML while you type; what plan prints as JSON, of one design or of"
            " several; a run's run.json; what compare prints as JSON, of two sides, of several tags, of a self-check."
        ),
    ] = Document.scenario,
) -> None:
    """Print the JSON Schema of a scenario, or of a document that ddbload writes."""
    import json

    typer.echo(json.dumps(_schema(document), indent=2))


def _schema(document: Document) -> object:
    if document is Document.scenario:
        from ddbload.scenario.schema import scenario_schema

        return scenario_schema()
    if document is Document.run:
        from ddbload.results.schema import run_schema

        return run_schema()
    if document in (Document.plan, Document.plans):
        from ddbload.planner.schema import plan_schema, plans_schema

        return plan_schema() if document is Document.plan else plans_schema()
    from ddbload.compare.schema import comparison_schema, self_check_schema, trend_schema

    return {
        Document.comparison: comparison_schema,
        Document.trend: trend_schema,
        Document.self_check: self_check_schema,
    }[document]()
