"""A curve in one line of text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

CURVE = 36
"""The width of a curve beside its words."""
_BARS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float | None], width: int, *, floor: float = 0.0) -> str:
    """The values as bars, at most `width` of them, the tallest being the greatest value; a gap where there is none.

    Where there are more values than places, each bar is the greatest of its stretch: a peak is never averaged away.
    """
    bars = _stretches(values, width)
    top = max((value for value in bars if value is not None), default=0.0)
    height = top - floor
    steps = (None if value is None else max(0.0, value - floor) / height if height > 0 else 0.0 for value in bars)
    return "".join(" " if step is None else _BARS[round(step * (len(_BARS) - 1))] for step in steps)


def _stretches(values: Sequence[float | None], width: int) -> list[float | None]:
    if len(values) <= width:
        return list(values)
    edges = [len(values) * place // width for place in range(width + 1)]
    groups = (values[start:end] for start, end in pairwise(edges))
    return [max((value for value in group if value is not None), default=None) for group in groups]
