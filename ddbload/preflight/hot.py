"""How much goes to the busiest partition key: shares of picks, and of what the steps of a session share."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ddbload.preflight.units import partition_coordinates
from ddbload.scenario.actions import END, Action, actions_of, steps_of
from ddbload.scenario.model import (
    Choice,
    Chooser,
    Fresh,
    Gaussian,
    Hotspot,
    Items,
    Latest,
    Query,
    Scan,
    Scenario,
    Session,
    Zipf,
)
from ddbload.scenario.model.picks import YCSB_ZIPF
from ddbload.scenario.template import alone, names, parse_template

_EXACT_TERMS = 10_000
Fixed = dict[str, float]
"""Coordinates that are drawn already, each with the share of its likeliest value."""


def hottest_share(scenario: Scenario, action: Action, fixed: Fixed | None = None) -> float:
    """The share of an action's items that have the busiest partition key of the table.

    0 where it is not estimated: for a query of an index, a scan, and new items. What the action draws is put into
    `fixed`, where later actions of its call or session find it.
    """
    shared: Fixed = {} if fixed is None else fixed
    items = scenario.items[action.family]
    coordinates = partition_coordinates(scenario, action.family)
    if isinstance(action.spec, Scan):
        return 0.0
    own = _drawn(items, action, coordinates, shared)
    if action.count == 1:
        shared |= {name: share for name, share in own.items() if name in items.of and name not in shared}
    if isinstance(action.spec, Query) and action.spec.index is not None:
        return 0.0
    if not coordinates:
        return 1.0
    if all(name in shared for name in coordinates):
        return math.prod(shared[name] for name in coordinates)
    return own["partition"]


def session_shares(scenario: Scenario, session: Session) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Each operation that a session names, in order, with the hottest share of each of its actions."""
    fixed: Fixed = {}
    for _, step in steps_of(session.session):
        if isinstance(step, Fresh):
            fixed = (
                {}
                if step.fresh == "all"
                else {name: s for name, s in fixed.items() if name not in _named(scenario, step)}
            )
        elif isinstance(step, str) and step != END:
            yield (
                step,
                tuple(hottest_share(scenario, action, fixed) for action in actions_of(scenario.operations[step])),
            )


def _named(scenario: Scenario, step: Fresh) -> set[str]:
    """The coordinates that a step forgets: by name, and those of items that it names."""
    given = set(step.fresh) if isinstance(step.fresh, list) else set()
    return given.union(*(scenario.items[name].of for name in given if name in scenario.items))


def _drawn(items: Items, action: Action, coordinates: tuple[str, ...], fixed: Fixed) -> dict[str, float]:
    """The share of the likeliest value of each coordinate that the action draws, and of its partition key."""
    pick = action.pick
    if isinstance(pick, dict):
        own = {name: _most(pick.get(name, "uniform"), size) for name, size in items.of.items()}
        return {**own, "partition": math.prod(fixed.get(name, own[name]) for name in coordinates)}
    if pick == "next":
        return {"partition": 0.0}
    free = math.prod(size for name, size in items.of.items() if name not in fixed)
    partitions = math.prod(items.of[name] for name in coordinates if name not in fixed)
    most = _most(pick, free)
    bound = math.prod(fixed[name] for name in coordinates if name in fixed)
    alike = {name: _grouped(most, free, size) for name, size in items.of.items()}
    return {**alike, "partition": bound * _grouped(most, free, partitions)}


def _grouped(most: float, n: int, groups: int) -> float:
    """The share of the busiest of equal groups of n items, whose likeliest has the share `most`."""
    return max(1 / groups, most + (1 - most) / groups if most > 1 / n else 0.0)


def _most(chooser: Chooser | str, n: int) -> float:  # noqa: PLR0911 - one branch a kind
    """The probability of the likeliest of n: 1 / H(n, s) by zipf, b / h by a hot set of h that gets b."""
    match chooser:
        case Zipf():
            return 1 / harmonic(n, chooser.zipf)
        case Latest():
            return 1 / harmonic(n, chooser.latest)
        case "latest":
            return 1 / harmonic(n, YCSB_ZIPF)
        case Gaussian():
            return min(1.0, max(1 / n, 1 / (chooser.gaussian.deviation * n * math.sqrt(2 * math.pi))))
        case Hotspot():
            hot = chooser.hotspot.hot(n)
            spread = (1 - chooser.hotspot.share) / (n - hot) if hot < n else 0.0
            return max(chooser.hotspot.share / hot, spread) if hot < n else 1 / n
        case "next":
            return 0.0
        case _:
            return 1 / n


def harmonic(n: int, s: float) -> float:
    """Sum of 1 / k**s for k = 1 .. n; beyond 10,000 terms by the integral between the midpoints."""
    exact = min(n, _EXACT_TERMS)
    total = math.fsum(k**-s for k in range(1, exact + 1))
    if n <= exact:
        return total
    low, high = exact + 0.5, n + 0.5
    return total + (math.log(high / low) if s == 1 else (high ** (1 - s) - low ** (1 - s)) / (1 - s))


def hottest_value(scenario: Scenario, family: str, attribute: str) -> float:
    """The share of a family's items that have the likeliest value of an attribute; 0 where it is not estimated."""
    items = scenario.items[family]
    spelled = items.shape.get(attribute)
    if not isinstance(spelled, str):
        return 1.0 if attribute in items.shape else 0.0
    template = parse_template(spelled)
    if not names(template):
        return 1.0
    value = scenario.values.get(alone(template) or "")
    if not isinstance(value, Choice):
        return 0.0
    weights = [weight for _, weight in value.weighted]
    return max(weights) / sum(weights)
