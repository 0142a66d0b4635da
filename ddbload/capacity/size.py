"""Bytes of items and values, as DynamoDB counts them for capacity. Items are DynamoDB JSON: {"pk": {"S": "x"}, …}.

Source of every rule: Developer Guide, "DynamoDB Item sizes and formats". KB are 1,024 bytes.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeAlias

Value: TypeAlias = Mapping[str, Any]
"""An attribute value, {type: content}. The content of B and of the members of BS is bytes, or their base64 text."""
Item: TypeAlias = Mapping[str, Value]
"""An item: attribute name -> attribute value."""

CONTAINER_BYTES = 3  # a list or a map, besides its elements
ELEMENT_BYTES = 1  # each element of a list or a map, besides itself
ITEM_OVERHEAD_BYTES = 100
"""That storage is billed for with every item and every entry of an index; units are not. Source as above, and "Using
Global Secondary Indexes in DynamoDB", section "Storage considerations"."""
REPLICA_OVERHEAD_BYTES = 48
"""More of them for every item in every region of a global table."""
_MOST_NUMBER_BYTES = 21


def item_bytes(item: Item) -> int:
    """The size of an item: its attribute names in UTF-8 and their values. Decides units and the 400 KB limit.

    Storage is billed with more (`ITEM_OVERHEAD_BYTES`, `REPLICA_OVERHEAD_BYTES`); that is not in here.
    """
    total = 0
    for name, value in item.items():
        total += len(name) if name.isascii() else len(name.encode())
        text = value.get("S")  # most values are strings
        if text is None:
            total += value_bytes(value)
        else:
            total += len(text) if text.isascii() else len(text.encode())
    return total


def value_bytes(value: Value) -> int:  # noqa: PLR0911 - one branch a type
    """The size of an attribute value without its name.

    Raises:
        ValueError: the value is not an attribute value.
    """
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return _utf8_bytes(content)
        case "N":
            return number_bytes(content)
        case "B":
            return _binary_bytes(content)
        case "BOOL" | "NULL":
            return 1
        case "L":
            return CONTAINER_BYTES + sum(ELEMENT_BYTES + value_bytes(element) for element in content)
        case "M":
            elements = (ELEMENT_BYTES + _utf8_bytes(key) + value_bytes(inner) for key, inner in content.items())
            return CONTAINER_BYTES + sum(elements)
        case "SS":
            return sum(map(_utf8_bytes, content))
        case "NS":
            return sum(map(number_bytes, content))
        case "BS":
            return sum(map(_binary_bytes, content))
        case _:
            raise ValueError(f"'{kind}' is not a type of DynamoDB: S, N, B, BOOL, NULL, L, M, SS, NS or BS")


def number_bytes(text: str) -> int:
    """The size of a number.

    The guide says "approximately" one byte for two significant digits, plus one. The exact rule, that of AWS's own
    item size calculator (awslabs/amazon-dynamodb-tools, snippets/item_size_calculator) and of DynamoDB Local: digits
    pair up from the decimal point, leading and trailing zero pairs are not stored, and bytes = pairs + 1, one more
    for a negative number, at most 21; zero is 1.
    """
    if text.isdecimal():
        negative, digits, exponent = 0, text, 0
    else:
        negative, digit_tuple, raw_exponent = Decimal(text).as_tuple()
        digits, exponent = "".join(map(str, digit_tuple)), int(raw_exponent)
    significant = digits.strip("0")
    if not significant:
        return 1
    exponent += len(digits) - len(digits.rstrip("0"))
    # an odd exponent leaves the last digit alone with a zero in its pair
    pairs = (len(significant) + exponent % 2 + 1) // 2
    return min(pairs + 1 + negative, _MOST_NUMBER_BYTES)


def _utf8_bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _binary_bytes(content: bytes | str) -> int:
    if isinstance(content, str):
        return len(base64.b64decode(content))
    return len(content)
