"""Families that puts make longer: what is latest in them, and new items in the loops of sessions."""

from __future__ import annotations

from collections.abc import Iterator

from ddbload.scenario.actions import Action, actions_of, picks_next, steps_of
from ddbload.scenario.model import Fresh, Latest, Repeat, Scenario, Session
from ddbload.scenario.rules.fault import Fault
from ddbload.scenario.source import Loc

_OF_ONE_ITEM = frozenset({"get", "update", "delete", "check"})


def growing_puts(scenario: Scenario) -> dict[str, list[tuple[str, Action]]]:
    """Family -> the puts that make it longer, each with the name of its operation."""
    found: dict[str, list[tuple[str, Action]]] = {}
    for name, operation in scenario.operations.items():
        for action in actions_of(operation):
            if picks_next(action.pick):
                found.setdefault(action.family, []).append((name, action))
    return found


def growth_faults(scenario: Scenario) -> Iterator[Fault]:
    """The latest of a family whose new rows hold one item each are mostly not there. Of sound operations."""
    growing = growing_puts(scenario)
    for name, operation in scenario.operations.items():
        for action in actions_of(operation):
            family, coordinates = action.family, list(scenario.items[action.family].of)
            by = next((put for put, one in growing.get(family, ()) if isinstance(one.pick, dict)), None)
            if by is None or len(coordinates) == 1 or action.kind not in _OF_ONE_ITEM or not _picks_latest(action):
                continue
            first = coordinates[0]
            message = (
                f"'{by}' puts one '{family}' into each new '{first}', so that the latest by number are mostly not there"
            )
            fits = f"a query with `descending: true` and `limit: 1`; or pick: next in '{by}', for whole rows of items"
            yield Fault(("operations", name, *action.loc, "pick"), message, fits)


def _picks_latest(action: Action) -> bool:
    choosers = action.pick.values() if isinstance(action.pick, dict) else (action.pick,)
    return any(chooser == "latest" or isinstance(chooser, Latest) for chooser in choosers)


def growth_notices(scenario: Scenario) -> Iterator[Fault]:
    """New items in a loop whose draw is never forgotten: the same one on every turn."""
    growing = growing_puts(scenario)
    for name, session in scenario.operations.items():
        if isinstance(session, Session):
            for here, step in steps_of(session.session, ("operations", name, "session")):
                if isinstance(step, Repeat) and step.turns[1] > 1:
                    yield from _loop_notices(scenario, (*here, "repeat"), step, growing)


def _loop_notices(
    scenario: Scenario, loc: Loc, loop: Repeat, growing: dict[str, list[tuple[str, Action]]]
) -> Iterator[Fault]:
    """Of the steps that are in this loop and in none within it."""
    forgotten: set[str] = set()
    for _, step in steps_of(loop.repeat):
        if isinstance(step, Fresh):
            forgotten |= {*scenario.items} if step.fresh == "all" else {*step.fresh}
    for here, step in steps_of(loop.repeat, loc):
        if not isinstance(step, str) or "repeat" in here[len(loc) :]:
            continue
        for family, puts in growing.items():
            again = any(put == step and action.count == 1 for put, action in puts)
            if again and not forgotten & {family, *scenario.items[family].of}:
                message = f"every turn of the loop puts the same new '{family}': what a session has drawn, it keeps"
                yield Fault(here, message, f"{{fresh: [{family}]}} in the loop, to put another one on each turn")
