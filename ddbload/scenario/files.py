"""The data files that a scenario names, beside it: read when they are first asked for, and kept while unchanged."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ddbload.scenario.model import (
    Binary,
    CsvColumn,
    CsvSpec,
    HistogramSizeForm,
    ListValue,
    Scenario,
    SetValue,
    Size,
    Text,
    Value,
    WordsText,
)
from ddbload.scenario.source import Loc

if TYPE_CHECKING:
    from ddbload.values.files import Histogram


def size_of(value: Value) -> tuple[Loc, Size] | None:
    """The size, or the count, that a value has, with its place within the value; None for those without."""
    match value:
        case Text():
            return ("text", "size"), value.text.size
        case Binary():
            return ("binary", "size"), value.binary.size
        case WordsText():
            return ("words",) if isinstance(value.words, int) else ("words", "count"), value.count
        case ListValue():
            return ("list", "count"), value.list.count
        case SetValue():
            return ("set", "count"), value.set.count
        case _:
            return None


def histogram_of(scenario: Scenario, size: HistogramSizeForm) -> Histogram:
    """The sizes of a histogram and their weights, from its file or from the scenario itself.

    Raises:
        ScenarioError: the file cannot be read, or holds something else.
    """
    if isinstance(size.histogram, str):
        path = scenario.beside(size.histogram)
        return _histogram(str(path), _stamp(path))
    from ddbload.values.files import Histogram  # noqa: PLC0415 - most scenarios have no files, and a check is short

    rows = sorted((int(text), weight) for text, weight in size.histogram.items())
    return Histogram(tuple(n_bytes for n_bytes, _ in rows), tuple(weight for _, weight in rows))


def column_of(scenario: Scenario, csv: CsvSpec) -> tuple[str, ...]:
    """The entries of a column.

    Raises:
        ScenarioError: the file cannot be read, or has no such column.
    """
    path = scenario.beside(csv.file)
    return _column(str(path), csv.column, csv.type, _stamp(path))


def files_of(scenario: Scenario) -> Iterator[str]:
    """The data files that the scenario's values come from, as they are written there."""
    for value in scenario.values.values():
        sized = size_of(value)
        if sized and isinstance(sized[1], HistogramSizeForm) and isinstance(sized[1].histogram, str):
            yield sized[1].histogram
        if isinstance(value, CsvColumn):
            yield value.csv.file


def every_file_of(scenario: Scenario) -> Iterator[str]:
    """The files that the scenario reads, each once: those of its values, and the trace that it replays."""
    replay = scenario.load.replay
    yield from dict.fromkeys([*files_of(scenario), *([replay.file] if replay else [])])


def content_hashes(scenario: Scenario) -> dict[str, str]:
    """SHA-256 of every data file of the values, by the name that the scenario has for it."""
    return hashes_of(files_of(scenario), scenario.folder)


def hashes_of(files: Iterable[str], folder: Path) -> dict[str, str]:
    """SHA-256 of files in a folder, by the names that were given."""
    found: dict[str, str] = {}
    for name in dict.fromkeys(files):
        with (folder / name).open("rb") as file:
            found[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def _stamp(path: Path) -> tuple[int, int] | None:
    """What changes when the file does; None where it is not there, which reading it says."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=64)
def _histogram(path: str, stamp: tuple[int, int] | None) -> Histogram:
    from ddbload.values.files import read_histogram  # noqa: PLC0415 - as above

    del stamp
    return read_histogram(path)


@lru_cache(maxsize=64)
def _column(path: str, column: str, kind: Literal["S", "N"], stamp: tuple[int, int] | None) -> tuple[str, ...]:
    from ddbload.values.files import read_column  # noqa: PLC0415 - as above

    del stamp
    return read_column(path, column, kind)
