"""Who follows runs without a word, or without saying the same twice."""

from __future__ import annotations

from ddbload.experiment.watcher import Watcher
from ddbload.measure.progress import Progress


class Silent:
    """A watcher that shows nothing and agrees to nothing."""

    def begin(self, title: str) -> None:
        """Nothing is shown."""

    def starting(self, text: str) -> None:
        """Nothing is shown."""

    def loading(self, done: int, total: int) -> None:
        """Nothing is shown."""

    def update(self, progress: Progress) -> None:
        """Nothing is shown."""

    def note(self, text: str) -> None:
        """Nothing is shown; a report repeats what matters."""

    def ask(self, question: str) -> bool:  # noqa: ARG002 - there is nobody to read it
        """No: a run that costs money wants `RunRequest(yes=True)`."""
        return False


class Once:
    """A watcher of many runs alike, which is told of each thing once."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._said: set[str] = set()

    def starting(self, text: str) -> None:
        """What is being done now."""
        self._watcher.starting(text)

    def loading(self, done: int, total: int) -> None:
        """Items written so far."""
        self._watcher.loading(done, total)

    def update(self, progress: Progress) -> None:
        """The state of the load."""
        self._watcher.update(progress)

    def note(self, text: str) -> None:
        """Something a person should know, unless it has been said."""
        if text not in self._said:
            self._said.add(text)
            self._watcher.note(text)

    def ask(self, question: str) -> bool:
        """A question that must be answered before anything is sent."""
        return self._watcher.ask(question)
