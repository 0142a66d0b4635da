"""Samples of one gate, from plain numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from ddbload.compare.samples import NO_DRIFT, Drift, FloatArray, IntArray, Samples


def in_pairs(base: ArrayLike, new: ArrayLike, *, resolution: float = 0.0) -> Samples:
    """Pairs of runs made side by side; what drifts is common to both and drops out."""
    left, right = _values(base), _values(new)
    none = np.zeros(left.size, np.int64)
    return Samples(left, right, True, none, np.zeros(right.size, np.int64), resolution)


def apart(
    base: ArrayLike,
    new: ArrayLike,
    *,
    base_batches: ArrayLike | None = None,
    new_batches: ArrayLike | None = None,
    resolution: float = 0.0,
    drift: Drift = NO_DRIFT,
) -> Samples:
    """Sides that were run apart; without batches each side is one."""
    left, right = _values(base), _values(new)
    return Samples(
        base=left,
        new=right,
        paired=False,
        base_batches=_batches(base_batches, left, 0),
        new_batches=_batches(new_batches, right, 1),
        resolution=resolution,
        drift=drift,
    )


def swapped(samples: Samples) -> Samples:
    """The sides the other way round."""
    return replace(
        samples,
        base=samples.new,
        new=samples.base,
        base_batches=samples.new_batches,
        new_batches=samples.base_batches,
    )


def _values(values: ArrayLike) -> FloatArray:
    return np.asarray(values, np.float64)


def _batches(given: ArrayLike | None, values: FloatArray, otherwise: int) -> IntArray:
    return np.full(values.size, otherwise, np.int64) if given is None else np.asarray(given, np.int64)
