"""The rate over time: counts in intervals, and the simplest shape that explains them, straight pieces or a wave."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from ddbload.scenario.quantity import spell_duration
from ddbload.values.transforms import Floats, Integers

_BINS = 61_440  # divisible by every factor below
_GROWTH = (5, 2, 5, 2, 5, 2, 5, 2, 6, 5, 2, 6)  # from 1 ms: 1 s, 10 s, a minute, an hour; then doubled
_MOST_INTERVALS, _LEAST_INTERVALS, _COUNTS_EACH = 200, 8, 60
_LEAST_ROWS = 30  # fewer have no shape
_TOLERANCE = 0.02  # of the mean: the shape is not followed closer than this
_WAVE_AT_LEAST = 0.05  # a wave whose swing is smaller than this share of the mean is none


class RateCounts:
    """Arrivals counted in equal intervals that grow when the trace outgrows them: bounded memory.

    Attributes:
        width_ns: of the intervals: a millisecond, or a divisor or multiple of seconds, minutes, hours.
        tick_ns: the resolution of the times: all are multiples of it; 0 where all are the first.
    """

    def __init__(self) -> None:
        self.width_ns = 1_000_000
        self.tick_ns = 0
        self._grown = 0
        self.counts = np.zeros(_BINS, dtype=np.int64)
        self.last_ns = 0

    def add(self, times_ns: Integers) -> None:
        """Count some arrivals; times ascend."""
        self.last_ns = max(self.last_ns, int(times_ns[-1]))
        while self.last_ns // self.width_ns >= _BINS:
            factor = _GROWTH[self._grown] if self._grown < len(_GROWTH) else 2
            merged = self.counts.reshape(-1, factor).sum(axis=1)
            self.counts = np.concatenate([merged, np.zeros(_BINS - len(merged), dtype=np.int64)])
            self.width_ns *= factor
            self._grown += 1
        self.tick_ns = int(np.gcd(np.gcd.reduce(times_ns), self.tick_ns))
        self.counts += np.bincount(times_ns // self.width_ns, minlength=_BINS)

    @property
    def length_ns(self) -> int:
        """How long the trace is: the last time stands for all up to the next that the clock could have shown."""
        return self.last_ns + self.tick_ns

    @property
    def whole(self) -> int:
        """How many intervals the trace fills; what lies in the one that it ends in is no rate yet."""
        return min(_BINS, max(1, self.length_ns // self.width_ns))

    def at_ticks(self, together: int) -> int:
        """As many intervals, or some more, so that each group holds whole ticks: else the two would beat."""
        if self.tick_ns <= self.width_ns or self.tick_ns % self.width_ns:
            return together
        ticks = self.tick_ns // self.width_ns
        return -(-together // ticks) * ticks

    def grouped(self, together: int) -> Floats:
        """Counts of `together` intervals each; the last part of a group is left out."""
        used = self.whole // together * together
        counts: Floats = self.counts[:used].reshape(-1, together).sum(axis=1).astype(np.float64)
        return counts


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
    pieces, fitted, cost = _straight(seen, variance)
    wave = _wave(seen, variance)
    if wave is not None and wave[2] < cost:
        pieces, fitted, cost = wave
    scale = 1 / interval_s
    levels = tuple(Piece(n * interval_s, a * scale, b * scale, period * interval_s) for n, a, b, period in pieces)
    levels = _of_rows(_as_steps(_whole(levels, seconds)), total)
    peak = max(total / seconds, *(max(piece.start, piece.end) for piece in levels))  # a hold's mean may round above it
    error = float(np.abs(seen - fitted).mean() / seen.mean())
    noise = float(np.sqrt(2 / math.pi * np.maximum(fitted, 0)).mean() / seen.mean())
    return RateFit(seconds, total / seconds, peak, levels, interval_s, error, noise, dispersion)


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


Found = tuple[list[tuple[float, float, float, float]], Floats, float]
"""([(intervals, count at the start, at the end, period)], fitted counts, cost: chi-square and the price of freedom)"""


def _straight(seen: Floats, variance: Floats) -> Found:
    """The best cut into level and sloping pieces, by dynamic programming; each parameter costs log(intervals)."""
    n = len(seen)
    price = 1.5 * math.log(n)
    sums = [np.concatenate([[0.0], np.cumsum(term)]) for term in _terms(seen, variance)]
    best, cut, slopes = [0.0], [0], [False]
    for end in range(1, n + 1):
        s1, sx, sxx, sy, sxy, syy = (total[end] - total[:end] for total in sums)
        level = syy - sy**2 / s1
        width = sxx - sx**2 / s1
        slope = level - (sxy - sx * sy / s1) ** 2 / np.maximum(width, 1e-9)
        slope = np.where(np.arange(end) <= end - 3, slope, np.inf)  # two points are no slope
        costs = np.array(best) + np.minimum(level + 2 * price, slope + 3 * price)
        start = int(np.argmin(costs))
        best.append(float(costs[start]))
        cut.append(start)
        slopes.append(bool(slope[start] + 3 * price < level[start] + 2 * price))
    pieces: list[tuple[int, int, bool]] = []
    end = n
    while end:
        pieces.append((cut[end], end, slopes[end]))
        end = cut[end]
    return _joined(pieces[::-1], seen, variance, best[-1])


def _terms(seen: Floats, variance: Floats) -> tuple[Floats, ...]:
    x, w = np.arange(len(seen)) + 0.5, 1 / variance
    return w, w * x, w * x * x, w * seen, w * x * seen, w * seen * seen


def _joined(pieces: list[tuple[int, int, bool]], seen: Floats, variance: Floats, cost: float) -> Found:
    """Lines through the pieces, made to meet where a slope and its neighbour cross near their cut; else they jump."""
    pieces = _without_steps_between(pieces)
    lines = [_line(piece, seen) for piece in pieces]
    cuts = [0.0, *(float(end) for _, end, _ in pieces)]
    meets = [False] * len(cuts)
    for at in range(1, len(pieces)):
        (p_at, p_slope), (q_at, q_slope) = lines[at - 1], lines[at]
        reach = max(3.0, 0.3 * min(pieces[at][1] - pieces[at][0], pieces[at - 1][1] - pieces[at - 1][0]))
        if p_slope != q_slope and abs((crossing := (p_at - q_at) / (q_slope - p_slope)) - cuts[at]) < reach:
            meets[at] = cuts[at - 1] < crossing < cuts[at + 1]
            cuts[at] = crossing if meets[at] else cuts[at]
        elif not p_slope and not q_slope and p_at != q_at:  # between two levels: the cut that keeps the sum of both
            lo, hi = pieces[at - 1][0], pieces[at][1]
            even = (float(seen[lo:hi].sum()) + p_at * lo - q_at * hi) / (p_at - q_at)
            cuts[at] = even if cuts[at - 1] < even < cuts[at + 1] else cuts[at]
    small = max(0.05 * float(seen.max()), math.sqrt(float(variance[0])))
    found: list[tuple[float, float, float, float]] = []
    fitted = np.zeros(len(seen))
    x = np.arange(len(seen)) + 0.5
    for at, (level, slope) in enumerate(lines):
        start, end = cuts[at], cuts[at + 1]
        a, b = max(0.0, level + slope * start), max(0.0, level + slope * end)
        a = 0.0 if at == 0 and slope and a < small else a
        inside = (x >= start) & (x < end)
        fitted[inside] = np.maximum(0.0, level + slope * x[inside])
        if slope and not meets[at] and (a or at):
            found.append(
                (0.01 * (end - start), a, a, 0.0)
            )  # a ramp begins where the load is: a short hold takes it there
            start += 0.01 * (end - start)
        found.append((end - start, a, b, 0.0))
    return found, fitted, cost


def _without_steps_between(pieces: list[tuple[int, int, bool]]) -> list[tuple[int, int, bool]]:
    """The pieces without single intervals between two others, which hold a jump: they go to the piece before."""
    kept: list[tuple[int, int, bool]] = []
    for position, (start, end, slopes) in enumerate(pieces):
        if kept and end - start <= 1 and position < len(pieces) - 1:
            kept[-1] = (kept[-1][0], end, kept[-1][2])
        else:
            kept.append((start, end, slopes))
    return kept


def _line(piece: tuple[int, int, bool], seen: Floats) -> tuple[float, float]:
    """(count at 0, slope per interval) of the line through a piece; its ends, where a rate may jump, have no say.

    All counts weigh the same: weights that follow the counts would favour those that are low by chance.
    """
    start, end, slopes = piece
    if end - start > 6:  # noqa: PLR2004 - enough is left without its ends
        start, end = start + 1, end - 1
    if slopes:
        slope, at = np.polyfit(np.arange(start, end) + 0.5, seen[start:end], 1)
        return float(at), float(slope)
    return float(seen[start:end].mean()), 0.0


def _wave(seen: Floats, variance: Floats) -> Found | None:
    """A sine around a level, if there is at least one period of it; None when its swing is small."""
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
    if swing < _WAVE_AT_LEAST * level or swing > level * 1.05:
        return None
    low = max(0.0, level - swing)
    fitted = level + sine * _turns(x, period)[0] + cosine * _turns(x, period)[1]
    cost = chi + 4 * 1.5 * math.log(n)
    lead = (-math.atan2(cosine, sine) / (2 * math.pi)) % 1.0 * period  # until the level is crossed upwards
    if min(lead, period - lead) < 0.03 * period:
        return [(float(n), low, level + swing, period)], fitted, cost
    return [*_lead_in(level, swing, lead, period), (n - lead, low, level + swing, period)], fitted, cost


def _sine(seen: Floats, variance: Floats, x: Floats, period: float) -> tuple[float, float, Floats]:
    """(chi-square, period, (level, sine, cosine)) of the best wave of a period; counts weigh the same, as in a line."""
    design = np.stack([np.ones(len(x)), *_turns(x, period)], axis=1)
    solution, *_ = np.linalg.lstsq(design, seen, rcond=None)
    return float(((seen - design @ solution) ** 2 / variance).sum()), float(period), solution.astype(np.float64)


def _turns(x: Floats, period: float) -> tuple[Floats, Floats]:
    angle = 2 * math.pi * x / period
    return np.sin(angle), np.cos(angle)


def _lead_in(level: float, swing: float, lead: float, period: float) -> list[tuple[float, float, float, float]]:
    """What comes before the wave crosses its middle upwards, as a short hold and straight pieces."""
    steps = max(1, math.ceil(lead / period * 16))
    at = np.maximum(level + swing * np.sin(2 * math.pi * (np.arange(steps + 1) * lead / steps - lead) / period), 0.0)
    first = lead / steps / 50
    pieces = [(lead / steps, float(a), float(b), 0.0) for a, b in pairwise(at)]
    pieces[0] = (pieces[0][0] - first, *pieces[0][1:])
    return [(first, float(at[0]), float(at[0]), 0.0), *pieces]


def _whole(pieces: tuple[Piece, ...], seconds: float) -> tuple[Piece, ...]:
    """The last piece takes the rest of the trace's time that fills no interval."""
    rest = seconds - sum(piece.seconds for piece in pieces)
    last = pieces[-1]
    return (*pieces[:-1], Piece(max(last.seconds + rest, last.seconds * 0.5), last.start, last.end, last.period_s))


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
