"""Where everything stands in a scenario's file: a path of keys and positions -> line and column."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ddbload.errors import Problem

Loc = tuple[str | int, ...]
"""A place in the document: ("operations", "pay", "condition")."""


@dataclass(frozen=True, slots=True)
class Place:
    """A key and its value in the text; lines and columns count from 1, the characters of the value's `span` from 0.

    `block` is for text after `|` or `>`.
    """

    key: tuple[int, int]
    value: tuple[int, int]
    span: tuple[int, int] = (0, 0)
    quoted: bool = False
    block: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a scenario and the places in it."""

    file: str
    lines: tuple[str, ...] = ()
    places: Mapping[Loc, Place] = field(default_factory=dict)

    def line_column(self, loc: Loc, *, key: bool = False) -> tuple[int, int]:
        """Line and column of the value at `loc` (or of its key); of the nearest thing around it if it is not there."""
        for end in range(len(loc), -1, -1):
            if place := self.places.get(loc[:end]):
                return place.key if key or end < len(loc) else place.value
        return (1, 1) if self.lines else (0, 0)

    def character(self, loc: Loc, text: str, offset: int) -> tuple[int, int]:
        """Line and column of a character of the text at `loc`; of its beginning where the file spells it otherwise."""
        line, column = self.line_column(loc)
        place = self.places.get(loc)
        if place is None:
            return line, column
        if place.block:
            return self._character_of_block(line, column, text, offset)
        start = column + place.quoted
        return (line, start + offset) if self._line(line).startswith(text, start - 1) else (line, column)

    def problem(self, loc: Loc, message: str, fits: str = "", *, key: bool = False) -> Problem:
        """A mistake at a place."""
        return Problem(self.file, *self.line_column(loc, key=key), message, fits)

    def _line(self, line: int) -> str:
        return self.lines[line - 1] if 0 < line <= len(self.lines) else ""

    def _character_of_block(self, line: int, column: int, text: str, offset: int) -> tuple[int, int]:
        """Of a text after `|`: each of its lines stands on a line of its own, below and indented."""
        before = text[:offset].split("\n")
        spelled = self._line(line + len(before))
        content = text.split("\n")[len(before) - 1]
        indent = len(spelled) - len(spelled.lstrip(" "))
        if spelled.strip() != content.strip():
            return line, column
        indent -= len(content) - len(content.lstrip(" "))
        return line + len(before), indent + len(before[-1]) + 1


def nearest(word: object, choices: Iterable[str], what: str = "it takes") -> str:
    """What would fit instead of `word`: the likeliest of the choices, and all of them."""
    listed = list(choices)
    if not listed:
        return ""
    close = difflib.get_close_matches(str(word), listed, 1, 0.6)
    shown = ", ".join(listed[:30]) + (", ..." if len(listed) > 30 else "")  # noqa: PLR2004 - a screen's worth
    return (f"did you mean '{close[0]}'? " if close else "") + f"{what}: {shown}"
