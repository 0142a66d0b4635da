"""A results folder that cannot take a run: found before anything is sent; else the run is kept somewhere else."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from ddbload.results.document import ResultsError
from ddbload.results.hlog import Interval
from ddbload.results.record import RunRecord, Second
from ddbload.results.store import write_run


class UnsavedError(ResultsError):
    """A run was made, and the results folder does not hold it."""

    exit_code = 3


def require_folder(root: Path) -> None:
    """Make the results folder if it is missing, and see that a file can be written in it.

    Raises:
        ResultsError: it cannot: better known before a run than after it.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=root, prefix=".ddbload-", suffix=".probe") as probe:
            probe.write(b"\0" * 4096)  # a full disk takes an empty file and nothing more
    except OSError as error:
        reason = "it is not a folder" if isinstance(error, FileExistsError) else error.strerror or str(error)
        message = f"runs cannot be saved in {root}: {reason}; name another folder with --results (nothing was sent)"
        raise ResultsError(message) from error


def write_run_or_rescue(
    root: Path,
    record: RunRecord,
    scenario_yaml: str,
    seconds: Sequence[Second],
    intervals: Callable[[], Iterable[Interval]],
) -> tuple[RunRecord, UnsavedError | None]:
    """Save a run; where its folder does not take it, in a new temporary folder, for it may have taken hours.

    Returns:
        The record with its path ("" when it is nowhere), and the error when it is not below `root`.
    """
    try:
        return replace(record, path=str(write_run(root, record, scenario_yaml, seconds, intervals()))), None
    except ResultsError as error:
        refused = error
    try:
        elsewhere = Path(tempfile.mkdtemp(prefix="ddbload-results-"))
    except OSError:
        return record, UnsavedError(f"{refused}; nor in the folder for temporary files")
    try:
        path = write_run(elsewhere, record, scenario_yaml, seconds, intervals())
    except ResultsError:
        elsewhere.rmdir()
        return record, UnsavedError(f"{refused}; nor in the folder for temporary files")
    return replace(record, path=str(path)), UnsavedError(f"{refused}; it is saved in {path}")
