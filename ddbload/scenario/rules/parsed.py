"""Every expression of an action as a tree: conditions, updates, filters, projections, statements and short forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ddbload.expression import (
    Expression,
    ExpressionError,
    Placeholder,
    ShortFormError,
    Statement,
    Text,
    parse_statement,
    parse_text,
    short_condition,
    walk,
)
from ddbload.scenario.actions import Action
from ddbload.scenario.model import Changes, Query, Scenario
from ddbload.scenario.rules.expressions import expressions, short_update, statement_of
from ddbload.scenario.rules.fault import Fault
from ddbload.scenario.source import Loc


@dataclass(frozen=True, slots=True)
class Parsed:
    """An expression of an action.

    Attributes:
        key: "key", "filter", "projection", "update", "condition", "statement", or "override" (a key attribute's text).
        loc: its place within the operation.
        text: as it is written; empty for short forms.
        tree: what it means.
    """

    key: str
    loc: Loc
    text: str
    tree: Expression | Statement | Text

    def braces(self) -> tuple[Placeholder, ...]:
        """Every name in braces, each once, where it first stands."""
        if isinstance(self.tree, Text):
            leaves: Any = (self.tree,)
        elif isinstance(self.tree, Statement):
            leaves = self.tree.parameters
        else:
            leaves = walk(self.tree)
        found: dict[str, Placeholder] = {}
        for leaf in leaves:
            for part in leaf.parts if isinstance(leaf, Text) else (leaf,):
                if isinstance(part, Placeholder):
                    found.setdefault(part.name, part)
        return tuple(found.values())


def parsed(scenario: Scenario, action: Action) -> Iterator[Parsed | Fault]:
    """The expressions of an action, each as a tree or as what is wrong with it; places are within the operation."""
    spec = action.spec
    for key, text, parse in expressions(spec):
        yield _one("update" if key == "update_expression" else key, (*action.loc, key), text, parse)
    if isinstance(spec, Changes):
        yield from _short_update(action.loc, spec)
    if short := short_condition(getattr(spec, "condition", None), scenario.table_of(action.family).partition):
        yield Parsed("condition", (*action.loc, "condition"), "", short)
    if written := statement_of(spec):
        yield _one("statement", (*action.loc, written[0]), written[1], parse_statement)
    yield from _overrides(action)


def trees(scenario: Scenario, action: Action) -> dict[str, Any]:
    """The trees of an action by key, those that can be read; of overrides none."""
    found = (one for one in parsed(scenario, action) if isinstance(one, Parsed) and one.key != "override")
    return {one.key: one.tree for one in found}


def counterpart(scenario: Scenario, action: Action) -> str:
    """The kind of an action; of a statement that of the action which does the same."""
    if action.kind != "statement":
        return action.kind
    tree = trees(scenario, action).get("statement")
    kind = tree.kind if isinstance(tree, Statement) else "select"
    return {"insert": "put", "exists": "check", "select": "get"}.get(kind, kind)


def _one(key: str, loc: Loc, text: str, parse: Callable[[str], Any]) -> Parsed | Fault:
    try:
        return Parsed(key, loc, text, parse(text))
    except ExpressionError as error:
        return Fault(loc, error.message, error.fits, text=text, offset=error.offset)


def _short_update(loc: Loc, spec: Changes) -> Iterator[Parsed | Fault]:
    """The update that the short forms stand for."""
    try:
        tree = short_update(spec)
    except ShortFormError as error:
        where: Loc = (*loc, *error.place)
        at_key = bool(error.place) and error.text == error.place[-1]
        yield Fault(where, error.message, error.fits, at_key, text="" if at_key else error.text, offset=error.offset)
        return
    if tree is not None:
        first = next(key for key in ("set", "remove", "add") if getattr(spec, key))
        yield Parsed("update", (*loc, first), "", tree)


def _overrides(action: Action) -> Iterator[Parsed | Fault]:
    if isinstance(action.spec, Query):
        return
    given = getattr(action.spec, "key", None)
    for name, text in (given if isinstance(given, dict) else {}).items():
        if isinstance(text, str):
            yield _one("override", (*action.loc, "key", name), text, parse_text)
