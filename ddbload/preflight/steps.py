"""A session as numbered steps, with how often each is reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from string import ascii_lowercase

from ddbload.preflight.flow import SessionFlow, flow_of, mean_think_s
from ddbload.preflight.words import counted, wrapped
from ddbload.scenario.actions import END
from ddbload.scenario.model import (
    Branch,
    ExponentialTime,
    Fresh,
    LognormalTime,
    Repeat,
    Scenario,
    Session,
    Step,
    Think,
    UniformTime,
)
from ddbload.scenario.quantity import spell_duration
from ddbload.scenario.source import Loc

_TEXT_WIDTH, _REACHED_WIDTH = 62, 18


def session_lines(scenario: Scenario, session: Session, width: int) -> Iterator[str]:
    """The steps, numbered as 1, 2, 2.1, ..., each with the share of sessions that reach it, or how often they do."""
    flow = flow_of(scenario, session)
    column = min(_TEXT_WIDTH, width - _REACHED_WIDTH)
    yield from _steps(session.session, ("session",), "", flow, depth=0, column=column)
    pauses = f", and {spell_duration(round(flow.think_s, 3))} of think time" if flow.think_s else ""
    calls = ", ".join(f"{name} {count:.3g}" for name, count in flow.calls.items())
    yield from wrapped("  = ", f"{counted(f'{flow.requests:.3g}', 'request')} a session ({calls}){pauses}", width)


def _steps(
    steps: Sequence[Step], loc: Loc, number: str, flow: SessionFlow, *, depth: int, column: int
) -> Iterator[str]:
    for position, step in enumerate(steps):
        here: Loc = (*loc, position)
        own = f"{number}{position + 1}"
        head = f"  {'   ' * depth}{own}. {_words(step)}"
        yield f"{head:<{column}}{_reached(flow.reached.get(here, 0.0))}".rstrip()
        if isinstance(step, Repeat):
            yield from _steps(step.repeat, (*here, "repeat"), f"{own}.", flow, depth=depth + 1, column=column)
        elif isinstance(step, Branch):
            arms: Mapping[str, list[Step]] = {str(name): arm for name, arm in step.branch.items()}
            for letter, (outcome, arm) in zip(ascii_lowercase, arms.items(), strict=False):
                yield f"  {'   ' * (depth + 1)}{own}{letter}. {'otherwise' if outcome == 'else' else f'if {outcome}'}"
                yield from _steps(
                    arm, (*here, "branch", outcome), f"{own}{letter}.", flow, depth=depth + 2, column=column
                )


def _reached(count: float) -> str:
    if count > 1:
        return f"{count:>8.3g} times"
    return f"{count:>8.1%}" if count else "   if it happens"


def _words(step: Step) -> str:
    match step:
        case str():
            return "the session ends" if step == END else step
        case Think():
            return _think_words(step)
        case Fresh():
            what = "everything" if step.fresh == "all" else ", ".join(step.fresh)
            return f"forget what was drawn: {what}"
        case Repeat():
            return _repeat_words(step)
        case Branch():
            return "by the outcome"


def _think_words(step: Think) -> str:
    mean = spell_duration(round(mean_think_s(step.think), 4))
    match step.think:
        case ExponentialTime():
            return f"think {mean} on average, exponential"
        case UniformTime(uniform=times):
            return f"think {spell_duration(times.min)} to {spell_duration(times.max)}"
        case LognormalTime(lognormal=times):
            return f"think {spell_duration(times.median)} in the median, p99 {spell_duration(times.p99)}"
        case _:
            return f"think {mean}"


def _repeat_words(step: Repeat) -> str:
    fewest, most = step.turns
    turns = f"{most} times" if fewest == most else f"{fewest} to {most} times"
    until = f", until {' or '.join(step.until)}" if step.until else ""
    return f"repeat {turns}{until}"
