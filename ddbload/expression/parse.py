"""Text to tree. The parser is loaded at the first use, so that importing this room costs nothing."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal, cast

from ddbload.expression.error import ExpressionError, syntax_error
from ddbload.expression.tree import (
    And,
    Between,
    Compare,
    Condition,
    Expression,
    IfNotExists,
    In,
    ListAppend,
    Not,
    Or,
    Projection,
    Size,
    Sum,
    Test,
    Update,
)

_MOST_OPERATORS = 300  # Developer Guide, "Quotas in Amazon DynamoDB", Expression parameters
_OPERATORS = (Compare, Between, In, Test, Not, And, Or, Size, IfNotExists, ListAppend, Sum)


@cache
def parse_condition(text: str) -> Condition:
    """A condition, filter or key condition expression.

    Raises:
        ExpressionError: where the text is none.
    """
    return cast("Condition", _parse(text, "condition"))


@cache
def parse_update(text: str) -> Update:
    """An update expression: SET, REMOVE, ADD and DELETE, each at most once.

    Raises:
        ExpressionError: where the text is none.
    """
    return cast("Update", _parse(text, "update"))


@cache
def parse_projection(text: str) -> Projection:
    """A projection expression: document paths with commas between them, such as `a, #status, b.c[0]`.

    Raises:
        ExpressionError: where the text is none, or two of its paths overlap.
    """
    return cast("Projection", _parse(text, "projection"))


def _parse(text: str, start: Literal["condition", "update", "projection"]) -> Any:
    # the imports take 25 ms, which only an expression should cost
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken, VisitError  # noqa: PLC0415

    from ddbload.expression.build import Build  # noqa: PLC0415
    from ddbload.expression.parser import parser  # noqa: PLC0415

    try:
        tree: Any = Build().transform(parser().parse(text, start=start))
    except VisitError as error:
        raise error.orig_exc from None
    except UnexpectedCharacters as error:
        raise syntax_error(text, cast("int", error.pos_in_stream), error.allowed or ()) from None
    except UnexpectedToken as error:
        ended = error.token.type == "$END"
        expected = error.accepts or error.expected
        raise syntax_error(text, len(text) if ended else error.token.start_pos or 0, expected) from None
    if (count := _operator_count(tree)) > _MOST_OPERATORS:
        raise ExpressionError(f"the expression has {count} operators and functions", 0, f"at most {_MOST_OPERATORS}")
    return tree


def _operator_count(tree: Expression) -> int:
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
