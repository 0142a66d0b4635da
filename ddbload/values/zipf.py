"""Ranks by Zipf's law, the most popular first: of a constant number, or of a number that differs from draw to draw."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ddbload.values.philox import Words
from ddbload.values.transforms import Floats, Integers, exp, log, unit


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
        sums, total = _zipf_table(self.n, self.exponent)
        target = unit(block[:, 0]) * total
        rank = np.searchsorted(sums, target, side="right").astype(np.int64)
        tail = np.flatnonzero(rank >= _TABLE)
        if len(tail):
            rank[tail] = _beyond(target[tail], self.exponent, np.full(len(tail), self.n))
        return rank


@dataclass(frozen=True, slots=True)
class Latest:
    """How far back from the newest of `counts` items: 0 is the newest, rank r = 1 .. counts as number r - 1, by Zipf.

    Every draw has a count of its own (1 .. 1e15), since items are added between them; with a constant count the draws
    are those of `Zipf` to the bit. The sum of the weights of the first n ranks is what depends on the count: up to
    65,536 it stands in the table of sums, which is one for all counts; beyond, it is the table's last sum and an
    integral in closed form. So a draw costs the same whatever the count, and memory grows with neither.
    """

    exponent: float

    def draw(self, block: Words, counts: Integers) -> Integers:
        """One number below its count for each row of the words, shape (n, 4); counts have the shape (n,)."""
        if not len(counts):
            return np.empty(0, dtype=np.int64)
        _check(int(counts.min()), int(counts.max()), self.exponent)
        sums = _sums(self.exponent)
        total = sums[np.minimum(counts, _TABLE) - 1]
        large = np.flatnonzero(counts > _TABLE)
        if len(large):
            ends = counts[large].astype(np.float64) + 0.5
            total[large] += _antiderivative(ends, self.exponent) - _edge(self.exponent)
        target = unit(block[:, 0]) * total
        rank = np.searchsorted(sums, target, side="right").astype(np.int64)
        tail = np.flatnonzero(rank >= _TABLE)
        if len(tail):
            rank[tail] = _beyond(target[tail], self.exponent, counts[tail])
        ranks: Integers = np.minimum(rank, counts - 1)  # rounding must not pass the last rank
        return ranks


_TABLE = 2**16
_EXPONENTS_BELOW = 5
_RANKS = 10**15


def _check(fewest: int, most: int, s: float) -> None:
    if not 0 < s < _EXPONENTS_BELOW or not 1 <= fewest <= most <= _RANKS:
        found = f"{most}" if fewest == most else f"{fewest} to {most}"
        raise ValueError(f"zipf takes an exponent between 0 and 5 and up to 1e15 ranks, found {s} and {found}")


@lru_cache(maxsize=64)
def _sums(s: float) -> Floats:
    """Sums of the weights of the first 1, 2, 3, ... ranks, as far as the table goes."""
    return np.cumsum(exp(-s * log(np.arange(1, _TABLE + 1, dtype=np.float64))))


@lru_cache(maxsize=64)
def _edge(s: float) -> float:
    """The antiderivative of x ** -s behind the table's last rank."""
    return float(_antiderivative(np.array([_TABLE + 0.5]), s)[0])


@lru_cache(maxsize=256)
def _zipf_table(n: int, s: float) -> tuple[Floats, float]:
    """Sums of the weights of the first ranks; the sum of all weights."""
    _check(n, n, s)
    sums = _sums(s)
    if n <= _TABLE:
        return sums[: n - 1], float(
            sums[n - 1]
        )  # the last rank takes all that is left, so that rounding cannot pass it
    last = float(_antiderivative(np.array([n + 0.5]), s)[0])
    return sums, float(sums[-1]) + (last - _edge(s))


def _beyond(target: Floats, s: float, counts: Integers) -> Integers:
    """The numbers behind the table at which the sum of the weights reaches the target."""
    integral = _edge(s) + (target - _sums(s)[-1])
    x = np.minimum(_antiderivative_inverse(integral, s), counts)
    return np.clip(np.ceil(x - 0.5).astype(np.int64) - 1, _TABLE, counts - 1)


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
