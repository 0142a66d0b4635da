"""One export: the runs that words mean, in one format, to standard output, a file or a folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO, Literal

from ddbload.errors import UsageError
from ddbload.results.document import ResultsError
from ddbload.results.export.files import Exported, write_whole
from ddbload.results.export.logs import write_log, write_logs
from ddbload.results.export.otava import write_otava
from ddbload.results.export.tables import write_csv, write_json, write_parquet
from ddbload.results.record import RunRecord
from ddbload.results.selection import Selection, started

ExportFormat = Literal["csv", "json", "parquet", "hlog", "otava"]
_TABLES: Mapping[str, Callable[[BinaryIO, Sequence[RunRecord]], None]] = {
    "csv": write_csv,
    "json": write_json,
    "parquet": write_parquet,
}
_NAMED = 5  # damaged runs that an error names


def export(selections: Sequence[Selection], form: ExportFormat, to: Path | None, output: BinaryIO) -> Exported:
    """Write runs in a format.

    Args:
        selections: whose runs are written, each once, in order of their start.
        form: "csv", "json", "parquet": a row for each run and operation; "hlog": the histograms; "otava": a series of
            each scenario for Apache Otava.
        to: a file; of "otava" and of the histograms of several runs a folder. None: standard output.
        output: standard output, as bytes.

    Raises:
        ResultsError: a run is damaged (nothing was written), or a file cannot be written.
        UsageError: the format needs a file or a folder, and none was named.
    """
    runs = _whole(selections)
    if form == "otava":
        return write_otava(_require(to, "otava writes several files: name a folder with --to"), runs)
    if form == "hlog":
        return _logs(runs, to, output)
    if to is None:
        if form == "parquet":
            raise UsageError("Parquet is not for a terminal: name a file with --to")
        _TABLES[form](output, runs)
        return Exported()
    return Exported((write_whole(to, partial(_fill, form, runs)),))


def _fill(form: str, runs: Sequence[RunRecord], file: BinaryIO) -> None:
    _TABLES[form](file, runs)


def _logs(runs: Sequence[RunRecord], to: Path | None, output: BinaryIO) -> Exported:
    if len(runs) == 1 and to is None:
        write_log(output, runs[0])
        return Exported()
    folder = _require(to, f"the histograms of {len(runs)} runs are as many files: name a folder with --to")
    if len(runs) == 1 and not folder.is_dir() and not str(to).endswith(os.sep):
        return Exported((write_whole(folder, lambda file: write_log(file, runs[0])),))
    return Exported(tuple(write_logs(folder, runs)))


def _require(to: Path | None, message: str) -> Path:
    if to is None:
        raise UsageError(message)
    return to


def _whole(selections: Sequence[Selection]) -> tuple[RunRecord, ...]:
    """The runs of all selections, each once; a damaged one among them is an error, for a gap would go unseen."""
    damaged = [each for selection in selections for each in selection.damaged]
    if damaged:
        lines = [each.reason for each in damaged[:_NAMED]]
        if len(damaged) > _NAMED:
            lines.append(f"and {len(damaged) - _NAMED} more")
        raise ResultsError("\n".join([*lines, "`ddbload results rm` removes damaged runs (nothing was written)"]))
    runs = {os.path.realpath(run.path): run for selection in selections for run in selection.runs}
    return tuple(sorted(runs.values(), key=lambda run: (started(run), run.path)))
