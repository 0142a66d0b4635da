"""The phases as straight lines on the time axis, and how many arrivals they hold: exact, in rational numbers.

What repeats within a phase (a wave, bursts) is kept as one turn of it, so that a day of them costs as much as one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise, takewhile

from ddbload.scenario.model import Burst, ClosedArrivals, Hold, Load, Pause, Phase, Ramp, Steps, Warm, Wave

_NS = 10**9
_QUARTER = (0, 98017140330, 195090322016, 290284677254, 382683432365, 471396736826, 555570233020, 634393284164,
            707106781187, 773010453363, 831469612303, 881921264348, 923879532511, 956940335732, 980785280403,
            995184726672, 10**12)  # fmt: skip
_HALF = (*_QUARTER, *_QUARTER[-2::-1])
SINE = tuple(Fraction(sine, 10**12) for sine in (*_HALF, *(-sine for sine in _HALF[1:])))
"""sin(2 pi k / 64) for k = 0 .. 64, to 12 digits and symmetric. A table, since libraries of mathematics differ in the
last bit. The straight lines between them are within 0.13 % of the sine's amplitude."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A straight line from one share of the full load to another; `at` is where it begins, in seconds. Exact."""

    at: Fraction
    seconds: Fraction
    start: Fraction
    end: Fraction

    @property
    def area(self) -> Fraction:
        """Seconds at full load that would hold as many arrivals."""
        return (self.start + self.end) / 2 * self.seconds

    def level(self, seconds: Fraction) -> Fraction:
        """The level some seconds after its beginning."""
        return self.start + (self.end - self.start) * seconds / self.seconds

    def until(self, seconds: Fraction) -> Piece:
        """Its first seconds."""
        return Piece(self.at, seconds, self.start, self.level(seconds))


@dataclass(frozen=True, slots=True)
class Level:
    """One phase: the share of the full load as it goes in time.

    Attributes:
        kind: the phase's key: "warm", "ramp", "hold", "wave", "steps", "burst" or "pause".
        start, end: the levels at its two ends.
        measured: whether it counts in the results.
        turn: the straight lines that it is made of, over and over until its end; the last time may be cut short.
    """

    kind: str
    seconds: float
    start: float
    end: float
    measured: bool
    turn: tuple[Piece, ...]

    @property
    def length(self) -> Fraction:
        """Its seconds, to the nanosecond."""
        return exact_seconds(self.seconds)

    @property
    def mean(self) -> float:
        """The mean share of the full load."""
        return float(self.area() / self.length)

    @property
    def peak(self) -> float:
        """The highest share of the full load that it reaches."""
        first_turn = takewhile(lambda piece: piece.at < turn_seconds(self.turn), self.pieces())
        return float(max(max(piece.start, piece.end) for piece in first_turn))

    def area(self, seconds: Fraction | None = None) -> Fraction:
        """Seconds at full load that would hold as many arrivals as its first seconds; by default, as all of it."""
        return area_of(self.turn, self.length if seconds is None else seconds)

    def pieces(self) -> Iterator[Piece]:
        """All its straight lines, in order; `at` counts from its beginning."""
        begin, length = Fraction(0), self.length
        while begin < length:
            for piece in self.turn:
                at = begin + piece.at
                if at < length:
                    yield Piece(at, piece.seconds, piece.start, piece.end).until(min(piece.seconds, length - at))
            begin += turn_seconds(self.turn)


def exact_seconds(seconds: float) -> Fraction:
    """Seconds as a whole number of nanoseconds, at least one."""
    return Fraction(max(1, round(seconds * _NS)), _NS)


def as_written(number: float) -> Fraction:
    """The decimal number that was written: 0.333 rather than the binary fraction nearest to it."""
    return Fraction(number).limit_denominator(10**9)


def turn_seconds(turn: Sequence[Piece]) -> Fraction:
    """How long one turn is."""
    return turn[-1].at + turn[-1].seconds


def area_of(turn: Sequence[Piece], seconds: Fraction) -> Fraction:
    """The area under the first seconds of a turn that is repeated."""
    turns = seconds // turn_seconds(turn)
    rest = seconds - turns * turn_seconds(turn)
    whole = sum((piece.area for piece in turn), Fraction(0)) if turns else Fraction(0)
    begun = (piece.until(min(piece.seconds, rest - piece.at)) for piece in turn if piece.at < rest)
    return turns * whole + sum((piece.area for piece in begun), Fraction(0))


def level_of(turn: Sequence[Piece], seconds: Fraction) -> Fraction:
    """The level some seconds after the beginning of a turn that is repeated."""
    rest = seconds % turn_seconds(turn)
    piece = turn[bisect_right(turn, rest, key=lambda piece: piece.at) - 1]
    return piece.level(rest - piece.at)


# --- phases ----------------------------------------------------------------------------------------------------------


def levels(load: Load) -> tuple[Level, ...]:
    """The load's phases in order; none of a replayed trace, whose length only its file tells.

    A ramp begins where the phase before it ended (0 at the start); a hold without `at` keeps what a ramp just before it
    reached, else 100 %.
    """
    return levels_of(load.phases or ())


def levels_of(phases: Iterable[Phase]) -> tuple[Level, ...]:
    """Phases in order, such as those of one stream."""
    found: list[Level] = []
    for phase in phases:
        found.append(_level(phase, found[-1] if found else None))
    return tuple(found)


def _level(phase: Phase, before: Level | None) -> Level:  # noqa: PLR0911 - one for each kind of phase
    match phase:
        case Warm():
            return _straight("warm", phase.warm, phase.at, phase.at, measured=False)
        case Ramp():
            return _straight("ramp", phase.ramp, before.end if before else 0.0, phase.to, measured=phase.measure)
        case Hold():
            kept = before.end if before and before.kind == "ramp" else 1.0
            at = kept if phase.at is None else phase.at
            return _straight("hold", phase.hold, at, at, measured=phase.measure)
        case Pause():
            return _straight("pause", phase.pause, 0.0, 0.0, measured=phase.measure)
        case Wave():
            return _level_of("wave", phase.wave, _wave(phase), measured=phase.measure)
        case Steps():
            return _level_of("steps", phase.steps, _steps(phase), measured=phase.measure)
        case Burst():
            return _level_of("burst", phase.burst, _burst(phase), measured=phase.measure)


def _straight(kind: str, seconds: float, start: float, end: float, *, measured: bool) -> Level:
    line = Piece(Fraction(0), exact_seconds(seconds), as_written(start), as_written(end))
    return Level(kind, seconds, start, end, measured, (line,))


def _level_of(kind: str, seconds: float, turn: tuple[Piece, ...], *, measured: bool) -> Level:
    length = exact_seconds(seconds)
    whole = length % turn_seconds(turn) == 0
    end = turn[-1].end if whole else level_of(turn, length)
    return Level(kind, seconds, float(turn[0].start), float(end), measured, turn)


def _turn(lengths: Iterable[Fraction], lines: Iterable[tuple[Fraction, Fraction]]) -> tuple[Piece, ...]:
    edges = accumulate(lengths, initial=Fraction(0))
    return tuple(
        Piece(at, until - at, start, end) for (at, until), (start, end) in zip(pairwise(edges), lines, strict=True)
    )


def _wave(phase: Wave) -> tuple[Piece, ...]:
    low, high = (as_written(level) for level in phase.between)
    middle, amplitude = (low + high) / 2, (high - low) / 2
    each = exact_seconds(phase.period) / (len(SINE) - 1)
    return _turn([each] * (len(SINE) - 1), pairwise(middle + amplitude * sine for sine in SINE))


def _steps(phase: Steps) -> tuple[Piece, ...]:
    first, last = as_written(phase.start), as_written(phase.to)
    heights = [first + (last - first) * k / (phase.count - 1) for k in range(phase.count)]
    return _turn([exact_seconds(phase.steps) / phase.count] * phase.count, zip(heights, heights, strict=True))


def _burst(phase: Burst) -> tuple[Piece, ...]:
    every, lasting = exact_seconds(phase.every), exact_seconds(phase.lasting)
    peak, floor = as_written(phase.to), as_written(phase.at)
    return _turn([lasting, every - lasting], [(peak, peak), (floor, floor)])


# --- what arrives ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenLoop:
    """What arrives at a rate, whatever is answered: the load's own mix, or one of its streams.

    Attributes:
        name: the stream's, or "" for the load's own mix.
        mix: operations and their weights.
        poisson: whether arrivals are drawn rather than evenly spaced.
        rate: arrivals a second at 100 %.
        levels: its phases; a stream's own may end before those of the load.
    """

    name: str
    mix: Mapping[str, float]
    poisson: bool
    rate: float
    levels: tuple[Level, ...]

    @property
    def peak_rate(self) -> float:
        """Arrivals a second at its highest level."""
        return self.rate * max(level.peak for level in self.levels)

    @property
    def arrivals(self) -> Fraction:
        """The arrivals expected in the whole run. Exact."""
        return as_written(self.rate) * sum((level.area() for level in self.levels), Fraction(0))

    def arrivals_by(self, seconds: Fraction) -> Fraction:
        """The arrivals expected in the first seconds of the run. Exact."""
        area, left = Fraction(0), seconds
        for level in self.levels:
            if left <= 0:
                break
            area += level.area(min(left, level.length))
            left -= level.length
        return as_written(self.rate) * area


def open_loops(load: Load) -> tuple[OpenLoop, ...]:
    """What arrives at a rate; nothing of a closed loop, of a trace, and of a load that lacks what makes one."""
    over = levels(load)
    if load.streams is not None:
        return tuple(
            OpenLoop(name, stream.mix, stream.arrivals == "poisson", stream.rate, own)
            for name, stream in load.streams.items()
            if (own := over if stream.phases is None else levels_of(stream.phases))
        )
    if load.mix is None or load.rate is None or is_closed(load) or not over:
        return ()
    return (OpenLoop("", load.mix, load.arrivals == "poisson", load.rate, over),)


def peak_rate(load: Load) -> float | None:
    """Arrivals a second at the highest level; of streams, the sum of their peaks, as if these came at one time.

    None where the load does not tell it: in a closed loop it is found out, of a trace it is read.
    """
    loops = open_loops(load)
    return sum(loop.peak_rate for loop in loops) if loops else None


def arrivals(load: Load, *, measured: bool = False) -> float:
    """The expected number of arrivals, of the measured phases only if asked; 0 for a closed loop and for a trace."""
    total, since = Fraction(0), Fraction(0)
    loops = open_loops(load)
    for level in levels(load):
        until = since + level.length
        if level.measured or not measured:
            total += sum((loop.arrivals_by(until) - loop.arrivals_by(since) for loop in loops), Fraction(0))
        since = until
    return float(total)


def is_closed(load: Load) -> bool:
    """Whether the next call waits for the last answer."""
    return isinstance(load.arrivals, ClosedArrivals)
