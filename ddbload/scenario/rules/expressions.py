"""The expressions of an operation, with their parsers, and what a name in their braces stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ddbload.expression import (
    Boolean,
    Expression,
    ListValue,
    MapValue,
    Null,
    Number,
    Operand,
    Placeholder,
    Text,
    parse_condition,
    parse_update,
)
from ddbload.scenario.model import AnyOperation, Delete, Get, Put, Query, Scenario, Update
from ddbload.scenario.template import ShapeType, attribute_type, value_type

Parser = Callable[[str], Expression]


def expressions(operation: AnyOperation) -> Iterator[tuple[str, str, Parser]]:
    """Key in the scenario, text and parser of every expression that an operation has."""
    if isinstance(operation, Query):
        yield "key", operation.key, parse_condition
        if operation.filter is not None:
            yield "filter", operation.filter, parse_condition
    if isinstance(operation, Update):
        yield "update_expression", operation.update_expression, parse_update
    if isinstance(operation, (Put, Update, Delete)) and operation.condition is not None:
        yield "condition", operation.condition, parse_condition


def family_of(operation: AnyOperation) -> tuple[str, str]:
    """The kind of an operation, which is the key that names its items, and the items' name."""
    match operation:
        case Get():
            return "get", operation.get
        case Put():
            return "put", operation.put
        case Update():
            return "update", operation.update
        case Delete():
            return "delete", operation.delete
        case Query():
            return "query", operation.query


def meanings(scenario: Scenario, family: str) -> list[str]:
    """The names that may stand in braces in an expression about items of a family.

    A name is first a coordinate or a key attribute of the item that was picked; else a value, drawn anew for each
    call; else another attribute of the item that was picked.
    """
    items = scenario.items[family]
    return list(dict.fromkeys([*items.of, *scenario.table.key, *scenario.values, *items.shape]))


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
    if name in scenario.table.key or name not in scenario.values:
        return attribute_type(scenario, family, name)
    return value_type(scenario.values[name])
