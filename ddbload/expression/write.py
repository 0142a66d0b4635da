"""Tree to text: DynamoDB's own, with aliases for every name and value; or the language that was parsed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ddbload.expression.tree import (
    And,
    Between,
    Boolean,
    Compare,
    Condition,
    Expression,
    IfNotExists,
    In,
    ListAppend,
    ListValue,
    MapValue,
    Node,
    Not,
    Null,
    Number,
    Operand,
    Or,
    Path,
    Placeholder,
    Projection,
    Size,
    Sum,
    Test,
    Text,
    Update,
)

_PLAIN_NAME = r"(?i)(?!(?:and|or|not|between|in|set|remove|add|delete|true|false|null)\b)[A-Za-z_][A-Za-z0-9_]*"


@dataclass(frozen=True, slots=True)
class Rendered:
    """An expression as DynamoDB takes it: its text, ExpressionAttributeNames and ExpressionAttributeValues."""

    text: str
    names: dict[str, str]
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Spelling:
    """How names and values are written."""

    name: Callable[[str], str]
    value: Callable[[Operand], str]


def render(tree: Expression, bind: Callable[[Operand], Any]) -> Rendered:
    """The expression in DynamoDB's own text.

    Every name becomes `#n0`, `#n1`, …, so that no reserved word is in the way; every value `:v0`, `:v1`, …; equal
    ones share an alias. `bind` is called once for each distinct value and returns what stands at its alias.
    Expressions of one request share their aliases: use `render_request` for those.
    """
    names, values, spelling = _aliases(bind)
    return Rendered(_write(tree, spelling), names, values)


def render_request(expressions: Mapping[str, Expression], bind: Callable[[Operand], Any]) -> dict[str, Any]:
    """The expressions of one request, by their parameter ("ConditionExpression", …), with their shared aliases.

    Returns:
        The texts by parameter, then `ExpressionAttributeNames` and `ExpressionAttributeValues`, absent when empty
        (DynamoDB refuses empty ones). Ready to be merged into a request.
    """
    names, values, spelling = _aliases(bind)
    request: dict[str, Any] = {parameter: _write(tree, spelling) for parameter, tree in expressions.items()}
    if names:
        request["ExpressionAttributeNames"] = names
    if values:
        request["ExpressionAttributeValues"] = values
    return request


def unparse(tree: Expression) -> str:
    """The expression in the language that its `parse_…` function reads: parsing it gives an equal tree.

    Lists and maps, which only short forms have, are written to be read by people.
    """
    return _write(tree, _Spelling(_name_text, _value_text))


def _aliases(bind: Callable[[Operand], Any]) -> tuple[dict[str, str], dict[str, Any], _Spelling]:
    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    of_name: dict[str, str] = {}
    of_value: dict[Operand, str] = {}

    def name(attribute: str) -> str:
        if attribute not in of_name:
            of_name[attribute] = f"#n{len(of_name)}"
            names[of_name[attribute]] = attribute
        return of_name[attribute]

    def value(operand: Operand) -> str:
        if operand not in of_value:
            of_value[operand] = f":v{len(of_value)}"
            values[of_value[operand]] = bind(operand)
        return of_value[operand]

    return names, values, _Spelling(name, value)


def _write(node: Node, to: _Spelling) -> str:  # noqa: PLR0911 - one branch a kind of node
    match node:
        case Path(steps):
            first, *rest = steps
            return to.name(str(first)) + "".join(f"[{s}]" if isinstance(s, int) else f".{to.name(s)}" for s in rest)
        case Size(path):
            return f"size({_write(path, to)})"
        case IfNotExists(path, default):
            return f"if_not_exists({_list((path, default), to)})"
        case ListAppend(first_list, second_list):
            return f"list_append({_list((first_list, second_list), to)})"
        case Sum(sign, left, right):
            return f"{_write(left, to)} {sign} {_write(right, to)}"
        case Update():
            return _write_update(node, to)
        case Projection(paths):
            return _list(paths, to)
        case Text() | Number() | Boolean() | Null() | Placeholder() | ListValue() | MapValue():
            return to.value(node)
        case _:
            return _write_condition(node, to)


def _write_condition(node: Condition, to: _Spelling) -> str:  # noqa: PLR0911 - one branch a kind of node
    match node:
        case Compare(op, left, right):
            return f"{_write(left, to)} {op} {_write(right, to)}"
        case Between(term, low, high):
            return f"{_write(term, to)} BETWEEN {_write(low, to)} AND {_write(high, to)}"
        case In(term, choices):
            return f"{_write(term, to)} IN ({_list(choices, to)})"
        case Test(function, path, argument):
            return f"{function}({_list((path,) if argument is None else (path, argument), to)})"
        case Not(part):
            return f"NOT {_bracketed(part, (And, Or), to)}"
        case And(parts):
            return " AND ".join(_bracketed(part, (Or,), to) for part in parts)
        case Or(parts):
            return " OR ".join(_write(part, to) for part in parts)


def _bracketed(node: Node, weaker: tuple[type, ...], to: _Spelling) -> str:
    # only where they are needed: DynamoDB refuses redundant parentheses
    return f"({_write(node, to)})" if isinstance(node, weaker) else _write(node, to)


def _list(nodes: tuple[Node, ...], to: _Spelling) -> str:
    return ", ".join(_write(node, to) for node in nodes)


def _write_update(update: Update, to: _Spelling) -> str:
    clauses = {
        "SET": [f"{_write(path, to)} = {_write(assigned, to)}" for path, assigned in update.set],
        "REMOVE": [_write(path, to) for path in update.remove],
        "ADD": [f"{_write(path, to)} {_write(value, to)}" for path, value in update.add],
        "DELETE": [f"{_write(path, to)} {_write(value, to)}" for path, value in update.delete],
    }
    return " ".join(f"{word} {', '.join(parts)}" for word, parts in clauses.items() if parts)


def _name_text(name: str) -> str:
    if re.fullmatch(_PLAIN_NAME, name):
        return name
    return f"#{name}" if re.fullmatch(r"[A-Za-z0-9_]+", name) else f"#{_quoted(name)}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _value_text(operand: Operand) -> str:  # noqa: PLR0911 - one branch a kind of value
    match operand:
        case Text(parts):
            plain = (p.replace("{", "{{").replace("}", "}}") if isinstance(p, str) else f"{{{p.name}}}" for p in parts)
            return _quoted("".join(plain))
        case Number(text):
            return text
        case Boolean(value):
            return "true" if value else "false"
        case Null():
            return "null"
        case Placeholder(name):
            return f"{{{name}}}"
        case ListValue(elements):
            return f"[{', '.join(map(_value_text, elements))}]"
        case MapValue(entries):
            return f"{{{', '.join(f'{_quoted(name)}: {_value_text(value)}' for name, value in entries)}}}"
