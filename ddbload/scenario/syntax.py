"""The sentence for a text that is not YAML: what stands there and what would fit, without YAML's own jargon."""

from __future__ import annotations

import re
from typing import Any

import yaml

from ddbload.errors import Problem

_SYNTAX: tuple[tuple[str, str, str], ...] = (
    (
        r"mapping values are not allowed",
        "a colon does not fit here",
        "quote a text that holds ': '; check the indentation",
    ),
    (r"did not find expected key", "this does not fit here", "check the indentation, and that every quote is closed"),
    (r"did not find expected ('-'|<block)", "this does not fit here", "check the indentation"),
    (
        r"did not find expected ',' or",
        "a comma or the closing bracket is missing",
        "quote a text that holds , [ ] { or }",
    ),
    (r"while scanning a quoted|unexpected end of stream", "a quote is not closed", "close it, or quote the whole text"),
    (r"could not find expected ':'", "a key without its colon", "write 'key: value'"),
    (r"could not determine a constructor|undefined tag", "a tag is not read", "leave it out"),
)


def syntax_problem(error: yaml.YAMLError, text: str, file: str) -> Problem:
    """What keeps a text from being YAML, and where."""
    if isinstance(error, yaml.reader.ReaderError):
        line = text.count("\n", 0, error.position) + 1
        return Problem(file, line, 1, f"the character {_code(error.character)} is not allowed in YAML", "remove it")
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return Problem(file, 0, 0, f"this is not YAML: {error}")
    lines = text.splitlines()
    spelled = lines[mark.line] if mark.line < len(lines) else ""
    indent = spelled[: len(spelled) - len(spelled.lstrip())]
    if "\t" in indent or spelled[mark.column :].startswith("\t"):
        return Problem(file, mark.line + 1, spelled.index("\t") + 1, "a tab does not indent in YAML", "use spaces")
    message, fits = _sentence(error, mark, spelled)
    return Problem(file, mark.line + 1, mark.column + 1, message, fits)


def _sentence(error: yaml.YAMLError, mark: Any, spelled: str) -> tuple[str, str]:
    if (character := spelled[mark.column : mark.column + 1]) and character in "@`%*&!":
        return f"'{character}' cannot begin a text in YAML", "quote the text"
    said = " ".join(part for part in (getattr(error, "context", ""), getattr(error, "problem", "")) if part)
    opened = getattr(error, "context_mark", None)
    for pattern, message, fits in _SYNTAX:
        if re.search(pattern, said):
            elsewhere = "bracket" in message and opened and opened.line != mark.line
            return message, f"it was opened on line {opened.line + 1}" if elsewhere and opened else fits
    return f"this is not YAML: {said}", ""


def _code(character: Any) -> str:
    return f"U+{character:04X}" if isinstance(character, int) else repr(character)
