"""Follows the calls to a sample of items: which of them a call reads or writes, and what it found. Runs in a worker."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ddbload.capacity import Item
from ddbload.operation import Call, Outcome, Slot, Template, Whole, fill
from ddbload.workload.compiled import CompiledOperation, Part
from ddbload.workload.sources import Captured

MAX_SEEN = 200_000
"""Calls that a worker keeps; those after them are not followed, which is told."""

Key = tuple[str, tuple[tuple[str, str, str], ...]]
"""(table, (attribute, type, value) of each key attribute): the same in every process."""

_NOT_DONE = frozenset({Outcome.CONDITION_FAILED, Outcome.REJECTED, Outcome.THROTTLED, Outcome.CONFLICT, Outcome.LATE})
_DONE = frozenset({Outcome.OK, Outcome.NOT_FOUND})
WRITES = frozenset({"put", "update", "delete", "insert"})
READS = frozenset({"get"})


@dataclass(frozen=True, slots=True)
class Seen:
    """What one call did to one item, or found of it.

    Attributes:
        operation, part: positions of the operation in the workload, and of the part in the operation.
        draw: the call's draw, for a write.
        number: of the item in its family, -1 where the key is not that of a picked item but captured.
        certain: the write was answered as done; else it may have been done.
        found: for a read, the item in the answer.
    """

    key: Key
    operation: int
    part: int
    sent_ns: int
    done_ns: int
    number: int
    draw: Sequence[Any] = ()
    certain: bool = True
    found: Item | None = None


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What a worker saw since it last told. Picklable.

    Attributes:
        broken: items whose history has a gap, since more was seen than is kept.
    """

    worker: int
    seen: tuple[Seen, ...]
    broken: frozenset[Key]


class Witness:
    """Keeps what is seen of a sample of items, of a family one in `follow[family]`, chosen by their keys."""

    def __init__(
        self, operations: Sequence[CompiledOperation], keys: Mapping[str, Sequence[str]], follow: Mapping[str, int]
    ) -> None:
        self._operations = operations
        self._keys = keys  # table -> its key attributes
        self._follow = follow
        self._followed = [tuple(_followed(operation)) for operation in operations]
        self._own = [tuple(_own_key(operation, part, keys) for part in operation.parts) for operation in operations]
        self._seen: list[Seen] = []
        self._kept = 0
        self._broken: set[Key] = set()

    def record(self, call: Call) -> None:
        """Look at one finished call."""
        if not call.sent_ns:
            return
        for position in self._followed[call.operation]:
            part = self._operations[call.operation].parts[position]
            key = key_in(part.table, fill({name: part.node[name] for name in self._keys[part.table]}, call.draw))
            if chosen(key, self._follow[part.family]):
                self._keep(call, position, part, key)

    def taken(self, worker: int) -> Witnessed:
        """What was seen since the last time."""
        seen, self._seen = tuple(self._seen), []
        broken, self._broken = frozenset(self._broken), set()
        return Witnessed(worker, seen, broken)

    def _keep(self, call: Call, position: int, part: Part, key: Key) -> None:
        own = self._own[call.operation][position]
        number: Any = call.draw[part.number] if own and part.number is not None else -1
        for seen in _of_part(call, position, part, key, number):
            if self._kept < MAX_SEEN:
                self._kept += 1
                self._seen.append(seen)
            else:  # a history with a gap is none
                self._broken.add(key)


def chosen(key: Key, every: int) -> bool:
    """Whether an item is one of those that are followed: a pure function of its key."""
    return zlib.crc32(repr(key).encode()) % every == 0


def key_in(table: str, attributes: Mapping[str, Any]) -> Key:
    """The key of an item, from its key attributes in the table's order."""
    return table, tuple((name, *_spelled(value)) for name, value in attributes.items())


def _spelled(value: Mapping[str, Any]) -> tuple[str, str]:
    ((kind, content),) = value.items()
    return str(kind), str(content)


def _followed(operation: CompiledOperation) -> Iterator[int]:
    """The parts that say by their key what they read or write."""
    for position, part in enumerate(operation.parts):
        if part.node and (part.kind in WRITES or (part.kind in READS and not part.partial)):
            yield position


def _own_key(operation: CompiledOperation, part: Part, keys: Mapping[str, Sequence[str]]) -> bool:
    """Whether the part's key is that of the picked item: nothing in it was captured."""
    key = [part.node.get(name) for name in keys[part.table]]
    return part.number is not None and not any(isinstance(operation.sources[at], Captured) for at in _slots(key))


def _slots(node: Any) -> Iterator[int]:
    """The positions of the draw that a value uses."""
    match node:
        case Template(parts=parts):
            yield from (part.index for part in parts if isinstance(part, Slot))
        case Whole(index=index):
            yield index
        case Mapping():
            for inner in node.values():
                yield from _slots(inner)
        case list():
            for inner in node:
                yield from _slots(inner)


def _of_part(call: Call, position: int, part: Part, key: Key, number: int) -> Iterator[Seen]:
    if part.kind in READS:
        answered, found = _found(call, position, part, key)
        if answered:
            yield Seen(key, call.operation, position, call.sent_ns, call.done_ns, number, found=found)
        return
    draw = tuple(call.draw)
    tried = sum(outcome not in _DONE and outcome not in _NOT_DONE for outcome in call.earlier)
    if call.outcome not in _NOT_DONE:
        certain = call.outcome in _DONE
        yield Seen(key, call.operation, position, call.sent_ns, call.done_ns, number, draw, certain)
    for _ in range(tried):  # an attempt without an answer may have been done as well
        yield Seen(key, call.operation, position, call.sent_ns, call.done_ns, number, draw, certain=False)


def _found(call: Call, position: int, part: Part, key: Key) -> tuple[bool, Item | None]:
    """Whether a read was answered, and the item that it found."""
    if call.outcome not in _DONE or call.reply is None:
        return False, None
    responses = call.reply.get("Responses")
    if responses is None:  # GetItem
        return True, call.reply.get("Item")
    if isinstance(responses, list):  # TransactGetItems: in the order of its actions
        return True, responses[position].get("Item") if position < len(responses) else None
    names = [name for name, _, _ in key[1]]
    for item in responses.get(part.table, ()):  # BatchGetItem: in any order
        if all(name in item for name in names) and key_in(part.table, {name: item[name] for name in names}) == key:
            return True, item
    return True, None
