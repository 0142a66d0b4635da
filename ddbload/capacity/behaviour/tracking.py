"""Auto scaling by target tracking: alarms, delays and updates of provisioned capacity, minute by minute in many lanes.

A lane is one dimension of one table or index in one world under one candidate setting.

Sources: Amazon DynamoDB Developer Guide, "Managing throughput capacity automatically with DynamoDB auto scaling";
Application Auto Scaling User Guide, "Target tracking scaling policies"; AWS re:Post, "Why does DynamoDB auto scaling
not work as expected?" for the band; AWSlabs' DynamoDB Optima for which datapoint the new capacity is taken from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ddbload.capacity.behaviour.decreases import Allowance, DecreaseQuota, Lanes
from ddbload.capacity.behaviour.schedule import Bounds
from ddbload.capacity.behaviour.settings import Tracked
from ddbload.capacity.behaviour.window import Lag, Sliding

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
_SLACK = 1e-9  # 0.7 - 0.2 is less than 0.5 in binary; thresholds that are met exactly must count as met
_SIXTH_PLACE = 1e-6  # consumption over target is rounded to it before it is rounded to whole units
_NEVER = -1.0  # a threshold that no consumption is below
_MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class ScalingRules:
    """What is assumed of target tracking, for all lanes.

    Attributes:
        scale_out_minutes: consecutive minutes above the target before a scale-out (guide: 2).
        scale_in_minutes: consecutive minutes at or below the lower bound before a scale-in (guide: 15).
        band: how far the lower bound is below the target, as a fraction of capacity (re:Post: 20 points).
        scale_out_cooldown_s, scale_in_cooldown_s: after an update, for another in the same direction (default of
            DynamoDB's policies: 0).
        rounding: of consumption over target to whole units. The guide does not say; up is the careful one, and the
            example of "Pricing for Provisioned Capacity" (80 units at 70 % are 114) has the nearest.
        decreases: the quota that lowering is bound by.
    """

    scale_out_minutes: int = 2
    scale_in_minutes: int = 15
    band: float | Floats = 0.20
    scale_out_cooldown_s: float = 0.0
    scale_in_cooldown_s: float = 0.0
    rounding: Literal["up", "nearest"] = "up"
    decreases: DecreaseQuota = field(default_factory=DecreaseQuota)


class Tracking:
    """Target tracking in many lanes: `capacity` is what the coming minute has, `step` tells what was consumed in it.

    A datapoint of a minute is seen `metric_delay_min` after the minute's end; the alarms are looked at then, and an
    update takes `update_delay_min` more, in which no other begins. Delays are kept to the second: a change within a
    minute makes that minute's `capacity` the mean of the two by time. Alarms compare with what is provisioned when
    they are looked at, and earlier datapoints count again under the new thresholds, since the metric they compare is
    units consumed and does not change with the capacity.

    The new capacity is consumption over target: of the lesser of the datapoints that gave the scale-out alarm, of the
    greatest of those that gave the scale-in alarm. A minute without traffic has no datapoint: it does not part those
    around it, but nothing is scaled in before a datapoint comes.

    Attributes:
        capacity: shape (lanes,): units a second in the coming minute; the caller must not write to it.
        provisioned: shape (lanes,): the level at the end of that minute.
    """

    def __init__(
        self,
        low: ArrayLike,
        high: ArrayLike,
        target: ArrayLike,
        start: ArrayLike,
        *,
        metric_delay_min: ArrayLike = 0.0,
        update_delay_min: ArrayLike = 0.0,
        rules: ScalingRules | None = None,
        utc_began_s: float = 0.0,
        agenda: Mapping[int, Sequence[Bounds]] | None = None,
        tables: ArrayLike | None = None,
    ) -> None:
        """Shapes: (lanes,) or scalars, but for `start`, which says how many lanes there are.

        Args:
            low: MinCapacity, units a second.
            high: MaxCapacity, units a second.
            target: utilisation aimed at, a fraction.
            start: provisioned at the beginning, units a second.
            metric_delay_min: from the end of a minute until the alarms know of it, minutes (to the nearest second).
            update_delay_min: from UpdateTable until the capacity is there, minutes (to the nearest second).
            rules: assumptions that all lanes share.
            utc_began_s: how far the UTC day is when minute 0 begins, in seconds of whole minutes; decreases are
                counted by UTC's days.
            agenda: by the minute at whose beginning they hold, new bounds of lanes.
            tables: the number of the table that each lane is of, by itself or by an index; by default each of its own.
                While one of a table's lanes is updated the others wait, since UpdateTable refuses a table that is
                UPDATING (Amazon DynamoDB API Reference, UpdateTable).
        """
        self._rules = rules if rules is not None else ScalingRules()
        self._level = np.array(start, dtype=np.float64)
        lanes = len(self._level)
        self._low, self._high, self._target, band = (
            np.array(np.broadcast_to(np.asarray(one, dtype=np.float64), lanes))
            for one in (low, high, target, self._rules.band)
        )
        self._share_above = self._target * (1 + _SLACK)
        self._share_below = (self._target - band) * (1 + _SLACK)
        self._step = (1.0 if self._rules.rounding == "up" else 0.5) - 2 * _SIXTH_PLACE
        metric_s, self._update_s = (
            np.rint(np.broadcast_to(np.asarray(one, dtype=np.float64), lanes) * 60)
            for one in (metric_delay_min, update_delay_min)
        )
        self._after_s = metric_s % 60  # how long after a minute's end its alarms are looked at
        self._lag = Lag((metric_s // 60).astype(np.intp))
        self._highest = Sliding(np.maximum, self._rules.scale_in_minutes, lanes)
        self._lowest = Sliding(np.minimum, self._rules.scale_out_minutes, lanes)
        self._utc_began_s = utc_began_s - utc_began_s % 60
        self._allowance = Allowance(lanes, self._rules.decreases, self._utc_began_s)
        self._agenda = agenda if agenda is not None else {}
        self._next = np.zeros(lanes)  # capacity that an update under way will give
        self._done_s = np.full(lanes, -np.inf)  # when it will, or when the last one did
        self._under_way: Lanes = np.empty(0, dtype=np.intp)  # the lanes with an update
        self._swift = bool((self._update_s < _MINUTE_S).any())  # an update may be done in the minute that it begins in
        self._table = np.arange(lanes) if tables is None else np.asarray(tables, dtype=np.intp)
        self._alone = tables is None
        self._idle = np.ones(int(self._table.max(initial=0)) + 1, dtype=np.bool_)  # tables that are not UPDATING
        self._first = np.empty(len(self._idle), dtype=np.intp)
        self._denied: list[Lanes] = []  # those without a decrease left in this hour
        self._raised_s = np.full(lanes, -np.inf)
        self._lowered_s = np.full(lanes, -np.inf)
        self._above, self._below = np.empty(lanes), np.empty(lanes)
        self._outside = np.zeros(lanes, dtype=np.bool_)
        self._strays = False  # whether any lane may be outside
        self._wanted, self._low_use, self._alive = (np.empty(lanes, dtype=np.bool_) for _ in range(3))
        self._rewrite_alarms(np.arange(lanes))
        self.capacity = self._level.copy()
        self._move_bounds(0)
        self._start_updates(self._outside.nonzero()[0], 0.0)
        self._idle[self._table[self._finish(0.0)]] = True

    @property
    def provisioned(self) -> Floats:
        """The level at the end of the coming minute, shape (lanes,): a copy."""
        return self._level.copy()

    def step(self, minute: int, consumed: Floats) -> None:
        """Tells what was consumed in a minute, units a second, and moves on to the next one.

        Call it once for each minute from 0 on.
        """
        now_s = _MINUTE_S * (minute + 1)
        seen = self._lag.seen(minute, consumed)
        self._lowest.add(seen)
        self._highest.add(seen)
        np.copyto(self.capacity, self._level)
        if minute + 1 in self._agenda:
            self._move_bounds(minute + 1)
        if self._denied and (now_s + self._utc_began_s) % 3600 == 0:
            self._rewrite_alarms(np.concatenate(self._denied))
            self._denied.clear()
        # What is done only after the alarms are looked at keeps its table from being updated until then.
        done = self._finish(now_s)
        early = self._done_s[done] <= now_s + self._after_s[done]
        self._idle[self._table[done[early]]] = True
        lanes = self._alarmed(seen)
        if lanes.size:
            self._start_updates(lanes, now_s)
        self._idle[self._table[done[~early]]] = True
        if self._swift and lanes.size:
            self._idle[self._table[self._finish(now_s)]] = True

    def _alarmed(self, seen: Floats) -> Lanes:
        """The lanes whose alarms or bounds ask for another capacity, of tables that can be updated."""
        wanted, low_use = self._wanted, self._low_use
        np.less_equal(self._highest.value, self._below, out=low_use)
        np.greater(seen, 0.0, out=self._alive)
        np.logical_and(low_use, self._alive, out=low_use)
        np.greater(self._lowest.value, self._above, out=wanted)
        np.logical_or(wanted, low_use, out=wanted)
        if self._strays:
            np.logical_or(wanted, self._outside, out=wanted)
            self._strays = bool(self._outside.any())
        lanes = wanted.nonzero()[0]
        return lanes[self._idle[self._table[lanes]]] if lanes.size else lanes

    def _start_updates(self, lanes: Lanes, now_s: float) -> None:
        """UpdateTable, where the alarms or the bounds ask for another capacity and nothing forbids it."""
        at_s = now_s + self._after_s[lanes]
        level, outside = self._level[lanes], self._outside[lanes]
        low, high = self._low[lanes], self._high[lanes]
        lowest = self._lowest.value[lanes]
        out = lowest > self._above[lanes]
        wished = np.where(out, lowest, self._highest.value[lanes])
        wished /= self._target[lanes]
        wished = np.minimum(np.maximum(self._rounded(wished), low), high)
        if outside.any():
            wished = np.where(outside, np.minimum(np.maximum(level, low), high), wished)
        raises = (wished > level) & (out | outside)
        lowers = (wished < level) & (outside | ~out)
        if self._rules.scale_out_cooldown_s or self._rules.scale_in_cooldown_s:
            raises &= outside | (at_s >= self._raised_s[lanes] + self._rules.scale_out_cooldown_s)
            lowers &= outside | (at_s >= self._lowered_s[lanes] + self._rules.scale_in_cooldown_s)
        begins = self._one_for_each_table(lanes, (raises | lowers).nonzero()[0])
        begins = begins[self._granted(lanes[begins], at_s[begins], lowers[begins])]
        if not begins.size:
            return
        begun = lanes[begins]
        # A schedule acts at its own second; only the alarms wait for the metric.
        begin_s = np.where(outside[begins], now_s, at_s[begins])
        self._next[begun] = wished[begins]
        self._done_s[begun] = begin_s + self._update_s[begun]
        self._idle[self._table[begun]] = False
        self._under_way = np.concatenate([self._under_way, begun])

    def _one_for_each_table(self, lanes: Lanes, begins: Lanes) -> Lanes:
        """Of the lanes of one table, the one whose last update is the longest ago; `begins` are places in `lanes`."""
        if self._alone or begins.size < 2:  # noqa: PLR2004 - one is nobody's rival
            return begins
        asking = lanes[begins]
        tables = self._table[asking]
        latest_first = self._done_s[asking].argsort(kind="stable")[::-1]
        self._first[tables[latest_first]] = latest_first  # the last one that is written stays
        chosen: Lanes = begins[self._first[tables] == np.arange(begins.size)]
        return chosen

    def _granted(self, lanes: Lanes, at_s: Floats, lowers: Bools) -> Bools:
        """Which of these updates the quota of decreases lets through; the others do not ask again in this hour."""
        granted = ~lowers
        which = lowers.nonzero()[0]
        if which.size:
            granted[which] = self._allowance.take(lanes[which], at_s[which])
            denied = lanes[~granted]
            if denied.size:
                self._below[denied] = _NEVER
                self._denied.append(denied)
        return granted

    def _finish(self, now_s: float) -> Lanes:
        """Puts into effect what is done before the coming minute's end, and gives its lanes."""
        if not self._under_way.size:
            return self._under_way
        done = self._done_s[self._under_way] < now_s + _MINUTE_S
        lanes = self._under_way[done]
        if not lanes.size:
            return lanes
        self._under_way = self._under_way[~done]
        at_s, level, new = self._done_s[lanes], self._level[lanes], self._next[lanes]
        share = np.minimum(np.maximum((now_s + _MINUTE_S - at_s) / _MINUTE_S, 0.0), 1.0)
        self.capacity[lanes] += (new - level) * share
        if self._rules.scale_out_cooldown_s or self._rules.scale_in_cooldown_s:
            self._raised_s[lanes] = np.where(new > level, at_s, self._raised_s[lanes])
            self._lowered_s[lanes] = np.where(new < level, at_s, self._lowered_s[lanes])
        self._level[lanes] = new
        self._rewrite_alarms(lanes)
        return lanes

    def _rewrite_alarms(self, lanes: Lanes) -> None:
        """Thresholds by the level; none where the bound would hold it anyway, or where rounding gives the same again.

        A whole unit less than the level is the most that lowering can come to; with rounding to the nearest, a half.
        """
        level, low, high = self._level[lanes], self._low[lanes], self._high[lanes]
        lesser = np.ceil(level)
        lesser -= self._step
        lesser *= self._target[lanes]
        below = np.minimum(self._share_below[lanes] * level, lesser)
        self._above[lanes] = np.where(level < high, self._share_above[lanes] * level, np.inf)
        self._below[lanes] = np.where(level > low, below, _NEVER)
        outside = (level < low) | (level > high)
        self._outside[lanes] = outside
        self._strays = self._strays or bool(outside.any())

    def _move_bounds(self, minute: int) -> None:
        for bounds in self._agenda.get(minute, ()):
            self._low[bounds.lanes] = bounds.low
            self._high[bounds.lanes] = bounds.high
            self._rewrite_alarms(bounds.lanes)

    def _rounded(self, units: Floats) -> Floats:
        exact = units.round(6)  # 70 / 0.7 is 100 and not a little more
        return np.ceil(exact) if self._rules.rounding == "up" else np.floor(exact + 0.5)


def starting_capacity(setting: Tracked, first_minute: Floats) -> Floats:
    """What is provisioned at the beginning, units a second, for each figure of the first minute's demand."""
    if setting.start is not None:
        return np.full(np.shape(first_minute), setting.start, dtype=np.float64)
    return np.clip(np.ceil(np.round(first_minute / setting.target, 6)), setting.low, setting.high)
