"""Draws by whole columns: for many calls of an operation at once, what stands at each position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ddbload.operation import Draw, DrawnValue, fill
from ddbload.scenario.actions import picks_next
from ddbload.scenario.model import Scenario
from ddbload.values import Code, Uuid, words_at
from ddbload.values.specs import DOCUMENTS
from ddbload.values.transforms import Integers
from ddbload.workload.counting import Rows
from ddbload.workload.items import Column, ItemMaker
from ddbload.workload.picking import TURN_SHIFT, Picking
from ddbload.workload.resizing import Filler
from ddbload.workload.sources import (
    Captured,
    Coordinate,
    FreshValue,
    ItemNumber,
    ItemValue,
    Source,
    SparseAttribute,
    Token,
)
from ddbload.workload.translate import Generators

_OF_ITEMS = (Coordinate, ItemValue, SparseAttribute, ItemNumber)
_LABOUR = 20


@dataclass(frozen=True, slots=True)
class Kit:
    """What draws are made with, the same for all operations of a scenario.

    Attributes:
        makers: family -> what makes its items.
        grows_by_value: families whose new items are new values of their first coordinate.
        salt: of tokens, which no other run may send: for minutes, a repeated one makes a transaction do nothing.
    """

    scenario: Scenario
    generators: Generators
    makers: Mapping[str, ItemMaker]
    grows_by_value: frozenset[str]
    salt: str = ""


@dataclass(frozen=True, slots=True)
class Drawer:
    """Makes the draws of one operation, by itself or as a step of a session.

    Attributes:
        name: the operation.
        unit: whose calls share their draws: the operation itself, or the session.
        pickings: how each of its actions picks items; none where nothing depends on an item.
        sources: what stands at each position of a draw.
        filler: what makes the items of a trace as large as it says; None where nothing can.
        fresh: the values among the sources that are drawn for each call.
        new_each_time: whether each request of a session has a draw of its own.
        captured: where in a draw captured values stand.
        alike: sources that differ in nothing but the item: one of them, their positions, and their items.
    """

    name: str
    unit: str
    kit: Kit
    pickings: tuple[Picking, ...]
    sources: tuple[Source, ...]
    filler: Filler | None = None
    fresh: tuple[str, ...] = field(init=False)
    new_each_time: bool = field(init=False)
    captured: tuple[tuple[int, Captured], ...] = field(init=False)
    alike: tuple[tuple[Source, tuple[int, ...], tuple[int, ...]], ...] = field(init=False)

    def __post_init__(self) -> None:
        fresh = tuple(source.name for source in self.sources if isinstance(source, FreshValue))
        captured = tuple((at, source) for at, source in enumerate(self.sources) if isinstance(source, Captured))
        object.__setattr__(self, "fresh", fresh)
        object.__setattr__(self, "new_each_time", any(isinstance(source, Token) for source in self.sources))
        object.__setattr__(self, "captured", captured)
        object.__setattr__(self, "alike", self._alike())

    def draws(self, rows: Rows) -> Sequence[Draw]:
        """One draw for each call."""
        if not self.sources:  # an expression of constants alone, such as a query of one partition of an index
            return [()] * len(rows)
        drawn: Sequence[Draw] = list(zip(*self.columns(rows, self.numbers(rows)), strict=True))
        if self.captured:
            drawn = [self.completed(draw, {}) for draw in drawn]
        return drawn if rows.sizes is None or self.filler is None else self.filler.resized(drawn, rows.sizes)

    def columns(
        self, rows: Rows, numbers: Sequence[Integers], epochs: Mapping[str, int] | None = None, request: int = 0
    ) -> list[Column]:
        """What stands at each position, in all rows. What is alike for several items is made in one go.

        Args:
            rows: the calls or sessions.
            numbers: of the items that the call is about.
            epochs: value -> how often the session has forgotten it.
            request: how many requests of the operation the session has sent before.
        """
        found: list[Column] = [()] * len(self.sources)
        for source, places, items in self.alike:
            if not items:
                found[places[0]] = self._of_call(source, rows, epochs or {}, request)
            elif len(items) == 1:
                found[places[0]] = self._of_items(source, numbers[items[0]], items[0])
            else:
                together = self._of_items(source, np.concatenate([numbers[item] for item in items]), items[0])
                for at, place in enumerate(places):
                    found[place] = together[at * len(rows) : (at + 1) * len(rows)]
        return found

    def _of_items(self, source: Source, numbers: Integers, item: int) -> Column:
        match source:
            case Coordinate(name):
                column: Column = self._family(item).numbering.coordinate(name, numbers).tolist()
                return column
            case ItemValue(name):
                return self._family(item).value(name, numbers)
            case SparseAttribute(name):
                return self._family(item).attribute(name, numbers)
            case _:
                plain: list[DrawnValue] = numbers.tolist()
                return plain

    def _of_call(self, source: Source, rows: Rows, epochs: Mapping[str, int], request: int) -> Column:
        match source:
            case FreshValue(name):
                lane = epochs.get(name, 0) << TURN_SHIFT
                block = words_at(self._seed, f"fresh/{self.unit}/{name}", rows.counters, lane)
                return self.kit.generators.of(name).draw(block, rows.counters)
            case Token():
                stream = "/".join(filter(None, ("token", self.kit.salt, self.unit, self.name)))
                return Uuid().draw(words_at(self._seed, stream, rows.counters, request << TURN_SHIFT))
            case _:  # put in later, from what was captured or given
                return [None] * len(rows)

    def completed(self, drawn: Draw, known: Mapping[str, DrawnValue]) -> Draw:
        """A draw with what was captured in its places, or what stands there by itself."""
        row = list(drawn)
        for at, source in self.captured:
            value = known[source.name] if source.name in known else fill(source.own, row)
            row[at] = text_within(value) if source.text else value
        return tuple(row)

    @property
    def cost(self) -> int:
        """The work of one draw, in that of a position with a plain value: about 0.1 us."""
        return 1 + sum(_cost(self.kit.generators, source) for source in self.sources)

    @property
    def _seed(self) -> int:
        return self.kit.scenario.seed

    def _family(self, item: int) -> ItemMaker:
        families = [one.family for one in self.pickings for _ in range(one.count)]
        return self.kit.makers[families[item]]

    def _alike(self) -> tuple[tuple[Source, tuple[int, ...], tuple[int, ...]], ...]:
        families = [one.family for one in self.pickings for _ in range(one.count)]
        found: dict[Any, tuple[Source, list[int], list[int]]] = {}
        for place, source in enumerate(self.sources):
            if isinstance(source, _OF_ITEMS):
                key = (type(source), getattr(source, "name", ""), families[source.item])
                _, places, items = found.setdefault(key, (source, [], []))
                items.append(source.item)
                places.append(place)
            else:
                found[place] = (source, [place], [])
        return tuple((source, tuple(places), tuple(items)) for source, places, items in found.values())

    def numbers(self, rows: Rows) -> list[Integers]:
        """The numbers of the items of some calls."""
        fixed: dict[str, Integers] = {}
        inserted: dict[str, int] = {}
        found: list[Integers] = []
        taken: dict[str, list[Integers]] = {}
        for one in self.pickings:
            others = taken.setdefault(one.family, [])
            numbers = one.numbers(rows, fixed, 0, inserted.get(one.family, 0), others)
            if not found and rows.items is not None:
                numbers = _begun_with(np.where(rows.items >= 0, rows.items, numbers[0]), numbers)
            if len(self.pickings) > 1:
                others += numbers
                if picks_next(one.pick):
                    inserted[one.family] = inserted.get(one.family, 0) + one.count
                if one.count == 1:
                    own = {name: one.numbering.coordinate(name, numbers[0]) for name in one.shares}
                    fixed = own | fixed
            found += [one.present(picked, rows, 0, j) for j, picked in enumerate(numbers)]
        return found


def _begun_with(first: Integers, numbers: list[Integers]) -> list[Integers]:
    """Different items, the first of them given: where another is the same, it becomes the one that stood first."""
    return [first, *(np.where(other == first, numbers[0], other) for other in numbers[1:])]


def text_within(value: DrawnValue) -> DrawnValue:
    """The text of a whole attribute value that is a text or a number."""
    if isinstance(value, dict) and len(value) == 1:
        return next(iter(value.values()))  # type: ignore[no-any-return]  # what DynamoDB's JSON has there
    return value


def _cost(generators: Generators, source: Source) -> int:
    """Lists, sets and functions are made value by value, all else by whole columns."""
    if isinstance(source, (ItemValue, FreshValue)):
        made = generators.of(source.name)
        return _LABOUR if made.type in DOCUMENTS or isinstance(made, Code) else 1
    return _LABOUR // 4 if isinstance(source, (SparseAttribute, Captured)) else 1
