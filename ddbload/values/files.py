"""The data files that a scenario names: histograms of sizes and columns of CSV files, read whole and checked.

Imports no numpy, so that a scenario is checked without it.
"""

from __future__ import annotations

import codecs
import csv
import difflib
import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from math import isfinite
from pathlib import Path
from typing import Literal, NoReturn

from ddbload.errors import Problem, ScenarioError
from ddbload.expression import check_number
from ddbload.expression.error import ExpressionError

MOST_ROWS = 1_000_000
"""Rows of a file: they are kept in memory."""
MOST_FILE_BYTES = 256 * 2**20
MOST_VALUE_BYTES = 400 * 1024
"""No attribute is larger. Source: Developer Guide, "Constraints in Amazon DynamoDB", item size."""
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)
"""How a number is spelled in a file."""

_WIDTH = 2  # columns of a histogram
_MOST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Histogram:
    """Sizes in bytes, growing and all different, each with its weight (above 0)."""

    sizes: tuple[int, ...]
    weights: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The expected size."""
        rows = zip(self.sizes, self.weights, strict=True)
        return sum(size * weight for size, weight in rows) / sum(self.weights)


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: Sequence[str]


def read_histogram(path: str | Path) -> Histogram:
    """The sizes of a CSV file: rows of `size,count`, with or without that line above them.

    YCSB's files (`fieldlengthhistogram`) are read as well: a line `BlockSize`, tab, bytes; then lines of a bucket's
    number, tab, count. Bucket b stands for the largest size in it, (b + 1) * BlockSize. (YCSB itself gives the last
    bucket one block less.) Sizes that stand twice are added up; those that never occur are left out.

    Raises:
        ScenarioError: the file cannot be read, or a row is not a size and its count.
    """
    text = _text(path)
    if text.lstrip().lower().startswith("blocksize"):
        rows = _rows(path, text.replace("\t", ","))
        return _histogram(path, rows, _block_bytes(path, next(rows)))
    rows = _rows(path, text)
    first = next(rows, None)
    if first is not None and not _is_header(first) and not any(_is_number(cell) for cell in first.cells):
        _fail(
            path, first.line, f"{_shown(','.join(first.cells))} is not the header of a histogram", "size,count, or none"
        )
    above = [] if first is None or _is_header(first) else [first]
    return _histogram(path, chain(above, rows))


def read_column(path: str | Path, column: str, kind: Literal["S", "N"] = "S") -> tuple[str, ...]:
    """The texts (or, for N, the texts of the numbers) in one column of a CSV file that begins with its column names.

    Raises:
        ScenarioError: the file cannot be read, has no such column or no rows, or a value that DynamoDB has not.
    """
    rows = _rows(path, _text(path))
    header = next(rows, None)
    if header is None:
        _fail(path, 0, "is empty", "a line of column names, then the rows")
    at = _position(path, header, column)
    found = []
    for row in rows:
        if len(row.cells) <= at:
            cells = len(row.cells)
            _fail(path, row.line, f"a row of {cells} cells has no '{column}'", f"{len(header.cells)} cells, as above")
        cell = row.cells[at].strip() if kind == "N" else row.cells[at]
        if fault := _fault_of(cell, kind):
            _fail(path, row.line, f"column '{column}': {fault[0]}", fault[1])
        found.append(cell)
    if not found:
        _fail(path, header.line, "has no rows", "at least one row below the column names")
    return tuple(found)


def _histogram(path: str | Path, rows: Iterable[_Row], block_bytes: int | None = None) -> Histogram:
    """Of rows of (size, count); of (bucket, count) where the bytes of a block are given."""
    weights: dict[int, float] = {}
    for row in rows:
        size, weight = _size_and_count(path, row)
        if block_bytes is not None:
            size = (size + 1) * block_bytes
        if size > MOST_VALUE_BYTES:
            _fail(path, row.line, f"a size of {size:,} bytes is too large", f"at most {MOST_VALUE_BYTES:,}")
        weights[size] = weights.get(size, 0.0) + weight
    sizes = tuple(sorted(size for size, weight in weights.items() if weight))
    if not sizes:
        _fail(path, 0, "has no sizes that occur", "rows of size,count: 512,20")
    return Histogram(sizes, tuple(weights[size] for size in sizes))


def _size_and_count(path: str | Path, row: _Row) -> tuple[int, float]:
    cells = [cell.strip() for cell in row.cells]
    if len(cells) != _WIDTH:
        _fail(path, row.line, f"found {len(cells)} cells: {_shown(','.join(cells))}", "two: size,count")
    size, count = cells
    if not (size.isascii() and size.isdecimal()):
        _fail(path, row.line, f"{_shown(size)} is not a size", "a whole number of bytes: 512")
    if not NUMBER.fullmatch(count) or count.startswith("-") or not isfinite(float(count)):
        _fail(path, row.line, f"{_shown(count)} is not a count", "a number, 0 or more: 20")
    return int(size[:20]), float(count)


def _block_bytes(path: str | Path, row: _Row) -> int:
    text = row.cells[1].strip() if len(row.cells) == _WIDTH else ""
    if not (text.isascii() and text.isdecimal()) or int(text[:20]) < 1:
        _fail(path, row.line, "BlockSize is followed by no size", "BlockSize, a tab, and the bytes of a block: 100")
    return int(text[:20])


def _is_header(row: _Row) -> bool:
    return [cell.strip().lower() for cell in row.cells] == ["size", "count"]


def _is_number(cell: str) -> bool:
    return NUMBER.fullmatch(cell.strip()) is not None


def _position(path: str | Path, header: _Row, column: str) -> int:
    names = [name.strip() for name in header.cells]
    places = [at for at, name in enumerate(names) if name == column]
    if len(places) > 1:
        _fail(path, header.line, f"there are {len(places)} columns '{column}'", "a name of its own for each column")
    if not places:
        close = difflib.get_close_matches(column, names, 1, 0.6)
        listed = ", ".join(_shown(name) for name in names[:_MOST_SHOWN])
        hint = f"did you mean '{close[0]}'? " if close else ""
        if len(names) == 1 and (mark := next((mark for mark in ";\t|" if mark in names[0]), "")):
            shown = "a tab" if mark == "\t" else f"'{mark}'"
            _fail(path, header.line, f"the columns are separated by {shown}", "columns are separated by commas")
        _fail(path, header.line, f"there is no column '{column}'", f"{hint}the columns are: {listed}")
    return places[0]


def _fault_of(cell: str, kind: Literal["S", "N"]) -> tuple[str, str] | None:
    """Why a cell cannot be an attribute, and what could."""
    if kind == "S":
        n_bytes = len(cell.encode())
        too_large = f"a text of {n_bytes:,} bytes is too large", f"at most {MOST_VALUE_BYTES:,}"
        return too_large if n_bytes > MOST_VALUE_BYTES else None
    if not NUMBER.fullmatch(cell):
        return f"{_shown(cell)} is not a number", "digits with a point at most: 12.5; or the type S for texts"
    try:
        check_number(cell)
    except ExpressionError as error:
        return f"{error.message}: {_shown(cell)}", error.fits
    return None


def _text(path: str | Path) -> str:
    """The whole file. A byte order mark is left out."""
    try:
        n_bytes = os.stat(path).st_size  # noqa: PTH116 - a path may be a text
        if n_bytes > MOST_FILE_BYTES:
            _fail(path, 0, f"{n_bytes:,} bytes are too many", f"at most {MOST_FILE_BYTES:,}")
        raw = Path(path).read_bytes().removeprefix(codecs.BOM_UTF8)
    except OSError as error:
        _fail(path, 0, f"cannot be read: {error.strerror}", "a path relative to the scenario's file")
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        _fail(path, raw[: error.start].count(b"\n") + 1, "is not text in UTF-8", "save the file as UTF-8")


def _rows(path: str | Path, text: str) -> Iterator[_Row]:
    """The rows that are not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    count, line = 0, 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                count += 1
                if count > MOST_ROWS + 1:  # one for the names
                    _fail(path, line, "there are too many rows", f"at most {MOST_ROWS:,}")
                yield _Row(line, cells)
            line = reader.line_num + 1
    except csv.Error as error:
        _fail(path, line, f"is not CSV: {error}", 'cells with commas or quotes stand in quotes: "Paris, ""France"""')


def _shown(text: str) -> str:
    return f"'{text[:_MOST_SHOWN]}…'" if len(text) > _MOST_SHOWN else f"'{text}'"


def _fail(path: str | Path, line: int, message: str, fits: str) -> NoReturn:
    raise ScenarioError([Problem(str(path), line, 1 if line else 0, message, fits)])
