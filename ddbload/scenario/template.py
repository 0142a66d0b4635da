"""The texts of a shape, "cust#{customer}": constants and names in braces; and which DynamoDB type they make."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ddbload.expression import Placeholder, Text
from ddbload.operation import AttributeType, KeyType
from ddbload.scenario.model import Binary, Choice, Scenario, Text as TextValue, Value

_PART = re.compile(r"\{\{|\}\}|\{([A-Za-z_]\w*)\}|[{}]", re.ASCII)
ShapeType = AttributeType | str
"""A type of DynamoDB: S, N, B, BOOL, NULL, L or M; "mixed" when it differs from draw to draw."""


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
    parts: list[str | Placeholder] = []
    constant, end = "", 0
    for found in _PART.finditer(text):
        constant += text[end : found.start()]
        end = found.end()
        if found[0] in {"{{", "}}"}:
            constant += found[0][0]
        elif found[1] is None:
            raise TemplateError(f"a lone '{found[0]}' in a text", found.start())
        else:
            parts += [constant] if constant else []
            parts.append(Placeholder(found[1], found.start()))
            constant = ""
    constant += text[end:]
    return Text((*parts, constant) if constant else tuple(parts))


def names(template: Text) -> tuple[str, ...]:
    """The names in the braces of a template, in order, each once."""
    return tuple(dict.fromkeys(part.name for part in template.parts if isinstance(part, Placeholder)))


def alone(template: Text) -> str | None:
    """The name of a template that is one name in braces and nothing else."""
    first = template.parts[0] if len(template.parts) == 1 else None
    return first.name if isinstance(first, Placeholder) else None


def texts(value: Any, loc: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text within a value of a shape, with its place."""
    if isinstance(value, str):
        yield loc, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from texts(inner, (*loc, key))
    elif isinstance(value, (list, tuple)):
        for position, inner in enumerate(value):
            yield from texts(inner, (*loc, position))


def value_type(value: Value) -> ShapeType:
    """The type of what a value draws."""
    if isinstance(value, Choice):
        types = {constant_type(option) for option in value.choice}
        return types.pop() if len(types) == 1 else "mixed"
    if isinstance(value, Binary):
        return "B"
    return "S" if value == "uuid" or isinstance(value, TextValue) else "N"


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


def declared_types(scenario: Scenario) -> dict[str, KeyType]:
    """The types that the keys of the table and of its indexes declare, by attribute."""
    declared = dict(scenario.table.key)
    for index in scenario.table.indexes.values():
        declared |= {name: kind for name, kind in index.key.items() if name not in declared}
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
        return "S" if declared_types(scenario).get(attribute) == "S" else "N"
    return value_type(scenario.values[name])
