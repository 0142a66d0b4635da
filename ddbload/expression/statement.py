"""PartiQL statements: what stands in braces becomes a parameter; their kind, table and index are read off.

The statement itself is left to DynamoDB: this reads no more of it than its quotes, its first word and its table.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, TypeAlias, cast

from ddbload.expression.error import ExpressionError, nearest
from ddbload.expression.literals import text_parts
from ddbload.expression.tree import Placeholder, Text

Kind = Literal["select", "insert", "update", "delete", "exists"]
_Piece: TypeAlias = "re.Match[str]"

MOST_CHARACTERS = 8192  # API Reference, ExecuteStatement, Statement
_BEFORE_TABLE: dict[str, str] = {
    "select": "from",
    "insert": "into",
    "update": "update",
    "delete": "from",
    "exists": "from",
}
# compiled at the first use, as importing this room should cost nothing
_PIECES = r"""(?P<comment> --[^\n]* | /\*.*?\*/ )
      | (?P<text> '(?:[^']|'')*' )
      | (?P<name> "(?:[^"]|"")*" )
      | (?P<ion> `[^`]*` )
      | (?P<placeholder> \{[A-Za-z_][A-Za-z0-9_]*\} )
      | (?P<word> [A-Za-z_][A-Za-z0-9_]* )
      | (?P<blank> \s+ )
      | (?P<open> ['"`] | /\* )
      | (?P<marker> \? )
      | (?P<other> . )"""
_OPEN = {
    "'": ("the text that starts here has no end", "close it with a single quote; '' stands for a quote within"),
    '"': ("the name that starts here has no end", 'close it with a double quote; "" stands for a quote within'),
    "`": ("the Ion literal that starts here has no end", "close it with `"),
    "/*": ("the comment that starts here has no end", "close it with */"),
}


@dataclass(frozen=True, slots=True)
class Statement:
    """A PartiQL statement as DynamoDB takes it.

    Attributes:
        text: with a ? for each parameter.
        parameters: what stands for each ?, in their order: a name, or a text with names in it.
        kind: select, insert, update, delete or exists.
        table: the name of its table.
        index: the name of the secondary index that it reads, if any.
        equalities: the attributes that its WHERE compares with a value by = or IN, each of them in every item that it
            finds: none where the WHERE has an OR or a NOT. A SELECT without one on a partition key is a scan.
        compared: the attributes that stand beside an = in its WHERE, wherever in it, each with the name in braces on
            the other side, or None for any other value.
    """

    text: str
    parameters: tuple[Text | Placeholder, ...]
    kind: Kind
    table: str
    index: str | None = None
    equalities: frozenset[str] = frozenset()
    compared: tuple[tuple[str, Placeholder | None], ...] = field(default=(), compare=False)

    @property
    def names(self) -> tuple[str, ...]:
        """The names in braces, in the order of their first appearance."""
        parts = (part for value in self.parameters for part in (value.parts if isinstance(value, Text) else (value,)))
        return tuple(dict.fromkeys(part.name for part in parts if isinstance(part, Placeholder)))


@cache
def parse_statement(text: str) -> Statement:
    """A PartiQL statement with values in braces: `SELECT * FROM "orders" WHERE pk = 'cust#{n}' AND sk = {sk}`.

    `{name}` is a parameter where the braces hold a bare name and nothing else, so that PartiQL's maps, `{'a': 1}`,
    stay what they are. Within single quotes it makes the whole text a parameter; there `{{` and `}}` stand for the
    braces themselves, as in every other text. Names in double quotes, comments and Ion literals are left alone.

    Source: Developer Guide, "PartiQL for DynamoDB"; API Reference, ExecuteStatement.

    Raises:
        ExpressionError: a quote without end, a ? by hand, a brace that is neither, another kind of statement, no
            table, an index that is written, or more than 8,192 characters.
    """
    tokens = list(re.compile(_PIECES, re.VERBOSE | re.DOTALL).finditer(text))
    written, parameters = _parameters(tokens)
    solid = [token for token in tokens if token.lastgroup not in {"blank", "comment"}]
    kind = _kind(solid)
    table, index = _table(text, solid, kind)
    if len(written) > MOST_CHARACTERS:
        message = f"the statement has {len(written):,} characters"
        raise ExpressionError(message, 0, f"at most {MOST_CHARACTERS:,}")
    return Statement(written, parameters, kind, table, index, _equalities(solid), tuple(_compared(solid)))


def _parameters(tokens: Sequence[_Piece]) -> tuple[str, tuple[Text | Placeholder, ...]]:
    """The text with its ?, and what stands for them."""
    written: list[str] = []
    parameters: list[Text | Placeholder] = []
    for position, token in enumerate(tokens):
        match token.lastgroup:
            case "placeholder":
                parameters.append(Placeholder(token[0][1:-1], token.start()))
                written.append("?")
            case "text":
                parts = text_parts(token[0], token.start())
                if any(isinstance(part, Placeholder) for part in parts):
                    _check_no_key(tokens[position + 1 :], token)
                    parameters.append(Text(parts))
                    written.append("?")
                else:
                    written.append("'" + "".join(map(str, parts)).replace("'", "''") + "'")
            case "open":
                message, fits = _OPEN[token[0]]
                raise ExpressionError(message, token.start(), fits)
            case "marker":
                message = "'?' is a parameter's marker, which ddbload makes by itself"
                raise ExpressionError(message, token.start(), "write the value in its place: {name}, 'text {name}'")
            case _:
                written.append(token[0])
    return "".join(written), tuple(parameters)


def _check_no_key(following: Sequence[_Piece], token: _Piece) -> None:
    after = next((other for other in following if other.lastgroup not in {"blank", "comment"}), None)
    if after is not None and after[0] == ":":
        raise ExpressionError("a map's key takes no name in braces", token.start(), "a constant: 'key'")


def _kind(solid: Sequence[_Piece]) -> Kind:
    if not solid:
        raise ExpressionError("the statement is empty", 0, ", ".join(map(str.upper, _BEFORE_TABLE)))
    first = solid[0]
    word = first[0].lower()
    if word not in _BEFORE_TABLE:
        near = nearest(word, _BEFORE_TABLE).upper() or ", ".join(map(str.upper, _BEFORE_TABLE))
        raise ExpressionError(f"'{first[0]}' begins no statement of DynamoDB", first.start(), near)
    return cast("Kind", word)


def _table(text: str, solid: Sequence[_Piece], kind: Kind) -> tuple[str, str | None]:
    """The table's name after FROM, INTO or UPDATE, and the index's after a dot."""
    word = _BEFORE_TABLE[kind]
    start = next((i for i, token in enumerate(solid) if _word(token) == word), None)
    fits = f'{word.upper()} "table"'
    if start is None:
        raise ExpressionError("the statement names no table", len(text), fits)
    names = solid[start + 1 : start + 4]
    if not names or names[0].lastgroup not in {"name", "word"}:
        raise ExpressionError("the table's name is missing", names[0].start() if names else len(text), fits)
    table = _unquoted(names[0])
    if len(names) == 1 or names[1][0] != ".":
        return table, None
    if len(names) < 3 or names[2].lastgroup not in {"name", "word"}:  # noqa: PLR2004 - table, dot, index
        where = names[1].end()
        raise ExpressionError("the index's name is missing", where, f'{fits}."index"')
    if kind not in {"select", "exists"}:
        raise ExpressionError("an index is only read", names[2].start(), f"{fits}, which keeps its indexes up to date")
    return table, _unquoted(names[2])


def _equalities(solid: Sequence[_Piece]) -> frozenset[str]:
    words = [_word(token) for token in solid]
    if "where" not in words:
        return frozenset()
    start = words.index("where") + 1
    if "or" in words[start:] or any(
        word == "not" and before != "is" for before, word in itertools.pairwise(words[start - 1 :])
    ):
        return frozenset()
    found = set()
    for before, name, sign, value in zip(*(solid[start - 1 + i :] for i in range(4)), strict=False):
        with_value = sign[0] == "=" and value.lastgroup not in {"name", "word"}
        if name.lastgroup in {"name", "word"} and before[0] != "." and (with_value or _word(sign) == "in"):
            found.add(_unquoted(name))
    return frozenset(found)


def _compared(solid: Sequence[_Piece]) -> Iterator[tuple[str, Placeholder | None]]:
    """The attributes on either side of an =, in the order of the text."""
    words = [_word(token) for token in solid]
    start = words.index("where") + 1 if "where" in words else len(solid)
    for left, sign, right in zip(*(solid[start + i :] for i in range(3)), strict=False):
        for name, value in ((left, right), (right, left)) if sign[0] == "=" else ():
            if name.lastgroup in {"name", "word"}:
                braces = value.lastgroup == "placeholder"
                yield _unquoted(name), Placeholder(value[0][1:-1], value.start()) if braces else None


def _word(token: _Piece) -> str:
    """A word of the language in lower case; nothing for what is none."""
    return token[0].lower() if token.lastgroup == "word" else ""


def _unquoted(token: _Piece) -> str:
    return token[0][1:-1].replace('""', '"') if token.lastgroup == "name" else token[0]
