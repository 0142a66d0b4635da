"""When calls are due: absolute times in nanoseconds from the start, a pure function of load, seed and number.

The arrival rate r(t) is piecewise linear in t: every phase is one straight piece, or a turn of several that is repeated
until its end. Its integral

    L(t) = integral of r from 0 to t        (the arrivals expected by t)

is piecewise linear or quadratic, and both kinds of arrivals are its inverse (time rescaling): constant arrivals are
due at L^-1(k) for k = 0, 1, 2, ...; a Poisson process of rate 1 with points E_k (sums of exponential gaps of mean 1)
becomes one of rate r(t) when every point moves to L^-1(E_k). Nothing is accumulated in time, so nothing drifts.

Within a piece that starts at t0 with L(t0) = L0 and goes from rate a to rate b in D seconds, x = L - L0 arrivals lie
before t0 + u, where x = a u + (b - a) u^2 / (2 D); hence

    u = 2 x / (a + sqrt(a^2 + 2 (b - a) x / D)),

the root in the form that does not cancel; with a = b it is x / a.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise
from math import ceil

import numpy as np

from ddbload.scenario.levels import Level, OpenLoop, Piece, area_of, as_written, level_of, levels, turn_seconds
from ddbload.scenario.model import Load
from ddbload.scenario.quantity import spell_duration
from ddbload.values.philox import words
from ddbload.values.transforms import Floats, Integers, exponential
from ddbload.workload.arrivals import Arriving, in_blocks
from ddbload.workload.stream import Span

BLOCK = 512
"""Slots handed out at a time. No number depends on it; a block's cost must not delay the loop that waits for it."""
_CHUNK = 4096
"""Slots computed at a time, from a multiple of it on: rounding is the same whatever the blocks."""
_GAP_BITS = 32  # points are whole numbers of 2**-32 arrivals, so that sums do not depend on how they are grouped
_ONE = 2**_GAP_BITS
_FAR = 2**62
_NS = 10**9


# --- the axis --------------------------------------------------------------------------------------------------------


def spans(load: Load) -> tuple[Span, ...]:
    """The phases on the time axis, with the level (1.0 is 100 %) at the start and the end of each."""
    return spans_of(levels(load))


def spans_of(phases: Sequence[Level]) -> tuple[Span, ...]:
    """Phases on the time axis, such as those of one stream."""
    found: list[Span] = []
    start_ns = 0
    for level in phases:
        end_ns = start_ns + int(level.length * _NS)
        name = f"{level.kind} {spell_duration(level.seconds)}"
        found.append(Span(name, level.kind, start_ns, end_ns, level.measured, level.start, level.end, level.turn))
        start_ns = end_ns
    return tuple(found)


def level_at(over: Sequence[Span], t_ns: int) -> float:
    """The level at a time: 0 before the first phase and after the last."""
    position = bisect_right(over, t_ns, key=lambda span: span.start_ns) - 1
    if position < 0 or t_ns >= over[position].end_ns:
        return 0.0
    span = over[position]
    return float(level_of(turn_of(span), Fraction(t_ns - span.start_ns, _NS)))


def turn_of(span: Span) -> tuple[Piece, ...]:
    """The straight lines that a phase repeats until its end."""
    length = Fraction(span.end_ns - span.start_ns, _NS)
    return span.turn or (Piece(Fraction(0), length, as_written(span.from_level), as_written(span.to_level)),)


def phase_of(over: Sequence[Span], due_ns: Integers) -> Integers:
    """Which phase each of some times lies in."""
    starts = np.array([span.start_ns for span in over])
    return np.searchsorted(starts, due_ns, side="right") - 1


# --- phases with a load ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lines:
    """The pieces of a turn that hold arrivals, as columns: the arrivals before each, its start, length and rates."""

    before: Floats
    start_ns: Floats
    length_ns: Floats
    from_rate: Floats
    to_rate: Floats

    def after_ns(self, x: Floats) -> Floats:
        """How long after the turn's beginning x arrivals are expected, for 0 <= x <= those of the turn."""
        at = np.maximum(np.searchsorted(self.before, x, side="right") - 1, 0)
        a, b, length_ns = self.from_rate[at], self.to_rate[at], self.length_ns[at]
        since = np.maximum(x - self.before[at], 0.0)
        root = np.sqrt(np.maximum(a * a + 2.0 * (b - a) * since * (_NS / length_ns), 0.0))
        bent_ns = 2.0 * _NS * since / np.maximum(a + root, 1e-300)
        even_ns = since * (_NS / np.where(a == b, a, 1.0))
        within: Floats = np.minimum(np.where(a == b, even_ns, bent_ns), length_ns)
        return self.start_ns[at] + within


@dataclass(frozen=True, slots=True)
class Stretch:
    """One phase with its load: `before` are the arrivals expected before it, `expected` those in it. Exact.

    Attributes:
        each: arrivals expected in one whole turn, and `each_ns` how long it is; `turns` have begun by its end.
        lines: of one turn.
    """

    span: Span
    before: Fraction
    expected: Fraction
    each: Fraction
    each_ns: Fraction
    turns: int
    lines: Lines

    def due_ns(self, whole: int, x: Floats) -> Integers:
        """Times at which `whole` + x arrivals are expected, for those that lie in this phase."""
        base = whole - self.before
        if self.turns == 1:
            after_ns = self.lines.after_ns(x + float(base))
        else:
            done = max(0, int(base / self.each))  # whole turns before the first of these: exact, so that x stays small
            since, each = x + float(base - done * self.each), float(self.each)
            turn = np.clip(np.floor(since / each), 0, self.turns - 1 - done)
            begin_ns = (turn + done) * float(self.each_ns)
            after_ns = begin_ns + self.lines.after_ns(np.clip(since - turn * each, 0.0, each))
        length_ns = self.span.end_ns - self.span.start_ns
        inside = np.clip(np.rint(after_ns), 0, length_ns - 1)  # rounding must not carry a call over the phase's edge
        return self.span.start_ns + inside.astype(np.int64)


def _stretch(span: Span, full: Fraction, before: Fraction) -> Stretch:
    """A phase whose 100 % is `full` arrivals a second."""
    turn = turn_of(span)
    length = Fraction(span.end_ns - span.start_ns, _NS)
    each = turn_seconds(turn)
    reached = list(accumulate((full * piece.area for piece in turn), initial=Fraction(0)))
    rows = [
        (so_far, piece.at * _NS, piece.seconds * _NS, full * piece.start, full * piece.end)
        for so_far, piece in zip(reached, turn, strict=False)
        if piece.area
    ]
    columns = np.array([[float(cell) for cell in row] for row in rows], dtype=np.float64).reshape(-1, 5).T
    expected = full * area_of(turn, length)
    return Stretch(span, before, expected, reached[-1], each * _NS, ceil(length / each), Lines(*columns))


@dataclass(frozen=True, slots=True)
class Timetable:
    """All due times of one stream of an open-loop run. Its arrivals are numbered from 0 in the order of their times."""

    stretches: tuple[Stretch, ...]
    poisson: bool
    seed: int
    stream: str = "arrivals"

    @property
    def spans(self) -> tuple[Span, ...]:
        """Its phases."""
        return tuple(stretch.span for stretch in self.stretches)

    @property
    def total(self) -> Fraction:
        """Arrivals expected in the whole run: exact for constant arrivals (rounded up), the mean for Poisson ones."""
        return self.stretches[-1].before + self.stretches[-1].expected

    def chunks(self) -> Iterator[Integers]:
        """All due times in order, some thousand at a time."""
        points = self._poisson() if self.poisson else self._constant()
        latest = 0
        for whole, some in points:
            # each time is right to the nanosecond; where gaps are that small, rounding must not swap two of them
            due = np.maximum(np.maximum.accumulate(self._due_ns(whole, some)), latest)
            latest = int(due[-1])
            yield due

    def blocks(self, size: int = BLOCK) -> Iterator[Arriving]:
        """Consecutive arrivals, at most `size` at a time."""
        first = 0
        for due in self.chunks():
            yield from in_blocks(Arriving(first, due), size)
            first += len(due)

    def counts(self) -> tuple[int, ...]:
        """How many calls are due in each phase. Poisson arrivals have to be drawn for it (about 80 ns each)."""
        if self.poisson:
            return self.counts_over(self.spans)
        edges = [ceil(stretch.before) for stretch in self.stretches] + [ceil(self.total)]
        return tuple(last - first for first, last in pairwise(edges))

    def counts_over(self, phases: Sequence[Span]) -> tuple[int, ...]:
        """How many calls are due in each of some phases that are not its own. All are drawn for it."""
        total = np.zeros(len(phases), dtype=np.int64)
        for due in self.chunks():
            total += np.bincount(phase_of(phases, due), minlength=len(phases))
        return tuple(total.tolist())

    def expected(self) -> tuple[float, ...]:
        """How many calls are expected in each phase: the area under its lines."""
        return tuple(float(stretch.expected) for stretch in self.stretches)

    def _constant(self) -> Iterator[tuple[int, Integers]]:
        """(whole, points): arrivals at whole + point * 2**-32, a chunk at a time."""
        steps = np.arange(_CHUNK, dtype=np.int64) << _GAP_BITS
        total = ceil(self.total)
        for first in range(0, total, _CHUNK):
            yield first, steps[: total - first]

    def _poisson(self) -> Iterator[tuple[int, Integers]]:
        first, whole, part = 0, 0, 0  # E of the slot before `first` is whole + part * 2**-32
        while True:
            gaps = np.rint(exponential(words(self.seed, self.stream, first, _CHUNK)[:, 0]) * float(_ONE))
            points = part + np.cumsum(gaps.astype(np.int64))
            inside = int(np.searchsorted(points, _points(self.total - whole)))
            if inside:
                yield whole, points[:inside]
            if inside < _CHUNK:
                return
            first += _CHUNK
            whole += int(points[-1]) >> _GAP_BITS
            part = int(points[-1]) & (_ONE - 1)

    def _due_ns(self, whole: int, points: Integers) -> Integers:
        """L^-1(whole + points) for ascending points; the whole part stays apart so that no digit of them is lost."""
        loaded = [stretch for stretch in self.stretches if stretch.expected]
        edges = np.searchsorted(points, [_points(stretch.before - whole) for stretch in loaded]).tolist()
        due = np.empty(len(points), dtype=np.int64)
        for stretch, (begin, end) in zip(loaded, pairwise([*edges, len(points)]), strict=True):
            if begin < end:
                due[begin:end] = stretch.due_ns(whole, points[begin:end] * (1.0 / _ONE))
        return due


def _points(arrivals: Fraction) -> int:
    """The first point, in 2**-32 arrivals, that is not before some arrivals; cut off beyond any chunk."""
    return int(max(-_FAR, min(_FAR, ceil(arrivals * _ONE))))


def timetable(over: Sequence[Span], rate: float, *, poisson: bool, seed: int, stream: str = "arrivals") -> Timetable:
    """The timetable of phases whose 100 % is `rate` arrivals a second; `stream` names what they are drawn from."""
    stretches: list[Stretch] = []
    full, before = as_written(rate), Fraction(0)
    for span in over:
        stretches.append(_stretch(span, full, before))
        before += stretches[-1].expected
    return Timetable(tuple(stretches), poisson, seed, stream)


def timetable_of(loop: OpenLoop, seed: int) -> Timetable:
    """The timetable of a load's own arrivals, or of one of its streams."""
    stream = f"arrivals/{loop.name}" if loop.name else "arrivals"
    return timetable(spans_of(loop.levels), loop.rate, poisson=loop.poisson, seed=seed, stream=stream)
