"""Runs taken out of the store: found first, then renamed out of sight, then deleted; nothing but runs, ever."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ddbload.results.document import ResultsError
from ddbload.results.folders import runs_in, tags_in
from ddbload.results.pins import PIN, is_pinned
from ddbload.results.selection import find_place
from ddbload.results.store import PARTIAL

_REMOVED = ".removed"
"""How the hidden folder of a run that is being deleted ends."""
_LEFT_S = 3600.0
"""A writer has a folder for seconds: what nobody has touched for an hour, nobody will finish."""


@dataclass(frozen=True, slots=True)
class Doomed:
    """Runs of one tag that are to go.

    Attributes:
        folder: the tag's.
        runs: the names of the runs' folders, oldest first.
        pinned: whether the tag is pinned.
        whole: whether these are all of its runs.
    """

    folder: Path
    runs: tuple[str, ...]
    pinned: bool
    whole: bool


def find_doomed(root: Path, words: Sequence[str], *, scenario: str | None = None) -> tuple[Doomed, ...]:
    """The runs that words mean, as `select` has it, damaged ones too; nothing is touched.

    Raises:
        ResultsError: a word means no runs, a folder that is not a run's or a tag's of this store, or a link.
    """
    chosen: dict[Path, set[str]] = {}
    for word in words:
        try:
            folder, names = _meant(root, word, scenario)
            _refuse_links([folder.parent, folder, *(folder / name for name in names)])
        except OSError as error:
            raise ResultsError(f"{error.filename or root} cannot be read: {error.strerror or error}") from error
        chosen.setdefault(folder, set()).update(names)
    return tuple(_doomed(folder, names) for folder, names in chosen.items())


def _doomed(folder: Path, names: set[str]) -> Doomed:
    return Doomed(folder, tuple(sorted(names)), is_pinned(folder), whole=names >= set(runs_in(folder)))


def _meant(root: Path, word: str, scenario: str | None) -> tuple[Path, list[str]]:
    """A tag's folder and the names of those of its runs that a word means."""
    # without following links, which are refused
    place = Path(os.path.abspath(find_place(root, word, scenario=scenario)))  # noqa: PTH100 - resolve() would follow a link
    if names := runs_in(place):
        return _in_store(root, place), names
    return _in_store(root, place.parent), [place.name]


def _in_store(root: Path, folder: Path) -> Path:
    """A tag's folder by way of the root: two levels below it and nowhere else is a tag."""
    if root.is_dir() and folder.parent.parent.samefile(root) and not folder.name.startswith("."):
        return root / folder.parent.name / folder.name
    raise ResultsError(f"{folder} is no tag of {root}: only runs of the store are removed (nothing was)")


def _refuse_links(places: Iterable[Path]) -> None:
    for place in places:
        if place.is_symlink():
            raise ResultsError(f"{place} is a link: only runs of the store are removed (nothing was)")


def require_unpinned(doomed: Iterable[Doomed]) -> None:
    """See that no pinned tag is among them. Raises ResultsError."""
    for each in doomed:
        if each.pinned:
            name = f"{each.folder.parent.name}@{each.folder.name}"
            raise ResultsError(f"{name} is pinned; `ddbload results unpin {name}`, or --force (nothing was removed)")


def remove(doomed: Sequence[Doomed], *, force: bool = False) -> int:
    """Take runs away; how many there were. What another process took first is no error.

    Args:
        doomed: as found.
        force: those of pinned tags, too; a tag's pin goes with its last run.

    Raises:
        ResultsError: a tag is pinned (nothing was removed), or a folder cannot be removed.
    """
    if not force:
        require_unpinned(doomed)
    return sum(_remove(each) for each in doomed)


def _remove(doomed: Doomed) -> int:
    gone = sum(_take(doomed.folder / name) for name in doomed.runs)
    if doomed.pinned and doomed.whole and not runs_in(doomed.folder):
        (doomed.folder / PIN).unlink(missing_ok=True)
    for folder in (doomed.folder, doomed.folder.parent):
        with contextlib.suppress(OSError):  # it is not empty: another process writes there
            folder.rmdir()
    return gone


def _take(run: Path) -> bool:
    """Remove a run: in one step out of sight of every reader, then file by file."""
    hidden = run.with_name(f".{secrets.token_hex(8)}{_REMOVED}")
    try:
        run.rename(hidden)
        if hidden.is_file() and not hidden.is_symlink():
            hidden.unlink()
        else:
            shutil.rmtree(hidden)
    except FileNotFoundError:  # another process was faster
        return False
    except OSError as error:
        with contextlib.suppress(OSError):
            hidden.rename(run)  # what could not be deleted stays in sight
        raise ResultsError(f"{run} cannot be removed: {error.strerror or error}") from error
    return True


def remove_leftovers(root: Path, *, older_than_s: float = _LEFT_S) -> int:
    """Delete what writers and removers that were killed left in the store; how many folders.

    Args:
        root: the results folder.
        older_than_s: untouched for at least so long, in seconds.

    Raises:
        ResultsError: a folder cannot be read or removed.
    """
    before = time.time() - older_than_s
    try:
        return sum(_sweep(folder, before) for folder in [*_hidden(root)])
    except OSError as error:
        raise ResultsError(f"{error.filename or root} cannot be removed: {error.strerror or error}") from error


def _hidden(root: Path) -> Iterator[Path]:
    """The hidden folders of writers and removers; no links, and nothing behind one."""
    for first, second in tags_in(root):
        folder = root / first / second
        if folder.is_symlink() or folder.parent.is_symlink():
            continue
        for place in folder.iterdir():
            left = place.name.startswith(".") and place.name.endswith((PARTIAL, _REMOVED))
            if left and place.is_dir() and not place.is_symlink():
                yield place


def _sweep(folder: Path, before: float) -> bool:
    """Delete a folder if nothing in it was touched since, in seconds of the epoch."""
    with contextlib.suppress(FileNotFoundError):  # its writer is alive, or another process is at the same
        if max(place.stat(follow_symlinks=False).st_mtime for place in [folder, *folder.iterdir()]) <= before:
            shutil.rmtree(folder)
            return True
    return False
