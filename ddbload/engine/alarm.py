"""A clock whose alarms are accurate to tens of microseconds, where the operating system has timer descriptors (Linux).

An event loop's own timers wait in whole milliseconds (epoll's timeout, libuv's timers), rounded up: a millisecond of
dispatch lag on every call. A timer descriptor is an event like any other, and comes when it is due.
"""

from __future__ import annotations

import asyncio
import ctypes
import heapq
import itertools
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from ddbload.clock import Clock, LoopClock, Timer

_NONBLOCK_CLOEXEC = os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0)  # TFD_NONBLOCK and TFD_CLOEXEC have the same values
_ABSTIME = 1
_LEAST_NS = 50_000
"""Closer alarms are put off to this: at tens of thousands of calls a second, one wake-up then serves several."""


class _Spec(ctypes.Structure):
    """struct itimerspec: interval and first expiry, each in seconds and nanoseconds."""

    _fields_ = (
        ("interval_s", ctypes.c_long),
        ("interval_ns", ctypes.c_long),
        ("value_s", ctypes.c_long),
        ("value_ns", ctypes.c_long),
    )


class _Alarm:
    __slots__ = ("callback",)

    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        self.callback = None


class DescriptorClock:
    """A `Clock` on one timer descriptor of the event loop."""

    now_ns = staticmethod(time.monotonic_ns)

    def __init__(self, loop: asyncio.AbstractEventLoop, libc: Any) -> None:
        self._loop = loop
        self._settime = libc.timerfd_settime
        self._fd: int = libc.timerfd_create(time.CLOCK_MONOTONIC, _NONBLOCK_CLOEXEC)
        if self._fd < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create")
        self._spec = _Spec()
        self._reference = ctypes.byref(self._spec)
        self._order = itertools.count()
        self._alarms: list[tuple[int, int, _Alarm]] = []
        self._set_ns = 0  # when the descriptor is set to fire; 0: not set
        self._firing = False
        loop.add_reader(self._fd, self._fire)

    def call_at(self, when_ns: int, callback: Callable[[], None]) -> Timer:
        """Call back at `when_ns`, or within about a tenth of a millisecond after."""
        alarm = _Alarm(callback)
        heapq.heappush(self._alarms, (when_ns, next(self._order), alarm))
        if not self._firing and (not self._set_ns or when_ns < self._set_ns):
            self._set(when_ns)
        return alarm

    def close(self) -> None:
        """Give the descriptor back."""
        self._loop.remove_reader(self._fd)
        os.close(self._fd)

    def _set(self, when_ns: int) -> None:
        self._set_ns = when_ns = max(when_ns, time.monotonic_ns() + _LEAST_NS)
        self._spec.value_s, self._spec.value_ns = divmod(when_ns, 1_000_000_000)
        self._settime(self._fd, _ABSTIME, self._reference, None)

    def _fire(self) -> None:
        try:
            os.read(self._fd, 8)
        except BlockingIOError:  # set anew between the event and its handling
            return
        self._set_ns = 0
        self._firing = True  # what is set meanwhile may be later than what waits: one setting, afterwards, serves both
        alarms, now = self._alarms, time.monotonic_ns()
        try:
            while alarms and alarms[0][0] <= now:
                callback = heapq.heappop(alarms)[2].callback
                if callback is not None:
                    callback()
        finally:
            self._firing = False
            while alarms and alarms[0][2].callback is None:  # called off: nothing to wake up for
                heapq.heappop(alarms)
            if alarms:
                self._set(alarms[0][0])


def precise_clock(loop: asyncio.AbstractEventLoop) -> Clock:
    """The most accurate clock that this system offers."""
    if sys.platform == "linux":
        try:
            return DescriptorClock(loop, ctypes.CDLL(None, use_errno=True))
        except (OSError, AttributeError):  # no such call: an old kernel, a sandbox
            pass
    return LoopClock(loop)
