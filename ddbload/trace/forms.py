"""CSV, JSON lines and Parquet -> chunks of typed columns in the order of the file."""

from __future__ import annotations

import csv
import importlib
import io
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

from ddbload.trace.cast import Caster, shown
from ddbload.trace.header import ALIASES, find_columns
from ddbload.trace.row import Columns, TraceError
from ddbload.trace.text import LONGEST_LINE, blocks, open_bytes

CHUNK = 8192
"""Rows typed at a time, unless `size` says otherwise."""
Chunks = Iterator[tuple[Columns, Caster]]


def _said(error: csv.Error) -> str:
    """What the reader of CSV says, without its advice on how to open a file, which each Python gives otherwise."""
    return str(error).partition(" - ")[0]


def read_csv(path: Path, columns: Mapping[str, str] | None = None, size: int = CHUNK) -> Chunks:
    """A CSV file with a header; the delimiter is the one of comma, semicolon and tab that the header has most of."""
    file = str(path)
    csv.field_size_limit(min(LONGEST_LINE, sys.maxsize))
    with open_bytes(path) as data:
        texts = chain.from_iterable(_text_lines(block) for block in blocks(data, file))
        head = next(texts, "")
        if not head.strip():
            raise TraceError.at(
                file, 0, "the trace is empty", "a header such as time,operation,key,size and a row a line"
            )
        delimiter = max(",;\t", key=head.count)
        present = _header(head, delimiter, file)
        header = find_columns(file, 1, present, columns)
        wanted = {field: present.index(name) for field, name in header.names.items()}
        caster = Caster(file, header.time_unit)
        for numbers, rows in _csv_rows(csv.reader(texts, delimiter=delimiter), file, size):
            yield caster(_transposed(rows, wanted, len(present), file, numbers), numbers), caster


def _header(head: str, delimiter: str, file: str) -> list[str]:
    readable = head.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        return next(csv.reader([readable], delimiter=delimiter))
    except csv.Error as error:
        raise TraceError.at(file, 1, f"this is no header of a CSV: {_said(error)}", "names of columns") from None


def _text_lines(block: bytes) -> Iterable[str]:
    """The lines of a block with their ends: a field in quotes may hold one. What is no UTF-8 stays apart."""
    return io.StringIO(block.decode("utf-8", "surrogateescape"), newline="\n")


def _csv_rows(reader: Any, file: str, size: int) -> Iterator[tuple[Sequence[int], list[list[str]]]]:
    """(line numbers, rows), empty lines left out; a row in quotes may take several lines."""
    line = 2
    while True:
        before = reader.line_num
        try:
            rows = list(islice(reader, size))
        except csv.Error as error:
            place = reader.line_num + 1
            raise TraceError.at(
                file, place, f"this is no CSV: {_said(error)}", "quote a field that holds a quote"
            ) from None
        if not rows:
            return
        if reader.line_num - before == len(rows):
            numbers: Sequence[int] = range(line, line + len(rows))
        else:
            heights = [1 + sum(field.count("\n") for field in row) for row in rows]
            numbers = [line + sum_before for sum_before in _sums(heights)]
        line = reader.line_num + 2
        if not all(rows):
            kept = [(number, row) for number, row in zip(numbers, rows, strict=True) if row]
            numbers, rows = [number for number, _ in kept], [row for _, row in kept]
        if rows:
            yield numbers, rows


def _sums(heights: Iterable[int]) -> Iterator[int]:
    total = 0
    for height in heights:
        yield total
        total += height


def _transposed(
    rows: list[list[str]], wanted: Mapping[str, int], width: int, file: str, numbers: Sequence[int]
) -> dict[str, Sequence[str]]:
    if set(map(len, rows)) != {width}:
        number, row = next((n, row) for n, row in zip(numbers, rows, strict=True) if len(row) != width)
        raise TraceError.at(file, number, f"the row has {len(row)} fields", f"the header has {width}")
    table = list(zip(*rows, strict=True))
    return {field: table[position] for field, position in wanted.items()}


def read_json_lines(path: Path, columns: Mapping[str, str] | None = None, size: int = CHUNK) -> Chunks:
    """One JSON object a line; the keys of the first ones say what is what."""
    import orjson  # noqa: PLC0415 - only where it is needed

    file = str(path)
    with open_bytes(path) as data:
        numbered = enumerate(chain.from_iterable(block.splitlines() for block in blocks(data, file)), start=1)
        wanted: dict[str, str] | None = None
        caster = Caster(file)
        while read := list(islice(numbered, size)):
            batch = [(number, line) for number, line in read if line and not line.isspace()]
            if not batch:
                continue
            numbers = [number for number, _ in batch]
            try:
                objects = [orjson.loads(line) for _, line in batch]
            except orjson.JSONDecodeError:
                raise _not_json(batch, file) from None
            for number, found in zip(numbers, objects, strict=True):
                if type(found) is not dict:
                    raise TraceError.at(file, number, f"found {shown(found)}", "one JSON object a line")
            if wanted is None:
                present = list(dict.fromkeys(name for found in objects for name in found))
                header = find_columns(file, numbers[0], present, columns, whole=False)
                optional = {field: ALIASES[field][0] for field in ("size", "session", "item", "table")}
                wanted = {**optional, **header.names}
                caster.unit = header.time_unit
            yield caster({f: [one.get(name) for one in objects] for f, name in wanted.items()}, numbers), caster


def _not_json(batch: Sequence[tuple[int, bytes]], file: str) -> TraceError:
    import orjson  # noqa: PLC0415 - only where it is needed

    for number, line in batch:
        try:
            orjson.loads(line)
        except orjson.JSONDecodeError as error:
            return TraceError.at(file, number, f"this is not JSON: {error.msg.split(':')[0]}", "one JSON object a line")
    raise AssertionError("a line was not JSON a moment ago")


def read_parquet(path: Path, columns: Mapping[str, str] | None = None, size: int = CHUNK) -> Chunks:
    """A Parquet file, one row group after the other; a "line" is the number of the row."""
    file = str(path)
    arrow, parquet = arrow_module(file), arrow_module(file, "pyarrow.parquet")
    try:
        opened = parquet.ParquetFile(path)
    except (arrow.ArrowException, OSError) as error:
        raise TraceError.at(file, 0, f"this is no Parquet file: {error}") from None
    with opened:
        header = find_columns(file, 0, opened.schema_arrow.names, columns)
        kind = str(opened.schema_arrow.field(header.names["time"]).type)
        caster = Caster(file, "ns" if kind.startswith("timestamp") else header.time_unit)
        number = 1
        for batch in opened.iter_batches(batch_size=size, columns=list(dict.fromkeys(header.names.values()))):
            if not batch.num_rows:
                continue
            raw = {f: _values(batch.column(name), arrow, kind, f) for f, name in header.names.items()}
            yield caster(raw, range(number, number + batch.num_rows)), caster
            number += batch.num_rows


def _values(column: Any, arrow: Any, kind: str, field: str) -> list[Any]:
    """Python values; moments as whole nanoseconds since 1970, which the readers of times understand."""
    if field == "time" and kind.startswith("timestamp"):
        column = column.cast(arrow.timestamp("ns", tz=column.type.tz)).cast(arrow.int64())
    values: list[Any] = column.to_pylist()
    return values


def arrow_module(file: str, name: str = "pyarrow") -> Any:
    """A module of pyarrow.

    Raises:
        TraceError: it is not installed; names the extra that brings it.
    """
    try:
        return importlib.import_module(name)
    except ImportError:
        message = "Parquet needs pyarrow, which is not installed"
        raise TraceError.at(file, 0, message, 'pip install "ddbload[parquet]", or turn the file into CSV') from None
