"""Counts explained by a wave: a day that comes again."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np

from ddbload.trace.fit.rate.candidate import Candidate, Stretch, price
from ddbload.values.transforms import Floats

_LEAST_SWING = 0.05  # of the mean: a wave that swings less is none
_PARAMETERS = 4  # level, swing, period and where it begins


def wave(seen: Floats, variance: Floats) -> Candidate | None:
    """A sine around a level, if there is at least one period of it; None when its swing is small.

    Args:
        seen: the count of each interval.
        variance: of each, as noise would have it.
    """
    n = len(seen)
    x = np.arange(n, dtype=np.float64) + 0.5
    if n < 6:  # noqa: PLR2004 - points of one period
        return None
    coarse = [_sine(seen, variance, x, n / cycles) for cycles in np.arange(1.0, n / 6, 0.05)]
    if not coarse:
        return None
    near = n / min(coarse, key=lambda one: one[0])[1]
    fine = (_sine(seen, variance, x, n / cycles) for cycles in np.linspace(max(1.0, near - 0.05), near + 0.05, 41))
    best = min(fine, key=lambda one: one[0])
    chi, period, (level, sine, cosine) = best
    swing = math.hypot(sine, cosine)
    if swing < _LEAST_SWING * level or swing > level * 1.05:
        return None
    low = max(0.0, level - swing)
    fitted = level + sine * _turns(x, period)[0] + cosine * _turns(x, period)[1]
    cost = chi + _PARAMETERS * price(n)
    lead = (-math.atan2(cosine, sine) / (2 * math.pi)) % 1.0 * period  # until the level is crossed upwards
    if min(lead, period - lead) < 0.03 * period:
        return Candidate((Stretch(float(n), low, level + swing, period),), fitted, cost)
    lead_in = _lead_in(level, swing, lead, period)
    return Candidate((*lead_in, Stretch(n - lead, low, level + swing, period)), fitted, cost)


def _sine(seen: Floats, variance: Floats, x: Floats, period: float) -> tuple[float, float, Floats]:
    """(chi-square, period, (level, sine, cosine)) of the best wave of a period; counts weigh the same, as in a line."""
    design = np.stack([np.ones(len(x)), *_turns(x, period)], axis=1)
    solution, *_ = np.linalg.lstsq(design, seen, rcond=None)
    return float(((seen - design @ solution) ** 2 / variance).sum()), float(period), solution.astype(np.float64)


def _turns(x: Floats, period: float) -> tuple[Floats, Floats]:
    angle = 2 * math.pi * x / period
    return np.sin(angle), np.cos(angle)


def _lead_in(level: float, swing: float, lead: float, period: float) -> list[Stretch]:
    """What comes before the wave crosses its middle upwards, as a short hold and straight pieces."""
    steps = max(1, math.ceil(lead / period * 16))
    at = np.maximum(level + swing * np.sin(2 * math.pi * (np.arange(steps + 1) * lead / steps - lead) / period), 0.0)
    first = lead / steps / 50
    pieces = [Stretch(lead / steps, float(a), float(b)) for a, b in pairwise(at)]
    pieces[0] = replace(pieces[0], length=pieces[0].length - first)
    return [Stretch(first, float(at[0]), float(at[0])), *pieces]
