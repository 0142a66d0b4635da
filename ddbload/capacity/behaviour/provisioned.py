"""Provisioned tables in time: fixed and tracked capacity with its buckets, minute by minute in all lanes at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ddbload.capacity.behaviour.assumptions import Assumptions
from ddbload.capacity.behaviour.buckets import Buckets, Short
from ddbload.capacity.behaviour.decreases import DecreaseQuota
from ddbload.capacity.behaviour.excess import MINUTE_S
from ddbload.capacity.behaviour.hot import Hot
from ddbload.capacity.behaviour.schedule import agenda_of
from ddbload.capacity.behaviour.settings import Fixed, Floats, Scheduled, Tracked
from ddbload.capacity.behaviour.tally import Tally
from ddbload.capacity.behaviour.tracking import ScalingRules, Tracking, starting_capacity
from ddbload.capacity.behaviour.traffic import Traffic

_HOUR = 60
Provisioned = Fixed | Tracked


@dataclass(frozen=True, slots=True)
class _Lanes:
    """Capacity at the beginning and its bounds, shape (resources, candidates, worlds); fixed, it is its own bounds.

    `tracked`: whether any lane is; `schedules`: flat lanes, and the actions that move their bounds.
    """

    capacity: Floats
    tracked: bool
    low: Floats
    high: Floats
    target: Floats
    schedules: Sequence[tuple[NDArray[np.intp], Sequence[Scheduled]]]


def run_provisioned(
    traffic: Traffic,
    settings: Sequence[Mapping[str, Provisioned]],
    assumptions: Assumptions,
    drawn: Mapping[str, Floats],
    hot: Hot | None,
    *,
    course: bool,
) -> Tally:
    """Steps through the whole time.

    Args:
        traffic: what is asked.
        settings: of each candidate, name -> setting.
        assumptions: those that all worlds share.
        drawn: those that each world has of its own, shape (worlds,).
        hot: what partitions refuse; None: nothing.
        course: whether capacity in time is kept.
    """
    lanes = _lanes(traffic, settings)
    run = _Run(traffic, lanes, _tracking(traffic, lanes, assumptions, drawn), assumptions, course=course)
    buckets = Buckets(
        lanes.capacity, drawn["burst_s"] * drawn["burst_availability"], drawn["burst_start"], traffic.touches
    )
    per_root = np.sqrt(traffic.dispersion)[:, np.newaxis, np.newaxis]
    for minute, units in enumerate(traffic.each_minute()):
        asked = units[:, np.newaxis]
        means = asked.mean(axis=-1) if traffic.by_second else asked
        refused = hot.refused(minute, asked) if hot is not None else None
        through = asked if refused is None else asked - refused.lost
        if traffic.by_second:
            short = buckets.serve_seconds(through, run.capacity)
        else:
            short = buckets.serve_minute(through, run.capacity, per_root * np.sqrt(through))
        by_hot = None
        if refused is not None:
            by_hot = refused.lost.mean(axis=-1) if traffic.by_second else refused.lost
            run.tally.by_partition += MINUTE_S * refused.by_partition
            run.tally.by_index[0] += MINUTE_S * refused.by_index
        run.after(minute, means, short, by_hot)
    run.tally.final_warm = run.highest
    return run.tally


class _Run:
    """Capacity as it stands, and the tally of it."""

    def __init__(
        self,
        traffic: Traffic,
        lanes: _Lanes,
        tracking: Tracking | None,
        assumptions: Assumptions,
        *,
        course: bool,
    ) -> None:
        self.shape = lanes.capacity.shape
        self.capacity = lanes.capacity
        self.highest = lanes.capacity.copy()
        self.tally = Tally(traffic, self.shape[1], course=course)
        self._tracking = tracking
        self._last = traffic.minutes - 1
        self._hour_bills = assumptions.hour_bills.value
        self._of_hour, self._hour_sum = np.zeros(self.shape), np.zeros(self.shape)
        self._consumed, self._use = np.empty(self.shape), np.empty(self.shape)
        self._coupled = traffic.touches is not None
        self._take_capacity()

    def after(self, minute: int, asked: Floats, short: Short | None, by_hot: Floats | None) -> None:
        """A minute is over: what was asked and what ceilings refused, units a second, and what buckets refused."""
        consumed = self._consumed
        np.copyto(consumed, asked)
        if by_hot is not None:
            lost = by_hot if short is None else by_hot + _spread(short, self.shape)
            self.tally.refused(lost, consumed)
            np.subtract(consumed, lost, out=consumed)
        elif short is not None:
            flat = consumed.reshape(self.shape[0], -1)
            wanted, lacking = flat.take(short.lanes, axis=1), short.lost / MINUTE_S
            self.tally.refused_in(short.lanes, lacking, wanted)
            flat[:, short.lanes] = wanted - lacking
        if short is not None and self._coupled:
            self.tally.by_index[0].reshape(-1)[short.lanes] += short.by_index
        np.divide(consumed, self.capacity, out=self._use)
        np.maximum(self.tally.peak_use, self._use, out=self.tally.peak_use)
        if self.tally.course is not None:
            capacity, consumption, throttled = self.tally.course
            capacity[..., minute], consumption[..., minute] = self.capacity, consumed
            throttled[..., minute] = asked - consumed
        self._bill(minute)
        if self._tracking is not None:
            self._tracking.step(minute, consumed.reshape(-1))
            self._take_capacity()

    def _take_capacity(self) -> None:
        if self._tracking is not None:
            self.capacity = self._tracking.capacity.reshape(self.shape)

    def _bill(self, minute: int) -> None:
        """The hour's capacity: its highest, or between that and its mean."""
        np.maximum(self._of_hour, self.capacity, out=self._of_hour)
        if self._hour_bills < 1.0:
            self._hour_sum += self.capacity
        ends = (minute + 1) % _HOUR == 0 or minute == self._last
        if not ends:
            return
        if self._tracking is not None:  # a level that was reached within the last minute
            np.maximum(self._of_hour, self._tracking.provisioned.reshape(self.shape), out=self._of_hour)
        np.maximum(self.highest, self._of_hour, out=self.highest)
        billed = self._of_hour
        if self._hour_bills < 1.0:
            billed = self._hour_bills * billed + (1 - self._hour_bills) * self._hour_sum / (minute % _HOUR + 1)
            self._hour_sum[...] = 0.0
        self.tally.hourly[..., minute // _HOUR] = billed
        self._of_hour[...] = 0.0


def _spread(short: Short, shape: tuple[int, ...]) -> Floats:
    """Units a second that the buckets refused, in all lanes."""
    lost = np.zeros(shape)
    lost.reshape(shape[0], -1)[:, short.lanes] = short.lost / MINUTE_S
    return lost


def _lanes(traffic: Traffic, settings: Sequence[Mapping[str, Provisioned]]) -> _Lanes:
    shape = (len(traffic.names), len(settings), traffic.worlds)
    numbers = np.arange(np.prod(shape)).reshape(shape)
    capacity, low, high, target = np.empty(shape), np.empty(shape), np.empty(shape), np.ones(shape)
    schedules = []
    first = next(traffic.each_minute())
    means = first.mean(axis=-1) if traffic.by_second else first
    for at, name in enumerate(traffic.names):
        for candidate, of in enumerate(settings):
            setting, here = of[name], (at, candidate)
            if isinstance(setting, Fixed):
                capacity[here] = low[here] = high[here] = setting.units
                continue
            capacity[here] = starting_capacity(setting, means[at])
            low[here], high[here], target[here] = setting.low, setting.high, setting.target
            schedules.append((numbers[here], setting.schedule))
    tracked = any(isinstance(of[name], Tracked) for of in settings for name in traffic.names)
    return _Lanes(capacity, tracked, low, high, target, schedules)


def _tracking(
    traffic: Traffic, lanes: _Lanes, assumptions: Assumptions, drawn: Mapping[str, Floats]
) -> Tracking | None:
    """The controller of all lanes; where fixed capacity stands among them, it never asks for another."""
    if not lanes.tracked:
        return None
    numbers = np.arange(lanes.capacity.size)
    worlds = numbers % traffic.worlds
    return Tracking(
        lanes.low.reshape(-1),
        lanes.high.reshape(-1),
        lanes.target.reshape(-1),
        lanes.capacity.reshape(-1),
        metric_delay_min=drawn["metric_delay_min"][worlds],
        update_delay_min=drawn["update_delay_min"][worlds],
        rules=_rules(assumptions, drawn, worlds),
        utc_began_s=traffic.utc_began_s,
        agenda=agenda_of(lanes.schedules, traffic.start, traffic.minutes),
        tables=numbers % lanes.capacity[0].size if len(traffic.names) > 1 else None,
    )


def _rules(assumptions: Assumptions, drawn: Mapping[str, Floats], worlds: NDArray[np.intp]) -> ScalingRules:
    rounding: Literal["up", "nearest"] = "up" if assumptions.rounding.value else "nearest"
    return ScalingRules(
        scale_out_minutes=int(assumptions.scale_out_minutes.value),
        scale_in_minutes=int(assumptions.scale_in_minutes.value),
        band=drawn["scale_in_band_points"][worlds] / 100,
        scale_out_cooldown_s=assumptions.scale_out_cooldown_s.value,
        scale_in_cooldown_s=assumptions.scale_in_cooldown_s.value,
        rounding=rounding,
        decreases=DecreaseQuota(
            at_day_start=int(assumptions.decreases_at_start.value),
            per_hour=int(assumptions.decreases_an_hour.value),
            held=int(assumptions.decreases_held.value),
        ),
    )
