"""Writing traces: CSV, JSON lines (both also as .gz) and Parquet, told by the name of the file."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

from ddbload.trace.row import TraceError, TraceRow

_NAMES = ("time", "operation", "key", "item", "size", "session", "table")
_BATCH = 8192


def write_trace(path: Path | str, rows: Iterable[TraceRow]) -> int:
    """Write rows, as seconds from the start; returns how many. Reading them gives back the same rows.

    The form follows the name: .csv, .jsonl (or .ndjson), .parquet; .csv.gz and .jsonl.gz are packed.
    A file that stands there is replaced once the new one is whole.

    Raises:
        TraceError: a name of another form, or Parquet without the extra `parquet`.
    """
    path = Path(path)
    packed = path.suffix == ".gz"
    ending = Path(path.stem).suffix if packed else path.suffix
    writer = _WRITERS.get(ending)
    if writer is None or (packed and ending == ".parquet"):
        fits = "a name that ends in .csv, .jsonl, .parquet, .csv.gz or .jsonl.gz"
        raise TraceError.at(str(path), 0, "the name does not tell the form of the trace", fits)
    partial = path.with_name(path.name + ".part")
    try:
        with partial.open("wb") as file:
            if packed:
                with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=6, mtime=0, filename="") as data:
                    count = writer(cast(BinaryIO, data), rows, str(path))
            else:
                count = writer(file, rows, str(path))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return count


def _write_csv(file: BinaryIO, rows: Iterable[TraceRow], _: str) -> int:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_NAMES)
    count = 0
    for row in rows:
        writer.writerow((_seconds(row.time_ns), *row[1:]))
        count += 1
    text.flush()
    text.detach()
    return count


def _seconds(time_ns: int) -> str:
    whole, part = divmod(time_ns, 10**9)
    return f"{whole}.{part:09}".rstrip("0").rstrip(".")


def _write_json_lines(file: BinaryIO, rows: Iterable[TraceRow], _: str) -> int:
    import orjson  # noqa: PLC0415 - only where it is needed

    count = 0
    for row in rows:
        told = zip(_NAMES, (_seconds(row.time_ns), *row[1:]), strict=True)
        file.write(orjson.dumps({name: value for name, value in told if value is not None}) + b"\n")
        count += 1
    return count


def _write_parquet(file: BinaryIO, rows: Iterable[TraceRow], name: str) -> int:
    from ddbload.trace.forms import arrow_module  # noqa: PLC0415 - only where it is needed

    arrow, parquet = arrow_module(name), arrow_module(name, "pyarrow.parquet")
    kinds = (
        arrow.int64(),
        arrow.string(),
        arrow.string(),
        arrow.int64(),
        arrow.int64(),
        arrow.string(),
        arrow.string(),
    )
    schema = arrow.schema(list(zip(("time_ns", *_NAMES[1:]), kinds, strict=True)))
    count, left = 0, iter(rows)
    with parquet.ParquetWriter(file, schema) as writer:
        while batch := list(islice(left, _BATCH)):
            columns: list[Any] = list(zip(*batch, strict=True))
            writer.write_table(arrow.table(dict(zip(schema.names, columns, strict=True)), schema=schema))
            count += len(batch)
    return count


_WRITERS: dict[str, Callable[[BinaryIO, Iterable[TraceRow], str], int]] = {
    ".csv": _write_csv,
    ".jsonl": _write_json_lines,
    ".ndjson": _write_json_lines,
    ".parquet": _write_parquet,
}
