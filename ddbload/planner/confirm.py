"""From settings worth a look to settings that hold: a whole dimension, table and indexes together, over the month.

Lanes (one setting for each name) are first run over the month in some dozens of worlds. Round by round, lanes between
the dearest that throttles too much and the cheapest that does not are added, and the last of them are run in all
worlds. What holds there is what the plan says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ddbload.capacity.behaviour.settings import Fixed, Floats, Setting, Tracked
from ddbload.planner.candidates import Measured, Simulate
from ddbload.planner.lanes import Lane, Load, measure
from ddbload.planner.search import FAMILIES, NONE, Family, altered, frontier, levels

_SOME_WORLDS = 40
_ROUNDS = 2
_LAST = 4
"""Lanes of each family that are run in all worlds."""
_CAREFUL = (1.05, 1.12, 1.25)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A lane and what became of it; `keeps` says where, shape (worlds,)."""

    family: Family
    measured: Measured
    keeps: NDArray[np.bool_]

    @property
    def settings(self) -> Lane:
        """Name -> setting."""
        return self.measured.settings

    @property
    def kept(self) -> float:
        """The share of the worlds in which the objective holds."""
        return float(self.keeps.mean())

    @property
    def unit_hours(self) -> float:
        """Of all names, in the median world."""
        total: Floats = np.sum(list(self.measured.unit_hours.values()), axis=0)
        return float(np.median(total))


@dataclass(frozen=True, slots=True)
class Confirming:
    """What lanes are run with."""

    objective: float
    confidence: float
    simulate: Simulate
    seed: int

    def run(self, load: Load, lanes: Sequence[tuple[Family, Lane]]) -> list[Confirmed]:
        """What becomes of lanes."""
        made = measure(load, [lane for _, lane in lanes], self.simulate, seed=self.seed)
        limit = max(self.objective, NONE)
        return [Confirmed(family, each, each.share <= limit) for (family, _), each in zip(lanes, made, strict=True)]


def provisioned(load: Load, confirming: Confirming) -> list[Confirmed]:
    """Lanes of provisioned capacity for one dimension, run in all worlds; those that hold are among them, if any."""
    lanes = _candidates(load, confirming)
    some = load.cut(np.arange(load.worlds)[:: max(1, load.worlds // _SOME_WORLDS)])
    tried = confirming.run(some, lanes)
    for _ in range(_ROUNDS):
        more = _between(tried, confirming.confidence)
        tried += confirming.run(some, more)
    if some.worlds == load.worlds:
        return tried
    return confirming.run(load, _best(tried, confirming.confidence))


def _candidates(load: Load, confirming: Confirming) -> list[tuple[Family, Lane]]:
    """The cheapest of every name at each level of throttling, taken together."""
    frontiers = {
        name: frontier(
            load.alone(name) if name in load.busy else Load(load.dimension, None, ("",), load.worlds, load.minutes),
            objective=confirming.objective,
            confidence=confirming.confidence,
            simulate=confirming.simulate,
            seed=confirming.seed,
        )
        for name in load.names
    }
    lanes: list[tuple[Family, Lane]] = []
    for family in FAMILIES:
        if not any(family in of for of in frontiers.values()):
            continue
        taken = {name: _nearest(of, family) for name, of in frontiers.items()}
        count = len(levels(confirming.objective))
        lanes += [(family, {name: of[level] for name, of in taken.items()}) for level in range(count)]
        lanes += [(family, _all(lanes[-1][1], low=factor, high=factor)) for factor in _CAREFUL]
    return _distinct(lanes, ())


def _nearest(of: Mapping[Family, tuple[Setting, ...]], family: Family) -> tuple[Setting, ...]:
    """The family's settings of a name, or those of the next simpler one that it has."""
    return next(of[each] for each in reversed(FAMILIES[: FAMILIES.index(family) + 1]) if each in of)


def _between(tried: Sequence[Confirmed], confidence: float) -> list[tuple[Family, Lane]]:
    """Lanes nearer to the limit: between what holds and what does not, and around the best."""
    lanes: list[tuple[Family, Lane]] = []
    for family in FAMILIES:
        mine = [each for each in tried if each.family == family]
        if not mine:
            continue
        holding = [each for each in mine if each.kept >= confidence]
        if not holding:
            best = max(mine, key=lambda each: (each.kept, -each.unit_hours))
            lanes += [(family, _all(best.settings, low=factor, high=factor)) for factor in (1.1, 1.3, 1.6, 2.2, 3.0)]
            continue
        best = min(holding, key=lambda each: each.unit_hours)
        cheaper = [each for each in mine if each.kept < confidence and each.unit_hours < best.unit_hours]
        if cheaper:
            below = max(cheaper, key=lambda each: each.unit_hours)
            lanes += [(family, _mixed(below.settings, best.settings, share)) for share in (0.25, 0.5, 0.75)]
        lanes += [(family, _all(best.settings, low=factor, high=factor)) for factor in (0.94, 0.97, 0.985)]
        if family != "fixed":
            lanes += [(family, _all(best.settings, low=low)) for low in (0.8, 0.9, 1.15)]
            lanes += [(family, _all(best.settings, high=high)) for high in (0.95, 1.1)]
            lanes += [(family, _all(best.settings, target=target)) for target in (-0.05, 0.05)]
    return _distinct(lanes, [each.settings for each in tried])


def _all(lane: Lane, *, low: float = 1.0, high: float = 1.0, target: float = 0.0) -> Lane:
    return {name: altered(setting, low=low, high=high, target=target) for name, setting in lane.items()}


def _mixed(one: Lane, other: Lane, share: float) -> Lane:
    """Between two lanes, name by name; where they differ in kind, the other's."""
    return {name: _blend(one[name], other[name], share) for name in other}


def _blend(one: Setting, other: Setting, share: float) -> Setting:
    if isinstance(one, Fixed) and isinstance(other, Fixed):
        return Fixed(float(round(one.units + (other.units - one.units) * share)))
    if isinstance(one, Tracked) and isinstance(other, Tracked) and not (one.schedule or other.schedule):
        low, high, target = (
            mine + (its - mine) * share
            for mine, its in ((one.low, other.low), (one.high, other.high), (one.target, other.target))
        )
        return Tracked(float(round(low)), float(round(high)), round(target, 2))
    return other


def _distinct(lanes: Sequence[tuple[Family, Lane]], known: Sequence[Lane]) -> list[tuple[Family, Lane]]:
    seen = {repr(sorted(lane.items())) for lane in known}
    made = []
    for family, lane in lanes:
        key = repr(sorted(lane.items()))
        if key not in seen:
            seen.add(key)
            made.append((family, lane))
    return made


def _best(tried: Sequence[Confirmed], confidence: float) -> list[tuple[Family, Lane]]:
    """Of each family the cheapest that hold, the last that do not, and some more careful ones."""
    lanes: list[tuple[Family, Lane]] = []
    for family in FAMILIES:
        mine = sorted((each for each in tried if each.family == family), key=lambda each: each.unit_hours)
        holding = [each for each in mine if each.kept >= confidence]
        near = [each for each in mine if confidence > each.kept >= confidence - 0.04]
        lanes += [(family, each.settings) for each in holding[:_LAST]]
        lanes += [(family, each.settings) for each in near[-1:]]
        lanes += [(family, each.settings) for each in sorted(holding, key=lambda each: -each.kept)[:1]]
        if holding:
            lanes += [(family, _all(holding[0].settings, low=factor, high=factor)) for factor in (1.02, 1.06)]
        elif mine:
            lanes.append((family, max(mine, key=lambda each: each.kept).settings))
    return _distinct(lanes, ())
