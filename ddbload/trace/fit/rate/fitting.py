"""Counts -> the shape of their rate: the cheaper of straight pieces and a wave, as long and as high as the trace."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from ddbload.trace.fit.rate.counts import RateCounts
from ddbload.trace.fit.rate.shape import Piece, RateFit
from ddbload.trace.fit.rate.straight import straight
from ddbload.trace.fit.rate.wave import wave
from ddbload.values.transforms import Floats

_MOST_INTERVALS, _LEAST_INTERVALS, _COUNTS_EACH = 200, 8, 60
_LEAST_ROWS = 30  # fewer have no shape
_TOLERANCE = 0.02  # of the mean: the shape is not followed closer than this


def fit_rate(counts: RateCounts) -> RateFit:
    """The shape of the rate, with few pieces; and whether arrivals are independent of each other."""
    together = _together(counts)
    seen = counts.grouped(together)
    interval_s = together * counts.width_ns / 1e9
    seconds = max(counts.length_ns / 1e9, 1e-3) if counts.last_ns else 1.0
    total = float(counts.counts.sum())
    dispersion = _dispersion(counts)
    if len(seen) < _LEAST_INTERVALS or total < _LEAST_ROWS:
        rate = total / seconds
        return RateFit(seconds, rate, rate, (Piece(seconds, rate, rate),), seconds, 0.0, 0.0, dispersion)
    variance = np.maximum(min(max(dispersion, 0.1), 4.0) * _smooth(seen), 1.0) + (_TOLERANCE * seen.mean()) ** 2
    found = min(filter(None, (straight(seen, variance), wave(seen, variance))), key=lambda each: each.cost)
    pieces = tuple(stretch.piece(interval_s) for stretch in found.stretches)
    pieces = _of_rows(_as_steps(_whole(pieces, seconds)), total)
    peak = max(total / seconds, *(max(piece.start, piece.end) for piece in pieces))  # a hold's mean may round above it
    error = float(np.abs(seen - found.fitted).mean() / seen.mean())
    noise = float(np.sqrt(2 / math.pi * np.maximum(found.fitted, 0)).mean() / seen.mean())
    return RateFit(seconds, total / seconds, peak, pieces, interval_s, error, noise, dispersion)


def _together(counts: RateCounts) -> int:
    """How many of the finest intervals make one: each with some 60 arrivals, 8 to 200 of them."""
    wanted = min(_MOST_INTERVALS, max(_LEAST_INTERVALS, int(counts.counts.sum()) // _COUNTS_EACH))
    return counts.at_ticks(max(1, counts.whole // wanted))


def _smooth(seen: Floats) -> Floats:
    """A running mean over 5 intervals."""
    padded = np.pad(seen, 2, mode="edge")
    return np.convolve(padded, np.ones(5) / 5, mode="valid").astype(np.float64)


def _dispersion(counts: RateCounts) -> float:
    """Variance of counts over their mean, from differences of neighbours so that a changing rate does not enter.

    Counts of about 10 arrivals: constant gaps give about 0.02, a Poisson process 1.
    """
    seen = counts.grouped(counts.at_ticks(max(1, round(10 * counts.whole / max(int(counts.counts.sum()), 1)))))
    if len(seen) < _LEAST_INTERVALS or not seen.sum():
        return 1.0
    return float((np.diff(seen) ** 2).mean() / 2 / seen.mean())


def _whole(pieces: tuple[Piece, ...], seconds: float) -> tuple[Piece, ...]:
    """The last piece takes the rest of the trace's time that fills no interval."""
    rest = seconds - sum(piece.seconds for piece in pieces)
    last = pieces[-1]
    return (*pieces[:-1], replace(last, seconds=max(last.seconds + rest, last.seconds * 0.5)))


def _of_rows(pieces: tuple[Piece, ...], rows: float) -> tuple[Piece, ...]:
    """The pieces at a height at which they expect so many arrivals."""
    factor = rows / sum(piece.rows for piece in pieces)
    return tuple(replace(piece, start=piece.start * factor, end=piece.end * factor) for piece in pieces)


def _as_steps(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Three or more holds of one length whose levels go up or down by the same amount, as the steps that they are."""
    if len(pieces) < 3 or any(piece.kind != "hold" for piece in pieces):  # noqa: PLR2004
        return pieces
    lengths = np.array([piece.seconds for piece in pieces])
    levels = np.array([piece.start for piece in pieces])
    rises = np.diff(levels)
    even = np.abs(lengths / lengths.mean() - 1).max() < 0.1  # noqa: PLR2004 - a tenth of a step
    if not even or np.abs(rises - rises.mean()).max() > max(0.2 * abs(float(rises.mean())), 0.02 * float(levels.max())):
        return pieces
    middle, rise = float(levels.mean()), float(rises.mean()) * (len(pieces) - 1) / 2
    return (Piece(float(lengths.sum()), max(0.0, middle - rise), max(0.0, middle + rise), steps=len(pieces)),)
