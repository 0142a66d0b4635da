"""How far batches of runs lie apart when nothing was changed: learnt from all like runs of a store. Reads the store."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ddbload.compare.parts import alike
from ddbload.results.document import ResultsError
from ddbload.results.folders import RUN, runs_in, tags_in
from ddbload.results.names import safe_name
from ddbload.results.record import RunRecord
from ddbload.results.store import read_run

MOST = 400
"""Runs that are read for it, the latest: more make a comparison slow and tell little more."""


@dataclass(frozen=True, slots=True)
class Background:
    """Runs of the same scenario on the same kind of target and machine, of all tags; and what is to be said of them."""

    runs: tuple[RunRecord, ...]
    notes: tuple[str, ...] = ()


def background_of(results: Path, like: RunRecord) -> Background:
    """The latest runs of the store that stand on a footing with one.

    A run or a tag that cannot be read tells nothing here and is named in the notes.
    """
    runs: list[RunRecord] = []
    folders, damaged = _latest(results, safe_name(like.fingerprint.scenario))
    for folder in folders:
        try:
            run = read_run(folder / RUN)
        except ResultsError:
            if os.path.lexists(folder):  # else it was removed while we looked
                damaged.append(str(folder))
            continue
        if alike(run, like) and run.complete and run.verdict != "invalid":
            runs.append(run)
    if not damaged:
        return Background(tuple(runs))
    more = f" and {len(damaged) - 1} more" if len(damaged) > 1 else ""
    tell = "tell" if more else "tells"
    return Background(tuple(runs), (f"{damaged[0]}{more} cannot be read and {tell} nothing of how batches drift",))


def _latest(results: Path, scenario: str) -> tuple[list[Path], list[str]]:
    """Folders of runs, the latest first by their names, which begin with the time; and tags that cannot be read."""
    found: list[tuple[str, Path]] = []
    closed: list[str] = []
    for first, tag in tags_in(results, scenario):
        folder = results / first / tag
        try:
            found += [(run, folder / run) for run in runs_in(os.fspath(folder))]
        except ResultsError:
            closed.append(str(folder))
    return [folder for _, folder in sorted(found, reverse=True)[:MOST]], closed
