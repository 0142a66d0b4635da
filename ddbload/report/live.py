"""Watching a run: a view that redraws itself in a terminal, plain lines elsewhere. Standard error only, no threads.

A frame is drawn by the process that may also send the load, so frames are few and nothing is drawn between updates.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.live import Live
from rich.text import Text

from ddbload.measure.progress import Progress
from ddbload.report.frame import Moment, frame, line, loading_frame
from ddbload.report.quantity import count
from ddbload.report.terminal import STYLES, as_ascii

_FRAME_S = 0.25
_LINE_S = 5.0
_REMEMBERED = 400
Now = Callable[[], float]


class View(Protocol):
    """What a run tells while it happens."""

    def starting(self, text: str) -> None:
        """Something takes its time, such as "starting DynamoDB Local 3.3.1"."""
        ...

    def loading(self, done: int, total: int) -> None:
        """So many items of so many are written."""
        ...

    def update(self, progress: Progress) -> None:
        """The state of the run; may be called as often as one likes."""
        ...

    def note(self, text: str) -> None:
        """A sentence that stays on the screen, such as a warning."""
        ...


@contextmanager
def watching(console: Console, title: str, *, now: Now = time.monotonic) -> Iterator[View]:
    """A view on the console (of standard error) for as long as the context lasts.

    Args:
        console: where to draw; frames if it is a terminal that can be redrawn, else a line every few seconds.
        title: what is run, such as "orders-evening-peak on DynamoDB Local 3.3.1".
        now: seconds of a monotonic clock.
    """
    if not console.is_terminal or console.is_dumb_terminal:
        yield PlainView(console, now)
        return
    live = Live(console=console, auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=False)
    with live:
        view = LiveView(live, title, now)
        yield view


class _Pace:
    """Lets one in so many seconds through."""

    def __init__(self, every_s: float, now: Now) -> None:
        self._every_s, self._now = every_s, now
        self._next_s = float("-inf")

    def due(self, *, at_once: bool = False) -> bool:
        """Whether it is time again."""
        now = self._now()
        if now < self._next_s and not at_once:
            return False
        self._next_s = now + self._every_s
        return True


class _LoadingRate:
    """Items a second since loading began to be watched."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self._first: tuple[float, int] | None = None

    def of(self, done: int) -> float:
        """The rate by now; 0 until there is one."""
        at = self._now()
        if self._first is None:
            self._first = (at, done)
        since, before = self._first
        return (done - before) / (at - since) if at > since else 0.0


class LiveView:
    """Frames in a terminal, at most four a second; gone when the run is over."""

    def __init__(self, live: Live, title: str, now: Now) -> None:
        self._live, self._title = live, title
        self._pace, self._rate = _Pace(_FRAME_S, now), _LoadingRate(now)
        self._past: deque[Moment] = deque(maxlen=_REMEMBERED)
        self._second = -1

    def starting(self, text: str) -> None:
        self._draw(Text.assemble((self._title, "bold"), f"\n\n{text} …"))

    def loading(self, done: int, total: int) -> None:
        per_second = self._rate.of(done)
        if self._pace.due(at_once=done >= total):
            bar = loading_frame(done, total, per_second, self._live.console.width)
            self._draw(Text.assemble((self._title, "bold"), "\n\n", bar))

    def update(self, progress: Progress) -> None:
        if int(progress.elapsed_s) != self._second:  # the curves have one place a second
            self._second = int(progress.elapsed_s)
            self._past.append(Moment(progress.completed.now, progress.p99_ms))
        if self._pace.due():
            size = self._live.console.size
            self._draw(frame(self._title, progress, tuple(self._past), size.width, size.height))

    def note(self, text: str) -> None:
        self._live.console.print(Text(text, STYLES["doubt"]))

    def _draw(self, text: Text) -> None:
        self._live.update(as_ascii(text) if self._live.console.options.ascii_only else text, refresh=True)


class PlainView:
    """A line every few seconds, and one whenever the phase changes."""

    def __init__(self, console: Console, now: Now) -> None:
        self._console = console
        self._pace, self._rate = _Pace(_LINE_S, now), _LoadingRate(now)
        self._phase = ""
        self._loaded = False

    def starting(self, text: str) -> None:
        self._print(f"{text} …")

    def loading(self, done: int, total: int) -> None:
        finished = done >= total
        if self._loaded or not self._pace.due(at_once=finished):
            return
        self._loaded = finished
        self._print(f"loading: {count(done)} of {count(total)} items, {count(self._rate.of(done))}/s")

    def update(self, progress: Progress) -> None:
        if self._pace.due(at_once=progress.phase != self._phase):
            self._phase = progress.phase
            self._print(line(progress))

    def note(self, text: str) -> None:
        self._print(text)

    def _print(self, text: str) -> None:
        styled = Text(text)
        self._console.print(as_ascii(styled) if self._console.options.ascii_only else styled, soft_wrap=True)
