"""The client's own part: the noise of its dispatch lag under a margin, and a lag that moved as the times did. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

from ddbload.compare.document import Design
from ddbload.compare.observe import LAG_P50, LAG_P99, Measure, value_of
from ddbload.compare.scales import variance_of
from ddbload.results.record import RunRecord

_P90 = 1.2815515655446004  # of the standard normal distribution
TIMES = 3.0
"""A margin is not below so many times the noise of the lag: a smaller change may be the client's as well."""
MOST = 0.5
"""Of the metric: a client whose lag is noisier than that measures nothing, and must not let everything pass."""
HALF = 0.5
"""From this part of a change on, the lag's own change explains it as well as the table does."""


def lag_floor(
    measure: Measure, base: Sequence[RunRecord], new: Sequence[RunRecord], level_ms: float | None, design: Design
) -> float | None:
    """Three times the noise of the dispatch lag, as a fraction of the metric's level on the base, up to half.

    The noise is the larger of two: how much the lag scatters from call to call, since a response time that is known
    from such a client is known no better; and the standard error of the difference in lag between the sides, the
    median's lag for a median, the 99th percentile's for what lies above. None where too few runs tell.
    """
    between_ms = _noise(_lags(base, measure), _lags(new, measure), design)
    if between_ms is None or level_ms is None or not level_ms > 0:
        return None
    return min(MOST, TIMES * max(between_ms, _scatter((*base, *new)) or 0.0) / level_ms)


def _scatter(runs: Sequence[RunRecord]) -> float | None:
    """The standard deviation of a call's lag, in ms, as its 50th and 90th percentiles show it; the median run's.

    The percentiles of a normal distribution are 1.28 deviations apart; a stall, which the 99th would show, is no noise
    that every call has.
    """
    lags = [run.client.lag_ms for run in runs]
    found = [(lag.p90 - lag.p50) / _P90 for lag in lags if lag.p50 is not None and lag.p90 is not None]
    return median(found) if found else None


def lag_change_ms(measure: Measure, base: Sequence[RunRecord], new: Sequence[RunRecord]) -> float | None:
    """How far the mean lag moved; None where a side has none."""
    first, second = ([lag for lag in _lags(runs, measure) if lag is not None] for runs in (base, new))
    if not first or not second:
        return None
    return math.fsum(second) / len(second) - math.fsum(first) / len(first)


def _lags(runs: Sequence[RunRecord], measure: Measure) -> list[float | None]:
    lag = LAG_P50 if measure.metric == "p50" else LAG_P99
    return [value_of(run, lag) for run in runs]


def _noise(base: Sequence[float | None], new: Sequence[float | None], design: Design) -> float | None:
    if design == "paired":
        differences = [b - a for a, b in zip(base, new, strict=True) if a is not None and b is not None]
        variance = variance_of(differences)
        return None if variance is None else math.sqrt(variance / len(differences))
    kept = [[lag for lag in side if lag is not None] for side in (base, new)]
    variances = [variance_of(side) for side in kept]
    if variances[0] is None or variances[1] is None:
        return None
    return math.sqrt(variances[0] / len(kept[0]) + variances[1] / len(kept[1]))
