"""How often a session does something at most: what it has to be given ordinals for before it begins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ddbload.scenario.actions import END, Action, actions_of, picks_next
from ddbload.scenario.model import Scenario, Session
from ddbload.scenario.model.sessions import Branch, Fresh, Repeat, Step
from ddbload.workload.counting import Group, new_items, own_calls
from ddbload.workload.picking import counts_calls


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that one session does on its longest way.

    Attributes:
        requests: operation -> how often it is a step.
        freshes: how often anything is forgotten.
    """

    requests: Mapping[str, int]
    freshes: int

    def draws(self, operation: str, action: Action) -> int:
        """How often an action draws: what is shared is drawn once, and anew when it was forgotten."""
        times = self.requests.get(operation, 0)
        return times if action.count > 1 else min(times, 1 + self.freshes)


def bounds_of(session: Session) -> Bounds:
    """The bounds of a session; of the arms of a branch, the larger one counts."""
    counted = _of_steps(session.session)
    freshes = counted.pop(_FRESH, 0)
    return Bounds(counted, freshes)


def counted_by(scenario: Scenario, name: str, session: Session) -> dict[Group, int]:
    """How much one session counts in which groups. New items that it does not make after all are never made."""
    bounds = bounds_of(session)
    shared: Counter[str] = Counter()
    found: dict[Group, int] = {}
    for step in bounds.requests:
        for action in actions_of(scenario.operations[step]):
            if counts_calls(action.pick):
                found[own_calls(name)] = 1
            if picks_next(action.pick) and action.count > 1:
                group = new_items(action.family)
                found[group] = found.get(group, 0) + action.count * bounds.requests[step]
            elif picks_next(action.pick):
                shared[action.family] += bounds.requests[step]
    for family, times in shared.items():
        found[new_items(family)] = found.get(new_items(family), 0) + min(times, 1 + bounds.freshes)
    return found


_FRESH = "fresh "
"""No operation has this name."""


def _of_steps(steps: Sequence[Step]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for step in steps:
        match step:
            case Repeat():
                counted.update({name: times * step.turns[1] for name, times in _of_steps(step.repeat).items()})
            case Branch():
                arms: Counter[str] = Counter()
                for arm in step.branch.values():
                    arms |= _of_steps(arm)
                counted.update(arms)
            case Fresh():
                counted[_FRESH] += 1
            case str() if step != END:
                counted[step] += 1
    return counted
