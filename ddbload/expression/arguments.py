"""Which function takes what, and which operand stands where: the checks that a grammar cannot make."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar, cast

from ddbload.expression.error import ExpressionError
from ddbload.expression.tree import (
    Boolean,
    IfNotExists,
    ListAppend,
    Null,
    Number,
    Operand,
    Part,
    Path,
    Placeholder,
    Size,
    Term,
    Test,
    Text,
)

_ATTRIBUTE_TYPES = ("S", "SS", "N", "NS", "B", "BS", "BOOL", "NULL", "L", "M")
_CONSTANTS = (Text, Number, Boolean, Null, Placeholder)
_Node = TypeVar("_Node")
Function: TypeAlias = tuple[tuple[str, ...], Callable[..., Any]]
"""The words for a function's arguments, and what makes its node."""


class At:
    """A node with the place where it starts, while the tree is being built."""

    __slots__ = ("node", "offset")

    def __init__(self, node: Any, offset: int) -> None:
        self.node = node
        self.offset = offset


def expect(at: At, kind: type[_Node], message: str, fits: str) -> _Node:
    """The node, if it is of a kind; else the error with this message."""
    if not isinstance(at.node, kind):
        raise ExpressionError(message, at.offset, fits)
    return at.node


def as_term(at: At) -> Term:
    """What a condition may compare."""
    if isinstance(at.node, Test):
        raise ExpressionError(
            f"{at.node.function}(…) is a condition by itself and is not compared", at.offset, "NOT turns it round"
        )
    if isinstance(at.node, (IfNotExists, ListAppend)):
        raise ExpressionError(
            "SET computes with this function; no condition does", at.offset, "size(a), an attribute or a value"
        )
    return cast("Term", at.node)


def as_part(at: At) -> Part:
    """What SET may assign or add up."""
    if isinstance(at.node, (Test, Size)):
        raise ExpressionError(
            "this function is of conditions; SET has no use for it",
            at.offset,
            "if_not_exists(a, 0) or list_append(a, b)",
        )
    return cast("Part", at.node)


def as_value(at: At, kinds: tuple[type, ...], message: str, fits: str) -> Operand:
    """A value of some kinds of literal."""
    if not isinstance(at.node, kinds):
        raise ExpressionError(message, at.offset, fits)
    return cast("Operand", at.node)


def _path(function: str, at: At) -> Path:
    return expect(at, Path, f"{function} asks about an attribute", f"{function}(name…)")


def _test(function: Any) -> Callable[..., Test]:
    def make(offset: int, path: At, argument: At | None = None) -> Test:
        return Test(function, _path(function, path), None if argument is None else as_term(argument), offset)

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
    return IfNotExists(_path("if_not_exists", path), as_part(default))


def _list_append(_offset: int, first: At, second: At) -> ListAppend:
    for side in (first, second):
        if isinstance(side.node, _CONSTANTS) and not isinstance(side.node, Placeholder):
            raise ExpressionError(
                "list_append joins two lists", side.offset, "an attribute, or a {name} that is a list"
            )
    return ListAppend(as_part(first), as_part(second))


TESTS: dict[str, Function] = {
    "attribute_exists": (("path",), _test("attribute_exists")),
    "attribute_not_exists": (("path",), _test("attribute_not_exists")),
    "attribute_type": (("path", "type"), _attribute_type),
    "begins_with": (("path", "text"), _test("begins_with")),
    "contains": (("path", "value"), _test("contains")),
}
FUNCTIONS: dict[str, Function] = {
    **TESTS,
    "size": (("path",), _size),
    "if_not_exists": (("path", "value"), _if_not_exists),
    "list_append": (("list", "list"), _list_append),
}
"""Every function of DynamoDB's expressions by its name; TESTS are those that are conditions by themselves."""
