"""The operations: items and indexes that exist, picks that fit, and expressions that DynamoDB would take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ddbload.expression import (
    And,
    Between,
    Boolean,
    Compare,
    Condition,
    Expression,
    ExpressionError,
    Null,
    Number,
    Operand,
    Path,
    Placeholder,
    Projection,
    Size,
    Test,
    Text,
    Update,
    check_key_condition,
    walk,
)
from ddbload.operation import KeyType
from ddbload.scenario.model import AnyOperation, Put, Query, Scenario
from ddbload.scenario.rules.expressions import expressions, family_of, meanings, operand_type
from ddbload.scenario.rules.fault import Fault
from ddbload.scenario.source import Loc, nearest
from ddbload.scenario.template import TemplateError, declared_types


def operation_faults(scenario: Scenario) -> Iterator[Fault]:
    """Every operation by itself."""
    for name, operation in scenario.operations.items():
        loc: Loc = ("operations", name)
        if name == "all":
            yield Fault(loc, "an operation cannot be named 'all', which stands for all of them", at_key=True)
        kind, family = family_of(operation)
        if family not in scenario.items:
            yield Fault((*loc, kind), f"there are no items '{family}'", nearest(family, scenario.items, "there are"))
            continue
        yield from _pick_faults(scenario, loc, operation, family)
        if isinstance(operation, Query) and not _has_index(scenario, operation):
            known = nearest(operation.index, scenario.table.indexes, "there are") or "the table has none"
            yield Fault((*loc, "index"), f"there is no index '{operation.index}'", known)
            continue
        if isinstance(operation, Query):
            yield from _consistency_faults(scenario, loc, operation)
        yield from _expression_faults(scenario, loc, operation, family)


def _has_index(scenario: Scenario, operation: Query) -> bool:
    return operation.index is None or operation.index in scenario.table.indexes


def _pick_faults(scenario: Scenario, loc: Loc, operation: AnyOperation, family: str) -> Iterator[Fault]:
    pick, coordinates = operation.pick, scenario.items[family].of
    is_put = isinstance(operation, Put)
    if pick == "next" and not is_put:
        yield Fault(
            (*loc, "pick"),
            "only put can pick the next item, which is not there yet",
            "uniform, sequential, zipf, hotspot",
        )
    if operation.missing and is_put:
        yield Fault((*loc, "missing"), "a put does not miss its item", "pick: next puts new items", at_key=True)
    for name in pick if isinstance(pick, dict) else ():
        if name not in coordinates:
            message = f"'{name}' is no coordinate of '{family}'"
            yield Fault((*loc, "pick", name), message, nearest(name, coordinates, "it has"), at_key=True)


def _consistency_faults(scenario: Scenario, loc: Loc, operation: Query) -> Iterator[Fault]:
    if operation.consistent and operation.index and scenario.table.indexes[operation.index].kind == "global":
        message = f"'{operation.index}' is a global index, which has no consistent reads"
        yield Fault((*loc, "consistent"), message, "leave `consistent` out, or read the table")


def _expression_faults(scenario: Scenario, loc: Loc, operation: AnyOperation, family: str) -> Iterator[Fault]:
    known = meanings(scenario, family)
    for key, text, parse in expressions(operation):
        place: Loc = (*loc, key)
        try:
            tree = parse(text)
        except ExpressionError as error:
            yield Fault(place, error.message, error.fits, text=text, offset=error.offset)
            continue
        unknown = [part for part in _braces(tree) if part.name not in known]
        for part in unknown:
            message = f"'{{{part.name}}}' is no coordinate, value or attribute of '{family}'"
            yield Fault(place, message, nearest(part.name, known, "there are"), text=text, offset=part.offset)
        if not unknown:
            yield from _meaning_faults(scenario, place, operation, family, tree, text)


def _meaning_faults(
    scenario: Scenario, place: Loc, operation: AnyOperation, family: str, tree: Expression, text: str
) -> Iterator[Fault]:
    if isinstance(tree, Update):
        yield from _changed_key_faults(scenario, place, tree, text)
        yield from _index_key_faults(scenario, place, family, tree, text)
    elif isinstance(operation, Query) and not isinstance(tree, Projection):
        key = scenario.table.indexes[operation.index].key if operation.index else scenario.table.key
        if place[-1] == "filter":
            yield from _filter_faults(place, tree, key, text)
        else:
            yield from _key_condition_faults(scenario, place, family, tree, key, text)


def _changed_key_faults(scenario: Scenario, place: Loc, tree: Update, text: str) -> Iterator[Fault]:
    changed = [path for path, _ in (*tree.set, *tree.add, *tree.delete)] + list(tree.remove)
    for path in changed:
        if path.attribute in scenario.table.key:
            message = f"'{path.attribute}' is part of the table's key, which no update can change"
            yield Fault(place, message, "change another attribute", text=text, offset=path.offset)


def _index_key_faults(scenario: Scenario, place: Loc, family: str, tree: Update, text: str) -> Iterator[Fault]:
    """DynamoDB rejects a write that gives an index's key attribute another type."""
    declared = declared_types(scenario, family)
    for path, assigned in tree.set:
        wanted = declared.get(path.attribute)
        if wanted is None or len(path.steps) > 1 or path.attribute in scenario.table.key:
            continue
        if not isinstance(assigned, (Text, Number, Boolean, Null, Placeholder)):
            continue
        try:
            kind = operand_type(scenario, family, assigned)
        except (KeyError, TemplateError):  # a shape that is wrong in itself, and said to be
            continue
        if kind not in {wanted, "mixed"}:
            message = f"'{path.attribute}' is a key attribute of an index, of type {wanted}, but this sets {kind}"
            yield Fault(place, message, f"a value of type {wanted}", text=text, offset=path.offset)


def _filter_faults(place: Loc, tree: Condition, key: Mapping[str, KeyType], text: str) -> Iterator[Fault]:
    for path in walk(tree):
        if isinstance(path, Path) and path.attribute in key:
            message = f"a filter cannot name the key attribute '{path.attribute}'"
            yield Fault(place, message, "put it into `key`", text=text, offset=path.offset)


def _key_condition_faults(
    scenario: Scenario, place: Loc, family: str, tree: Condition, key: Mapping[str, KeyType], text: str
) -> Iterator[Fault]:
    partition, sort = [*key, None][:2]
    try:
        check_key_condition(tree, str(partition), sort)
    except ExpressionError as error:
        yield Fault(place, error.message, error.fits, text=text, offset=error.offset)
        return
    for part in tree.parts if isinstance(tree, And) else (tree,):
        if isinstance(part, Test) and key[part.path.attribute] == "N":
            message = f"begins_with does not fit the number '{part.path.attribute}'"
            yield Fault(place, message, "= < <= > >= BETWEEN", text=text, offset=part.offset)
            continue
        for attribute, value in _comparisons(part):
            try:
                kind = operand_type(scenario, family, value)
            except (KeyError, TemplateError):  # a shape that is wrong in itself, and said to be
                continue
            if kind not in {key[attribute], "mixed"}:
                message = f"the key attribute '{attribute}' is {key[attribute]}, compared with {kind}"
                yield Fault(place, message, _as_key(value, attribute, key[attribute]), text=text, offset=_offset(part))


def _as_key(value: Operand, attribute: str, wanted: str) -> str:
    if isinstance(value, Placeholder):
        quoted = f", or '{{{value.name}}}' in quotes for its text" if wanted == "S" else ""
        return f"{{{attribute}}} is the picked item's own{quoted}"
    return "text stands in single quotes" if wanted == "S" else "a number stands without quotes"


def _comparisons(part: Condition) -> Iterator[tuple[str, Operand]]:
    match part:
        case Compare(_, Path() as path, value) if not isinstance(value, (Path, Size)):
            yield path.attribute, value
        case Between(Path() as path, low, high):
            yield from ((path.attribute, value) for value in (low, high) if not isinstance(value, (Path, Size)))
        case Test(_, path, argument) if argument is not None and not isinstance(argument, (Path, Size)):
            yield path.attribute, argument
        case _:
            return


def _offset(part: Condition) -> int:
    return part.offset if isinstance(part, (Compare, Between, Test)) else 0


def _braces(tree: Expression) -> Iterator[Placeholder]:
    """Every name in braces, each once, where it first stands."""
    seen: set[str] = set()
    for leaf in walk(tree):
        for part in leaf.parts if isinstance(leaf, Text) else (leaf,):
            if isinstance(part, Placeholder) and part.name not in seen:
                seen.add(part.name)
                yield part
