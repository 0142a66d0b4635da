"""Answers to a beginner's questions, each judged by itself; and the names that a scenario and its table can have."""

from __future__ import annotations

import math
import re

from ddbload.errors import UsageError
from ddbload.scenario.model.base import NAME_PATTERN, PATTERNS, SCENARIO_NAME_PATTERN, TABLE_NAME_PATTERN

_TAKEN = {"item", "part", "payload"}
"""Names that the scenario itself has for something else than a key attribute."""
_MOST_BYTES = 409_600
"""Of an item: Developer Guide, "Constraints in Amazon DynamoDB": 400 KB."""


def scenario_name(text: str) -> str:
    """A scenario's name; that of its file (`orders.yaml`) stands for the name (`orders`).

    Raises:
        UsageError: no scenario can be called so; says the rule.
    """
    name = re.sub(r"\.ya?ml$", "", text, flags=re.IGNORECASE)
    if not re.fullmatch(SCENARIO_NAME_PATTERN, name):
        raise UsageError(f"NAME '{text}': {PATTERNS[SCENARIO_NAME_PATTERN]}")
    return name


def table_for(name: str) -> str:
    """The name of a table for a scenario: the scenario's own, if a table may have it."""
    return name if re.fullmatch(TABLE_NAME_PATTERN, name) else f"ddbload-{name}"


def table_name(text: str) -> str:
    """A table's name.

    Raises:
        UsageError: no table can be called so.
    """
    if not re.fullmatch(TABLE_NAME_PATTERN, text):
        raise UsageError("a table's name has 3 to 255 of a-z, A-Z, 0-9, '_', '-' and '.'")
    return text


def key_name(text: str) -> str:
    """The name of a key attribute.

    Raises:
        UsageError: the name cannot stand in braces, or means something else in the scenario that is written.
    """
    if not re.fullmatch(NAME_PATTERN, text):
        raise UsageError("letters, digits and underscores, no digit first (other names: in the file, #'any name')")
    if text in _TAKEN:
        raise UsageError(f"'{text}' is a name that the scenario has for something else; any other one")
    return text


def whole_number(text: str, most: int = 2**53 - 1) -> int:
    """A whole number above 0.

    Raises:
        UsageError: it is none, or above `most`.
    """
    try:
        number = int(text)
    except ValueError:
        raise UsageError(f"'{text}' is no whole number, such as 1000") from None
    if not 0 < number <= most:
        raise UsageError(f"a whole number from 1 to {most:,}")
    return number


def item_bytes(text: str) -> int:
    """The size of an item, at most DynamoDB's own limit.

    Raises:
        UsageError: it is no such number.
    """
    return whole_number(text, _MOST_BYTES)


def rate(text: str) -> float:
    """Calls a second.

    Raises:
        UsageError: it is no number above 0.
    """
    number = _number(text)
    if number <= 0:
        raise UsageError("a number above 0, such as 100")
    return number


def share(text: str) -> float:
    """A percentage, as a share from 0 to 1.

    Raises:
        UsageError: it is no number from 0 to 100.
    """
    number = _number(text.removesuffix("%"))
    if not 0 <= number <= 100:  # noqa: PLR2004 - percent
        raise UsageError("a number from 0 to 100, such as 80")
    return number / 100


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise UsageError(f"'{text}' is no number, such as 80")
    return number
