"""Which partition keys a worker's calls go to: fed call by call, looked up many at once, kept in bounded memory.

Exact up to 1,000 calls a second; of what a worker sends beyond that, one call in eight at random stands for eight, so
that the looking up costs a tenth to a fifth of the recording. Throttled requests are all counted.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from ddbload.measure.delta import Heat, Partition
from ddbload.measure.heavy import HeavyHitterSketch

EXACT_A_SECOND = 1000
STANDS_FOR = 8
_SPREAD = 2 * STANDS_FOR - 1
_BATCH = 256  # calls that wait until their keys are looked up: a tenth of a millisecond's work

Touch = Callable[[Sequence[Any]], Sequence[Partition]]


class HotKeys:
    """The keys of measured calls, by units and by throttled requests.

    Args:
        touches: for each operation, the partition keys that a call with a draw goes to.

    Attributes:
        gap: calls until the next one is taken; whoever has one counts it down.
    """

    __slots__ = ("_exact", "_heat", "_random", "_second", "_throttled", "_touches", "_waiting", "gap")

    def __init__(self, touches: Sequence[Touch]) -> None:
        self._touches = touches
        self._heat: HeavyHitterSketch[Partition] = HeavyHitterSketch()
        self._throttled: HeavyHitterSketch[Partition] = HeavyHitterSketch()
        self._waiting: list[tuple[int, Sequence[Any], float, int]] = []
        self._exact = EXACT_A_SECOND
        self._random = random.Random(0).random
        self._second = -1
        self.gap = 1

    def enter_second(self, second: int) -> None:
        """Calls that ended in this second follow."""
        if second > self._second:
            self._second, self._exact, self.gap = second, EXACT_A_SECOND, 1

    def take(self, operation: int, draw: Sequence[Any], units: float, throttles: int) -> None:
        """Take a call: its turn has come, or it was throttled."""
        if self.gap > 0:  # only for its throttles
            units = 0.0
        elif self._exact > 0:
            self._exact -= 1
            self.gap = 1
        else:
            units *= STANDS_FOR
            self.gap = 1 + int(self._random() * _SPREAD)  # 1 to 15 alike: every eighth on average, in no pattern
        self._waiting.append((operation, draw, units, throttles))
        if len(self._waiting) >= _BATCH:
            self._look_up()

    def heat(self) -> Heat:
        """What was taken so far; nothing is left."""
        self._look_up()
        return Heat(self._heat.take(), self._throttled.take())

    def _look_up(self) -> None:
        """A call's units and throttles go in equal parts to all that it is about."""
        touches, heat, throttled = self._touches, self._heat.add, self._throttled.add
        for operation, draw, units, throttles in self._waiting:
            partitions = touches[operation](draw)
            if not partitions:
                continue
            part = units / len(partitions)
            if part:
                for partition in partitions:
                    heat(partition, part)
            if throttles:
                for partition in partitions:
                    throttled(partition, throttles / len(partitions))
        self._waiting.clear()
