"""From the grammar's rules to the tree, with the checks that a grammar cannot make."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar, cast

from lark import Token, Transformer, v_args

from ddbload.expression.error import ExpressionError, nearest
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
    Not,
    Null,
    Number,
    Operand,
    Or,
    Part,
    Path,
    Placeholder,
    Size,
    Sum,
    Term,
    Test,
    Text,
    Update,
)

_ATTRIBUTE_TYPES = ("S", "SS", "N", "NS", "B", "BS", "BOOL", "NULL", "L", "M")
_MOST_CHOICES = 100  # Developer Guide, "Quotas in Amazon DynamoDB", Expression parameters: operands of IN
_DIGITS, _EXPONENTS = 38, (-130, 125)  # Developer Guide, "Supported data types and naming rules", Numbers
_CONSTANTS = (Text, Number, Boolean, Null, Placeholder)
_TEXT_PART = re.compile(r"\{\{|\}\}|\{([A-Za-z_][A-Za-z0-9_]*)\}|[{}]")
_Node = TypeVar("_Node")


class At:
    """A node with the place where it starts, while the tree is being built."""

    __slots__ = ("node", "offset")

    def __init__(self, node: Any, offset: int) -> None:
        self.node = node
        self.offset = offset


@v_args(inline=True)
class Build(Transformer[Token, Any]):
    """One method a rule of grammar.lark; operands travel as `At`, conditions as nodes."""

    # --- names, paths and values ---

    def name(self, token: Token) -> At:
        text = str(token).removeprefix("#")
        return At(_unquoted(text) if text.startswith("'") else text, _start(token))

    def element(self, token: Token) -> At:
        return At(int(token), _start(token))

    def path(self, *steps: At) -> At:
        offset = steps[0].offset
        return At(Path(tuple(step.node for step in steps), offset), offset)

    def text(self, token: Token) -> At:
        return At(Text(_text_parts(token)), _start(token))

    def number(self, *tokens: Token) -> At:
        text, offset = "".join(tokens), _start(tokens[0])
        _check_number(text, offset)
        return At(Number(text), offset)

    def placeholder(self, token: Token) -> At:
        return At(Placeholder(str(token)[1:-1], _start(token)), _start(token))

    def true(self, token: Token) -> At:
        return At(Boolean(value=True), _start(token))

    def false(self, token: Token) -> At:
        return At(Boolean(value=False), _start(token))

    def null(self, token: Token) -> At:
        return At(Null(), _start(token))

    def call(self, token: Token, *arguments: At) -> At:
        name, offset = str(token), _start(token)
        function = _FUNCTIONS.get(name)
        if function is None:
            near = nearest(name, _FUNCTIONS)
            fits = f"{near}(…)" if near else f"one of {', '.join(_FUNCTIONS)}"
            raise ExpressionError(f"'{name}' is not a function of DynamoDB", offset, fits)
        words, make = function
        if len(arguments) != len(words):
            fits = f"{name}({', '.join(words)})"
            raise ExpressionError(f"{name} takes {len(words)}, not {len(arguments)}, in its brackets", offset, fits)
        return At(make(offset, *arguments), offset)

    # --- conditions ---

    def compare(self, left: At, op: Token, right: At) -> Compare:
        comparator = cast("Comparator", str(op))
        node = Compare(comparator, _term(left), _term(right), left.offset)
        if node.left == node.right:
            raise ExpressionError("both sides are the same", right.offset, "DynamoDB compares two different things")
        return node

    def between(self, term: At, low: At, high: At) -> Between:
        node = Between(_term(term), _term(low), _term(high), term.offset)
        if _is_after(node.low, node.high):
            raise ExpressionError("the lower bound is above the upper", low.offset, "BETWEEN lower AND upper")
        return node

    def one_of(self, term: At, *choices: At) -> In:
        if len(choices) > _MOST_CHOICES:
            raise ExpressionError(f"IN has {len(choices)} choices", choices[_MOST_CHOICES].offset, "at most 100")
        return In(_term(term), tuple(_term(choice) for choice in choices), term.offset)

    def truth(self, call: At) -> Test:
        if isinstance(call.node, Size):
            raise ExpressionError("size(…) is a number, not yet a condition", call.offset, "compare it: size(a) > 10")
        return _expect(call, Test, "SET computes with this function; it is no condition", ", ".join(_TESTS))

    def negate(self, part: Condition) -> Not:
        return Not(part)

    def both(self, *parts: Condition) -> And:
        nested = (part.parts if isinstance(part, And) else (part,) for part in parts)
        return And(tuple(itertools.chain.from_iterable(nested)))

    def either(self, *parts: Condition) -> Or:
        nested = (part.parts if isinstance(part, Or) else (part,) for part in parts)
        return Or(tuple(itertools.chain.from_iterable(nested)))

    # --- updates ---

    def sum(self, left: At, sign: Token, right: At) -> At:
        for side in (left, right):
            if isinstance(side.node, (Text, Boolean, Null)):
                raise ExpressionError(f"'{sign}' takes numbers", side.offset, "a number, an attribute or {name}")
        node = Sum("+" if sign == "+" else "-", _part(left), _part(right))
        return At(node, left.offset)

    def assignment(self, path: At, _equal: Token, assigned: At) -> tuple[Path, Assigned]:
        return path.node, assigned.node if isinstance(assigned.node, Sum) else _part(assigned)

    def change(self, path: At, value: At) -> tuple[Path, At]:
        return path.node, value

    def set_clause(self, word: Token, *assignments: tuple[Path, Assigned]) -> tuple[str, int, Any]:
        return "set", _start(word), assignments

    def remove_clause(self, word: Token, *paths: At) -> tuple[str, int, Any]:
        return "remove", _start(word), tuple(path.node for path in paths)

    def add_clause(self, word: Token, *changes: tuple[Path, At]) -> tuple[str, int, Any]:
        message, fits = "ADD takes a number or a set", "ADD count 1; SET gives an attribute another value"
        return (
            "add",
            _start(word),
            tuple((path, _value(at, (Number, Placeholder), message, fits)) for path, at in changes),
        )

    def delete_clause(self, word: Token, *changes: tuple[Path, At]) -> tuple[str, int, Any]:
        message, fits = "DELETE takes members out of a set", "a {name} that is a set; REMOVE takes an attribute away"
        return "delete", _start(word), tuple((path, _value(at, (Placeholder,), message, fits)) for path, at in changes)

    def update(self, *clauses: tuple[str, int, Any]) -> Update:
        found: dict[str, Any] = {}
        for word, offset, content in clauses:
            if word in found:
                raise ExpressionError(
                    f"{word.upper()} is there twice", offset, "one clause with commas between its parts"
                )
            found[word] = content
        update = Update(**found)
        _check_overlap([*(p for p, _ in update.set), *update.remove, *(p for p, _ in (*update.add, *update.delete))])
        return update


def _start(token: Token) -> int:
    return token.start_pos or 0


def _unquoted(token: str) -> str:
    return token[1:-1].replace("''", "'")


def _text_parts(token: Token) -> tuple[str | Placeholder, ...]:
    parts: list[str | Placeholder] = []
    plain, last, body = "", 1, str(token)[:-1]
    for found in _TEXT_PART.finditer(body):
        plain += body[last : found.start()]
        last = found.end()
        if len(found[0]) == 1:
            where = _start(token) + found.start()
            raise ExpressionError(
                f"a lone '{found[0]}' in a text", where, "{name} for a value, {{ and }} for the braces themselves"
            )
        if found[1] is None:
            plain += found[0][0]
            continue
        parts += [*_plain(plain), Placeholder(found[1], _start(token) + found.start())]
        plain = ""
    return (*parts, *_plain(plain + body[last:]))


def _plain(text: str) -> list[str]:
    return [text.replace("''", "'")] if text else []


def _check_number(text: str, offset: int) -> None:
    number = Decimal(text)  # exact; normalize() would round to the context
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    smallest, largest = _EXPONENTS
    if len(digits) > _DIGITS or (number and not smallest <= number.adjusted() <= largest):
        raise ExpressionError("DynamoDB has no such number", offset, "38 digits, from 1E-130 to 9.99E+125")


def _is_after(low: Term, high: Term) -> bool:
    if isinstance(low, Number) and isinstance(high, Number):
        return Decimal(low.text) > Decimal(high.text)
    if isinstance(low, Text) and isinstance(high, Text) and all(isinstance(p, str) for p in (*low.parts, *high.parts)):
        return "".join(map(str, low.parts)).encode() > "".join(map(str, high.parts)).encode()
    return False


def _expect(at: At, kind: type[_Node], message: str, fits: str) -> _Node:
    if not isinstance(at.node, kind):
        raise ExpressionError(message, at.offset, fits)
    return at.node


def _term(at: At) -> Term:
    if isinstance(at.node, Test):
        raise ExpressionError(
            f"{at.node.function}(…) is a condition by itself and is not compared", at.offset, "NOT turns it round"
        )
    if isinstance(at.node, (IfNotExists, ListAppend)):
        raise ExpressionError(
            "SET computes with this function; no condition does", at.offset, "size(a), an attribute or a value"
        )
    return cast("Term", at.node)


def _part(at: At) -> Part:
    if isinstance(at.node, (Test, Size)):
        raise ExpressionError(
            "this function is of conditions; SET has no use for it",
            at.offset,
            "if_not_exists(a, 0) or list_append(a, b)",
        )
    return cast("Part", at.node)


def _value(at: At, kinds: tuple[type, ...], message: str, fits: str) -> Operand:
    if not isinstance(at.node, kinds):
        raise ExpressionError(message, at.offset, fits)
    return cast("Operand", at.node)


def _path(function: str, at: At) -> Path:
    return _expect(at, Path, f"{function} asks about an attribute", f"{function}(name…)")


def _check_overlap(paths: list[Path]) -> None:
    """Developer Guide, "Update expressions": no path of an expression may be another, or lie within it."""
    for first, second in itertools.combinations(sorted(paths, key=lambda path: path.offset), 2):
        shared = min(len(first.steps), len(second.steps))
        if first.steps[:shared] == second.steps[:shared]:
            raise ExpressionError(
                f"'{second.attribute}' is changed twice", second.offset, "one change for each path of the item"
            )


def _test(function: Any) -> Callable[..., Test]:
    def make(offset: int, path: At, argument: At | None = None) -> Test:
        return Test(function, _path(function, path), None if argument is None else _term(argument), offset)

    return make


def _attribute_type(offset: int, path: At, argument: At) -> Test:
    node = argument.node
    if not isinstance(node, (Text, Placeholder)) or (
        isinstance(node, Text)
        and all(isinstance(p, str) for p in node.parts)
        and "".join(map(str, node.parts)) not in _ATTRIBUTE_TYPES
    ):
        raise ExpressionError(
            "attribute_type compares with a type", argument.offset, "one of '" + "', '".join(_ATTRIBUTE_TYPES) + "'"
        )
    return Test("attribute_type", _path("attribute_type", path), node, offset)


def _size(_offset: int, path: At) -> Size:
    return Size(_path("size", path))


def _if_not_exists(_offset: int, path: At, default: At) -> IfNotExists:
    return IfNotExists(_path("if_not_exists", path), _part(default))


def _list_append(_offset: int, first: At, second: At) -> ListAppend:
    for side in (first, second):
        if isinstance(side.node, _CONSTANTS) and not isinstance(side.node, Placeholder):
            raise ExpressionError(
                "list_append joins two lists", side.offset, "an attribute, or a {name} that is a list"
            )
    return ListAppend(_part(first), _part(second))


_TESTS: dict[str, tuple[tuple[str, ...], Callable[..., Any]]] = {
    "attribute_exists": (("path",), _test("attribute_exists")),
    "attribute_not_exists": (("path",), _test("attribute_not_exists")),
    "attribute_type": (("path", "type"), _attribute_type),
    "begins_with": (("path", "text"), _test("begins_with")),
    "contains": (("path", "value"), _test("contains")),
}
_FUNCTIONS: dict[str, tuple[tuple[str, ...], Callable[..., Any]]] = {
    **_TESTS,
    "size": (("path",), _size),
    "if_not_exists": (("path", "value"), _if_not_exists),
    "list_append": (("list", "list"), _list_append),
}
"""Function -> the words for its arguments, and what makes its node."""
