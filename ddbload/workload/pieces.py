"""The items that a call is about, as the capacity model knows them: as loaded, and what is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ddbload.capacity import (
    CannotApplyError,
    IndexShape,
    Item,
    TableShape,
    apply_update,
    entry,
    item_bytes,
    put_units,
    read_units,
)
from ddbload.expression import Operand
from ddbload.operation import Draw, Outcome, fill
from ddbload.scenario.model import Scenario, Table
from ddbload.workload.compiled import CompiledOperation, Part
from ddbload.workload.items import ItemMaker
from ddbload.workload.stream import Charge

NOTHING: tuple[Charge, ...] = ()
ANSWERED = frozenset({Outcome.OK, Outcome.NOT_FOUND, Outcome.CONDITION_FAILED, Outcome.CORRUPT})
"""The service did its work. A corrupt answer is one, too: only the way back failed."""
WRITTEN = ANSWERED | {Outcome.TIMEOUT}
"""A write that timed out is charged as if it was done: it may have been."""
_SAMPLE = 128
"""Items whose index entries make their mean size."""


def table_shape(table: Table) -> TableShape:
    """Keys and indexes of a table."""
    indexes = {
        name: IndexShape(
            tuple(index.attributes),
            index.project if isinstance(index.project, str) else tuple(index.project),
            local=index.kind == "local",
        )
        for name, index in table.indexes.items()
    }
    return TableShape(tuple(table.key), indexes)


@dataclass(frozen=True, slots=True)
class Piece:
    """One item that a call is about, with what its units depend on."""

    part: Part
    maker: ItemMaker
    shape: TableShape

    def mean_bytes(self, index: str | None) -> float:
        """The mean size of an item, or of its entry in an index."""
        if index is None or index not in self.shape.indexes:
            return self.maker.mean_bytes
        step = max(1, self.maker.count // _SAMPLE)
        numbers = range(0, self.maker.count, step)[:_SAMPLE]
        entries = [entry(self.maker.item(number), self.shape, index) for number in numbers]
        sizes = [item_bytes(one) for one in entries if one is not None]
        return sum(sizes) / len(sizes) if sizes else self.maker.mean_bytes

    def loaded(self, draw: Draw) -> Item | None:
        """The item as it was loaded; None where there was none."""
        number = self._number(draw)
        return self.maker.item(number) if number < self.maker.loaded else None

    def change(self, draw: Draw) -> tuple[Item | None, Item | None]:
        """The item before and after a write."""
        match self.part.kind:
            case "put":
                after: Item = fill(self.part.node, draw)
                return (after if self._number(draw) < self.maker.loaded else None), after
            case "insert":
                return self.loaded(draw), self.maker.item(self._number(draw))
            case "delete":
                return self.loaded(draw), None
            case "update":
                return self._update(draw)
            case _:
                return self.loaded(draw), self.loaded(draw)

    def _update(self, draw: Draw) -> tuple[Item | None, Item | None]:
        """An update of an absent item makes one of its key and what the expression sets."""
        before = self.loaded(draw)
        start: Item = fill(self.part.node, draw) if before is None else before
        if self.part.update is None:  # a statement's, which is not read so closely
            return before, start

        def value_of(operand: Operand) -> Any:
            return fill(self.part.bound[operand], draw)

        try:
            return before, apply_update(self.part.update, start, value_of)
        except CannotApplyError:
            # the service refuses it for the item as loaded; it answered, so the item has become another
            return before, start

    def _number(self, draw: Draw) -> int:
        assert self.part.number is not None
        return int(draw[self.part.number])  # type: ignore[arg-type]  # a number stands there


def pieces_of(scenario: Scenario, compiled: CompiledOperation, makers: Mapping[str, ItemMaker]) -> tuple[Piece, ...]:
    """The items that an operation is about."""
    return tuple(
        Piece(part, makers[part.family], table_shape(scenario.table_of(part.family))) for part in compiled.parts
    )


def read_of(piece: Piece, draw: Draw, item: Item | None, *, transactional: bool = False) -> float:
    """The units of reading one item; `item` is what the answer holds, unless that is only a part of it."""
    whole = piece.loaded(draw) if item is not None and piece.part.partial else item
    return read_units(item_bytes(whole) if whole else 0, consistent=piece.part.consistent, transactional=transactional)


def write_charge(before: Item | None, after: Item | None, shape: TableShape, table: str = "") -> Charge:
    """What writing one item costs, with its index writes."""
    units = put_units(before, after, shape)  # type: ignore[arg-type]  # a put, an update and a delete count alike
    return Charge(0.0, units.table, {name: (0.0, written) for name, written in units.indexes.items()}, table)
