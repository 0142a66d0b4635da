"""What makes the draws of each operation, put together: how its actions pick, and what their calls are counted in."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from ddbload.errors import ScenarioError
from ddbload.scenario.actions import Action, picks_next
from ddbload.scenario.model import Items, Scenario
from ddbload.workload.compiled import CompiledOperation
from ddbload.workload.counting import Group, Rows, new_items, own_calls
from ddbload.workload.drawing import Drawer, Kit
from ddbload.workload.picking import Picking, counts_calls, picking
from ddbload.workload.resizing import filler_of
from ddbload.workload.sources import Coordinate, ItemNumber, ItemValue, SparseAttribute
from ddbload.workload.translate import problem

_FIRST_CALL = np.zeros(1, dtype=np.int64)


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
    firsts = list(accumulate((action.count for action in compiled.actions), initial=0))[:-1]
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
            shares=_needed(compiled, kit.scenario.items[action.family], first),
        )
        for place, (action, first) in enumerate(zip(compiled.actions, firsts, strict=True))
    )
    _check_free(kit.scenario, name, pickings)
    filler = filler_of(kit.scenario, compiled) if kit.scenario.load.replay is not None else None
    made = Drawer(name, owner, kit, pickings if used else (), compiled.sources, filler)
    _warm(made)
    return made


def _check_free(scenario: Scenario, name: str, pickings: Sequence[Picking]) -> None:
    """Several different items need a coordinate that no earlier action has fixed, and new ones the first of them."""
    fixed: set[str] = set()
    for one in pickings:
        if cannot_be_new(one, fixed):
            raise not_new(scenario, name, one.family, one.numbering.first)
        if one.count > 1 and fixed.issuperset(one.numbering.of):
            message = f"operations.{name}: {one.count} different items of '{one.family}', but all is fixed before"
            raise problem(scenario, message, "name this action first, or coordinates otherwise")
        if one.count == 1:
            fixed |= set(one.shares)


def _needed(compiled: CompiledOperation, items: Items, item: int) -> tuple[str, ...]:
    """The coordinates that an action needs of its first item: all of them where it needs the item's own values."""
    own = [source for source in compiled.sources if getattr(source, "item", -1) == item]
    if any(isinstance(source, (ItemValue, SparseAttribute)) for source in own):
        return tuple(items.of)
    named = {source.name for source in own if isinstance(source, Coordinate)}
    return tuple(name for name in items.of if name in named)


def cannot_be_new(one: Picking, fixed: set[str]) -> bool:
    """Whether a pick of new items finds their first coordinate fixed; where all of them are, it is the item before."""
    return picks_next(one.pick) and one.numbering.first in fixed and not fixed.issuperset(one.numbering.of)


def not_new(scenario: Scenario, name: str, family: str, first: str) -> ScenarioError:
    """The error of a new item whose first coordinate is that of an item before."""
    others = [one for one in scenario.items[family].of if one != first]
    message = f"operations.{name}: a new '{family}' needs a new '{first}', but that is fixed before"
    better = f"{{{others[0]}: next}} where '{others[0]}' stands first in `of`" if others else "{fresh: [...]} before it"
    return problem(scenario, message, better)


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
    made.columns(rows, made.numbers(rows))
