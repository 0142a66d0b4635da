"""The one error of this room, and the sentences that say what would fit."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from ddbload.errors import DdbloadError


class ExpressionError(DdbloadError, ValueError):
    """An expression that DynamoDB would not take.

    Attributes:
        message: what is wrong, a plain sentence without its full stop.
        offset: where, in characters from 0.
        fits: what would fit there, or "".
    """

    def __init__(self, message: str, offset: int, fits: str = "") -> None:
        self.message = message
        self.offset = offset
        self.fits = fits
        super().__init__(f"{message}, at character {offset + 1}" + (f" ({fits})" if fits else ""))


_HABITS: tuple[tuple[str, str, str], ...] = (
    (
        r":\w*",
        "'{found}' is a value's alias, which ddbload makes by itself",
        "write the value in its place: 'text', 42, true, null or {{name}}",
    ),
    (r'"[^"]*"?', "text stands in single quotes", "'…', with '' for a quote within"),
    (r"==+", "'{found}' is not an operator of DynamoDB", "equality is a single ="),
    (r"!=", "'!=' is not an operator of DynamoDB", "<>"),
    (r"!", "'!' is not an operator of DynamoDB", "NOT"),
    (r"&&?", "'{found}' is not an operator of DynamoDB", "AND"),
    (r"\|\|?", "'{found}' is not an operator of DynamoDB", "OR"),
    (r"[*/%]", "DynamoDB does not compute '{found}'", "SET adds and subtracts only: + and -"),
    (r"'", "the text that starts here has no end", "close it with a single quote; '' stands for a quote within"),
    (r"\{", "a placeholder is a name in braces: letters, digits and underscores", "{{name}}"),
    (r"#", "an attribute's name is missing after '#'", "#name, or #'any name at all'"),
    (
        r"(?i)(is|like|exists|contains)\b",
        "'{found}' is not an operator of DynamoDB",
        "attribute_exists(a), attribute_not_exists(a), contains(a, 'x'), begins_with(a, 'x')",
    ),
)
"""What people write out of habit: pattern at the place, sentence, what fits."""

_WORDS = {
    "NAME": "an attribute",
    "ALIAS": "an attribute",
    "TEXT": "a value",
    "NUMBER": "a value",
    "PLACEHOLDER": "a value",
    "TRUE": "a value",
    "FALSE": "a value",
    "NULL": "a value",
    "COMPARATOR": "a comparison: = <> < <= > >=",
    "PLUS": "+ or -",
    "MINUS": "+ or -",
    "INDEX": "a position such as 0",
    "EQUAL": "an equals sign",
    "COMMA": "a comma",
    "LPAR": "an opening bracket",
    "RPAR": "a closing bracket",
    "$END": "the end",
}
_QUIET = {"DOT", "LSQB", "RSQB", "_NOT"}  # possible nearly everywhere, and never what was forgotten
_VALUE = r"'(?:[^']|'')*'|\{[A-Za-z_]\w*\}"
_ODD = re.compile(r"[\w-]*")
"""A word with what an attribute's name may have beyond letters of ASCII: it ends where it cannot be one name."""
_RESERVED = r"(?i)(and|or|not|between|in|set|remove|add|delete|true|false|null)\b"


def syntax_error(text: str, offset: int, expected: Iterable[str]) -> ExpressionError:  # noqa: PLR0911 - a sentence each
    """The sentence for a place where the grammar ends; `expected` are the terminals that it would take."""
    wanted = set(expected)
    fits = _listed(wanted)
    if offset >= len(text):
        if not text.strip():
            return ExpressionError("the expression is empty", 0, fits)
        return ExpressionError("the expression ends too early", len(text), fits)
    start = offset - 1 if text[offset] == "=" and text[offset - 1 : offset] == "=" else offset
    if value := re.compile(_VALUE).match(text, offset):
        return ExpressionError(f"{value[0]} is a value, which does not fit here", offset, fits)
    if odd := _odd_name(text, offset):
        fits = f"#'{odd[0]}' if an attribute is called so"
        return ExpressionError(f"'{odd[0]}' needs quotes to be a name", odd.start(), fits)
    for pattern, message, advice in _HABITS:
        if found := re.compile(pattern).match(text, start):
            return ExpressionError(message.format(found=found[0]), start, advice.format())
    if "NAME" in wanted and (reserved := re.compile(_RESERVED).match(text, offset)):
        fits = f"#{reserved[0]} for an attribute of that name"
        return ExpressionError(f"'{reserved[0]}' is a word of the language", offset, fits)
    word = re.compile(r"\w+|\S").match(text, offset)
    if "NAME" not in wanted and (name := _name_with_blanks(text, offset)):
        fits += f"; or #'{name}' if an attribute is called so"
    place = f"'{word[0]}'" if word else "this"
    return ExpressionError(f"{place} does not fit here", offset, fits)


def _odd_name(text: str, offset: int) -> re.Match[str] | None:
    """The word around a place, if it stands there for what only a quoted name may have: `größe`, `my-attr`, `2nd`."""
    start = offset
    while start and _ODD.fullmatch(text[start - 1]):
        start -= 1
    word = _ODD.match(text, start)
    if word is None or not re.search(r"[^\W\d_]", word[0]) or not (word[0][0].isalnum() and word[0][-1] != "-"):
        return None
    return word if not word[0].isascii() or "-" in word[0] or word[0][0].isdecimal() else None


def _name_with_blanks(text: str, offset: int) -> str:
    """Two words, the second at a place, that may be one name which lacks its quotes: `my attr`."""
    before = re.search(r"(?<![\w#'])[A-Za-z_]\w* $", text[:offset])
    after = re.compile(r"[^\W\d]\w*").match(text, offset)
    words = (before[0], after[0]) if before and after else ()
    return "" if any(re.fullmatch(_RESERVED, word.strip()) for word in words) else "".join(words)


def _listed(terminals: set[str]) -> str:
    quiet = _QUIET | {"MINUS"} if "NUMBER" in terminals else _QUIET  # a sign is then a number's
    quiet = quiet | {"EQUAL"} if "COMPARATOR" in terminals else quiet
    words = [_WORDS.get(name, name.strip("_")) for name in sorted(terminals - quiet, key=_rank)]
    return ", ".join(dict.fromkeys(words))


def _rank(terminal: str) -> tuple[int, str]:
    return (list(_WORDS).index(terminal) if terminal in _WORDS else len(_WORDS), terminal)


def nearest(word: str, words: Iterable[str]) -> str:
    """The likeliest of `words`, or "" when none is near."""
    return next(iter(difflib.get_close_matches(word.lower(), list(words), 1, 0.5)), "")
