"""The store as the server sees it: its listing, kept for a moment, and what may be opened: only what is listed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

from ddbload.errors import DdbloadError
from ddbload.results.folders import RUN
from ddbload.results.listing import Listed, Listing, list_runs
from ddbload.results.store import HISTOGRAMS, SCENARIO, TIMELINE

FILES: Mapping[str, str] = {
    RUN: "application/json",
    SCENARIO: "text/plain",
    TIMELINE: "text/csv",
    HISTOGRAMS: "text/plain",
}
"""The files of a run that may be fetched as they are, and what they are."""
_KEPT_S = 3.0  # a person who goes from page to page; 10,000 runs take a second to list
_DEPTH = 3  # scenario, tag, run


class NotInStoreError(DdbloadError):
    """An address names nothing that the store lists."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run lies: the names of the folders of its scenario, of its tag, and its own."""

    scenario: str
    tag: str
    run: str

    @property
    def address(self) -> str:
        """Of the tag, as addresses have it."""
        return f"{self.scenario}/{self.tag}"


def place_of(path: str) -> Place:
    """The place of a run's folder."""
    return Place(*PurePath(path).parts[-_DEPTH:])


class Shelf:
    """A results folder that is only read. Threads may share it: one lists, the others wait for what it finds."""

    def __init__(self, root: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.root = root
        self._clock = clock
        self._lock = threading.Lock()
        self._listing: Listing | None = None
        self._until = 0.0

    def listing(self, *, anew: bool = False) -> Listing:
        """All runs, as they are or were a moment ago."""
        with self._lock:
            if self._listing is None or anew or self._clock() >= self._until:
                begun = self._clock()
                self._listing = list_runs(self.root)
                ended = self._clock()
                self._until = ended + max(_KEPT_S, 5 * (ended - begun))  # a large store is not listed all the time
            return self._listing

    def run(self, wanted: Place) -> Path:
        """The folder of a run that is listed, damaged ones among them.

        Raises:
            NotInStoreError: there is none of these names.
        """
        for anew in (False, True):  # it may have been made since
            listing = self.listing(anew=anew)
            for path in (*(one.path for one in listing.runs), *(one.path for one in listing.damaged)):
                if place_of(path) == wanted:
                    return Path(path)
        raise NotInStoreError(f"there is no run {wanted.run} under {wanted.address} in {self.root}")

    def tag(self, address: str) -> tuple[Listed, ...]:
        """The runs of a tag by its address, in order of their start.

        Raises:
            NotInStoreError: no run is under it.
        """
        for anew in (False, True):
            found = [run for run in self.listing(anew=anew).runs if place_of(run.path).address == address]
            if found:
                return tuple(sorted(found, key=lambda run: run.started_at))
        raise NotInStoreError(f"there is no run that can be read under {address} in {self.root}")

    def file(self, wanted: Place, name: str) -> Path:
        """A file of a listed run.

        Raises:
            NotInStoreError: it is none of a run's files, is not there, or is a link to somewhere else.
        """
        path = self.run(wanted) / name
        if name not in FILES or path.is_symlink() or not path.is_file():
            raise NotInStoreError(f"{wanted.run} has no file of the name {name[:80]}")
        return path
