"""Objectives: what the scenario asks of an operation, against what was measured. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from ddbload.measure.histogram import Histogram, rank_of, support
from ddbload.operation import HEADLINE, Outcome

PERCENTILES: Mapping[str, float] = {"p50": 50.0, "p90": 90.0, "p95": 95.0, "p99": 99.0, "p99_9": 99.9}
"""Metric name -> percentile."""
NS_PER_MS = 1e6
MS_PER_S = 1e3


@dataclass(frozen=True, slots=True)
class Sample:
    """The measured calls of one operation, or of all: outcomes, and response times of the headline ones."""

    outcomes: Mapping[Outcome, int]
    response: Histogram

    @property
    def count(self) -> int:
        """All calls, whatever their outcome."""
        return sum(self.outcomes.values())


@dataclass(frozen=True, slots=True)
class Finding:
    """One objective and what was observed: milliseconds, or a fraction of the calls.

    `observed` is None where nothing was observed, or where the percentile falls on a call that did not succeed and
    so counts as slower than any limit (then the verdict is fail).
    """

    operation: str
    metric: str
    limit: float
    observed: float | None
    samples: int
    verdict: Literal["pass", "fail", "unsupported"]

    @property
    def text(self) -> str:
        """The objective in words, such as "read p99 <= 10 ms"."""
        limit = spell_ms(self.limit) if is_time(self.metric) else f"{self.limit * 100:g}%"
        return f"{self.operation} {self.metric.replace('_', '.') if is_time(self.metric) else self.metric} <= {limit}"


def spell_ms(milliseconds: float) -> str:
    """A time as a scenario writes it: "10ms", "1.5s"."""
    return f"{milliseconds / 1e3:.4g}s" if milliseconds >= MS_PER_S else f"{milliseconds:.4g}ms"


def is_time(metric: str) -> bool:
    """Whether a metric is a time (else a share of the calls)."""
    return metric in PERCENTILES or metric == "max"


def judge(operation: str, limits: Mapping[str, float], sample: Sample) -> Iterator[Finding]:
    """Findings for one operation.

    Args:
        operation: its name, or "all".
        limits: metric -> limit; times in seconds, shares as fractions, as the scenario has them.
        sample: what was measured.
    """
    for metric, limit in limits.items():
        if metric in PERCENTILES:
            yield _percentile(operation, metric, limit * 1e3, sample)
        elif metric == "max":
            yield _maximum(operation, limit * 1e3, sample)
        else:
            yield _share(operation, metric, limit, sample)


def _percentile(operation: str, metric: str, limit_ms: float, sample: Sample) -> Finding:
    percentile, count, good = PERCENTILES[metric], sample.count, sample.response.count
    if count < support(percentile):
        return Finding(operation, metric, limit_ms, None, count, "unsupported")
    rank = rank_of(percentile, count)
    if rank > good:  # the percentile falls on a failed call: slower than any limit
        return Finding(operation, metric, limit_ms, None, count, "fail")
    observed = sample.response.at_rank(rank) / NS_PER_MS
    return Finding(operation, metric, limit_ms, observed, count, "pass" if observed <= limit_ms else "fail")


def _maximum(operation: str, limit_ms: float, sample: Sample) -> Finding:
    if not sample.count:
        return Finding(operation, "max", limit_ms, None, 0, "unsupported")
    if sample.response.count < sample.count:
        return Finding(operation, "max", limit_ms, None, sample.count, "fail")
    observed = sample.response.max_ns / NS_PER_MS
    return Finding(operation, "max", limit_ms, observed, sample.count, "pass" if observed <= limit_ms else "fail")


def _share(operation: str, metric: str, limit: float, sample: Sample) -> Finding:
    count = sample.count
    if not count:
        return Finding(operation, metric, limit, None, 0, "unsupported")
    if metric == "errors":
        hits = sum(n for outcome, n in sample.outcomes.items() if outcome not in HEADLINE)
    else:
        hits = sample.outcomes.get(Outcome(metric), 0)
    observed = hits / count
    return Finding(operation, metric, limit, observed, count, "pass" if observed <= limit else "fail")
