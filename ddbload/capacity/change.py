"""What an update expression makes of an item, so that a modelled update knows the item before and after.

Source: Developer Guide, "Update expressions". Every right side is computed from the item as it was before.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from decimal import Context, Decimal
from typing import Any

from ddbload.capacity.size import Item, Value
from ddbload.errors import DdbloadError
from ddbload.expression import (
    IfNotExists,
    ListAppend,
    Operand,
    Path,
    Sum,
    Update,
)
from ddbload.expression.tree import Assigned

_NUMBERS = Context(prec=38)  # the digits that DynamoDB keeps
_SETS = ("SS", "NS", "BS")


class CannotApplyError(DdbloadError):
    """DynamoDB would reject this update of this item, with a ValidationException."""


def apply_update(update: Update, item: Item, value_of: Callable[[Operand], Value]) -> Item:
    """The item after an update; the one given is not changed.

    Args:
        update: the parsed expression.
        item: the item before; of an item that is not there, its key attributes alone.
        value_of: the attribute value of each value written in the expression, such as {"N": "1"}.

    Raises:
        CannotApplyError: a path that the item does not have, or a type that does not fit.
    """
    puts = [(path, _computed(right, item, value_of)) for path, right in update.set]
    puts += [(path, _added(_found(item, path), value_of(amount), path)) for path, amount in update.add]
    after: dict[str, Any] = copy.deepcopy(dict(item))
    for path, value in puts:
        _put(after, path, value)
    for path, members in update.delete:
        _delete_members(after, path, value_of(members))
    # later elements of a list first, so that the positions of the others stay true
    for path in sorted(update.remove, key=_position, reverse=True):
        _remove(after, path)
    return after


def _computed(right: Assigned, item: Item, value_of: Callable[[Operand], Value]) -> Value:
    match right:
        case Path():
            return _required(item, right)
        case IfNotExists(path, default):
            found = _found(item, path)
            return _computed(default, item, value_of) if found is None else found
        case ListAppend(first, second):
            lists = [_of_type("L", _computed(part, item, value_of), "list_append") for part in (first, second)]
            return {"L": [*lists[0], *lists[1]]}
        case Sum(sign, left, right_part):
            numbers = [Decimal(_of_type("N", _computed(part, item, value_of), sign)) for part in (left, right_part)]
            return _number(numbers[0], numbers[1] if sign == "+" else -numbers[1])
        case _:
            return value_of(right)


def _added(old: Value | None, value: Value, path: Path) -> Value:
    ((kind, content),) = value.items()
    if kind != "N" and kind not in _SETS:
        raise CannotApplyError(f"ADD takes a number or a set, not {kind}: '{_text(path)}'")
    if old is None:
        return value
    present = _of_type(kind, old, "ADD")
    if kind == "N":
        return _number(Decimal(present), Decimal(content))
    return {kind: list(dict.fromkeys([*present, *content]))}


def _delete_members(after: dict[str, Any], path: Path, value: Value) -> None:
    ((kind, content),) = value.items()
    if kind not in _SETS:
        raise CannotApplyError(f"DELETE takes members out of a set, not {kind}: '{_text(path)}'")
    _place(after, path)
    old = _found(after, path)
    if old is None:
        return
    left = [member for member in _of_type(kind, old, "DELETE") if member not in content]
    if left:
        _put(after, path, {kind: left})
    else:
        _remove(after, path)


def _number(left: Decimal, right: Decimal) -> Value:
    return {"N": format(_NUMBERS.normalize(_NUMBERS.add(left, right)), "f")}


def _of_type(kind: str, value: Value, word: str) -> Any:
    if kind not in value:
        raise CannotApplyError(f"'{word}' takes {kind} here, the item has {next(iter(value))}")
    return value[kind]


# --- paths ---------------------------------------------------------------------------------------------------------


def _found(item: Item, path: Path) -> Value | None:
    value: Value | None = item.get(path.attribute)
    for step in path.steps[1:]:
        if value is None:
            return None
        value = _child(value, step)
    return value


def _child(value: Value, step: str | int) -> Value | None:
    if isinstance(step, int):
        elements: list[Value] = value.get("L", [])
        return elements[step] if step < len(elements) else None
    inner: dict[str, Value] = value.get("M", {})
    return inner.get(step)


def _required(item: Item, path: Path) -> Value:
    value = _found(item, path)
    if value is None:
        raise CannotApplyError(f"the item has no '{_text(path)}'")
    return value


def _place(item: dict[str, Any], path: Path) -> Any:
    """The mapping or list that holds, or would hold, the last step of a path."""
    *above, last = path.steps
    if not above:
        return item
    content = _required(item, Path(tuple(above))).get("L" if isinstance(last, int) else "M")
    if content is None:
        raise CannotApplyError(f"the item has no place for '{_text(path)}'")
    return content


def _put(item: dict[str, Any], path: Path, value: Value) -> None:
    place, last = _place(item, path), path.steps[-1]
    if isinstance(last, int) and last >= len(place):
        place.append(value)  # beyond the end: it becomes the last
    else:
        place[last] = value


def _remove(item: dict[str, Any], path: Path) -> None:
    place, last = _place(item, path), path.steps[-1]
    if isinstance(last, int):
        del place[last : last + 1]
    else:
        place.pop(last, None)


def _position(path: Path) -> int:
    return path.steps[-1] if isinstance(path.steps[-1], int) else -1


def _text(path: Path) -> str:
    first, *rest = path.steps
    return str(first) + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in rest)
