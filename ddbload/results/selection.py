"""Which runs a word means: a run's folder, a tag's folder, a tag, `scenario@tag`, `pinned`, `scenario@pinned`."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ddbload.results.document import ResultsError
from ddbload.results.folders import RUN, find_runs, is_run, runs_in, subfolders
from ddbload.results.known import MOST, nothing, scenario_of, tag_of
from ddbload.results.moment import moment_of
from ddbload.results.names import PINNED, safe_name
from ddbload.results.pins import pinned_in
from ddbload.results.record import RunRecord
from ddbload.results.store import read_run


@dataclass(frozen=True, slots=True)
class Damaged:
    """A run that cannot be read: its folder and what is wrong with it."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Selection:
    """The runs that a word means.

    Attributes:
        word: as given.
        scenario: whose runs they are.
        tag: theirs; None where the word is one run.
        runs: in order of their start.
        damaged: runs under the tag that cannot be read.
    """

    word: str
    scenario: str
    tag: str | None
    runs: tuple[RunRecord, ...]
    damaged: tuple[Damaged, ...]


def select(root: Path, word: str, *, scenario: str | None = None) -> Selection:
    """The runs that a word means: in a folder of that name if it holds runs, else under that tag in the store.

    Args:
        root: the results folder.
        word: a run's folder, its run.json or its id, a tag's folder, a tag, `scenario@tag`, `pinned` or
            `scenario@pinned`.
        scenario: only runs of this one.

    Raises:
        ResultsError: there are no such runs (names the nearest tags), they are of several scenarios, or a folder cannot
            be read; of a single run, also that it is damaged.
    """
    place = find_place(root, word, scenario=scenario)
    if is_run(place) and not runs_in(place):
        run = read_run(place)
        selection = Selection(word, run.fingerprint.scenario, None, (run,), ())
    else:
        selection = _read(word, place)
    if scenario is not None and selection.scenario != scenario:
        raise ResultsError(f"{word} holds runs of {selection.scenario}, not of {scenario}")
    return selection


def select_all(root: Path, words: Sequence[str], *, scenario: str | None = None) -> tuple[Selection, ...]:
    """The runs that several words mean, each as `select` has it; a scenario's name means all of its tags.

    Raises:
        ResultsError: as of `select`, for any of them.
    """
    found: list[Selection] = []
    for word in words:
        tags = tags_of(root, word) if _folder(word) is None and scenario in {None, word} else []
        found += [_read(word, folder) for folder in tags] or [select(root, word, scenario=scenario)]
    return tuple(found)


def tags_of(root: Path, scenario: str) -> list[Path]:
    """The folders of a scenario's tags that have runs; none where there is no such scenario."""
    home = root / safe_name(scenario)
    return [home / name for name in subfolders(home) if runs_in(home / name)]


def newest(selection: Selection) -> RunRecord:
    """The newest run of a selection.

    Raises:
        ResultsError: none can be read, or the newest cannot; says how many older ones can.
    """
    latest = selection.runs[-1] if selection.runs else None
    name = Path(latest.path).name if latest else ""
    later = [damaged for damaged in selection.damaged if Path(damaged.path).name > name]
    if latest is None or later:
        whole = f" (older runs of {selection.word} that can be read: {len(selection.runs)})" if latest else ""
        raise ResultsError(later[-1].reason + whole)
    return latest


def find_place(root: Path, word: str, *, scenario: str | None = None) -> Path:
    """The folder that a word means, a run's or a tag's, as `select` has it.

    Raises:
        ResultsError: there is none (names the nearest tags), or several.
    """
    place = _folder(word)
    if place is not None:
        return place
    found = find_tags(root, word, scenario=scenario)
    runs = [] if found else find_runs(root, word, safe_name(scenario) if scenario is not None else None)
    if len(runs) == 1:
        return runs[0]
    return _one(root, word, scenario, found)


def find_tag(root: Path, word: str, *, scenario: str | None = None) -> Path:
    """The folder of the one tag that a word means.

    Raises:
        ResultsError: there is none (names the nearest tags), or several.
    """
    return _one(root, word, scenario, find_tags(root, word, scenario=scenario))


def _one(root: Path, word: str, scenario: str | None, found: Sequence[Path]) -> Path:
    if not found:
        raise ResultsError(nothing(root, word, scenario))
    if len(found) > 1:
        names = sorted(scenario_of(folder) for folder in found)
        ways = ", ".join(f"{name}@{word}" for name in names[:MOST])
        raise ResultsError(f"{word} has runs of {len(names)} scenarios: {', '.join(names)}; say which: {ways}")
    return found[0]


def find_tags(root: Path, word: str, *, scenario: str | None = None) -> list[Path]:
    """The folders of the tags that a word means, one for each scenario that has runs under it; none is no error.

    Raises:
        ResultsError: more than one tag of a scenario is pinned, and the word is `pinned`.
    """
    homes = subfolders(root) if scenario is None else [safe_name(scenario)]
    found = list(_under([root / home for home in homes], word))
    if not found and "@" in word:
        first, tag = word.split("@", 1)
        if scenario is None or scenario == first:
            found = list(_under([root / safe_name(first)], tag))
    return found


def _under(homes: Iterable[Path], tag: str) -> Iterator[Path]:
    for home in homes:
        if tag == PINNED:
            pinned = [folder for folder in pinned_in(home) if runs_in(folder)]
            if len(pinned) > 1:
                names = ", ".join(sorted(tag_of(folder) for folder in pinned))
                raise ResultsError(f"{len(pinned)} tags of {home.name} are pinned: {names}; name the one that is meant")
            yield from pinned
        elif runs_in(home / safe_name(tag)):
            yield home / safe_name(tag)


def _folder(word: str) -> Path | None:
    """The folder that a word names, if it is a run's or holds runs."""
    if not word:
        return None
    with contextlib.suppress(ValueError, OSError):  # a tag may hold what no path can: a null, 5,000 letters
        path = Path(word) if Path(word).name not in {"", ".."} else Path(word).resolve()
        if path.name == RUN and path.is_file():
            path = path.parent
        if path.is_dir() and (is_run(path) or runs_in(path)):
            return path
    return None


def _read(word: str, folder: Path) -> Selection:
    """All runs in a tag's folder."""
    runs: list[RunRecord] = []
    damaged: list[Damaged] = []
    for name in runs_in(folder):
        try:
            runs.append(read_run(folder / name / RUN))
        except ResultsError as error:
            if os.path.lexists(folder / name):  # else it was removed while we looked
                damaged.append(Damaged(str(folder / name), str(error)))
    if not runs and not damaged:
        raise ResultsError(f"{word}: its runs were removed while they were read")
    scenarios = sorted({run.fingerprint.scenario for run in runs}) or [folder.parent.name]
    if len(scenarios) > 1:
        raise ResultsError(
            f"{folder} holds runs of several scenarios: {', '.join(scenarios)}; a tag's folder holds those of one"
        )
    ordered = sorted(runs, key=_start)
    return Selection(word, scenarios[0], ordered[-1].tag if ordered else folder.name, tuple(ordered), tuple(damaged))


def _start(run: RunRecord) -> tuple[datetime, int, str]:
    """Runs of one second go by their place in the experiment, then by name."""
    return started(run), run.pairing.position if run.pairing else 0, run.path


def started(run: RunRecord) -> datetime:
    """When a run started, UTC."""
    return moment_of(run.started_at)
