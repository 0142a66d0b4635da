"""Slots: how many calls may be under way at once, who waits for one, and who has waited too long."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ddbload.clock import Clock
from ddbload.operation import Call, Outcome
from ddbload.workload.stream import Flow

FOREVER = 2**62
"""Later than any time of a clock, in nanoseconds."""


class Sender(Protocol):
    """The part of a transport that a driver uses: `on_done` comes later, never from within `submit`."""

    def submit(self, call: Call, on_done: Callable[[Call], None], /) -> None: ...


class Record(Protocol):
    """The part of a recorder that a driver uses."""

    def record(self, call: Call) -> None:
        """A request was answered or given up."""
        ...

    def record_flow(self, call: Call, made: Mapping[int, int]) -> None:
        """A whole of several requests came to its ending, or was not begun; its requests were recorded before.

        `made` says how many it made of each operation; of a compound step of a session, the session says so.
        """
        ...

    def cut(self, call: Call) -> None:
        """An arrival of several requests was cut off by the end of the run: it neither ended nor failed."""
        ...

    def late_by_client(self, due_ns: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Lane:
    """What both drivers need.

    Attributes:
        slots: calls that may be under way at once.
        start_ns, end_ns: start and end of the plan on the clock.
        flows: sessions and compound operations; their positions follow those of `prepared`.
    """

    clock: Clock
    sender: Sender
    prepared: Sequence[Any]
    recorder: Record
    slots: int
    max_late_ns: int
    start_ns: int
    on_finished: Callable[[], None]
    flows: Sequence[Flow] = ()
    end_ns: int = FOREVER


class Gate:
    """Lets at most `slots` calls under way; the others wait in order, until they are later than `max_late`.

    Queue time is `sent - released`: waiting here, and for a connection, is never by itself the client's fault.
    """

    def __init__(self, lane: Lane, on_done: Callable[[Call], None]) -> None:
        self._lane = lane
        self._slots = lane.slots
        self._submit = lane.sender.submit
        self._record = lane.recorder.record
        self._on_done = on_done
        self.in_flight = 0
        self.waiting: deque[Call] = deque()

    @property
    def empty(self) -> bool:
        """Whether no call is under way and none waits."""
        return not self.in_flight and not self.waiting

    def admit(self, call: Call) -> None:
        """Send the call, or let it wait for a slot."""
        if self.in_flight < self._slots:
            self.in_flight += 1
            self._submit(call, self._done)
        else:
            self.waiting.append(call)
            self._drop(self._late(call.released_ns), call.released_ns)

    def _late(self, now_ns: int) -> list[Call]:
        """Take out what has waited beyond `max_late`: every slot was taken by slow answers."""
        waiting, limit = self.waiting, now_ns - self._lane.max_late_ns
        late: list[Call] = []
        while waiting and waiting[0].due_ns < limit:
            late.append(waiting.popleft())
        return late

    def _drop(self, late: list[Call], now_ns: int) -> None:
        """Give up late calls. All of them have left the queue before: the first one's end may admit another call."""
        for call in late:
            self.give_up(call, now_ns, "no slot was free in time")

    def give_up(self, call: Call, now_ns: int, reason: str) -> None:
        """Record a call that is not sent."""
        call.outcome, call.reason, call.done_ns = Outcome.LATE, reason, now_ns
        self._record(call)
        self._on_done(call)

    def give_up_waiting(self, reason: str) -> None:
        """Give up every call that waits for a slot."""
        now_ns = self._lane.clock.now_ns()
        while self.waiting:
            self.give_up(self.waiting.popleft(), now_ns, reason)

    def _done(self, call: Call) -> None:
        self._record(call)
        if not self.waiting:
            self.in_flight -= 1
            self._on_done(call)
            return
        now_ns = self._lane.clock.now_ns()
        late = self._late(now_ns)
        if self.waiting:  # the slot passes on before anybody else can ask for it
            self._submit(self.waiting.popleft(), self._done)
        else:
            self.in_flight -= 1
        self._drop(late, now_ns)
        self._on_done(call)
