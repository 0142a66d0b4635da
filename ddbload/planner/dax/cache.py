"""What a cache with a time to live and a bounded memory serves: hit ratios of things that are asked for by chance.

Requests and refills of a thing come by Poisson, independently of all others (the independent reference model), and a
hit does not prolong its life, as in DAX (Developer Guide, "DAX and DynamoDB consistency models" and "In-memory
acceleration with DAX", item and query cache). Then a thing is in the cache for `on` seconds and out of it for `off`, in
turn, and by Poisson arrivals seeing time averages the hit ratio is on / (on + off):

- out: until the next request or refill, off = 1 / (r + w), with r requests and w refills (writes through the cache) a
  second;
- in, by its time to live T, which a refill begins anew: until no refill has come for T, on = (e^(wT) - 1) / w, which is
  T for w = 0; then the ratio is rT / (1 + rT), that of Jung, Berger and Balakrishnan, "Modeling TTL-based Internet
  caches" (INFOCOM 2003);
- in, by the memory: until it has not been touched for the characteristic time C of the least recently used,
  on = (e^((r + w)C) - 1) / (r + w), so that the ratio is 1 - e^(-rC) for w = 0: Che, Tung and Wang, "Hierarchical web
  caching systems" (IEEE JSAC 20, 2002). C is where the things expected in the cache just fill it. Without bounds of
  memory it is infinite.

Where both bind, the shorter of both means is taken: an upper bound, within a few points (see the tests).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ddbload.planner.dax.popularity import Popularity
from ddbload.planner.demand.model import Floats

_MOST_EXPONENT = 300.0  # beyond, it is there for good; e to it is still a number when it is multiplied
_IDLE_S = (1e-12, 1e9)
"""Bounds of the characteristic time."""
_HALVINGS = 48


@dataclass(frozen=True, slots=True)
class Population:
    """Things of one kind that a cache keeps.

    Attributes:
        popularity: of its things.
        reads: requests a second, all together.
        refills: writes through the cache a second, of the same popularity.
        entry_bytes: of one thing in the cache.
        ttl_s: its time to live; infinite for good.
    """

    popularity: Popularity
    reads: float
    refills: float
    entry_bytes: float
    ttl_s: float


@dataclass(frozen=True, slots=True)
class Served:
    """What a cache does: the hit ratio of each population, and the bytes that it holds."""

    hits: tuple[float, ...]
    held_bytes: float


@dataclass(frozen=True, slots=True)
class Passing:
    """What comes into a cache and is not asked for again: it lies there until it expires, or is pushed out."""

    bytes_per_second: float
    ttl_s: float


def served(populations: Sequence[Population], memory_bytes: float, passing: Sequence[Passing] = ()) -> Served:
    """The hit ratios of populations that share a memory, with each other and with what passes through it."""
    if _bytes(populations, passing, math.inf) <= memory_bytes:
        return _at(populations, passing, math.inf)
    low, high = _IDLE_S
    for _ in range(_HALVINGS):
        middle = math.sqrt(low * high)
        fits = _bytes(populations, passing, middle) <= memory_bytes
        low, high = (middle, high) if fits else (low, middle)
    return _at(populations, passing, low)


def _at(populations: Sequence[Population], passing: Sequence[Passing], idle_s: float) -> Served:
    hits = tuple(
        min(1.0, float(_there(one, idle_s) @ (one.popularity.share * one.popularity.count))) if one.reads > 0 else 0.0
        for one in populations
    )
    return Served(hits, _bytes(populations, passing, idle_s))


def _bytes(populations: Sequence[Population], passing: Sequence[Passing], idle_s: float) -> float:
    kept = math.fsum(float(_there(one, idle_s) @ one.popularity.count) * one.entry_bytes for one in populations)
    return kept + math.fsum(one.bytes_per_second * min(one.ttl_s, idle_s) for one in passing if one.bytes_per_second)


def _there(one: Population, idle_s: float) -> Floats:
    """The share of the time that a thing of each class is in the cache."""
    reads, refills = one.reads * one.popularity.share, one.refills * one.popularity.share
    touches = reads + refills
    on = np.minimum(_until_quiet(refills, one.ttl_s), _until_quiet(touches, idle_s))
    share: Floats = np.where(np.isinf(on), np.sign(touches), 1 - 1 / (1 + touches * np.where(np.isinf(on), 0, on)))
    return share


def _until_quiet(rate: Floats, gap_s: float) -> Floats:
    """Mean time until a Poisson process has been quiet for `gap_s`: (e^(rate x gap) - 1) / rate."""
    if math.isinf(gap_s):
        return np.full(rate.shape, math.inf)
    exponent = np.minimum(rate * gap_s, _MOST_EXPONENT)
    safe = np.maximum(rate, 1e-300)
    time: Floats = np.where(exponent < 1e-9, gap_s, np.expm1(exponent) / safe)  # noqa: PLR2004 - its limit at 0
    return time
