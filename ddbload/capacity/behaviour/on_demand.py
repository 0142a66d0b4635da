"""On-demand mode: what a table serves at once, and how that grows with its peaks.

Sources: DynamoDB Developer Guide, "On-demand capacity mode" (initial throughput, previous peak, maximum throughput),
"Considerations when switching capacity modes" (what a table that was provisioned keeps).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ddbload.capacity.behaviour.admission import refused_together
from ddbload.capacity.behaviour.assumptions import Assumptions
from ddbload.capacity.behaviour.excess import MINUTE_S, NEAR, beyond
from ddbload.capacity.behaviour.hot import Hot
from ddbload.capacity.behaviour.settings import Dimension, Floats, OnDemand
from ddbload.capacity.behaviour.tally import Tally
from ddbload.capacity.behaviour.traffic import Traffic


def initial_units(dimension: Dimension, assumptions: Assumptions | None = None) -> float:
    """Units a second that a new on-demand table serves at once: 12,000 read, 4,000 write."""
    known = assumptions if assumptions is not None else Assumptions()
    return (known.on_demand_initial_read if dimension == "read" else known.on_demand_initial_write).value


def instant_units(
    dimension: Dimension,
    *,
    provisioned: Mapping[Dimension, float] | None = None,
    previous_peak: float | None = None,
    assumptions: Assumptions | None = None,
) -> float:
    """Units a second that an on-demand table serves at once.

    Args:
        dimension: reads or writes.
        provisioned: for a table that was switched: the highest capacity it ever had in both dimensions. Where either
            is more than a new table serves it keeps both as they were (the guide's table, a lower bound: 10,000 read
            and write units stay 10,000 and 10,000).
        previous_peak: the highest consumption so far, units a second: twice as much is served at once.
        assumptions: where others than the usual ones hold.
    """
    known = assumptions if assumptions is not None else Assumptions()
    dimensions: tuple[Dimension, Dimension] = ("read", "write")
    served = initial_units(dimension, known)
    if provisioned is not None and any(provisioned.get(one, 0.0) > initial_units(one, known) for one in dimensions):
        served = provisioned.get(dimension, served)
    return max(served, known.on_demand_factor.value * (previous_peak or 0.0))


def run_on_demand(
    traffic: Traffic,
    settings: Sequence[Mapping[str, OnDemand]],
    assumptions: Assumptions,
    drawn: Mapping[str, Floats],
    hot: Hot | None,
    *,
    course: bool,
) -> Tally:
    """Steps through the whole time, in blocks no longer than a peak needs to count as the previous one.

    Arguments as those of `run_provisioned`. What is consumed in a block is then known from what was warm before it.
    """
    run = _Run(traffic, settings, assumptions, drawn, course=course)
    every = max(1, int(run.delay.min()))
    minutes = traffic.each_minute()
    for first in range(0, traffic.minutes, every):
        count = min(every, traffic.minutes - first)
        asked = np.stack([next(minutes) for _ in range(count)], axis=2)[:, np.newaxis]
        run.block(first, asked, hot)
    return run.tally


class _Run:
    """Warm throughput as it stands, the peaks behind it, and the tally."""

    def __init__(
        self,
        traffic: Traffic,
        settings: Sequence[Mapping[str, OnDemand]],
        assumptions: Assumptions,
        drawn: Mapping[str, Floats],
        *,
        course: bool,
    ) -> None:
        self._traffic = traffic
        self._factor = assumptions.on_demand_factor.value
        initial = initial_units(traffic.dimension, assumptions)
        grid = [[one[name] for one in settings] for name in traffic.names]
        self._initial = np.array([[initial if one.warm is None else one.warm for one in row] for row in grid])
        self._maximum = np.array([[np.inf if one.maximum is None else one.maximum for one in row] for row in grid])
        self.delay = np.maximum(1, np.rint(drawn["on_demand_minutes"])).astype(np.intp)
        self._kept = int(self.delay.max())
        # The highest consumption up to each of the last minutes.
        self._peaks = np.zeros((len(traffic.names), len(settings), traffic.worlds, self._kept))
        self.tally = Tally(traffic, len(settings), course=course)

    def block(self, first: int, asked: Floats, hot: Hot | None) -> None:
        """Some minutes: `asked` has shape (resources, 1, worlds, minutes), by the second with 60 after it."""
        refused = _refused(first, asked, hot, self.tally)
        through = asked if refused is None else asked - refused
        warm = self._warm(asked.shape[3])
        limit = np.minimum(warm, self._maximum[..., np.newaxis, np.newaxis])
        lost = self._beyond(through, limit)
        if lost is None and refused is not None:
            lost = refused
        elif lost is not None and refused is not None:
            lost = lost + refused
        if self._traffic.by_second:
            asked = asked.mean(axis=-1)
            lost = None if lost is None else lost.mean(axis=-1)
        consumed = np.broadcast_to(asked, limit.shape) if lost is None else asked - lost
        self._count(first, asked, consumed, lost, limit)
        reached = np.maximum(np.maximum.accumulate(consumed, axis=3), self._peaks[..., -1:])
        self._peaks = np.concatenate([self._peaks, reached], axis=3)[..., -self._kept :]
        self.tally.final_warm = warm[..., -1]

    def _warm(self, count: int) -> Floats:
        """What is served at once in each of the coming minutes, shape (resources, candidates, worlds, minutes)."""
        worlds = np.arange(self._traffic.worlds)[:, np.newaxis]
        previous = self._peaks[:, :, worlds, self._kept - self.delay[:, np.newaxis] + np.arange(count)]
        return np.asarray(np.maximum(self._initial[..., np.newaxis, np.newaxis], self._factor * previous))

    def _beyond(self, asked: Floats, limit: Floats) -> Floats | None:
        """Units a second beyond what is served; a write that an index cannot take is refused by the table too."""
        if self._traffic.by_second:
            limit = limit[..., np.newaxis]
            own = np.maximum(asked - limit, 0.0)
        else:
            spread = np.sqrt(self._traffic.dispersion)[:, np.newaxis, np.newaxis, np.newaxis] * np.sqrt(asked)
            near = asked + NEAR * spread > limit
            if not near.any():
                return None
            own = np.zeros(near.shape)
            own[near] = beyond(*(np.broadcast_to(one, near.shape)[near] for one in (asked, spread, limit)))
        if not own.any():
            return None
        if self._traffic.touches is None:
            return np.minimum(own, asked)
        share = np.minimum(np.divide(own, asked, out=np.zeros_like(own), where=asked > 0), 1.0)
        refused, for_index = refused_together(share, self._traffic.touches)
        by_index = for_index * asked[0]
        by_minute = by_index.mean(axis=-1) if self._traffic.by_second else by_index
        self.tally.by_index[0] += MINUTE_S * by_minute.sum(axis=-1)
        return np.asarray(refused * asked)

    def _count(self, first: int, asked: Floats, consumed: Floats, lost: Floats | None, limit: Floats) -> None:
        tally = self.tally
        np.maximum(tally.peak_use, (consumed / limit).max(axis=3), out=tally.peak_use)
        if lost is not None:
            tally.throttled += MINUTE_S * lost.sum(axis=3)
            share = np.divide(lost, asked, out=np.zeros_like(lost), where=asked > 0)
            np.maximum(tally.worst_minute, share.max(axis=3), out=tally.worst_minute)
        if tally.course is not None:
            last = first + limit.shape[3]
            for kept, values in zip(tally.course, (limit, consumed, 0.0 if lost is None else lost), strict=True):
                kept[..., first:last] = values


def _refused(first: int, asked: Floats, hot: Hot | None, tally: Tally) -> Floats | None:
    """What partitions refuse in each of the minutes, units a second."""
    if hot is None:
        return None
    each = [hot.refused(first + at, asked[:, :, :, at]) for at in range(asked.shape[3])]
    found = next((one for one in each if one is not None), None)
    if found is None:
        return None
    for one in each:
        if one is not None:
            tally.by_partition += MINUTE_S * one.by_partition
            tally.by_index[0] += MINUTE_S * one.by_index
    return np.stack([np.zeros_like(found.lost) if one is None else one.lost for one in each], axis=3)
