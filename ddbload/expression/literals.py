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
    """The parts of a text that is given with its quotes."""
    inside = parse_text(token[1:-1], offset + 1)
    return tuple(part.replace("''", "'") if isinstance(part, str) else part for part in inside.parts)


def parse_text(text: str, offset: int = 0) -> Text:
    """The parts of a text: constants and names in braces; `{{` and `}}` stand for the braces themselves.

    Raises:
        ExpressionError: for a brace that is neither.
    """
    parts: list[str | Placeholder] = []
    constant, end = "", 0
    for found in _TEXT_PART.finditer(text):
        constant += text[end : found.start()]
        end = found.end()
        where = offset + found.start()
        if found[0] in {"{{", "}}"}:
            constant += found[0][0]
        elif found[1] is None:
            fits = "{name} for a value, {{ and }} for the braces themselves"
            raise ExpressionError(f"a lone '{found[0]}' in a text", where, fits)
        else:
            parts += [constant] if constant else []
            parts.append(Placeholder(found[1], where))
            constant = ""
    constant += text[end:]
    return Text((*parts, constant) if constant else tuple(parts))


def check_number(text: str, offset: int = 0) -> None:
    """See that DynamoDB has the number.

    Raises:
        ExpressionError: it has too many digits, or is too large or too small.
    """
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
