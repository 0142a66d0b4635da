"""The scale on which metrics are judged, where positive is worse, and back to the changes that people read. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ddbload.compare.document import Change, Level
from ddbload.compare.observe import Measure
from ddbload.compare.samples import ENOUGH

_LARGEST = 700.0  # beyond it a ratio is no finite number


def on_scale(measure: Measure, value: float) -> float:
    """A value where sums and differences make sense: the logarithm of a ratio's metric, a share as it is.

    Raises:
        ValueError: a ratio's metric is not positive.
    """
    return _sign(measure) * (math.log(value) if measure.scale == "ratio" else value)


def margin_on_scale(measure: Measure, margin: float) -> float:
    """A change towards worse, given as a fraction (positive), on the scale."""
    if measure.scale == "difference":
        return margin
    return math.log1p(margin) if measure.better != "higher" else -math.log1p(-min(margin, 1 - 1e-9))


def stated(measure: Measure, change: float) -> float:
    """A change on the scale as people read it: new over base minus one, or the difference."""
    signed = _sign(measure) * change + 0.0  # no minus before a zero
    return math.expm1(max(-_LARGEST, min(_LARGEST, signed))) if measure.scale == "ratio" else signed


def size_on_scale(measure: Measure, change: float) -> float:
    """How large a change towards worse is, positive, as a fraction."""
    return abs(stated(measure, change))


def change_of(measure: Measure, estimate: float, low: float | None, high: float | None) -> Change:
    """An estimate with its bounds, smallest first: where higher is better, the worst case is the lower one."""
    bounds = [None if bound is None else stated(measure, bound) for bound in (low, high)]
    if _sign(measure) < 0:
        bounds.reverse()
    return Change(stated(measure, estimate), bounds[0], bounds[1])


def level_of(measure: Measure, values: Sequence[float | None]) -> Level:
    """The level of a side from the values of its runs; those that are missing or not finite are None."""
    kept = tuple(None if value is None or not math.isfinite(value) else value for value in values)
    there = [value for value in kept if value is not None]
    if not there:
        return Level(0, None, None, kept)
    if measure.scale == "ratio" and min(there) > 0:
        logs = [math.log(value) for value in there]
        return Level(len(there), math.exp(_mean(logs)), _spread(logs), kept)
    spread = _spread(there) if measure.scale == "difference" or not any(there) else None
    return Level(len(there), _mean(there), spread, kept)


def _sign(measure: Measure) -> float:
    return -1.0 if measure.better == "higher" else 1.0


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _spread(values: Sequence[float]) -> float | None:
    variance = variance_of(values)
    return None if variance is None else math.sqrt(variance)


def variance_of(values: Sequence[float]) -> float | None:
    """The sample variance; None of a single value."""
    if len(values) < ENOUGH:
        return None
    center = _mean(values)
    return math.fsum((value - center) ** 2 for value in values) / (len(values) - 1)
