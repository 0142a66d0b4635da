"""One named figure of the model that DynamoDB does not promise: its value, its range, how worlds draw it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from ddbload.capacity.behaviour.settings import Floats
from ddbload.errors import UsageError


@dataclass(frozen=True, slots=True)
class Assumption:
    """One figure of the model.

    Attributes:
        value: what is used where nothing is drawn, and the mode of what is drawn.
        low, high: the range that worlds draw it from, triangular; equal to the value where it is not drawn.
        unit: of the figure, "" where it has none.
        text: what it means, for a manager.
        source: title and section of the document it comes from, or "estimate".
        least, most: what can be given for it at all.
        whole: whether only whole numbers fit.
    """

    name: str
    value: float
    low: float
    high: float
    unit: str
    text: str
    source: str
    least: float = 0.0
    most: float = math.inf
    whole: bool = False

    def given(self, value: float) -> Assumption:
        """The same with a value that somebody knows, and so without a range.

        Raises:
            UsageError: the value is not one that fits.
        """
        if not self.least <= value <= self.most:  # false for NaN as well
            bounds = f"from {self.least:g} to {self.most:g}" if self.most < math.inf else f"of {self.least:g} or more"
            raise UsageError(f"assumption {self.name}: {value:g} does not fit; a number {bounds} {self.unit}".rstrip())
        if self.whole and value != int(value):
            raise UsageError(f"assumption {self.name}: {value:g} does not fit; a whole number of {self.unit}")
        return replace(self, value=float(value), low=float(value), high=float(value))

    def drawn(self, uniform: Floats) -> Floats:
        """In each world, by its uniform number; world 0 has the value itself.

        Triangular by inverse transform: F(x) = (x-a)^2/((b-a)(c-a)) up to the mode c, 1-(b-x)^2/((b-a)(b-c)) above.
        """
        low, mode, high = self.low, self.value, self.high
        if high <= low:
            return np.full(uniform.shape, mode)
        width = high - low
        rising = low + np.sqrt(uniform * width * (mode - low))
        falling = high - np.sqrt((1.0 - uniform) * width * (high - mode))
        drawn = np.where(uniform * width < mode - low, rising, falling)
        if drawn.size:
            drawn[0] = mode
        return drawn
