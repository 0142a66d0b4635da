"""What the behaviour model takes for granted where DynamoDB promises nothing exact: named figures with their ranges."""
# ruff: noqa: RUF009 - an Assumption is frozen: sharing one between instances is safe

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace

import numpy as np

from ddbload.capacity.behaviour.assumption import Assumption
from ddbload.capacity.behaviour.settings import Floats
from ddbload.errors import UsageError

__all__ = ["Assumption", "Assumptions"]

_LIMITS = "DynamoDB Developer Guide, Quotas in Amazon DynamoDB"
_BURST = "DynamoDB Developer Guide, Burst and adaptive capacity"
_PARTITIONS = "DynamoDB Developer Guide, Designing partition keys to distribute your workload"
_ON_DEMAND = "DynamoDB Developer Guide, On-demand capacity mode"
_SCALING = "DynamoDB Developer Guide, Managing throughput capacity automatically with auto scaling"
_ESTIMATE = "estimate"
_OF_THE_CHOICE = ("throttled_factor",)
"""Figures by which settings are judged: the model of what becomes of them does not draw them."""


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Every assumption of the behaviour model, in the order in which they are printed and drawn."""

    burst_s: Assumption = Assumption(
        "burst_s", 300, 300, 300, "s", "Unused provisioned capacity is kept for bursts for this long.", _BURST
    )
    burst_availability: Assumption = Assumption(
        "burst_availability",
        1,
        0,
        1,
        "share",
        "Burst capacity is best effort: this share of it is there when it is needed.",
        f"{_BURST}: it may be used for background work and change without notice; the range is an estimate",
        most=1,
    )
    burst_start: Assumption = Assumption(
        "burst_start",
        0,
        0,
        0,
        "share",
        "At the beginning this share of the burst capacity has been saved.",
        _ESTIMATE,
        most=1,
    )
    metric_delay_min: Assumption = Assumption(
        "metric_delay_min",
        1,
        0,
        3,
        "min",
        "An alarm sees a minute's consumption this much later.",
        f"{_SCALING}: up to a few minutes; the figures are an estimate",
    )
    update_delay_min: Assumption = Assumption(
        "update_delay_min",
        3,
        1,
        6,
        "min",
        "New provisioned capacity is there this long after the alarm.",
        f"{_SCALING}: usually several minutes; the figures are an estimate",
    )
    scale_out_minutes: Assumption = Assumption(
        "scale_out_minutes",
        2,
        2,
        2,
        "min",
        "Capacity grows after the consumption was above the target for this many minutes on end.",
        _SCALING,
        least=1,
        whole=True,
    )
    scale_in_minutes: Assumption = Assumption(
        "scale_in_minutes",
        15,
        15,
        15,
        "min",
        "Capacity shrinks after the consumption was low for this many minutes on end.",
        _SCALING,
        least=1,
        whole=True,
    )
    scale_in_band_points: Assumption = Assumption(
        "scale_in_band_points",
        20,
        20,
        20,
        "points",
        "Low means this many percentage points of use below the target.",
        "AWS re:Post, How does DynamoDB auto scaling work; thresholds of real alarms agree",
        most=90,
    )
    scale_out_cooldown_s: Assumption = Assumption(
        "scale_out_cooldown_s", 0, 0, 0, "s", "Capacity does not grow again for this long.", _SCALING
    )
    scale_in_cooldown_s: Assumption = Assumption(
        "scale_in_cooldown_s", 0, 0, 0, "s", "Capacity does not shrink again for this long.", _SCALING
    )
    decreases_at_start: Assumption = Assumption(
        "decreases_at_start",
        4,
        4,
        4,
        "",
        "A table or an index can be lowered this often at the start of a UTC day: here its reads and its writes each,"
        " at AWS both together.",
        _LIMITS,
        whole=True,
    )
    decreases_an_hour: Assumption = Assumption(
        "decreases_an_hour",
        1,
        1,
        1,
        "",
        "Each further hour of the day allows this many more decreases.",
        _LIMITS,
        whole=True,
    )
    decreases_held: Assumption = Assumption(
        "decreases_held", 4, 4, 4, "", "No more than this many unused decreases are kept.", _LIMITS, whole=True
    )
    rounding: Assumption = Assumption(
        "rounding",
        1,
        1,
        1,
        "",
        "Target tracking rounds capacity to whole units: 1 is up, 0 is to the nearest.",
        _ESTIMATE,
        most=1,
        whole=True,
    )
    hour_bills: Assumption = Assumption(
        "hour_bills",
        1,
        1,
        1,
        "share",
        "An hour with several capacities is billed at the highest: 1 is the highest, 0 the mean.",
        "estimate: cost tools assume the hour's highest, the price pages leave it open",
        most=1,
    )
    partition_read: Assumption = Assumption(
        "partition_read",
        3000,
        3000,
        3000,
        "units/s",
        "A partition serves this many read units a second, no more.",
        _PARTITIONS,
        least=1,
    )
    partition_write: Assumption = Assumption(
        "partition_write",
        1000,
        1000,
        1000,
        "units/s",
        "A partition serves this many write units a second, no more.",
        _PARTITIONS,
        least=1,
    )
    partition_gb: Assumption = Assumption(
        "partition_gb", 10, 10, 10, "GB", "A partition holds this much data.", _PARTITIONS, least=0.001
    )
    split_delay_min: Assumption = Assumption(
        "split_delay_min",
        15,
        5,
        30,
        "min",
        "A partition that stays too hot for this long is divided in two.",
        f"{_BURST}: frequently used items are isolated; how fast is an estimate",
        least=1,
    )
    on_demand_initial_read: Assumption = Assumption(
        "on_demand_initial_read",
        12_000,
        12_000,
        12_000,
        "units/s",
        "A new on-demand table serves this many read units a second at once.",
        f"{_ON_DEMAND}: Initial throughput",
        least=1,
    )
    on_demand_initial_write: Assumption = Assumption(
        "on_demand_initial_write",
        4_000,
        4_000,
        4_000,
        "units/s",
        "A new on-demand table serves this many write units a second at once.",
        f"{_ON_DEMAND}: Initial throughput",
        least=1,
    )
    on_demand_factor: Assumption = Assumption(
        "on_demand_factor",
        2,
        2,
        2,
        "times",
        "On demand, this many times the previous peak is served at once.",
        f"{_ON_DEMAND}: Previous peak",
        least=1,
    )
    on_demand_minutes: Assumption = Assumption(
        "on_demand_minutes",
        30,
        15,
        30,
        "min",
        "On demand, a new peak counts as the previous peak once it is this old.",
        f"{_ON_DEMAND}: more than double the peak within 30 minutes may throttle; never longer is assumed",
        least=1,
    )
    on_demand_quota: Assumption = Assumption(
        "on_demand_quota",
        40_000,
        40_000,
        40_000,
        "units/s",
        "The default quota of a table in one dimension; more has to be asked for.",
        _LIMITS,
        least=1,
    )

    throttled_factor: Assumption = Assumption(
        "throttled_factor",
        100,
        100,
        100,
        "times",
        "Where it is not certain what is cheapest, a unit throttled beyond the objective counts as this many on-demand"
        " units: a refused call costs more than its units.",
        "estimate: a convention of this tool; with 100, a million refused 1 KB writes are 62.50 USD in us-east-1",
    )

    def __iter__(self) -> Iterator[Assumption]:
        """All of them, in order."""
        return (getattr(self, one.name) for one in fields(self))

    def lines(self) -> tuple[Assumption, ...]:
        """All of them, in order, for a report."""
        return tuple(self)

    def replaced(self, values: Mapping[str, float]) -> Assumptions:
        """The same with some given: a given figure is no longer drawn.

        Raises:
            UsageError: there is no such assumption, or the value does not fit it.
        """
        known = {one.name: one for one in self}
        for name in values:
            if name not in known:
                raise UsageError(f"no assumption {name!r}; there are {', '.join(known)}")
        return replace(self, **{name: known[name].given(value) for name, value in values.items()})

    def certain(self) -> Assumptions:
        """The same without ranges: every world has every figure at its value."""
        return self.replaced({one.name: one.value for one in self})

    def draw(self, rng: np.random.Generator, worlds: int) -> dict[str, Floats]:
        """Each figure in each world, shape (worlds,); world 0 has every figure at its value.

        Each world takes one uniform number of `rng` for each figure, in order: more worlds leave the first ones as they
        are, and giving one figure a value changes none of the others.
        """
        figures = [one for one in self if one.name not in _OF_THE_CHOICE]
        uniform = rng.random((worlds, len(figures)))
        fixed = {name: np.full(worlds, getattr(self, name).value) for name in _OF_THE_CHOICE}
        return {one.name: one.drawn(uniform[:, at]) for at, one in enumerate(figures)} | fixed
