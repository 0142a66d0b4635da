"""How often each of many things is chosen: picks as classes of things that are alike, millions in a few numbers.

Pure numpy; what the hit ratio of a cache is computed from.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from ddbload.planner.demand.model import Floats
from ddbload.scenario.model import Gaussian, Hotspot, Items, Latest, Pick, Zipf
from ddbload.scenario.model.picks import YCSB_ZIPF, Chooser

_EXACT_RANKS = 2048
"""Ranks with a class of their own; beyond, classes grow by `_GROWTH`, in which a power law hardly changes."""
_GROWTH = 1.02
_CLASSES = 1024


@dataclass(frozen=True, slots=True)
class Popularity:
    """Classes of things: of all choices, `share` goes to each thing of a class, of which there are `count`."""

    share: Floats
    count: Floats

    @property
    def things(self) -> float:
        """How many there are in all."""
        return float(self.count.sum())


def one() -> Popularity:
    """A single thing, which every choice is."""
    return Popularity(np.ones(1), np.ones(1))


def of_weights(weights: Sequence[float]) -> Popularity:
    """A class for each of some things with weights of their own."""
    share = np.array(weights, dtype=np.float64)
    return Popularity(share / share.sum(), np.ones(len(share)))


def of_chooser(chooser: Chooser, n: int) -> Popularity:
    """How one number of 0 .. n - 1 is chosen. What goes through all in turn is as even as chance would be."""
    match chooser:
        case Zipf():
            return _by_rank(chooser.zipf, n)
        case Latest():
            return _by_rank(chooser.latest, n)
        case "latest":
            return _by_rank(YCSB_ZIPF, n)
        case Hotspot():
            hot = chooser.hotspot.hot(n)
            return _normal([chooser.hotspot.share / hot, (1 - chooser.hotspot.share) / max(n - hot, 1)], [hot, n - hot])
        case Gaussian():
            return _bell(chooser.gaussian.mean, chooser.gaussian.deviation, n)
        case _:
            return Popularity(np.array([1 / n]), np.array([float(n)]))


def of_items(items: Items, pick: Pick, coordinates: Collection[str] | None = None) -> Popularity:
    """How often items are picked; or, by the coordinates that are named, the groups of items that share these.

    Of a pick over all items, whose ranks are scattered, a group is taken to have at most one of the most popular items,
    as many as there are groups, and an even part of all others.
    """
    wanted = list(items.of) if coordinates is None else [name for name in items.of if name in coordinates]
    if isinstance(pick, dict):
        each = [of_chooser(pick.get(name, "uniform"), items.of[name]) for name in wanted]
        return reduce(_product, each, one())
    groups = math.prod(items.of[name] for name in wanted)
    return _grouped(of_chooser(pick, items.count), groups)


def product(parts: Sequence[Popularity]) -> Popularity:
    """Pairs, triples, ... of things that are chosen independently."""
    return reduce(_product, parts, one())


def _by_rank(exponent: float, n: int) -> Popularity:
    """Rank r in proportion to r ** -exponent; the sum over ranks a + 1 .. b by the midpoint rule where a is large."""
    exact = np.arange(1, min(n, _EXACT_RANKS) + 1, dtype=np.float64)
    weights, counts = [exact**-exponent], [np.ones(len(exact))]
    if n > _EXACT_RANKS:
        steps = math.ceil(math.log(n / _EXACT_RANKS) / math.log(_GROWTH))
        edges = np.unique(np.round(np.geomspace(_EXACT_RANKS, n, steps + 1)))
        low, high = edges[:-1] + 0.5, edges[1:] + 0.5
        power = 1 - exponent
        sums = np.log(high / low) if abs(power) < 1e-9 else (high**power - low**power) / power  # noqa: PLR2004 - 0
        counts.append(np.diff(edges))
        weights.append(sums / np.diff(edges))
    return _normal(np.concatenate(weights), np.concatenate(counts))


def _bell(mean: float, deviation: float, n: int) -> Popularity:
    bins = min(n, _CLASSES)
    edges = np.round(np.linspace(0, n, bins + 1))
    below = np.array([math.erf((edge / n - mean) / deviation / math.sqrt(2)) for edge in edges])
    return _normal(np.diff(below) / np.diff(edges), np.diff(edges))


def _normal(weights: Sequence[float] | Floats, counts: Sequence[float] | Floats) -> Popularity:
    share, count = np.asarray(weights, dtype=np.float64), np.asarray(counts, dtype=np.float64)
    there = count > 0
    share, count = share[there], count[there]
    return Popularity(share / (share @ count), count)


def _product(left: Popularity, right: Popularity) -> Popularity:
    both = Popularity(np.outer(left.share, right.share).ravel(), np.outer(left.count, right.count).ravel())
    return _thinned(both)


def _thinned(many: Popularity) -> Popularity:
    """The same in fewer classes: those of nearly equal shares as one, with their mean share."""
    if len(many.share) <= _CLASSES:
        return many
    logs = np.log(np.maximum(many.share, 1e-300))
    span = max(float(np.ptp(logs)), 1e-12)
    place = np.minimum(((logs - logs.min()) / span * _CLASSES).astype(np.int64), _CLASSES - 1)
    count: Floats = np.bincount(place, many.count, _CLASSES).astype(np.float64)
    mass: Floats = np.bincount(place, many.count * many.share, _CLASSES).astype(np.float64)
    there = count > 0
    return Popularity(mass[there] / count[there], count[there])


def _grouped(items: Popularity, groups: int) -> Popularity:
    if groups >= items.things:
        return items
    order = np.argsort(-items.share)
    share, count = items.share[order], items.count[order]
    before = np.cumsum(count) - count
    leaders = np.clip(groups - before, 0, count)
    rest = 1 - float(share @ leaders)
    there = leaders > 0
    return Popularity(share[there] + rest / groups, leaders[there])
