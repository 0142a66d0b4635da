"""When calls are due: absolute times in nanoseconds from the start, a pure function of load, seed and number.

The arrival rate r(t) is piecewise linear in t: constant in `warm` and `hold`, a straight line in `ramp`. Its integral

    L(t) = integral of r from 0 to t        (the arrivals expected by t)

is piecewise linear or quadratic, and both kinds of arrivals are its inverse (time rescaling): constant arrivals are
due at L^-1(k) for k = 0, 1, 2, ...; a Poisson process of rate 1 with points E_k (sums of exponential gaps of mean 1)
becomes one of rate r(t) when every point moves to L^-1(E_k). Nothing is accumulated in time, so nothing drifts.

Within a phase that starts at t0 with L(t0) = L0 and goes from rate a to rate b in D seconds, x = L - L0 arrivals lie
before t0 + u, where x = a u + (b - a) u^2 / (2 D); hence

    u = 2 x / (a + sqrt(a^2 + 2 (b - a) x / D)),

the root in the form that does not cancel; with a = b it is x / a.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil

import numpy as np

from ddbload.scenario.levels import levels
from ddbload.scenario.model import Load
from ddbload.scenario.quantity import spell_duration
from ddbload.values.philox import words
from ddbload.values.transforms import Floats, Integers, exponential
from ddbload.workload.stream import Span

BLOCK = 512
"""Slots computed at a time. No number depends on it; a block's cost must not delay the loop that waits for it."""
_GAP_BITS = 32  # gaps are summed as whole numbers of 2**-32, so that sums do not depend on how they are grouped
_NS = 10**9


@dataclass(frozen=True, slots=True)
class Stretch:
    """One phase with its load: rates in arrivals a second, `before` the arrivals expected before it. Exact."""

    span: Span
    from_rate: Fraction
    to_rate: Fraction
    before: Fraction

    @property
    def expected(self) -> Fraction:
        """Arrivals expected in it: the area under the line."""
        return (self.from_rate + self.to_rate) / 2 * Fraction(self.span.end_ns - self.span.start_ns, _NS)

    def due_ns(self, whole: int, x: Floats) -> Integers:
        """Times at which `whole` + x arrivals are expected, for those that lie in this phase."""
        since = x + float(whole - self.before)
        length_ns = self.span.end_ns - self.span.start_ns
        a, b = float(self.from_rate), float(self.to_rate)
        if a == b:
            u_ns = since * (_NS / a)
        else:
            root = np.sqrt(np.maximum(a * a + 2.0 * (b - a) * since * (_NS / length_ns), 0.0))
            u_ns = 2.0 * _NS * since / np.maximum(a + root, 1e-300)
        inside = np.clip(np.rint(u_ns), 0, length_ns - 1)  # rounding must not carry a call over the phase's edge
        return self.span.start_ns + inside.astype(np.int64)


def spans(load: Load) -> tuple[Span, ...]:
    """The phases on the time axis, with the level (1.0 is 100 %) at the start and the end of each."""
    found: list[Span] = []
    start_ns = 0
    for level in levels(load):
        end_ns = start_ns + max(1, round(level.seconds * _NS))
        name = f"{level.kind} {spell_duration(level.seconds)}"
        found.append(Span(name, level.kind, start_ns, end_ns, level.measured, level.start, level.end))
        start_ns = end_ns
    return tuple(found)


def level_at(over: Sequence[Span], t_ns: int) -> float:
    """The level at a time: 0 before the first phase and after the last."""
    position = bisect_right([span.start_ns for span in over], t_ns) - 1
    if position < 0 or t_ns >= over[position].end_ns:
        return 0.0
    span = over[position]
    done = (t_ns - span.start_ns) / (span.end_ns - span.start_ns)
    return span.from_level + (span.to_level - span.from_level) * done


@dataclass(frozen=True, slots=True)
class Timetable:
    """All due times of an open-loop run. Slots are numbered from 0 in the order of their times."""

    stretches: tuple[Stretch, ...]
    poisson: bool
    seed: int

    @property
    def expected(self) -> Fraction:
        """Arrivals expected in the whole run: exact for constant arrivals (rounded up), the mean for Poisson ones."""
        return self.stretches[-1].before + self.stretches[-1].expected

    def blocks(self, size: int = BLOCK) -> Iterator[tuple[int, Integers]]:
        """(first slot, due times) of consecutive slots, at most `size` at a time."""
        return self._poisson(size) if self.poisson else self._constant(size)

    def counts(self) -> tuple[int, ...]:
        """How many calls are due in each phase. Poisson arrivals have to be drawn for it (about 50 ns each)."""
        if not self.poisson:
            edges = [ceil(stretch.before) for stretch in self.stretches] + [ceil(self.expected)]
            return tuple(last - first for first, last in pairwise(edges))
        starts = np.array([stretch.span.start_ns for stretch in self.stretches])
        total = np.zeros(len(starts), dtype=np.int64)
        for _, due in self.blocks(2**15):
            total += np.bincount(np.searchsorted(starts, due, side="right") - 1, minlength=len(starts))
        return tuple(total.tolist())

    def _constant(self, size: int) -> Iterator[tuple[int, Integers]]:
        for first in range(0, ceil(self.expected), size):
            count = min(size, ceil(self.expected) - first)
            yield first, self._due_ns(first, np.arange(count, dtype=np.float64))

    def _poisson(self, size: int) -> Iterator[tuple[int, Integers]]:
        first, whole, part = 0, 0, 0  # E of the slot before `first` is whole + part * 2**-32
        latest = 0
        while True:
            gaps = np.rint(exponential(words(self.seed, "arrivals", first, size)[:, 0]) * 2.0**_GAP_BITS)
            points = part + np.cumsum(gaps.astype(np.int64))
            x = points.astype(np.float64) * 2.0**-_GAP_BITS
            inside = int(np.searchsorted(x, float(self.expected - whole)))
            if inside:
                # each time is right to the nanosecond; where gaps are that small, rounding must not swap two of them
                due = np.maximum(np.maximum.accumulate(self._due_ns(whole, x[:inside])), latest)
                latest = int(due[-1])
                yield first, due
            if inside < size:
                return
            first += size
            whole += int(points[-1]) >> _GAP_BITS
            part = int(points[-1]) & (2**_GAP_BITS - 1)

    def _due_ns(self, whole: int, x: Floats) -> Integers:
        """L^-1(whole + x) for ascending x; the whole part stays apart so that no digit of x is lost."""
        due = np.empty(len(x), dtype=np.int64)
        edges = np.searchsorted(x, [float(stretch.before - whole) for stretch in self.stretches])
        for stretch, (begin, end) in zip(self.stretches, pairwise([*edges.tolist(), len(x)]), strict=True):
            if begin < end:
                due[begin:end] = stretch.due_ns(whole, x[begin:end])
        return due


def timetable(over: Sequence[Span], rate: float, *, poisson: bool, seed: int) -> Timetable:
    """The timetable of phases whose 100 % is `rate` arrivals a second."""
    stretches: list[Stretch] = []
    full, before = _as_written(rate), Fraction(0)
    for span in over:
        stretches.append(Stretch(span, full * _as_written(span.from_level), full * _as_written(span.to_level), before))
        before += stretches[-1].expected
    return Timetable(tuple(stretches), poisson, seed)


def _as_written(number: float) -> Fraction:
    """The decimal number that was written: 0.333 rather than the binary fraction nearest to it."""
    return Fraction(number).limit_denominator(10**9)
