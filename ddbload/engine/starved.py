"""Whether the server of a run got the processor it asked for: a slow answer may be this machine's fault. Linux only.

The kernel counts, for every thread, the nanoseconds it ran and those it was ready to run and waited for a processor
(Linux kernel documentation, "Scheduler Statistics": /proc/<pid>/schedstat).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_WAITED = 0.25
_AT_WORK = 0.95
_OFTEN_NS = 400_000_000
_LONG_NS = 1_000_000_000  # less work than that tells nothing

_TOO_BUSY = (
    "this machine was too busy for the server: of the time that it had work to do it waited {:.0%} for a processor;"
    " slow answers, and calls that got none in time, are no fact about the table (end what else runs here, or lower"
    " load.rate)"
)
_TOO_MUCH = (
    "the server had work to do for {:.0%} of the time: this load is more than it can do on this machine; slow answers,"
    " and calls that got none in time, are no fact about the table (lower load.rate)"
)


@dataclass(frozen=True, slots=True)
class Need:
    """What became of a process's need of processors between two looks.

    Attributes:
        ran_ns, waited_ns: of all its threads.
        busiest: the share of the time in which the busiest thread ran or waited to run.
    """

    ran_ns: int
    waited_ns: int
    busiest: float


class Look:
    """Looks at a process from time to time; a process that is gone, or a system that does not tell, gives nothing."""

    def __init__(self, pid: int | None) -> None:
        self._pid = pid
        self._first: dict[str, tuple[int, int]] = {}
        self._last: dict[str, tuple[int, int]] = {}
        self._first_ns = self._last_ns = 0

    def look(self, now_ns: int) -> None:
        """Take in the counts as they are now; those before the first look do not count."""
        if self._pid is None or now_ns - self._last_ns < _OFTEN_NS or not (seen := _threads(self._pid)):
            return
        if not self._first_ns:
            self._first, self._first_ns = seen, now_ns
        self._last |= seen  # a thread that has ended keeps what it had
        self._last_ns = now_ns

    @property
    def need(self) -> Need | None:
        """Between the first look and the last; None before there are two."""
        span_ns = self._last_ns - self._first_ns
        if span_ns <= 0:
            return None
        parts = []
        for thread, (ran, waited) in self._last.items():
            ran_before, waited_before = self._first.get(thread, (0, 0))
            parts.append((ran - ran_before, waited - waited_before))
        return Need(sum(ran for ran, _ in parts), sum(w for _, w in parts), max(map(sum, parts)) / span_ns)


def notes(need: Need | None) -> tuple[str, ...]:
    """What a report must say of it, in sentences."""
    if need is None or need.ran_ns + need.waited_ns < _LONG_NS:
        return ()
    waited = need.waited_ns / (need.ran_ns + need.waited_ns)
    if waited >= _WAITED:
        return (_TOO_BUSY.format(waited),)
    if need.busiest >= _AT_WORK:
        return (_TOO_MUCH.format(min(need.busiest, 1.0)),)
    return ()


def _threads(pid: int) -> dict[str, tuple[int, int]]:
    """By thread: (ran, waited) in nanoseconds."""
    found: dict[str, tuple[int, int]] = {}
    with suppress(OSError, ValueError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError, ValueError):  # it may have ended
                ran, waited, _ = (thread / "schedstat").read_text().split()
                found[thread.name] = (int(ran), int(waited))
    return found
