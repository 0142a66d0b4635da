"""Sizes in bytes: constant, uniform, and lognormal with a cut."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np

from ddbload.values.philox import Words
from ddbload.values.transforms import Integers, below, exp, log, normal

_Z99 = 2.3263478740408408  # 99 % of the standard normal distribution lie below it


class Size(Protocol):
    """A distribution of sizes. Bytes throughout."""

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

    def draw(self, word: Words) -> Integers:
        mu, sigma = _mu_sigma(self.median_bytes, self.p99_bytes)
        exponent = np.minimum(mu + sigma * normal(word), 40.0)
        return np.clip(np.rint(exp(exponent)).astype(np.int64), 1, self.max_bytes)


@lru_cache(maxsize=256)
def _mu_sigma(median_bytes: int, p99_bytes: int) -> tuple[float, float]:
    mu, p99 = log(np.array([median_bytes, p99_bytes], dtype=np.float64)).tolist()
    return mu, (p99 - mu) / _Z99
