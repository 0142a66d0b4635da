"""Randomness of a stand-in: a pure function of (seed, n), so that a schedule of delays and faults can be told ahead."""

from __future__ import annotations

from zlib import crc32

_MASK = (1 << 64) - 1


def uniform(seed: int, purpose: str, n: int) -> float:
    """The n-th number of the seed's sequence for a purpose, uniform in (0, 1).

    Purposes keep draws apart: a fault's requests are not also the ones with the shortest delays.
    A SplitMix64 step: the finaliser of Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators" (2014).
    """
    x = ((seed + (crc32(purpose.encode()) << 32)) * 0xD1342543DE82EF95 + (n + 1) * 0x9E3779B97F4A7C15) & _MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _MASK
    return (((x ^ (x >> 31)) >> 11) + 0.5) / (1 << 53)
