"""What is known of how much a filter lets through: shares of values that are drawn from few, and of coordinates."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from ddbload.expression import And, Boolean, Compare, Condition, Number, Path, Placeholder, Statement, Text
from ddbload.scenario.actions import Action
from ddbload.scenario.model import Choice, Scenario
from ddbload.scenario.rules.parsed import trees
from ddbload.scenario.template import alone, names, parse_template


@dataclass(frozen=True, slots=True)
class Equality:
    """A condition that an attribute has one value, and the share of the items that have it."""

    attribute: str
    share: float


def equalities(scenario: Scenario, action: Action) -> Iterator[Equality]:
    """What a filter, or a statement's WHERE, asks to be one value, where the share of items that have it is known."""
    tree = trees(scenario, action).get("statement")
    if isinstance(tree, Statement):
        for attribute, asked in tree.compared:
            share = _share(scenario, action.family, attribute, asked) if attribute in tree.equalities else None
            if share is not None:
                yield Equality(attribute, share)
    for part in _parts(scenario, action):
        if isinstance(part, Compare) and part.op == "=" and isinstance(part.left, Path) and len(part.left.steps) == 1:
            share = _share(scenario, action.family, part.left.attribute, part.right)
            if share is not None:
                yield Equality(part.left.attribute, share)


def passing(scenario: Scenario, action: Action) -> float | None:
    """The share of the items that a filter lets through at most; None where nothing is known of it."""
    found = [equality.share for equality in equalities(scenario, action)]
    return math.prod(found) if found else None


def _parts(scenario: Scenario, action: Action) -> tuple[Condition, ...]:
    tree = trees(scenario, action).get("filter")
    if tree is None:
        return ()
    return tree.parts if isinstance(tree, And) else (tree,)


def _share(scenario: Scenario, family: str, attribute: str, asked: object) -> float | None:
    """The share of a family's items whose attribute has the value that is asked for."""
    items = scenario.items[family]
    spelled = items.shape.get(attribute)
    there = items.sparse.get(attribute, 1.0)
    if not isinstance(spelled, str):
        return None
    template = parse_template(spelled)
    inside = names(template)
    if inside and all(name in items.of for name in inside):
        return float(there) / math.prod(items.of[name] for name in inside)
    value = scenario.values.get(alone(template) or "")
    if not isinstance(value, Choice):
        return None
    weights = {str(constant): weight for constant, weight in value.weighted}
    total = sum(weights.values())
    if isinstance(asked, Placeholder):  # one of them, as often as it is there
        return float(there) * sum((weight / total) ** 2 for weight in weights.values())
    constant = _constant(asked)
    return None if constant is None else float(there) * weights.get(constant, 0.0) / total


def _constant(asked: object) -> str | None:
    match asked:
        case Text() if all(isinstance(part, str) for part in asked.parts):
            return "".join(map(str, asked.parts))
        case Number():
            return asked.text
        case Boolean():
            return str(asked.value)
        case _:
            return None
