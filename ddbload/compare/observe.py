"""What is compared of a run: its metrics by operation, and the value that a record has for each. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ddbload.compare.document import Scale
from ddbload.compare.identity import name_of
from ddbload.compare.request import ComparisonError
from ddbload.measure.metrics import Direction
from ddbload.measure.objectives import PERCENTILES
from ddbload.operation import HEADLINE
from ddbload.results.record import ObjectiveRecord, OperationRecord, RunRecord

ALL = "all"
"""The name of the whole run among those of operations."""
FAILED = math.inf
"""The value of a percentile that falls on a failed call: slower than any limit."""
HISTOGRAM_STEP = 1e-3
"""A recorded time is off by at most this share: HdrHistogram's three significant digits."""
_ROUNDING = 1e-9
_MOST = 1e15  # milliseconds, calls a second, units, dollars: whatever it is, there is no such number of them
_SERVICE = {"service_p50": "p50", "service_p99": "p99"}
_UNITS = {"read_units": "read", "write_units": "write"}


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric of an operation, as `Finding` names it.

    Attributes:
        operation: its name; "all" for the whole run.
        metric: "p99", "errors", "cost" ...
        key: the metric's place in the table of metrics.
        unit: "ms", "share", "1/s", "units", "USD".
        better: which direction is an improvement.
        scale: how a change is stated.
        by_objective: a percentile over all calls, those that failed slower than any, as an objective counts them.
    """

    operation: str
    metric: str
    key: str
    unit: str
    better: Direction
    scale: Scale
    by_objective: bool = False

    @property
    def name(self) -> str:
        """Operation and metric, as `--matters` and reports write them: "read.p99"."""
        return f"{self.operation}.{self.metric}"


def latency_of(operation: str, metric: str) -> Measure:
    """A percentile, the maximum or the mean of the response time."""
    place = "objectives.all.observed" if operation == ALL else f"operations.{operation}.response_ms.{metric}"
    return Measure(operation, metric, place, "ms", "lower", "ratio")


ERRORS = Measure(ALL, "errors", "timeline.errors", "share", "lower", "difference")
COST = Measure(ALL, "cost", "cost.usd_per_million_operations", "USD", "lower", "ratio")
COMPLETED = Measure(ALL, "completed", "rate.completed", "1/s", "higher", "ratio")
LAG_P50 = Measure(ALL, "lag_p50", "client.lag_ms.p50", "ms", "lower", "ratio")
LAG_P99 = Measure(ALL, "lag_p99", "client.lag_ms.p99", "ms", "lower", "ratio")


def share_of(operation: str, metric: str) -> Measure:
    """The share of an operation's calls with one outcome, or of those that failed ("errors")."""
    if operation == ALL:
        known = {"errors": "timeline.errors", "throttled": "timeline.throttled"}
        return replace(ERRORS, metric=metric, key=known.get(metric, "objectives.all.observed"))
    place = f"operations.{operation}.outcomes.{metric}"
    better: Direction = "neither" if metric in HEADLINE else "lower"
    return Measure(operation, metric, place, "share", better, "difference")


def measures_of(runs: Sequence[RunRecord]) -> Iterator[Measure]:
    """Every metric that any of the runs has a value for, the whole run's first."""
    found = {measure.name: measure for run in runs for measure in _measures(run)}
    yield from found.values()


def _measures(run: RunRecord) -> Iterator[Measure]:
    yield from (ERRORS, COST, COMPLETED, LAG_P99)
    if any(operation.outcomes.get("throttled") for operation in run.operations.values()):
        yield share_of(ALL, "throttled")
    for objective in run.objectives:
        if objective.metric in PERCENTILES or objective.metric == "max":
            yield latency_of(objective.operation, objective.metric)
        else:
            yield share_of(objective.operation, objective.metric)
    for name, operation in run.operations.items():
        yield from (latency_of(name, metric) for metric in (*PERCENTILES, "max", "mean"))
        for metric, key in _SERVICE.items():
            yield Measure(name, metric, f"operations.{name}.service_ms.{key}", "ms", "lower", "ratio")
        yield from (share_of(name, outcome) for outcome, calls in operation.outcomes.items() if calls)
        for metric, side in _UNITS.items():
            yield Measure(name, metric, f"operations.{name}.capacity.reported.{side}", "units", "lower", "ratio")


def value_of(run: RunRecord, measure: Measure) -> float | None:
    """What a run has for a metric, in its unit; None where it has none, `FAILED` where it falls on a failed call.

    Raises:
        ComparisonError: no run can have it: a negative time, a share above 1. Names the run.
    """
    value = _value(run, measure)
    if value is None or value == FAILED:
        return value
    if not 0 <= value <= (1 + _ROUNDING if measure.unit == "share" else _MOST):
        raise ComparisonError(f"{name_of(run)} is damaged: {measure.name} is {value:g}, which no run can have")
    return value


def _value(run: RunRecord, measure: Measure) -> float | None:
    if measure.operation == ALL and measure.unit != "ms":
        return _of_run(run, measure)
    if measure.metric in {"lag_p50", "lag_p99"}:
        return run.client.lag_ms.p50 if measure.metric == "lag_p50" else run.client.lag_ms.p99
    objective = objective_of(run, measure.operation, measure.metric)
    if objective is not None and (measure.by_objective or measure.operation == ALL):
        failed = objective.verdict == "fail" and objective.observed is None
        return FAILED if failed and objective.metric in PERCENTILES else objective.observed
    operation = run.operations.get(measure.operation)
    if operation is None or not operation.count:
        return None
    return _of_operation(operation, measure)


def _of_run(run: RunRecord, measure: Measure) -> float | None:
    match measure.metric:
        case "cost":
            return run.cost.usd_per_million_operations
        case "completed":
            return run.rate.completed
        case outcome:
            objective = objective_of(run, ALL, outcome)
            return _share(run.operations.values(), outcome) if objective is None else objective.observed


def _of_operation(operation: OperationRecord, measure: Measure) -> float | None:
    if measure.metric in _SERVICE:
        return _float(getattr(operation.service_ms, _SERVICE[measure.metric]))
    if measure.metric in _UNITS:
        side, capacity = _UNITS[measure.metric], operation.capacity
        units: float = getattr(capacity.reported, side) + getattr(capacity.modelled, side)
        return units / operation.count
    if measure.unit == "ms":
        return _float(getattr(operation.response_ms, measure.metric))
    return _hits(operation, measure.metric) / operation.count


def objective_of(run: RunRecord, operation: str, metric: str) -> ObjectiveRecord | None:
    """The objective that a run's scenario sets for a metric."""
    return next((each for each in run.objectives if each.operation == operation and each.metric == metric), None)


def calls(run: RunRecord, operation: str) -> int:
    """Calls that a share is one of: of an operation, or the arrivals of the whole run."""
    if operation == ALL:
        return sum(max(0, each.arrivals) for each in run.operations.values())
    return run.operations[operation].count if operation in run.operations else 0


def _hits(operation: OperationRecord, outcome: str) -> int:
    if outcome == "errors":
        return sum(calls for name, calls in operation.outcomes.items() if name not in HEADLINE)
    return operation.outcomes.get(outcome, 0)


def _share(operations: Iterable[OperationRecord], outcome: str) -> float | None:
    """The share of all arrivals; of an operation that is also a step, its arrivals fail as its calls do."""
    weighed = [(each, max(0, each.arrivals)) for each in operations if each.count]
    total = sum(arrivals for _, arrivals in weighed)
    if not total:
        return None
    return sum(_hits(each, outcome) / each.count * arrivals for each, arrivals in weighed) / total


def _float(value: float | None) -> float | None:
    return None if value is None else float(value)
