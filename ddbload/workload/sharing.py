"""What the steps of a session share: items, coordinates and values, drawn for a whole block of sessions at first use.

A session goes its own way, by the outcomes of its requests; what it has drawn so far is in its `Memory`. Columns are
made for all sessions of a block together, by what they depend on: the step, what was fixed before it (and by which
draw), and how often what it needs was forgotten. So sessions that go the same way share the work.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ddbload.operation import Draw, DrawnValue
from ddbload.scenario.actions import picks_next
from ddbload.scenario.model.sessions import ThinkTime
from ddbload.values import Words, words_at
from ddbload.values.transforms import Integers
from ddbload.workload.counting import Rows
from ddbload.workload.drawing import Drawer
from ddbload.workload.picking import TURN_SHIFT, Picking
from ddbload.workload.thinking import think_ns

_FRESH_SHIFT = 20


@dataclass(slots=True)
class Memory:
    """What one session knows of its past.

    Attributes:
        coordinates: coordinate -> the column that it was drawn in.
        epochs: value -> how often it was forgotten.
        turns: (operation, action) -> how often it has drawn.
        inserted: family -> how many new items it has made.
        sent: operation -> how many requests it has sent.
        freshes: how often anything was forgotten.
        captured: what was captured, by name.
        instances: how many thinks, loops and random captures there were.
    """

    coordinates: dict[str, int] = field(default_factory=dict)
    epochs: dict[str, int] = field(default_factory=dict)
    turns: dict[tuple[str, int], int] = field(default_factory=dict)
    inserted: dict[str, int] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)
    freshes: int = 0
    captured: dict[str, DrawnValue] = field(default_factory=dict)
    instances: int = 0

    def instance(self) -> int:
        """A number that no other event of the session has."""
        self.instances += 1
        return self.instances - 1

    def forget(self, coordinates: Iterable[str], values: Iterable[str]) -> None:
        """Let later steps draw these anew; what was captured under these names is forgotten, too."""
        self.freshes += 1
        for name in coordinates:
            self.coordinates.pop(name, None)
            self.captured.pop(name, None)
        for name in values:
            self.epochs[name] = self.epochs.get(name, 0) + 1
            self.captured.pop(name, None)


class Table:
    """The draws of a block of sessions."""

    def __init__(self, seed: int, unit: str, drawers: Mapping[str, Drawer], rows: Rows) -> None:
        first = next(iter(drawers.values()), None)
        self._first = first.pickings[0].numbering if first is not None and first.pickings else None
        self._given: dict[str, int] = {}
        self._seed = seed
        self._unit = unit
        self._drawers = drawers
        self._rows = rows
        self._columns: list[Integers] = []
        self._picked: dict[Hashable, tuple[tuple[int, ...], tuple[int, ...], dict[str, int]]] = {}
        self._drawn: dict[Hashable, Sequence[Draw]] = {}
        self._events: dict[tuple[str, int], list[int]] = {}
        self._thinks: dict[tuple[int, int], list[int]] = {}

    def memory(self, row: int) -> Memory:
        """What a session knows when it begins: where a trace says which item it is about, its coordinates."""
        items, first = self._rows.items, self._first
        if first is None or items is None or items[row] < 0:
            return Memory()
        if not self._given:
            known = np.maximum(items, 0)
            self._given = {name: self._kept(first.coordinate(name, known)) for name in first.of}
        return Memory(dict(self._given))

    def lacks(self, operation: str, memory: Memory) -> str:
        """A name that the next request of an operation needs and that the session has not captured; else nothing."""
        for _, source in self._drawers[operation].captured:
            if source.own is None and source.name not in memory.captured:
                return source.name
        return ""

    def below(self, row: int, purpose: str, instance: int, n: int) -> int:
        """A whole number 0 .. n-1 for an event of one session, all alike: the upper 64 bits of word * n."""
        return self._event(purpose, instance)[row] * n >> 64

    def think_ns(self, row: int, think: ThinkTime, instance: int) -> int:
        """One think time of one session, in nanoseconds."""
        key = (id(think), instance)  # the step lives as long as the scenario
        if key not in self._thinks:
            self._thinks[key] = think_ns(think, self._words("think", instance)).tolist()
        return self._thinks[key][row]

    def draw(self, row: int, operation: str, memory: Memory) -> Draw:
        """The draw of a session's next request of an operation; the memory is taken on."""
        drawer = self._drawers[operation]
        items = self._items(drawer, memory)
        request = 0
        if drawer.new_each_time:
            request = memory.sent.get(operation, 0)
            memory.sent[operation] = request + 1
        epochs = tuple([memory.epochs.get(name, 0) for name in drawer.fresh])
        key = (operation, items, epochs, request)
        drawn = self._drawn.get(key)
        if drawn is None:
            drawn = self._drawn[key] = self._all(drawer, items, dict(zip(drawer.fresh, epochs, strict=True)), request)
        return drawer.completed(drawn[row], memory.captured) if drawer.captured else drawn[row]

    def _all(self, drawer: Drawer, items: tuple[int, ...], epochs: Mapping[str, int], request: int) -> Sequence[Draw]:
        """The draws of all sessions of the block."""
        if not drawer.sources:
            return [()] * len(self._rows)
        columns = drawer.columns(self._rows, [self._columns[item] for item in items], epochs, request)
        return list(zip(*columns, strict=True))

    def _words(self, purpose: str, instance: int) -> Words:
        return words_at(self._seed, f"{purpose}/{self._unit}", self._rows.counters, instance << TURN_SHIFT)

    def _event(self, purpose: str, instance: int) -> list[int]:
        """One random word for each session, for an event of its own."""
        key = (purpose, instance)
        if key not in self._events:
            self._events[key] = self._words(purpose, instance)[:, 0].tolist()
        return self._events[key]

    def _items(self, drawer: Drawer, memory: Memory) -> tuple[int, ...]:
        """The columns of the items that a step is about."""
        found: list[int] = []
        taken: dict[str, tuple[int, ...]] = {}
        for place, one in enumerate(drawer.pickings):
            fixed = memory.coordinates
            known = tuple([(name, fixed[name]) for name in one.numbering.of if name in fixed])
            drawn = len(known) < len(one.numbering.of)
            turn = memory.turns.get((drawer.name, place), 0) if drawn else 0
            nth = memory.inserted.get(one.family, 0) if drawn else 0
            others = taken.get(one.family, ())
            freshes = memory.freshes if one.missing else 0
            key = (drawer.name, place, known, turn, nth, others, freshes)
            picked = self._picked.get(key)
            if picked is None:
                picked = self._picked[key] = self._pick(one, dict(known), turn, nth, others, freshes)
            numbers, present, coordinates = picked
            if drawn:
                memory.turns[drawer.name, place] = turn + 1
                if picks_next(one.pick):
                    memory.inserted[one.family] = nth + one.count
                if one.count == 1:
                    memory.coordinates = coordinates | fixed
            if len(drawer.pickings) > 1:
                taken[one.family] = (*others, *numbers)
            found += present
        return tuple(found)

    def _pick(
        self, one: Picking, known: Mapping[str, int], turn: int, nth: int, others: Sequence[int], freshes: int
    ) -> tuple[tuple[int, ...], tuple[int, ...], dict[str, int]]:
        """The columns of the items before and after some go missing, and those of the first one's coordinates."""
        rows = self._rows
        fixed = {name: self._columns[column] for name, column in known.items()}
        numbers = one.numbers(rows, fixed, turn, nth, [self._columns[other] for other in others])
        present = [one.present(n, rows, turn, (freshes << _FRESH_SHIFT) + j) for j, n in enumerate(numbers)]
        coordinates = {name: self._kept(one.numbering.coordinate(name, numbers[0])) for name in one.shares}
        return tuple(map(self._kept, numbers)), tuple(map(self._kept, present)), coordinates

    def _kept(self, column: Integers) -> int:
        self._columns.append(column)
        return len(self._columns) - 1
