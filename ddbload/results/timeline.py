"""`timeline.csv`: one row a second, warm-up included; an empty field is a value that was not measured."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, astuple, fields
from typing import TextIO

from pydantic import TypeAdapter, ValidationError

from ddbload.results.document import ResultsError
from ddbload.results.record import Second

COLUMNS = tuple(f.name for f in fields(Second))
_OPTIONAL = frozenset(f.name for f in fields(Second) if "None" in str(f.type))
_NEWER = frozenset(f.name for f in fields(Second) if f.default is not MISSING)  # older timelines lack these
_SECOND = TypeAdapter(Second)


def write_timeline(file: TextIO, seconds: Iterable[Second]) -> None:
    """Write the header and a row for each second. Raises ValueError on NaN or infinity."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for second in seconds:
        row = astuple(second)
        if not all(math.isfinite(value) for value in row if isinstance(value, float)):
            raise ValueError(f"second {second.t} of the timeline holds a number that is not finite")
        writer.writerow(row)


def parse_timeline(file: TextIO, place: str) -> Iterator[Second]:
    """The seconds of a timeline; columns that this version does not know are ignored.

    Raises:
        ResultsError: a column is missing or a field cannot be read; names `place` and the line.
    """
    reader = csv.DictReader(file, strict=True)
    try:
        if not reader.fieldnames:
            raise ResultsError(f"{place} is damaged: it is empty")
        missing = set(COLUMNS) - set(reader.fieldnames)
        if missing - _NEWER:
            raise ResultsError(f"{place} is damaged: its first line lacks {', '.join(sorted(missing - _NEWER))}")
        for row in reader:
            values = {name: _field(name, row[name]) for name in COLUMNS if name not in missing}
            second = _SECOND.validate_python(values)
            if not all(math.isfinite(value) for value in astuple(second) if isinstance(value, float)):
                raise ResultsError(f"{place}:{reader.line_num} is damaged: a number is not finite")
            yield second
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        column = problem["loc"][0]
        raise ResultsError(f"{place}:{reader.line_num} is damaged: {column}: {problem['msg'].lower()}") from error
    except csv.Error as error:
        raise ResultsError(f"{place}:{reader.line_num} is damaged: {error}") from error


def _field(name: str, text: str | None) -> str | None:
    return None if not text and name in _OPTIONAL else text
