"""Items by number: item i, its key, and stretches of items for loading, as pure functions of (scenario, family, i)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from ddbload.operation import DrawnValue, Slot, Template, Whole, fill, text_of
from ddbload.scenario.extent import item_extent
from ddbload.scenario.model import Scenario
from ddbload.values import Words, words, words_at
from ddbload.values.transforms import Integers, unit
from ddbload.workload.numbering import numbering_of
from ddbload.workload.shape import Shaper
from ddbload.workload.sources import Coordinate, ItemValue, Layout, Source
from ddbload.workload.translate import Generators

Column = Sequence[DrawnValue]


@dataclass(frozen=True, slots=True)
class ItemValues:
    """The drawn values of a family's items."""

    seed: int
    family: str
    generators: Generators

    def of(self, name: str, numbers: Integers) -> Column:
        """A named value of the items with these numbers."""
        return self.generators.of(name).draw(words_at(self.seed, f"item/{self.family}/{name}", numbers), numbers)

    def between(self, name: str, start: int, stop: int) -> Column:
        """A named value of the items start .. stop - 1."""
        block: Words = words(self.seed, f"item/{self.family}/{name}", start, stop - start)
        return self.generators.of(name).draw(block, np.arange(start, stop))

    def present(self, attribute: str, share: float, numbers: Integers) -> npt.NDArray[np.bool_]:
        """Which of the items have an attribute that only a share of them has."""
        stream = f"sparse/{self.family}/{attribute}"
        return unit(words_at(self.seed, stream, numbers)[:, 0]) < share


@dataclass(frozen=True, slots=True)
class _Nodes:
    """Attributes with their places, and what stands there."""

    nodes: dict[str, Any]
    layout: Layout


class ItemMaker:
    """Makes the items of one family, in DynamoDB JSON; the content of B is bytes.

    Attributes:
        numbering: numbers and coordinates of the items.
        count: how many are loaded: 0 .. count - 1. Items beyond them are those that `pick: next` inserts.
        mean_bytes: their mean size, names and values.
    """

    def __init__(self, scenario: Scenario, family: str, generators: Generators | None = None) -> None:
        self._items = scenario.items[family]
        self.numbering = numbering_of(self._items)
        self.count = self.numbering.count
        self.mean_bytes = item_extent(scenario, family).mean
        self._scenario, self._family = scenario, family
        self._generators = generators or Generators(scenario)
        self._values = ItemValues(scenario.seed, family, self._generators)
        self._all = self._shaped(self._items.shape)
        self._key = self._shaped(scenario.table_of(family).key)
        self._single: dict[str, _Nodes] = {}
        self._cached = lru_cache(maxsize=512)(self._one)

    @property
    def loaded(self) -> int:
        """How many are there when a run begins."""
        return self.count if self._items.load else 0

    def items(self, start: int, stop: int) -> list[dict[str, Any]]:
        """The items start .. stop - 1."""
        made = self._make(self._all, start, stop)
        for attribute, share in self._items.sparse.items() if made else ():
            for position in np.flatnonzero(~self._values.present(attribute, share, np.arange(start, stop))).tolist():
                del made[position][attribute]
        return made

    def keys(self, start: int, stop: int) -> list[dict[str, Any]]:
        """The primary keys of the items start .. stop - 1."""
        return self._make(self._key, start, stop)

    def item(self, number: int) -> dict[str, Any]:
        """One item; not to be changed, since a few are kept."""
        return self._cached(number)

    def key(self, number: int) -> dict[str, Any]:
        """The primary key of one item. Different items have different keys."""
        return self.keys(number, number + 1)[0]

    def attribute(self, name: str, numbers: Integers) -> list[dict[str, Any] | None]:
        """An attribute of any items, as whole attribute values; None where an item does not have it."""
        if name not in self._single:
            self._single[name] = self._shaped([name])
        shaped = self._single[name]
        columns = [self._column(source, numbers) for source in shaped.layout.sources]
        found: list[dict[str, Any] | None] = list(_rendered(shaped.nodes[name], columns, len(numbers)))
        if name in self._items.sparse:
            there = self._values.present(name, self._items.sparse[name], numbers)
            found = [value if has else None for value, has in zip(found, there.tolist(), strict=True)]
        return found

    def value(self, name: str, numbers: Integers) -> Column:
        """A named value of any items."""
        return self._values.of(name, numbers)

    def _shaped(self, names: Iterable[str]) -> _Nodes:
        layout = Layout()
        return _Nodes(Shaper(self._scenario, self._family, layout, self._generators).attributes(names), layout)

    def _one(self, number: int) -> dict[str, Any]:
        return self.items(number, number + 1)[0]

    def _make(self, shaped: _Nodes, start: int, stop: int) -> list[dict[str, Any]]:
        if stop <= start:
            return []
        numbers = np.arange(start, stop)
        columns = [self._column(source, numbers, consecutive=True) for source in shaped.layout.sources]
        attributes = [_rendered(node, columns, stop - start) for node in shaped.nodes.values()]
        names = tuple(shaped.nodes)
        return [dict(zip(names, row, strict=True)) for row in zip(*attributes, strict=True)]

    def _column(self, source: Source, numbers: Integers, *, consecutive: bool = False) -> Column:
        match source:
            case Coordinate(name):
                column: Column = self.numbering.coordinate(name, numbers).tolist()
                return column
            case ItemValue(name):
                if consecutive:
                    return self._values.between(name, int(numbers[0]), int(numbers[-1]) + 1)
                return self._values.of(name, numbers)
            case _:
                raise TypeError(f"a shape has no {source}")


def item_at(scenario: Scenario, family: str, *, allow_code: bool = False) -> ItemMaker:
    """The maker of a family's items; `allow_code`: values may come from functions of the scenario's own."""
    return ItemMaker(scenario, family, Generators(scenario, allow_code=allow_code))


def _rendered(node: Any, columns: Sequence[Column], count: int) -> Sequence[Any]:
    """One attribute of `count` items."""
    if isinstance(node, Template):
        return _rendered_template(node, columns)
    if isinstance(node, Whole):
        return columns[node.index]
    used = _slots(node)
    if not used:
        return [node] * count
    rows = zip(*(column if at in used else repeat(0, count) for at, column in enumerate(columns)), strict=True)
    return [fill(node, row) for row in rows]


def _rendered_template(template: Template, columns: Sequence[Column]) -> list[Any]:
    kind, parts = template.type, template.parts
    slots = [part for part in parts if isinstance(part, Slot)]
    if len(slots) > 1:
        texts = [repeat(part) if isinstance(part, str) else map(text_of, columns[part.index]) for part in parts]
        return [{kind: "".join(row)} for row in zip(*texts, strict=False)]
    column = columns[slots[0].index]
    if kind in {"B", "BOOL"} or (len(parts) == 1 and isinstance(column[0], str)):
        return [{kind: content} for content in column]
    at = parts.index(slots[0])
    before, after = ("".join(map(str, constant)) for constant in (parts[:at], parts[at + 1 :]))
    if isinstance(column[0], (bool, bytes)):
        column = [text_of(content) for content in column]
    return [{kind: f"{before}{content!s}{after}"} for content in column]


def _slots(node: Any) -> set[int]:
    """The positions of the draw that a list or map of values uses."""
    if isinstance(node, Whole):
        return {node.index}
    if isinstance(node, Template):
        return {part.index for part in node.parts if isinstance(part, Slot)}
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return set().union(*map(_slots, inner))
