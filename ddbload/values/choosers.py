"""Which of n: uniform, Zipf and hotspot choices as functions of random words; the bijection that scatters ranks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np

from ddbload.values.philox import Words, words
from ddbload.values.transforms import Floats, Integers, below, exp, log, unit


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
class Zipf:
    """Rank r = 1 .. n with probability proportional to r ** -exponent, as number r - 1. n up to 1e15.

    By inversion of the distribution function. The first 65,536 ranks have a table of exact sums. Beyond it a rank's
    weight is taken as the integral of x ** -s over r - 1/2 .. r + 1/2 (the midpoint form of the Euler-Maclaurin sum),
    which is r ** -s * (1 + s(s+1) / (24 r^2) + ...): for s < 5 every rank is right to 3e-10 of its probability, and
    the integral can be inverted in closed form, so that memory does not grow with n.
    """

    n: int
    exponent: float

    def draw(self, block: Words) -> Integers:
        sums, edge, total = _zipf_table(self.n, self.exponent)
        target = unit(block[:, 0]) * total
        rank = np.searchsorted(sums, target, side="right").astype(np.int64)
        tail = np.flatnonzero(rank >= _TABLE)
        if len(tail):
            rank[tail] = self._beyond(edge + (target[tail] - sums[-1]))
        return rank

    def _beyond(self, integral: Floats) -> Integers:
        """The numbers at which the antiderivative of x ** -s reaches the given values."""
        x = _antiderivative_inverse(integral, self.exponent)
        return np.clip(np.ceil(np.minimum(x, self.n) - 0.5).astype(np.int64) - 1, _TABLE, self.n - 1)


_TABLE = 2**16
_EXPONENTS_BELOW = 5
_RANKS = 10**15


@lru_cache(maxsize=256)
def _zipf_table(n: int, s: float) -> tuple[Floats, float, float]:
    """Sums of the weights of the first ranks; the antiderivative of x ** -s behind them; the sum of all weights."""
    if not 0 < s < _EXPONENTS_BELOW or not 1 <= n <= _RANKS:
        raise ValueError(f"zipf takes an exponent between 0 and 5 and up to 1e15 ranks, found {s} and {n}")
    ranks = np.arange(1, min(n, _TABLE) + 1, dtype=np.float64)
    sums = np.cumsum(exp(-s * log(ranks)))
    edge, last = _antiderivative(np.array([_TABLE + 0.5, n + 0.5]), s).tolist()
    if n <= _TABLE:
        return sums[:-1], edge, float(sums[-1])  # the last rank takes all that is left, so that rounding cannot pass it
    return sums, edge, float(sums[-1]) + (last - edge)


def _antiderivative(x: Floats, s: float) -> Floats:
    """(x ** (1-s) - 1) / (1-s), which tends to ln x where s nears 1."""
    power = (1.0 - s) * log(x)
    return log(x) * _expm1_over(power)


def _antiderivative_inverse(y: Floats, s: float) -> Floats:
    """(1 + (1-s) y) ** (1 / (1-s)), which tends to e ** y where s nears 1."""
    z = np.maximum((1.0 - s) * y, -1.0 + 2.0**-53)  # rounding must not pass the integral's limit for s > 1
    return exp(np.minimum(y * _log1p_over(z), 80.0))


_SMALL = 1e-4


def _expm1_over(x: Floats) -> Floats:
    """(e ** x - 1) / x, 1 at 0; by its series where the subtraction would cancel."""
    safe = np.where(np.abs(x) < _SMALL, 1.0, x)
    return np.where(np.abs(x) < _SMALL, 1.0 + x / 2.0 + x * x / 6.0 + x * x * x / 24.0, (exp(safe) - 1.0) / safe)


def _log1p_over(x: Floats) -> Floats:
    """ln(1 + x) / x, 1 at 0; by its series where the addition would round x away."""
    safe = np.where(np.abs(x) < _SMALL, 1.0, x)
    return np.where(np.abs(x) < _SMALL, 1.0 - x / 2.0 + x * x / 3.0 - x * x * x / 4.0, log(1.0 + safe) / safe)


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
