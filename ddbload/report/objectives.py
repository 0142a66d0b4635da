"""What a report says of the objectives: each with its limit, what was observed, and whether it was met."""

from __future__ import annotations

from collections.abc import Mapping

from ddbload.measure.objectives import is_time
from ddbload.report.latency import metric_text
from ddbload.report.model import Column, Row, Section, Table, Tone
from ddbload.report.quantity import count, duration, limit_ms, share
from ddbload.results.record import ObjectiveRecord, RunRecord
from ddbload.scenario.quantity import spell_percent

_JUDGED: Mapping[str, tuple[str, Tone]] = {
    "pass": ("met", "good"),
    "fail": ("missed", "bad"),
    "unsupported": ("too few samples", "doubt"),
}


def objectives_section(record: RunRecord) -> Section | None:
    """Each objective with its limit, what was observed, and whether it was met; nothing where none was set."""
    if not record.objectives:
        return None
    columns = (
        Column("objective", left=True),
        Column("limit"),
        Column("observed"),
        Column("samples"),
        Column("verdict", left=True),
    )
    void = record.verdict == "invalid"
    rows = tuple(_judged(objective, void=void) for objective in record.objectives)
    return Section("Objectives", (Table(columns, rows),), "void, the run being invalid" if void else "")


def _judged(objective: ObjectiveRecord, *, void: bool) -> Row:
    show, show_limit = (duration, limit_ms) if is_time(objective.metric) else (share, spell_percent)
    word, tone = _JUDGED[objective.verdict]
    # a percentile that falls on a failed call is slower than any limit: there is no number to show
    observed = "a failure" if objective.verdict == "fail" and objective.observed is None else show(objective.observed)
    name = f"{objective.operation} {metric_text(objective.metric)}"
    cells = (name, show_limit(objective.limit), observed, count(objective.samples), word)
    return Row(cells, "doubt" if void else tone)
