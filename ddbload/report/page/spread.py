"""What a run's histograms come to: response times by percentile, and over time. Histograms are read once, in order."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ddbload.measure.histogram import SIGNIFICANT_DIGITS, Cells, Histogram, bucket_of, merged, support
from ddbload.measure.objectives import NS_PER_MS
from ddbload.operation import HEADLINE
from ddbload.results.hlog import Interval

_HALF_MAGNITUDE = 10  # HdrHistogram's own at three significant digits, as in measure.histogram
_HALF_COUNT = 1 << _HALF_MAGNITUDE
_LAYOUT = len(Histogram().counts)
_STEPS = 24
"""Points of a percentile curve for each nine."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The response times of all arrivals in a stretch of the run, those that were answered."""

    start_s: float
    length_s: float
    cells: Cells

    @property
    def count(self) -> int:
        """How many."""
        return int(self.cells.counts.sum())


@dataclass(slots=True)
class Spread:
    """Response and service times of each operation in the measured phases, and of all arrivals over time."""

    response: dict[str, Histogram] = field(default_factory=dict)
    service: dict[str, Histogram] = field(default_factory=dict)
    stretches: list[Stretch] = field(default_factory=list)

    @property
    def whole(self) -> Histogram:
        """The response times of all arrivals."""
        return Histogram.of(stretch.cells for stretch in self.stretches)


def spread_of(intervals: Iterable[Interval], arriving: Collection[str]) -> Spread:
    """Gather the answered calls (ok, not_found, condition_failed) of a histogram log.

    Args:
        intervals: in order of their start; each is let go before the next is asked for.
        arriving: the operations that arrive by the timetable; the steps of sessions do not.
    """
    spread = Spread()
    at: tuple[float, float] | None = None
    batch: list[Cells] = []
    for interval in intervals:
        operation, outcome, clock = _names(interval.tag)
        if outcome not in HEADLINE or clock not in {"response", "service"}:
            continue
        cells = _cells(interval.histogram)
        if cells is None:
            continue
        kept = spread.response if clock == "response" else spread.service
        kept.setdefault(operation, Histogram()).add(cells)
        if clock == "service" or operation not in arriving:
            continue
        if at != (interval.start_s, interval.length_s):
            _close(spread, at, batch)
            at, batch = (interval.start_s, interval.length_s), []
        batch.append(cells)
    _close(spread, at, batch)
    return spread


def _close(spread: Spread, at: tuple[float, float] | None, batch: Sequence[Cells]) -> None:
    if at is not None and batch:
        spread.stretches.append(Stretch(*at, merged(batch)))


def _names(tag: str) -> tuple[str, str, str]:
    operation, outcome, clock = ("", "", *tag.rsplit("/", 2))[-3:]
    return operation, outcome, clock


def _cells(hdr: Any) -> Cells | None:
    """The counts of a public histogram in the layout of our own; of another layout, each value is sorted in anew."""
    counts = np.frombuffer(hdr.counts, np.int64) if hdr.word_size == np.dtype(np.int64).itemsize else None
    if counts is None or len(counts) != _LAYOUT or hdr.significant_figures != SIGNIFICANT_DIGITS:
        pairs = [(step.value_iterated_to, step.count_at_value_iterated_to) for step in hdr.get_recorded_iterator()]
        positions = bucket_of(np.array([value for value, _ in pairs], np.int64))
        weights = np.array([count for _, count in pairs])
    else:
        positions = np.flatnonzero(counts)
        weights = counts[positions]
    if not len(positions):
        return None
    as_read = positions.astype(np.uint16), weights.astype(np.uint32)
    return Cells(*as_read, max_ns=int(hdr.get_max_value()), total_ns=0, squares=0.0, clamped=0)


def joined(stretches: Sequence[Stretch], at_least: int = 1, most: int | None = None) -> Iterator[Stretch]:
    """Neighbours as one, so that each but the last has at least so many samples, and there are at most so many."""
    few = 1 if most is None else max(1, math.ceil(len(stretches) / most))
    batch: list[Stretch] = []
    for stretch in stretches:
        batch.append(stretch)
        if len(batch) >= few and sum(each.count for each in batch) >= at_least:
            yield _one(batch)
            batch = []
    if batch:
        yield _one(batch)


def _one(batch: Sequence[Stretch]) -> Stretch:
    end_s = batch[-1].start_s + batch[-1].length_s
    return Stretch(batch[0].start_s, end_s - batch[0].start_s, merged([each.cells for each in batch]))


def percentile_ms(histogram: Histogram, percentile: float) -> float | None:
    """A percentile in milliseconds; None where too few samples support it."""
    if not histogram.count or histogram.count < support(percentile):
        return None
    return histogram.percentile_ns(percentile) / NS_PER_MS


def percentile_of(nines: float) -> float:
    """The percentile of so many nines: 0 is 0, 1 is 90, 2 is 99."""
    return 100 - 100 * 10**-nines


def curve(histogram: Histogram) -> list[tuple[float, float]]:
    """Response time (ms) by nines, up to the last percentile that the samples support: support(p) = count."""
    if not histogram.count:
        return []
    last = -math.log10(1 - 0.05 ** (1 / histogram.count))
    marks = {step / _STEPS for step in range(math.floor(last * _STEPS) + 1)}
    marks |= {-math.log10(1 - percentile / 100) for percentile in (50, 95) if histogram.count >= support(percentile)}
    return [(nines, histogram.percentile_ns(percentile_of(nines)) / NS_PER_MS) for nines in sorted(marks)]


# --- the heat map --------------------------------------------------------------------------------------------------

_COLUMNS = 90
_ROWS = 40


@dataclass(frozen=True, slots=True)
class Heat:
    """Calls by time and by response time.

    Attributes:
        stretches: the columns: start and length in seconds.
        edges_ms: the lower edges of the rows, and the upper one of the last; each is `step` times the one below.
        per_decade: rows for a factor of ten.
        counts: calls, by column and row.
    """

    stretches: tuple[tuple[float, float], ...]
    edges_ms: tuple[float, ...]
    per_decade: int
    counts: NDArray[np.int64]


def heat_of(stretches: Sequence[Stretch]) -> Heat | None:
    """The heat map of a run; None where nothing was answered."""
    columns = list(joined(stretches, most=_COLUMNS))
    if not columns:
        return None
    decades = [np.log10(np.maximum(_values_ms(column.cells.positions), 1e-6)) for column in columns]
    lowest, highest = min(part.min() for part in decades), max(part.max() for part in decades)
    per_decade = next((n for n in (10, 5, 2) if (highest - lowest) * n < _ROWS), 1)
    first = math.floor(lowest * per_decade)
    rows = math.floor(highest * per_decade) - first + 1
    counts = np.zeros((len(columns), rows), np.int64)
    for place, (column, logs) in enumerate(zip(columns, decades, strict=True)):
        at = np.floor(logs * per_decade).astype(np.int64) - first
        np.add.at(counts[place], at, column.cells.counts)
    edges = tuple(10 ** ((first + row) / per_decade) for row in range(rows + 1))
    return Heat(tuple((column.start_s, column.length_s) for column in columns), edges, per_decade, counts)


def _values_ms(positions: NDArray[np.uint16]) -> NDArray[np.float64]:
    """The smallest value of each bucket of a histogram, in milliseconds."""
    wide = positions.astype(np.int64)
    bucket = (wide >> _HALF_MAGNITUDE) - 1
    sub = (wide & (_HALF_COUNT - 1)) + _HALF_COUNT
    values = np.where(bucket < 0, sub - _HALF_COUNT, sub << np.maximum(bucket, 0))
    return np.asarray(values / NS_PER_MS, np.float64)
