"""One load at a time: two on one machine would measure each other. A lock in the results folder that all share."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ddbload.results.document import ResultsError

LOCK = ".load.lock"  # hidden: it is no scenario of the store


@contextmanager
def turn(results: Path) -> Iterator[None]:
    """Wait until no other test sends load (another worker of pytest-xdist), and keep the others waiting meanwhile.

    The lock ends with the process that holds it, however that ends.

    Raises:
        ResultsError: the results folder cannot be written.
    """
    try:
        results.mkdir(parents=True, exist_ok=True)
        handle = os.open(results / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise ResultsError(f"{results} cannot keep runs: {error.strerror or error}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
