"""Blocks of a report as lines of text of a given width: columns, groups of columns, folding. No colour here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from rich.cells import cell_len, chop_cells, set_cell_size

from ddbload.report.chart import Span, drawn
from ddbload.report.forest import drawn_forest
from ddbload.report.model import Block, Chart, Column, Facts, Forest, Line, Row, Table, Tone

TextLine = tuple[str, Tone]
_NARROWEST = 8  # a folded column
_INDENT = "  "


def spans_of(block: Block, width: int) -> Iterator[Sequence[Span]]:
    """The block's lines, each in parts of a tone of their own."""
    if isinstance(block, Chart):
        yield from drawn(block, width)
    elif isinstance(block, Forest):
        yield from drawn_forest(block, width)
    else:
        yield from ([line] for line in lines_of(block, width))


def lines_of(block: Table | Facts | Line, width: int) -> Iterator[TextLine]:
    """The block's lines, none wider than `width` cells where its numbers leave room for that."""
    if isinstance(block, Table):
        yield from _table(block, width)
    elif isinstance(block, Facts):
        yield from _facts(block, width)
    else:
        yield from _line(block, width)


def fold(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells, broken at blanks, after _-/.,:; in long words, or anywhere."""
    lines = [""]
    for word in text.split():
        piece = word if not lines[-1] else " " + word
        if cell_len(lines[-1] + piece) <= width:
            lines[-1] += piece
            continue
        *whole, rest = _break(word, width)
        lines += [*whole, rest]
    return lines[1:] if not lines[0] and len(lines) > 1 else lines


def _break(word: str, width: int) -> list[str]:
    parts = []
    while cell_len(word) > width:
        head = chop_cells(word, width)[0]
        cut = max((head.rfind(mark) + 1 for mark in "_-/.,:;"), default=0)
        head = head[:cut] if cut > len(head) // 2 else head
        parts.append(head)
        word = word[len(head) :]
    return [*parts, word]


def _line(line: Line, width: int) -> Iterator[TextLine]:
    mark = f"{line.mark} " if line.mark else ""
    for number, text in enumerate(fold(line.text, width - len(mark))):
        yield (mark if number == 0 else " " * len(mark)) + text, line.tone


def _facts(facts: Facts, width: int) -> Iterator[TextLine]:
    label_width = max(cell_len(label) for label, _ in facts.pairs) + 2
    for label, text in facts.pairs:
        # a curve keeps its blanks: what fits is not folded
        folded = [text] if cell_len(text) <= width - label_width else fold(text, width - label_width)
        for number, part in enumerate(folded):
            yield set_cell_size(label if number == 0 else "", label_width) + part, "plain"


# --- tables --------------------------------------------------------------------------------------------------------


def _table(table: Table, width: int) -> Iterator[TextLine]:
    for part in _parts(table, width):
        yield from _whole(part, width)


def _parts(table: Table, width: int) -> Iterator[Table]:
    """The table as it is; where it is too wide, its groups of columns one below the other, each with the names."""
    places = [group for title, group in _group_places(table.columns) if title]
    if len(places) < 2 or _least(table) <= width:  # noqa: PLR2004 - a single group cannot be parted
        yield table
        return
    alone = [place for place, column in enumerate(table.columns) if not column.group]
    yield _part(table, sorted([*alone, *places[0]]))
    for group in places[1:]:
        said = (row for row in table.rows if any(row.cells[place] for place in group))
        yield _part(replace(table, rows=tuple(replace(row, notes=()) for row in said)), [0, *group])


def _part(table: Table, places: Sequence[int]) -> Table:
    rows = tuple(replace(row, cells=tuple(row.cells[place] for place in places)) for row in table.rows)
    return Table(tuple(table.columns[place] for place in places), rows)


def _least(table: Table) -> int:
    """The width below which numbers would have to be cut."""
    texts = _texts(table)
    widths = [min(w, _floor(c)) if _folds(c) else w for w, c in zip(_widths(table, texts), table.columns, strict=True)]
    return sum(widths) + sum(_gaps(table.columns, 1))


def _folds(column: Column) -> bool:
    return column.left and not column.whole


def _floor(column: Column) -> int:
    """How narrow a column of text may become: its title is never folded."""
    return max(_NARROWEST, cell_len(column.title))


def _texts(table: Table) -> list[list[str]]:
    return [[_INDENT * row.indent + row.mark + row.cells[0], *row.cells[1:]] for row in table.rows]


def _widths(table: Table, texts: Sequence[Sequence[str]]) -> list[int]:
    return [
        max([cell_len(column.title), *(cell_len(row[place]) for row in texts)])
        for place, column in enumerate(table.columns)
    ]


def _whole(table: Table, width: int) -> Iterator[TextLine]:
    texts = _texts(table)
    widths = _widths(table, texts)
    gaps = _gaps(table.columns, 2)
    wide = _widened(widths, gaps, table.columns)
    if sum(wide) + sum(gaps) > width:
        gaps = _gaps(table.columns, 1)
        wide = _widened(widths, gaps, table.columns)
    widths = _shrunk(wide, table.columns, width - sum(gaps))
    if any(column.group for column in table.columns):
        yield _groups(table.columns, widths, gaps), "quiet"
    if any(column.title for column in table.columns):
        yield _cells([column.title for column in table.columns], table.columns, widths, gaps), "quiet"
    for row, cells in zip(table.rows, texts, strict=True):
        for line in _folded(row, cells, table.columns, widths):
            yield _cells(line, table.columns, widths, gaps), row.tone
        for note in row.notes:
            for text in fold(note, width - 2 * len(_INDENT)):
                yield 2 * _INDENT + text, "quiet"


def _gaps(columns: Sequence[Column], gap: int) -> list[int]:
    """The blanks before each column; a new group stands off a little more."""
    pairs = pairwise(columns)
    return [0, *(gap + (left.group != right.group) for left, right in pairs)]


def _widened(widths: Sequence[int], gaps: Sequence[int], columns: Sequence[Column]) -> list[int]:
    """Widths with room for the common headings."""
    wide = list(widths)
    for title, places in _group_places(columns):
        if title:
            wide[places[0]] += max(0, cell_len(title) - _span(places, widths, gaps))
    return wide


def _shrunk(widths: Sequence[int], columns: Sequence[Column], room: int) -> list[int]:
    """Widths that fit, taken from the widest columns of text; numbers are never cut."""
    narrow = list(widths)
    while sum(narrow) > room:
        candidates = [
            place for place, column in enumerate(columns) if _folds(column) and narrow[place] > _floor(column)
        ]
        if not candidates:
            break
        narrow[max(candidates, key=lambda place: narrow[place])] -= 1
    return narrow


def _group_places(columns: Sequence[Column]) -> Iterator[tuple[str, list[int]]]:
    for title, places in groupby(range(len(columns)), key=lambda place: columns[place].group):
        yield title, list(places)


def _span(places: Sequence[int], widths: Sequence[int], gaps: Sequence[int]) -> int:
    return sum(widths[place] for place in places) + sum(gaps[place] for place in places[1:])


def _groups(columns: Sequence[Column], widths: Sequence[int], gaps: Sequence[int]) -> str:
    """The line of common headings, each drawn over its columns."""
    line = ""
    for title, places in _group_places(columns):
        width = _span(places, widths, gaps)
        heading = f" {title} ".center(width, "─") if title and width >= cell_len(title) + 4 else title.rjust(width)
        line += " " * gaps[places[0]] + heading
    return line.rstrip()


def _folded(row: Row, cells: Sequence[str], columns: Sequence[Column], widths: Sequence[int]) -> Iterator[list[str]]:
    """The lines of one row: texts that are too wide go on below."""
    margin = " " * (len(_INDENT) * row.indent + cell_len(row.mark))
    columns_of_lines = []
    for place, (cell, column) in enumerate(zip(cells, columns, strict=True)):
        if not column.left or cell_len(cell) <= widths[place]:
            columns_of_lines.append([cell])
            continue
        if place:
            columns_of_lines.append(fold(cell, widths[place]))
            continue
        first, *more = fold(cell[len(margin) :], widths[0] - len(margin))
        columns_of_lines.append([cell[: len(margin)] + first, *(margin + part for part in more)])
    for number in range(max(len(lines) for lines in columns_of_lines)):
        yield [lines[number] if number < len(lines) else "" for lines in columns_of_lines]


def _cells(cells: Sequence[str], columns: Sequence[Column], widths: Sequence[int], gaps: Sequence[int]) -> str:
    line = ""
    for cell, column, width, gap in zip(cells, columns, widths, gaps, strict=True):
        blank = " " * (width - cell_len(cell))
        line += " " * gap + (cell + blank if column.left else blank + cell)
    return line.rstrip()
