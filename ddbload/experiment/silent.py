"""Nobody follows the run: for a script, which reads the record at the end."""

from __future__ import annotations

from ddbload.measure.progress import Progress


class Silent:
    """A watcher that shows nothing and agrees to nothing."""

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
