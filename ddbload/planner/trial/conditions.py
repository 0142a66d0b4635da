"""Whether an item meets a condition, filter or key condition: the trees of `ddbload.expression` against DynamoDB JSON.

Source: Developer Guide, "Condition and filter expressions, operators, and functions in DynamoDB".
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Hashable
from decimal import Decimal
from typing import Any

from ddbload.capacity import Item, Value
from ddbload.expression import And, Between, Compare, Condition, In, Not, Operand, Or, Path, Size, Test
from ddbload.expression.tree import Term

ValueOf = Callable[[Operand], Value]
"""The attribute value of a value written in an expression."""

_ORDERED = ("S", "N", "B")


def holds(condition: Condition, item: Item, value_of: ValueOf) -> bool:  # noqa: PLR0911 - one branch a kind
    """Whether an item meets a condition; of an item that is not there, `item` is empty.

    A comparison with what the item does not have is false, but for `<>`, which is true of it.
    """
    match condition:
        case And(parts):
            return all(holds(part, item, value_of) for part in parts)
        case Or(parts):
            return any(holds(part, item, value_of) for part in parts)
        case Not(part):
            return not holds(part, item, value_of)
        case Compare(op, left, right):
            return _compared(op, _term(left, item, value_of), _term(right, item, value_of))
        case Between(term, low, high):
            value = _term(term, item, value_of)
            return _compared(">=", value, _term(low, item, value_of)) and _compared(
                "<=", value, _term(high, item, value_of)
            )
        case In(term, choices):
            value = _term(term, item, value_of)
            return any(_compared("=", value, _term(choice, item, value_of)) for choice in choices)
        case Test():
            return _tested(condition, item, value_of)


def found(item: Item, path: Path) -> Value | None:
    """The value at a document path; None where there is none."""
    value: Value | None = item.get(path.attribute)
    for step in path.steps[1:]:
        if value is None:
            return None
        if isinstance(step, int):
            elements = value.get("L", ())
            value = elements[step] if step < len(elements) else None
        else:
            value = value.get("M", {}).get(step)
    return value


def stored(value: Value) -> Hashable:  # noqa: PLR0911 - one branch a type
    """Equal for two values just if DynamoDB stores the same for both."""
    ((kind, content),) = value.items()
    match kind:
        case "N":
            return kind, Decimal(content)
        case "B":
            return kind, bytes_of(content)
        case "NS":
            return kind, frozenset(map(Decimal, content))
        case "SS":
            return kind, frozenset(content)
        case "BS":
            return kind, frozenset(map(bytes_of, content))
        case "L":
            return kind, tuple(map(stored, content))
        case "M":
            return kind, frozenset((name, stored(inner)) for name, inner in content.items())
        case _:
            return kind, content


def bytes_of(content: bytes | str) -> bytes:
    """The content of B: bytes, or their base64 text."""
    return base64.b64decode(content) if isinstance(content, str) else bytes(content)


def in_order(value: Value) -> Any:
    """What values of one type are sorted by: text by its UTF-8 bytes, numbers by their value."""
    ((kind, content),) = value.items()
    if kind == "S":
        return content.encode()
    return Decimal(content) if kind == "N" else bytes_of(content)


def _term(term: Term, item: Item, value_of: ValueOf) -> Value | None:
    match term:
        case Path():
            return found(item, term)
        case Size(path):
            value = found(item, path)
            size = None if value is None else _size(value)
            return None if size is None else {"N": str(size)}
        case _:
            return value_of(term)


def _size(value: Value) -> int | None:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content)
        case "B":
            return len(bytes_of(content))
        case "L" | "M" | "SS" | "NS" | "BS":
            return len(content)
        case _:
            return None


def _compared(op: str, left: Value | None, right: Value | None) -> bool:  # noqa: PLR0911 - one branch an operator
    if left is None or right is None:
        return op == "<>"
    if op in {"=", "<>"}:
        return (left == right or stored(left) == stored(right)) is (op == "=")
    kind = next(iter(left))
    if kind not in _ORDERED or kind not in right:
        return False
    first, second = in_order(left), in_order(right)
    match op:
        case "<":
            return bool(first < second)
        case "<=":
            return bool(first <= second)
        case ">":
            return bool(first > second)
        case _:
            return bool(first >= second)


def _tested(test: Test, item: Item, value_of: ValueOf) -> bool:  # noqa: PLR0911 - one branch a function
    value = found(item, test.path)
    if test.function == "attribute_exists":
        return value is not None
    if test.function == "attribute_not_exists":
        return value is None
    argument = None if test.argument is None else _term(test.argument, item, value_of)
    if value is None or argument is None:
        return False
    ((kind, content),) = value.items()
    ((wanted, looked_for),) = argument.items()
    if test.function == "attribute_type":
        return bool(kind == looked_for)
    if test.function == "begins_with":
        return kind == wanted and bool(in_order(value).startswith(in_order(argument))) and kind in {"S", "B"}
    if kind == wanted == "S":
        return looked_for in content
    if kind == wanted == "B":
        return bytes_of(looked_for) in bytes_of(content)
    if kind == "L":
        return stored(argument) in map(stored, content)
    if kind == f"{wanted}S":
        return stored(argument) in {stored({wanted: member}) for member in content}
    return False
