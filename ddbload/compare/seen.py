"""Two sides of runs and what they have for a metric: as values, as a level, as samples for a statistic. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ddbload.compare.batches import batches
from ddbload.compare.document import Design, Finding, Verdict
from ddbload.compare.gates import Gate
from ddbload.compare.lag import lag_floor
from ddbload.compare.observe import HISTOGRAM_STEP, Measure, calls, value_of
from ddbload.compare.samples import Drift, Samples
from ddbload.compare.scales import level_of, on_scale
from ddbload.results.record import RunRecord

_FULL = 1.0
_DIGITS = 12  # what is the same but for the order of a sum is the same


@dataclass(frozen=True, slots=True)
class Sides:
    """The runs that are compared; of a paired design place i of both is a pair."""

    design: Design
    base: tuple[RunRecord, ...]
    new: tuple[RunRecord, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A gate with what the runs have for it."""

    gate: Gate
    base: tuple[float | None, ...]
    new: tuple[float | None, ...]

    @property
    def measure(self) -> Measure:
        return self.gate.measure


def see(sides: Sides, gate: Gate) -> Seen:
    """A gate's values, and its margin raised to what the noise of the client's dispatch lag asks for."""
    base = tuple(value_of(run, gate.measure) for run in sides.base)
    new = tuple(value_of(run, gate.measure) for run in sides.new)
    if gate.measure.unit != "ms":
        return Seen(gate, base, new)
    floor = lag_floor(gate.measure, sides.base, sides.new, level_of(gate.measure, base).center, sides.design)
    margin = replace(gate.margin, value=max(gate.margin.asked, floor or 0.0), lag_floor=floor)
    return Seen(Gate(gate.measure, margin), base, new)


def finding_of(each: Seen, verdict: Verdict | None, reason: str) -> Finding:
    """A gate with its verdict, and as yet without a change."""
    plain = levels_of(each.measure, each.base, each.new)
    return replace(plain, gated=True, margin=each.gate.margin, verdict=verdict, reason=reason)


def levels_of(measure: Measure, base: Sequence[float | None], new: Sequence[float | None]) -> Finding:
    """A metric beside the gates with its level on both sides, and as yet without a change."""
    return Finding(
        operation=measure.operation,
        metric=measure.metric,
        key=measure.key,
        unit=measure.unit,
        better=measure.better,
        scale=measure.scale,
        gated=False,
        base=level_of(measure, base),
        new=level_of(measure, new),
    )


def samples_of(sides: Sides, measure: Measure, drift: Drift) -> Samples:
    """The values of a metric on the scale on which they are judged; NaN where a run has none."""
    first, second = batches(sides.base, sides.new)
    values = [np.array([scaled(run, measure) for run in runs], np.float64) for runs in (sides.base, sides.new)]
    return Samples(
        base=values[0],
        new=values[1],
        paired=sides.design == "paired",
        base_batches=np.array(first, np.int64),
        new_batches=np.array(second, np.int64),
        resolution=_resolution(sides, measure),
        drift=drift,
    )


def scaled(run: RunRecord, measure: Measure) -> float:
    """A run's value on the scale; NaN where it has none."""
    value = value_of(run, measure)
    if value is None or not math.isfinite(value) or (measure.scale == "ratio" and value <= 0):
        return math.nan
    return round(on_scale(measure, value), _DIGITS)


def _resolution(sides: Sides, measure: Measure) -> float:
    """The steps of recorded values. A share of n calls is known to its binomial deviation, however alike the runs."""
    if measure.unit == "ms":
        return HISTOGRAM_STEP if measure.metric not in {"max", "mean"} else 0.0
    if measure.unit != "share":
        return 0.0
    runs = (*sides.base, *sides.new)
    counted = [(calls(run, measure.operation), share) for run in runs if (share := value_of(run, measure)) is not None]
    total = sum(count for count, _ in counted)
    if not total:
        return 0.0
    share = min(_FULL, sum(count * share for count, share in counted) / total)
    return math.sqrt(12 * share * (1 - share) * len(counted) / total)  # a step's variance is its square over 12
