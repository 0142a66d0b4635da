"""Counts explained by level and sloping pieces."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ddbload.trace.fit.rate.candidate import Candidate, Stretch, price
from ddbload.values.transforms import Floats


class _Cut(NamedTuple):
    """A piece from one interval up to another, level or sloping."""

    start: int
    end: int
    slopes: bool

    @property
    def length(self) -> int:
        return self.end - self.start


def straight(seen: Floats, variance: Floats) -> Candidate:
    """The best cut into level and sloping pieces, by dynamic programming.

    Args:
        seen: the count of each interval.
        variance: of each, as noise would have it.
    """
    n = len(seen)
    each = price(n)
    sums = [np.concatenate([[0.0], np.cumsum(term)]) for term in _terms(seen, variance)]
    best, cut, slopes = [0.0], [0], [False]
    for end in range(1, n + 1):
        s1, sx, sxx, sy, sxy, syy = (total[end] - total[:end] for total in sums)
        level = syy - sy**2 / s1
        width = sxx - sx**2 / s1
        slope = level - (sxy - sx * sy / s1) ** 2 / np.maximum(width, 1e-9)
        slope = np.where(np.arange(end) <= end - 3, slope, np.inf)  # two points are no slope
        costs = np.array(best) + np.minimum(level + 2 * each, slope + 3 * each)
        start = int(np.argmin(costs))
        best.append(float(costs[start]))
        cut.append(start)
        slopes.append(bool(slope[start] + 3 * each < level[start] + 2 * each))
    pieces: list[_Cut] = []
    end = n
    while end:
        pieces.append(_Cut(cut[end], end, slopes[end]))
        end = cut[end]
    return _joined(pieces[::-1], seen, variance, best[-1])


def _terms(seen: Floats, variance: Floats) -> tuple[Floats, ...]:
    x, w = np.arange(len(seen)) + 0.5, 1 / variance
    return w, w * x, w * x * x, w * seen, w * x * seen, w * seen * seen


def _joined(pieces: list[_Cut], seen: Floats, variance: Floats, cost: float) -> Candidate:
    """Lines through the pieces, which meet their neighbours or jump."""
    pieces = _without_steps_between(pieces)
    lines = [_line(piece, seen) for piece in pieces]
    cuts, meets = _meeting(pieces, lines, seen)
    small = max(0.05 * float(seen.max()), math.sqrt(float(variance[0])))
    found: list[Stretch] = []
    fitted = np.zeros(len(seen))
    x = np.arange(len(seen)) + 0.5
    for at, (level, slope) in enumerate(lines):
        start, end = cuts[at], cuts[at + 1]
        a, b = max(0.0, level + slope * start), max(0.0, level + slope * end)
        a = 0.0 if at == 0 and slope and a < small else a
        inside = (x >= start) & (x < end)
        fitted[inside] = np.maximum(0.0, level + slope * x[inside])
        if slope and not meets[at] and (a or at):
            hold = 0.01 * (end - start)  # a ramp begins where the load is: a short hold takes it there
            found.append(Stretch(hold, a, a))
            start += hold
        found.append(Stretch(end - start, a, b))
    return Candidate(tuple(found), fitted, cost)


def _meeting(pieces: list[_Cut], lines: list[tuple[float, float]], seen: Floats) -> tuple[list[float], list[bool]]:
    """(where pieces begin and end, whether each meets the one before): where a slope crosses its neighbour near a cut.

    Two levels jump, where the sum of both is kept.
    """
    cuts = [0.0, *(float(piece.end) for piece in pieces)]
    meets = [False] * len(cuts)
    for at in range(1, len(pieces)):
        (p_at, p_slope), (q_at, q_slope) = lines[at - 1], lines[at]
        reach = max(3.0, 0.3 * min(pieces[at].length, pieces[at - 1].length))
        if p_slope != q_slope and abs((crossing := (p_at - q_at) / (q_slope - p_slope)) - cuts[at]) < reach:
            meets[at] = cuts[at - 1] < crossing < cuts[at + 1]
            cuts[at] = crossing if meets[at] else cuts[at]
        elif not p_slope and not q_slope and p_at != q_at:
            lo, hi = pieces[at - 1].start, pieces[at].end
            even = (float(seen[lo:hi].sum()) + p_at * lo - q_at * hi) / (p_at - q_at)
            cuts[at] = even if cuts[at - 1] < even < cuts[at + 1] else cuts[at]
    return cuts, meets


def _without_steps_between(pieces: list[_Cut]) -> list[_Cut]:
    """The pieces without single intervals between two others, which hold a jump: they go to the piece before."""
    kept: list[_Cut] = []
    for position, piece in enumerate(pieces):
        if kept and piece.length <= 1 and position < len(pieces) - 1:
            kept[-1] = kept[-1]._replace(end=piece.end)
        else:
            kept.append(piece)
    return kept


def _line(piece: _Cut, seen: Floats) -> tuple[float, float]:
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
