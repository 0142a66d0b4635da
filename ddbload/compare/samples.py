"""What a statistic of two sides is made from: one value a run, on a scale where more is worse.

The scale is the logarithm where a change is a ratio (its sign turned where higher is better), the plain value where it
is a difference of shares. Everything in `contrast`, `family`, `drift`, `power` and `change_points` is on it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

ENOUGH = 2
"""Values that have a spread: of runs of a side, or of pairs."""


@dataclass(frozen=True, slots=True)
class Drift:
    """How far the level of one batch of runs lies from that of another when nothing was changed.

    A batch is a stretch of neighbouring runs of one side: what it shares (a server's start, the hour, the neighbours on
    the machine) no number of runs within it averages out.

    Attributes:
        sd: standard deviation of a batch's level.
        df: degrees of freedom that `sd` is known with; infinity where it is not an estimate.
    """

    sd: float
    df: float


NO_DRIFT = Drift(sd=0.0, df=math.inf)


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """One gate: the runs of both sides.

    Attributes:
        base, new: one value a run; NaN where a run has none. Runs keep their places over the gates of a family, so that
            a permutation can move all values of a run at once. Paired: place i of both is pair i.
        paired: whether the runs were made in pairs, side by side in time.
        base_batches, new_batches: the batch of each run; numbers need not be consecutive, and the two sides share none.
            They play no part where runs are paired.
        resolution: width of the steps in which values are recorded, on the analysis scale.
        drift: between batches.
    """

    base: FloatArray
    new: FloatArray
    paired: bool
    base_batches: IntArray
    new_batches: IntArray
    resolution: float = 0.0
    drift: Drift = NO_DRIFT

    def __post_init__(self) -> None:
        if self.base_batches.shape != self.base.shape or self.new_batches.shape != self.new.shape:
            raise ValueError("each run has one value and one batch")
        if self.paired and self.base.shape != self.new.shape:
            raise ValueError(f"{self.base.size} and {self.new.size} runs cannot be pairs")

    @property
    def rounding(self) -> float:
        """The variance of a value within the step it was rounded to: of a uniform distribution."""
        return self.resolution**2 / 12
