"""The hottest keys of a run in bounded memory: a heavy-hitter sketch with weights, and its merge over workers.

Space-Saving (Metwally, Agrawal, El Abbadi, "Efficient computation of frequent and top-k elements in data streams",
2005), with weights and in batches; merged as in Cafaro, Pulimeno, Tempesta, "A parallel space saving algorithm for
frequent items and the Hurwitz zeta distribution", 2016.

What holds, with W the sum of all weights and k the capacity:

- a key's true weight lies in [count - error, count], and error <= W / k;
- a key that is not listed weighs at most `floor`, and floor <= W / k: whatever weighs more than W / k is listed.

Why: a key that comes into the sketch may have been there before with at most `floor`, so it starts at floor + weight
with floor as its error. At most k keys are kept, the largest; floor becomes the largest count that was let go. Every
count let go is at least the floor that was granted to a newcomer, so the k kept never sum to more than W, the least
of them is at most W / k, and floor is not above it. The same holds for a merge with the sum of both floors.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Generic, TypeVar

K = TypeVar("K")

CAPACITY = 1000
"""Keys that a sketch keeps: whatever has more than 0.1 % of the weight is among them."""
_BATCH_KEYS = 2048  # distinct keys that wait: a batch is sorted in, in under a millisecond


@dataclass(frozen=True, slots=True)
class Hitter(Generic[K]):
    """A key with the most that it can weigh; it weighs at least count - error."""

    key: K
    count: float
    error: float


@dataclass(frozen=True, slots=True)
class HeavyHitters(Generic[K]):
    """What a sketch knows of the calls of a while; a plain value, to be sent between processes and merged.

    Attributes:
        capacity: the most keys that are kept.
        total: the weight of all calls, exact.
        floor: the most that a key weighs which is not listed; 0 while all are.
        counts: the most that each listed key weighs.
        errors: by how much that may be too much; of the keys with any error.
    """

    capacity: int = CAPACITY
    total: float = 0.0
    floor: float = 0.0
    counts: Mapping[K, float] = field(default_factory=dict)
    errors: Mapping[K, float] = field(default_factory=dict)

    def top(self, n: int) -> list[Hitter[K]]:
        """The n heaviest keys by count, the heaviest first."""
        hitters = (Hitter(key, count, self.errors.get(key, 0.0)) for key, count in self.counts.items())
        return heapq.nlargest(n, hitters, key=attrgetter("count"))


class HeavyHitterSketch(Generic[K]):
    """Counts keys by weight as they come, on the hot path: an addition to a dict, and now and then a batch."""

    __slots__ = ("_batch", "_capacity", "_counts", "_errors", "_floor", "_total")

    def __init__(self, capacity: int = CAPACITY) -> None:
        """A sketch that keeps `capacity` keys (1 or more)."""
        if capacity < 1:
            raise ValueError(f"a sketch keeps one key at least, not {capacity}")
        self._capacity = capacity
        self._batch: dict[K, float] = {}
        self._clear()

    def add(self, key: K, weight: float = 1.0) -> None:
        """Count a call of this key. A weight is never negative; exact while it is a multiple of 0.5, as units are."""
        batch = self._batch
        if key in batch:
            batch[key] += weight
        else:
            batch[key] = weight
            if len(batch) >= _BATCH_KEYS:
                self._sort_in()

    def take(self) -> HeavyHitters[K]:
        """What came since the last take; the sketch is empty afterwards. To be merged with what came before."""
        self._sort_in()
        taken = HeavyHitters(self._capacity, self._total, self._floor, self._counts, self._errors)
        self._clear()
        return taken

    def _clear(self) -> None:
        self._counts: dict[K, float] = {}
        self._errors: dict[K, float] = {}
        self._total = 0.0
        self._floor = 0.0

    def _sort_in(self) -> None:
        counts, errors, floor = self._counts, self._errors, self._floor
        for key, weight in self._batch.items():
            if key in counts:
                counts[key] += weight
            else:
                counts[key] = weight + floor
                if floor:
                    errors[key] = floor
        self._total += sum(self._batch.values())
        self._batch.clear()
        self._counts, self._errors, self._floor = _heaviest(counts, errors, self._capacity, floor)


def merge(first: HeavyHitters[K], second: HeavyHitters[K]) -> HeavyHitters[K]:
    """Both as one, with the smaller of their capacities: of several workers, or of several takes of one."""
    counts: dict[K, float] = {}
    errors: dict[K, float] = {}
    for one, other in ((first, second), (second, first)):
        for key, count in one.counts.items():
            if key not in counts:
                counts[key] = count + other.counts.get(key, other.floor)
                absent = 0.0 if key in other.counts else other.floor
                if error := one.errors.get(key, 0.0) + other.errors.get(key, absent):
                    errors[key] = error
    capacity = min(first.capacity, second.capacity)
    kept, errors, floor = _heaviest(counts, errors, capacity, first.floor + second.floor)
    return HeavyHitters(capacity, first.total + second.total, floor, kept, errors)


def merge_all(parts: Iterable[HeavyHitters[K]], capacity: int = CAPACITY) -> HeavyHitters[K]:
    """All of them as one."""
    merged: HeavyHitters[K] = HeavyHitters(capacity)
    for part in parts:
        merged = merge(merged, part)
    return merged


def _heaviest(
    counts: dict[K, float], errors: dict[K, float], capacity: int, floor: float
) -> tuple[dict[K, float], dict[K, float], float]:
    """The heaviest keys as they fit, and what the others weigh at most."""
    if len(counts) <= capacity:
        return counts, errors, floor
    ordered = sorted(counts.values())
    floor, least = ordered[-capacity - 1 : len(ordered) - capacity + 1]
    kept = {key: count for key, count in counts.items() if count > least}
    if room := capacity - len(kept):  # of those that are equally light, as many as fit
        equal = (key for key, count in counts.items() if count == least)
        kept.update((key, least) for key, _ in zip(equal, range(room), strict=False))
    return kept, {key: error for key, error in errors.items() if key in kept}, floor
