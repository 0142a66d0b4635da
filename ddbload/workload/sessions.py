"""Sessions as flows: steps, think times, loops and branches, over draws that the steps share."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ddbload.operation import Call, Draw, Outcome
from ddbload.scenario.actions import END
from ddbload.scenario.model.sessions import Branch, Fresh, Repeat, Step, Think, UniformTurnsForm
from ddbload.workload.captures import Capture
from ddbload.workload.flows import GOES_ON, Compound, Replies
from ddbload.workload.sharing import Memory, Table
from ddbload.workload.stream import Ask, Course, Ending, Fork, Pause, Within

SESSION = "session"


@dataclass(frozen=True, slots=True)
class StepOperation:
    """An operation as a step.

    Attributes:
        position: of its request in the workload.
        pages: how it is sent where one of it is several requests.
        capture: name -> where the value stands in the answer.
    """

    position: int
    pages: tuple[int, Compound] | None
    capture: Mapping[str, Capture]


@dataclass(frozen=True, slots=True)
class LoopEnd:
    """A loop is over, by what it is repeated until: the one at this depth."""

    depth: int


Signal = Ending | LoopEnd | None
"""What becomes of a stretch of steps: the session is over, a loop is over, or it goes on."""
Stretch = Generator[Ask | Pause | Fork | Within, Any, Signal]


@dataclass(frozen=True, slots=True)
class SessionFlow:
    """A session: one arrival, whose steps are its requests.

    Attributes:
        forgets: what `fresh` may name -> the coordinates that are forgotten with it, and the values.
    """

    name: str
    steps: tuple[Step, ...]
    operations: Mapping[str, StepOperation]
    forgets: Mapping[str, tuple[Sequence[str], Sequence[str]]]
    api: str = SESSION

    def begin(self, slot: int, draw: Any) -> Course:  # noqa: ARG002 - the contract of flows
        """The course of one session; `draw` is its block's table and its row there."""
        table, row = draw
        return _Visit(self, table, row, table.memory(row)).course()


@dataclass(slots=True)
class _Visit:
    """One session under way.

    Attributes:
        last: the outcome of the last request.
        failed: the ending that is due unless a branch or a loop handles the last outcome.
    """

    flow: SessionFlow
    table: Table
    row: int
    memory: Memory
    last: Outcome = Outcome.OK
    failed: Ending | None = None

    def course(self) -> Course:
        signal = yield from self._stretch(self.flow.steps, ())
        ending = signal if isinstance(signal, Ending) else self.failed
        return ending or Ending(Outcome.OK)

    def _stretch(self, steps: Sequence[Step], loops: tuple[frozenset[str], ...]) -> Stretch:
        for step in steps:
            signal = yield from self._step(step, loops)
            if signal is not None:
                return signal
        return None

    def _step(self, step: Step, loops: tuple[frozenset[str], ...]) -> Stretch:  # noqa: PLR0911 - a branch a kind
        match step:
            case Think():
                pause = self.table.think_ns(self.row, step.think, self.memory.instance())
                if pause:
                    yield Pause(pause)
                return None
            case Fresh():
                self._forget(step)
                return None
            case Branch():
                return (yield from self._branch(step, loops))
        if self.failed is not None:
            return self.failed
        if isinstance(step, Repeat):
            return (yield from self._repeat(step, loops))
        if step == END:
            return Ending(Outcome.OK)
        yield from self._request(step)
        for depth, until in enumerate(loops):
            if self.last in until:
                self.failed = None
                return LoopEnd(depth)
        return None

    def _branch(self, step: Branch, loops: tuple[frozenset[str], ...]) -> Stretch:
        arm = step.branch.get(self.last.value, step.branch.get("else"))  # type: ignore[call-overload]  # any outcome
        if arm is None:
            return None
        self.failed = None
        return (yield from self._stretch(arm, loops))

    def _repeat(self, step: Repeat, loops: tuple[frozenset[str], ...]) -> Stretch:
        depth = len(loops)
        for _ in range(self._turns(step)):
            signal = yield from self._stretch(step.repeat, (*loops, frozenset(step.until or ())))
            if isinstance(signal, LoopEnd) and signal.depth == depth:
                break
            if signal is not None:
                return signal
            if self.failed is not None:
                break
        return None

    def _turns(self, step: Repeat) -> int:
        if not isinstance(step.times, UniformTurnsForm):
            return step.times
        span = step.times.uniform
        return span.min + self.table.below(self.row, "turns", self.memory.instance(), span.max - span.min + 1)

    def _request(self, name: str) -> Generator[Ask | Pause | Fork | Within, Any, None]:
        operation = self.flow.operations[name]
        if lacking := self.table.lacks(name, self.memory):
            self._nothing(f"{name}: nothing was captured as '{lacking}'")
            return
        draw: Draw = self.table.draw(self.row, name, self.memory)
        replies: Replies = []
        if operation.pages is None:
            call: Call = yield Ask(operation.position, draw)
            replies += [*call.answers, call.reply or {}]  # of a batch, what came before its rest
            ending = Ending(call.outcome, call.reason)
        else:
            whole, pages = operation.pages
            ending = yield Within(whole, pages.course(draw, replies))
        self.last = ending.outcome
        self.failed = None if ending.outcome in GOES_ON else ending
        if self.failed is None:
            self._capture(name, operation.capture, replies)

    def _capture(self, name: str, captures: Mapping[str, Capture], replies: Replies) -> None:
        for captured, capture in captures.items():
            value = capture.of(replies, self._chosen)
            if value is None:
                self._nothing(f"{name}: there is nothing to capture as '{captured}'")
                return
            self.memory.captured[captured] = value

    def _nothing(self, reason: str) -> None:
        self.last, self.failed = Outcome.NOT_FOUND, Ending(Outcome.NOT_FOUND, reason)

    def _chosen(self, count: int) -> int:
        return self.table.below(self.row, "any", self.memory.instance(), count)

    def _forget(self, step: Fresh) -> None:
        names = list(self.flow.forgets) if step.fresh == "all" else step.fresh
        coordinates = [one for name in names for one in self.flow.forgets[name][0]]
        values = dict.fromkeys(one for name in names for one in self.flow.forgets[name][1])
        self.memory.forget(coordinates, values)
        if step.fresh == "all":
            self.memory.captured.clear()
