"""All that was seen, put together by item and judged, with what is in the table afterwards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from ddbload.capacity import Item, apply_update
from ddbload.expression import Operand
from ddbload.operation import fill
from ddbload.verify.history import Event, Findings, Overwrite, Read, Write, judge, never
from ddbload.verify.states import UNKNOWN, Change, State
from ddbload.verify.witness import READS, Key, Seen
from ddbload.workload.compiled import CompiledOperation, Part

Initial = Callable[[str, int], State]
"""(family, number of the item) -> its state before the run."""


@dataclass(slots=True)
class Verified:
    """What verifying came to.

    Attributes:
        items: items that were followed.
        writes: writes of them.
        findings: of all items together.
        operations: name of the operation -> what its reads came to.
        examples: the keys of some items that are not as they should be.
    """

    items: int = 0
    writes: int = 0
    findings: Findings = field(default_factory=Findings)
    operations: dict[str, Findings] = field(default_factory=dict)
    examples: list[Key] = field(default_factory=list)


def by_item(seen: Iterable[Seen]) -> dict[Key, list[Seen]]:
    """What was seen, by item."""
    found: dict[Key, list[Seen]] = defaultdict(list)
    for one in seen:
        found[one.key].append(one)
    return found


def verify(
    histories: Mapping[Key, Sequence[Seen]],
    operations: Sequence[CompiledOperation],
    initial: Initial,
    final: Mapping[Key, Read],
    expires: Mapping[str, str] | None = None,
    now_s: float = 0.0,
) -> Verified:
    """Judge the histories of all items that were followed.

    Args:
        histories: what was seen, by item.
        operations: as compiled; what was seen names them by position.
        initial: the state of an item before the run, `UNKNOWN` where nothing is known.
        final: a consistent read of each item after the run, where there is one.
        expires: table -> the attribute that says when an item's time to live is over.
        now_s: when the last of it was read, in seconds since 1970.
    """
    verified = Verified()
    for key, seen in histories.items():
        events = [_event(one, operations) for one in seen]
        attribute = (expires or {}).get(key[0])
        expired = never if attribute is None else partial(_expired, attribute, now_s)
        findings = judge(_before(seen, operations, initial), events, final.get(key), expired=expired)
        verified.items += 1
        verified.writes += sum(isinstance(event, Write) for event in events)
        verified.findings.add(findings)
        if findings.violations and len(verified.examples) < 5:  # noqa: PLR2004 - enough to begin with
            verified.examples.append(key)
        for position, own in findings.labels.items():
            verified.operations.setdefault(operations[position].operation.name, Findings()).add(own)
    return verified


def _before(seen: Sequence[Seen], operations: Sequence[CompiledOperation], initial: Initial) -> State:
    """The item's first state, if one of the calls tells its number."""
    for one in seen:
        if one.number >= 0:
            return initial(_part(one, operations).family, one.number)
    return UNKNOWN


def _expired(attribute: str, now_s: float, item: Item) -> bool:
    """Whether an item's time to live is over by now; of a kind that is none, it has no end."""
    try:
        return Decimal(item.get(attribute, {})["N"]) <= now_s
    except (KeyError, TypeError, InvalidOperation):
        return False


def _part(seen: Seen, operations: Sequence[CompiledOperation]) -> Part:
    return operations[seen.operation].parts[seen.part]


def _event(seen: Seen, operations: Sequence[CompiledOperation]) -> Event:
    part = _part(seen, operations)
    if part.kind in READS:
        return Read(seen.sent_ns, seen.done_ns, seen.found, part.consistent, seen.operation)
    return Write(seen.sent_ns, seen.done_ns, _change(part, seen.draw), seen.certain)


def _change(part: Part, draw: Sequence[Any]) -> Change | None:
    match part.kind:
        case "put":
            return Overwrite(fill(part.node, draw))
        case "delete":
            return Overwrite(None)
        case "update" if part.update is not None:
            return _updating(part, draw)
        case _:  # a statement: what it makes of the item is not derived
            return None


def _updating(part: Part, draw: Sequence[Any]) -> Change:
    tree = part.update
    assert tree is not None

    def value_of(operand: Operand) -> Any:
        return fill(part.bound[operand], draw)

    def change(before: Item | None) -> Item:
        return apply_update(tree, fill(part.node, draw) if before is None else before, value_of)

    return change
