"""Intervals in text, one below the other: a line at no change, one at what matters. Shapes tell all, colour repeats it.

A bracket ends an interval; where it has no bracket it goes on, beyond the edge or without a bound.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len, set_cell_size

from ddbload.report.model import Forest, Interval, Tone

Span = tuple[str, Tone]

ZERO, MATTERS = "│", "┊"
_CROSSED, _REACH, _POINT = "┼", "─", "●"
_BEFORE, _BEYOND = "◂", "▸"
_NEAREST, _FARTHEST = 1.6, 5.0  # margins in sight to the right of no change, at least and at most
_NEAREST_LEFT = 0.8
_NAME = 24  # cells of a name before it is cut
_LEGENDS = (
    ("better", "no change", "what matters", "worse"),
    ("better", "0", "matters", "worse"),
    ("better", "0", "matters", ""),
    ("", "0", "matters", "worse"),
    ("", "0", "matters", ""),
)


def drawn_forest(forest: Forest, width: int) -> Iterator[list[Span]]:
    """The lines, a row for each interval and the axis beneath; the same scale for all."""
    names = min(_NAME, max((cell_len(each.name) for each in forest.intervals), default=0))
    axis = _Axis.over(forest.intervals, max(24, width - names - 1))
    for each in forest.intervals:
        yield [(set_cell_size(_cut(each.name, names), names) + " ", "plain"), *_row(each, axis)]
    yield [(" " * (names + 1) + axis.legend(), "quiet")]


class _Axis:
    """Where a multiple of what matters lies among the cells."""

    def __init__(self, left: float, right: float, cells: int) -> None:
        self._left, self._right, self.cells = left, right, cells
        self.zero, self.matters = self.at(0.0), self.at(1.0)

    @classmethod
    def over(cls, intervals: Sequence[Interval], cells: int) -> _Axis:
        """An axis that has all intervals in sight, as far as the farthest would not press the others together."""
        ends = [end for each in intervals for end in (each.low, each.estimate, each.high) if end is not None]
        right = min(_FARTHEST, max([_NEAREST, *(1.05 * end for end in ends)]))
        left = min(_FARTHEST, max([_NEAREST_LEFT, *(-1.05 * end for end in ends)]))
        return cls(-left, right, cells)

    def at(self, value: float) -> int:
        """The cell of a value; beyond the axis one that is out of sight."""
        place = (value - self._left) / (self._right - self._left) * (self.cells - 1)
        return round(min(max(place, -1), self.cells))

    def legend(self) -> str:
        """What the axis means, each word under its place; short ones where the long have no room."""
        return next((line for words in _LEGENDS if (line := self._set(words))), "")

    def _set(self, words: Sequence[str]) -> str | None:
        better, none, matters, worse = words
        places = (
            (0, f"{_BEFORE} {better}".rstrip()),
            (self.zero - len(none) // 2, none),
            (self.matters - len(matters) // 2, matters),
            (self.cells - len(worse) - 2, f"{worse} {_BEYOND}".lstrip().rjust(len(worse) + 2)),
        )
        line = ""
        for place, word in places:
            if line and place < len(line) + 1:
                return None
            line = line.ljust(max(0, place)) + word
        return line if len(line) <= self.cells else None


def _cut(name: str, room: int) -> str:
    """The name's end is what tells it from its neighbours: what is cut is its middle."""
    if cell_len(name) <= room:
        return name
    metric = name.rpartition(" ")[2]
    return set_cell_size(name, max(1, room - cell_len(metric) - 2)) + "… " + metric


def _row(each: Interval, axis: _Axis) -> Iterator[Span]:
    cells: list[Span] = [(" ", "plain")] * axis.cells
    cells[axis.matters] = (MATTERS, "quiet")
    cells[axis.zero] = (ZERO, "quiet")
    low = -1 if each.low is None else axis.at(each.low)
    high = axis.cells if each.high is None else axis.at(each.high)
    for place in range(max(0, low), min(axis.cells - 1, high) + 1):
        marked = {axis.zero: _CROSSED, axis.matters: MATTERS}.get(place, _REACH)
        cells[place] = (marked, each.tone)
    if 0 <= low < axis.cells:
        cells[low] = ("[", each.tone)
    if 0 <= high < axis.cells:
        cells[high] = ("]", each.tone)
    if low < 0:
        cells[0] = (_BEFORE, each.tone)
    if high >= axis.cells:
        cells[-1] = (_BEYOND, each.tone)
    point = axis.at(each.estimate)
    if 0 <= point < axis.cells:
        cells[point] = (_POINT, each.tone)
    while cells[-1][0] == " ":
        cells.pop()
    return _joined(cells)


def _joined(cells: Sequence[Span]) -> Iterator[Span]:
    """Neighbours of one tone as one."""
    text, tone = "", cells[0][1]
    for cell, its in cells:
        if its != tone:
            yield text, tone
            text, tone = "", its
        text += cell
    yield text, tone
