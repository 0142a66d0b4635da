"""The level of a load in time, as a row of blocks."""

from __future__ import annotations

from fractions import Fraction

from ddbload.preflight.words import spark
from ddbload.scenario.levels import Level, level_of, levels, open_loops
from ddbload.scenario.model import Load


def curves(load: Load, width: int) -> tuple[str, ...]:
    """The levels of a load from the start of the run to its end, each stream's on a line by itself; none of a trace."""
    own = levels(load)
    drawn = [(loop.name, loop.levels) for loop in open_loops(load)] or ([("", own)] if own else [])
    total = sum((level.length for level in own), Fraction(0))
    named = max((len(name) + 2 for name, _ in drawn if name), default=0)
    return tuple(f"{name:<{named}}{_picture(over, total, width - named)}" for name, over in drawn)


def _picture(over: tuple[Level, ...], total: Fraction, width: int) -> str:
    at = [level_at(over, total * (2 * column + 1) / (2 * width)) for column in range(width)]
    return spark(at, max(at, default=0.0))


def level_at(over: tuple[Level, ...], seconds: Fraction) -> float:
    """The share of the full load at a moment; 0 after the end."""
    for level in over:
        if seconds < level.length:
            return float(level_of(level.turn, seconds))
        seconds -= level.length
    return 0.0
