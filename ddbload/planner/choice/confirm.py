"""From settings worth a look to settings that hold: a whole dimension, table and indexes together, over the month.

Lanes (one setting for each name) are run over the two weeks around the greatest peak, in some dozens of worlds from the
least to the most demanding; then the best of them, and lanes between the dearest that throttles too much and the
cheapest that does not, over the month in all worlds. What holds there is what the plan says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ddbload.capacity.behaviour.settings import Fixed, Floats, Setting, Tracked
from ddbload.planner.choice.candidates import Measured, highest
from ddbload.planner.choice.lanes import Lane, Load
from ddbload.planner.choice.search import FAMILIES, NONE, Family, altered, asks, frontier, spread
from ddbload.planner.choice.together import Search, side_by_side

_SOME_WORLDS = 48
_SOME_DAYS = 14
_DAY = 1440
_CAREFUL = (1.06, 1.15)
_FIXED_SHARES = (0.2, 0.4, 0.6, 0.8)
_RIVAL = 1.05
"""A family that follows the load is looked at more closely where it costs at most this many times what another does."""


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

    def run(self, load: Load, lanes: Sequence[tuple[Family, Lane]]) -> Search[list[Confirmed]]:
        """What becomes of lanes."""
        (made,) = yield [(load, [lane for _, lane in lanes])]
        limit = max(self.objective, NONE)
        return [Confirmed(family, each, each.share <= limit) for (family, _), each in zip(lanes, made, strict=True)]


def provisioned(load: Load, confirming: Confirming) -> Search[list[Confirmed]]:
    """Lanes of provisioned capacity for one dimension, run in all worlds; those that hold are among them, if any."""
    confidence = confirming.confidence
    lanes = yield from _candidates(load, confirming)
    if not load.busy or (load.worlds <= _SOME_WORLDS and load.minutes <= _SOME_DAYS * _DAY):
        tried = yield from confirming.run(load, lanes)
        return tried + (yield from confirming.run(load, _between(tried, confidence)))
    tried = yield from confirming.run(_some(load), lanes)
    found = yield from confirming.run(load, _distinct([*_best(tried, confidence), *_between(tried, confidence)], ()))
    if any(each.kept >= confidence for each in found):
        return found
    return found + (yield from confirming.run(load, _between(found, confidence)))


def _some(load: Load) -> Load:
    """The days around the greatest peak of the busiest name, in worlds that are spread by their peaks."""
    units = max((load.of(name) for name in load.busy), key=lambda of: float(of.mean()))
    worlds = spread(np.quantile(units, 0.999, axis=1), _SOME_WORLDS)
    days = -(-load.minutes // _DAY)
    peak = int(np.argmax(np.quantile(units, 0.95, axis=0))) // _DAY
    first = max(0, min(peak - _SOME_DAYS // 2, days - _SOME_DAYS))
    return load.cut(worlds, (first, min(days, first + _SOME_DAYS)))


def _candidates(load: Load, confirming: Confirming) -> Search[list[tuple[Family, Lane]]]:
    """The cheapest of every name at each level of throttling, taken together."""
    searches = [
        frontier(
            load.alone(name) if name in load.busy else Load(load.dimension, None, ("",), load.worlds, load.minutes),
            objective=confirming.objective,
            confidence=confirming.confidence,
        )
        for name in load.names
    ]
    found = yield from side_by_side(searches)
    frontiers = dict(zip(load.names, found, strict=True))
    lanes: list[tuple[Family, Lane]] = []
    for family in FAMILIES:
        if not any(family in of for of in frontiers.values()):
            continue
        taken = {name: _nearest(of, family) for name, of in frontiers.items()}
        count = len(asks(confirming.objective))
        lanes += [(family, {name: of[level] for name, of in taken.items()}) for level in range(count)]
        sure = max(lanes[-count:], key=lambda lane: sum(highest(setting) for setting in lane[1].values()))[1]
        lanes += [(family, _all(sure, low=factor, high=factor)) for factor in _CAREFUL]
    return _distinct(lanes, ())


def _nearest(of: Mapping[Family, tuple[Setting, ...]], family: Family) -> tuple[Setting, ...]:
    """The family's settings of a name, or those of the next simpler one that it has."""
    return next(of[each] for each in reversed(FAMILIES[: FAMILIES.index(family) + 1]) if each in of)


def _between(tried: Sequence[Confirmed], confidence: float) -> list[tuple[Family, Lane]]:
    """Lanes nearer to the limit: between what holds and what does not, and around the best."""
    lanes: list[tuple[Family, Lane]] = []
    for family in _rivals(tried, confidence):
        mine = [each for each in tried if each.family == family]
        holding = [each for each in mine if each.kept >= confidence]
        if not holding:
            best = max(mine, key=lambda each: (each.kept, -each.unit_hours))
            lanes += [(family, _all(best.settings, low=factor, high=factor)) for factor in (1.1, 1.3, 1.7, 2.5)]
            lanes += [(family, _all(best.settings, low=1.5, high=1.3, target=target)) for target in (-0.1, -0.2, -0.3)]
            continue
        best = min(holding, key=lambda each: each.unit_hours)
        cheaper = [each for each in mine if each.kept < confidence and each.unit_hours < best.unit_hours]
        if cheaper:
            below = max(cheaper, key=lambda each: each.unit_hours)
            shares = _FIXED_SHARES if family == "fixed" else (0.25, 0.5, 0.75)
            lanes += [(family, _mixed(below.settings, best.settings, share)) for share in shares]
        if family != "fixed" or not cheaper:
            lanes.append((family, _all(best.settings, low=0.97, high=0.97)))
        if family != "fixed":
            lanes += [(family, _all(best.settings, low=0.85)), (family, _all(best.settings, high=0.95))]
            lanes += [(family, _all(best.settings, target=target)) for target in (-0.05, 0.05)]
    return _distinct(lanes, [each.settings for each in tried])


def _best(tried: Sequence[Confirmed], confidence: float) -> list[tuple[Family, Lane]]:
    """Of each family the cheapest that holds, for comparison, and of those that may be chosen a more careful one."""
    lanes: list[tuple[Family, Lane]] = []
    rivals = _rivals(tried, confidence)
    for family in FAMILIES:
        holding = [each for each in tried if each.family == family and each.kept >= confidence]
        if holding:
            best = min(holding, key=lambda each: each.unit_hours).settings
            lanes += [(family, best), *([(family, _all(best, low=1.03, high=1.03))] if family in rivals else [])]
    return lanes


def _rivals(tried: Sequence[Confirmed], confidence: float) -> list[Family]:
    """Fixed capacity, which may be reserved, and of those that follow the load the ones that are cheap enough.

    A family of which nothing holds is looked at again where what throttles too much is cheaper than all that holds.
    """
    best = min((each.unit_hours for each in tried if each.kept >= confidence), default=np.inf)
    rivals = []
    for family in FAMILIES:
        mine = [each for each in tried if each.family == family]
        holding = [each for each in mine if each.kept >= confidence]
        near = min((each.unit_hours for each in holding or mine), default=np.inf)
        if mine and (family == "fixed" or near <= _RIVAL * best):
            rivals.append(family)
    return rivals


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
