"""How a dimension (reads or writes) of a table or a global index gets its capacity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as calendar_day, datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Dimension = Literal["read", "write"]


@dataclass(frozen=True, slots=True)
class Fixed:
    """Provisioned capacity that stays as it is, in units a second."""

    units: float


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A scheduled action: new bounds of target tracking, every day, on some weekdays or once, by the local time.

    Attributes:
        hour, minute: the local time, in the zone of the simulation's start.
        low, high: MinCapacity and MaxCapacity from then on.
        weekdays: Monday is 0; None: every day.
        date: the day on which it acts, once; None: on all that `weekdays` has.
    """

    hour: int
    minute: int
    low: float
    high: float
    weekdays: frozenset[int] | None = None
    date: calendar_day | None = None


@dataclass(frozen=True, slots=True)
class Tracked:
    """Auto scaling by target tracking.

    Attributes:
        low, high: MinCapacity and MaxCapacity, in units a second.
        target: utilisation that it aims at, a fraction of 0.2 to 0.9.
        start: capacity at the beginning; None: `low`, or what the first minute needs at the target, if that is more.
        schedule: actions that move the bounds.
    """

    low: float
    high: float
    target: float = 0.7
    start: float | None = None
    schedule: tuple[Scheduled, ...] = ()


@dataclass(frozen=True, slots=True)
class OnDemand:
    """On-demand mode.

    Attributes:
        maximum: its maximum throughput, in units a second; None: none is set.
        warm: warm throughput to begin with, in units a second; None: that of a new table (4,000 write, 12,000 read).
    """

    maximum: float | None = None
    warm: float | None = None


Setting = Fixed | Tracked | OnDemand


@dataclass(frozen=True, slots=True)
class Heat:
    """How unevenly the load goes to the partition keys of a table or an index.

    Attributes:
        shares: the shares of the load of the busiest keys, descending; what is left is spread evenly over the others.
            Shape (keys,), at most some thousands.
        keys: how many partition keys there are in all.
        divisible: whether the items of one partition key can be parted too: not where the table has a local index, nor
            where its load goes to an ever increasing sort key.
        item_share: the share of the load of the busiest single item, which is never parted.
        gigabytes: what is stored, for how many partitions there are at least.
    """

    shares: Floats
    keys: float
    divisible: bool = True
    item_share: float = 0.0
    gigabytes: float = 0.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a table and its global indexes in one dimension.

    Attributes:
        dimension: reads and writes have capacity of their own, and are simulated each by itself.
        units: name -> units a second; "" is the table, others its global indexes. Shape (worlds, minutes): means of
            minutes; or (worlds, minutes, 60): by the second.
        start: the first moment, with its zone: days of the decrease quota are UTC's, schedules go by this zone.
        dispersion: name -> variance of a second's units over their mean, for what minutes do not tell; by default 1.
        heat: name -> how uneven the load is; none: even.
        touches: of writes, name of an index -> the share of the table's units that also write to it; by default 1. Only
            those writes are refused where the index has no capacity.
    """

    dimension: Dimension
    units: Mapping[str, Floats]
    start: datetime
    dispersion: Mapping[str, float] = field(default_factory=dict)
    heat: Mapping[str, Heat] = field(default_factory=dict)
    touches: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Course:
    """Capacity in time, shape (candidates, worlds, minutes), units a second: means of minutes.

    `capacity` is what was provisioned; on demand, what could have been served.
    """

    capacity: Floats
    consumed: Floats
    throttled: Floats


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one resource, shape (candidates, worlds) unless said otherwise.

    Attributes:
        asked, consumed, throttled: units in the whole time. What is throttled is not asked again.
        by_partition: of the throttled units, those that a partition's ceiling refused.
        by_index: of the throttled units of a table, those that were refused since an index had no capacity.
        unit_hours: provisioned capacity unit-hours as billed; 0 on demand.
        hourly: shape (candidates, worlds, hours): provisioned units billed in each hour; 0 on demand.
        worst_minute: the greatest share of a minute's units that was throttled.
        peak_use: the highest minute's consumption over the capacity of that minute: headroom is what it lacks to 1.
        final_warm: on demand, the warm throughput at the end; provisioned, the highest capacity that there was.
        course: in time, where it was asked for.
    """

    asked: Floats
    consumed: Floats
    throttled: Floats
    by_partition: Floats
    by_index: Floats
    unit_hours: Floats
    hourly: Floats
    worst_minute: Floats
    peak_use: Floats
    final_warm: Floats
    course: Course | None = None
