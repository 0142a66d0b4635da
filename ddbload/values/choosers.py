"""Which of n: uniform, hotspot and gaussian choices as functions of words; the bijection that scatters ranks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np

from ddbload.values.philox import Words, words
from ddbload.values.transforms import Integers, below, normal_cdf, normal_quantile, unit


class Chooser(Protocol):
    """Chooses among 0 .. n-1; for skewed choosers these are ranks, the most popular first."""

    @property
    def n(self) -> int: ...

    def draw(self, block: Words) -> Integers:
        """One number for each row of the words, shape (count, 4)."""
        ...


@dataclass(frozen=True, slots=True)
class Uniform:
    """Every number alike."""

    n: int

    def draw(self, block: Words) -> Integers:
        return below(block[:, 0], self.n)


@dataclass(frozen=True, slots=True)
class Hotspot:
    """A share of the draws goes to the hot numbers, 0 .. hot-1; the rest to all others.

    Attributes:
        n: how many there are to choose from.
        hot: how many of them are hot, 1 .. n.
        share: the share of the draws that goes to them.
    """

    n: int
    hot: int
    share: float

    def draw(self, block: Words) -> Integers:
        if self.hot == self.n:
            return below(block[:, 1], self.hot)
        is_hot = unit(block[:, 0]) < self.share
        return np.where(is_hot, below(block[:, 1], self.hot), self.hot + below(block[:, 1], self.n - self.hot))


@dataclass(frozen=True, slots=True)
class Gaussian:
    """Positions 0 .. n-1 by a normal distribution that is cut to them; mean and deviation are shares of n.

    Position i is drawn as often as a normal number of mean `mean * n` and standard deviation `deviation * n` falls
    between i and i + 1, given that it falls between 0 and n. By inversion: nothing is drawn twice or moved to the edge.
    """

    n: int
    mean: float
    deviation: float

    def __post_init__(self) -> None:
        if not 0 <= self.mean <= 1:
            raise ValueError(f"gaussian takes a mean from 0 to 100 % of the positions, found {self.mean * 100:g} %")
        if not _NARROWEST <= self.deviation <= _WIDEST:
            raise ValueError(f"gaussian takes a deviation from 0.0001 % to 1000 %, found {self.deviation * 100:g} %")

    def draw(self, block: Words) -> Integers:
        first, last = _gaussian_ends(self.mean, self.deviation)
        z = normal_quantile(first + unit(block[:, 0]) * (last - first))
        positions = np.floor((self.mean + self.deviation * z) * self.n)
        return np.clip(positions.astype(np.int64), 0, self.n - 1)


_NARROWEST, _WIDEST = 1e-6, 10.0


@lru_cache(maxsize=256)
def _gaussian_ends(mean: float, deviation: float) -> tuple[float, float]:
    """The shares of the whole normal distribution below the first position, and up to the last one's end."""
    first, last = normal_cdf(np.array([-mean / deviation, (1.0 - mean) / deviation])).tolist()
    return max(first, 2.0**-53), min(last, 1.0 - 2.0**-53)  # what `normal_quantile` takes


@dataclass(frozen=True, slots=True)
class Scatter:
    """A bijection of 0 .. n-1 that looks random: a Feistel network over the next power of two, walked until below n.

    `seed` and `stream` choose the bijection. It spreads popular ranks over the items, so that neighbours in popularity
    are not neighbours in the key.
    """

    n: int
    seed: int
    stream: str

    def __call__(self, numbers: Integers) -> Integers:
        if self.n <= _SCATTER_TABLE:
            return _scatter_table(self)[numbers]
        return self._walk(numbers)

    def _walk(self, numbers: Integers) -> Integers:
        keys = words(self.seed, self.stream, 0, 1)[0].tolist()
        bits = max(2, (self.n - 1).bit_length())
        out = _feistel(numbers.astype(np.uint64), bits, keys)
        outside = np.flatnonzero(out >= self.n)
        while len(outside):
            out[outside] = _feistel(out[outside], bits, keys)
            outside = outside[out[outside] >= self.n]
        return out.astype(np.int64)


_SCATTER_TABLE = 2**16


@lru_cache(maxsize=64)
def _scatter_table(scatter: Scatter) -> Integers:
    return scatter._walk(np.arange(scatter.n))  # noqa: SLF001 - the same class's own table


def _feistel(x: Words, bits: int, keys: list[int]) -> Words:
    """Four rounds on halves of bits // 2 and the rest; each is undone by repeating it, so the whole is a bijection."""
    right_bits = np.uint64(bits - bits // 2)
    masks = (np.uint64((1 << (bits // 2)) - 1), np.uint64((1 << int(right_bits)) - 1))
    halves = [x >> right_bits, x & masks[1]]
    for turn, key in enumerate(keys):
        changed = turn % 2
        halves[changed] = halves[changed] ^ (_mix(halves[1 - changed], key) & masks[changed])
    return (halves[0] << right_bits) | halves[1]


def _mix(x: Words, key: int) -> Words:
    """A keyed 64-bit hash: two multiplications by odd constants with the upper bits folded down."""
    y = (x + np.uint64(key)) * np.uint64(0x9E3779B97F4A7C15)
    y = (y ^ (y >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93)
    return y ^ (y >> np.uint64(29))
