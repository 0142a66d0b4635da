"""States of one item, as values that can be compared: absent, unknown, or what the service stores."""

from __future__ import annotations

import base64
from collections.abc import Callable, Hashable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from ddbload.capacity import Item

ABSENT: Final = None
"""The item is not there."""
UNKNOWN: Final = "unknown"
"""Nothing is known of the item: whatever is read fits."""

State = Item | None | str
Change = Callable[[Item | None], Item | None]
"""What a write makes of an item; raises `CannotApplyError` where it does not fit."""


def key_of(state: State) -> Hashable:
    """Equal for two states just if DynamoDB stores the same for both: "1.0" is "1", and a set has no order."""
    if state is None or isinstance(state, str):
        return state
    return frozenset((name, _stored(value)) for name, value in state.items())


def same_item(first: Item | None, second: Item | None) -> bool:
    """Whether two items are stored as the same."""
    return key_of(first) == key_of(second)


def _stored(value: Any) -> Hashable:
    """The stored form of an attribute value; of what is none, its text: it equals nothing that is one."""
    if not isinstance(value, Mapping) or len(value) != 1:
        return repr(value)
    ((kind, content),) = value.items()
    try:
        return kind, _CONTENTS.get(kind, _plain)(content)
    except (TypeError, ValueError, AttributeError, InvalidOperation):
        return kind, repr(content)


def _plain(content: Any) -> Hashable:
    return content if isinstance(content, Hashable) else repr(content)


def _bytes(content: Any) -> bytes:
    return base64.b64decode(content) if isinstance(content, str) else bytes(content)


_CONTENTS: dict[str, Callable[[Any], Hashable]] = {
    "N": Decimal,
    "NS": lambda content: frozenset(map(Decimal, content)),
    "SS": frozenset,
    "B": _bytes,
    "BS": lambda content: frozenset(map(_bytes, content)),
    "L": lambda content: tuple(map(_stored, content)),
    "M": lambda content: frozenset((name, _stored(inner)) for name, inner in content.items()),
}
