"""The items that the calls of a trial meet: all where they are few, else those that are touched, and a sample."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ddbload.capacity import Item
from ddbload.operation import Draw
from ddbload.planner.trial.states import IndexPlaces, Key, TableStates
from ddbload.scenario.model import Scenario, Table
from ddbload.scenario.template import names, parse_template
from ddbload.workload import ItemMaker, table_shape
from ddbload.workload.compiled import CompiledOperation, Part
from ddbload.workload.sources import Coordinate

WHOLE_ITEMS = 40_000
"""Up to so many items, and WHOLE_BYTES, all of them are held: that takes a second or two."""
WHOLE_BYTES = 100e6
SAMPLE = 10_000
"""Of a larger family, so many stand for all of them where an index or the whole table is read."""
_BLOCK = 2_000
TOGETHER = 20_000
"""Items of one partition key that are held, at most: where they have 52 bytes or more, a page has no more."""


@dataclass(slots=True)
class Population:
    """The tables of a scenario with their items.

    Attributes:
        tables: by DynamoDB's name.
        lazy: the families that are too large to be held.
        cut: operations that read of a partition key of which not all items are held.
    """

    scenario: Scenario
    makers: Mapping[str, ItemMaker]
    tables: dict[str, TableStates] = field(default_factory=dict)
    lazy: frozenset[str] = frozenset()
    _touched: dict[str, set[int]] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)
    _together: set[tuple[str, tuple[tuple[str, int], ...]]] = field(default_factory=set)
    _plans: dict[tuple[str, str], list[tuple[str, tuple[str, ...], tuple[int, ...]]]] = field(default_factory=dict)

    def item(self, part: Part, draw: Draw, key: Item) -> tuple[TableStates, Key, Item | None]:
        """The item that a part of a call is about, as it is now."""
        states = self.tables[part.table]
        if part.family in self.lazy and part.number is not None:
            number = draw[part.number]
            assert isinstance(number, int)
            self.touch(part.family, [number])
        place = states.key(key)
        return states, place, states.items.get(place)

    def touch(self, family: str, numbers: Iterable[int]) -> None:
        """Let items of a lazy family be there, those that were loaded."""
        known = self._touched.setdefault(family, set())
        states = self.tables[self.scenario.table_of(family).name]
        maker = self.makers[family]
        new = [number for number in dict.fromkeys(numbers) if number not in known and 0 <= number < maker.loaded]
        known.update(new)
        for item in items_of(self.scenario, family, maker, new):
            states.put(states.key(item), item)

    def meet(self, compiled: CompiledOperation, part: Part, draws: Sequence[Draw]) -> None:
        """Let all items be there that queries may find: those with the coordinates in their partition keys."""
        index = compiled.operation.index or ""
        for family, wanted, places in self._known_by(compiled, part, index) if self.lazy else ():
            maker = self.makers[family]
            numbers: list[int] = []
            for draw in draws:
                given = tuple([(name, int(draw[place])) for name, place in zip(wanted, places, strict=True)])  # type: ignore[arg-type]  # numbers stand there
                if (family, given) not in self._together:
                    self._together.add((family, given))
                    numbers += _with(maker, dict(given))
                    if math.prod(size for name, size in maker.numbering.of.items() if name not in wanted) > TOGETHER:
                        self.cut.add(compiled.operation.name)
            if numbers:
                self.touch(family, numbers)

    def ready(self, compiled: CompiledOperation, parts: Sequence[Part], draws: Sequence[Draw]) -> None:
        """Let all items be there that some calls to come are about: many at once are made in a tenth of the time."""
        for part in parts if self.lazy else ():
            if part.kind == "query":
                self.meet(compiled, part, draws)
            elif part.number is not None and part.family in self.lazy:
                self.touch(part.family, [int(draw[part.number]) for draw in draws])  # type: ignore[arg-type]  # a number

    def _known_by(
        self, compiled: CompiledOperation, part: Part, index: str
    ) -> list[tuple[str, tuple[str, ...], tuple[int, ...]]]:
        """The lazy families that a query may find items of, by which coordinates, and where these stand in a draw."""
        key = (compiled.operation.name, part.family)
        if key not in self._plans:
            sources = {
                source.name: at
                for at, source in enumerate(compiled.sources)
                if isinstance(source, Coordinate) and source.item == 0
            }
            found = []
            for family in self.scenario.families_of(self.scenario.table_of(part.family)):
                wanted = self.coordinates(family, index)
                alike = wanted and set(wanted) <= set(sources) and self._alike(family, part.family, index)
                if family in self.lazy and alike:
                    found.append((family, wanted, tuple(sources[name] for name in wanted)))
            self._plans[key] = found
        return self._plans[key]

    def sample(self, reads: Iterable[tuple[str, str]]) -> None:
        """Make ready what calls will read, as (table, listing): where a family is too large, from a sample of it."""
        for table, name in dict.fromkeys(reads):
            _sample(self, table, name)

    def coordinates(self, family: str, index: str) -> tuple[str, ...]:
        """The coordinates that a family's partition key is made of: of an index, or "" for the table."""
        items = self.scenario.items[family]
        spelled = [items.shape.get(name) for name in self._partition(family, index)]
        within = {name for text in spelled if isinstance(text, str) for name in names(parse_template(text))}
        return tuple(name for name in items.of if name in within)

    def _alike(self, family: str, other: str, index: str) -> bool:
        shapes = [self.scenario.items[one].shape for one in (family, other)]
        return all(shapes[0].get(name) == shapes[1].get(name) for name in self._partition(family, index))

    def _partition(self, family: str, index: str) -> tuple[str, ...]:
        table = self.scenario.table_of(family)
        return tuple(table.indexes[index].partition) if index else (table.partition,)


def items_of(scenario: Scenario, family: str, maker: ItemMaker, numbers: Sequence[int]) -> list[Item]:
    """Any items of a family, attribute by attribute: for many of them a tenth of the work of one after another."""
    if len(numbers) == 1:
        return [maker.item(numbers[0])]
    at = np.asarray(numbers, dtype=np.int64)
    names = tuple(scenario.items[family].shape)
    columns = [maker.attribute(name, at) for name in names] if len(at) else []
    return [
        {name: value for name, value in zip(names, row, strict=True) if value is not None}
        for row in zip(*columns, strict=True)
    ]


def population(scenario: Scenario, makers: Mapping[str, ItemMaker]) -> Population:
    """The items of a checked scenario as they are before the first call."""
    lazy = _lazy(makers)
    found = Population(scenario, makers, {table.name: _states(table) for table in scenario.every_table}, lazy)
    for family, maker in makers.items():
        states = found.tables[scenario.table_of(family).name]
        if family not in lazy:
            for start in range(0, maker.loaded, _BLOCK):
                for item in maker.items(start, min(start + _BLOCK, maker.loaded)):
                    states.items[states.key(item)] = item
    return found


def _sample(found: Population, table: str, name: str) -> None:
    """A listing of which only some items are held: every k-th of each family that is too large."""
    scenario, states = found.scenario, found.tables[table]
    large = [one for one in found.lazy if scenario.table_of(one).name == table]
    index = name.lstrip("*")
    if not large or (not name.startswith("*") and all(found.coordinates(one, index) for one in large)):
        return
    count = sum(maker.loaded for family, maker in found.makers.items() if scenario.table_of(family).name == table)
    step = max(1, -(-count // SAMPLE))
    members: dict[Key, Item] = {}
    for family, maker in found.makers.items():
        if scenario.table_of(family).name == table:
            for item in items_of(scenario, family, maker, range(0, maker.loaded, step)):
                members[states.key(item)] = item
    kept, states.items = states.items, members
    states.scales[name] = float(step)
    states.listing(name)
    states.items = kept
    for key, item in members.items():
        states.items.setdefault(key, item)


def _lazy(makers: Mapping[str, ItemMaker]) -> frozenset[str]:
    """Families that are not held whole: the largest first, until the others fit."""
    sizes = {family: (maker.loaded, maker.loaded * maker.mean_bytes) for family, maker in makers.items()}
    held = dict(sizes)
    while held and (
        sum(count for count, _ in held.values()) > WHOLE_ITEMS or sum(n for _, n in held.values()) > WHOLE_BYTES
    ):
        held.pop(max(held, key=lambda family: held[family]))
    return frozenset(sizes.keys() - held.keys())


def _states(table: Table) -> TableStates:
    places = {"": IndexPlaces((table.partition,), (table.sort,) if table.sort else ())}
    for name, index in table.indexes.items():
        places[name] = IndexPlaces(tuple(index.partition), tuple(index.sort))
    return TableStates(table.name, table_shape(table), places)


def _with(maker: ItemMaker, given: Mapping[str, int]) -> Iterable[int]:
    """The numbers of the items with some coordinates; not more than can be held."""
    strides, of = maker.numbering.strides, maker.numbering.of
    base = sum(at * strides[name] for name, at in given.items())
    free = [[at * strides[name] for at in range(size)] for name, size in of.items() if name not in given]
    return (base + sum(some) for some in itertools.islice(itertools.product(*free), TOGETHER))
