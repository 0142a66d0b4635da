"""The nouns of the request path: an operation, one call of it, its outcome; and requests with places for drawn values.

No I/O and no clock here: transports send these, the engine stamps them, the recorder counts them.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

KeyType = Literal["S", "N", "B"]
AttributeType = Literal["S", "N", "B", "BOOL", "NULL"]
DrawnValue = str | int | float | bool | bytes | dict[str, Any] | list[Any] | None
Draw = Sequence[DrawnValue]
"""The values of one call, by position; made by `workload`, rendered by a transport. A mapping is a whole JSON value,
such as an attribute value or a key; None stands at the place of a member that this call leaves out."""


class Outcome(StrEnum):
    """What became of a call. Each (operation, outcome) pair has its own histograms and is never mixed with another."""

    OK = "ok"
    NOT_FOUND = "not_found"
    CONDITION_FAILED = "condition_failed"
    THROTTLED = "throttled"
    REJECTED = "rejected"
    CONFLICT = "conflict"
    TIMEOUT = "timeout"
    SERVER_ERROR = "server_error"
    CONNECTION = "connection"
    CORRUPT = "corrupt"
    UNPROCESSED = "unprocessed"
    LATE = "late"


OUTCOMES: tuple[Outcome, ...] = tuple(Outcome)
HEADLINE: frozenset[Outcome] = frozenset({Outcome.OK, Outcome.NOT_FOUND, Outcome.CONDITION_FAILED})
"""The outcomes that headline percentiles cover: the table did its work and answered."""


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one drawn value: `draw[index]`."""

    index: int


@dataclass(frozen=True, slots=True)
class Template:
    """An attribute value made of constants and drawn values, such as S "cust#{0}".

    S and N join the text of their parts; B and BOOL have exactly one part, a slot (B draws bytes, BOOL draws bool).
    """

    type: AttributeType
    parts: tuple[str | Slot, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """The place of a whole JSON value: `draw[index]` as it is, bytes in it as base64.

    A member of a mapping whose value is an `optional` one is left out where the draw has None.
    """

    index: int
    optional: bool = False


READS = frozenset({"GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems"})
"""The calls that only read. Of PartiQL, a call may do either: `Operation.writes` says which."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One named operation of a scenario, ready to be sent many times with different draws.

    Attributes:
        name: the scenario's name for it, under which it is reported.
        api: DynamoDB's name of the call, such as "GetItem".
        table: the table's name; of several, the first one's.
        request: the body of the call in DynamoDB's JSON shape. A `Template` stands where an attribute value
            (`{"S": ...}`) stands, a `Whole` where any JSON value does; everything else is constant. Mappings keep
            their order.
        index: the secondary index it reads, if any.
        writes: whether the call changes tables, so that its units are write units.
        parts: how many items it is about: the keys of a batch, the actions of a transaction; else 1.
    """

    name: str
    api: str
    table: str
    request: Mapping[str, Any]
    index: str | None = None
    writes: bool = False
    parts: int = 1


class Call:
    """One call on its way: what to send, the four stamps, and what came of it.

    Mutable and slotted, since one is made for every request. Times are nanoseconds of one monotonic clock:
    `due` (the timetable), `released` (the client handed it on), `sent` (it got a slot and a connection; 0 if never),
    `done`.

    Attributes:
        operation: position of the operation in the workload.
        slot: its number in the timetable (open loop), or slot * 2**40 + count (closed loop).
        prepared: what the transport made of the operation.
        draw: the drawn values, by position.
        attempts: requests sent for it; `backoff_ns`: time spent waiting between them.
        earlier: what became of the attempts before the last one, where there were any; a request that crossed the
            closing of its connection, and so was sent again without being counted as an attempt, is `connection`.
        reply: the parsed answer of the service, or None when there was none.
        reason: what the service or the socket said, when the outcome is not ok: error code and throttling reason.
        flow: the compound operation or session that it is a request of; None for a call that is an arrival itself.
        cold: it was the first call of a new execution environment (a serverless client only).
        answers: of the attempts before the last one, the answers that name consumed capacity.
    """

    __slots__ = (
        "answers",
        "attempts",
        "backoff_ns",
        "cold",
        "done_ns",
        "draw",
        "due_ns",
        "earlier",
        "flow",
        "operation",
        "outcome",
        "prepared",
        "reason",
        "released_ns",
        "reply",
        "sent_ns",
        "slot",
    )

    def __init__(self, operation: int, slot: int, prepared: Any, draw: Draw, due_ns: int) -> None:
        self.operation = operation
        self.slot = slot
        self.prepared = prepared
        self.draw = draw
        self.due_ns = due_ns
        self.released_ns = 0
        self.sent_ns = 0
        self.done_ns = 0
        self.attempts = 0
        self.backoff_ns = 0
        self.earlier: tuple[Outcome, ...] = ()
        self.outcome: Outcome = Outcome.OK
        self.reason = ""
        self.reply: dict[str, Any] | None = None
        self.flow: Any = None
        self.cold = False
        self.answers: tuple[dict[str, Any], ...] = ()


def text_of(value: DrawnValue) -> str:
    """The text of a drawn value inside a template, as DynamoDB would have it in a string or a number."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return repr(value)


def fill(request: Any, draw: Draw) -> Any:
    """The request with the draw's values in their places, in the shape that botocore takes (B values as bytes)."""
    if isinstance(request, Template):
        return {request.type: _attribute(request, draw)}
    if isinstance(request, Whole):
        return draw[request.index]
    if isinstance(request, Mapping):
        return {key: fill(value, draw) for key, value in request.items() if not _left_out(value, draw)}
    if isinstance(request, (list, tuple)):
        return [fill(value, draw) for value in request]
    return request


def sendable(answered: Any) -> Any:
    """A value of an answer's JSON as a request takes it: binary attribute values as bytes, not as base64."""
    if isinstance(answered, dict):
        if len(answered) == 1:
            ((kind, content),) = answered.items()
            if kind == "B" and isinstance(content, str):
                return {"B": base64.b64decode(content)}
            if kind == "BS" and isinstance(content, list):
                return {"BS": [base64.b64decode(member) for member in content]}
        return {key: sendable(value) for key, value in answered.items()}
    return [sendable(value) for value in answered] if isinstance(answered, list) else answered


def _left_out(node: Any, draw: Draw) -> bool:
    return isinstance(node, Whole) and node.optional and draw[node.index] is None


def _attribute(template: Template, draw: Draw) -> DrawnValue:
    first = template.parts[0] if template.parts else ""
    if template.type in {"B", "BOOL"}:
        return draw[first.index] if isinstance(first, Slot) else first
    return "".join(part if isinstance(part, str) else text_of(draw[part.index]) for part in template.parts)
