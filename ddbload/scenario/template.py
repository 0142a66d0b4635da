"""The texts of a shape, "cust#{customer}": constants and names in braces; and which DynamoDB type they make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ddbload.expression import ExpressionError, Placeholder, Text, parse_text
from ddbload.operation import AttributeType, KeyType
from ddbload.scenario.model import (
    Binary,
    Choice,
    CsvColumn,
    ListValue,
    PythonValue,
    Scenario,
    SetValue,
    Text as TextValue,
    Value,
    WordsText,
)
from ddbload.scenario.source import Loc

ShapeType = AttributeType | str
"""A type of DynamoDB: S, N, B, BOOL, NULL, L, M, SS, NS or BS; "mixed" when it differs from draw to draw."""


class TemplateError(ValueError):
    """A text with a lone brace; `offset` is its place, from 0."""

    def __init__(self, message: str, offset: int) -> None:
        self.offset = offset
        super().__init__(message)


def parse_template(text: str) -> Text:
    """The parts of a text: constants and names in braces; `{{` and `}}` stand for the braces themselves.

    Raises:
        TemplateError: for a brace that is neither.
    """
    try:
        return parse_text(text)
    except ExpressionError as error:
        raise TemplateError(error.message, error.offset) from None


def names(template: Text) -> tuple[str, ...]:
    """The names in the braces of a template, in order, each once."""
    return tuple(dict.fromkeys(part.name for part in template.parts if isinstance(part, Placeholder)))


def alone(template: Text) -> str | None:
    """The name of a template that is one name in braces and nothing else."""
    first = template.parts[0] if len(template.parts) == 1 else None
    return first.name if isinstance(first, Placeholder) else None


def constants(value: Any, loc: Loc = ()) -> Iterator[tuple[Loc, Any]]:
    """Every text, number, boolean and null within a value of a shape, with its place."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from constants(inner, (*loc, key))
    elif isinstance(value, (list, tuple)):
        for position, inner in enumerate(value):
            yield from constants(inner, (*loc, position))
    else:
        yield loc, value


def texts(value: Any) -> Iterator[tuple[Loc, str]]:
    """Every text within a value of a shape, with its place."""
    return ((loc, text) for loc, text in constants(value) if isinstance(text, str))


def value_type(value: Value, values: Mapping[str, Value] | None = None) -> ShapeType:  # noqa: PLR0911 - one branch a kind
    """The type of what a value draws; `values` are those that the members of a set may be drawn from."""
    match value:
        case "uuid" | TextValue() | WordsText():
            return "S"
        case Choice():
            types = {constant_type(option) for option in value.choice}
            return types.pop() if len(types) == 1 else "mixed"
        case Binary():
            return "B"
        case ListValue():
            return "L"
        case SetValue():
            member = (values or {}).get(value.set.of)
            return "SS" if member is None else f"{value_type(member)}S"
        case CsvColumn():
            return value.csv.type
        case PythonValue():
            return value.python.type
        case _:
            return "N"


def constant_type(value: Any) -> ShapeType:
    """The type of a constant of a shape."""
    match value:
        case bool():
            return "BOOL"
        case int() | float():
            return "N"
        case str():
            return "S"
        case None:
            return "NULL"
        case _:
            return "M" if isinstance(value, Mapping) else "L"


def declared_types(scenario: Scenario, family: str) -> dict[str, KeyType]:
    """The types that the keys of a family's table and of its indexes declare, by attribute."""
    table = scenario.table_of(family)
    declared = dict(table.key)
    for index in table.indexes.values():
        declared |= {name: kind for name, kind in index.attributes.items() if name not in declared}
    return declared


def attribute_type(scenario: Scenario, family: str, attribute: str) -> ShapeType:
    """The type of an item's attribute.

    A text is S. A name alone in braces has the type of its value; a coordinate is a number, N, except where a key
    declares the attribute to be S: then it is its decimal digits.
    """
    items = scenario.items[family]
    spelled = items.shape[attribute]
    if not isinstance(spelled, str):
        return constant_type(spelled)
    name = alone(parse_template(spelled))
    if name is None:
        return "S"
    if name in items.of:
        return "S" if declared_types(scenario, family).get(attribute) == "S" else "N"
    return value_type(scenario.values[name], scenario.values)
