"""Permutation of whole runs over a family of gates: how large the largest t of all would be by chance alone.

All values of a run move together, so that the correlation of the gates is kept and costs nothing: the maximum over the
family (max T) of Westfall & Young 1993, "Resampling-Based Multiple Testing", section 2.3. The statistic is studentised
in each arrangement, which keeps the level of many runs where the sides differ in spread (Janssen 1997, "Studentized
permutation tests for non-i.i.d. hypotheses", Statistics & Probability Letters 36); of few, `family` asks t as well.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product

import numpy as np

from ddbload.compare.contrast import unseen
from ddbload.compare.samples import ENOUGH, FloatArray, IntArray, Samples

FEW = 10
"""From so many pairs, or runs (batches, where these drift) on each side, on, the t distribution serves as well.

Simulated with ten pairs, 4 % noise, five gates and +10 % on one: found in 95 % either way with normal noise, in 96 % by
permutation and 94 % by t with heavy tails (t of 3 degrees of freedom); and t forgives runs that were not put in an
order quite by chance.
"""
LEAST_ARRANGEMENTS = 120
"""Seven pairs (128), or five runs against four (126), have as many.

Fewer waste the level on their steps: six pairs have 64, of which one in 64 is 1.6 %; simulated as above, they find the
change in 42 % by permutation and in 59 % by t.
"""
MOST_ARRANGEMENTS = 20_000
_DRAWN = 9_999
_SEED = 20_261_122


@dataclass(frozen=True, slots=True)
class Chance:
    """The largest t over the family in each arrangement, in descending order; the one that was measured is among them.

    `worse` has the largest of t, `better` the largest of -t.
    """

    worse: FloatArray
    better: FloatArray


def chance(family: Sequence[Samples]) -> Chance | None:
    """What rearranging runs shows for gates of one design; None where there are many runs or too few arrangements."""
    if not family:
        return None
    t = _of_pairs(family) if family[0].paired else _of_sides(family)
    if t is None:
        return None
    return Chance(worse=np.sort(t.max(axis=1))[::-1], better=np.sort((-t).max(axis=1))[::-1])


def critical(largest: FloatArray, level: float) -> float:
    """The t that has to be exceeded, such that at most this share of the arrangements reaches beyond it."""
    found = float(largest[math.floor(level * largest.size + 1e-9)])
    return found + _rounding(found)  # the measured t may be that very one, a last digit apart


def share_beyond(largest: FloatArray, t: float) -> float:
    """The share of arrangements with a t as large: p, the measured arrangement counted (Phipson & Smyth 2010)."""
    return float(np.count_nonzero(largest >= t - _rounding(t))) / largest.size


def _rounding(t: float) -> float:
    return 1e-9 * max(1.0, abs(t))


def _of_pairs(family: Sequence[Samples]) -> FloatArray | None:
    """The t of every gate (column) in every arrangement (row): the differences of a pair turn their signs together."""
    differences = np.column_stack([samples.new - samples.base for samples in family])
    differences = differences[~np.isnan(differences).all(axis=1)]
    n = differences.shape[0]
    if n >= FEW or 2**n < LEAST_ARRANGEMENTS:
        return None
    counts = (~np.isnan(differences)).sum(axis=0)
    values = np.nan_to_num(differences)
    mean = _signs(n) @ values / counts
    variance = ((values**2).sum(axis=0) - counts * mean**2) / (counts - 1)
    least = np.array([2 * samples.rounding for samples in family])
    return _t(mean, np.maximum(variance, least) / counts)


def _of_sides(family: Sequence[Samples]) -> FloatArray | None:
    """The same where units go from side to side: runs, or whole batches where these drift."""
    first = family[0]
    alike = all(
        np.array_equal(samples.base_batches, first.base_batches)
        and np.array_equal(samples.new_batches, first.new_batches)
        for samples in family
    )
    if not alike:
        return None
    drifts = any(samples.drift.sd > 0 for samples in family)
    base_units = _units(first.base_batches, drifts)
    new_units = _units(first.new_batches, drifts)
    base_count, new_count = int(base_units.max()) + 1, int(new_units.max()) + 1
    if not ENOUGH <= min(base_count, new_count) < FEW:
        return None
    if math.comb(base_count + new_count, new_count) < LEAST_ARRANGEMENTS:
        return None
    units = np.concatenate([base_units, base_count + new_units])
    labels = _labels(base_count + new_count, new_count)
    values = np.column_stack([np.concatenate([samples.base, samples.new]) for samples in family])
    return _welch(family, values, units, labels)


def _welch(family: Sequence[Samples], values: FloatArray, units: IntArray, labels: FloatArray) -> FloatArray:
    there = (~np.isnan(values)).astype(np.float64)
    centered = np.nan_to_num(values - np.nanmean(values, axis=0))
    belongs = (units[:, None] == np.arange(labels.shape[1])[None, :]).astype(np.float64)
    counts, sums, squares = belongs.T @ there, belongs.T @ centered, belongs.T @ centered**2
    least = np.array([samples.rounding for samples in family])
    drift = np.array([samples.drift.sd**2 for samples in family])
    means, variance = [], np.zeros((labels.shape[0], len(family)))
    for side in (1 - labels, labels):
        n = side @ counts
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = side @ sums / n
            spread = np.maximum((side @ squares - n * mean**2) / (n - 1), least)
            # as `contrast.unseen`, for every arrangement at once
            left = ((side @ counts**2) / n - 1) / (n - 1)
            variance += spread / n + left * drift
        means.append(mean)
    return _t(means[1] - means[0], variance)


def _t(difference: FloatArray, variance: FloatArray) -> FloatArray:
    """A difference over its error; 0 where an arrangement leaves a gate without either."""
    with np.errstate(divide="ignore", invalid="ignore"):
        t = difference / np.sqrt(np.maximum(variance, 0.0))
    return np.nan_to_num(t, nan=0.0, posinf=1e12, neginf=-1e12)


def _units(batches: IntArray, drifts: bool) -> IntArray:
    if not drifts or unseen(np.unique(batches, return_counts=True)[1].astype(np.int64)) == 0:
        return np.arange(batches.size, dtype=np.int64)
    return np.unique(batches, return_inverse=True)[1].astype(np.int64)


@lru_cache(maxsize=32)
def _signs(n: int) -> FloatArray:
    return np.array(list(product((1.0, -1.0), repeat=n)))


@lru_cache(maxsize=32)
def _labels(units: int, chosen: int) -> FloatArray:
    """Which units are the new side in each arrangement; the last units, as measured, come first."""
    measured = tuple(range(units - chosen, units))
    if math.comb(units, chosen) <= MOST_ARRANGEMENTS:
        places = np.array([measured, *(some for some in combinations(range(units), chosen) if some != measured)])
    else:
        ranks = np.random.default_rng(_SEED).random((_DRAWN, units)).argsort(axis=1)[:, :chosen]
        places = np.vstack([np.array(measured), ranks])
    labels = np.zeros((places.shape[0], units))
    np.put_along_axis(labels, places, 1.0, axis=1)
    return labels
