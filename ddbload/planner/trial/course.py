"""The arrivals of a trial, one after another: calls by themselves, pages and segments, sessions with their steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ddbload.operation import Call, Draw, Outcome
from ddbload.planner.trial.calls import Simulated
from ddbload.planner.trial.control import Control
from ddbload.planner.trial.effects import Effect
from ddbload.planner.trial.heat import HeatTally
from ddbload.planner.trial.tally import Tally
from ddbload.workload import CompiledWorkload
from ddbload.workload.flows import Compound
from ddbload.workload.stream import Ask, Course, Ending, Fork, Within


def _nothing_to_do(_position: int, _draws: Sequence[Draw]) -> None:
    """All items are there."""


@dataclass(slots=True)
class Trial:
    """Arrivals under way.

    Attributes:
        ready: called with the position of an operation, and with draws of it that are to come.
        controls: operation -> what is known of the items that it puts.
        tallies: operation -> what its calls come to, probes and all.
        measured: operation -> what its calls in the measured phases come to.
        visits: session -> how many arrived; `steps`: session -> calls of each operation in all of them.
        work: items that the calls were about.
        heat: where the units of arrivals went, probes aside.
    """

    workload: CompiledWorkload
    calls: Sequence[Simulated]
    ready: Callable[[int, Sequence[Draw]], None] = _nothing_to_do
    controls: Mapping[str, Control | None] = field(default_factory=dict)
    tallies: dict[str, Tally] = field(default_factory=dict)
    measured: dict[str, Tally] = field(default_factory=dict)
    visits: Counter[str] = field(default_factory=Counter)
    steps: dict[str, Counter[str]] = field(default_factory=dict)
    work: int = 0
    heat: HeatTally = field(default_factory=HeatTally)
    _now: str = ""
    _measured: bool = True
    _keep: bool = True

    def arrive(self, position: int, slot: int, draw: Any, *, measured: bool = True) -> None:
        """One arrival, to its end; `measured`: it is due in a phase that is."""
        self._measured = measured
        plain = len(self.workload.operations)
        if position < plain:
            self._note(self.name(position), self._send(position, draw))
            return
        flow = self.workload.flows[position - plain]
        if flow.api != "session":
            effect = Effect(requests=0)
            effect.outcome = self._go(flow.begin(slot, draw), slot, effect).outcome
            self._note(flow.name, effect)
            return
        self.visits[flow.name] += 1
        self.steps.setdefault(flow.name, Counter())
        self._now = flow.name
        self._go(flow.begin(slot, draw), slot, None)
        self._now = ""

    def prepare(self, position: int, draws: Sequence[Any]) -> None:
        """Tell what arrivals are to come; those of sessions draw as they go."""
        plain = len(self.workload.operations)
        flow = None if position < plain else self.workload.flows[position - plain]
        if flow is None:
            self.ready(position, draws)
        elif isinstance(flow, Compound):
            self.ready(flow.page, draws)

    def probe(self, position: int, slot: int, draw: Any) -> None:
        """An arrival beside the others, which changes nothing; not of a session."""
        self._keep = False
        self.arrive(position, slot, draw, measured=False)
        self._keep = True

    def name(self, position: int) -> str:
        """The operation at a position."""
        plain = len(self.workload.operations)
        return (
            self.workload.operations[position].name if position < plain else self.workload.flows[position - plain].name
        )

    def _send(self, position: int, draw: Draw) -> Effect:
        self.work += self.workload.operations[position].parts if self._keep else 0
        return self.calls[position](draw, keep=self._keep)

    def _note(self, name: str, effect: Effect) -> None:
        if name not in self.tallies:
            self.tallies[name] = Tally(control=self.controls.get(name))
        self.tallies[name].add(effect)
        if self._keep:
            self.heat.add(effect.touched)
        if self._measured:
            self.measured.setdefault(name, Tally()).add(effect)
        if self._now:
            self.steps[self._now][name] += 1

    def _go(self, course: Course, slot: int, whole: Effect | None) -> Ending:
        """A course to its end; the requests of a compound call are one effect."""
        answer: Any = None
        plain = len(self.workload.operations)
        while True:
            try:
                step = course.send(answer)
            except StopIteration as over:
                ending: Ending = over.value
                return ending
            answer = None
            match step:
                case Ask(operation, draw):
                    effect = self._send(operation, draw)
                    if whole is None:
                        self._note(self.workload.operations[operation].name, effect)
                    else:
                        whole.absorb(effect)
                        whole.requests += 1
                    answer = _answered(operation, slot, draw, effect)
                case Fork(courses):
                    answer = tuple([self._go(one, slot, whole) for one in courses])
                case Within(flow, inner):
                    inside = Effect(requests=0)
                    answer = self._go(inner, slot, inside)
                    inside.outcome = answer.outcome
                    self._note(self.workload.flows[flow - plain].name, inside)


def _answered(operation: int, slot: int, draw: Draw, effect: Effect) -> Call:
    call = Call(operation, slot, None, draw, 0)
    call.outcome, call.reply = effect.outcome, effect.reply
    if effect.outcome not in {Outcome.OK, Outcome.NOT_FOUND, Outcome.CONDITION_FAILED}:
        call.reason = "refused"
    return call
