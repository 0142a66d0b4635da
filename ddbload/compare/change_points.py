"""Where the level of a series moved: binary segmentation, each cut held against permutations of its stretch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from ddbload.compare.samples import FloatArray, IntArray

LEAST_STRETCH = 3
"""A level takes three points: one odd point, or a pair of them, is none."""
LEAST_POINTS = 10
"""A clean step in the middle of ten points has p = 2 / C(10, 5) = 0.8 %; of eight, 2.9 %: it could never be found."""
LEVEL = 0.01
"""Tags are looked at in every report: of unmoved families of series, one in a hundred may show a change point."""
_DRAWN = 1_999
_SEED = 20_261_122


@dataclass(frozen=True, slots=True)
class Moved:
    """A change of level.

    Attributes:
        position: of the first point of the new level, in the series as given.
        change: mean of the new level less that of the one before, on the scale of the values.
        p: chance of such a step somewhere in its stretch, in any series of the family, if the order of the points meant
            nothing.
    """

    position: int
    change: float
    p: float


def change_points(values: FloatArray, family: FloatArray | None = None) -> list[Moved]:
    """The changes of level of a series in order; points without a value (NaN) are left out.

    Binary segmentation (Vostrikova 1981, Soviet Mathematics Doklady 24): the best cut of a stretch counts where
    permuting the stretch gives as good a cut in less than `LEVEL` (as E-divisive tests: Matteson & James 2014, JASA
    109); then both parts are cut again. An unmoved series shows anything at all at the rate of `LEVEL`.

    Args:
        values: of each point.
        family: all series that are looked at together, the one among them: a row for each point, a column for each
            series. The points are permuted in all of them at once, and a cut has to be better than the best of any
            (max T: Westfall & Young 1993, section 2.3), so that `LEVEL` holds for the family; series that move
            together cost nothing.
    """
    places = np.flatnonzero(~np.isnan(values))
    series = values[places]
    others = series[:, None] if family is None else family[places]
    cuts: dict[int, float] = {}
    _cut(series, others, 0, series.size, cuts)
    edges = [0, *sorted(cuts), series.size]
    levels = [float(series[start:end].mean()) for start, end in pairwise(edges) if end > start]
    return [
        Moved(position=int(places[at]), change=levels[index + 1] - levels[index], p=cuts[at])
        for index, at in enumerate(sorted(cuts))
    ]


def _cut(series: FloatArray, family: FloatArray, start: int, end: int, cuts: dict[int, float]) -> None:
    stretch = series[start:end]
    if stretch.size < LEAST_POINTS or np.ptp(stretch) == 0:
        return
    at, best = _best(stretch, np.arange(stretch.size, dtype=np.int64)[None, :])
    others = _by_chance(family[start:end].tobytes(), stretch.size, family.shape[1])
    p = (1 + np.count_nonzero(others >= best[0] * (1 - 1e-9))) / (1 + _DRAWN)
    if p >= LEVEL:
        return
    middle = start + int(at[0])
    cuts[middle] = float(p)
    _cut(series, family, start, middle, cuts)
    _cut(series, family, middle, end, cuts)


@lru_cache(maxsize=32)  # the series of a family ask for the same stretches
def _by_chance(family: bytes, points: int, series: int) -> FloatArray:
    """How good the best cut of any series is in each order of the points."""
    orders = np.random.default_rng(_SEED).random((_DRAWN, points)).argsort(axis=1).astype(np.int64)
    best = np.zeros(_DRAWN)
    for values in np.frombuffer(family, np.float64).reshape(points, series).T:
        known = ~np.isnan(values)
        if not known.any() or np.ptp(values[known]) == 0:
            continue
        filled = np.where(known, values, values[known].mean())  # a point without a value pulls neither way
        best = np.maximum(best, _best(filled, orders)[1])
    return best


def _best(stretch: FloatArray, orders: IntArray) -> tuple[IntArray, FloatArray]:
    """In each order of the points the cut whose parts differ most, and by how much of the stretch's variance.

    The sum of squares between two parts of k and n - k points is S_k^2 n / (k (n - k)), S_k the sum of the first k
    deviations from the mean: the likelihood ratio of a step in normal noise (Page's cumulative sum). Told as a share of
    the whole, so that series of any scale can be set against each other.
    """
    n = stretch.size
    centered = stretch - stretch.mean()
    sums = np.cumsum((centered / np.sqrt((centered**2).sum()))[orders], axis=1)
    firsts = np.arange(LEAST_STRETCH, n - LEAST_STRETCH + 1)
    explained = sums[:, firsts - 1] ** 2 * n / (firsts * (n - firsts))
    best = explained.argmax(axis=1)
    return firsts[best].astype(np.int64), explained.max(axis=1)
