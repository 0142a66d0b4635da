"""Chains: the arrivals of one recorded session, in order, each when the one before is over."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from ddbload.engine.gate import Lane
from ddbload.operation import Call

TURN = "what came before it in its session was not over in time"


class Chains:
    """Keeps chained arrivals until their turn. Their due times stay, so that the wait is response time.

    Memory is bounded: whoever has waited beyond `max_late` is given up, and a chain of which nothing is under way is
    forgotten.

    Args:
        lane: clock and lateness.
        admit: lets an arrival begin.
        give_up: records one that does not begin: call, now, reason.

    Attributes:
        under_way: slot -> chain, of the chained arrivals that have begun and are not over.
        waiting: how many wait for their turn.
    """

    def __init__(self, lane: Lane, admit: Callable[[Call], None], give_up: Callable[[Call, int, str], None]) -> None:
        self._lane = lane
        self._admit = admit
        self._give_up = give_up
        self._waiting: dict[int, deque[Call]] = {}  # by chain, of those of which an arrival is under way
        self.under_way: dict[int, int] = {}
        self.waiting = 0

    def enter(self, call: Call, chain: int) -> None:
        """Let an arrival begin, or wait for its turn."""
        queue = self._waiting.get(chain)
        if queue is None:
            self._waiting[chain] = deque()
            self._begin(call, chain)
        else:
            queue.append(call)
            self.waiting += 1
            self._drop(queue, call.released_ns)

    def over(self, call: Call) -> None:
        """An arrival is over: the next of its chain has its turn, if it was chained."""
        chain = self.under_way.pop(call.slot, None)
        if chain is None:
            return
        queue = self._waiting[chain]
        self._drop(queue, self._lane.clock.now_ns())
        if queue:
            self.waiting -= 1
            self._begin(queue.popleft(), chain)
        else:
            del self._waiting[chain]

    def give_up_waiting(self, reason: str) -> None:
        """Give up all that wait for their turn."""
        now_ns = self._lane.clock.now_ns()
        for queue in list(self._waiting.values()):
            self._drop(queue, now_ns, reason, all_of_them=True)

    def _begin(self, call: Call, chain: int) -> None:
        self.under_way[call.slot] = chain
        self._admit(call)

    def _drop(self, queue: deque[Call], now_ns: int, reason: str = TURN, *, all_of_them: bool = False) -> None:
        limit = now_ns - self._lane.max_late_ns
        while queue and (all_of_them or queue[0].due_ns < limit):
            self.waiting -= 1
            self._give_up(queue.popleft(), now_ns, reason)
