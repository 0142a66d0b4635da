"""Expected units over a distribution of sizes: the mean of what is rounded up, not what the mean is rounded up to.

With blocks of b bytes a request of X bytes has max(1, ceil(X / b)) of them, and their expectation is
1 + P(X > b) + P(X > 2b) + ... : exact where the distribution is a list of sizes, a closed form in each term where it is
continuous. The rounding of one request is that of `ddbload.capacity.units`.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Protocol, TypeAlias

from ddbload.capacity.units import READ_BLOCK_BYTES, WRITE_BLOCK_BYTES

_Z99 = 2.3263478740408408
_NEVER = 1e-13
"""A tail below this is left out: it is less than the error of a floating-point sum."""


class Sizes(Protocol):
    """A distribution of sizes in bytes."""

    @property
    def mean_bytes(self) -> float:
        """The expected size."""
        ...

    @property
    def most_bytes(self) -> float:
        """No size is larger; it may be infinite."""
        ...

    def above(self, n_bytes: float) -> float:
        """The probability of a size larger than this."""
        ...


@dataclass(frozen=True, slots=True)
class ListedSizes:
    """Sizes by weight: measured ones, those of a histogram, those that a choice has."""

    sizes: tuple[int, ...]
    weights: tuple[float, ...]
    _tails: tuple[float, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.sizes or len(self.sizes) != len(self.weights):
            raise ValueError(f"as many weights as sizes are needed: {len(self.sizes)} and {len(self.weights)}")
        if self.sizes[0] < 0 or list(self.sizes) != sorted(set(self.sizes)):
            raise ValueError("sizes have to be ascending, different and not negative")
        if min(self.weights) < 0 or not 0 < sum(self.weights) < math.inf:
            raise ValueError("weights cannot be negative, and one of them has to be positive")
        tails = [*accumulate(reversed(self.weights))][::-1]
        object.__setattr__(self, "_tails", (*(tail / tails[0] for tail in tails), 0.0))

    @property
    def mean_bytes(self) -> float:
        """The expected size."""
        products = (size * weight for size, weight in zip(self.sizes, self.weights, strict=True))
        return math.fsum(products) / math.fsum(self.weights)

    @property
    def most_bytes(self) -> float:
        """The largest."""
        return self.sizes[-1]

    def above(self, n_bytes: float) -> float:
        """The probability of a size larger than this."""
        return self._tails[bisect_right(self.sizes, n_bytes)]


@dataclass(frozen=True, slots=True)
class UniformSizes:
    """Every whole size from the least to the most, all as likely."""

    least_bytes: int
    most_bytes: int

    def __post_init__(self) -> None:
        if not 0 <= self.least_bytes <= self.most_bytes:
            raise ValueError(f"0 <= least <= most is needed, found {self.least_bytes} and {self.most_bytes}")

    @property
    def mean_bytes(self) -> float:
        """The expected size."""
        return (self.least_bytes + self.most_bytes) / 2

    def above(self, n_bytes: float) -> float:
        """The probability of a size larger than this."""
        larger = self.most_bytes - max(math.floor(n_bytes), self.least_bytes - 1)
        return max(0.0, larger / (self.most_bytes - self.least_bytes + 1))


@dataclass(frozen=True, slots=True)
class LognormalSizes:
    """Sizes whose logarithm is normal; those beyond the least and the most become these.

    Attributes:
        median_bytes: half of them are smaller.
        sigma: the standard deviation of their logarithm; `sigma_of_p99` has it from the 99th percentile.
    """

    median_bytes: float
    sigma: float
    least_bytes: float = 0.0
    most_bytes: float = math.inf

    def __post_init__(self) -> None:
        if not (0 < self.median_bytes < math.inf and 0 <= self.sigma < math.inf):
            raise ValueError(f"a positive median and a sigma are needed, found {self.median_bytes} and {self.sigma}")
        if not 0 <= self.least_bytes <= self.most_bytes:
            raise ValueError(f"0 <= least <= most is needed, found {self.least_bytes} and {self.most_bytes}")

    @property
    def mean_bytes(self) -> float:
        """The expected size: E[min(X, most)], and what the least adds."""
        if not self.sigma:
            return min(max(self.median_bytes, self.least_bytes), self.most_bytes)
        return self._up_to(self.most_bytes) - self._up_to(self.least_bytes) + self.least_bytes

    def above(self, n_bytes: float) -> float:
        """The probability of a size larger than this."""
        if n_bytes < self.least_bytes:
            return 1.0
        if n_bytes >= self.most_bytes:
            return 0.0
        if n_bytes <= 0:
            return 1.0
        if not self.sigma:
            return float(self.median_bytes > n_bytes)
        return _beyond(math.log(n_bytes / self.median_bytes) / self.sigma)

    def _up_to(self, most: float) -> float:
        """E[min(X, most)] = exp(mu + s^2 / 2) P(Z < z - s) + most P(Z > z), with z = (ln most - mu) / s."""
        whole = self.median_bytes * math.exp(self.sigma**2 / 2)
        if most == math.inf:
            return whole
        if most <= 0:
            return 0.0
        z = math.log(most / self.median_bytes) / self.sigma
        return whole * _beyond(self.sigma - z) + most * _beyond(z)


def sigma_of_p99(median_bytes: float, p99_bytes: float) -> float:
    """The sigma of a lognormal distribution with this median and this 99th percentile."""
    if not 0 < median_bytes <= p99_bytes:
        raise ValueError(f"0 < median <= p99 is needed, found {median_bytes} and {p99_bytes}")
    return math.log(p99_bytes / median_bytes) / _Z99


@dataclass(frozen=True, slots=True)
class ShiftedSizes:
    """Sizes with so many bytes more: what is the same in every item."""

    sizes: Sizes
    more_bytes: int

    @property
    def mean_bytes(self) -> float:
        """The expected size."""
        return self.sizes.mean_bytes + self.more_bytes

    @property
    def most_bytes(self) -> float:
        """No size is larger."""
        return self.sizes.most_bytes + self.more_bytes

    def above(self, n_bytes: float) -> float:
        """The probability of a size larger than this."""
        return self.sizes.above(n_bytes - self.more_bytes)


@dataclass(frozen=True, slots=True)
class LargerSizes:
    """The larger of two sizes that have nothing to do with each other: an item before and after it is put anew."""

    first: Sizes
    second: Sizes

    @property
    def mean_bytes(self) -> float:
        """The expected size: the sum of P(X > n) over all whole n."""
        whole = range(math.ceil(min(self.most_bytes, 2**20)))
        return math.fsum(self.above(n_bytes) for n_bytes in whole)

    @property
    def most_bytes(self) -> float:
        """No size is larger."""
        return max(self.first.most_bytes, self.second.most_bytes)

    def above(self, n_bytes: float) -> float:
        """The probability that one of them is larger than this."""
        first, second = self.first.above(n_bytes), self.second.above(n_bytes)
        return first + second - first * second


SizesLike: TypeAlias = Sizes | float | Mapping[int, float] | Iterable[int]
"""A distribution; or one size, sizes with weights, or sizes that were measured."""


def sizes_of(given: SizesLike) -> Sizes:
    """A distribution from what says one: a size, a mapping of sizes to weights, or a sample of sizes.

    Raises:
        ValueError: no sizes, negative ones, or weights that are none.
    """
    if isinstance(given, (int, float)):
        if not math.isfinite(given):
            raise ValueError(f"a size in bytes is needed, found {given}")
        return ListedSizes((math.ceil(given),), (1.0,))
    if isinstance(given, Mapping):
        known = sorted(given.items())
        return ListedSizes(tuple(size for size, _ in known), tuple(float(weight) for _, weight in known))
    if isinstance(given, Iterable):
        counted: dict[int, float] = {}
        for size in given:
            counted[size] = counted.get(size, 0.0) + 1.0
        return sizes_of(counted)
    return given


# --- units -----------------------------------------------------------------------------------------------------------


def expected_read_units(sizes: SizesLike, *, consistent: bool = False, transactional: bool = False) -> float:
    """The mean of `read_units` over a distribution of sizes, each rounded up by itself: the item of a GetItem."""
    blocks = expected_blocks(sizes, READ_BLOCK_BYTES)
    if transactional:
        return 2.0 * blocks
    return blocks if consistent else 0.5 * blocks


def expected_write_units(sizes: SizesLike, *, transactional: bool = False) -> float:
    """The mean of `write_units` over a distribution of sizes: an item that is put, or an entry of an index."""
    blocks = expected_blocks(sizes, WRITE_BLOCK_BYTES)
    return 2.0 * blocks if transactional else blocks


def expected_blocks(sizes: SizesLike, block_bytes: int) -> float:
    """The mean of max(1, ceil(X / block)): 1 + the sum over k >= 1 of P(X > k blocks)."""
    known = sizes_of(sizes)
    terms, block = [1.0], 1
    while block * block_bytes < known.most_bytes:
        tail = known.above(block * block_bytes)
        if tail < _NEVER:
            break
        terms.append(tail)
        block += 1
    return math.fsum(terms)


def _beyond(z: float) -> float:
    """P(Z > z) of the standard normal distribution."""
    return math.erfc(z / math.sqrt(2)) / 2
