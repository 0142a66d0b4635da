"""What steps take out of answers: `first.sk`, `any.owner.name`, `item.total`, `attributes.version`, `count`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ddbload.expression import parse_projection
from ddbload.operation import sendable
from ddbload.scenario.rules.captures import COUNT, HEADS

Reply = Mapping[str, Any]
Chosen = Callable[[int], int]
"""One of so many at random."""


@dataclass(frozen=True, slots=True)
class Capture:
    """Where a value stands in an answer.

    Attributes:
        head: "first", "last", "any", "item", "attributes" or "count".
        steps: from the item to the value: an attribute, then names of maps and positions in lists.
    """

    head: str
    steps: tuple[str | int, ...] = ()

    def of(self, replies: Sequence[Reply], chosen: Chosen) -> dict[str, Any] | None:
        """The whole attribute value in the answers to one step (several of a compound one); None: it is not there."""
        items = [item for reply in replies for item in items_of(reply)]
        if self.head == COUNT:
            counted = sum(reply.get("Count", len(items_of(reply))) for reply in replies)
            return {"N": str(counted)}
        if self.head == "attributes":
            found = next((attributes for reply in replies if (attributes := _attributes(reply))), None)
        elif not items:
            found = None
        else:
            at = chosen(len(items)) if self.head == "any" else -1 if self.head == "last" else 0
            found = items[at]
        value = _at(found, self.steps)
        return None if value is None else sendable(value)


def capture_of(path: str) -> Capture:
    """What a path says.

    Raises:
        ExpressionError: what follows its first word is no document path.
        ValueError: it begins with another word.
    """
    if path == COUNT:
        return Capture(COUNT)
    head, dot, rest = path.partition(".")
    if head not in HEADS or not dot:
        raise ValueError(f"'{path}' is no place in an answer: first.A, last.A, any.A, item.A, attributes.A, or count")
    return Capture(head, parse_projection(rest).paths[0].steps)


def items_of(reply: Reply) -> list[Mapping[str, Any]]:
    """The items of an answer, in its order."""
    if "Items" in reply:
        return list(reply["Items"])
    if "Item" in reply:
        return [reply["Item"]]
    responses = reply.get("Responses", ())
    if isinstance(responses, Mapping):  # of a batch of gets, by table
        return [item for items in responses.values() for item in items]
    return [one["Item"] for one in responses if one.get("Item")]


def _attributes(reply: Reply) -> Mapping[str, Any] | None:
    """What a write returned, or the item that its condition failed for."""
    if "Attributes" in reply:
        returned: Mapping[str, Any] = reply["Attributes"]
        return returned
    reasons = reply.get("CancellationReasons", ())
    return reply.get("Item") or next((one["Item"] for one in reasons if one.get("Item")), None)


def _at(item: Mapping[str, Any] | None, steps: tuple[str | int, ...]) -> dict[str, Any] | None:
    """The attribute value that a path leads to, from an item."""
    value: dict[str, Any] | None = {"M": item} if item is not None else None
    for step in steps:
        if value is None:
            return None
        inner = value.get("M" if isinstance(step, str) else "L")
        if isinstance(step, str):
            value = None if inner is None else inner.get(step)
        else:
            value = inner[step] if inner is not None and step < len(inner) else None
    return value
