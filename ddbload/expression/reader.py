"""A text read from left to right, word by word, that can say at any place what would have fitted there."""

from __future__ import annotations

import re
from typing import NamedTuple

from ddbload.expression.error import ExpressionError, syntax_error

_BLANKS = re.compile(r"\s*")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RESERVED = frozenset({"and", "or", "not", "between", "in", "set", "remove", "add", "delete", "true", "false", "null"})
_SYMBOLS = {
    "LPAR": "(",
    "RPAR": ")",
    "LSQB": "[",
    "RSQB": "]",
    "COMMA": ",",
    "DOT": ".",
    "EQUAL": "=",
    "PLUS": "+",
    "MINUS": "-",
}
_PATTERNS = {
    "COMPARATOR": re.compile(r"<>|<=|>=|<|>"),
    "INDEX": re.compile(r"[0-9]+"),
    "NUMBER": re.compile(r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"),
    "TEXT": re.compile(r"'(?:[^']|'')*'"),
    "PLACEHOLDER": re.compile(r"\{[A-Za-z_][A-Za-z0-9_]*\}"),
    "ALIAS": re.compile(r"#(?:[A-Za-z0-9_]+|'(?:[^']|'')+')"),
}


class Token(NamedTuple):
    """A word of an expression and its place, in characters from 0."""

    text: str
    offset: int


class Reader:
    """Where the reading stands. A kind of word is a name such as NAME, TEXT or LPAR, or a reserved word: "AND"."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._offset = self._past_blanks(0)
        self._tried: set[str] = set()  # what was looked for, in vain, at this place

    def take(self, kind: str, *, offered: bool = True) -> Token | None:
        """The next word, if it is of a kind; the reading then stands behind it.

        `offered`: whether an error at this place would name the kind among what fits.
        """
        end = self._end(kind)
        if end is None:
            if offered:
                self._tried.add(kind)
            return None
        token = Token(self.text[self._offset : end], self._offset)
        self._offset = self._past_blanks(end)
        self._tried.clear()
        return token

    def need(self, kind: str) -> Token:
        """The next word, which must be of a kind.

        Raises:
            ExpressionError: it is not; says what would fit of all that was looked for here.
        """
        token = self.take(kind)
        if token is None:
            raise self.error()
        return token

    def finish(self) -> None:
        """See that nothing follows. Raises `ExpressionError`."""
        if not self.ended:
            raise self.error()

    @property
    def ended(self) -> bool:
        """Whether the text ends here."""
        self._tried.add("$END")
        return self._offset >= len(self.text)

    def error(self) -> ExpressionError:
        """That nothing which was looked for stands here."""
        return syntax_error(self.text, self._offset, self._tried)

    def _end(self, kind: str) -> int | None:
        """Where the word that begins here ends, if it is of the kind."""
        if (symbol := _SYMBOLS.get(kind)) is not None:
            return self._offset + 1 if self.text.startswith(symbol, self._offset) else None
        if (pattern := _PATTERNS.get(kind)) is not None:
            found = pattern.match(self.text, self._offset)
            return found and found.end()
        word = _WORD.match(self.text, self._offset)
        if word is None:
            return None
        lower = word[0].lower()
        return word.end() if lower == kind.lower() or (kind == "NAME" and lower not in _RESERVED) else None

    def _past_blanks(self, offset: int) -> int:
        found = _BLANKS.match(self.text, offset)
        return found.end() if found else offset
