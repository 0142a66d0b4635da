"""Who follows a run: a terminal, a test, nobody."""

from __future__ import annotations

from typing import Protocol

from ddbload.measure.progress import Progress


class Watcher(Protocol):
    """Who follows a run: a terminal, a test."""

    def starting(self, text: str) -> None:
        """What is being done now."""
        ...

    def loading(self, done: int, total: int) -> None:
        """Items written so far."""
        ...

    def update(self, progress: Progress) -> None:
        """The state of the load."""
        ...

    def note(self, text: str) -> None:
        """Something a person should know now."""
        ...

    def ask(self, question: str) -> bool:
        """A question that must be answered before anything is sent."""
        ...


class SeriesWatcher(Watcher, Protocol):
    """Who follows several runs, one after the other."""

    def begin(self, title: str) -> None:
        """Another run begins, under this title: what was shown of the one before is over."""
        ...
