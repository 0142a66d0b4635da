"""The shape of a rate: what was fitted, in seconds and arrivals a second."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ddbload.scenario.quantity import spell_duration


@dataclass(frozen=True, slots=True)
class Piece:
    """A straight stretch of the rate, in arrivals a second; a wave where `period_s` is not 0; or that many `steps`."""

    seconds: float
    start: float
    end: float
    period_s: float = 0.0
    steps: int = 0

    @property
    def kind(self) -> str:
        """hold, ramp, wave or steps."""
        if self.period_s or self.steps:
            return "wave" if self.period_s else "steps"
        return "hold" if self.start == self.end else "ramp"

    @property
    def rows(self) -> float:
        """Arrivals expected in it."""
        middle = (self.start + self.end) / 2 * self.seconds
        if not self.period_s:
            return middle
        turn = 2 * math.pi / self.period_s
        return middle + (self.end - self.start) / 2 * (1 - math.cos(turn * self.seconds)) / turn


@dataclass(frozen=True, slots=True)
class RateFit:
    """The rate of arrivals over the time of the trace.

    Attributes:
        seconds: how long the trace is; `mean` and `peak`: arrivals a second, peak of the fitted shape, which expects
            as many arrivals as the trace has rows.
        pieces: the shape; the level of a wave goes between `start` and `end`, from the middle upwards.
        interval_s: of the counts behind the errors; error: mean absolute error of a count, relative to the mean count;
            noise: what Poisson arrivals of exactly this shape would have.
        dispersion: index of dispersion of the arrivals: 1 for a Poisson process, near 0 for constant gaps.
    """

    seconds: float
    mean: float
    peak: float
    pieces: tuple[Piece, ...]
    interval_s: float
    error: float
    noise: float
    dispersion: float

    @property
    def arrivals(self) -> str:
        """The kind that is nearer: poisson or constant."""
        return "poisson" if self.dispersion > 0.5 else "constant"  # noqa: PLR2004 - halfway

    def __str__(self) -> str:
        shape = ", ".join(f"{piece.kind} {spell_duration(round(piece.seconds, 1))}" for piece in self.pieces)
        near = f"{self.error:.1%} mean absolute error per {spell_duration(round(self.interval_s, 1))}"
        return f"mean {self.mean:,.4g}/s, peak {self.peak:,.4g}/s; {shape}; {near} (chance alone: {self.noise:.1%})"
