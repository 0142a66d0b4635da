"""A plan, several compared, or the model's assumptions, in one of the formats of `--format`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console

from ddbload.planner.document import AssumptionLine, Plan, PlansDocument
from ddbload.planner.document.encoded import to_json
from ddbload.report import markdown, terminal
from ddbload.report.formats import Format
from ddbload.report.model import Report
from ddbload.report.plan import plan_report
from ddbload.report.plan_assumptions import assumptions_section
from ddbload.report.plan_compare import comparison_report


def write_plan(plan: Plan, form: Format, output: Console, *, whole: bool = False) -> None:
    """Write a plan: one document and nothing else. Markdown has every line of it, a terminal only where asked for."""
    _write(plan, plan_report(plan, whole=whole or form == "markdown"), form, output)


def write_plans(document: PlansDocument, form: Format, output: Console) -> None:
    """Write several designs, compared."""
    _write(document, comparison_report(document), form, output)


def write_assumptions(lines: Sequence[AssumptionLine], form: Format, output: Console) -> None:
    """Write the model's assumptions."""
    if form == "json":
        output.file.write(to_json(lines).decode())
    elif form == "markdown":
        output.file.write(markdown.render_section(assumptions_section(lines)))
    else:
        terminal.show_section(assumptions_section(lines), output)
    output.file.flush()


def _write(document: Any, report: Report, form: Format, output: Console) -> None:
    if form == "json":
        output.file.write(to_json(document).decode())
    elif form == "markdown":
        output.file.write(markdown.render(report))
    else:
        terminal.show(report, output)
    output.file.flush()
