"""The day that a plan draws: the busiest one of the median world, under the chosen capacity."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from ddbload.capacity.behaviour import simulate
from ddbload.capacity.behaviour.settings import Floats
from ddbload.planner.choice.candidates import TableFacts
from ddbload.planner.choice.choose import choose
from ddbload.planner.choice.curves import day_curves
from ddbload.planner.document import DayCurve
from ddbload.planner.resource import Dimension, Resource
from ddbload.pricing.usage import Usage
from tests.planner.demands import demand
from tests.planner.plain_behaviour import plain

FACTS = TableFacts("t", may_reserve=False, other_class=False)
DEMAND = demand("event", days=3, worlds=5)


@cache
def _curves() -> dict[str, DayCurve]:
    choice = choose(FACTS, DEMAND, standing=lambda _: [[Usage()]], simulate=plain)
    return {curve.dimension: curve for curve in day_curves(FACTS, DEMAND, choice.shown, simulate, seed=3)}


def test_it_is_the_day_of_the_event() -> None:
    assert {curve.date for curve in _curves().values()} == {"2027-02-02"}


def test_what_is_asked_is_one_world_within_the_band_of_all() -> None:
    curve = _curves()["write"]
    world = DEMAND.units[Resource("t")]["write"][:, 1440:2880]
    assert any(np.allclose(curve.asked, units, atol=1e-3) for units in world)
    assert np.all(np.array(curve.asked_low) <= np.array(curve.asked_high))


def test_every_minute_of_the_day_has_its_capacity() -> None:
    for curve in _curves().values():
        assert curve.minutes == tuple(range(1440))
        assert len(curve.capacity) == len(curve.throttled) == len(curve.asked) == 1440
        assert min(curve.capacity) >= 1


def test_what_nothing_is_asked_of_has_no_curve() -> None:
    reads: dict[Dimension, Floats] = {"read": DEMAND.units[Resource("t")]["read"]}
    only = replace(DEMAND, units={Resource("t"): reads})
    choice = choose(FACTS, only, standing=lambda _: [[Usage()]], simulate=plain)
    assert {curve.dimension for curve in day_curves(FACTS, only, choice.shown, simulate)} == {"read"}
