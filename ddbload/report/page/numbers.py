"""Every number of a run in tables, and what it ran on: folded up at the end of its page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from ddbload.report.latency import in_order
from ddbload.report.page.blocks import Block, Cell, Details, FactList, Head, Prose, Row, TableBlock, Term
from ddbload.report.quantity import NONE, count, duration, limit_ms, significant, span, units
from ddbload.results.record import Latency, OperationRecord, RunRecord

_TIMES = ("p50", "p90", "p95", "p99", "p99_9", "max", "mean", "stddev")
_TITLES = {"p99_9": "p99.9", "stddev": "spread"}
_CLOCKS = (("response", "response_ms"), ("queue", "queue_ms"), ("service", "service_ms"))


def all_numbers(record: RunRecord) -> Iterator[Block]:
    """Folded tables: times, calls, units, hot keys, client, thresholds, fingerprint."""
    yield Details("Times of every operation, by clock and by outcome", (_times(record),))
    yield Details("Calls, attempts and reasons", tuple(_calls(record)))
    yield Details("Units: reported and modelled", (_units(record),))
    if record.hot_keys:
        yield Details("Hottest keys", (_keys(record),))
    yield Details("Client, and what makes a run invalid", (_client(record),))
    yield Details("Fingerprint: what this run may be compared with", (_fingerprint(record),))
    if record.pairing is not None:
        yield Details("Place among interleaved runs", (_pairing(record),))


def _times(record: RunRecord) -> TableBlock:
    place = "operations.*.response_ms"
    heads = (Head(_TITLES.get(key, key), metric=f"{place}.{key}") for key in _TIMES)
    columns = (Head("operation", left=True), Head("time", left=True), Head("samples", metric=f"{place}.count"), *heads)
    rows = []
    for name, operation, indent in in_order(record.operations):
        for clock, latency in _clocks(operation):
            rows.append(Row((name, clock, count(latency.count), *_all_times(latency)), indent=indent))
    rows.append(Row(("client", "dispatch lag", count(record.client.lag_ms.count), *_all_times(record.client.lag_ms))))
    return TableBlock("Times of every operation", columns, tuple(rows))


def _clocks(operation: OperationRecord) -> Iterator[tuple[Cell, Latency]]:
    for name, key in _CLOCKS:
        if (latency := getattr(operation, key)).count:
            yield Term(name, f"operations.*.{key}.p50"), latency
    if operation.cold_ms is not None:
        yield Term("response, cold", "operations.*.cold_ms.p50"), operation.cold_ms
    for outcome, latency in operation.outcome_ms.items():
        yield Term(f"response, {outcome}", "operations.*.outcome_ms.*.p50"), latency


def _all_times(latency: Latency) -> Iterator[str]:
    yield from (duration(getattr(latency, key)) for key in _TIMES)


def _calls(record: RunRecord) -> Iterator[Block]:
    columns = (
        Head("operation", left=True),
        Head("API", left=True),
        Head("calls", metric="operations.*.count"),
        Head("steps", metric="operations.*.steps"),
        Head("attempts", metric="operations.*.attempts"),
        Head("back-off", metric="operations.*.backoff_ms"),
        Head("outcomes", left=True, metric="operations.*.outcomes.*"),
    )
    rows = tuple(
        Row(
            (
                name,
                op.api,
                count(op.count),
                count(op.steps),
                count(op.attempts),
                duration(op.backoff_ms) if op.backoff_ms else "0",
                ", ".join(f"{n:,} {outcome}" for outcome, n in op.outcomes.items()),
            ),
            indent=indent,
            notes=tuple(_notes(op)),
        )
        for name, op, indent in in_order(record.operations)
    )
    yield TableBlock("Calls of every operation", columns, rows)


def _notes(op: OperationRecord) -> Iterator[str]:
    for outcome, said in op.reasons.items():
        for text, n in said.items():
            yield f"{outcome}: {n:,} \u00d7 {text}"
    if op.requests:
        yield "requests: " + ", ".join(f"{n:,} {name}" for name, n in op.requests.items())
    if op.cut or op.unprocessed:
        yield f"cut off: {op.cut:,}; unprocessed: {op.unprocessed:,}"
    if op.observed.fails is not None:
        yield f"conditions that failed: {100 * op.observed.fails:.4g}% of the answered calls"
    if op.observed.rows is not None:
        yield f"items read by a call, on average: {significant(op.observed.rows)}"


def _units(record: RunRecord) -> TableBlock:
    place = "operations.*.capacity"
    columns = (
        Head("", left=True, spoken="operation"),
        Head("read", "reported", metric=f"{place}.reported.read"),
        Head("write", "reported", metric=f"{place}.reported.write"),
        Head("read", "modelled", metric=f"{place}.modelled.read"),
        Head("write", "modelled", metric=f"{place}.modelled.write"),
    )
    rows = tuple(Row((name, *map(units, _four(op))), indent=indent) for name, op, indent in in_order(record.operations))
    return TableBlock("Units of every operation", columns, rows)


def _four(op: OperationRecord) -> tuple[float, float, float, float]:
    given = op.capacity
    return given.reported.read, given.reported.write, given.modelled.read, given.modelled.write


def _keys(record: RunRecord) -> TableBlock:
    place = "hot_keys.*"
    columns = (
        Head("partition key", left=True),
        Head("units", metric=f"{place}.units"),
        Head("give or take", metric=f"{place}.error"),
        Head("share", metric=f"{place}.share"),
        Head("throttled", metric=f"{place}.throttled"),
        Head("give or take", metric=f"{place}.throttled_error"),
    )
    rows = tuple(
        Row(
            (
                key.key,
                units(key.units),
                units(key.error),
                f"{100 * key.share:.3g}%",
                count(key.throttled),
                count(key.throttled_error),
            )
        )
        for key in record.hot_keys
    )
    return TableBlock("Hottest partition keys", columns, rows)


def _client(record: RunRecord) -> FactList:
    client = record.client
    pairs: list[tuple[str | Term, Cell]] = [
        (Term("workers", "client.workers"), f"{client.workers:,}"),
        (Term("CPU of the busiest worker", "client.cpu_share"), _percent(client.cpu_share)),
        (Term("in flight at most", "client.max_in_flight"), f"{client.max_in_flight:,}"),
        (Term("connections at most", "client.connections"), f"{client.connections:,}"),
        (Term("connections opened", "client.connections_opened"), f"{client.connections_opened:,}"),
        (Term("requests sent again", "client.resent"), f"{client.resent:,}"),
        (Term("retries", "client.retries"), f"{client.retries:,}"),
        (Term("timeout", "client.timeout_ms"), limit_ms(client.timeout_ms)),
    ]
    pairs += [(Term(f"threshold {name}", "validity.*"), f"{value:g}") for name, value in record.validity.items()]
    return FactList(tuple(pairs))


def _percent(fraction: float | None) -> str:
    return NONE if fraction is None else f"{100 * fraction:.3g}% of a core"


def _fingerprint(record: RunRecord) -> FactList:
    print_ = record.fingerprint
    host = ", ".join(f"{name} {value}" for name, value in print_.host.items())
    target = ", ".join(f"{name} {value}" for name, value in print_.target.items() if value is not None)
    pairs = [
        ("run", f"{record.id}, started {record.started_at}, {span(record.duration_s)}"),
        ("stopped by", record.stopped_by or "its own end"),
        ("scenario", f"{print_.scenario}, SHA-256 {print_.scenario_sha256}"),
        ("parameters", _listed(print_.params)),
        ("seed", str(print_.seed)),
        ("files", _listed(print_.files)),
        ("target", target),
        ("transport", f"{print_.transport}, {print_.workers} worker{'' if print_.workers == 1 else 's'}"),
        ("host", host),
        ("ddbload", f"{print_.ddbload} on Python {print_.python}"),
        ("libraries", _listed(print_.dependencies)),
    ]
    return FactList(tuple((label, text) for label, text in pairs))


def _listed(pairs: object) -> str:
    return (
        ", ".join(f"{name} {value}" for name, value in pairs.items()) if isinstance(pairs, dict) and pairs else "none"
    )


def _pairing(record: RunRecord) -> FactList | Prose:
    if record.pairing is None:
        return Prose("none")
    told = ((each.name, getattr(record.pairing, each.name)) for each in fields(record.pairing))
    return FactList(tuple((name, _listed(value) if isinstance(value, dict) else str(value)) for name, value in told))
