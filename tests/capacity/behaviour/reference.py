"""A slow, plain account of one resource under target tracking, one second at a time, written from the documentation.

It shares no code with the product: its own bucket, alarms from sums of minutes, a timer for the update, its own count
of decreases. Time is a whole number of seconds; every rule stands where it acts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class World:
    """What is fixed for a run: the setting, and how the service happens to behave."""

    low: float
    high: float
    target: float
    start: float
    metric_delay_s: int = 0
    update_delay_s: int = 0
    burst_s: float = 300.0
    saved_at_first: float = 0.0  # units of burst held at the beginning
    utc_began_s: int = 0
    bounds: dict[int, tuple[float, float]] = field(default_factory=dict)  # second -> low, high from then on


@dataclass
class Account:
    """What happened, by the second or in sum."""

    asked: float = 0.0
    served: float = 0.0
    served_by_minute: list[float] = field(default_factory=list)  # units a second, the mean of each minute
    capacity: list[float] = field(default_factory=list)  # by the second
    changes: list[tuple[int, float]] = field(default_factory=list)  # second of effect, new capacity
    decreases: list[int] = field(default_factory=list)  # seconds at which a lowering began

    @property
    def throttled_share(self) -> float:
        return (self.asked - self.served) / self.asked if self.asked else 0.0

    @property
    def unit_hours_as_billed(self) -> float:
        """An hour bills its highest capacity; an hour begun bills by its part of an hour."""
        hours = [self.capacity[at : at + 3600] for at in range(0, len(self.capacity), 3600)]
        return sum(max(hour) * len(hour) / 3600 for hour in hours)

    @property
    def unit_hours_in_the_mean(self) -> float:
        return sum(self.capacity) / 3600

    @property
    def first_increase_s(self) -> float:
        before = self.capacity[0]
        for second, units in self.changes:
            if units > before:
                return second
            before = units
        return math.inf


def run(world: World, demand: Sequence[float]) -> Account:  # noqa: C901 - a second's events stand in their order
    """`demand`: units asked for in each second."""
    account = Account()
    low, high = world.low, world.high
    capacity, saved = world.start, world.saved_at_first
    minute_sums: list[float] = []
    this_minute = 0.0
    update: tuple[int, float] | None = None  # when it is done, and what it gives
    held, hour_of_count = 4, (world.utc_began_s // 3600)

    for second, asked in enumerate([*demand, 0.0]):
        # The quota: 4 at the start of a UTC day, one more with each hour of it, never more than 4 in hand.
        hour = (second + world.utc_began_s) // 3600
        while hour_of_count < hour:
            hour_of_count += 1
            held = 4 if hour_of_count % 24 == 0 else min(4, held + 1)

        if update is not None and second >= update[0]:
            capacity, update = update[1], None
            account.changes.append((second, capacity))
        if second in world.bounds:
            low, high = world.bounds[second]

        # The alarms are looked at when a minute's datapoint has arrived; capacity outside its bounds at any time.
        wished = capacity
        known = second - world.metric_delay_s
        if not low <= capacity <= high:
            wished = min(max(capacity, low), high)
        elif known > 0 and known % 60 == 0:
            wished = _wished(minute_sums[: known // 60], capacity, world.target, low, high)
        if update is None and wished != capacity and (wished > capacity or held > 0):
            if wished < capacity:
                held -= 1
                account.decreases.append(second)
            update = (second + world.update_delay_s, wished)
            if world.update_delay_s == 0:
                capacity, update = wished, None
                account.changes.append((second, capacity))

        if second == len(demand):
            break
        # The bucket: what a second does not use is kept, for so many seconds of the capacity that there is.
        available = capacity + min(saved, world.burst_s * capacity)
        served = min(asked, available)
        saved = min(available - served, world.burst_s * capacity)
        account.asked += asked
        account.served += served
        account.capacity.append(capacity)
        this_minute += served
        if second % 60 == 59:
            minute_sums.append(this_minute)
            account.served_by_minute.append(this_minute / 60)
            this_minute = 0.0
    return account


def _wished(sums: list[float], capacity: float, target: float, low: float, high: float) -> float:
    """What the two alarms ask for. A sum of 0 is no datapoint: CloudWatch has none where nothing was consumed."""
    above = 60 * capacity * target
    below = 60 * capacity * (target - 0.20)
    last_two, last_fifteen = sums[-2:], sums[-15:]
    if len(last_two) == 2 and all(each > above and not math.isclose(each, above) for each in last_two):
        return max(capacity, min(high, _whole_units(min(last_two) / 60 / target)))
    quiet = all(each < below or math.isclose(each, below) for each in last_fifteen)
    if len(last_fifteen) == 15 and quiet and sums[-1] > 0:
        return min(capacity, max(low, _whole_units(max(last_fifteen) / 60 / target)))
    return capacity


def _whole_units(units: float) -> float:
    return float(math.ceil(round(units, 6)))
