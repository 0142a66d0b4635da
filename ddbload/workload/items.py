"""Items by number: item i, its key, and stretches of items for loading, as pure functions of (scenario, family, i)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from typing import Any

import numpy as np

from ddbload.operation import DrawnValue, Slot, Template, fill, text_of
from ddbload.scenario.extent import item_extent
from ddbload.scenario.model import Scenario
from ddbload.values import Values, Words, words, words_at
from ddbload.values.transforms import Integers
from ddbload.workload.picking import numbering_of
from ddbload.workload.shape import Coordinate, ItemValue, Layout, Shaper, Source
from ddbload.workload.translate import value

Column = Sequence[DrawnValue]


@dataclass(frozen=True, slots=True)
class ItemValues:
    """The drawn values of a family's items."""

    seed: int
    family: str
    specs: dict[str, Values]

    def of(self, name: str, numbers: Integers) -> Column:
        """A named value of the items with these numbers."""
        return self.specs[name].draw(words_at(self.seed, self._stream(name), numbers))

    def between(self, name: str, start: int, stop: int) -> Column:
        """A named value of the items start .. stop - 1."""
        block: Words = words(self.seed, self._stream(name), start, stop - start)
        return self.specs[name].draw(block)

    def _stream(self, name: str) -> str:
        return f"item/{self.family}/{name}"


def item_values(scenario: Scenario, family: str) -> ItemValues:
    """The values that a family's items are made of."""
    return ItemValues(scenario.seed, family, {name: value(scenario, name) for name in scenario.values})


class ItemMaker:
    """Makes the items of one family, in DynamoDB JSON; the content of B is bytes.

    Attributes:
        numbering: numbers and coordinates of the items.
        count: how many are loaded: 0 .. count - 1. Items beyond them are those that `pick: next` inserts.
        mean_bytes: their mean size, names and values.
    """

    def __init__(self, scenario: Scenario, family: str) -> None:
        shape = scenario.items[family].shape
        self.numbering = numbering_of(scenario.items[family])
        self.count = self.numbering.count
        self.mean_bytes = item_extent(scenario, family).mean
        self._values = item_values(scenario, family)
        self._layout, self._key_layout = Layout(), Layout()
        self._nodes = Shaper(scenario, family, self._layout).attributes(shape)
        self._key_nodes = Shaper(scenario, family, self._key_layout).attributes(scenario.table.key)
        self._cached = lru_cache(maxsize=512)(self._one)

    def items(self, start: int, stop: int) -> list[dict[str, Any]]:
        """The items start .. stop - 1."""
        return self._make(self._nodes, self._layout, start, stop)

    def keys(self, start: int, stop: int) -> list[dict[str, Any]]:
        """The primary keys of the items start .. stop - 1."""
        return self._make(self._key_nodes, self._key_layout, start, stop)

    def item(self, number: int) -> dict[str, Any]:
        """One item; not to be changed, since a few are kept."""
        return self._cached(number)

    def key(self, number: int) -> dict[str, Any]:
        """The primary key of one item. Different items have different keys."""
        return self.keys(number, number + 1)[0]

    def _one(self, number: int) -> dict[str, Any]:
        return self.items(number, number + 1)[0]

    def _make(self, nodes: dict[str, Any], layout: Layout, start: int, stop: int) -> list[dict[str, Any]]:
        if stop <= start:
            return []
        numbers = np.arange(start, stop)
        columns = [self._column(source, numbers) for source in layout.sources]
        attributes = [_rendered(node, columns, stop - start) for node in nodes.values()]
        names = tuple(nodes)
        return [dict(zip(names, row, strict=True)) for row in zip(*attributes, strict=True)]

    def _column(self, source: Source, numbers: Integers) -> Column:
        match source:
            case Coordinate(name):
                column: Column = self.numbering.coordinate(name, numbers).tolist()
                return column
            case ItemValue(name):
                return self._values.between(name, int(numbers[0]), int(numbers[-1]) + 1)
            case _:
                raise TypeError(f"a shape has no {source}")


def item_at(scenario: Scenario, family: str) -> ItemMaker:
    """The maker of a family's items."""
    return ItemMaker(scenario, family)


def _rendered(node: Any, columns: Sequence[Column], count: int) -> Sequence[Any]:
    """One attribute of `count` items."""
    if isinstance(node, Template):
        return _rendered_template(node, columns)
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
    if isinstance(node, Template):
        return {part.index for part in node.parts if isinstance(part, Slot)}
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return set().union(*map(_slots, inner))
