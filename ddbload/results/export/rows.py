"""Runs as rows: one for each run and operation, a column for each number of the table of metrics.

A column's key is the number's place in `run.json`, such as "rate.completed"; in "operations.*.response_ms.p99" the star
is the row's own operation. Every other star of the table of metrics is filled in: "operations.*.outcomes.throttled".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from types import MappingProxyType
from typing import Any

from ddbload.measure.metrics import METRICS, Metric
from ddbload.results.record import RunRecord
from ddbload.results.subject import target_label

Value = bool | int | float | str | None
Number = int | float | None

_ORDER: Mapping[str, int] = MappingProxyType({metric.key: place for place, metric in enumerate(METRICS)})
_OPERATION = "operations.*"
LABELS = (
    "scenario",
    "tag",
    "run",
    "started_at",
    "verdict",
    "complete",
    "target",
    "transport",
    "experiment",
    "side",
    "warming",
    "operation",
    "api",
)
"""What tells rows apart, before the numbers; after them the scenario's parameters, "fingerprint.params.NAME"."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key, and what its numbers are; None where it is a label."""

    key: str
    metric: Metric | None


def columns_of(runs: Sequence[RunRecord]) -> tuple[Column, ...]:
    """The columns that the rows of these runs need: labels, parameters, then numbers as the table of metrics goes."""
    params = {key: None for run in runs for key in _params(run)}
    numbers = {key: pattern for run in runs for key, pattern, _ in _all_numbers(run)}
    ordered = sorted(numbers.items(), key=lambda pair: (_ORDER[pair[1]], pair[0]))
    return (
        *(Column(key, None) for key in (*LABELS, *params)),
        *(Column(key, METRICS[_ORDER[pattern]]) for key, pattern in ordered),
    )


def rows_of(run: RunRecord) -> Iterator[dict[str, Value]]:
    """A row for each operation of a run, one without an operation where it has none. A number not measured is None."""
    common: dict[str, Value] = {**_labels(run), **_params(run)}
    common.update((key, value) for key, _, value in _run_numbers(run))
    if not run.operations:
        yield common
    for name, operation in run.operations.items():
        numbers = {key: value for key, _, value in _numbers(operation, _OPERATION, _OPERATION)}
        yield {**common, "operation": name, "api": operation.api, **numbers}


def numbers_of(run: RunRecord) -> dict[str, Number]:
    """All numbers of a run by their place in `run.json`, such as "operations.read.response_ms.p99"."""
    return {key: value for key, _, value in _numbers(run, "", "")}


def _labels(run: RunRecord) -> dict[str, Value]:
    pairing = run.pairing
    values = (
        run.fingerprint.scenario,
        run.tag,
        run.id,
        run.started_at,
        run.verdict,
        run.complete,
        target_label(run.fingerprint.target),
        run.fingerprint.transport,
        pairing.experiment if pairing else None,
        pairing.side if pairing else None,
        pairing.warming if pairing else None,
        None,
        None,
    )
    return dict(zip(LABELS, values, strict=True))


def _params(run: RunRecord) -> dict[str, Value]:
    return {f"fingerprint.params.{name}": value for name, value in run.fingerprint.params.items()}


def _all_numbers(run: RunRecord) -> Iterator[tuple[str, str, Number]]:
    yield from _run_numbers(run)
    for operation in run.operations.values():
        yield from _numbers(operation, _OPERATION, _OPERATION)


def _run_numbers(run: RunRecord) -> Iterator[tuple[str, str, Number]]:
    for each in fields(run):
        if each.name != "operations":
            yield from _numbers(getattr(run, each.name), each.name, each.name)


def _numbers(value: Any, place: str, pattern: str) -> Iterator[tuple[str, str, Number]]:
    """The numbers under a part of a record: place, key in the table of metrics, value."""
    parts: Iterator[tuple[str, str, Any]]
    if is_dataclass(value):
        parts = ((each.name, each.name, getattr(value, each.name)) for each in fields(value))
    elif isinstance(value, Mapping):
        parts = ((name, "*", each) for name, each in value.items())
    elif isinstance(value, list):
        parts = ((str(number), "*", each) for number, each in enumerate(value))
    else:
        if pattern in _ORDER and not isinstance(value, str | bool):
            yield place, pattern, value
        return
    for name, kind, each in parts:
        yield from _numbers(each, f"{place}.{name}" if place else name, f"{pattern}.{kind}" if pattern else kind)
