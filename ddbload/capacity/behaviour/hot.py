"""Hot partitions in time: what their ceilings refuse, and how they are divided when they stay hot.

Capacity goes where the load is at once (adaptive capacity), so a partition refuses only what is beyond its own ceiling.
Axes are (resources, candidates, worlds); candidates of the same number of partitions are counted once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ddbload.capacity.behaviour.admission import refused_together
from ddbload.capacity.behaviour.assumptions import Assumptions
from ddbload.capacity.behaviour.excess import NEAR, beyond
from ddbload.capacity.behaviour.partitions import ceiling_units, each_key, partitions_at_least, shares_of_partitions
from ddbload.capacity.behaviour.settings import Fixed, Floats, Heat, OnDemand, Setting
from ddbload.capacity.behaviour.streams import stream
from ddbload.capacity.behaviour.traffic import Traffic

_MOST_SPLITS = 24


@dataclass(frozen=True, slots=True)
class Refused:
    """What partitions refuse in a minute, units a second.

    Attributes:
        lost: in all, shape (resources, candidates, worlds), by the second with 60 after it.
        by_partition: by the resource's own partitions; the rest of a table's is for want of an index's.
        by_index: of the table, by an index's partition alone, shape (candidates, worlds).
    """

    lost: Floats
    by_partition: Floats
    by_index: Floats


class Hot:
    """The hot partitions of all resources. Where none can ever be hot, `hot_of` gives None and nothing is spent."""

    def __init__(self, traffic: Traffic, parts: Mapping[int, _Partitions]) -> None:
        self._parts, self._touches = parts, traffic.touches

    def refused(self, minute: int, asked: Floats) -> Refused | None:
        """Of what is asked, shape (resources, 1, worlds) or by the second; None where no partition is at its ceiling.

        Call it once for each minute, in order.
        """
        shares = {at: one.refused_share(minute, asked[at, 0]) for at, one in self._parts.items()}
        if all(one is None for one in shares.values()):
            return None
        candidates = next(iter(self._parts.values())).candidates
        own = np.zeros((asked.shape[0], candidates, *asked.shape[2:]))
        for at, share in shares.items():
            if share is not None:
                own[at] = share
        whole, for_index = (own, 0.0 * own[0]) if self._touches is None else refused_together(own, self._touches)
        by_partition, by_index = own * asked, for_index * asked[0]
        if asked.ndim > 3:  # noqa: PLR2004 - by the second
            by_partition, by_index = by_partition.mean(axis=-1), by_index.mean(axis=-1)
        return Refused(whole * asked, by_partition, by_index)


class _Partitions:
    """The partitions of one resource that can be hot at all.

    Splits are kept by partition as how often it was halved: its busiest part then has max(share / 2^n, what cannot be
    parted), and the other 2^n - 1 parts share the rest evenly.

    Axes: (variants of the number of partitions, worlds, partitions).
    """

    def __init__(self, share: Floats, whole: Floats, of_candidate: NDArray[np.intp], rules: _Rules) -> None:
        self._share, self._whole, self._of = share, whole, of_candidate
        self._rules = rules
        self._splits = np.zeros(share.shape, dtype=np.int64)
        self._busiest, self._other, self._others = share.copy(), np.zeros(share.shape), np.zeros(share.shape)
        self._top = share.max(axis=2)
        self._hot_minutes = np.zeros(share.shape)
        self._last = np.full(share.shape[:2], -2)
        self.candidates = len(of_candidate)

    def refused_share(self, minute: int, asked: Floats) -> Floats | None:
        """The share of what is asked that ceilings refuse, shape (candidates, worlds) or by the second; None: none."""
        by_second = asked.ndim > 1
        mean = asked.mean(axis=-1) if by_second else asked
        highest = asked.max(axis=-1) if by_second else asked
        busiest = self._top * highest
        deviation = np.sqrt(self._rules.dispersion * busiest)
        variant, world = np.nonzero(busiest + NEAR * deviation > self._rules.ceiling)
        if not variant.size:
            return None
        share = np.zeros((*self._top.shape, *asked.shape[1:]))
        units = asked[world][:, np.newaxis]
        lost = self._beyond(self._busiest[variant, world], units)
        others = self._others[variant, world]
        if others.any():
            others = others.reshape(others.shape + (1,) * (lost.ndim - 2))
            lost += others * self._beyond(self._other[variant, world], units)
        total = lost.sum(axis=1)
        share[variant, world] = np.divide(total, units[:, 0], out=np.zeros_like(total), where=units[:, 0] > 0)
        self._age(minute, variant, world, mean[world])
        return np.minimum(share, 1.0)[self._of]

    def _beyond(self, shares: Floats, units: Floats) -> Floats:
        """Units a second beyond the ceiling, shape (lanes, partitions) or by the second."""
        load = shares.reshape(shares.shape + (1,) * (units.ndim - 2)) * units
        if not self._rules.dispersion:
            return np.maximum(load - self._rules.ceiling, 0.0)
        spread = np.sqrt(self._rules.dispersion * load)
        near = np.nonzero(load + NEAR * spread > self._rules.ceiling)
        lost = np.zeros_like(load)
        if near[0].size:
            lost[near] = beyond(load[near], spread[near], np.asarray(self._rules.ceiling))
        return lost

    def _age(self, minute: int, variant: NDArray[np.intp], world: NDArray[np.intp], mean: Floats) -> None:
        """Split for heat: a part that was at its ceiling or above for `split_delay_min` on end is halved."""
        at = (variant, world)
        went_on = (self._last[at] == minute - 1)[:, np.newaxis]
        hot = self._busiest[at] * mean[:, np.newaxis] >= self._rules.ceiling
        minutes = np.where(hot, np.where(went_on, self._hot_minutes[at], 0.0) + 1.0, 0.0)
        splits = minutes >= self._rules.split_delay_min[world][:, np.newaxis]
        self._hot_minutes[at] = np.where(splits, 0.0, minutes)
        self._last[at] = minute
        if not splits.any():
            return
        count = np.minimum(self._splits[at] + splits, _MOST_SPLITS)
        self._splits[at] = count
        share = self._share[at]
        busiest = np.maximum(share / 2.0**count, self._whole[at])
        others = 2.0**count - 1.0
        self._busiest[at], self._others[at] = busiest, others
        self._other[at] = np.divide(share - busiest, others, out=np.zeros_like(share), where=others > 0)
        self._top[at] = np.maximum(busiest, self._other[at]).max(axis=1)


@dataclass(frozen=True, slots=True)
class _Rules:
    """Of one resource: the ceiling in units a second, the dispersion, and the delay of a split in each world."""

    ceiling: float
    dispersion: float
    split_delay_min: Floats


def hot_of(
    traffic: Traffic,
    heat: Mapping[str, Heat],
    settings: Sequence[Mapping[str, Setting]],
    assumptions: Assumptions,
    drawn: Mapping[str, Floats],
    seed: int,
) -> Hot | None:
    """The partitions that can be hot under these settings; None where none can."""
    parts = {}
    for at, name in enumerate(traffic.names):
        if name in heat:
            rules = _Rules(
                ceiling_units(traffic.dimension, assumptions), float(traffic.dispersion[at]), drawn["split_delay_min"]
            )
            found = _partitions(traffic, at, heat[name], [one[name] for one in settings], assumptions, rules, seed)
            if found is not None:
                parts[at] = found
    return Hot(traffic, parts) if parts else None


def _partitions(
    traffic: Traffic,
    at: int,
    heat: Heat,
    settings: Sequence[Setting],
    assumptions: Assumptions,
    rules: _Rules,
    seed: int,
) -> _Partitions | None:
    units = traffic.units[at]
    peak = units.reshape(len(units), -1).max(axis=1)
    if peak.max() + NEAR * np.sqrt(rules.dispersion * peak.max()) <= rules.ceiling:
        return None  # not even all of it on one partition
    counts, of_candidate = np.unique(
        [_count(one, traffic, float(peak.max()), heat, assumptions) for one in settings], return_inverse=True
    )
    keys, left = each_key(heat)
    whole = np.minimum(keys, heat.item_share) if heat.divisible else keys
    name = traffic.names[at]
    hashed = [stream(seed, "keys", name, str(world)).random(keys.size) for world in range(traffic.worlds)]
    found = [shares_of_partitions(keys, left, whole, int(count), one) for count in counts for one in hashed]
    most = max(_could_be_hot(share, peak[number % traffic.worlds], rules) for number, (share, _) in enumerate(found))
    if not most:
        return None
    shape = (len(counts), traffic.worlds, most)
    share, parted = (np.array([_cut(one[part], most) for one in found]).reshape(shape) for part in (0, 1))
    return _Partitions(share, parted, of_candidate, rules)


def _could_be_hot(share: Floats, peak: float, rules: _Rules) -> int:
    """How many partitions could be near their ceiling at the peak."""
    load = share * peak
    return int((load + NEAR * np.sqrt(rules.dispersion * load) > rules.ceiling).sum())


def _cut(values: Floats, length: int) -> Floats:
    """The first so many, with zeros where there are fewer."""
    return np.pad(values[:length], (0, max(0, length - len(values))))


def _count(setting: Setting, traffic: Traffic, peak: float, heat: Heat, assumptions: Assumptions) -> int:
    """How many partitions: by the capacity that there is, or that scaling will come to at the peak."""
    if isinstance(setting, OnDemand):
        initial = (
            assumptions.on_demand_initial_read if traffic.dimension == "read" else assumptions.on_demand_initial_write
        )
        units = max(setting.warm or 0.0, initial.value)
    elif isinstance(setting, Fixed):
        units = setting.units
    else:
        units = max(setting.start or 0.0, setting.low, min(setting.high, peak / setting.target))
    read, write = (units, 0.0) if traffic.dimension == "read" else (0.0, units)
    return partitions_at_least(read=read, write=write, gigabytes=heat.gigabytes, assumptions=assumptions)
