"""What a session sends: how often each of its steps is reached, by `expect` and `missing`.

Expected values, exact for steps whose outcomes do not depend on each other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ddbload.scenario.actions import END, actions_of
from ddbload.scenario.model import (
    AnyOperation,
    Branch,
    ExponentialTime,
    LognormalTime,
    Repeat,
    Scenario,
    Session,
    Step,
    Think,
    ThinkTime,
    UniformTime,
)
from ddbload.scenario.source import Loc
from ddbload.values.lognormal import sigma_of

_GOES_ON = ("ok", "not_found", "condition_failed")


@dataclass(slots=True)
class SessionFlow:
    """What is expected of one session.

    Attributes:
        reached: how often each step is begun, by its place within the operation.
        calls: how often each operation is called, in the order of their first steps.
        think_s: seconds of think time.
    """

    reached: dict[Loc, float] = field(default_factory=dict)
    calls: dict[str, float] = field(default_factory=dict)
    think_s: float = 0.0

    @property
    def requests(self) -> float:
        """Calls of operations in one session."""
        return sum(self.calls.values())


@dataclass(frozen=True, slots=True)
class _State:
    """The probability of still being there, and that of each outcome of the last request, given that."""

    there: float
    last: Mapping[str, float]


def flow_of(scenario: Scenario, session: Session) -> SessionFlow:
    """What is expected of a session."""
    flow = SessionFlow()
    _walk(scenario, session.session, ("session",), _State(1.0, {}), (), flow)
    return flow


def outcomes_of(operation: AnyOperation) -> dict[str, float]:
    """The probability of each outcome that is expected: of a condition that fails, of an item that is missing."""
    actions = actions_of(operation)
    fails = 0.0 if isinstance(operation, Session) else operation.expect.fails or 0.0
    reads = all(action.kind in {"get", "query"} for action in actions)
    found = (
        math.prod((1 - action.missing) ** action.count for action in actions) if reads and len(actions) == 1 else 1.0
    )
    ok = (1 - fails) * found
    told = {"ok": ok, "condition_failed": fails, "not_found": 1 - fails - ok}
    return {outcome: share for outcome, share in told.items() if share > 0}


def mean_think_s(think: ThinkTime) -> float:
    """The mean of a pause, in seconds."""
    match think:
        case ExponentialTime():
            return think.exponential
        case UniformTime():
            return (think.uniform.min + think.uniform.max) / 2
        case LognormalTime():
            sigma = sigma_of(think.lognormal.median, think.lognormal.p99)
            return think.lognormal.median * math.exp(sigma * sigma / 2)
        case _:
            return think


def _walk(
    scenario: Scenario, steps: Sequence[Step], loc: Loc, state: _State, until: Sequence[str], flow: SessionFlow
) -> tuple[_State, dict[str, float]]:
    """The state after some steps, and the probability of having left the loop by each outcome of `until`."""
    left: dict[str, float] = {}
    for position, step in enumerate(steps):
        here: Loc = (*loc, position)
        flow.reached[here] = flow.reached.get(here, 0.0) + state.there
        match step:
            case str() if step == END:
                return _State(0.0, {}), left
            case str():
                state = _after(scenario, step, state, flow)
                gone = {outcome: state.there * state.last.get(outcome, 0.0) for outcome in until}
                left = {outcome: left.get(outcome, 0.0) + share for outcome, share in gone.items()}
                state = _without(state, gone)
            case Think():
                flow.think_s += state.there * mean_think_s(step.think)
            case Repeat():
                state = _loop(scenario, step, here, state, flow)
            case Branch():
                state, gone = _fork(scenario, step, here, state, until, flow)
                left = {outcome: left.get(outcome, 0.0) + share for outcome, share in gone.items()}
            case _:
                pass
    return state, left


def _after(scenario: Scenario, name: str, state: _State, flow: SessionFlow) -> _State:
    """After a request. A capture that finds nothing ends the session."""
    flow.calls[name] = flow.calls.get(name, 0.0) + state.there
    operation = scenario.operations[name]
    told = outcomes_of(operation)
    if any(path != "count" for path in getattr(operation, "capture", {}).values()):
        lost = told.pop("not_found", 0.0)
        kept = 1 - lost
        told = {outcome: share / kept for outcome, share in told.items()} if kept > 0 else {}
        return _State(state.there * kept, told)
    return _State(state.there, told)


def _without(state: _State, gone: Mapping[str, float]) -> _State:
    there = state.there - sum(gone.values())
    if there <= 0:
        return _State(0.0, {})
    last = {outcome: share * state.there / there for outcome, share in state.last.items() if not gone.get(outcome)}
    return _State(there, last)


def _loop(scenario: Scenario, step: Repeat, here: Loc, state: _State, flow: SessionFlow) -> _State:
    """Turns are alike, so that each is reached by the same share of those who began the one before."""
    turn = SessionFlow()
    after, left = _walk(scenario, step.repeat, (*here, "repeat"), _State(1.0, state.last), step.until or (), turn)
    begun, through = _turns(step, after.there)
    for place, count in turn.reached.items():
        flow.reached[place] = flow.reached.get(place, 0.0) + count * begun * state.there
    for name, count in turn.calls.items():
        flow.calls[name] = flow.calls.get(name, 0.0) + count * begun * state.there
    flow.think_s += turn.think_s * begun * state.there
    gone = {outcome: share * begun for outcome, share in left.items()}
    there = through + sum(gone.values())
    if there <= 0:
        return _State(0.0, {})
    mixed = {outcome: share * through for outcome, share in (after.last if begun else state.last).items()}
    last = {name: (mixed.get(name, 0.0) + gone.get(name, 0.0)) / there for name in (*mixed, *gone)}
    return _State(state.there * min(there, 1.0), last)


def _turns(step: Repeat, stays: float) -> tuple[float, float]:
    """Turns that are begun on average, and the probability of coming through all of them."""
    fewest, most = step.turns
    if stays >= 1:
        return (fewest + most) / 2, 1.0
    counts = range(fewest, min(most, fewest + 10_000) + 1)
    begun = sum((1 - stays**count) / (1 - stays) for count in counts) / len(counts)
    return begun, sum(stays**count for count in counts) / len(counts)


def _fork(
    scenario: Scenario, step: Branch, here: Loc, state: _State, until: Sequence[str], flow: SessionFlow
) -> tuple[_State, dict[str, float]]:
    otherwise = step.branch.get("else")
    left: dict[str, float] = {}
    ends: list[_State] = []
    for outcome in (*_GOES_ON, *(name for name in step.branch if name not in {*_GOES_ON, "else"})):
        share = state.there * state.last.get(outcome, 0.0)
        arms: Mapping[str, list[Step]] = {str(name): arm for name, arm in step.branch.items()}
        named = outcome in arms
        arm = arms[outcome] if named else otherwise
        if arm is None:
            ends.append(_State(share, {outcome: 1.0}))
            continue
        place: Loc = (*here, "branch", outcome if named else "else")
        after, gone = _walk(scenario, arm, place, _State(share, {outcome: 1.0}), until, flow)
        ends.append(after)
        left = {name: left.get(name, 0.0) + gone.get(name, 0.0) for name in (*left, *gone)}
    there = sum(end.there for end in ends)
    if there <= 0:
        return _State(0.0, {}), left
    names = dict.fromkeys(name for end in ends for name in end.last)
    last = {name: sum(end.there * end.last.get(name, 0.0) for end in ends) / there for name in names}
    return _State(there, last), left
