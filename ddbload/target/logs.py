"""Logs of the servers that ddbload starts: thrown away when all went well, kept when it did not."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from platformdirs import user_log_path

from ddbload.errors import TargetError

_TAIL_LINES = 15


@contextmanager
def server_log(name: str, folder: Path | None) -> Iterator[Path]:
    """A fresh log file for one server; it stays on disk when the block ends with a `TargetError`."""
    folder = folder or user_log_path("ddbload")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(prefix=f"{name}-", suffix=".log", dir=folder, delete=False) as file:
        log = Path(file.name)
    try:
        yield log
    except TargetError:
        raise
    except BaseException:
        log.unlink(missing_ok=True)
        raise
    else:
        log.unlink(missing_ok=True)


def read(log: Path) -> str:
    """All of a log; "" when there is none."""
    return log.read_text(errors="replace") if log.exists() else ""


def tail(log: Path) -> str:
    """The last lines of a log, or a phrase that says there is nothing in it."""
    return "\n".join(read(log).splitlines()[-_TAIL_LINES:]) or "(the log is empty)"
