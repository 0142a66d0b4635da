"""A plan, several compared, or the model's assumptions, in one of the formats of `--format`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from rich.console import Console

from ddbload.planner.document import AssumptionLine, Plan, PlansDocument
from ddbload.report import markdown, terminal
from ddbload.report.plan import plan_report
from ddbload.report.plan_assumptions import assumptions_section
from ddbload.report.plan_compare import comparison_report
from ddbload.report.written import Format, write_report
from ddbload.results.encoded import to_json


def write_plan(plan: Plan, form: Format, output: Console, *, whole: bool = False) -> None:
    """Write a plan: one document and nothing else. Markdown has every line of it, a terminal only where asked for."""
    report = partial(plan_report, plan, whole=whole or form == "markdown")
    write_report(form, output, document=partial(to_json, plan), report=report)


def write_plans(document: PlansDocument, form: Format, output: Console) -> None:
    """Write several designs, compared."""
    write_report(form, output, document=partial(to_json, document), report=partial(comparison_report, document))


def write_assumptions(lines: Sequence[AssumptionLine], form: Format, output: Console) -> None:
    """Write the model's assumptions."""
    if form == "json":
        output.file.write(to_json(lines))
    elif form == "markdown":
        output.file.write(markdown.render_section(assumptions_section(lines)))
    else:
        terminal.show_section(assumptions_section(lines), output)
    output.file.flush()
