"""What the steps of a session share: items, coordinates and values, drawn for a whole block of sessions at first use.

A session goes its own way, by the outcomes of its requests; what it has drawn so far is in its `Memory`. Columns are
made for all sessions of a block together, by what they depend on: the step, what was fixed before it (and by which
draw), and how often what it needs was forgotten. So sessions that go the same way share the work.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ddbload.operation import Draw, DrawnValue
from ddbload.values import Words, words_at
from ddbload.values.transforms import Integers
from ddbload.workload.counting import Rows
from ddbload.workload.drawing import Drawer
from ddbload.workload.items import Column
from ddbload.workload.picking import TURN_SHIFT, Picking, picks_next
from ddbload.workload.sources import FreshValue, Token

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
        self._seed = seed
        self._unit = unit
        self._drawers = drawers
        self._rows = rows
        self._columns: list[Integers] = []
        self._picked: dict[Hashable, tuple[tuple[int, ...], tuple[int, ...], dict[str, int]]] = {}
        self._drawn: dict[Hashable, list[Column]] = {}
        self._words: dict[tuple[str, int], Words] = {}

    def word(self, row: int, purpose: str, instance: int) -> Words:
        """The random words of one session for an event of its own, shape (1, 4)."""
        key = (purpose, instance)
        if key not in self._words:
            stream = f"{purpose}/{self._unit}"
            self._words[key] = words_at(self._seed, stream, self._rows.counters, instance << TURN_SHIFT)
        return self._words[key][row : row + 1]

    def draw(self, row: int, operation: str, memory: Memory) -> Draw:
        """The draw of a session's next request of an operation; the memory is taken on."""
        drawer = self._drawers[operation]
        items = self._items(drawer, memory)
        request = memory.sent.get(operation, 0)
        memory.sent[operation] = request + 1
        epochs = tuple(memory.epochs.get(s.name, 0) for s in drawer.sources if isinstance(s, FreshValue))
        if not any(isinstance(source, Token) for source in drawer.sources):
            request = 0
        key = (operation, items, epochs, request)
        columns = self._drawn.get(key)
        if columns is None:
            numbers = [self._columns[item] for item in items]
            columns = self._drawn[key] = [
                drawer.column(source, self._rows, numbers, memory.epochs.get(getattr(source, "name", ""), 0), request)
                for source in drawer.sources
            ]
        (draw,) = drawer.completed([tuple(column[row] for column in columns)], memory.captured)
        return draw

    def _items(self, drawer: Drawer, memory: Memory) -> tuple[int, ...]:
        """The columns of the items that a step is about."""
        found: list[int] = []
        taken: dict[str, tuple[int, ...]] = {}
        for place, one in enumerate(drawer.pickings):
            known = tuple((name, memory.coordinates[name]) for name in one.numbering.of if name in memory.coordinates)
            drawn = len(known) < len(one.numbering.of)
            turn = memory.turns.get((drawer.name, place), 0) if drawn else 0
            nth = memory.inserted.get(one.family, 0) if drawn else 0
            others = taken.get(one.family, ())
            freshes = memory.freshes if one.missing else 0
            key = (drawer.name, place, known, turn, nth, others, freshes)
            if key not in self._picked:
                self._picked[key] = self._pick(one, dict(known), turn, nth, others, freshes)
            numbers, present, coordinates = self._picked[key]
            if drawn:
                memory.turns[drawer.name, place] = turn + 1
                if picks_next(one.pick):
                    memory.inserted[one.family] = nth + one.count
                if one.count == 1:
                    memory.coordinates = coordinates | memory.coordinates
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
        coordinates = {name: self._kept(one.numbering.coordinate(name, numbers[0])) for name in one.numbering.of}
        return tuple(map(self._kept, numbers)), tuple(map(self._kept, present)), coordinates

    def _kept(self, column: Integers) -> int:
        self._columns.append(column)
        return len(self._columns) - 1
