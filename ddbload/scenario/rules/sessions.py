"""Sessions: steps that lead somewhere, loops that send something, pauses that are ranges, names that are there."""

from __future__ import annotations

from collections.abc import Iterator

from ddbload.scenario.actions import END, operations_in, steps_of
from ddbload.scenario.model import Branch, Fresh, LognormalTime, Repeat, Scenario, Session, Step, Think, UniformTime
from ddbload.scenario.quantity import spell_duration
from ddbload.scenario.rules.fault import Fault
from ddbload.scenario.source import Loc, nearest

_MAX_REQUESTS = 10_000


def session_faults(scenario: Scenario) -> Iterator[Fault]:
    """Every session by itself."""
    for name, session in scenario.operations.items():
        if isinstance(session, Session):
            loc: Loc = ("operations", name)
            for here, step in steps_of(session.session, (*loc, "session")):
                yield from _step_faults(scenario, here, step)
            yield from _order_faults((*loc, "session"), session.session)
            if not any(True for _ in operations_in(session)):
                yield Fault((*loc, "session"), "a session that sends nothing", "the name of an operation", at_key=True)
            yield from _branch_faults((*loc, "session"), session.session, sent=False)
            if (most := most_requests(session.session)) > _MAX_REQUESTS:
                message = f"a session of up to {most:,} requests, more than {_MAX_REQUESTS:,}"
                fits = "fewer `times`: those of loops within loops multiply"
                yield Fault((*loc, "session"), message, fits, at_key=True)


def most_requests(steps: list[Step]) -> int:
    """The most requests that steps may send, each loop with all its turns and each branch by its longest arm."""
    total = 0
    for step in steps:
        match step:
            case Repeat():
                total += step.turns[1] * most_requests(step.repeat)
            case Branch():
                total += max(map(most_requests, step.branch.values()))
            case str() if step != END:
                total += 1
            case _:
                pass
    return total


def _step_faults(scenario: Scenario, here: Loc, step: Step) -> Iterator[Fault]:
    match step:
        case str() if step != END:
            yield from _name_faults(scenario, here, step)
        case Think():
            yield from _think_faults((*here, "think"), step)
        case Fresh():
            yield from _fresh_faults(scenario, (*here, "fresh"), step)
        case Repeat():
            yield from _repeat_faults(here, step)
        case _:
            pass


def _name_faults(scenario: Scenario, here: Loc, name: str) -> Iterator[Fault]:
    known = [other for other, operation in scenario.operations.items() if not isinstance(operation, Session)]
    if name not in scenario.operations:
        yield Fault(here, f"there is no operation '{name}'", nearest(name, [*known, END], "there are"))
    elif name not in known:
        yield Fault(here, f"'{name}' is a session, which is no step of another", "its steps themselves")


def _think_faults(here: Loc, step: Think) -> Iterator[Fault]:
    match step.think:
        case UniformTime(uniform=times) if times.max < times.min:
            message = f"max is {spell_duration(times.max)}, below min {spell_duration(times.min)}"
            yield Fault((*here, "uniform", "max"), message, "max: at least min")
        case LognormalTime(lognormal=times) if times.p99 <= times.median:
            message = f"p99 is {spell_duration(times.p99)}, not above the median {spell_duration(times.median)}"
            yield Fault((*here, "lognormal", "p99"), message, "p99: above median")
        case _:
            pass


def _fresh_faults(scenario: Scenario, here: Loc, step: Fresh) -> Iterator[Fault]:
    coordinates = [name for items in scenario.items.values() for name in items.of]
    known = list(dict.fromkeys([*scenario.items, *coordinates, *scenario.values]))
    for position, name in enumerate(step.fresh if isinstance(step.fresh, list) else ()):
        if name not in known:
            message = f"'{name}' is no coordinate, no value and no items"
            yield Fault((*here, position), message, nearest(name, [*known, "all"], "there are"))


def _repeat_faults(here: Loc, step: Repeat) -> Iterator[Fault]:
    if not any(isinstance(inner, str) and inner != END for _, inner in steps_of(step.repeat)):
        yield Fault(
            (*here, "repeat"), "a loop that sends nothing", "the name of an operation among its steps", at_key=True
        )
    fewest, most = step.turns
    if most < fewest:
        yield Fault((*here, "times", "uniform", "max"), f"max is {most}, below min {fewest}", "max: at least min")


def _order_faults(loc: Loc, steps: list[Step]) -> Iterator[Fault]:
    """Nothing comes after `end`."""
    for position, step in enumerate(steps):
        here: Loc = (*loc, position)
        if step == END and position < len(steps) - 1:
            yield Fault(
                (*loc, position + 1), "this step is never reached: the session has ended before", "`end` is last"
            )
            return
        if isinstance(step, Repeat):
            yield from _order_faults((*here, "repeat"), step.repeat)
        elif isinstance(step, Branch):
            for outcome, arm in step.branch.items():
                yield from _order_faults((*here, "branch", outcome), arm)


def _branch_faults(loc: Loc, steps: list[Step], *, sent: bool) -> Iterator[Fault]:
    """A branch goes by the outcome of a request, so that one must have been sent."""
    for position, step in enumerate(steps):
        if isinstance(step, Branch) and not sent:
            message = "a branch before any request, which has no outcome to go by"
            yield Fault((*loc, position, "branch"), message, "an operation before it", at_key=True)
            return
        if isinstance(step, Repeat):
            yield from _branch_faults((*loc, position, "repeat"), step.repeat, sent=sent)
        sent = sent or (isinstance(step, str) and step != END) or isinstance(step, Repeat)
