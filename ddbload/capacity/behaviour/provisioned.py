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
from ddbload.capacity.behaviour.schedule import Bounds, agenda_of
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


@dataclass(frozen=True, slots=True)
class Part:
    """One table in one dimension.

    Attributes:
        traffic: what is asked.
        settings: of each candidate, name -> setting.
        drawn: the assumptions that each world has of its own, shape (worlds,).
        hot: what partitions refuse; None: nothing.
    """

    traffic: Traffic
    settings: Sequence[Mapping[str, Provisioned]]
    drawn: Mapping[str, Floats]
    hot: Hot | None


def run_provisioned(parts: Sequence[Part], assumptions: Assumptions, *, course: bool) -> list[Tally]:
    """Steps through the whole time, in all parts at once: they share nothing but the controller's time.

    Args:
        parts: of as many minutes each, that begin as far in a UTC day.
        assumptions: those that all worlds share.
        course: whether capacity in time is kept.
    """
    lanes = [_lanes(part.traffic, part.settings) for part in parts]
    tracked = [at for at, of in enumerate(lanes) if of.tracked]
    ends = np.cumsum([lanes[at].capacity.size for at in tracked]).tolist()
    consumed = np.empty(ends[-1] if ends else 0)
    spans = {at: slice(end - lanes[at].capacity.size, end) for at, end in zip(tracked, ends, strict=True)}
    tracking = _tracking([parts[at] for at in tracked], [lanes[at] for at in tracked], assumptions) if tracked else None
    shares = {at: _Share(tracking, span, consumed[span]) for at, span in spans.items() if tracking is not None}
    runs = [
        _Run(part, of, assumptions, shares.get(at), course=course)
        for at, (part, of) in enumerate(zip(parts, lanes, strict=True))
    ]
    for minute, units in enumerate(zip(*(part.traffic.each_minute() for part in parts), strict=True)):
        for run, asked in zip(runs, units, strict=True):
            run.serve(minute, asked[:, np.newaxis])
        if tracking is not None:
            tracking.step(minute, consumed)
    return [run.tallied() for run in runs]


@dataclass(frozen=True, slots=True)
class _Share:
    """What a part has of the controller: its lanes, and where it tells what they consumed."""

    tracking: Tracking
    span: slice
    consumed: Floats


class _Run:
    """One part in time: capacity as it stands, what is saved, and the tally of it."""

    def __init__(
        self, part: Part, lanes: _Lanes, assumptions: Assumptions, share: _Share | None, *, course: bool
    ) -> None:
        self.shape = lanes.capacity.shape
        self._part, self._share = part, share
        if share is None:
            self.capacity, self._consumed = lanes.capacity, np.empty(self.shape)
        else:  # parts of the controller's own arrays: what it changes is seen here, and what is told here there
            self.capacity = share.tracking.capacity[share.span].reshape(self.shape)
            self._consumed = share.consumed.reshape(self.shape)
        self.highest = lanes.capacity.copy()
        traffic, drawn = part.traffic, part.drawn
        self.tally = Tally(traffic, self.shape[1], course=course)
        self._buckets = Buckets(
            lanes.capacity, drawn["burst_s"] * drawn["burst_availability"], drawn["burst_start"], traffic.touches
        )
        self._per_root = np.sqrt(traffic.dispersion)[:, np.newaxis, np.newaxis]
        self._by_second = traffic.by_second
        self._last = traffic.minutes - 1
        self._hour_bills = assumptions.hour_bills.value
        self._of_hour, self._hour_sum = np.zeros(self.shape), np.zeros(self.shape)
        self._use = np.empty(self.shape)
        self._coupled = traffic.touches is not None

    def serve(self, minute: int, asked: Floats) -> None:
        """A minute: what is asked, shape (resources, 1, worlds), by the second with 60 after it; units a second."""
        refused = self._part.hot.refused(minute, asked) if self._part.hot is not None else None
        through = asked if refused is None else asked - refused.lost
        if self._by_second:
            short = self._buckets.serve_seconds(through, self.capacity)
        else:
            short = self._buckets.serve_minute(through, self.capacity, self._per_root * np.sqrt(through))
        by_hot = None
        if refused is not None:
            by_hot = refused.lost.mean(axis=-1) if self._by_second else refused.lost
            self.tally.by_partition += MINUTE_S * refused.by_partition
            self.tally.by_index[0] += MINUTE_S * refused.by_index
        self._after(minute, asked.mean(axis=-1) if self._by_second else asked, short, by_hot)

    def tallied(self) -> Tally:
        """What became of it all."""
        self.tally.final_warm = self.highest
        return self.tally

    def _after(self, minute: int, asked: Floats, short: Short | None, by_hot: Floats | None) -> None:
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

    def _bill(self, minute: int) -> None:
        """The hour's capacity: its highest, or between that and its mean."""
        np.maximum(self._of_hour, self.capacity, out=self._of_hour)
        if self._hour_bills < 1.0:
            self._hour_sum += self.capacity
        ends = (minute + 1) % _HOUR == 0 or minute == self._last
        if not ends:
            return
        if self._share is not None:  # a level reached within the last minute
            reached = self._share.tracking.provisioned[self._share.span].reshape(self.shape)
            np.maximum(self._of_hour, reached, out=self._of_hour)
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


def _tracking(parts: Sequence[Part], lanes: Sequence[_Lanes], assumptions: Assumptions) -> Tracking:
    """The controller of all lanes; where fixed capacity stands among them, it never asks for another."""
    drawn: dict[str, list[Floats]] = {"metric_delay_min": [], "update_delay_min": [], "scale_in_band_points": []}
    tables: list[NDArray[np.intp]] = []
    agenda: dict[int, tuple[Bounds, ...]] = {}
    before, tables_before = 0, 0
    for part, of in zip(parts, lanes, strict=True):
        numbers = np.arange(of.capacity.size)
        for name, found in drawn.items():
            found.append(part.drawn[name][numbers % part.traffic.worlds])
        tables.append(tables_before + numbers % of.capacity[0].size)
        schedules = [(before + flat, actions) for flat, actions in of.schedules]
        for minute, bounds in agenda_of(schedules, part.traffic.start, part.traffic.minutes).items():
            agenda[minute] = (*agenda.get(minute, ()), *bounds)
        before += of.capacity.size
        tables_before += of.capacity[0].size
    low, high, target, capacity = (
        np.concatenate([getattr(of, name).reshape(-1) for of in lanes])
        for name in ("low", "high", "target", "capacity")
    )
    return Tracking(
        low,
        high,
        target,
        capacity,
        metric_delay_min=np.concatenate(drawn["metric_delay_min"]),
        update_delay_min=np.concatenate(drawn["update_delay_min"]),
        rules=_rules(assumptions, np.concatenate(drawn["scale_in_band_points"]) / 100),
        utc_began_s=parts[0].traffic.utc_began_s,
        agenda=agenda,
        tables=np.concatenate(tables) if any(len(part.traffic.names) > 1 for part in parts) else None,
    )


def _rules(assumptions: Assumptions, band: Floats) -> ScalingRules:
    rounding: Literal["up", "nearest"] = "up" if assumptions.rounding.value else "nearest"
    return ScalingRules(
        scale_out_minutes=int(assumptions.scale_out_minutes.value),
        scale_in_minutes=int(assumptions.scale_in_minutes.value),
        band=band,
        scale_out_cooldown_s=assumptions.scale_out_cooldown_s.value,
        scale_in_cooldown_s=assumptions.scale_in_cooldown_s.value,
        rounding=rounding,
        decreases=DecreaseQuota(
            at_day_start=int(assumptions.decreases_at_start.value),
            per_hour=int(assumptions.decreases_an_hour.value),
            held=int(assumptions.decreases_held.value),
        ),
    )
