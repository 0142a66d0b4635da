"""Counting calls before they are drawn: new items of a family, and the calls of an operation that goes on in order.

What a call finds counted is a pure function of the timetable and the mix, so that it does not depend on how many
workers there are: each of them counts all calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from ddbload.values.philox import Counters
from ddbload.values.transforms import Integers

Group: TypeAlias = tuple[str, str]
"""What is counted: ("next", family), new items of a family; ("own", unit), the calls of an operation or session."""


def new_items(family: str) -> Group:
    """The group that new items of a family are counted in."""
    return ("next", family)


def own_calls(unit: str) -> Group:
    """The group that the calls of an operation or session are counted in."""
    return ("own", unit)


@dataclass(frozen=True, slots=True)
class Rows:
    """Calls (or sessions) to draw for.

    Attributes:
        counters: their numbers.
        before: group -> how much was counted in it before each of them.
        offset: closed loop: the slot that they are calls of ...
        step: ... of so many: each slot has ordinals of its own, and they interleave.
        items: of a trace, the number of the item that each is about; -1 where it is picked. None: all are picked.
        sizes: of a trace, the bytes of each one's item; -1 where it is as the scenario says. None: all are.
    """

    counters: Counters
    before: Mapping[Group, Counters] = field(default_factory=dict)
    offset: int = 0
    step: int = 1
    items: Integers | None = None
    sizes: Integers | None = None

    def __len__(self) -> int:
        return len(self.counters)

    def at(self, rows: Integers) -> Rows:
        """Some of the rows."""
        before = {group: counted[rows] for group, counted in self.before.items()}
        items = None if self.items is None else self.items[rows]
        sizes = None if self.sizes is None else self.sizes[rows]
        return Rows(self.counters[rows], before, self.offset, self.step, items, sizes)

    def ordinals(self, group: Group, each: int = 1, nth: int = 0) -> Integers:
        """The ordinals of their nth draws in a group, where each row that counts 1 draws `each` times at most."""
        return self.offset + self.step * (self.before[group] * each + nth)

    def so_far(self, group: Group) -> Integers:
        """How much was counted before each; in a closed loop, about as much as all slots together."""
        counted = self.before.get(group)
        return np.zeros(len(self), dtype=np.int64) if counted is None else self.step * counted


class Counting:
    """Counts calls as they come; `offset` and `step` keep the slots of a closed loop apart."""

    def __init__(self, weights: Mapping[Group, Integers], offset: int = 0, step: int = 1) -> None:
        self._weights = weights
        self._counted = dict.fromkeys(weights, 0)
        self._offset, self._step = offset, step

    def rows(
        self, counters: Counters, chosen: Integers, items: Integers | None = None, sizes: Integers | None = None
    ) -> Rows:
        """The next calls in order, with what was counted before each, by the positions chosen."""
        before: dict[Group, Counters] = {}
        for group, weights in self._weights.items():
            counted = weights[chosen]
            sums = np.cumsum(counted)
            before[group] = self._counted[group] + sums - counted
            self._counted[group] += int(sums[-1]) if len(sums) else 0
        return Rows(counters, before, self._offset, self._step, items, sizes)
