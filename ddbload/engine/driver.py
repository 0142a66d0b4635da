"""The two drivers: the open loop follows an absolute timetable, the closed loop's slots wait for their answers.

Plain callbacks on a clock: the same code runs on the event loop and, in tests, on a virtual clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from ddbload.clock import Timer
from ddbload.engine.chains import Chains
from ddbload.engine.flow import BEHIND, STOPPED, Arrivals
from ddbload.engine.gate import Gate, Lane
from ddbload.operation import Call
from ddbload.workload.stream import Block

SLOT_SHIFT = 40
"""Closed loop: the number of a call is its slot's number shifted by this, plus the count of the slot's calls."""
_BURST = 32
"""Releases in one wake-up before answers get their turn; a backlog goes on in the next turn of the loop."""


class OpenLoop:
    """Releases every call at its due time, whatever became of those before it.

    Attributes:
        limited_ns: when the first call was due that `last_slot` forbids; None while none was.
    """

    def __init__(self, lane: Lane, blocks: Iterator[Block], *, last_slot: int | None = None) -> None:
        self._lane = lane
        self._blocks = blocks
        self._last_slot = last_slot  # the first slot that may no longer be sent (a limit on requests)
        self._arrivals = Arrivals(lane, self._after)
        self._chains = Chains(lane, self._arrivals.admit, self._arrivals.give_up)
        self._block: Block | None = None
        self._next = 0
        self._timer: Timer | None = None
        self.released = 0
        self.stopped = False
        self.limited_ns: int | None = None
        self._finished = False

    @property
    def gate(self) -> Gate:
        """Its requests under way and those that wait for a slot."""
        return self._arrivals.gate

    @property
    def queued(self) -> int:
        """What is released and not sent: it waits for a slot, or for its turn in its chain."""
        return len(self.gate.waiting) + self._chains.waiting

    def start(self) -> None:
        """Begin; returns at once."""
        self._advance()
        self._arm()

    def stop(self) -> None:
        """Release nothing more; requests under way are waited for, what has no slot or no turn yet is given up."""
        if self._arrivals.stopped:
            return
        self.stopped = True
        if self._timer is not None:
            self._timer.cancel()
        self._block = None
        self._chains.give_up_waiting(STOPPED)  # before their turn comes
        self._arrivals.stop()
        self._check_finished()

    def _advance(self) -> None:
        block = next(self._blocks, None)
        while block is not None and not len(block.slots):
            block = next(self._blocks, None)
        self._block, self._next = block, 0

    def _arm(self) -> None:
        block = self._block
        if block is None:
            self._timer = None
            self._check_finished()
            return
        if self._last_slot is not None and block.slots[self._next] >= self._last_slot:
            self.limited_ns = self._lane.start_ns + block.due_ns[self._next]
            self.stopped, self._block, self._timer = True, None, None
            self._check_finished()
            return
        self._timer = self._lane.clock.call_at(self._lane.start_ns + block.due_ns[self._next], self._wake)

    def _wake(self) -> None:
        lane, start = self._lane, self._lane.start_ns
        now_ns, limit, arrivals = lane.clock.now_ns, lane.max_late_ns, self._arrivals
        prepared, plain = lane.prepared, len(lane.prepared)
        for _ in range(_BURST):
            block, position = self._block, self._next
            if block is None:
                break
            due, slot = start + block.due_ns[position], block.slots[position]
            now = now_ns()
            if due > now or (self._last_slot is not None and slot >= self._last_slot):
                break
            operation = block.operations[position]
            what = prepared[operation] if operation < plain else None
            call = Call(operation, slot, what, block.draws[position], due)
            call.released_ns = now
            self._next = position + 1
            if now - due > limit:
                lane.recorder.late_by_client(due)
                arrivals.give_up(call, now, BEHIND)
            else:
                self.released += 1
                if block.chains is not None and (chain := block.chains[position]):
                    self._chains.enter(call, chain)
                else:
                    arrivals.admit(call)
            if self._next == len(block.slots) and self._block is block:
                self._advance()
        if not self.stopped:
            self._arm()

    def _after(self, call: Call) -> None:
        if self._chains.under_way:
            self._chains.over(call)
        if self._block is None:
            self._check_finished()

    def _check_finished(self) -> None:
        if not self._finished and self._block is None and self._arrivals.empty and not self._chains.waiting:
            self._finished = True
            self._lane.on_finished()


_LOOK_NS = 50_000_000
"""How often parked slots look whether the load has grown to include them."""
_LEVEL_NS = 1_000_000
"""How long the number of active slots is taken to be the same."""


class _ClosedSlot:
    __slots__ = ("block", "blocks", "next", "number", "parked")

    def __init__(self, number: int, blocks: Iterator[Block]) -> None:
        self.number = number
        self.blocks = blocks
        self.block = next(blocks)
        self.next = 0
        self.parked = True


class ClosedLoop:
    """Each slot sends its next call when its last is answered and the think time is over: that is when it is due.

    Args:
        lane: clock, sender, recorder.
        slots: slot number -> its endless calls.
        active: how many slots of the whole run are active at a time (ns from the start); slots below it send.
        end_ns: when the last phase ends, from the start of the run.
        think_ns: pause between an answer and the slot's next call.
        budget: calls this worker may make (its share of a limit on requests).

    Attributes:
        limited_ns: when a call was due that the budget forbids; None while none was.
    """

    def __init__(
        self,
        lane: Lane,
        slots: Sequence[tuple[int, Iterator[Block]]],
        *,
        active: Callable[[int], int],
        end_ns: int,
        think_ns: int,
        budget: int | None = None,
    ) -> None:
        self._lane = lane
        self._slots = {number: _ClosedSlot(number, blocks) for number, blocks in slots}
        self._active = active
        self._end = lane.start_ns + end_ns
        self._think = think_ns
        self._budget = budget
        self._arrivals = Arrivals(lane, self._after)
        self._level = 0  # slots that are active until `_level_until`
        self._level_until = 0
        self.released = 0
        self.stopped = False
        self.limited_ns: int | None = None
        self._finished = False

    @property
    def gate(self) -> Gate:
        """Its requests under way and those that wait for a slot."""
        return self._arrivals.gate

    @property
    def queued(self) -> int:
        """What is released and not sent: it waits for a slot."""
        return len(self.gate.waiting)

    def start(self) -> None:
        """Begin at the lane's start time."""
        self._look_at(self._lane.start_ns)

    def stop(self) -> None:
        """Send nothing more; calls under way are waited for."""
        self.stopped = True
        self._arrivals.stop()
        self._check_finished()

    def _look_at(self, due_ns: int) -> None:
        self._lane.clock.call_at(due_ns, partial(self._look, due_ns))

    def _look(self, due_ns: int) -> None:
        now = self._lane.clock.now_ns()
        if self.stopped or now >= self._end:
            self._check_finished()
            return
        active = self._active(now - self._lane.start_ns)
        for slot in self._slots.values():
            if slot.parked and slot.number < active:
                slot.parked = False
                self._send(slot, due_ns)
        self._look_at(min(now + _LOOK_NS, self._end))

    def _send(self, slot: _ClosedSlot, due_ns: int) -> None:
        now = self._lane.clock.now_ns()
        if now >= self._level_until:
            self._level, self._level_until = self._active(now - self._lane.start_ns), now + _LEVEL_NS
        if self.stopped or now >= self._end or slot.number >= self._level:
            slot.parked = True
            self._check_finished()
            return
        if self._budget is not None and self.released >= self._budget:
            self.limited_ns = now
            self.stop()
            return
        block, position = slot.block, slot.next
        operation, prepared = block.operations[position], self._lane.prepared
        what = prepared[operation] if operation < len(prepared) else None
        call = Call(operation, block.slots[position], what, block.draws[position], due_ns)
        call.released_ns = now
        slot.next = position + 1
        if slot.next == len(block.slots):
            slot.block, slot.next = next(slot.blocks), 0
        self.released += 1
        self._arrivals.admit(call)

    def _after(self, call: Call) -> None:
        slot = self._slots[call.slot >> SLOT_SHIFT]
        due_ns = call.done_ns + self._think
        empty = call.done_ns == call.due_ns  # a flow of no request: time must pass all the same
        if empty:
            due_ns = self._lane.clock.now_ns() + max(self._think, _LEVEL_NS)
        if (self._think or empty) and not self.stopped and due_ns < self._end:
            self._lane.clock.call_at(due_ns, partial(self._send, slot, due_ns))
        elif due_ns < self._end:
            self._send(slot, due_ns)
        else:  # nothing is due any more; not even the think time need be waited for
            slot.parked = True
            self._check_finished()

    def _check_finished(self) -> None:
        over = self.stopped or self._lane.clock.now_ns() >= self._end
        if over and not self._finished and self._arrivals.empty:
            self._finished = True
            self._lane.on_finished()
