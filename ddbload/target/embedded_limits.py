"""What the embedded target does not do, told before anything is sent: `EMBEDDED_UNSUPPORTED`. Pure; no library here."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that DynamoDB does and the embedded target does not.

    Attributes:
        what: in words, to stand before "is not done by the target embedded".
        pattern: finds it in a PartiQL statement.
    """

    what: str
    pattern: re.Pattern[str]

    def __str__(self) -> str:
        """A sentence that says it, and what to do."""
        return f"{self.what} is not done by the target embedded; DynamoDB Local does it: --target local"


def _statement(what: str, pattern: str) -> Lack:
    return Lack(f"PartiQL: {what}", re.compile(pattern, re.IGNORECASE))


_TABLE = r'(?:FROM|INTO|UPDATE)\s+(?:"[^"]*"|[\w.-]+)'
EMBEDDED_UNSUPPORTED: tuple[Lack, ...] = (
    _statement("a statement about an index", _TABLE + r'\s*\.\s*"'),
    _statement("EXISTS", r"\bEXISTS\s*\("),
    _statement("BETWEEN", r"\bBETWEEN\b"),
    _statement("OR", r"\bOR\b"),
    _statement("ORDER BY", r"\bORDER\s+BY\b"),
    _statement(
        "a function other than begins_with",
        r"\b(?:contains|size|attribute_type|list_append|set_add|set_delete)\s*\(",
    ),
    _statement("several SET in one statement", r"\bSET\b.*\bSET\b"),
    _statement("a document path", r'(?:[A-Za-z_]\w*|")(?:\s*\.\s*["A-Za-z_]|\[\d+\])'),
)
"""Everything of the scenario's language that it cannot do; all else it does as DynamoDB Local does, but for the units,
which it does not know (they are modelled)."""

_LITERAL = re.compile(r"'(?:[^']|'')*'")


def lack_of_statement(statement: str) -> Lack | None:
    """What a PartiQL statement needs that the embedded target does not do, if anything."""
    bare = _LITERAL.sub("''", statement)
    without_table = re.sub(_TABLE + r"(?=\s|$|\))", "", bare, flags=re.IGNORECASE)
    for lack in EMBEDDED_UNSUPPORTED:
        path = lack is EMBEDDED_UNSUPPORTED[-1]
        if lack.pattern.search(without_table if path else bare):
            return lack
    return None
