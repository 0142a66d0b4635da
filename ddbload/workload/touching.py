"""Which partition keys a call goes to, told from its draw; and what such a key reads like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from ddbload.operation import Draw, Slot, Template, Whole, text_of
from ddbload.scenario.model import Scenario
from ddbload.scenario.template import names, parse_template
from ddbload.workload.compiled import CompiledOperation, Part
from ddbload.workload.drawing import text_within
from ddbload.workload.items import ItemMaker
from ddbload.workload.numbering import Numbering, numbering
from ddbload.workload.sources import Coordinate, Source
from ddbload.workload.stream import Partition, Touches

Told = Callable[[Draw], int]
"""The number of a partition, from a draw."""


@dataclass(frozen=True, slots=True)
class Partitions:
    """The partition keys of one family, numbered by the coordinates that they are made of.

    Attributes:
        home: the position of the first family of the same table whose partition keys are spelled alike: items of both
            lie together.
        keys: the numbering of these coordinates; None: a key is made of drawn values too, and each item has its own.
    """

    home: int
    maker: ItemMaker
    attribute: str
    table: str
    keys: Numbering | None

    def text(self, number: int) -> str:
        """A partition key as a person reads it."""
        item = number
        if self.keys is not None:
            at = np.array([number], dtype=np.int64)
            strides = self.maker.numbering.strides
            item = sum(int(self.keys.coordinate(name, at)[0]) * strides[name] for name in self.keys.of)
        content = text_within(self.maker.key(item)[self.attribute])
        return f"{self.table} {self.attribute}={text_of(content)}"


def partitions_of(scenario: Scenario, makers: dict[str, ItemMaker]) -> dict[str, Partitions]:
    """The partition keys of every family."""
    found: dict[str, Partitions] = {}
    homes: dict[tuple[str, str, tuple[tuple[str, int], ...]], int] = {}
    for position, (family, items) in enumerate(scenario.items.items()):
        table = scenario.table_of(family)
        spelled = str(items.shape.get(table.partition, ""))
        within = names(parse_template(spelled))
        of = {name: size for name, size in items.of.items() if name in within}
        plain = all(name in items.of for name in within)
        keys = numbering(of) if plain else None
        home = homes.setdefault((table.name, spelled, tuple(of.items())), position) if plain else position
        found[family] = Partitions(home, makers[family], table.partition, table.name, keys)
    return found


def touches_of(compiled: CompiledOperation, partitions: dict[str, Partitions]) -> Touches:
    """What tells the partition keys that a call of an operation goes to."""
    told = [_told(compiled.sources, part, partitions[part.family]) for part in compiled.parts]
    known = [(partitions[part.family].home, one) for part, one in zip(compiled.parts, told, strict=True) if one]
    if not known:
        return _nowhere
    if len(known) == 1:
        return partial(_one, *known[0])
    return partial(_each, tuple(known))


def _nowhere(draw: Draw) -> tuple[Partition, ...]:  # noqa: ARG001 - the contract of touches
    return ()


def _each(known: tuple[tuple[int, Told], ...], draw: Draw) -> tuple[Partition, ...]:
    return tuple((home, one(draw)) for home, one in known)


def _one(home: int, told: Told, draw: Draw) -> tuple[Partition, ...]:
    return ((home, told(draw)),)


def _told(sources: tuple[Source, ...], part: Part, partitions: Partitions) -> Told | None:
    """The number of the partition of one item; None where it is not known."""
    node = part.node.get(partitions.attribute)
    if node is None or isinstance(node, Whole):  # a page of an index or of all; a key that was captured
        return None
    keys = partitions.keys
    if keys is None:
        return None if part.number is None else partial(_number, part.number)
    if not keys.of:
        return _only
    places: dict[str, int] = {}
    for piece in node.parts if isinstance(node, Template) else ():
        if isinstance(piece, Slot) and isinstance(source := sources[piece.index], Coordinate):
            places[source.name] = piece.index
    if set(places) != set(keys.of):  # the key is given otherwise than its items spell it
        return None
    return partial(_joined, tuple((places[name], stride) for name, stride in keys.strides.items()))


def _number(place: int, draw: Draw) -> int:
    return int(draw[place])  # type: ignore[arg-type]  # a number stands there


def _only(_draw: Draw) -> int:
    return 0


def _joined(places: tuple[tuple[int, int], ...], draw: Draw) -> int:
    return sum(_number(place, draw) * stride for place, stride in places)
