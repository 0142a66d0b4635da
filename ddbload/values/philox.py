"""Counter-based random bits: Philox4x64-10 as a pure function of (seed, stream name, counter). Nothing is drawn twice.

A word is 64 random bits; each counter has four. Only raw bits are taken from numpy, so that none of its releases can
change a workload. Algorithm: Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC '11.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]
"""Random words: shape (n, 4) where they belong to n counters, (n,) where one word of each is meant."""
Counters = npt.NDArray[np.int64]

_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_MULTIPLIERS = np.array([[0xD2E7470EE14C6C93], [0xCA5A826395121157]], dtype=np.uint64)
_MULTIPLIERS_LOW, _MULTIPLIERS_HIGH = _MULTIPLIERS & _LOW, _MULTIPLIERS >> _HALF
_WEYL = (0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B)
_ROUNDS = 10
_ONES = 2**64 - 1
_RANGE_FREE, _RANGE_EACH = 10_000, 7
"""numpy's generator makes a range of counters at about 15 ns each; `philox4x64` takes 150 us and 100 ns for each."""


@lru_cache(maxsize=4096)
def key_of(seed: int, stream: str) -> tuple[int, int]:
    """The Philox key of a named stream: the seed, and 8 bytes of the name's BLAKE2b."""
    return seed & _ONES, int.from_bytes(hashlib.blake2b(stream.encode(), digest_size=8).digest(), "little")


@lru_cache(maxsize=4096)
def _key_words(seed: int, stream: str) -> Words:
    return np.array(key_of(seed, stream), dtype=np.uint64)


def words(seed: int, stream: str, start: int, count: int, lane: int = 0) -> Words:
    """The words of the counters start .. start + count - 1, shape (count, 4).

    A counter has a set of words of its own in each lane (0 <= lane < 2**63): for what is drawn many times for it.
    """
    before = (start + (lane << 64) - 1) % 2**256  # numpy counts up before it computes
    counter = np.array([before >> shift & _ONES for shift in (0, 64, 128, 192)], dtype=np.uint64)
    return np.random.Philox(key=_key_words(seed, stream), counter=counter).random_raw(4 * count).reshape(count, 4)


def words_at(seed: int, stream: str, counters: Counters, lane: int = 0) -> Words:
    """The words of any counters (0 <= counter < 2**63), shape (n, 4)."""
    if not len(counters):
        return np.empty((0, 4), dtype=np.uint64)
    first, last = int(counters.min()), int(counters.max())
    if last - first < _RANGE_FREE + _RANGE_EACH * len(counters):
        return words(seed, stream, first, last - first + 1, lane)[counters - first]
    block = np.zeros((len(counters), 4), dtype=np.uint64)
    block[:, 0], block[:, 1] = counters, lane
    return philox4x64(block, key_of(seed, stream))


def further_words(block: Words, numbers: Counters) -> Words:
    """Words made of a row's own words and a number: for values that are made of many. Both have n rows.

    The row's 256 random bits are the counter, moved on by the number, of one Philox for all.
    """
    counters = block.copy()
    counters[:, 3] += numbers.astype(np.uint64)
    return philox4x64(counters, key_of(0, "further"))


def philox4x64(counters: Words, key: tuple[int, int]) -> Words:
    """Philox4x64-10 of 256-bit counters, shape (n, 4), least significant word first."""
    block = np.ascontiguousarray(counters.T, dtype=np.uint64)
    even, odd = block[0::2].copy(), block[1::2].copy()  # words (0, 2), which are multiplied, and (1, 3)
    for turn in range(_ROUNDS):
        round_key = np.array([[(k + turn * weyl) % 2**64] for k, weyl in zip(key, _WEYL, strict=True)], dtype=np.uint64)
        high = _multiply_high(even)
        low = even * _MULTIPLIERS
        even = high[::-1] ^ odd ^ round_key
        odd = low[::-1]
    out = np.empty((counters.shape[0], 4), dtype=np.uint64)
    out[:, 0::2], out[:, 1::2] = even.T, odd.T
    return out


def _multiply_high(x: Words) -> Words:
    """The upper 64 bits of the 128-bit products x * M, from products of 32-bit halves; exact."""
    low, high = x & _LOW, x >> _HALF
    cross = low * _MULTIPLIERS_HIGH
    middle = ((low * _MULTIPLIERS_LOW) >> _HALF) + (cross & _LOW) + high * _MULTIPLIERS_LOW  # below 2**64
    upper: Words = high * _MULTIPLIERS_HIGH + (cross >> _HALF) + (middle >> _HALF)
    return upper
