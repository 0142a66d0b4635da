"""Latency histograms: numpy counts in HdrHistogram's own bucket layout; a batch of samples is one vector operation.

The layout is HdrHistogram's for 1 ns to 1 h at 3 significant digits (bucket arithmetic: HdrHistogram,
`AbstractHistogram.countsArrayIndex`); `to_hdr` hands the counts to the public implementation for its log format.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

HIGHEST_NS = 3_600_000_000_000
SIGNIFICANT_DIGITS = 3
_HALF_MAGNITUDE = 10  # 2 ** 10 sub-buckets above each power of two: 2 * 10**3 distinct steps need 2048 in all
_HALF_COUNT = 1 << _HALF_MAGNITUDE
_SUB_BUCKETS = 2 * _HALF_COUNT
_BUCKETS = HIGHEST_NS.bit_length() - (_HALF_MAGNITUDE + 1) + 1
_LENGTH = (_BUCKETS + 1) * _HALF_COUNT  # 33,792: a position fits into 16 bits
_MANY = 1000
"""Above this many samples, counting over all buckets is faster than sorting the samples."""


def support(percentile: float) -> int:
    """The least sample in which a percentile (0 < p < 100) may be shown: ceil(ln 0.05 / ln (p / 100)).

    From that size on, the largest sample lies above the true percentile with 95 % confidence (a percentile is an order
    statistic: P(all n samples below it) = p ** n). 5 for p50, 59 for p95, 299 for p99, 2,995 for p99.9.
    """
    return math.ceil(math.log(0.05) / math.log(percentile / 100))


def rank_of(percentile: float, count: int) -> int:
    """Which of `count` samples, in ascending order and counted from 1, is a percentile: ceil(p / 100 * count)."""
    return max(1, math.ceil(percentile / 100 * count - 1e-9))


def bucket_of(values_ns: NDArray[np.int64]) -> NDArray[np.int64]:
    """The position of each value in the counts; values must lie in 0..HIGHEST_NS."""
    # frexp's exponent is the bit length, exact below 2 ** 53; 2047 is or-ed in so that bucket 0 takes all below 2048
    bits = np.frexp((values_ns | (_SUB_BUCKETS - 1)).astype(np.float64))[1].astype(np.int64)
    bucket = bits - (_HALF_MAGNITUDE + 1)
    return ((bucket + 1) << _HALF_MAGNITUDE) + (values_ns >> bucket) - _HALF_COUNT


def _highest_equivalent(position: int) -> int:
    """The largest value that falls into a bucket."""
    bucket = (position >> _HALF_MAGNITUDE) - 1
    sub = (position & (_HALF_COUNT - 1)) + _HALF_COUNT
    if bucket < 0:
        bucket, sub = 0, sub - _HALF_COUNT
    return ((sub + 1) << bucket) - 1


@dataclass(frozen=True, slots=True)
class Cells:
    """A batch of samples as sparse counts: what a worker sends. Small: a long run keeps thousands of them."""

    positions: NDArray[np.uint16]
    counts: NDArray[np.uint32]
    max_ns: int
    total_ns: int
    squares: float  # sum of squares, in ns ** 2
    clamped: int  # samples beyond HIGHEST_NS, counted in the last bucket


def cells_of(values_ns: NDArray[np.int64]) -> Cells:
    """Sort a non-empty batch of samples into buckets. Negative values (a clock that stepped back) count as 0."""
    clamped = int(np.count_nonzero(values_ns > HIGHEST_NS))
    clipped = np.clip(values_ns, 0, HIGHEST_NS)
    buckets = bucket_of(clipped)
    if len(buckets) < _MANY:
        positions, counts = np.unique(buckets, return_counts=True)
    else:
        dense = np.bincount(buckets)
        positions = np.flatnonzero(dense)
        counts = dense[positions]
    as_float = clipped.astype(np.float64)
    return Cells(
        positions.astype(np.uint16),
        counts.astype(np.uint32),
        int(clipped.max()),
        int(clipped.sum()),
        float(np.dot(as_float, as_float)),
        clamped,
    )


def merged(batches: Sequence[Cells]) -> Cells:
    """Several batches as one; at least one is needed."""
    if len(batches) == 1:
        return batches[0]
    weights = np.concatenate([b.counts for b in batches])
    dense = np.bincount(np.concatenate([b.positions for b in batches]), weights=weights)  # exact below 2 ** 53
    positions = np.flatnonzero(dense)
    return Cells(
        positions.astype(np.uint16),
        dense[positions].astype(np.uint32),
        max(b.max_ns for b in batches),
        sum(b.total_ns for b in batches),
        sum(b.squares for b in batches),
        sum(b.clamped for b in batches),
    )


class Histogram:
    """Counts of samples in nanoseconds; count, sum and maximum are exact, percentiles within 0.1 %."""

    __slots__ = ("_squares", "clamped", "count", "counts", "max_ns", "total_ns")

    def __init__(self) -> None:
        self.counts: NDArray[np.int64] = np.zeros(_LENGTH, np.int64)
        self.count = 0
        self.max_ns = 0
        self.total_ns = 0
        self.clamped = 0
        self._squares = 0.0

    @classmethod
    def of(cls, batches: Iterable[Cells]) -> Histogram:
        """The sum of some batches."""
        histogram = cls()
        for cells in batches:
            histogram.add(cells)
        return histogram

    def add(self, cells: Cells) -> None:
        """Add a batch."""
        self.counts[cells.positions] += cells.counts  # positions are distinct within a batch
        self.count += int(cells.counts.sum())
        self.max_ns = max(self.max_ns, cells.max_ns)
        self.total_ns += cells.total_ns
        self.clamped += cells.clamped
        self._squares += cells.squares

    def record_many(self, values_ns: NDArray[np.int64]) -> None:
        """Add samples."""
        if len(values_ns):
            self.add(cells_of(values_ns))

    def merge(self, other: Histogram) -> None:
        """Add another histogram's samples."""
        self.counts += other.counts
        self.count += other.count
        self.max_ns = max(self.max_ns, other.max_ns)
        self.total_ns += other.total_ns
        self.clamped += other.clamped
        self._squares += other._squares

    def percentile_ns(self, percentile: float) -> int:
        """The smallest recorded step that at least `percentile` per cent of the samples do not exceed; 0 when empty.

        Never above the maximum.
        """
        if not self.count:
            return 0
        return self.at_rank(rank_of(percentile, self.count))

    def at_rank(self, rank: int) -> int:
        """The recorded step of the sample that is the `rank`-th smallest (from 1 to count). Never above the maximum."""
        position = int(np.searchsorted(np.cumsum(self.counts), rank))
        return min(_highest_equivalent(position), self.max_ns)

    @property
    def mean_ns(self) -> float:
        """The mean, exact; 0 when empty."""
        return self.total_ns / self.count if self.count else 0.0

    @property
    def stddev_ns(self) -> float:
        """The standard deviation of the samples; 0 when empty."""
        return math.sqrt(max(0.0, self._squares / self.count - self.mean_ns**2)) if self.count else 0.0

    def to_hdr(self) -> Any:
        """The same counts in the public implementation (`hdrh.histogram.HdrHistogram`)."""
        from hdrh.histogram import HdrHistogram  # noqa: PLC0415 - only the writer of a log needs it

        hdr = HdrHistogram(1, HIGHEST_NS, SIGNIFICANT_DIGITS)
        used = np.flatnonzero(self.counts)
        if len(used):  # the counts as they are: value by value takes fifty times as long
            np.frombuffer(hdr.counts, np.int64)[:] = self.counts
            hdr.set_internal_tacking_values(int(used[0]), int(used[-1]), self.count)
        return hdr
