"""What an operation does, one action at a time: the same view of single calls, batches, transactions and PartiQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ddbload.scenario import model
from ddbload.scenario.model import AnyOperation, Load, Pick, Scenario, Session
from ddbload.scenario.model.sessions import Branch, Repeat, Step
from ddbload.scenario.source import Loc

END = "end"
"""The step that ends a session."""
TRANSACTIONS = frozenset({"transact_get", "transact_write", "execute_transaction"})
"""Kinds of operations whose actions are all done or none, for twice the units."""

Spec = (
    model.Get
    | model.Put
    | model.Update
    | model.Delete
    | model.Query
    | model.Scan
    | model.GetAction
    | model.PutAction
    | model.UpdateAction
    | model.DeleteAction
    | model.CheckAction
    | model.Execute
    | model.Statement
)
"""Where an action is written."""


@dataclass(frozen=True, slots=True)
class Action:
    """One action of an operation, on items of one family.

    Attributes:
        kind: "get", "put", "update", "delete", "check", "query", "scan" or "statement".
        family: the items it is about.
        spec: where it is written.
        loc: its place within the operation: (), or such as ("transact_write", 2).
        key: the key in `spec` that names the family: "get", ..., "about".
        count: how many items, each another one.
    """

    kind: str
    family: str
    spec: Spec
    loc: Loc
    key: str
    count: int = 1

    @property
    def pick(self) -> Pick:
        """How its items are picked; a scan picks none."""
        return "uniform" if isinstance(self.spec, model.Scan) else self.spec.pick

    @property
    def missing(self) -> float:
        """The share of its items that are not there."""
        return 0.0 if isinstance(self.spec, model.Scan) else self.spec.missing


_KINDS = ("get", "put", "update", "delete", "check", "query", "scan", "about")
"""The keys that name the items of an action; `about` is that of a statement."""


def picks_next(pick: Pick) -> bool:
    """Whether a pick makes new items."""
    return pick == "next" or (isinstance(pick, dict) and "next" in pick.values())


def kind_of(operation: AnyOperation) -> str:
    """The key that says what an operation does: "get", "transact_write", "session"."""
    fields = type(operation).model_fields
    return next(key for key in model.OPERATION_KEYS if key in fields)


def actions_of(operation: AnyOperation) -> tuple[Action, ...]:
    """The actions of an operation, in order; a session has none of its own."""
    if isinstance(operation, Session):
        return ()
    kind = kind_of(operation)
    inside = getattr(operation, kind)
    if isinstance(inside, list):
        return tuple(_action(spec, (kind, position)) for position, spec in enumerate(inside))
    return (_action(operation, ()),)


def _action(spec: Any, loc: Loc) -> Action:
    key = next(key for key in _KINDS if key in type(spec).model_fields)
    kind = "statement" if key == "about" else key
    return Action(kind, getattr(spec, key), spec, loc, key, getattr(spec, "count", 1))


def steps_of(steps: list[Step], loc: Loc = ()) -> Iterator[tuple[Loc, Step]]:
    """Every step of a session, those within loops and branches too, in the order of the file, with its place."""
    for position, step in enumerate(steps):
        here: Loc = (*loc, position)
        yield here, step
        if isinstance(step, Repeat):
            yield from steps_of(step.repeat, (*here, "repeat"))
        elif isinstance(step, Branch):
            for outcome, arm in step.branch.items():
                yield from steps_of(arm, (*here, "branch", outcome))


def operations_in(session: Session) -> Iterator[tuple[Loc, str]]:
    """The operations that a session names, with their places within the operation; `end` is none."""
    for loc, step in steps_of(session.session, ("session",)):
        if isinstance(step, str) and step != END:
            yield loc, step


def mixes(load: Load) -> Iterator[tuple[Loc, Mapping[str, float]]]:
    """Every mix of a load, with its place; a replay has none."""
    if load.mix is not None:
        yield ("load", "mix"), load.mix
    for name, stream in (load.streams or {}).items():
        yield ("load", "streams", name, "mix"), stream.mix


def arrivals_of(scenario: Scenario) -> tuple[str, ...]:
    """The operations that arrive by themselves: those with a weight in a mix, or that a trace names."""
    replay = scenario.load.replay
    if replay is not None:
        return tuple(dict.fromkeys(replay.operations.values())) or tuple(scenario.operations)
    named = (name for _, mix in mixes(scenario.load) for name, weight in mix.items() if weight > 0)
    return tuple(dict.fromkeys(name for name in named if name in scenario.operations))


def requests_of(scenario: Scenario) -> tuple[str, ...]:
    """The operations that are sent: those that arrive, and those that an arriving session names; sessions left out."""
    found: dict[str, None] = {}
    for name in arrivals_of(scenario):
        operation = scenario.operations[name]
        if isinstance(operation, Session):
            found |= dict.fromkeys(step for _, step in operations_in(operation) if step in scenario.operations)
        else:
            found[name] = None
    return tuple(found)
