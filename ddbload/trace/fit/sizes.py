"""Sizes: counted in bins while a trace streams by, then fitted as constant, uniform, lognormal or a histogram."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ddbload.values.lognormal import Z99, sigma_of
from ddbload.values.transforms import Floats, Integers, normal_quantile

_EXACT = 4096  # sizes below are counted each for itself, larger ones in bins of 1 / 1024 of an octave (0.07 %)
_PER_OCTAVE = 1024
_BINS = _EXACT + _PER_OCTAVE * 29
_CLOSE = 0.02  # a distance between distributions (Kolmogorov-Smirnov) that is called a fit
_WITHIN = 0.05  # of mean and of p99
_BARS = 44
_LEAST = 100  # sizes; fewer look like anything


@dataclass(slots=True)
class SizeCounts:
    """How often each size was seen."""

    bins: Integers = field(default_factory=lambda: np.zeros(_BINS, dtype=np.int64))
    total: float = 0.0
    least: int = 2**62
    most: int = 0

    def add(self, sizes: Integers) -> None:
        """Count some sizes in bytes."""
        if not len(sizes):
            return
        large = _EXACT + np.floor((np.log2(np.maximum(sizes, 1)) - math.log2(_EXACT)) * _PER_OCTAVE).astype(np.int64)
        positions = np.minimum(np.where(sizes < _EXACT, sizes, large), _BINS - 1)
        self.bins += np.bincount(positions, minlength=_BINS)
        self.total += float(sizes.sum())
        self.least, self.most = min(self.least, int(sizes.min())), max(self.most, int(sizes.max()))

    def merged(self, other: SizeCounts) -> SizeCounts:
        """The counts of both."""
        least, most = min(self.least, other.least), max(self.most, other.most)
        return SizeCounts(self.bins + other.bins, self.total + other.total, least, most)


@dataclass(frozen=True, slots=True)
class SizeFit:
    """A distribution of sizes in bytes.

    Attributes:
        kind: "constant", "uniform", "lognormal" or "histogram".
        mean, median, p99, least, most: of the sizes seen (bins of 0.07 % above 4 KB).
        parameters: constant: size; uniform: min, max; lognormal: median, p99, max.
        histogram: size -> how often, where no simpler kind fits.
        distance: the largest distance (Kolmogorov-Smirnov) between the seen and the fitted distribution.
        mean_error, p99_error: of the fit against what was seen, relative.
    """

    kind: str
    count: int
    mean: float
    median: int
    p99: int
    least: int
    most: int
    parameters: Mapping[str, int]
    histogram: Mapping[int, int]
    distance: float
    mean_error: float
    p99_error: float

    def __str__(self) -> str:
        name = self.kind
        if self.parameters:
            name += " (" + ", ".join(f"{key} {value:,}" for key, value in self.parameters.items()) + ")"
        errors = f"mean {self.mean_error:+.1%}, p99 {self.p99_error:+.1%}"
        return f"{name}; {errors} of the trace's {self.mean:,.0f} and {self.p99:,}; KS distance {self.distance:.3f}"


def fit_sizes(counts: SizeCounts) -> SizeFit | None:
    """A distribution within 5 % of mean and p99 and near in shape, else a histogram; None without sizes."""
    filled = np.flatnonzero(counts.bins)
    if not len(filled):
        return None
    values, often = _middle(filled), counts.bins[filled]
    many = int(often.sum())
    shares = np.cumsum(often) / many
    median, p99 = (int(values[np.searchsorted(shares, q)]) for q in (0.5, 0.99))
    seen = (many, counts.total / many, median, p99, counts.least, counts.most)
    if counts.least == counts.most:
        return SizeFit("constant", *seen, {"size": counts.least}, {}, 0.0, 0.0, 0.0)
    candidates = [
        _judged("uniform", seen, {"min": counts.least, "max": counts.most}, values, shares),
        _judged("lognormal", seen, _lognormal(values, often, median, counts), values, shares),
    ]
    close = [one for one in candidates if _fits(one)] if many >= _LEAST else []
    if close:
        return min(close, key=lambda one: one.distance)
    return _histogram(seen, values, often, shares)


def _fits(one: SizeFit) -> bool:
    noise = 1.63 / math.sqrt(one.count)  # what chance alone reaches in one of a hundred samples
    within = _WITHIN + 4 / math.sqrt(one.count)  # a p99 of few sizes is itself a rough number
    return one.distance < _CLOSE + noise and max(abs(one.mean_error), abs(one.p99_error)) < within


def _lognormal(values: Floats, often: Integers, median: int, counts: SizeCounts) -> dict[str, int]:
    """Median and p99 by the moments of the logarithms; by quantiles where many sizes are cut at max."""
    logs = np.log(np.maximum(values, 1.0))
    cut = float(often[values >= counts.most * (1 - 1 / _PER_OCTAVE)].sum()) / float(often.sum())
    mu = float(np.average(logs, weights=often))
    sigma = math.sqrt(float(np.average((logs - mu) ** 2, weights=often)))
    if 0.001 < cut < 0.5:  # noqa: PLR2004 - one of a thousand at the very largest size is no chance
        shares = np.cumsum(often) / often.sum()
        low, high = (float(logs[np.searchsorted(shares, q)]) for q in (0.05, min(0.95, 1 - cut - 0.01)))
        z_low, z_high = normal_quantile(np.array([0.05, min(0.95, 1 - cut - 0.01)])).tolist()
        mu, sigma = math.log(max(median, 1)), (high - low) / (z_high - z_low)
    middle = max(1, round(math.exp(mu)))
    return {"median": middle, "p99": max(middle + 1, round(math.exp(mu + sigma * Z99))), "max": counts.most}


def _judged(
    kind: str, seen: tuple[int, float, int, int, int, int], parameters: dict[str, int], values: Floats, shares: Floats
) -> SizeFit:
    """The fit with its errors, from 10,001 quantiles of the fitted distribution."""
    at = (np.arange(10_001) + 0.5) / 10_001
    if kind == "uniform":
        fitted = parameters["min"] - 0.5 + at * (parameters["max"] - parameters["min"] + 1)  # whole numbers
    else:
        sigma = sigma_of(parameters["median"], parameters["p99"])
        fitted = np.exp(math.log(parameters["median"]) + sigma * normal_quantile(at))
        fitted = np.clip(fitted, 1, parameters["max"])
    reached = np.searchsorted(fitted, values + 0.5) / len(fitted)
    distance = float(np.abs(reached - shares).max())
    p99 = float(fitted[int(0.99 * len(fitted))])
    return SizeFit(kind, *seen, parameters, {}, distance, float(fitted.mean()) / seen[1] - 1, p99 / seen[3] - 1)


def _histogram(seen: tuple[int, float, int, int, int, int], values: Floats, often: Integers, shares: Floats) -> SizeFit:
    """At most 44 groups of neighbouring sizes, each at its mean, finer above p98; each size, where they are few."""
    if len(values) <= _BARS:
        groups = np.arange(len(values))
    else:
        edges = np.concatenate([np.linspace(0, 0.98, 31)[1:], 1 - np.geomspace(0.02, 1e-4, 14)[1:]])
        groups = np.searchsorted(edges, shares - often / often.sum() / 2)
    count = np.bincount(groups, often)
    mean = np.bincount(groups, often * values) / np.maximum(count, 1)
    kept = count > 0
    sizes, numbers = np.rint(mean[kept]), count[kept]
    reached = np.concatenate([[0.0], np.cumsum(numbers) / numbers.sum()])
    distance = float(np.abs(reached[np.searchsorted(sizes, values, side="right")] - shares).max())
    fitted_p99 = float(sizes[np.searchsorted(np.cumsum(numbers) / numbers.sum(), 0.99)])
    bars: dict[int, int] = {}
    for size, number in zip(sizes.astype(int).tolist(), numbers.astype(int).tolist(), strict=True):
        bars[max(1, size)] = bars.get(max(1, size), 0) + number
    mean_error = float(sizes @ numbers) / float(numbers.sum()) / seen[1] - 1
    return SizeFit("histogram", *seen, {}, bars, distance, mean_error, fitted_p99 / seen[3] - 1)


def _middle(positions: Integers) -> Floats:
    """The size in the middle of each bin."""
    octaves = (positions - _EXACT + 0.5) / _PER_OCTAVE
    return np.where(positions < _EXACT, positions.astype(np.float64), np.exp2(octaves + math.log2(_EXACT)))
