"""The values written in an expression: texts with their placeholders, and the numbers that DynamoDB has."""

from __future__ import annotations

import re
from decimal import Decimal

from ddbload.expression.error import ExpressionError
from ddbload.expression.tree import Number, Placeholder, Term, Text

_DIGITS, _EXPONENTS = 38, (-130, 125)  # Developer Guide, "Supported data types and naming rules", Numbers
_TEXT_PART = re.compile(r"\{\{|\}\}|\{([A-Za-z_][A-Za-z0-9_]*)\}|[{}]")


def unquoted(token: str) -> str:
    """What stands between the quotes, where two quotes are one."""
    return token[1:-1].replace("''", "'")


def text_parts(token: str, offset: int) -> tuple[str | Placeholder, ...]:
    """The parts of a text, given with its quotes: {name} is a placeholder, {{ and }} are braces."""
    parts: list[str | Placeholder] = []
    plain, last, body = "", 1, token[:-1]
    for found in _TEXT_PART.finditer(body):
        plain += body[last : found.start()]
        last = found.end()
        if len(found[0]) == 1:
            where = offset + found.start()
            raise ExpressionError(
                f"a lone '{found[0]}' in a text", where, "{name} for a value, {{ and }} for the braces themselves"
            )
        if found[1] is None:
            plain += found[0][0]
            continue
        parts += [*_plain(plain), Placeholder(found[1], offset + found.start())]
        plain = ""
    return (*parts, *_plain(plain + body[last:]))


def _plain(text: str) -> list[str]:
    return [text.replace("''", "'")] if text else []


def check_number(text: str, offset: int) -> None:
    """See that DynamoDB has the number."""
    number = Decimal(text)  # exact; normalize() would round to the context
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    smallest, largest = _EXPONENTS
    if len(digits) > _DIGITS or (number and not smallest <= number.adjusted() <= largest):
        raise ExpressionError("DynamoDB has no such number", offset, "38 digits, from 1E-130 to 9.99E+125")


def is_after(low: Term, high: Term) -> bool:
    """Whether two constants are known to be in the wrong order for BETWEEN."""
    if isinstance(low, Number) and isinstance(high, Number):
        return Decimal(low.text) > Decimal(high.text)
    if isinstance(low, Text) and isinstance(high, Text) and all(isinstance(p, str) for p in (*low.parts, *high.parts)):
        return "".join(map(str, low.parts)).encode() > "".join(map(str, high.parts)).encode()
    return False
