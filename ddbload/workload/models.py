"""The units of one call by DynamoDB's rules, for what the service charges but does not say.

An item is taken to be what was loaded: item i of its family where i < count, absent beyond. What earlier calls of the
run made of it is not followed, so the units of later writes to a changed item are near, not exact. Units of queries
and of gets come from the items in the answer, where there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ddbload.capacity import (
    CannotApplyError,
    IndexShape,
    Item,
    TableShape,
    WriteUnits,
    apply_update,
    delete_units,
    failed_condition_units,
    item_bytes,
    put_units,
    query_units,
    read_units,
    update_units,
)
from ddbload.expression import Operand
from ddbload.operation import Draw, Outcome, fill
from ddbload.scenario import model
from ddbload.scenario.model import Scenario
from ddbload.workload.items import ItemMaker
from ddbload.workload.requests import CompiledOperation
from ddbload.workload.stream import CapacityModel, Charge

NOTHING: tuple[Charge, ...] = ()
_ANSWERED = frozenset({Outcome.OK, Outcome.NOT_FOUND, Outcome.CONDITION_FAILED, Outcome.CORRUPT})
"""The service did its work. A corrupt answer is one, too: only the way back failed."""
_WRITTEN = _ANSWERED | {Outcome.TIMEOUT}
"""A write that timed out is charged as if it was done: it may have been."""

BeforeAfter = Callable[[Draw], tuple[Item | None, Item | None]]
"""The item before and after a write, from the call's draw."""


def table_shape(scenario: Scenario) -> TableShape:
    """Keys and indexes of the scenario's table."""
    indexes = {
        name: IndexShape(
            tuple(index.attributes),
            index.project if isinstance(index.project, str) else tuple(index.project),
            local=index.kind == "local",
        )
        for name, index in scenario.table.indexes.items()
    }
    return TableShape(tuple(scenario.table.key), indexes)


def capacity_model(scenario: Scenario, compiled: CompiledOperation, maker: ItemMaker) -> CapacityModel:
    """The capacity model of an operation."""
    spec, table = scenario.operations[compiled.operation.name], table_shape(scenario)
    match spec:
        case model.Get():
            return partial(_get, compiled, maker, spec.consistent)
        case model.Query():
            return partial(_query, spec.index, maker.mean_bytes, spec.consistent)
        case model.Put():
            return partial(_write, table, put_units, partial(_put, compiled, maker))
        case model.Update():
            return partial(_write, table, update_units, partial(_update, compiled, maker))
        case model.Delete():
            return partial(_write, table, delete_units, partial(_delete, compiled, maker))


def _get(
    compiled: CompiledOperation,
    maker: ItemMaker,
    consistent: bool,
    draw: Draw,
    outcome: str,
    reply: Mapping[str, Any] | None,
) -> tuple[Charge, ...]:
    if outcome not in _ANSWERED:
        return NOTHING
    item = _loaded(compiled, maker, draw) if reply is None else reply.get("Item")
    return (Charge(read_units(item_bytes(item) if item else 0, consistent=consistent), 0.0, {}),)


def _query(
    index: str | None,
    mean_bytes: float,
    consistent: bool,
    _draw: Draw,
    outcome: str,
    reply: Mapping[str, Any] | None,
) -> tuple[Charge, ...]:
    """From the items in the answer; what a filter held back is taken to be of the size of what it let through."""
    if outcome not in _ANSWERED:
        return NOTHING
    items = reply.get("Items", []) if reply else []
    evaluated = reply.get("ScannedCount", len(items)) if reply else 0
    mean = sum(map(item_bytes, items)) / len(items) if items else mean_bytes
    units = query_units(round(mean * evaluated), consistent=consistent)
    return (Charge(units, 0.0, {}) if index is None else Charge(0.0, 0.0, {index: (units, 0.0)}),)


def _write(
    table: TableShape,
    units_of: Callable[[Item | None, Any, TableShape], WriteUnits],
    items: BeforeAfter,
    draw: Draw,
    outcome: str,
    _reply: Mapping[str, Any] | None,
) -> tuple[Charge, ...]:
    if outcome not in _WRITTEN:
        return NOTHING
    before, after = items(draw)
    if outcome == Outcome.CONDITION_FAILED:
        return (Charge(0.0, failed_condition_units(before, after), {}),)
    units = units_of(before, after, table)
    return (Charge(0.0, units.table, {name: (0.0, written) for name, written in units.indexes.items()}),)


def _loaded(compiled: CompiledOperation, maker: ItemMaker, draw: Draw) -> Item | None:
    number = _number(compiled, draw)
    return maker.item(number) if number < maker.count else None


def _number(compiled: CompiledOperation, draw: Draw) -> int:
    assert compiled.number is not None
    return int(draw[compiled.number])


def _put(compiled: CompiledOperation, maker: ItemMaker, draw: Draw) -> tuple[Item | None, Item | None]:
    item: Item = fill(compiled.operation.request["Item"], draw)
    return (item if _number(compiled, draw) < maker.count else None), item


def _delete(compiled: CompiledOperation, maker: ItemMaker, draw: Draw) -> tuple[Item | None, Item | None]:
    return _loaded(compiled, maker, draw), None


def _update(compiled: CompiledOperation, maker: ItemMaker, draw: Draw) -> tuple[Item | None, Item | None]:
    """An update of an absent item makes one of its key and what the expression sets."""
    before = _loaded(compiled, maker, draw)
    start: Item = fill(compiled.operation.request["Key"], draw) if before is None else before
    assert compiled.update is not None

    def value_of(operand: Operand) -> Any:
        return fill(compiled.bound[operand], draw)

    try:
        return before, apply_update(compiled.update, start, value_of)
    except CannotApplyError:
        # the service refuses it for the item as loaded; it answered, so the item has become another
        return before, start
