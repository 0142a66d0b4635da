"""Metrics and gates by the names that people read. Pure."""

from __future__ import annotations

_NAMES = {
    "p99_9": "p99.9",
    "service_p50": "service p50",
    "service_p99": "service p99",
    "completed": "completed rate",
    "read_units": "read units a call",
    "write_units": "write units a call",
    "lag_p50": "dispatch lag p50",
    "lag_p99": "dispatch lag p99",
}
_TIMES = frozenset({"p50", "p90", "p95", "p99", "p99_9", "max", "mean", "service_p50", "service_p99"})


def metric_name(metric: str) -> str:
    """A metric as people write it: "p99.9", "service p50", "not found"."""
    return _NAMES.get(metric, metric.replace("_", " "))


def gate_name(operation: str, metric: str) -> str:
    """A metric with what it is of: "read p99"; of the whole run by itself: "errors", "cost"."""
    of_run = operation == "all" and metric not in _TIMES
    return metric_name(metric) if of_run else f"{operation} {metric_name(metric)}"
