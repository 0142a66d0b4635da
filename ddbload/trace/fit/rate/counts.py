"""Arrivals counted over the time of a trace, in bounded memory."""

from __future__ import annotations

import numpy as np

from ddbload.values.transforms import Floats, Integers

_BINS = 61_440  # divisible by every factor below
_GROWTH = (5, 2, 5, 2, 5, 2, 5, 2, 6, 5, 2, 6)  # from 1 ms: 1 s, 10 s, a minute, an hour; then doubled


class RateCounts:
    """Arrivals counted in equal intervals that grow when the trace outgrows them: bounded memory.

    Attributes:
        width_ns: of the intervals: a millisecond, or a divisor or multiple of seconds, minutes, hours.
        tick_ns: the resolution of the times: all are multiples of it; 0 where all are the first.
    """

    def __init__(self) -> None:
        self.width_ns = 1_000_000
        self.tick_ns = 0
        self._grown = 0
        self.counts = np.zeros(_BINS, dtype=np.int64)
        self.last_ns = 0

    def add(self, times_ns: Integers) -> None:
        """Count some arrivals; times ascend."""
        self.last_ns = max(self.last_ns, int(times_ns[-1]))
        while self.last_ns // self.width_ns >= _BINS:
            factor = _GROWTH[self._grown] if self._grown < len(_GROWTH) else 2
            merged = self.counts.reshape(-1, factor).sum(axis=1)
            self.counts = np.concatenate([merged, np.zeros(_BINS - len(merged), dtype=np.int64)])
            self.width_ns *= factor
            self._grown += 1
        self.tick_ns = int(np.gcd(np.gcd.reduce(times_ns), self.tick_ns))
        self.counts += np.bincount(times_ns // self.width_ns, minlength=_BINS)

    @property
    def length_ns(self) -> int:
        """How long the trace is: the last time stands for all up to the next that the clock could have shown."""
        return self.last_ns + self.tick_ns

    @property
    def whole(self) -> int:
        """How many intervals the trace fills; what lies in the one that it ends in is no rate yet."""
        return min(_BINS, max(1, self.length_ns // self.width_ns))

    def at_ticks(self, together: int) -> int:
        """As many intervals, or some more, so that each group holds whole ticks: else the two would beat."""
        if self.tick_ns <= self.width_ns or self.tick_ns % self.width_ns:
            return together
        ticks = self.tick_ns // self.width_ns
        return -(-together // ticks) * ticks

    def grouped(self, together: int) -> Floats:
        """Counts of `together` intervals each; the last part of a group is left out."""
        used = self.whole // together * together
        counts: Floats = self.counts[:used].reshape(-1, together).sum(axis=1).astype(np.float64)
        return counts
