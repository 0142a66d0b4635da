"""What a run's verdict says in words: the headline, and whether its numbers may be taken for facts about the table."""

from __future__ import annotations

from ddbload.operation import HEADLINE
from ddbload.report.quantity import count, span
from ddbload.results.record import RunRecord

NO_FACT = "no fact about the table"
_STOPPERS = {
    "SIGINT": "Ctrl-C",
    "SIGTERM": "a request to end (SIGTERM)",
    "limits.requests": "limits.requests",
    "limits.spend_usd": "limits.spend_usd",
}
"""What ends a run on purpose, in words; anything else is an event, told as it is."""


def headline(record: RunRecord) -> str:
    """One sentence that stands beside the verdict's word and can stand alone."""
    if record.verdict == "invalid":
        return f"{_cause(record)}; its numbers are {NO_FACT}"
    missed = sum(objective.verdict == "fail" for objective in record.objectives)
    total = len(record.objectives)
    if record.verdict == "fail":
        return f"{count(missed)} of {count(total)} objectives missed" if total > 1 else "the objective was missed"
    if not total:
        return "no objective was set; the client kept to its timetable"
    return f"all {count(total)} objectives met" if total > 1 else "the objective was met"


def _cause(record: RunRecord) -> str:
    if not record.complete:
        cause, measured = record.stopped_by or "unknown cause", f"with {span(record.rate.measured_s)} measured"
        by = _STOPPERS.get(cause)
        return f"cut short by {by} {measured}" if by else f"cut short {measured}: {cause}"
    calls = [operation.outcomes for operation in record.operations.values()]
    if not any(sum(outcomes.values()) for outcomes in calls):
        return "this run measured nothing"
    if not any(outcomes.get(outcome, 0) for outcomes in calls for outcome in HEADLINE):
        return "no call was answered"
    unsupported = sum(objective.verdict == "unsupported" for objective in record.objectives)
    if unsupported and len(record.reasons) <= unsupported:
        return "this run was too short to judge its objectives"
    return "this run measures the client"
