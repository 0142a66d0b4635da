"""What an unquoted YAML word means here: JSON's null, true, false and numbers; text otherwise.

Words that readers of YAML take differently (`no`, `20:00`, `010`, `2026-01-01`) are neither: they raise `Trap`.
"""

from __future__ import annotations

import json
import math
import re

_JSON_WORDS: dict[str, bool | None] = {"null": None, "true": True, "false": False}
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)", re.ASCII)
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)
_MAX_DIGITS = 400  # beyond any number that means something here, and Python's own guard at 4,300


class Trap(ValueError):  # noqa: N818 - not an error of the program: a word that is read differently elsewhere
    """A word that does not say what it means. `fits` says what to write instead."""

    def __init__(self, message: str, fits: str) -> None:
        self.message = message
        self.fits = fits
        super().__init__(message)


_TRAPS: tuple[tuple[str, str, str], ...] = (
    (r"(?i:yes|on)", "{q} is true to some readers of YAML and text to others", "write true, or quote it: '{w}'"),
    (r"(?i:no|off)", "{q} is false to some readers of YAML and text to others", "write false, or quote it: '{w}'"),
    (r"True|TRUE", "{q} is not how true is spelled", "write true, or quote it: '{w}'"),
    (r"False|FALSE", "{q} is not how false is spelled", "write false, or quote it: '{w}'"),
    (r"Null|NULL|~", "{q} is not how null is spelled", "write null, or quote it: '{w}'"),
    (
        r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?",
        "{q} is a number to base 60 to some readers of YAML",
        "quote it: '{w}'; a duration has a unit, like 20m",
    ),
    (
        r"\d{4}-\d\d?-\d\d?([Tt ].*)?",
        "{q} is a date to some readers of YAML",
        "quote it: '{w}'; a moment in time is in Unix seconds: 1767225600",
    ),
    (
        r"[-+]?0o?[0-7_]+",
        "{q} is an octal number to some readers of YAML",
        "write the number without the leading 0, or quote it: '{w}'",
    ),
    (r"[-+]?0[xXbB][0-9a-fA-F_]+", "{q} is not a decimal number", "write it with decimal digits, or quote it: '{w}'"),
    (r"[-+]?\.(?i:inf|nan)", "{q} is no number that fits anywhere here", "write a finite number"),
    (
        r"[-+]?[0-9][0-9_]*_[0-9_]*(\.[0-9_]*)?",
        "{q} is not a number here",
        "write its digits alone: {digits}; or quote it: '{w}'",
    ),
    (
        r"\+[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?|[-+]?(\.[0-9]+|[0-9]+\.|0[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?",
        "{q} is not how a number is spelled",
        "no plus sign, no leading zero, and a digit on both sides of the point: 0.5; or quote it: '{w}'",
    ),
    (r"=|<<", "{q} has a meaning of its own in YAML", "quote it: '{w}'"),
)
_COMPILED = [(re.compile(pattern, re.ASCII), message, fits) for pattern, message, fits in _TRAPS]


def plain(word: str) -> bool | int | float | str | None:
    """The value of an unquoted word.

    Raises:
        Trap: when readers of YAML differ about the word, or it is a number beyond all measure.
    """
    if word in _JSON_WORDS:
        return _JSON_WORDS[word]
    if _NUMBER.fullmatch(word):
        return _number(word)
    for pattern, message, fits in _COMPILED:
        if pattern.fullmatch(word):
            digits = word.replace("_", "").lstrip("+")
            raise Trap(message.format(q=f"'{word}'"), fits.format(w=word, digits=digits))
    return word


def _number(word: str) -> int | float:
    if len(word) > _MAX_DIGITS:
        raise Trap(f"a number of {len(word)} characters fits nowhere here", "write a smaller number")
    if _INTEGER.fullmatch(word):
        return int(word)
    value = float(word)
    if not math.isfinite(value):
        raise Trap(f"'{word}' is too large for a number", "write a smaller number")
    return value


def spell(value: bool | float | str) -> str:
    """A constant as YAML and JSON both read it; text in double quotes."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
