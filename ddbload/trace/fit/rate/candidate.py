"""A shape that may explain the counts, in intervals and arrivals an interval, and what it costs: the least one wins."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ddbload.trace.fit.rate.shape import Piece
from ddbload.values.transforms import Floats


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a shape.

    Attributes:
        length: in intervals.
        start, end: arrivals an interval; of a wave the lowest and the highest.
        period: of a wave, in intervals; 0 of a straight stretch.
    """

    length: float
    start: float
    end: float
    period: float = 0.0

    def piece(self, interval_s: float) -> Piece:
        """The same in seconds and arrivals a second."""
        scale = 1 / interval_s
        return Piece(self.length * interval_s, self.start * scale, self.end * scale, self.period * interval_s)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A whole shape.

    Attributes:
        stretches: one after the other, from the first interval to the last.
        fitted: the count that it expects in each interval.
        cost: chi-square of the counts about `fitted`, plus `price` for each parameter.
    """

    stretches: tuple[Stretch, ...]
    fitted: Floats
    cost: float


def price(intervals: int) -> float:
    """What a parameter costs: half more than Schwarz's criterion (1978, Annals of Statistics 6), for few pieces."""
    return 1.5 * math.log(intervals)
