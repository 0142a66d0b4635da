"""What a person sees while a command works: the live view on standard error, and its questions."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType

import typer
from rich.console import Console

from ddbload.errors import UsageError
from ddbload.experiment.signals import InterruptedBeforeLoadError
from ddbload.measure.progress import Progress
from ddbload.report.live import PlainView, View, watching


class Screen:
    """A live view that steps aside for a question."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._console = Console(stderr=True)
        self._shown = ExitStack()
        self._view = self._open()

    def _open(self) -> View:
        return self._shown.enter_context(watching(self._console, self._title))

    def close(self) -> None:
        """Take the live view off the screen."""
        self._shown.close()

    def begin(self, title: str) -> None:
        """Another run begins, under this title: the view of the one before goes; where lines are written, a line."""
        self._shown.close()
        self._title = title
        self._view = self._open()
        if isinstance(self._view, PlainView):
            self._view.note(title)

    def starting(self, text: str) -> None:
        """What is being done now."""
        self._view.starting(text)

    def loading(self, done: int, total: int) -> None:
        """Items written so far."""
        self._view.loading(done, total)

    def update(self, progress: Progress) -> None:
        """The state of the load."""
        self._view.update(progress)

    def note(self, text: str) -> None:
        """A sentence that stays on the screen."""
        self._view.note(text)

    def ask(self, question: str) -> bool:
        """Ask on the terminal; where there is none, say what to do instead."""
        if not sys.stdin.isatty():
            raise UsageError(f"{question}\nthere is no terminal to ask on: say --yes to agree (nothing was sent)")
        self._shown.close()
        try:
            with _interruptible():
                return typer.confirm(f"{question}\ngo on?", err=True)
        except typer.Abort:
            return False
        finally:
            self._view = self._open()


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let a signal end a wait for the keyboard: the event loop, which handles signals else, stands still meanwhile."""

    def stop(number: int, _frame: FrameType | None) -> None:
        raise InterruptedBeforeLoadError(signal.Signals(number))

    wakeup = signal.set_wakeup_fd(-1)  # else the loop would hear of the signal as well, in the middle of tidying up
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(wakeup)


@contextmanager
def screen(title: str) -> Iterator[Screen]:
    """A screen for as long as the context lasts."""
    shown = Screen(title)
    try:
        yield shown
    finally:
        shown.close()


def standard_output() -> Console:
    """The console of standard output, for the one document a command writes."""
    return Console()
