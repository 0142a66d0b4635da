"""Blocks of items whose sizes are rounded up together: those of one page of a query or a scan."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from ddbload.capacity.expected import ListedSizes, ShiftedSizes, Sizes, expected_blocks

_MOST_ITEM_BYTES = 400 * 1024
"""Developer Guide, "Constraints in Amazon DynamoDB": the largest item."""
_POINTS = 2**17


def blocks_together(sizes: Sequence[Sizes], block_bytes: int) -> float:
    """The mean of max(1, ceil(sum / block)) where each of `sizes` is drawn by itself.

    Sizes that are certain are summed, and one that is not is exact; of several the distribution of the sum is found on
    a grid of bytes, or of the power of two of bytes that keeps it within a hundred thousand points.
    """
    certain, drawn = 0, Counter[Sizes]()
    for one in sizes:
        if isinstance(one, ListedSizes) and len(one.sizes) == 1:
            certain += one.sizes[0]
        else:
            drawn[one] += 1
    if drawn.total() <= 1:
        return expected_blocks(ShiftedSizes(next(iter(drawn)), certain) if drawn else certain, block_bytes)
    return _blocks_of_sum(drawn, certain, block_bytes)


def _blocks_of_sum(drawn: Counter[Sizes], certain: int, block_bytes: int) -> float:
    import numpy as np  # noqa: PLC0415 - sizes that are certain, the usual ones, do without it

    most = math.fsum(count * min(one.most_bytes, _MOST_ITEM_BYTES) for one, count in drawn.items())
    step = 2 ** max(0, math.ceil(math.log2(max(most, 1.0) / _POINTS)))
    points = math.ceil(most / step) + drawn.total() + 1
    spectrum = np.ones(points // 2 + 1, dtype=np.complex128)
    for one, count in drawn.items():
        ends = math.ceil(min(one.most_bytes, _MOST_ITEM_BYTES) / step)
        tails = np.array([1.0, *(one.above((at + 0.5) * step) for at in range(ends)), 0.0])
        spectrum *= np.fft.rfft(-np.diff(tails), points) ** count
    chance = np.clip(np.fft.irfft(spectrum, points), 0.0, None)
    blocks = np.maximum(1.0, np.ceil((np.arange(points) * step + certain) / block_bytes))
    return float(blocks @ chance / chance.sum())
