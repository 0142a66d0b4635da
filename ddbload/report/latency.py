"""What a report says of the calls: response and service times, what did not end ok, and the objectives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ddbload.measure.histogram import support
from ddbload.measure.objectives import PERCENTILES, is_time
from ddbload.operation import HEADLINE, OUTCOMES, Outcome
from ddbload.report.model import Block, Column, Facts, Line, Row, Section, Table, Tone
from ddbload.report.quantity import NONE, count, duration, limit_ms, limit_share, share
from ddbload.report.spark import CURVE, sparkline
from ddbload.report.verdict import NO_FACT
from ddbload.results.record import DRAIN, Latency, ObjectiveRecord, OperationRecord, RunRecord, Second

_REASONS = 3  # of each outcome; the rest is counted

_RESPONSE = ("p50", "p90", "p99", "p99_9", "max")
_SERVICE = ("p50", "p99")


def latency_section(record: RunRecord, seconds: Sequence[Second]) -> Section:
    """Response and service times by operation, and the p99 by the second."""
    aside = NO_FACT if record.verdict == "invalid" else ""
    shown = {name: op for name, op in record.operations.items() if op.count}
    if not shown:
        return Section("Latency", (Line("no call was measured", "doubt"),), aside)
    columns = (
        Column("operation", left=True),
        Column("calls"),
        *(Column(_metric(key), "response time") for key in _RESPONSE),
        *(Column(_metric(key), "service time") for key in _SERVICE),
    )
    tone: Tone = "doubt" if record.verdict == "invalid" else "plain"
    rows = tuple(Row((name, count(op.count), *_times(op)), tone) for name, op in shown.items())
    blocks: list[Block] = [Table(columns, rows)]
    curve = [second.response_p99_ms for second in seconds if second.phase != DRAIN]
    peaks = [value for value in curve if value is not None]
    if len(peaks) > 1:
        text = f"{sparkline(curve, CURVE)}  {duration(min(peaks))} to {duration(max(peaks))}"
        blocks.append(Facts((("p99 by the second", text),)))
    blocks.extend(_footnote(shown))
    return Section("Latency", tuple(blocks), aside)


def _times(operation: OperationRecord) -> Iterator[str]:
    for clock, keys in ((operation.response_ms, _RESPONSE), (operation.service_ms, _SERVICE)):
        for key in keys:
            yield duration(getattr(clock, key))


def _footnote(operations: Mapping[str, OperationRecord]) -> Iterator[Line]:
    """Why a percentile is not shown, when one is not."""
    clocks: list[tuple[Latency, Sequence[str]]] = []
    for operation in operations.values():
        clocks += [(operation.response_ms, _RESPONSE[:-1]), (operation.service_ms, _SERVICE)]
    missing = [key for key in PERCENTILES if any(key in keys and getattr(clock, key) is None for clock, keys in clocks)]
    if missing:
        needs = ", ".join(f"{_metric(key)} takes {support(PERCENTILES[key]):,}" for key in missing)
        yield Line(f"{NONE} too few answered calls to tell: {needs}", "quiet")


def _metric(key: str) -> str:
    return key.replace("p99_9", "p99.9")


# --- outcomes ------------------------------------------------------------------------------------------------------


def outcomes_section(record: RunRecord) -> Section | None:
    """What did not end ok, and what was said about it; nothing where there is nothing to say."""
    rows = [
        Row(
            (name, outcome.value, count(n), share(n / operation.count), *_spread(operation.outcome_ms.get(outcome))),
            "plain" if outcome in HEADLINE else "bad",
            notes=tuple(_said(operation.reasons.get(outcome, {}))),
        )
        for name, operation in record.operations.items()
        for outcome in OUTCOMES
        if outcome is not Outcome.OK and (n := operation.outcomes.get(outcome, 0))
    ]
    if not rows:
        total = sum(operation.count for operation in record.operations.values())
        return Section("Outcomes", (), f"all {count(total)} calls ended ok") if total else None
    columns = (
        Column("operation", left=True),
        Column("outcome", left=True),
        Column("calls"),
        Column("share"),
        Column("p50", "response time"),
        Column("max", "response time"),
    )
    return Section("Outcomes", (Table(columns, tuple(rows)),), "what did not end ok")


def _spread(latency: Latency | None) -> tuple[str, str]:
    return (duration(latency.p50), duration(latency.max)) if latency is not None else (NONE, NONE)


def _said(reasons: Mapping[str, int]) -> Iterator[str]:
    ranked = sorted(reasons.items(), key=lambda item: -item[1])
    for text, n in ranked[:_REASONS]:
        yield f"{count(n)} × {text}"  # noqa: RUF001 - a times sign is meant
    if rest := ranked[_REASONS:]:
        yield f"{count(sum(n for _, n in rest))} × other reasons"  # noqa: RUF001 - a times sign is meant


# --- objectives ----------------------------------------------------------------------------------------------------

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
    show, show_limit = (duration, limit_ms) if is_time(objective.metric) else (share, limit_share)
    word, tone = _JUDGED[objective.verdict]
    # a percentile that falls on a failed call is slower than any limit: there is no number to show
    observed = "a failure" if objective.verdict == "fail" and objective.observed is None else show(objective.observed)
    name = f"{objective.operation} {_metric(objective.metric)}"
    cells = (name, show_limit(objective.limit), observed, count(objective.samples), word)
    return Row(cells, "doubt" if void else tone)
