"""Time, passed in: the running loop's monotonic clock, and a virtual one on which hours pass in no time."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from typing import Protocol


class Timer(Protocol):
    """A call that is due later and can be called off."""

    def cancel(self) -> None: ...


class Clock(Protocol):
    """A monotonic nanosecond clock that calls back."""

    def now_ns(self) -> int:
        """Nanoseconds on a monotonic clock; only differences mean anything."""
        ...

    def call_at(self, when_ns: int, callback: Callable[[], None]) -> Timer:
        """Call `callback` at `when_ns` or as soon after as the clock can."""
        ...


class LoopClock:
    """The monotonic clock of the machine, with the asyncio loop's timers.

    The loop's timers are accurate to about 1 ms (epoll takes whole milliseconds, rounded up).
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    now_ns = staticmethod(time.monotonic_ns)

    def call_at(self, when_ns: int, callback: Callable[[], None]) -> Timer:
        return self._loop.call_later(max(0.0, (when_ns - time.monotonic_ns()) * 1e-9), callback)


class _VirtualTimer:
    __slots__ = ("callback",)

    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        self.callback = None


class VirtualClock:
    """A clock that moves only when told to: timers fire in order of their time, then of their making."""

    def __init__(self, start_ns: int = 0) -> None:
        self._now = start_ns
        self._order = itertools.count()
        self._timers: list[tuple[int, int, _VirtualTimer]] = []

    def now_ns(self) -> int:
        return self._now

    def call_at(self, when_ns: int, callback: Callable[[], None]) -> Timer:
        timer = _VirtualTimer(callback)
        heapq.heappush(self._timers, (max(when_ns, self._now), next(self._order), timer))
        return timer

    def stall(self, seconds: float) -> None:
        """Let time pass without firing anything: what a blocked event loop does to its owner."""
        self._now += round(seconds * 1e9)

    def run(self, until_ns: int | None = None) -> None:
        """Fire timers in order until none is left, or until the next one lies after `until_ns`."""
        while self._timers and (until_ns is None or self._timers[0][0] <= until_ns):
            when, _, timer = heapq.heappop(self._timers)
            self._now = max(self._now, when)
            if timer.callback is not None:
                timer.callback()
        if until_ns is not None:
            self._now = max(self._now, until_ns)
