"""A day's chart in text: an area of bars, a line over it, marks beneath. Its shapes tell it without any colour."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from statistics import fmean

from ddbload.report.model import Chart, Tone
from ddbload.report.quantity import significant

Span = tuple[str, Tone]
Grid = list[list[Span]]  # rows from the bottom, of cells

_ROWS = 6
_BARS = " ▁▂▃▄▅▆▇█"
_ASIDE = 2.5  # a line this far above the highest bar is left out: it would press the bars flat
_TOPS = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
THROTTLED = "×"  # noqa: RUF001 - a times sign is meant


def in_sight(chart: Chart) -> bool:
    """Whether the line of capacity is drawn: not where it lies far above all that is asked."""
    return min(chart.capacity, default=0.0) <= _ASIDE * max(chart.asked, default=0.0)


def drawn(chart: Chart, width: int) -> Iterator[list[Span]]:
    """The chart's lines, from the top: rows, the axis with its hours, and the minutes of throttling if there are any.

    A place is as high as the greatest of its minutes, so that no peak is averaged away; capacity is their mean.
    """
    highest = max([*chart.asked, *(chart.capacity if in_sight(chart) else ())])
    top = _round_up(highest) if highest > 0 else 1.0
    labels = {_ROWS: _label(top), _ROWS // 2: _label(top / 2)}
    margin = max(len(label) for label in labels.values())
    columns = max(24, width - margin - 2)
    grid = _area(chart, columns, top)
    if in_sight(chart):
        _draw_line(grid, [fmean(part) for part in _parts(chart.capacity, columns)], top)
    for row in range(_ROWS, 0, -1):
        yield [(f"{labels.get(row, ''):>{margin}} ┤", "quiet"), *_joined(grid[row - 1])]
    yield [(f"{'0':>{margin}} └{_hours(columns)}", "quiet")]
    marks = "".join(THROTTLED if any(part) else " " for part in _parts(chart.throttled, columns))
    if marks.strip():
        yield [(" " * (margin + 2), "plain"), (marks.rstrip(), "bad")]


def _area(chart: Chart, columns: int, top: float) -> Grid:
    """Bars of what is asked; what lies above the capacity in a minute of throttling is shaded."""
    grid: Grid = [[] for _ in range(_ROWS)]
    asked, capacity = _parts(chart.asked, columns), _parts(chart.capacity, columns)
    for wanted, had, refused in zip(asked, capacity, _parts(chart.throttled, columns), strict=True):
        eighths = round(max(wanted) / top * _ROWS * 8)
        served = math.ceil(fmean(had) / top * _ROWS) if any(refused) else _ROWS
        for row in range(_ROWS):
            filled = min(8, max(0, eighths - 8 * row))
            over = row >= served and filled > 0
            grid[row].append(("░" if over else _BARS[filled], "bad" if over else "quiet"))
    return grid


def _draw_line(grid: Grid, values: Sequence[float], top: float) -> None:
    rows = [min(_ROWS, max(1, math.ceil(value / top * _ROWS))) - 1 for value in values]
    for column, (before, now) in enumerate(pairwise([rows[0], *rows])):
        if before == now:
            grid[now][column] = ("─", "strong")
            continue
        rises = now > before
        grid[before][column] = ("╯" if rises else "╮", "strong")
        grid[now][column] = ("╭" if rises else "╰", "strong")
        for row in range(min(before, now) + 1, max(before, now)):
            grid[row][column] = ("│", "strong")


def _joined(cells: Sequence[Span]) -> Iterator[Span]:
    """Neighbours of one tone as one."""
    for tone, group in groupby(cells, key=lambda cell: cell[1]):
        yield "".join(text for text, _ in group), tone


def _hours(columns: int) -> str:
    """The axis, with an hour at every sixth or third of them as there is room."""
    every = 3 if columns >= 64 else 6  # noqa: PLR2004 - cells; an hour takes seven with its blanks
    axis = list("─" * columns)
    for hour in range(every, 24, every):
        at, text = round(columns * hour / 24) - 3, f" {hour:02d}:00 "
        axis[at : at + len(text)] = text
    return "".join(axis[:columns])


def _parts(values: Sequence[float], columns: int) -> list[Sequence[float]]:
    """The values in as many stretches as there are columns; of few values, some more than once."""
    size = len(values)
    return [
        values[size * place // columns : max(size * (place + 1) // columns, size * place // columns + 1)]
        for place in range(columns)
    ]


def _round_up(value: float) -> float:
    """The next round number that is not below the value."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in _TOPS if step * power >= value * (1 - 1e-9))


def _label(value: float) -> str:
    text = significant(value)
    return text.rstrip("0").rstrip(".") if "." in text else text
