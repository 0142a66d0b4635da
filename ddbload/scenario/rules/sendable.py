"""What DynamoDB would reject whenever it is sent: keys of another type, no key at all, additions to what is no number.

Sources: API Reference, UpdateItem, ExecuteStatement; Developer Guide, "PartiQL update statements for DynamoDB",
"PartiQL delete statements for DynamoDB"; DynamoDB Local 3.3.1 agrees.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ddbload.expression import Operand, Placeholder, Statement, Text, Update, parse_projection
from ddbload.scenario.actions import Action, actions_of, kind_of
from ddbload.scenario.model import AnyOperation, Scenario, Session
from ddbload.scenario.rules.captures import COUNT
from ddbload.scenario.rules.expressions import captured_in, meanings
from ddbload.scenario.rules.fault import Fault
from ddbload.scenario.rules.meaning import type_of
from ddbload.scenario.rules.parsed import Parsed, parsed
from ddbload.scenario.source import Loc
from ddbload.scenario.template import ShapeType, attribute_type, constant_type, declared_types

_OF_ONE_ITEM = frozenset({"get", "put", "update", "delete", "check"})
_SETS = ("SS", "NS", "BS")
_SAID_OF = {
    "update": "UPDATE changes one item",
    "delete": "DELETE deletes one item",
    "exists": "EXISTS is about one item",
    "select": "in {kind} a SELECT reads one item",
}


def sendable_faults(scenario: Scenario) -> Iterator[Fault]:
    """Every operation by itself, and what is captured for the keys of others. Of operations that are sound."""
    captured = _captured_types(scenario)
    for name, operation in scenario.operations.items():
        loc: Loc = ("operations", name)
        yield from _capture_faults(scenario, loc, operation)
        for action in actions_of(operation):
            for one in parsed(scenario, action):
                if isinstance(one, Parsed):
                    yield from _faults(scenario, loc, kind_of(operation), action, one, captured)


def _faults(
    scenario: Scenario, loc: Loc, kind: str, action: Action, one: Parsed, captured: Mapping[str, ShapeType]
) -> Iterator[Fault]:
    place: Loc = (*loc, *one.loc)
    match one.tree:
        case Update() as tree:
            yield from _added_faults(scenario, place, action.family, tree, one.text)
            yield from _emptied_faults(scenario, place, action.family, tree, one.text)
        case Statement() as tree:
            yield from _whole_key_faults(scenario, place, kind, action, tree)
            yield from _where_faults(scenario, place, action, tree, one.text, captured)
        case Text() as tree if one.key == "override":
            yield from _override_faults(scenario, place, action, tree, captured)
        case _:
            pass


# --- what is captured ----------------------------------------------------------------------------------------------


def _captured_types(scenario: Scenario) -> dict[str, ShapeType]:
    """The type of each captured name, of those that have one wherever they are captured."""
    found: dict[str, set[ShapeType | None]] = {}
    for operation in scenario.operations.values():
        for name, path in getattr(operation, "capture", {}).items():
            found.setdefault(name, set()).add(_type_of_path(scenario, operation, path))
    return {name: kind for name, kinds in found.items() if len(kinds) == 1 and (kind := next(iter(kinds)))}


def _type_of_path(scenario: Scenario, operation: AnyOperation, path: str) -> ShapeType | None:
    """The type of what a path into an answer leads to; None where items differ in it, or no shape tells it."""
    if path == COUNT:
        return "N"
    (action,) = actions_of(operation)
    steps = parse_projection(path.partition(".")[2]).paths[0].steps
    families = scenario.families_of(scenario.table_of(action.family))
    kinds = {_type_at(scenario, family, steps) for family in families if steps[0] in scenario.items[family].shape}
    return next(iter(kinds)) if len(kinds) == 1 else None


def _type_at(scenario: Scenario, family: str, steps: tuple[str | int, ...]) -> ShapeType | None:
    if len(steps) == 1:
        kind = attribute_type(scenario, family, str(steps[0]))
        return None if kind == "mixed" else kind
    value: Any = scenario.items[family].shape
    for step in steps:
        if not isinstance(value, Mapping) or step not in value:
            return None
        value = value[step]
    return None if isinstance(value, str) else constant_type(value)  # a text may be a name in braces


def _capture_faults(scenario: Scenario, loc: Loc, operation: AnyOperation) -> Iterator[Fault]:
    """A key attribute's name stands for what is captured in the keys of later steps about the same items."""
    for name, path in getattr(operation, "capture", {}).items():
        (action,) = actions_of(operation)
        wanted = scenario.table_of(action.family).key.get(name)
        kind = _type_of_path(scenario, operation, path)
        used = _used_in(scenario, action.family, name)
        if wanted and used and kind not in {wanted, None}:
            message = f"'{name}' stands for the key attribute in '{used}', which is {wanted}, but this captures {kind}"
            yield Fault((*loc, "capture", name), message, f"a value of type {wanted}, or another name for it")


def _used_in(scenario: Scenario, family: str, name: str) -> str:
    """A step about one item of a family that comes after one which captures a name; else nothing."""
    for session in scenario.operations.values():
        for step, known in captured_in(scenario, session).items() if isinstance(session, Session) else ():
            actions = actions_of(scenario.operations[step])
            if name in known and any(one.family == family and one.kind in _OF_ONE_ITEM for one in actions):
                return step
    return ""


def _override_faults(
    scenario: Scenario, place: Loc, action: Action, tree: Text, captured: Mapping[str, ShapeType]
) -> Iterator[Fault]:
    """A key attribute in place of the picked item's own: not empty, and of its type where a step captured it."""
    name = str(place[-1])
    wanted = scenario.table_of(action.family).key[name]
    if not tree.parts:
        message = f"the key attribute '{name}' may not be empty"
        yield Fault(place, message, f"a value of type {wanted}, or leave it out for the picked item's own")
        return
    only = tree.parts[0] if len(tree.parts) == 1 else None
    if isinstance(only, Placeholder) and only.name not in meanings(scenario, action.family):
        kind = captured.get(only.name, wanted)
        if kind != wanted:
            message = f"the key attribute '{name}' is {wanted}, but '{only.name}' is captured as {kind}"
            yield Fault(place, message, f"a value of type {wanted}")


# --- updates -------------------------------------------------------------------------------------------------------


def _added_faults(scenario: Scenario, place: Loc, family: str, tree: Update, text: str) -> Iterator[Fault]:
    """ADD takes a number to a number, and members to a set of their type."""
    shape = scenario.items[family].shape
    for path, value in tree.add:
        if len(path.steps) > 1 or path.attribute not in shape:
            continue
        held, added = attribute_type(scenario, family, path.attribute), type_of(scenario, family, value)
        here: Loc = place if text else (*place[:-1], "add", path.attribute)
        if held not in {"N", "mixed", *_SETS}:
            message = f"'{path.attribute}' is {held}, and only numbers and sets can be added to"
            yield Fault(here, message, "SET gives it another value", text=text, offset=path.offset)
        elif held != "mixed" and added not in {held, None}:
            message = f"'{path.attribute}' is {held}, and this adds {added}"
            yield Fault(here, message, f"a value of type {held}", text=text, offset=path.offset)


def _emptied_faults(scenario: Scenario, place: Loc, family: str, tree: Update, text: str) -> Iterator[Fault]:
    """The key of an index is never an empty text."""
    declared = declared_types(scenario, family)
    for path, value in tree.set:
        if len(path.steps) == 1 and path.attribute in declared and value == Text(()):
            here: Loc = place if text else (*place[:-1], "set", path.attribute)
            message = f"'{path.attribute}' is a key attribute of an index, which may not be empty"
            fits = "a text of at least 1 byte, or REMOVE, which takes the item out of the index"
            yield Fault(here, message, fits, text=text, offset=path.offset)


# --- PartiQL -------------------------------------------------------------------------------------------------------


def _whole_key_faults(scenario: Scenario, place: Loc, kind: str, action: Action, tree: Statement) -> Iterator[Fault]:
    """A statement about one item compares each attribute of the table's key by =."""
    if tree.kind == "insert" or (tree.kind == "select" and kind == "execute"):
        return
    said = _SAID_OF[tree.kind].format(kind=kind)
    if tree.index is not None:
        yield Fault(place, f"{said}, and the index '{tree.index}' may have many", "the table itself")
        return
    compared = {name for name, _ in tree.compared}
    absent = [name for name in scenario.table_of(action.family).key if name not in compared]
    if absent:
        message = f"{said}, and its WHERE does not compare the key attribute '{absent[0]}' by ="
        fits = " AND ".join(f"{name} = {{{name}}}" for name in scenario.table_of(action.family).key)
        yield Fault(place, message, f"WHERE {fits}")


def _where_faults(
    scenario: Scenario, place: Loc, action: Action, tree: Statement, text: str, captured: Mapping[str, ShapeType]
) -> Iterator[Fault]:
    """Key attributes of the table or index are compared with values of their type."""
    table = scenario.table_of(action.family)
    key = table.key if tree.index is None else table.indexes[tree.index].attributes
    for name, braces in tree.compared:
        if braces is None or name not in key:
            continue
        kind = _type_in(scenario, action.family, braces, captured)
        if kind not in {key[name], None}:
            message = f"the key attribute '{name}' is {key[name]}, compared with {kind}"
            quoted = (
                f"'{{{braces.name}}}' in quotes for its text" if key[name] == "S" else f"a value of type {key[name]}"
            )
            yield Fault(place, message, quoted, text=text, offset=braces.offset)


def _type_in(scenario: Scenario, family: str, value: Operand, captured: Mapping[str, ShapeType]) -> ShapeType | None:
    if isinstance(value, Placeholder) and value.name not in meanings(scenario, family):
        return captured.get(value.name)
    return type_of(scenario, family, value)
