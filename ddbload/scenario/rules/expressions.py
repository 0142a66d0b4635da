"""The expressions of an action, with their parsers, and what a name in their braces stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ddbload.expression import (
    SHORT_CONDITIONS,
    Boolean,
    Expression,
    ListValue,
    MapValue,
    Null,
    Number,
    Operand,
    Placeholder,
    Text,
    Update as UpdateTree,
    parse_condition,
    parse_projection,
    parse_update,
    update_tree,
)
from ddbload.scenario.actions import END, Spec, actions_of
from ddbload.scenario.model import (
    AnyOperation,
    Changes,
    Execute,
    Query,
    Scenario,
    Session,
    Statement,
)
from ddbload.scenario.model.sessions import Branch, Fresh, Repeat, Step, Think
from ddbload.scenario.template import ShapeType, attribute_type, value_type

Parser = Callable[[str], Expression]

_TEXTS: Mapping[str, Parser] = {
    "filter": parse_condition,
    "projection": parse_projection,
    "update_expression": parse_update,
    "condition": parse_condition,
}


def expressions(spec: Spec | AnyOperation) -> Iterator[tuple[str, str, Parser]]:
    """Key in the scenario, text and parser of every expression of an action; conditions in one word are none."""
    if isinstance(spec, Query):
        yield "key", spec.key, parse_condition
    for key, parse in _TEXTS.items():
        text = getattr(spec, key, None)
        if text is not None and not (key == "condition" and text in SHORT_CONDITIONS):
            yield key, text, parse


def short_update(spec: Changes) -> UpdateTree | None:
    """The update that an action's short forms say; None where it has none.

    Raises:
        ShortFormError: a path or a constant that cannot be.
    """
    if spec.set is None and spec.remove is None and spec.add is None:
        return None
    return update_tree(set=spec.set, remove=spec.remove or (), add=spec.add)


def statement_of(spec: Spec | AnyOperation) -> tuple[str, str] | None:
    """Key in the scenario and text of the PartiQL statement of an action, if it is one."""
    match spec:
        case Execute(execute=text):
            return "execute", text
        case Statement(statement=text):
            return "statement", text
        case _:
            return None


def captured_before(scenario: Scenario) -> dict[str, frozenset[str]]:
    """Operation -> the names that an earlier step of some session may have captured when it is sent."""
    found: dict[str, frozenset[str]] = {}
    for operation in scenario.operations.values():
        if isinstance(operation, Session):
            for name, captured in captured_in(scenario, operation).items():
                found[name] = found.get(name, frozenset()) | captured
    return found


def captured_of(scenario: Scenario, family: str) -> frozenset[str]:
    """The names that operations about a family capture: of these, key attributes make up the key of later steps."""
    return frozenset(
        name
        for operation in scenario.operations.values()
        if any(action.family == family for action in actions_of(operation))
        for name in getattr(operation, "capture", ())
    )


def captured_in(scenario: Scenario, session: Session) -> dict[str, frozenset[str]]:
    """Operation -> the names that an earlier step of this session may have captured when it is sent."""
    found: dict[str, set[str]] = {}
    _walk(scenario, session.session, set(), found)
    return {name: frozenset(captured) for name, captured in found.items()}


def _walk(scenario: Scenario, steps: list[Step], known: set[str], found: dict[str, set[str]]) -> None:
    for step in steps:
        match step:
            case Repeat():
                for _ in range(2):  # what a turn captures, the next one has
                    _walk(scenario, step.repeat, known, found)
            case Branch():
                for arm in step.branch.values():
                    _walk(scenario, arm, known, found)
            case str() if step != END and step in scenario.operations:
                found.setdefault(step, set()).update(known)
                known.update(getattr(scenario.operations[step], "capture", ()))
            case Think() | Fresh() | str():
                pass


def family_of(operation: AnyOperation) -> tuple[str, str]:
    """The key of an operation of one action that names its items, and the items' name."""
    (action,) = actions_of(operation)
    return action.key, action.family


def meanings(scenario: Scenario, family: str) -> list[str]:
    """The names that may stand in braces in an expression about items of a family.

    A name is first a coordinate or a key attribute of the item that was picked; else a value, drawn anew for each
    call; else another attribute of the item that was picked.
    """
    items = scenario.items[family]
    return list(dict.fromkeys([*items.of, *scenario.table_of(family).key, *scenario.values, *items.shape]))


def operand_type(scenario: Scenario, family: str, operand: Operand) -> ShapeType:  # noqa: PLR0911 - one branch a kind
    """The type of a value written in an expression; of a known name only."""
    match operand:
        case Text():
            return "S"
        case Number():
            return "N"
        case Boolean():
            return "BOOL"
        case Null():
            return "NULL"
        case ListValue():
            return "L"
        case MapValue():
            return "M"
        case Placeholder(name):
            return _named_type(scenario, family, name)


def _named_type(scenario: Scenario, family: str, name: str) -> ShapeType:
    if name in scenario.items[family].of:
        return "N"
    if name in scenario.table_of(family).key or name not in scenario.values:
        return attribute_type(scenario, family, name)
    return value_type(scenario.values[name], scenario.values)
