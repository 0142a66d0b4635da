"""Rows as CSV, as JSON, as Parquet."""

from __future__ import annotations

import csv
import importlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, BinaryIO

from ddbload.results.document import ResultsError
from ddbload.results.export.rows import Column, Value, columns_of, rows_of
from ddbload.results.record import RunRecord

EXPORT = "ddbload-export/1"
_BATCH = 1000  # rows held at once
_INT64 = range(-(2**63), 2**63)


def write_csv(file: BinaryIO, runs: Sequence[RunRecord]) -> None:
    """A header of keys and a line for each row; what was not measured is empty, yes and no are true and false."""
    columns = columns_of(runs)
    writer = csv.writer(_Utf8(file), lineterminator="\n")
    writer.writerow([column.key for column in columns])
    for row in chain.from_iterable(map(rows_of, runs)):
        writer.writerow([_field(row.get(column.key)) for column in columns])


@dataclass(frozen=True, slots=True)
class _Utf8:
    """Text on a binary file; unlike a wrapper of `io`, it does not close standard output with itself."""

    file: BinaryIO

    def write(self, text: str) -> int:
        return self.file.write(text.encode())


def _field(value: Value) -> Value:
    return str(value).lower() if isinstance(value, bool) else value


def write_json(file: BinaryIO, runs: Sequence[RunRecord]) -> None:
    """One document: what the columns mean, and the rows. A row lacks what its run has no place for."""
    head = json.dumps({"schema": EXPORT, "columns": [_described(column) for column in columns_of(runs)]})
    file.write(f'{head[:-1]}, "rows": ['.encode())
    rows = chain.from_iterable(map(rows_of, runs))
    lines = (json.dumps(row, ensure_ascii=False, allow_nan=False) for row in rows)
    file.writelines(f"{',' if number else ''}\n{line}".encode() for number, line in enumerate(lines))
    file.write(b"\n]}\n")


def _described(column: Column) -> dict[str, str]:
    metric = column.metric
    if metric is None:
        return {"key": column.key}
    told = {"name": metric.name, "unit": metric.unit, "definition": metric.definition, "better": metric.better}
    return {"key": column.key, **told}


def write_parquet(file: BinaryIO, runs: Sequence[RunRecord]) -> None:
    """A table with typed columns; unit and definition of each are in the metadata of its field.

    Raises:
        ResultsError: pyarrow is not installed; names the extra that brings it.
    """
    arrow, parquet = _arrow("pyarrow"), _arrow("pyarrow.parquet")
    columns = columns_of(runs)
    kinds = _kinds(columns, runs)
    types = {key: getattr(arrow, kind)() for key, kind in kinds.items()}
    schema = arrow.schema(
        [arrow.field(column.key, types[column.key], metadata=_described(column)) for column in columns],
        metadata={"schema": EXPORT},
    )
    with parquet.ParquetWriter(file, schema) as writer:
        for rows in _batches(runs):
            arrays = [arrow.array([_CASTS[kinds[key]](row.get(key)) for row in rows], types[key]) for key in kinds]
            writer.write_table(arrow.table(arrays, schema=schema))


def _batches(runs: Sequence[RunRecord]) -> Iterator[list[dict[str, Value]]]:
    rows = chain.from_iterable(map(rows_of, runs))
    while batch := list(islice(rows, _BATCH)):
        yield batch


def _kinds(columns: Sequence[Column], runs: Sequence[RunRecord]) -> dict[str, str]:
    """The narrowest type of Arrow that takes all values of each column."""
    widest = dict.fromkeys((column.key for column in columns), 0)
    for row in chain.from_iterable(map(rows_of, runs)):
        for key, value in row.items():
            widest[key] = max(widest[key], _width(value, widest[key]))
    return {key: _KINDS[width] for key, width in widest.items()}


def _width(value: Value, among: int) -> int:
    """The place in `_KINDS` that a value needs beside values of the place that the column has so far."""
    if value is None:
        return 0
    if isinstance(value, bool):
        return 1 if among <= 1 else 4  # beside numbers, yes and no are texts
    if among == 1 or isinstance(value, str):
        return 4
    return 2 if isinstance(value, int) and value in _INT64 else 3


_KINDS = ("null", "bool_", "int64", "float64", "string")
_CASTS: dict[str, Callable[[Value], Value]] = {
    "null": lambda _: None,
    "bool_": lambda value: value,
    "int64": lambda value: value,
    "float64": lambda value: None if value is None else float(value),
    "string": lambda value: None if value is None else str(_field(value)),
}


def _arrow(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        message = 'Parquet needs pyarrow, which is not installed: pip install "ddbload[parquet]", or export CSV'
        raise ResultsError(message) from None
