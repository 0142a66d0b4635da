"""Short forms, to the trees that their expressions would have: an update as mappings of path -> constant.

Constants are those of a scenario's shapes: text with names in braces, numbers, booleans, null, lists and maps. A text
that is one name in braces stands for that value in its own type.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from ddbload.expression.error import ExpressionError
from ddbload.expression.literals import check_number, parse_text
from ddbload.expression.parse import parse_condition, parse_projection
from ddbload.expression.paths import changed_paths, clash, clash_error
from ddbload.expression.tree import (
    Boolean,
    Condition,
    ListValue,
    MapValue,
    Null,
    Number,
    Operand,
    Path,
    Placeholder,
    Test,
    Text,
    Update,
)

Constant: TypeAlias = str | int | float | Decimal | bool | Sequence[Any] | Mapping[str, Any] | None
Place: TypeAlias = tuple[str | int, ...]

SHORT_CONDITIONS: Mapping[str, Literal["attribute_exists", "attribute_not_exists"]] = {
    "exists": "attribute_exists",
    "absent": "attribute_not_exists",
}
"""Conditions in one word."""

_ODD_NAME = re.compile(r"(?=.*[^A-Za-z0-9_])[\w-]+(?: [\w-]+)*")


class ShortFormError(ExpressionError):
    """A short form that DynamoDB would not take.

    Attributes:
        place: the keys and positions that lead to the wrong part, such as ("set", "stats.views").
        text: the path or constant there; `offset` is a place in it.
    """

    def __init__(self, error: ExpressionError, place: Place, text: str) -> None:
        super().__init__(error.message, error.offset, error.fits)
        self.place = place
        self.text = text


def update_tree(
    *,
    set: Mapping[str, Constant] | None = None,  # noqa: A002 - the clauses' own names
    remove: Sequence[str] = (),
    add: Mapping[str, Constant] | None = None,
    delete: Mapping[str, Constant] | None = None,
) -> Update:
    """The update that short forms say: `set={"status": "paid", "stats.views": "{n}"}`, `add={"version": 1}`.

    Paths are those of projections: a dot or [0] leads into maps and lists, `#'any.name'` is one odd name. Words of any
    letters, with hyphens and single blanks, cannot be a path and are the attribute's name as they stand: `größe`.

    Args:
        set: path -> constant.
        remove: paths.
        add: path -> number, or a name in braces that is a number or a set.
        delete: path -> a name in braces that is a set.

    Raises:
        ShortFormError: a path or a constant that cannot be, two that clash, or nothing at all.
    """
    places: list[tuple[Place, str]] = []
    update = Update(
        set=tuple(_pairs("set", set or {}, places)),
        remove=tuple(_path(("remove", position), text, places) for position, text in enumerate(remove)),
        add=tuple(_pairs("add", add or {}, places)),
        delete=tuple(_pairs("delete", delete or {}, places)),
    )
    if not places:
        nothing = ExpressionError("nothing is changed", 0, "a path in set, remove, add or delete")
        raise ShortFormError(nothing, (), "")
    paths = changed_paths(update)
    if found := clash(paths):
        position, kind = found
        raise ShortFormError(clash_error(paths[position], kind, "changed"), *places[position])
    return update


def condition_tree(text: str, partition: str) -> Condition:
    """A condition, or one of its short forms: `exists` and `absent`, of the item with the partition key `partition`.

    Source of the forms: Developer Guide, "Condition expressions": an item is there if its partition key is.

    Raises:
        ExpressionError: where the text is none.
    """
    return short_condition(text, partition) or parse_condition(text)


def short_condition(word: str | None, partition: str) -> Condition | None:
    """The condition that a word is short for, of the item with this partition key; None for any other text."""
    function = SHORT_CONDITIONS.get(word or "")
    return None if function is None else Test(function, Path((partition,)))


def _pairs(
    clause: str, constants: Mapping[str, Constant], places: list[tuple[Place, str]]
) -> Iterator[tuple[Path, Operand]]:
    for key, constant in constants.items():
        path = _path((clause, key), key, places)
        value = _operand((clause, key), constant)
        _check_kind((clause, key), clause, value, constant)
        yield path, value


def _path(place: Place, text: str, places: list[tuple[Place, str]]) -> Path:
    if _ODD_NAME.fullmatch(text):
        places.append((place, text))
        return Path((text,))
    try:
        paths = parse_projection(text).paths
        if len(paths) > 1:
            raise ExpressionError("several paths in one place", paths[1].offset, "one path")  # noqa: TRY301 - placed below
    except ExpressionError as error:
        raise ShortFormError(error, place, text) from None
    places.append((place, text))
    return paths[0]


def _operand(place: Place, constant: Constant) -> Operand:
    match constant:
        case bool():
            return Boolean(constant)
        case None:
            return Null()
        case int() | float() | Decimal():
            return _number(place, constant)
        case str():
            return _text(place, constant)
        case Mapping():
            return MapValue(tuple((str(key), _operand((*place, key), inner)) for key, inner in constant.items()))
        case _:
            return ListValue(tuple(_operand((*place, i), inner) for i, inner in enumerate(constant)))


def _number(place: Place, constant: float | Decimal) -> Number:
    text = str(constant)
    try:
        if not math.isfinite(constant):
            raise ExpressionError("DynamoDB has no such number", 0, "a finite number")  # noqa: TRY301 - placed below
        check_number(text)
    except ExpressionError as error:
        raise ShortFormError(error, place, text) from None
    return Number(text)


def _text(place: Place, constant: str) -> Text | Placeholder:
    try:
        text = parse_text(constant)
    except ExpressionError as error:
        raise ShortFormError(error, place, constant) from None
    alone = text.parts[0] if len(text.parts) == 1 else None
    return alone if isinstance(alone, Placeholder) else text


def _check_kind(place: Place, clause: str, value: Operand, constant: Constant) -> None:
    error = None
    if clause == "add" and not isinstance(value, (Number, Placeholder)):
        error = ExpressionError("`add` takes a number or a set", 0, "1, or a {name} that is a number or a set")
    if clause == "delete" and not isinstance(value, Placeholder):
        fits = "a {name} that is a set; `remove` takes an attribute away"
        error = ExpressionError("`delete` takes members out of a set", 0, fits)
    if error:
        raise ShortFormError(error, place, str(constant))
