"""Text to tree, by recursive descent: one function a rule. Values stand in place; words are known in any case.

    condition   = conjunction { OR conjunction }
    conjunction = negation { AND negation }
    negation    = { NOT } test
    test        = "(" condition ")" | call
                | operand ( comparator operand | BETWEEN operand AND operand | IN "(" operand { "," operand } ")" )
    update      = clause { clause }
    clause      = SET assignment { "," assignment } | REMOVE path { "," path } | ( ADD | DELETE ) change { "," change }
    assignment  = path "=" operand [ ( "+" | "-" ) operand ]
    change      = path operand
    operand     = path | call | value
    call        = name "(" operand { "," operand } ")"
    path        = name { "." name | "[" index "]" }
    value       = 'text' | [ "-" ] number | {placeholder} | TRUE | FALSE | NULL

Which function fits where, and what DynamoDB asks beyond the grammar, is checked in `build`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from ddbload.expression import build
from ddbload.expression.arguments import FUNCTIONS, At
from ddbload.expression.error import ExpressionError
from ddbload.expression.reader import Reader
from ddbload.expression.tree import (
    And,
    Between,
    Compare,
    Condition,
    IfNotExists,
    In,
    ListAppend,
    Not,
    Or,
    Path,
    Size,
    Sum,
    Test,
    Update,
)

_MOST_OPERATORS = 300  # Developer Guide, "Quotas in Amazon DynamoDB", Expression parameters
_OPERATORS = (Compare, Between, In, Test, Not, And, Or, Size, IfNotExists, ListAppend, Sum)
_MOST_BRACKETS = 100
"""Brackets within brackets: no person writes so many, and each takes some of the interpreter's own stack."""
_T = TypeVar("_T")


@cache
def parse_condition(text: str) -> Condition:
    """A condition, filter or key condition expression.

    Raises:
        ExpressionError: where the text is none.
    """
    reader = Reader(text)
    tree = _condition(reader, 0)
    reader.finish()
    _check_operators(tree)
    return tree


@cache
def parse_update(text: str) -> Update:
    """An update expression: SET, REMOVE, ADD and DELETE, each at most once.

    Raises:
        ExpressionError: where the text is none.
    """
    reader = Reader(text)
    clauses = [_clause(reader)]
    while not reader.ended:
        clauses.append(_clause(reader))
    tree = build.update(clauses)
    _check_operators(tree)
    return tree


# --- conditions ---


def _condition(reader: Reader, depth: int) -> Condition:
    parts = [_conjunction(reader, depth)]
    while reader.take("OR"):
        parts.append(_conjunction(reader, depth))
    return build.either(parts)


def _conjunction(reader: Reader, depth: int) -> Condition:
    parts = [_negation(reader, depth)]
    while reader.take("AND"):
        parts.append(_negation(reader, depth))
    return build.both(parts)


def _negation(reader: Reader, depth: int) -> Condition:
    times = 0
    while reader.take("NOT"):
        times += 1
    part = _test(reader, depth)
    for _ in range(times):
        part = Not(part)
    return part


def _test(reader: Reader, depth: int) -> Condition:
    if bracket := reader.take("LPAR"):
        _check_depth(depth, bracket.offset)
        inside = _condition(reader, depth + 1)
        reader.need("RPAR")
        return inside
    left = _operand(reader, depth)
    if op := reader.take("COMPARATOR") or reader.take("EQUAL"):
        return build.compare(left, op, _operand(reader, depth))
    if reader.take("BETWEEN"):
        low = _operand(reader, depth)
        reader.need("AND")
        return build.between(left, low, _operand(reader, depth))
    if reader.take("IN"):
        reader.need("LPAR")
        choices = _list(reader, lambda: _operand(reader, depth))
        reader.need("RPAR")
        return build.one_of(left, choices)
    if not build.is_call(left):
        raise reader.error()
    return build.truth(left)


# --- updates ---


def _clause(reader: Reader) -> build.Clause:
    if word := reader.take("SET"):
        return build.set_clause(word, _list(reader, lambda: _assignment(reader)))
    if word := reader.take("REMOVE"):
        return build.remove_clause(word, _list(reader, lambda: _path(reader)))
    if word := reader.take("ADD"):
        return build.add_clause(word, _list(reader, lambda: _change(reader)))
    return build.delete_clause(reader.need("DELETE"), _list(reader, lambda: _change(reader)))


def _assignment(reader: Reader) -> build.Assignment:
    path = _path(reader)
    reader.need("EQUAL")
    value = _operand(reader, 0)
    if sign := reader.take("PLUS") or reader.take("MINUS"):
        value = build.sum_of(value, sign, _operand(reader, 0))
    return build.assignment(path, value)


def _change(reader: Reader) -> tuple[Path, At]:
    return _path(reader).node, _operand(reader, 0)


# --- operands ---


def _operand(reader: Reader, depth: int) -> At:
    for kind, make in build.VALUES.items():
        if token := reader.take(kind):
            return make(token)
    if minus := reader.take("MINUS"):
        return build.number(reader.need("NUMBER"), minus)
    if name := reader.take("NAME"):
        if not reader.take("LPAR", offered=name.text in FUNCTIONS):
            return _steps(reader, build.name(name))
        _check_depth(depth, name.offset)
        arguments = _list(reader, lambda: _operand(reader, depth + 1))
        reader.need("RPAR")
        return build.call(name, arguments)
    return _path(reader)


def _path(reader: Reader) -> At:
    return _steps(reader, build.name(reader.take("NAME") or reader.need("ALIAS")))


def _steps(reader: Reader, first: At) -> At:
    steps = [first]
    while True:
        if reader.take("DOT"):
            steps.append(build.name(reader.take("NAME") or reader.need("ALIAS")))
        elif reader.take("LSQB"):
            index = reader.need("INDEX")
            steps.append(At(int(index.text), index.offset))
            reader.need("RSQB")
        else:
            return At(Path(tuple(step.node for step in steps), first.offset), first.offset)


def _list(reader: Reader, one: Callable[[], _T]) -> list[_T]:
    """What stands between commas."""
    found = [one()]
    while reader.take("COMMA"):
        found.append(one())
    return found


def _check_depth(depth: int, offset: int) -> None:
    if depth >= _MOST_BRACKETS:
        raise ExpressionError(f"more than {_MOST_BRACKETS} brackets within each other", offset, "fewer brackets")


def _check_operators(tree: Condition | Update) -> None:
    if (count := _operator_count(tree)) > _MOST_OPERATORS:
        raise ExpressionError(f"the expression has {count} operators and functions", 0, f"at most {_MOST_OPERATORS}")


def _operator_count(tree: Condition | Update) -> int:
    # without recursion: this is what keeps a tree shallow enough for those who walk it
    count, waiting = 0, [tree] if isinstance(tree, _OPERATORS) else [*getattr(tree, "set", ())]
    while waiting:
        node: Any = waiting.pop()
        if isinstance(node, tuple):
            waiting.extend(node)
        elif isinstance(node, _OPERATORS):
            count += len(node.parts) - 1 if isinstance(node, (And, Or)) else 1
            waiting.extend(getattr(node, name) for name in node.__slots__)
    return count
