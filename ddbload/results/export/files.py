"""Files of an export: each appears under its name only when it is whole."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ddbload.results.document import ResultsError


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export made.

    Attributes:
        files: that were written; none where all went to standard output.
        notes: sentences on what was left out.
    """

    files: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()


def write_whole(path: Path, fill: Callable[[BinaryIO], object]) -> Path:
    """Write a file in place of one that may be there; if filling it fails, that one stays.

    Raises:
        ResultsError: it cannot be written.
    """
    if path.is_dir():
        raise ResultsError(f"{path} is a folder: name a file")
    partial = path.with_name(f".{secrets.token_hex(8)}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with partial.open("xb") as file:
                fill(file)
            partial.replace(path)
        finally:
            with contextlib.suppress(OSError):
                os.unlink(partial)  # noqa: PTH108 - after the replacement there is nothing left to remove
    except OSError as error:
        raise ResultsError(f"{path} cannot be written: {error.strerror or error}") from error
    return path


def require_folder(path: Path) -> Path:
    """Make a folder for files if it is missing.

    Raises:
        ResultsError: it cannot be made, or is a file.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = "it is a file" if isinstance(error, FileExistsError) else error.strerror or str(error)
        raise ResultsError(f"{path} is to be a folder: {reason}") from error
    return path
