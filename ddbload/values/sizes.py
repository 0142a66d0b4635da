"""Sizes in bytes (or counts of members, or words): constant, uniform, lognormal with a cut, or those of a histogram."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

import numpy as np

from ddbload.values.lognormal import Z99
from ddbload.values.philox import Words
from ddbload.values.transforms import Integers, below, exp, log, normal, thresholds, weighted


class Size(Protocol):
    """A distribution of sizes. Bytes throughout; where a count is asked for, its unit is what is counted."""

    @property
    def min_bytes(self) -> int:
        """No size is smaller."""
        ...

    @property
    def max_bytes(self) -> int:
        """No size is larger."""
        ...

    def draw(self, word: Words) -> Integers:
        """One size for each word, shape (n,)."""
        ...


@dataclass(frozen=True, slots=True)
class ConstantSize:
    """Always the same."""

    size_bytes: int

    @property
    def min_bytes(self) -> int:
        return self.size_bytes

    @property
    def max_bytes(self) -> int:
        return self.size_bytes

    def draw(self, word: Words) -> Integers:
        return np.full(len(word), self.size_bytes, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class UniformSize:
    """Every size from min to max, both included, alike."""

    min_bytes: int
    max_bytes: int

    def __post_init__(self) -> None:
        if self.max_bytes < self.min_bytes:
            raise ValueError(f"a uniform size needs min <= max, found {self.min_bytes} and {self.max_bytes}")

    def draw(self, word: Words) -> Integers:
        return self.min_bytes + below(word, self.max_bytes - self.min_bytes + 1)


@dataclass(frozen=True, slots=True)
class LognormalSize:
    """Half of the sizes lie below the median, 99 % below p99; larger than max becomes max, smaller than 1 becomes 1.

    size = round(exp(ln median + sigma z)) with z standard normal and sigma = ln(p99 / median) / 2.326.
    """

    median_bytes: int
    p99_bytes: int
    max_bytes: int

    def __post_init__(self) -> None:
        if not 1 <= self.median_bytes <= self.p99_bytes:
            raise ValueError(f"a lognormal size needs median <= p99, found {self.median_bytes} and {self.p99_bytes}")
        if self.max_bytes < self.median_bytes:
            raise ValueError(f"a lognormal size needs median <= max, found {self.median_bytes} and {self.max_bytes}")

    @property
    def min_bytes(self) -> int:
        return 1

    def draw(self, word: Words) -> Integers:
        mu, sigma = _mu_sigma(self.median_bytes, self.p99_bytes)
        exponent = np.minimum(mu + sigma * normal(word), 40.0)
        return np.clip(np.rint(exp(exponent)).astype(np.int64), 1, self.max_bytes)


@lru_cache(maxsize=256)
def _mu_sigma(median_bytes: int, p99_bytes: int) -> tuple[float, float]:
    mu, p99 = log(np.array([median_bytes, p99_bytes], dtype=np.float64)).tolist()
    return mu, (p99 - mu) / Z99


@dataclass(frozen=True, slots=True)
class HistogramSize:
    """One of the sizes that were counted, each by its weight; nothing between them. Shares are exact to 2**-64."""

    sizes: tuple[int, ...]
    weights: tuple[float, ...]
    min_bytes: int = field(init=False, repr=False, compare=False)
    max_bytes: int = field(init=False, repr=False, compare=False)
    _marks: Words = field(init=False, repr=False, compare=False)  # kept, since the weights can be many
    _sizes: Integers = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.sizes) != len(self.weights) or not self.sizes:
            found = f"{len(self.sizes)} sizes and {len(self.weights)} weights"
            raise ValueError(f"a histogram needs sizes and a weight for each, found {found}")
        if min(self.sizes) < 0:
            raise ValueError(f"a size cannot be negative, found {min(self.sizes)}")
        occurring = [size for size, weight in zip(self.sizes, self.weights, strict=True) if weight]
        object.__setattr__(self, "_marks", thresholds(self.weights))
        object.__setattr__(self, "_sizes", np.array(self.sizes, dtype=np.int64))
        object.__setattr__(self, "min_bytes", min(occurring, default=0))
        object.__setattr__(self, "max_bytes", max(occurring, default=0))

    def draw(self, word: Words) -> Integers:
        return self._sizes[weighted(word, self._marks)]
