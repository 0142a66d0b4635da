"""Which document paths may stand beside each other in one expression."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Literal

from ddbload.expression.error import ExpressionError
from ddbload.expression.tree import Path, Update


def changed_paths(update: Update) -> tuple[Path, ...]:
    """What an update changes, by SET, REMOVE, ADD, DELETE."""
    written = (path for path, _ in update.set)
    return (*written, *update.remove, *(path for path, _ in (*update.add, *update.delete)))


def clash(paths: Sequence[Path]) -> tuple[int, Literal["overlap", "conflict"]] | None:
    """The position of the first path that an earlier one forbids, and in which way; None when there is none.

    Two paths overlap when they are the same or one lies within the other; they conflict when one takes for a list
    what the other takes for a map. Source: the ValidationExceptions "Two document paths overlap / conflict with each
    other" of DynamoDB, for update and projection expressions alike.
    """
    for later, second in enumerate(paths):
        for first in itertools.islice(paths, later):
            if found := _clash_of(first, second):
                return later, found
    return None


def _clash_of(first: Path, second: Path) -> Literal["overlap", "conflict"] | None:
    for one, other in zip(first.steps, second.steps, strict=False):
        if isinstance(one, int) is not isinstance(other, int):
            return "conflict"
        if one != other:
            return None
    return "overlap"


def clash_error(path: Path, kind: Literal["overlap", "conflict"], verb: str) -> ExpressionError:
    """The sentence about a path that clashes; `verb` is what happens to it twice, such as "changed"."""
    if kind == "conflict":
        return ExpressionError(f"'{path.attribute}' is both a list and a map here", path.offset, "a.b or a[0]")
    return ExpressionError(
        f"'{path.attribute}' is {verb} twice", path.offset, "each path of the item once, none within another"
    )


def check_apart(paths: Sequence[Path], verb: str) -> None:
    """See that the paths of one text do not clash.

    Raises:
        ExpressionError: at the one that stands later in the text.
    """
    ordered = sorted(paths, key=lambda path: path.offset)
    if found := clash(ordered):
        position, kind = found
        raise clash_error(ordered[position], kind, verb)
