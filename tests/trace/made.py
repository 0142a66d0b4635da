"""Traces made from known parts: a shape of the rate, a mix, choosers of keys, sizes."""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np

from ddbload.values import words
from ddbload.values.transforms import Floats, exponential

SEED = 20260101


def rows_wanted(default: int) -> int:
    """How many rows a trace has: DDBLOAD_EVIDENCE_ROWS, or few enough for a quick run."""
    return int(os.environ.get("DDBLOAD_EVIDENCE_ROWS", default))


def arrivals_ns(corners: Sequence[tuple[float, float]], count: int, *, poisson: bool) -> list[int]:
    """About `count` arrivals whose rate goes in straight lines through (second, level), by time rescaling."""
    seconds = np.array([second for second, _ in corners])
    levels = np.array([level for _, level in corners])
    grid = np.unique(np.concatenate([np.linspace(0, seconds[-1], 100_001), seconds]))
    middle = np.interp((grid[1:] + grid[:-1]) / 2, seconds, levels)
    reached = np.concatenate([[0.0], np.cumsum(middle * np.diff(grid))])
    reached *= count / reached[-1]
    points: Floats = np.arange(count, dtype=np.float64) + 0.5
    if poisson:
        gaps = exponential(words(SEED, "arrivals", 0, round(count * 1.1) + 100)[:, 0])
        points = np.cumsum(gaps, dtype=np.float64)
    times: Floats = np.interp(points[points < count], reached, grid)
    found: list[int] = (times * 1e9).astype(np.int64).tolist()
    return found
