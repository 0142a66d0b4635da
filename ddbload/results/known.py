"""What scenarios and tags of the store are called, and what to say where a word names none of them."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path

from ddbload.results.document import ResultsError
from ddbload.results.folders import runs_in, subfolders, tags_in
from ddbload.results.names import PINNED, safe_name
from ddbload.results.record import RunRecord
from ddbload.results.store import read_run

_HASHED = re.compile(r".*-[0-9a-f]{12}")  # a folder's name that is not the tag itself
MOST = 5
"""Names that an error tells."""


def _original(folder: Path, part: Callable[[RunRecord], str]) -> str:
    """What the first readable run of a tag's folder says; the folder's name where none does."""
    for name in runs_in(folder):
        with contextlib.suppress(ResultsError):
            return part(read_run(folder / name))
    return folder.name


def tag_of(folder: Path) -> str:
    """The tag as it was given, of a tag's folder: from a run where the folder's name had to be made safe."""
    return _original(folder, lambda run: run.tag) if _HASHED.fullmatch(folder.name) else folder.name


def scenario_of(folder: Path) -> str:
    """The scenario as it was given, of a tag's folder, likewise."""
    home = folder.parent
    return _original(folder, lambda run: run.fingerprint.scenario) if _HASHED.fullmatch(home.name) else home.name


def nothing(root: Path, word: str, scenario: str | None) -> str:
    """Why nothing was found, and what there is instead."""
    if not word.strip():
        return "an empty word names no run and no tag"
    if below := _tags_below(word):
        return f"{word} is a scenario's folder; say which tag: {few([str(folder) for folder in below])}"
    of = f" of {scenario}" if scenario else ""
    wanted = word if not (scenario is None and "@" in word) else word.split("@", 1)[1]
    if wanted == PINNED:
        return f"no tag{of} is pinned in {root}; `ddbload results pin SCENARIO@TAG` pins one"
    folders = [root / first / second for first, second in tags_in(root, safe_name(scenario) if scenario else None)]
    folders = [folder for folder in folders if runs_in(folder)]
    if not folders:
        return f"{word} is neither a run's folder nor a tag: there are no runs{of} in {root}"
    if scenario is None and (root / safe_name(word)) in {folder.parent for folder in folders}:
        own = [tag_of(folder) for folder in folders if folder.parent == root / safe_name(word)]
        return f"{word} is a scenario; say which tag: {few([f'{word}@{tag}' for tag in own])}"
    tags = sorted({tag_of(folder) for folder in folders})
    near = get_close_matches(wanted, tags, n=3, cutoff=0.5)
    said = f"the nearest: {few(near)}" if near else f"there are: {few(tags)}"
    return f"{word} is neither a run's folder nor a tag with runs{of} in {root}; {said}"


def _tags_below(word: str) -> list[Path]:
    """The tags' folders that have runs, in the folder that a word names."""
    with contextlib.suppress(ValueError, ResultsError):  # a tag may hold what no path can
        home = Path(word)
        return [home / name for name in subfolders(home) if runs_in(home / name)]
    return []


def few(names: Sequence[str]) -> str:
    """The first of the names, and how many there are besides."""
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    return ", ".join(names[:MOST]) + more
