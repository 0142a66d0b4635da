"""Arrivals under way: a plain call goes through the gate as it is; a session or a compound operation step by step.

Each request of a flow takes a slot of the gate like any other call; a flow that thinks takes none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from ddbload.clock import Timer
from ddbload.engine.gate import Gate, Lane
from ddbload.operation import Call, Outcome
from ddbload.workload.stream import Ask, Course, Ending, Fork, Pause, Within

FINISH_S = 30.0
"""Flows under way when the plan ends are let go on for so long: what they would begin later is cut off."""
BEHIND = "the client was behind"
"""The reason of a call that is late by the client's own fault."""
STOPPED = "the run was stopped"
_FINISH_NS = round(FINISH_S * 1e9)


class Arrivals:
    """Takes arrivals in, and says when each is over.

    Args:
        lane: clock, sender, recorder, flows.
        on_over: called with an arrival's call when it was answered, given up, came to its ending or was cut off.

    Attributes:
        gate: requests under way and those that wait for a slot.
    """

    def __init__(self, lane: Lane, on_over: Callable[[Call], None]) -> None:
        self._lane = lane
        self._on_over = on_over
        self._plain = len(lane.prepared)
        self.gate = Gate(lane, self._answered)
        self._journeys: dict[Journey, None] = {}  # in the order of their beginning
        self.stopped = False

    @property
    def empty(self) -> bool:
        """Whether nothing is under way and nothing waits."""
        return self.gate.empty and not self._journeys

    def admit(self, call: Call) -> None:
        """Send a plain call as soon as there is a slot; begin a flow."""
        number = call.operation - self._plain
        if number < 0:
            self.gate.admit(call)
            return
        journey = Journey(self, self._lane, call)
        self._journeys[journey] = None
        journey.begin(self._lane.flows[number].begin(call.slot, call.draw))

    def give_up(self, call: Call, now_ns: int, reason: str) -> None:
        """Record an arrival that is not begun."""
        if call.operation < self._plain:
            self.gate.give_up(call, now_ns, reason)
        else:
            call.outcome, call.reason, call.done_ns = Outcome.LATE, reason, now_ns
            self._lane.recorder.record_flow(call, {})
            self._on_over(call)

    def stop(self) -> None:
        """Begin nothing more. Requests under way are waited for, those without a slot are given up.

        A flow whose next step this forbids is cut off: it neither ended nor failed.
        """
        self.stopped = True
        for journey in list(self._journeys):
            journey.stop_thinking()
        self.gate.give_up_waiting(STOPPED)

    def over(self, journey: Journey, *, cut: bool) -> None:
        """A flow has come to its ending, or was cut off."""
        del self._journeys[journey]
        call = journey.call
        if cut:
            call.done_ns = self._lane.clock.now_ns()
            self._lane.recorder.cut(call)
        else:
            self._lane.recorder.record_flow(call, journey.made)
        self._on_over(call)

    def _answered(self, call: Call) -> None:
        if call.flow is None:
            self._on_over(call)
        else:
            call.flow.answered(call)


class Journey:
    """One flow under way. Its call is the whole: due, released, sent with its first request, done with its ending.

    `Call.attempts` counts the requests of all its steps, `Call.backoff_ns` is its think time: of courses side by side,
    that of the one that ended last.
    """

    __slots__ = ("_asked", "_behind", "_course", "_cut", "_lane", "_owner", "_timers", "call", "made")

    def __init__(self, owner: Arrivals, lane: Lane, call: Call) -> None:
        self._owner = owner
        self._lane = lane
        self.call = call
        self._course: Course | None = None
        self._asked = 0  # requests under way
        self._timers: dict[Strand, Timer] = {}  # those that think
        self._cut = False
        self._behind = False
        self.made: Counter[int] = Counter()  # its requests by operation

    def begin(self, course: Course) -> None:
        """Take the first steps: they are due when the arrival is."""
        self._course = course
        Strand(self, course, self.call.due_ns, self._end).go_on(None)

    def ask(self, strand: Strand, ask: Ask) -> None:
        """Send a request of one of its courses, due when that course came to it."""
        if self._forbidden(strand.at_ns):
            return
        lane, now_ns = self._lane, self._lane.clock.now_ns()
        call = Call(ask.operation, self.call.slot, lane.prepared[ask.operation], ask.draw, strand.at_ns)
        call.flow = strand
        # what a first step waited for beyond that, the arrival before it in its chain was the reason of
        call.released_ns = self.call.released_ns if strand.at_ns == self.call.due_ns else now_ns
        self._asked += 1
        self.made[ask.operation] += 1
        if call.released_ns - call.due_ns <= lane.max_late_ns:
            self._owner.gate.admit(call)
            return
        if not self._behind:
            self._behind = True
            lane.recorder.late_by_client(self.call.due_ns)
        self._owner.gate.give_up(call, now_ns, BEHIND)

    def stage(self, strand: Strand, position: int) -> Call:
        """The call of a compound step, which begins where a course is now."""
        stage = Call(position, self.call.slot, None, (), strand.at_ns)
        stage.flow = strand
        stage.released_ns = self._lane.clock.now_ns()
        return stage

    def record_stage(self, stage: Call) -> None:
        """A compound step came to its ending."""
        self._lane.recorder.record_flow(stage, {})

    def think(self, strand: Strand, until_ns: int) -> None:
        """Let one of its courses wait; not beyond the end of the plan for a step that would be too late anyway."""
        if self._owner.stopped:
            self._cut_off()
            return
        end_ns = self._lane.end_ns
        when_ns = until_ns if until_ns <= end_ns + _FINISH_NS else max(strand.at_ns, end_ns)
        self._timers[strand] = self._lane.clock.call_at(when_ns, partial(self._thought, strand, until_ns))

    def _thought(self, strand: Strand, until_ns: int) -> None:
        del self._timers[strand]
        if not self._forbidden(until_ns):
            strand.at_ns = until_ns
            strand.go_on(None)

    def answered(self, strand: Strand, call: Call) -> None:
        """Go on after a request: to the course's next step, or its ending."""
        self._asked -= 1
        for whole in (self.call, strand.stage):
            if whole is not None:
                whole.attempts += call.attempts
                if call.sent_ns and not 0 < whole.sent_ns <= call.sent_ns:
                    whole.sent_ns = call.sent_ns
        strand.at_ns = call.done_ns
        if self._owner.stopped and call.outcome is Outcome.LATE:
            self._cut = True
        if not self._cut:
            strand.go_on(call)
        if self._cut:
            self._cut_off()

    def stop_thinking(self) -> None:
        """The run is stopped: a flow that thinks is cut off now, one that waits for an answer at its next step."""
        if self._timers:
            self._cut_off()

    def _forbidden(self, due_ns: int) -> bool:
        """Whether no step may begin any more; the flow is cut off then."""
        if self._owner.stopped or due_ns > self._lane.end_ns + _FINISH_NS:
            self._cut_off()
        return self._cut

    def _cut_off(self) -> None:
        self._cut = True
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        if not self._asked and self._course is not None:
            self._course = None
            self._owner.over(self, cut=True)

    def _end(self, strand: Strand, ending: Ending) -> None:
        call = self.call
        call.outcome, call.reason = ending.outcome, ending.reason
        call.done_ns, call.backoff_ns = strand.at_ns, strand.thought_ns
        self._course = None
        self._owner.over(self, cut=False)


class Strand:
    """One course under way: the whole flow's, or one of those that go side by side.

    Attributes:
        at_ns: how far it has come: when its last answer came or its last think time was over.
        thought_ns: the think time on its way so far.
        stage: the compound step that it is a part of; None: it is none of such a step.
    """

    __slots__ = ("_course", "_journey", "_on_end", "at_ns", "stage", "thought_ns")

    def __init__(
        self,
        journey: Journey,
        course: Course,
        at_ns: int,
        on_end: Callable[[Strand, Ending], None],
        stage: Call | None = None,
    ) -> None:
        self._journey = journey
        self.stage = stage
        self._course = course
        self._on_end = on_end
        self.at_ns = at_ns
        self.thought_ns = 0

    @property
    def position(self) -> int:
        """The position of its flow in the workload."""
        return self._journey.call.operation

    def answered(self, call: Call) -> None:
        """Its request is over."""
        self._journey.answered(self, call)

    def go_on(self, came: Any) -> None:
        """Tell the course what it waited for, and do what it wants next."""
        try:
            wish = self._course.send(came)
        except StopIteration as over:
            self._on_end(self, over.value)
            return
        if isinstance(wish, Ask):
            self._journey.ask(self, wish)
        elif isinstance(wish, Pause):
            self.thought_ns += wish.ns
            self._journey.think(self, self.at_ns + wish.ns)
        elif isinstance(wish, Within):
            self._step_in(wish)
        else:
            self._fork(wish)

    def _step_in(self, wish: Within) -> None:
        """Go a compound step: a whole of its own, due when this course came to it."""
        stage = self._journey.stage(self, wish.flow)
        Strand(self._journey, wish.course, self.at_ns, partial(self._step_out, stage), stage).go_on(None)

    def _step_out(self, stage: Call, through: Strand, ending: Ending) -> None:
        stage.outcome, stage.reason = ending.outcome, ending.reason
        stage.done_ns, stage.backoff_ns = through.at_ns, through.thought_ns
        self._journey.record_stage(stage)
        self.at_ns = through.at_ns
        self.thought_ns += through.thought_ns
        self.go_on(ending)

    def _fork(self, fork: Fork) -> None:
        branches = Branches(self, len(fork.courses))
        strands = [
            Strand(self._journey, course, self.at_ns, partial(branches.ended, number), self.stage)
            for number, course in enumerate(fork.courses)
        ]
        for strand in strands:
            strand.go_on(None)
        if not strands:
            self.go_on(())

    def join(self, last: Strand, endings: Sequence[Ending | None]) -> None:
        """Go on where the last of the courses side by side ended."""
        self.at_ns = last.at_ns
        self.thought_ns += last.thought_ns
        self.go_on(tuple(endings))


class Branches:
    """Courses side by side: waits for all of their endings."""

    __slots__ = ("_endings", "_last", "_left", "_trunk")

    def __init__(self, trunk: Strand, number: int) -> None:
        self._trunk = trunk
        self._endings: list[Ending | None] = [None] * number
        self._left = number
        self._last: Strand | None = None

    def ended(self, number: int, strand: Strand, ending: Ending) -> None:
        """One of them is over."""
        self._endings[number] = ending
        self._left -= 1
        if self._last is None or strand.at_ns > self._last.at_ns:
            self._last = strand
        if not self._left:
            self._trunk.join(self._last, self._endings)
