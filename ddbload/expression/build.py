"""What a rule of the grammar makes, and what DynamoDB asks of it beyond the grammar. Operands travel as `At`."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, cast

from ddbload.expression.arguments import FUNCTIONS, TESTS, At, as_part, as_term, as_value, expect
from ddbload.expression.error import ExpressionError, nearest
from ddbload.expression.literals import check_number, is_after, text_parts, unquoted
from ddbload.expression.reader import Token
from ddbload.expression.tree import (
    And,
    Assigned,
    Between,
    Boolean,
    Comparator,
    Compare,
    Condition,
    IfNotExists,
    In,
    ListAppend,
    Null,
    Number,
    Or,
    Path,
    Placeholder,
    Size,
    Sum,
    Test,
    Text,
    Update,
)

_MOST_CHOICES = 100  # Developer Guide, "Quotas in Amazon DynamoDB", Expression parameters: operands of IN


Clause: TypeAlias = tuple[str, int, tuple[Any, ...]]
"""A clause's word in lower case, its place, and its content as `Update` holds it."""
Assignment: TypeAlias = tuple[Path, Assigned]


# --- names and values ---


def name(token: Token) -> At:
    """An attribute's name, without the # and the quotes that it may have."""
    text = token.text.removeprefix("#")
    return At(unquoted(text) if text.startswith("'") else text, token.offset)


def number(token: Token, minus: Token | None = None) -> At:
    """A number that DynamoDB has."""
    text, offset = ("-" + token.text, minus.offset) if minus else token
    check_number(text, offset)
    return At(Number(text), offset)


VALUES: dict[str, Callable[[Token], At]] = {
    "TEXT": lambda token: At(Text(text_parts(token.text, token.offset)), token.offset),
    "NUMBER": number,
    "PLACEHOLDER": lambda token: At(Placeholder(token.text[1:-1], token.offset), token.offset),
    "TRUE": lambda token: At(Boolean(value=True), token.offset),
    "FALSE": lambda token: At(Boolean(value=False), token.offset),
    "NULL": lambda token: At(Null(), token.offset),
}
"""The kinds of word that are a value by themselves."""


def call(token: Token, arguments: Sequence[At]) -> At:
    """A function with its arguments."""
    function = FUNCTIONS.get(token.text)
    if function is None:
        near = nearest(token.text, FUNCTIONS)
        fits = f"{near}(…)" if near else f"one of {', '.join(FUNCTIONS)}"
        raise ExpressionError(f"'{token.text}' is not a function of DynamoDB", token.offset, fits)
    words, make = function
    if len(arguments) != len(words):
        message = f"{token.text} takes {len(words)}, not {len(arguments)}, in its brackets"
        raise ExpressionError(message, token.offset, f"{token.text}({', '.join(words)})")
    return At(make(token.offset, *arguments), token.offset)


def is_call(at: At) -> bool:
    """Whether an operand is a function's result."""
    return isinstance(at.node, (Test, Size, IfNotExists, ListAppend))


# --- conditions ---


def compare(left: At, op: Token, right: At) -> Compare:
    """Two different things compared."""
    node = Compare(cast("Comparator", op.text), as_term(left), as_term(right), left.offset)
    if node.left == node.right:
        raise ExpressionError("both sides are the same", right.offset, "DynamoDB compares two different things")
    return node


def between(term: At, low: At, high: At) -> Between:
    """A range whose ends are in order, where that can be known."""
    node = Between(as_term(term), as_term(low), as_term(high), term.offset)
    if is_after(node.low, node.high):
        raise ExpressionError("the lower bound is above the upper", low.offset, "BETWEEN lower AND upper")
    return node


def one_of(term: At, choices: Sequence[At]) -> In:
    """One of at most 100."""
    if len(choices) > _MOST_CHOICES:
        raise ExpressionError(f"IN has {len(choices)} choices", choices[_MOST_CHOICES].offset, "at most 100")
    return In(as_term(term), tuple(as_term(choice) for choice in choices), term.offset)


def truth(at: At) -> Test:
    """A function that is a condition by itself."""
    if isinstance(at.node, Size):
        raise ExpressionError("size(…) is a number, not yet a condition", at.offset, "compare it: size(a) > 10")
    return expect(at, Test, "SET computes with this function; it is no condition", ", ".join(TESTS))


def both(parts: Sequence[Condition]) -> Condition:
    """All of the parts; a chain of AND is one."""
    nested = (part.parts if isinstance(part, And) else (part,) for part in parts)
    return And(tuple(itertools.chain.from_iterable(nested))) if len(parts) > 1 else parts[0]


def either(parts: Sequence[Condition]) -> Condition:
    """Any of the parts; a chain of OR is one."""
    nested = (part.parts if isinstance(part, Or) else (part,) for part in parts)
    return Or(tuple(itertools.chain.from_iterable(nested))) if len(parts) > 1 else parts[0]


# --- updates ---


def sum_of(left: At, sign: Token, right: At) -> At:
    """A sum or a difference of what may be numbers."""
    for side in (left, right):
        if isinstance(side.node, (Text, Boolean, Null)):
            raise ExpressionError(f"'{sign.text}' takes numbers", side.offset, "a number, an attribute or {name}")
    return At(Sum("+" if sign.text == "+" else "-", as_part(left), as_part(right)), left.offset)


def assignment(path: At, assigned: At) -> Assignment:
    """What SET gives to a path."""
    return path.node, assigned.node if isinstance(assigned.node, Sum) else as_part(assigned)


def set_clause(word: Token, assignments: Sequence[Assignment]) -> Clause:
    """SET."""
    return "set", word.offset, tuple(assignments)


def remove_clause(word: Token, paths: Sequence[At]) -> Clause:
    """REMOVE."""
    return "remove", word.offset, tuple(path.node for path in paths)


def add_clause(word: Token, changes: Sequence[tuple[Path, At]]) -> Clause:
    """ADD, of numbers and what may be a set."""
    message, fits = "ADD takes a number or a set", "ADD count 1; SET gives an attribute another value"
    content = tuple((path, as_value(at, (Number, Placeholder), message, fits)) for path, at in changes)
    return "add", word.offset, content


def delete_clause(word: Token, changes: Sequence[tuple[Path, At]]) -> Clause:
    """DELETE, of what may be a set."""
    message, fits = "DELETE takes members out of a set", "a {name} that is a set; REMOVE takes an attribute away"
    return "delete", word.offset, tuple((path, as_value(at, (Placeholder,), message, fits)) for path, at in changes)


def update(clauses: Sequence[Clause]) -> Update:
    """The clauses together: each once, and no path changed twice."""
    found: dict[str, Any] = {}
    for word, offset, content in clauses:
        if word in found:
            raise ExpressionError(f"{word.upper()} is there twice", offset, "one clause with commas between its parts")
        found[word] = content
    made = Update(**found)
    _check_overlap([*(p for p, _ in made.set), *made.remove, *(p for p, _ in (*made.add, *made.delete))])
    return made


def _check_overlap(paths: list[Path]) -> None:
    """Developer Guide, "Update expressions": no path of an expression may be another, or lie within it."""
    for first, second in itertools.combinations(sorted(paths, key=lambda path: path.offset), 2):
        shared = min(len(first.steps), len(second.steps))
        if first.steps[:shared] == second.steps[:shared]:
            raise ExpressionError(
                f"'{second.attribute}' is changed twice", second.offset, "one change for each path of the item"
            )
