"""Is the model's uncertainty right? Short traces, each run in one world by the reference and in many by the product.

The reference's world draws the delays and the burst from the ranges that the product states; if the product's worlds
are honest, its 90 % intervals hold the reference's figures nine times in ten.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from ddbload.capacity.behaviour import simulate
from ddbload.capacity.behaviour.assumptions import Assumption, Assumptions
from ddbload.capacity.behaviour.settings import Asked, Course, Tracked
from tests.capacity.behaviour import reference

Floats = NDArray[np.float64]
FIGURES = ("unit_hours", "throttled_share", "first_scale_out_min")
BILLED = "billed_unit_hours"
WORLDS = 200
_SLACK = 1e-6
START = datetime(2027, 2, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Trace:
    """Demand by the second, and the setting that meets it."""

    by_second: Floats
    setting: Tracked

    @property
    def by_minute(self) -> Floats:
        return np.asarray(self.by_second.reshape(-1, 60).mean(axis=1))


@dataclass(frozen=True, slots=True)
class Compared:
    """One trace by figure: what the reference found in a world drawn at random, and what the product's worlds found.

    `likely` is the throttled share in the world in which every figure is at its likely value, by the reference; the
    product's is its world 0.
    """

    reference: dict[str, float]
    product: dict[str, Floats]
    likely: float

    def interval(self, figure: str) -> tuple[float, float]:
        """The middle 90 % of the product's worlds."""
        low, high = np.quantile(self.product[figure], [0.05, 0.95])
        return float(low), float(high)

    def inside(self, figure: str) -> bool:
        """Whether the interval holds the reference's figure; a tie with an end of it counts as inside."""
        low, high = self.interval(figure)
        slack = _SLACK * max(1.0, abs(high))
        return low - slack <= self.reference[figure] <= high + slack

    def rank(self, figure: str, chance: float) -> float:
        """Where the reference stands among the product's worlds, from 0 to 1; among equals, by chance from 0 to 1."""
        found, worlds = self.reference[figure], self.product[figure]
        same = np.isclose(worlds, found, rtol=_SLACK, atol=_SLACK)
        below = np.count_nonzero((worlds < found) & ~same)
        return float((below + chance * (np.count_nonzero(same) + 1)) / (len(worlds) + 1))


def trace(rng: np.random.Generator, hours: int = 8) -> Trace:
    """Waves, steps, a ramp, spikes and noise over a base; within a minute calls come by Poisson, a unit each."""
    minutes = np.arange(hours * 60)
    base = rng.lognormal(np.log(150), 0.5)
    curve = 1 + rng.uniform(0, 0.4) * np.sin(2 * np.pi * (minutes / rng.uniform(120, 480) + rng.random()))
    for at in rng.integers(30, hours * 60 - 60, size=rng.integers(1, 4)):
        curve[at:] *= rng.choice([0.4, 0.6, 1.7, 2.5, 4.0])
    begin, length = rng.integers(20, hours * 60 - 120), rng.integers(15, 100)
    curve *= np.interp(minutes, [begin, begin + length], [1, rng.uniform(1, 3)])
    for at in rng.integers(10, hours * 60 - 30, size=rng.integers(0, 4)):
        curve[at : at + rng.integers(1, 12)] *= rng.uniform(1.5, 5)
    curve *= rng.lognormal(0, rng.choice([0.02, 0.05, 0.1]), minutes.size)
    by_second = rng.poisson(np.repeat(np.clip(curve, 0.05, 20) * base, 60)).astype(np.float64)
    setting = Tracked(low=max(1.0, np.floor(base / 4)), high=np.ceil(base * rng.choice([6, 15, 40])),
                      target=float(rng.choice([0.5, 0.6, 0.7, 0.8])))  # fmt: skip
    return Trace(by_second, setting)


def compared(one: Trace, rng: np.random.Generator, seed: int) -> Compared:
    """The trace in one world by the reference, and in the product's worlds."""
    assumptions = Assumptions().replaced({"hour_bills": 1})
    asked = Asked("write", {"": np.broadcast_to(one.by_minute, (WORLDS, one.by_minute.size))}, START)
    outcome = simulate(asked, [{"": one.setting}], assumptions, seed=seed, course=True)[""]
    assert outcome.course is not None
    product = {
        "unit_hours": outcome.course.capacity[0].sum(axis=-1) / 60,
        BILLED: outcome.unit_hours[0],
        "throttled_share": outcome.throttled[0] / outcome.asked[0],
        "first_scale_out_min": _first_increases(outcome.course),
    }
    demand = one.by_second.tolist()
    account = reference.run(world_of(one, assumptions, rng), demand)
    told = {
        "unit_hours": account.unit_hours_in_the_mean,
        BILLED: account.unit_hours_as_billed,
        "throttled_share": account.throttled_share,
        "first_scale_out_min": account.first_increase_s / 60,
    }
    return Compared(told, product, reference.run(world_of(one, assumptions, None), demand).throttled_share)


def world_of(one: Trace, assumptions: Assumptions, rng: np.random.Generator | None) -> reference.World:
    """A world of the reference, drawn from the ranges; without a generator, the likely one."""

    def figure(of: Assumption) -> float:
        return of.value if rng is None or of.high == of.low else float(rng.triangular(of.low, of.value, of.high))

    first = math.ceil(round(one.by_minute[0] / one.setting.target, 6))
    start = min(max(first, one.setting.low), one.setting.high)
    kept_s = figure(assumptions.burst_s) * figure(assumptions.burst_availability)
    return reference.World(
        low=one.setting.low,
        high=one.setting.high,
        target=one.setting.target,
        start=start,
        metric_delay_s=round(60 * figure(assumptions.metric_delay_min)),
        update_delay_s=round(60 * figure(assumptions.update_delay_min)),
        burst_s=kept_s,
        saved_at_first=figure(assumptions.burst_start) * kept_s * start,
    )


def _first_increases(course: Course) -> Floats:
    """When each world first had more capacity, in minutes: within its minute, by the mean that the minute has."""
    levels = course.capacity[0]
    found = np.full(len(levels), np.inf)
    for world, capacity in enumerate(levels):
        rises = np.flatnonzero(capacity[1:] > capacity[:-1]) + 1
        if rises.size:
            at = rises[0]
            after = max(capacity[at], capacity[min(at + 1, capacity.size - 1)])
            found[world] = at + 1 - (capacity[at] - capacity[at - 1]) / (after - capacity[at - 1])
    return found


def coverage(runs: Sequence[Compared], figure: str) -> float:
    """The share of the traces in which the product's interval holds the reference's figure."""
    return sum(run.inside(figure) for run in runs) / len(runs)


def coverage_by_rank(runs: Sequence[Compared], figure: str, rng: np.random.Generator) -> float:
    """The same with ties broken by chance: a figure of few values is else inside more often than its interval says."""
    return sum(0.05 < run.rank(figure, rng.random()) < 0.95 for run in runs) / len(runs)
