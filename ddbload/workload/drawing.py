"""Draws by whole columns: for many calls of an operation at once, what stands at each position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ddbload.operation import Draw, DrawnValue, fill
from ddbload.scenario.actions import Action
from ddbload.scenario.model import Scenario
from ddbload.values import Code, Uuid, words_at
from ddbload.values.specs import DOCUMENTS
from ddbload.values.transforms import Integers
from ddbload.workload.compiled import CompiledOperation
from ddbload.workload.counting import Group, Rows, new_items, own_calls
from ddbload.workload.items import Column, ItemMaker
from ddbload.workload.picking import TURN_SHIFT, Picking, counts_calls, picking, picks_next
from ddbload.workload.resizing import Filler, filler_of
from ddbload.workload.sources import (
    Captured,
    Coordinate,
    FreshValue,
    Given,
    ItemNumber,
    ItemValue,
    Source,
    SparseAttribute,
    Token,
)
from ddbload.workload.translate import Generators, problem

_LABOUR = 20
_FIRST_CALL = np.zeros(1, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Kit:
    """What draws are made with, the same for all operations of a scenario.

    Attributes:
        makers: family -> what makes its items.
        grows_by_value: families whose new items are new values of their first coordinate.
    """

    scenario: Scenario
    generators: Generators
    makers: Mapping[str, ItemMaker]
    grows_by_value: frozenset[str]


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

    def __post_init__(self) -> None:
        fresh = tuple(source.name for source in self.sources if isinstance(source, FreshValue))
        captured = tuple((at, source) for at, source in enumerate(self.sources) if isinstance(source, Captured))
        object.__setattr__(self, "fresh", fresh)
        object.__setattr__(self, "new_each_time", any(isinstance(source, Token) for source in self.sources))
        object.__setattr__(self, "captured", captured)

    def draws(self, rows: Rows) -> Sequence[Draw]:
        """One draw for each call."""
        if not self.sources:  # an expression of constants alone, such as a query of one partition of an index
            return [()] * len(rows)
        numbers = self._numbers(rows)
        columns = [self.column(source, rows, numbers) for source in self.sources]
        drawn: Sequence[Draw] = list(zip(*columns, strict=True))
        if self.captured:
            drawn = [self.completed(draw, {}) for draw in drawn]
        return drawn if rows.sizes is None or self.filler is None else self.filler.resized(drawn, rows.sizes)

    def column(  # noqa: PLR0911 - one branch a kind of source
        self, source: Source, rows: Rows, numbers: Sequence[Integers], epoch: int = 0, request: int = 0
    ) -> Column:
        """What stands at one position, in all rows.

        Args:
            source: what it is.
            rows: the calls or sessions.
            numbers: of the items that the call is about.
            epoch: how often the session has forgotten the value.
            request: how many requests of the operation the session has sent before.
        """
        match source:
            case Coordinate(name, item):
                column: Column = self._family(item).numbering.coordinate(name, numbers[item]).tolist()
                return column
            case ItemValue(name, item):
                return self._family(item).value(name, numbers[item])
            case SparseAttribute(name, item):
                return self._family(item).attribute(name, numbers[item])
            case ItemNumber(item):
                plain: list[DrawnValue] = numbers[item].tolist()
                return plain
            case FreshValue(name):
                block = words_at(self._seed, f"fresh/{self.unit}/{name}", rows.counters, epoch << TURN_SHIFT)
                return self.kit.generators.of(name).draw(block, rows.counters)
            case Token():
                lane = request << TURN_SHIFT
                return Uuid().draw(words_at(self._seed, f"token/{self.unit}/{self.name}", rows.counters, lane))
            case Captured() | Given():
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
        for one in self.pickings:
            if item < one.count:
                return self.kit.makers[one.family]
            item -= one.count
        raise IndexError(f"{self.name} is about fewer items")

    def _numbers(self, rows: Rows) -> list[Integers]:
        """The numbers of the items of some calls."""
        fixed: dict[str, Integers] = {}
        inserted: dict[str, int] = {}
        found: list[Integers] = []
        taken: dict[str, list[Integers]] = {}
        for one in self.pickings:
            others = taken.setdefault(one.family, [])
            numbers = one.numbers(rows, fixed, 0, inserted.get(one.family, 0), others)
            if not found and rows.items is not None:
                numbers[0] = np.where(rows.items >= 0, rows.items, numbers[0])
            if len(self.pickings) > 1:
                others += numbers
                if picks_next(one.pick):
                    inserted[one.family] = inserted.get(one.family, 0) + one.count
                if one.count == 1:
                    own = {name: one.numbering.coordinate(name, numbers[0]) for name in one.numbering.of}
                    fixed = own | fixed
            found += [one.present(picked, rows, 0, j) for j, picked in enumerate(numbers)]
        return found


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


def drawer(kit: Kit, compiled: CompiledOperation, position: int, unit: str | None = None, each: int = 1) -> Drawer:
    """What makes the draws of an operation.

    Args:
        kit: what draws are made with.
        compiled: the operation.
        position: of the operation, among those of the workload.
        unit: the session that it is a step of; None: it arrives by itself.
        each: how often a session draws for it at most.
    """
    name = compiled.operation.name.partition("/")[0]
    owner = name if unit is None else unit
    label = name if unit is None else f"{unit}/{name}"
    used = any(isinstance(source, (Coordinate, ItemValue, SparseAttribute, ItemNumber)) for source in compiled.sources)
    several = len(compiled.actions) > 1
    pickings = tuple(
        picking(
            kit.scenario,
            f"{label}/{place}" if several else label,
            position,
            action.family,
            action.pick,
            action.missing,
            action.count,
            unit_name=owner,
            whole_inserts=action.family not in kit.grows_by_value,
            each=each,
        )
        for place, action in enumerate(compiled.actions)
    )
    _check_free(kit.scenario, name, pickings)
    filler = filler_of(kit.scenario, compiled) if kit.scenario.load.replay is not None else None
    made = Drawer(name, owner, kit, pickings if used else (), compiled.sources, filler)
    _warm(made)
    return made


def _check_free(scenario: Scenario, name: str, pickings: Sequence[Picking]) -> None:
    """Several different items need a coordinate that no earlier action has fixed."""
    fixed: set[str] = set()
    for one in pickings:
        if one.count > 1 and fixed.issuperset(one.numbering.of):
            message = f"operations.{name}: {one.count} different items of '{one.family}', but all is fixed before"
            raise problem(scenario, message, "name this action first, or coordinates otherwise")
        if one.count == 1:
            fixed |= set(one.numbering.of)


def counted(actions: Sequence[Action], unit: str, times: int = 1) -> dict[Group, int]:
    """How much a call (or as many as are made at most) counts in which groups."""
    found: dict[Group, int] = {}
    for action in actions:
        if picks_next(action.pick):
            group = new_items(action.family)
            found[group] = found.get(group, 0) + action.count * times
        if counts_calls(action.pick):
            found[own_calls(unit)] = 1
    return found


def _warm(made: Drawer) -> None:
    """Make tables and pools now, not in the middle of the run."""
    before = {group: _FIRST_CALL for one in made.pickings for group in (new_items(one.family), own_calls(made.unit))}
    rows = Rows(_FIRST_CALL, before)
    columns = [made.column(source, rows, made._numbers(rows)) for source in made.sources]  # noqa: SLF001
    assert all(len(column) == 1 for column in columns)
