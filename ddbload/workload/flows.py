"""Compound operations as flows: pages one after the other, segments of a scan side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ddbload.operation import Call, Draw, Outcome, sendable
from ddbload.workload.compiled import CompiledOperation
from ddbload.workload.sources import Given
from ddbload.workload.stream import Ask, Course, Ending, Fork

GOES_ON = frozenset({Outcome.OK, Outcome.NOT_FOUND, Outcome.CONDITION_FAILED})
"""Outcomes after which a flow goes on by itself."""
_NEXT = {"ExclusiveStartKey": "LastEvaluatedKey", "NextToken": "NextToken"}
"""Member of the request -> member of the answer before."""

Replies = list[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Compound:
    """A read of several pages, in segments or not.

    Attributes:
        name: the operation's name; its requests are reported under another.
        api: DynamoDB's name of the call that is repeated.
        page: the position of its request in the workload.
        pages: requests at most, of each segment; None: as many as there are pages.
        segments: how many go side by side.
        start: the place in a draw of where a page starts, and its member in the request; None: there is one page.
        segment: the place of the segment's number; None: there is one segment.
    """

    name: str
    api: str
    page: int
    pages: int | None
    segments: int
    start: tuple[int, str] | None
    segment: int | None

    def begin(self, slot: int, draw: Any) -> Course:  # noqa: ARG002 - the contract of flows
        """The course of one arrival."""
        return self.course(draw, [])

    def course(self, draw: Draw, replies: Replies) -> Course:
        """All requests, whose answers are added to the replies."""
        if self.segment is None:
            return (yield from self._pages(draw, replies))
        of_each: list[Replies] = [[] for _ in range(self.segments)]
        courses = [self._pages(_put(draw, self.segment, at), into) for at, into in enumerate(of_each)]
        endings: tuple[Ending, ...] = yield Fork(tuple(courses))
        for into in of_each:
            replies += into
        return next((one for one in endings if one.outcome is not Outcome.OK), Ending(Outcome.OK))

    def _pages(self, draw: Draw, replies: Replies) -> Course:
        left = self.pages
        while left is None or left:
            call: Call = yield Ask(self.page, draw)
            reply = call.reply or {}
            replies.append(reply)
            if call.outcome not in GOES_ON:
                return Ending(call.outcome, call.reason)
            left = None if left is None else left - 1
            if self.start is None:
                break
            place, member = self.start
            following = reply.get(_NEXT[member])
            if not following:
                break
            draw = _put(draw, place, sendable(following))
        return Ending(Outcome.OK)


def compound(compiled: CompiledOperation, position: int) -> Compound:
    """The flow of an operation whose request has a position in the workload."""
    sources, operation = compiled.sources, compiled.operation
    starts = [(at, one.member) for at, one in enumerate(sources) if isinstance(one, Given) and one.member in _NEXT]
    segment = sources.index(Given("Segment")) if Given("Segment") in sources else None
    name = operation.name.partition("/")[0]
    start = starts[0] if starts else None
    return Compound(name, operation.api, position, compiled.pages, compiled.segments, start, segment)


def _put(draw: Draw, place: int, value: Any) -> Draw:
    row = list(draw)
    row[place] = value
    return row
