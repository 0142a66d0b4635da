"""What a report says of the calls: response and service times, what did not end ok, and cold starts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ddbload.measure.histogram import support
from ddbload.measure.objectives import PERCENTILES
from ddbload.operation import HEADLINE, OUTCOMES, Outcome
from ddbload.report.model import Block, Column, Facts, Line, Row, Section, Table, Tone
from ddbload.report.quantity import NONE, count, duration, share, significant
from ddbload.report.spark import CURVE, sparkline
from ddbload.report.verdict import NO_FACT
from ddbload.results.record import DRAIN, Latency, OperationRecord, RunRecord, Second

_REASONS = 3  # of each outcome; the rest is counted

_RESPONSE = ("p50", "p90", "p99", "p99_9", "max")
_SERVICE = ("p50", "p99")
_COLD = ("p50", "p99", "max")


def latency_section(record: RunRecord, seconds: Sequence[Second]) -> Section:
    """Response and service times by operation, and the p99 by the second."""
    aside = NO_FACT if record.verdict == "invalid" else ""
    shown = [(name, op, indent) for name, op, indent in in_order(record.operations) if op.count or op.cut]
    if not any(op.count for _, op, _ in shown):
        return Section("Latency", (Line("no call was measured", "doubt"),), aside)
    columns = (
        Column("operation", left=True),
        Column("calls"),
        *(Column(metric_text(key), "response time") for key in _RESPONSE),
        *(Column(metric_text(key), "service time") for key in _SERVICE),
    )
    tone: Tone = "doubt" if record.verdict == "invalid" else "plain"
    rows = tuple(
        Row((name, count(op.count), *_times(op)), tone, indent=indent, notes=tuple(_of_whole(op)))
        for name, op, indent in shown
    )
    blocks: list[Block] = [Table(columns, rows)]
    curve = [second.response_p99_ms for second in seconds if second.phase != DRAIN]
    peaks = [value for value in curve if value is not None]
    if len(peaks) > 1:
        text = f"{sparkline(curve, CURVE)}  {duration(min(peaks))} to {duration(max(peaks))}"
        blocks.append(Facts((("p99 by the second", text),)))
    blocks.extend(_footnote([op for _, op, _ in shown]))
    return Section("Latency", tuple(blocks), aside)


def in_order(operations: Mapping[str, OperationRecord]) -> Iterator[tuple[str, OperationRecord, int]]:
    """Operations with their indents: sessions and compound ones first, each before what is a part of it alone."""
    parts: dict[str, str] = {}  # operation -> its whole
    for name, operation in operations.items():
        for part in operation.requests:
            shared = part in parts or part not in operations or operations[part].arrivals > 0
            parts[part] = "" if shared else name
    for name, operation in operations.items():
        if operation.whole:
            yield name, operation, 0
            yield from ((part, operations[part], 1) for part, whole in parts.items() if whole == name)
    for name, operation in operations.items():
        if not operation.whole and not parts.get(name):
            yield name, operation, 0


def _of_whole(operation: OperationRecord) -> Iterator[str]:
    """What a session or a compound operation was made of."""
    if operation.requests and operation.count:
        each = ", ".join(f"{_mean(n / operation.count)} {name}" for name, n in operation.requests.items())
        yield f"each: {each}"
    if operation.cut:
        yield f"{count(operation.cut)} more were cut off by the end of the run and are in no number"


def _mean(value: float) -> str:
    return significant(value) if value % 1 else count(value)


def _times(operation: OperationRecord) -> Iterator[str]:
    for key in _RESPONSE:
        yield duration(getattr(operation.response_ms, key))
    for key in _SERVICE:  # a whole has none: its requests have
        yield "" if operation.whole else duration(getattr(operation.service_ms, key))


def _footnote(operations: Sequence[OperationRecord]) -> Iterator[Line]:
    """Why a percentile is not shown, when one is not."""
    clocks: list[tuple[Latency, Sequence[str]]] = []
    for operation in operations:
        clocks.append((operation.response_ms, _RESPONSE[:-1]))
        clocks += [] if operation.whole else [(operation.service_ms, _SERVICE)]
    missing = [key for key in PERCENTILES if any(key in keys and getattr(clock, key) is None for clock, keys in clocks)]
    if missing:
        needs = ", ".join(f"{metric_text(key)} takes {support(PERCENTILES[key]):,}" for key in missing)
        yield Line(f"{NONE} too few answered calls to tell: {needs}", "quiet")


def metric_text(key: str) -> str:
    """A percentile as people write it."""
    return key.replace("p99_9", "p99.9")


# --- outcomes ------------------------------------------------------------------------------------------------------


def outcomes_section(record: RunRecord) -> Section | None:
    """What did not end ok, and what was said about it; nothing where there is nothing to say."""
    rows = [
        Row(
            (name, outcome.value, count(n), share(n / operation.count), *_spread(operation.outcome_ms.get(outcome))),
            "plain" if outcome in HEADLINE else "bad",
            notes=tuple(_told(operation, outcome)),
        )
        for name, operation, _ in in_order(record.operations)
        for outcome in OUTCOMES
        if outcome is not Outcome.OK and (n := operation.outcomes.get(outcome, 0))
    ]
    if not rows:
        total = sum(operation.arrivals for operation in record.operations.values())
        what = "arrivals" if any(operation.whole for operation in record.operations.values()) else "calls"
        return Section("Outcomes", (), f"all {count(total)} {what} ended ok") if total else None
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


def _told(operation: OperationRecord, outcome: Outcome) -> Iterator[str]:
    yield from _said(operation.reasons.get(outcome, {}))
    if outcome is Outcome.UNPROCESSED and operation.unprocessed:
        yield f"{count(operation.unprocessed)} parts left undone in all"


def _said(reasons: Mapping[str, int]) -> Iterator[str]:
    ranked = sorted(reasons.items(), key=lambda item: -item[1])
    for text, n in ranked[:_REASONS]:
        yield f"{count(n)} × {text}"  # noqa: RUF001 - a times sign is meant
    if rest := ranked[_REASONS:]:
        yield f"{count(sum(n for _, n in rest))} × other reasons"  # noqa: RUF001 - a times sign is meant


# --- cold starts ---------------------------------------------------------------------------------------------------


def cold_section(record: RunRecord) -> Section | None:
    """The calls that began an execution environment; nothing where none did."""
    rows = tuple(
        Row((name, count(op.cold), share(op.cold / op.count), *_cold_times(op.cold_ms)))
        for name, op, _ in in_order(record.operations)
        if op.cold and op.count
    )
    if not rows:
        return None
    columns = (
        Column("operation", left=True),
        Column("calls"),
        Column("share"),
        *(Column(metric_text(key), "response time") for key in _COLD),
    )
    return Section("Cold starts", (Table(columns, rows),), "in the response times above, too")


def _cold_times(latency: Latency | None) -> Iterator[str]:
    for key in _COLD:
        yield NONE if latency is None else duration(getattr(latency, key))
