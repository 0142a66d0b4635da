"""Response time by percentile, all runs of a side merged: what is drawn over each other. Reads histograms."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from hdrh.histogram import HdrHistogram

from ddbload.compare.document import Curve
from ddbload.measure.histogram import HIGHEST_NS, SIGNIFICANT_DIGITS, rank_of, support
from ddbload.operation import HEADLINE
from ddbload.results.record import RunRecord
from ddbload.results.store import each_interval

_NS_PER_MS = 1e6
_STEPS = 12  # points in each factor of ten of what lies above a percentile
_DECADES = 5  # down to one call in 100,000


def curves_of(base: Sequence[RunRecord], new: Sequence[RunRecord]) -> tuple[Curve, ...]:
    """A curve for each operation that both sides have answered calls of.

    Raises:
        ResultsError: a run's histograms cannot be read.
    """
    first, second = _merged(base), _merged(new)
    return tuple(Curve(name, _points(first[name]), _points(second[name])) for name in first if name in second)


def ladder() -> Iterator[float]:
    """Percentiles that lie evenly on an axis of the logarithm of what is above them: 0 ... 99.999."""
    for step in range(_STEPS * _DECADES + 1):
        yield 100 * (1 - 10 ** (-step / _STEPS))


def _merged(runs: Sequence[RunRecord]) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for run in runs:
        for interval in each_interval(Path(run.path)):
            operation, outcome, clock = [*interval.tag.rsplit("/", 2), "", ""][:3]
            if clock == "response" and outcome in HEADLINE:
                into = found.setdefault(operation, HdrHistogram(1, HIGHEST_NS, SIGNIFICANT_DIGITS))
                into.add(interval.histogram)
    return found


def _points(histogram: Any) -> tuple[tuple[float, float], ...]:
    """Up to the percentile that the sample supports, each at the rank by which a run's own percentiles go."""
    count = histogram.get_total_count()
    shown = [each for each in ladder() if each == 0 or count >= support(each)]
    return tuple(
        (round(each, 6), value / _NS_PER_MS)
        for each in shown
        if math.isfinite(value := histogram.get_value_at_percentile(100 * rank_of(each, count) / count))
    )
