"""The table itself, in the order in which exports have its columns, and the way from a number's place to its row."""

from __future__ import annotations

from ddbload.measure.metrics.metric import Metric
from ddbload.measure.metrics.operations import CAPACITY, HOT_KEYS, OPERATIONS
from ddbload.measure.metrics.run import CLIENT, COST, PAIRING, RUN, VERDICT
from ddbload.measure.metrics.timeline import TIMELINE
from ddbload.measure.metrics.verifying import VERIFY

METRICS: tuple[Metric, ...] = (
    *RUN,
    *OPERATIONS,
    *CAPACITY,
    *COST,
    *CLIENT,
    *VERDICT,
    *TIMELINE,
    *HOT_KEYS,
    *VERIFY,
    *PAIRING,
)


def metric_of(key: str) -> Metric:
    """The metric at a place of `run.json`, such as "operations.read_order.response_ms.p99".

    Raises:
        KeyError: no number stands there.
    """
    parts = key.split(".")
    for metric in METRICS:
        pattern = metric.key.split(".")
        if len(pattern) == len(parts) and all(p in {"*", q} for p, q in zip(pattern, parts, strict=True)):
            return metric
    raise KeyError(key)
