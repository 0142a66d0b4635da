"""The operations, action by action: items and indexes that exist, picks that fit, and names that lead somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from ddbload.scenario.actions import END, Action, actions_of
from ddbload.scenario.model import Changes, Latest, Number, ReadsMany, Scan, Scenario, Session
from ddbload.scenario.rules.batches import batch_faults
from ddbload.scenario.rules.expressions import meanings
from ddbload.scenario.rules.fault import Fault
from ddbload.scenario.rules.meaning import meaning_faults
from ddbload.scenario.rules.parsed import parsed
from ddbload.scenario.source import Loc, nearest

_RESERVED = {
    "all": "an operation cannot be named 'all', which stands for all of them",
    END: "an operation cannot be named 'end', which ends a session",
}


def operation_faults(scenario: Scenario, *, sound: bool) -> Iterator[Fault]:
    """Every operation by itself; sessions are looked at apart. `sound`: whether values and shapes are right."""
    captured = {name for operation in scenario.operations.values() for name in getattr(operation, "capture", ())}
    for name, operation in scenario.operations.items():
        loc: Loc = ("operations", name)
        if name in _RESERVED:
            yield Fault(loc, _RESERVED[name], at_key=True)
        if isinstance(operation, Session):
            continue
        actions = actions_of(operation)
        within = [fault for action in actions for fault in _action_faults(scenario, loc, action, captured)]
        yield from within
        if all(action.family in scenario.items for action in actions):
            yield from batch_faults(scenario, loc, operation, sound=sound)


def _action_faults(scenario: Scenario, loc: Loc, action: Action, captured: set[str]) -> Iterator[Fault]:
    here: Loc = (*loc, *action.loc)
    if action.family not in scenario.items:
        fits = nearest(action.family, scenario.items, "there are")
        yield Fault((*here, action.key), f"there are no items '{action.family}'", fits)
        return
    yield from _pick_faults(scenario, here, action)
    yield from _key_faults(scenario, here, action)
    if isinstance(action.spec, ReadsMany):
        indexes = scenario.table_of(action.family).indexes
        if action.spec.index is not None and action.spec.index not in indexes:
            known = nearest(action.spec.index, indexes, "there are") or "the table has none"
            yield Fault((*here, "index"), f"there is no index '{action.spec.index}'", known)
            return
        yield from _reading_faults(scenario, here, action.spec, action.family)
    if isinstance(action.spec, Changes):
        yield from _change_faults(here, action.spec)
    yield from _expression_faults(scenario, loc, action, captured)


# --- picks and keys ------------------------------------------------------------------------------------------------


def _pick_faults(scenario: Scenario, here: Loc, action: Action) -> Iterator[Fault]:
    if isinstance(action.spec, Scan):
        return
    pick, coordinates = action.pick, list(scenario.items[action.family].of)
    is_put = action.kind == "put"
    if pick == "next" and not is_put:
        fits = "uniform, sequential, latest, zipf, hotspot, gaussian"
        yield Fault((*here, "pick"), "only put can pick the next item, which is not there yet", fits)
    if action.missing and is_put:
        message = "a put does not miss its item"
        yield Fault((*here, "missing"), message, "pick: next puts new items", at_key=True)
    for name, chooser in pick.items() if isinstance(pick, dict) else ():
        place: Loc = (*here, "pick", name)
        if name not in coordinates:
            message = f"'{name}' is no coordinate of '{action.family}'"
            yield Fault(place, message, nearest(name, coordinates, "it has"), at_key=True)
        elif chooser == "next" and not is_put:
            fits = "uniform, sequential, latest, zipf, hotspot, gaussian"
            yield Fault(place, "only put can pick the next item, which is not there yet", fits)
        elif name != coordinates[0] and (chooser in {"next", "latest"} or isinstance(chooser, Latest)):
            word = "next" if chooser == "next" else "latest"
            message = f"'{name}' cannot be picked by {word}: only the first coordinate, '{coordinates[0]}', grows"
            yield Fault(place, message, f"`of` with '{name}' first, or uniform, zipf, hotspot, gaussian")


def _key_faults(scenario: Scenario, here: Loc, action: Action) -> Iterator[Fault]:
    """Key attributes that stand in place of the picked item's own."""
    given = getattr(action.spec, "key", None)
    if not isinstance(given, dict):
        return
    key = scenario.table_of(action.family).key
    for name, constant in given.items():
        place: Loc = (*here, "key", name)
        if name not in key:
            yield Fault(place, f"'{name}' is no key attribute of the table", nearest(name, key, "it has"), at_key=True)
        elif not isinstance(constant, str) and key[name] != "N":
            yield Fault(
                place, f"the key attribute '{name}' is {key[name]}, but this makes N", f"quote it: '{constant}'"
            )
    if given and action.count > 1:
        message = f"{action.count} items with `key`: several of them would have the same one"
        yield Fault((*here, "key"), message, "count: 1, or items whose own keys fit", at_key=True)


# --- what it reads and changes -------------------------------------------------------------------------------------


def _reading_faults(scenario: Scenario, here: Loc, spec: ReadsMany, family: str) -> Iterator[Fault]:
    index = scenario.table_of(family).indexes[spec.index] if spec.index else None
    if spec.consistent and index is not None and index.kind == "global":
        message = f"'{spec.index}' is a global index, which has no consistent reads"
        yield Fault((*here, "consistent"), message, "leave `consistent` out, or read the table")
    if spec.select == "count" and spec.projection is not None:
        message = "select: count returns no attributes, so there is nothing to project"
        yield Fault((*here, "projection"), message, "leave one of them out", at_key=True)
    if isinstance(spec.limit, str):
        yield from _limit_faults(scenario, (*here, "limit"), spec.limit.strip("{}"))


def _limit_faults(scenario: Scenario, place: Loc, name: str) -> Iterator[Fault]:
    value = scenario.values.get(name)
    numbers = [known for known, spec in scenario.values.items() if isinstance(spec, Number)]
    if value is None:
        yield Fault(place, f"there is no value '{name}'", nearest(name, numbers, "there are") or "a whole number")
    elif not isinstance(value, Number) or value.number.decimals:
        yield Fault(place, f"a limit is a whole number, and '{name}' is not", "{number: {min: 1, max: 100}}")
    elif value.number.min < 1:
        yield Fault(place, f"a limit is at least 1, and '{name}' may be {value.number.min}", "min: 1")


def _change_faults(here: Loc, spec: Changes) -> Iterator[Fault]:
    short = [key for key in ("set", "remove", "add") if getattr(spec, key) is not None]
    if spec.update_expression is None and not short:
        fits = 'update_expression: "SET total = {total}", or the short forms set, remove, add'
        yield Fault(here, "an update that changes nothing", fits, at_key=True)
    elif spec.update_expression is not None and short:
        message = f"an update is written in one way, and this has both `update_expression` and `{short[0]}`"
        yield Fault((*here, short[0]), message, "the expression alone, or the short forms alone", at_key=True)


def _expression_faults(scenario: Scenario, loc: Loc, action: Action, captured: set[str]) -> Iterator[Fault]:
    known = meanings(scenario, action.family)
    for one in parsed(scenario, action):
        if isinstance(one, Fault):
            yield Fault((*loc, *one.loc), one.message, one.fits, one.at_key, one.text, one.offset)
            continue
        unknown = [part for part in one.braces() if part.name not in known and part.name not in captured]
        for part in unknown:
            message = f"'{{{part.name}}}' is no coordinate, value or attribute of '{action.family}'"
            fits = nearest(part.name, known, "there are")
            yield Fault((*loc, *one.loc), message, fits, text=one.text, offset=part.offset)
        if not unknown:
            yield from meaning_faults(scenario, loc, action, one)
