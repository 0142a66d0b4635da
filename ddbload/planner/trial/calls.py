"""Calls of the trial: each compiled operation becomes a function of its draw that reads and changes the items.

Units are those of `ddbload.capacity`, from the items before and after and from what was evaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ddbload.capacity import (
    CannotApplyError,
    Item,
    Value,
    WriteUnits,
    apply_update,
    condition_check_units,
    item_bytes,
    read_units,
    write_units,
)
from ddbload.expression import Condition, Operand, condition_tree
from ddbload.operation import Draw, Outcome, fill
from ddbload.planner.resource import Resource
from ddbload.planner.trial.conditions import holds, in_order
from ddbload.planner.trial.effects import Effect, Touch, Units, charge, refused, written
from ddbload.planner.trial.population import Population
from ddbload.planner.trial.reads import reader
from ddbload.planner.trial.statements import sentences_of
from ddbload.planner.trial.states import Key, TableStates
from ddbload.scenario.actions import Action
from ddbload.workload.compiled import CompiledOperation, Part

Simulated = Callable[..., Effect]
"""`(draw, keep=True)`: what a call does; `keep`: whether the items are changed for the calls after it."""

_READS = {"get", "query", "scan"}
_CHECKS = {"check", "exists"}
_TRANSACTIONS = {"TransactWriteItems", "TransactGetItems", "ExecuteTransaction"}


@dataclass(frozen=True, slots=True)
class Deed:
    """What a call does to one item, ready to be done."""

    part: Part
    condition: Condition | None


@dataclass(frozen=True, slots=True)
class _Change:
    """One item before and after."""

    deed: Deed
    states: TableStates
    key: Key
    before: Item | None
    after: Item | None
    met: bool


class _RefusedError(Exception):
    """DynamoDB would refuse it, with a ValidationException."""


def simulated(population: Population, compiled: CompiledOperation) -> Simulated:
    """What a call of an operation does."""
    sentences = sentences_of(population, compiled)
    part = sentences[0].part
    if len(sentences) == 1 and part.kind in {"query", "scan"}:
        return reader(population, compiled, sentences[0])
    actions = [action for action in compiled.actions for _ in range(action.count)]
    deeds = tuple(
        Deed(one.part, one.where if action.kind == "statement" else _condition(population, action))
        for action, one in zip(actions, sentences, strict=True)
    )
    transactional = compiled.operation.api in _TRANSACTIONS
    if all(deed.part.kind in _READS for deed in deeds):
        found = partial(_gets, population, deeds, transactional)
        return found if compiled.operation.api != "ExecuteStatement" else partial(_page_of_one, found)
    if transactional:
        return partial(_transaction, population, deeds)
    return partial(_writes, population, deeds)


def _condition(population: Population, action: Action) -> Condition | None:
    text = getattr(action.spec, "condition", None)
    if text is None:
        return None
    return condition_tree(text, partition=population.scenario.table_of(action.family).partition)


# --- reads -----------------------------------------------------------------------------------------------------------


def _gets(
    population: Population,
    deeds: Sequence[Deed],
    transactional: bool,
    draw: Draw,
    keep: bool = True,  # noqa: ARG001 - nothing is changed
) -> Effect:
    effect = Effect()
    items: list[Item | None] = []
    for deed in deeds:
        part = deed.part
        _, place, item = population.item(part, draw, fill(part.node, draw))
        items.append(item)
        size = 0 if item is None else item_bytes(item)
        units = read_units(size, consistent=part.consistent, transactional=transactional)
        effect.read(Resource(part.table), units)
        effect.touched.append((Resource(part.table), 0, place[:1], place, units))
    found = [item for item in items if item is not None]
    if not found:
        effect.outcome = Outcome.NOT_FOUND
    if len(deeds) == 1 and found:
        effect.reply = {"Item": found[0]}
    elif len(deeds) > 1:
        effect.reply = {"Responses": [{"Item": item} if item else {} for item in items]}
    return effect


def _page_of_one(found: Simulated, draw: Draw, keep: bool = True) -> Effect:
    """A SELECT by the whole key answers with a page, which may be empty."""
    effect = found(draw, keep)
    effect.outcome, effect.reply = Outcome.OK, {"Items": [effect.reply["Item"]] if effect.reply else []}
    return effect


# --- writes ----------------------------------------------------------------------------------------------------------


def _change(population: Population, deed: Deed, draw: Draw) -> _Change:
    """One item before and after; raises `_RefusedError`."""
    part = deed.part

    def value_of(operand: Operand) -> Value:
        value: Value = fill(part.bound[operand], draw)
        return value

    node: Item = fill(part.node, draw)
    key = {name: node[name] for name in population.tables[part.table].shape.key} if part.kind == "put" else node
    states, place, before = population.item(part, draw, key)
    met = deed.condition is None or holds(deed.condition, before or {}, value_of)
    match part.kind:
        case "put":
            after: Item | None = node
        case "insert":
            after = population.makers[part.family].item(int(draw[part.number])) if part.number is not None else node  # type: ignore[arg-type]  # a number
        case "delete":
            after = None
        case "update":
            after = before or key
            if part.update is not None:
                try:
                    after = apply_update(part.update, after, value_of)
                except CannotApplyError as error:
                    if met:
                        raise _RefusedError from error
        case _:
            after = before
    return _Change(deed, states, place, before, after, met)


def _writes(population: Population, deeds: Sequence[Deed], draw: Draw, keep: bool = True) -> Effect:
    """Writes that stand each by itself: a single one, or those of a batch."""
    effect = Effect(done={}, failed={})
    assert effect.done is not None
    assert effect.failed is not None
    changes = []
    for deed in deeds:
        if deed.part.kind in _READS | _CHECKS:
            continue
        try:
            changes.append(_change(population, deed, draw))
        except _RefusedError:
            effect.outcome = Outcome.REJECTED
    for change in changes:
        shape, table = change.states.shape, change.states.name
        done = written(change.before, change.after, shape, transactional=False)
        failed = refused(done)
        charge(effect.units, table, shape, done if change.met else failed)
        effect.touched += _touches(change, done if change.met else failed)
        charge(effect.done, table, shape, done)
        charge(effect.failed, table, shape, failed)
        if not change.met:
            effect.outcome, effect.met = Outcome.CONDITION_FAILED, False
        else:
            _keep(effect, change, keep=keep)
        if change.deed.part.kind == "put" and change.after is not None:
            effect.put_units += write_units(item_bytes(change.after)) if change.before else done.table
    if len(changes) == 1:
        effect.reply = _returned(changes[0])
    return effect


def _transaction(population: Population, deeds: Sequence[Deed], draw: Draw, keep: bool = True) -> Effect:
    """All writes of a transaction, or none; a cancelled one consumes what `cancelled_units` says."""
    effect = Effect(done={}, failed={})
    assert effect.done is not None
    assert effect.failed is not None
    try:
        changes = [_change(population, deed, draw) for deed in deeds]
    except _RefusedError:
        effect.outcome, effect.done, effect.failed = Outcome.REJECTED, None, None
        return effect
    for change in changes:
        checked = change.deed.part.kind in _CHECKS
        done = (
            WriteUnits(condition_check_units(change.before), {})
            if checked
            else written(change.before, change.after, change.states.shape, transactional=True)
        )
        failed = refused(done)
        charge(effect.done, change.states.name, change.states.shape, done)
        charge(effect.failed, change.states.name, change.states.shape, failed)
        if change.deed.part.kind == "put" and change.after is not None:
            effect.put_units += write_units(item_bytes(change.after), transactional=True)
        effect.touched += _touches(change, done)
    met = all(change.met for change in changes)
    effect.units = _copied(effect.done if met else effect.failed)
    if not met:
        effect.outcome, effect.met = Outcome.CONDITION_FAILED, False
        return effect
    for change in changes:
        if change.deed.part.kind not in _CHECKS:
            _keep(effect, change, keep=keep)
    return effect


def _touches(change: _Change, done: WriteUnits) -> Iterator[Touch]:
    """The partition keys that a write went to; of an entry that moves, the one that it moved to."""
    states, place = change.states, change.key
    yield Resource(states.name), 1, place[:1], place, done.table
    item = change.after or change.before
    for name, units in done.indexes.items():
        if states.shape.indexes[name].local or item is None:
            continue
        keys = states.places[name].partition
        holder = item if all(key in item for key in keys) else change.before or item
        group = tuple(in_order(holder[key]) for key in keys if key in holder)
        yield Resource(states.name, name), 1, group, place, units


def _keep(effect: Effect, change: _Change, *, keep: bool) -> None:
    effect.added[change.deed.part.family] += (change.after is not None) - (change.before is not None)
    if keep:
        change.states.put(change.key, change.after)


def _returned(change: _Change) -> dict[str, Any]:
    """The item as it is after a write, or as it is where a condition failed: more than is asked for does no harm."""
    if not change.met:
        return {"Item": change.before} if change.before else {}
    shown = change.after if change.after is not None and change.deed.part.kind == "update" else change.before
    return {"Attributes": shown} if shown else {}


def _copied(units: Units) -> Units:
    return {resource: list(pair) for resource, pair in units.items()}
