"""HdrHistogram logs: each run's own, as it was saved, once it is seen to be whole."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from ddbload.results.document import ResultsError
from ddbload.results.export.files import require_folder, write_whole
from ddbload.results.names import safe_name
from ddbload.results.record import RunRecord
from ddbload.results.store import HISTOGRAMS, each_interval


def write_log(file: BinaryIO, run: RunRecord) -> None:
    """The log of one run.

    Raises:
        ResultsError: it is missing or damaged.
    """
    source = _checked(run)
    try:
        with source.open("rb") as log:
            shutil.copyfileobj(log, file)
    except OSError as error:
        raise ResultsError(f"{source} cannot be read: {error.strerror or error}") from error


def write_logs(folder: Path, runs: Sequence[RunRecord]) -> Iterator[Path]:
    """A log for each run, named by its scenario, its tag and its folder.

    Raises:
        ResultsError: one is missing or damaged (nothing was written), or the folder cannot take them.
    """
    for run in runs:
        _checked(run)
    require_folder(folder)
    for run in runs:
        names = (safe_name(run.fingerprint.scenario), safe_name(run.tag), Path(run.path).name)
        yield write_whole(folder / f"{'.'.join(names)}.hlog", lambda file, one=run: write_log(file, one))  # type: ignore[misc]  # the default binds this turn's run


def _checked(run: RunRecord) -> Path:
    for _ in each_interval(Path(run.path)):
        pass  # what is damaged is an error
    return Path(run.path) / HISTOGRAMS
