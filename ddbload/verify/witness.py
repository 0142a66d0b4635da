"""Follows the calls to a sample of items: which of them a call reads or writes, and what it found. Runs in a worker."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ddbload.capacity import Item
from ddbload.expression import parse_statement
from ddbload.operation import Call, Outcome, Slot, Template, Whole, fill
from ddbload.scenario.rules.expressions import statement_of
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
_OF_STATEMENTS = {
    "ExecuteStatement": "",
    "BatchExecuteStatement": "Statements",
    "ExecuteTransaction": "TransactStatements",
}
_UNCERTAIN = "InternalServerError"
"""The code of a statement of a batch that may have been done all the same; all others say that it was not."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one call did to one item, or found of it.

    Attributes:
        operation, part: positions of the operation in the workload, and of the part in the operation.
        draw: the call's draw, for a write.
        number: of the item in its family, -1 where the key is not that of a picked item but captured or given.
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
    """Keeps what is seen of a sample of items, of a family one in `follow[family]`, chosen by their keys.

    Items of a family that `follow` leaves out are not followed.
    """

    def __init__(
        self, operations: Sequence[CompiledOperation], keys: Mapping[str, Sequence[str]], follow: Mapping[str, int]
    ) -> None:
        self._operations = operations
        self._keys = keys  # table -> its key attributes
        self._follow = follow
        self._followed = [tuple(_followed(operation)) for operation in operations]
        self._own = [
            tuple(_own_key(operation, position, keys) for position in range(len(operation.parts)))
            for operation in operations
        ]
        self._seen: list[Seen] = []
        self._kept = 0
        self._broken: set[Key] = set()

    def record(self, call: Call) -> None:
        """Look at one finished call."""
        if not call.sent_ns:
            return
        for position in self._followed[call.operation]:
            part = self._operations[call.operation].parts[position]
            every = self._follow.get(part.family)
            if every is None:
                continue
            key = key_in(part.table, fill({name: part.node[name] for name in self._keys[part.table]}, call.draw))
            if chosen(key, every):
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


def _own_key(operation: CompiledOperation, position: int, keys: Mapping[str, Sequence[str]]) -> bool:
    """Whether a part's key is that of the picked item: nothing in it was captured, or given by the scenario."""
    part = operation.parts[position]
    given = getattr(_spec(operation, position), "key", None)
    key = [part.node.get(name) for name in keys[part.table]]
    captured = any(isinstance(operation.sources[at], Captured) for at in _slots(key))
    return part.number is not None and not given and not captured


def _spec(operation: CompiledOperation, position: int) -> Any:
    """Where the scenario writes what a part does."""
    return [action.spec for action in operation.actions for _ in range(action.count)][position]


def untold(operations: Sequence[CompiledOperation], keys: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The tables that a statement writes to without saying, by the key of the item that it is about, to which item.

    What is in them is not known: another item than the one that was picked may have changed.
    """
    return frozenset(
        part.table
        for operation in operations
        if operation.operation.api in _OF_STATEMENTS
        for position, part in enumerate(operation.parts)
        if part.kind in WRITES and not _tells_key(operation, position, keys[part.table])
    )


def _tells_key(operation: CompiledOperation, position: int, key: Sequence[str]) -> bool:
    """Whether the key of the item that a statement is about stands among its parameters and in its WHERE."""
    request, part = operation.operation.request, operation.parts[position]
    member = _OF_STATEMENTS[operation.operation.api]
    statement = request[member][position] if member else request
    parameters = statement.get("Parameters", ())
    _, text = statement_of(_spec(operation, position)) or ("", "")
    said = part.kind == "insert" or set(key) <= parse_statement(text).equalities
    return said and all(part.node[name] in parameters for name in key)


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
    draw, answer = tuple(call.draw), _answer_at(call, position)
    if answer is not None:  # a statement of a batch: each stands alone
        code = (answer.get("Error") or {}).get("Code", "")
        if code in {"", _UNCERTAIN}:
            yield Seen(key, call.operation, position, call.sent_ns, call.done_ns, number, draw, certain=not code)
        return
    settled = _DONE | _NOT_DONE
    if call.outcome not in _NOT_DONE:
        settled |= {Outcome.UNPROCESSED}  # what a batch left over was sent again: together these did each write once
    tried = sum(outcome not in settled for outcome in call.earlier)
    if call.outcome not in _NOT_DONE:
        certain = call.outcome in _DONE
        yield Seen(key, call.operation, position, call.sent_ns, call.done_ns, number, draw, certain)
    for _ in range(tried):  # an attempt without an answer may have been done as well
        yield Seen(key, call.operation, position, call.sent_ns, call.done_ns, number, draw, certain=False)


def _answer_at(call: Call, position: int) -> Mapping[str, Any] | None:
    """What the answer says of one statement of a batch; None where it says nothing."""
    answers = (call.reply or {}).get("Responses")
    told = isinstance(answers, list) and any("Error" in answer for answer in answers) and position < len(answers)
    return answers[position] if told and answers is not None else None


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
    for reply in (*call.answers, call.reply):  # BatchGetItem: in any order, and the rest in an answer of its own
        for item in reply.get("Responses", {}).get(part.table, ()):
            if all(name in item for name in names) and key_in(part.table, {name: item[name] for name in names}) == key:
                return True, item
    return len(call.answers) == call.earlier.count(Outcome.UNPROCESSED), None
