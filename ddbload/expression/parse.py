"""Text to tree. The parser is made at the first use, so that importing this room costs nothing."""

from __future__ import annotations

from functools import cache
from pathlib import Path as File
from typing import TYPE_CHECKING, Any, Literal, cast

from ddbload.expression.error import syntax_error
from ddbload.expression.tree import Condition, Update

if TYPE_CHECKING:
    from lark import Lark


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
def _parser() -> Lark:
    from lark import Lark  # noqa: PLC0415 - 40 ms, which only an expression should cost

    from ddbload.expression.build import Build  # noqa: PLC0415 - for the same reason

    grammar = File(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, start=["condition", "update"], parser="lalr", transformer=Build())


def _parse(text: str, start: Literal["condition", "update"]) -> Any:
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken  # noqa: PLC0415 - as above

    try:
        return _parser().parse(text, start=start)
    except UnexpectedCharacters as error:
        raise syntax_error(text, cast("int", error.pos_in_stream), error.allowed or ()) from None
    except UnexpectedToken as error:
        ended = error.token.type == "$END"
        expected = error.accepts or error.expected
        raise syntax_error(text, len(text) if ended else error.token.start_pos or 0, expected) from None
