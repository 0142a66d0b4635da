"""The folders of the store: its scenarios, their tags, a tag's runs. What is hidden is never any of them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from ddbload.results.document import ResultsError

RUN = "run.json"
_NAMED = re.compile(r"\d{8}T\d{6}Z-.+")  # as `write_run` names a run's folder
_BARE = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")  # nothing but that: no archive of a run


def subfolders(folder: str | Path) -> list[str]:
    """The names of the folders in a folder, in order; those that begin with a dot (half-written ones) left out.

    A folder that is not there, or is gone meanwhile, has none.

    Raises:
        ResultsError: it is there and cannot be read.
    """
    return _names(folder, os.DirEntry.is_dir)


def _names(folder: str | Path, wanted: Callable[[os.DirEntry[str]], bool]) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if not entry.name.startswith(".") and wanted(entry))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise ResultsError(f"{folder} cannot be read: {error.strerror or error}") from error


def is_run(folder: str | Path) -> bool:
    """Whether a folder is a run's: it holds a document, or has the name of one and so has lost it."""
    name = os.path.basename(folder)  # noqa: PTH119 - of 10,000 folders, where Path takes most of the time
    if name.startswith("."):
        return False
    return _NAMED.fullmatch(name) is not None or os.path.lexists(os.path.join(folder, RUN))  # noqa: PTH118 - as above


def runs_in(folder: str | Path) -> list[str]:
    """The names of the runs in a tag's folder, oldest first by their names; a file in place of one is damaged."""
    return _names(folder, _holds_run)


def _holds_run(entry: os.DirEntry[str]) -> bool:
    return is_run(entry.path) if entry.is_dir() else _BARE.fullmatch(entry.name) is not None


def tags_in(root: Path, scenario: str | None = None) -> Iterator[tuple[str, str]]:
    """The folders' names of each scenario and tag of the store; of one scenario's folder alone where it is given."""
    for first in subfolders(root) if scenario is None else [scenario]:
        for second in subfolders(root / first):
            yield first, second


def find_runs(root: Path, word: str, scenario: str | None = None) -> list[Path]:
    """The runs' folders whose name or whose id is the word; of one scenario's folder alone where it is given."""
    return [
        root / first / second / name
        for first, second in tags_in(root, scenario)
        for name in runs_in(root / first / second)
        if word and (name == word or name.endswith(f"-{word}"))
    ]
