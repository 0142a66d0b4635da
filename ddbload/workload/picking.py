"""Which items an action is about: numbers of items as pure functions of the call's number and of what is fixed already.

An action picks one item, or several that are all different. Coordinates that the call or session has fixed stay; only
the free ones are drawn: by their own choosers, or all together by one chooser over the items that are left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ddbload.scenario.actions import picks_next
from ddbload.scenario.model import Chooser, Pick, Scenario
from ddbload.scenario.model.picks import YCSB_ZIPF, Latest
from ddbload.values import Hotspot, Scatter, Zipf, words_at
from ddbload.values.sampling import REDRAW_SHIFT, distinct
from ddbload.values.transforms import Integers, unit
from ddbload.workload.counting import Group, Rows, new_items, own_calls
from ddbload.workload.numbering import MOST_ITEMS, Numbering, numbering_of
from ddbload.workload.translate import chooser, latest, problem

TURN_SHIFT = 40
"""What is drawn again for the same counter has the lane turn * 2**40."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Which draw it is, of those of a row.

    Attributes:
        lane: of the random words.
        nth: the place among the new items that the row inserts into the family.
        turn: the place among the draws of the same action that go on in order.
    """

    lane: int = 0
    nth: int = 0
    turn: int = 0


Picker = Callable[[Rows, Draw], Integers]
"""One number 0 .. n-1 (or beyond, of new items) for each row."""


@dataclass(frozen=True)
class Picking:
    """How an action picks its items.

    Attributes:
        label: the operation's name, with the action's place in it and its session where it has these.
        unit: the operation or session whose calls are counted where a pick goes on in order.
        count: how many items each time.
        whole_inserts: whether each new item of the family is one item, rather than a new value of its first coordinate.
        each: how many draws that go on in order a row makes at most.
        absent: how far away an absent item is from its twin.
        shares: the coordinates that the action needs of its item: what later ones find fixed.
    """

    seed: int
    label: str
    unit: str
    family: str
    numbering: Numbering
    pick: Pick
    count: int
    missing: float
    absent: int
    whole_inserts: bool = True
    each: int = 1
    shares: tuple[str, ...] = ()

    def numbers(
        self,
        rows: Rows,
        fixed: Mapping[str, Integers] | None = None,
        turn: int = 0,
        nth: int = 0,
        taken: Sequence[Integers] = (),
    ) -> list[Integers]:
        """The numbers of the items that are picked, `count` of them, before any goes missing.

        Args:
            rows: what is drawn for.
            fixed: coordinates that are fixed already.
            turn: how often this action has drawn for these rows before.
            nth: how many new items of the family these rows have inserted before.
            taken: items of the family that these rows are about already: the picked ones are others.
        """
        known = {} if not fixed else {name: fixed[name] for name in self.numbering.of if name in fixed}
        if len(known) == len(self.numbering.of):
            return [self._joined(known, len(rows))] * self.count
        free, pick = self._free(tuple(known))
        lane, turns = turn << TURN_SHIFT, turn * self.count

        def place(picked: Integers, within: Mapping[str, Integers]) -> Integers:
            if not within:
                return picked
            numbers = self._joined(within, len(picked))
            for name in free.of:
                numbers = numbers + self.numbering.strides[name] * free.coordinate(name, picked)
            return numbers

        if self.count == 1 and not taken:
            return [place(pick(rows, Draw(lane, nth, turns)), known)]

        def draw(some: Integers, jth_lane: int) -> Integers:
            j = jth_lane % (1 << REDRAW_SHIFT)
            at = rows if len(some) == len(rows) else rows.at(some)
            return pick(at, Draw(lane + jth_lane, nth + j, turns + j))

        def meaning(picked: Integers, some: Integers) -> Integers:
            return place(picked, {name: column[some] for name, column in known.items()})

        return list(distinct(draw, free.count, len(rows), self.count, meaning=meaning, taken=taken).T)

    def present(self, numbers: Integers, rows: Rows, turn: int = 0, nth: int = 0) -> Integers:
        """The numbers, with a share of them moved to items that are not there; those that a trace names stay."""
        if not self.missing:
            return numbers
        words = words_at(self.seed, f"missing/{self.label}", rows.counters, (turn << TURN_SHIFT) + nth)
        missed = unit(words[:, 0]) < self.missing
        if rows.items is not None:
            missed = missed & (rows.items < 0)
        return numbers + missed * np.int64(self.absent)

    def _joined(self, fixed: Mapping[str, Integers], count: int) -> Integers:
        numbers = np.zeros(count, dtype=np.int64)
        for name, column in fixed.items():
            size = self.numbering.of[name]
            numbers += self.numbering.strides[name] * (column if name == self.numbering.first else column % size)
        return numbers

    @cached_property
    def _pickers(self) -> dict[tuple[str, ...], tuple[Numbering, Picker]]:
        return {}

    def _free(self, fixed: tuple[str, ...]) -> tuple[Numbering, Picker]:
        """The numbering of the coordinates that are free, and what picks among them."""
        if fixed not in self._pickers:
            free = self.numbering.of_some(name for name in self.numbering.of if name not in fixed)
            self._pickers[fixed] = free, self._picker(free)
        return self._pickers[fixed]

    def _picker(self, free: Numbering) -> Picker:
        if not isinstance(self.pick, dict):
            return self._chosen(free, self.pick, f"pick/{self.label}", self._place(free))
        parts = [
            (free.strides[name], self._chosen(free.of_some([name]), self.pick.get(name, "uniform"), stream, place))
            for name in free.of
            for stream, place in [(f"pick/{self.label}/{name}", f"{self.family}/{name}")]
        ]

        def pick(rows: Rows, draw: Draw) -> Integers:
            numbers = np.zeros(len(rows), dtype=np.int64)
            for stride, part in parts:
                numbers += stride * part(rows, draw)
            return numbers

        return pick

    def _place(self, free: Numbering) -> str:
        """One scattering for a family's dimension: what is hot for one operation is hot for the others."""
        whole = len(free.of) == len(self.numbering.of)
        return self.family if whole else f"{self.family}/{'/'.join(free.of)}"

    def _chosen(self, free: Numbering, spec: Chooser, stream: str, place: str) -> Picker:
        """What picks one of the numbers of some coordinates, by one chooser."""
        grows = free.first == self.numbering.first  # new items have new values of the first coordinate
        n, seed = free.count, self.seed
        if spec == "next":
            return self._next(free) if grows else lambda rows, draw: rows.ordinals(self._new, 1, draw.nth) % n
        if spec == "sequential":
            group, each = own_calls(self.unit), self.each
            return lambda rows, draw: rows.ordinals(group, each, draw.turn) % n
        if spec == "latest" or isinstance(spec, Latest):
            back = latest(spec.latest if isinstance(spec, Latest) else YCSB_ZIPF)

            def newest(rows: Rows, draw: Draw) -> Integers:
                counts = n + (self._inserted(free, rows) if grows else np.zeros(len(rows), dtype=np.int64))
                return counts - 1 - back.draw(words_at(seed, stream, rows.counters, draw.lane), counts)

            return newest
        choose = chooser(spec, n)
        if not (isinstance(choose, Zipf) or (isinstance(choose, Hotspot) and choose.hot < n)):
            return lambda rows, draw: choose.draw(words_at(seed, stream, rows.counters, draw.lane))
        scatter = Scatter(n, seed, f"scatter/{place}")
        return lambda rows, draw: scatter(choose.draw(words_at(seed, stream, rows.counters, draw.lane)))

    @property
    def _new(self) -> Group:
        return new_items(self.family)

    def _next(self, free: Numbering) -> Picker:
        n, stride = free.count, self._stride(free)

        def new(rows: Rows, draw: Draw) -> Integers:
            ordinals = rows.ordinals(self._new, 1, draw.nth)
            return n + stride * ordinals + ordinals % stride  # the other coordinates go round

        return new

    def _inserted(self, free: Numbering, rows: Rows) -> Integers:
        """By how much the numbers of some coordinates, the first one among them, have grown."""
        inserted = rows.so_far(self._new)
        if self.whole_inserts and len(free.of) < len(self.numbering.of):
            values = inserted // self.numbering.strides[self.numbering.first]
            return values * free.strides[free.first]
        return inserted * self._stride(free)

    def _stride(self, free: Numbering) -> int:
        """How far a new item lies from the one before: the next number, or the next value of the first coordinate."""
        whole = self.whole_inserts and len(free.of) == len(self.numbering.of)
        return 1 if whole else free.strides[free.first]


def counts_calls(pick: Pick) -> bool:
    """Whether a pick goes on in order."""
    return pick == "sequential" or (isinstance(pick, dict) and "sequential" in pick.values())


def picking(
    scenario: Scenario,
    label: str,
    position: int,
    family: str,
    pick: Pick,
    missing: float,
    count: int = 1,
    *,
    unit_name: str | None = None,
    whole_inserts: bool = True,
    each: int = 1,
    shares: tuple[str, ...] = (),
) -> Picking:
    """How an action of the operation at a position of the workload picks items of a family.

    Raises:
        ScenarioError: more items than can be numbered, or fewer than an action needs.
    """
    numbers = numbering_of(scenario.items[family])
    if numbers.count > MOST_ITEMS:
        raise problem(scenario, f"items.{family}: {numbers.count:,} items are too many", f"at most {MOST_ITEMS:,}")
    if count > numbers.count and not picks_next(pick):
        message = f"operations.{label}: {count} different items of '{family}' are too many"
        raise problem(scenario, message, f"there are {numbers.count}")
    absent = numbers.absent(position)
    owner = unit_name or label
    return Picking(
        scenario.seed, label, owner, family, numbers, pick, count, missing, absent, whole_inserts, each * count, shares
    )
