"""Pinned tags: a marker in the tag's folder. `rm` leaves such a tag alone, and the word `pinned` stands for it."""

from __future__ import annotations

import os
from pathlib import Path

from ddbload.results.document import ResultsError
from ddbload.results.folders import subfolders

PIN = ".pinned"
"""A file of its own for each tag: pinning changes nothing that another process may be writing."""


def is_pinned(folder: Path) -> bool:
    """Whether a tag's folder is pinned."""
    return os.path.lexists(folder / PIN)


def pin(folder: Path) -> bool:
    """Pin a tag's folder; whether it was not pinned before.

    Raises:
        ResultsError: the marker cannot be written.
    """
    try:
        (folder / PIN).touch(exist_ok=False)
    except FileExistsError:
        return False
    except OSError as error:
        raise ResultsError(f"{folder} cannot be pinned: {error.strerror or error}") from error
    return True


def unpin(folder: Path) -> bool:
    """Take the pin off a tag's folder; whether there was one.

    Raises:
        ResultsError: the marker cannot be removed.
    """
    try:
        (folder / PIN).unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise ResultsError(f"{folder} cannot be unpinned: {error.strerror or error}") from error
    return True


def pinned_in(home: Path) -> list[Path]:
    """The folders of a scenario's pinned tags."""
    return [home / name for name in subfolders(home) if is_pinned(home / name)]
