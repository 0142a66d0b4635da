"""The search for settings: what it finds is what can be worked out by hand where there is no burst and no delay."""

from __future__ import annotations

import numpy as np
import pytest

from ddbload.capacity.behaviour.settings import Fixed, Floats, Tracked
from ddbload.planner.choice.candidates import TableFacts
from ddbload.planner.choice.confirm import Confirming, provisioned
from ddbload.planner.choice.lanes import load_of, measure
from ddbload.planner.choice.search import Ask, Frontier, asks, frontier
from ddbload.planner.choice.together import carried_out
from tests.planner.demands import demand, of_units
from tests.planner.plain_behaviour import plain

FACTS = TableFacts("t")


def _days(hours: list[float], days: int = 2) -> Floats:
    """A day in hours, one world."""
    return np.tile(np.repeat(hours, 60), days)[None, :]


def _found(units: Floats, objective: float) -> Frontier:
    load = load_of(FACTS, of_units("made", units, units.shape[1] // 1440), "write")
    return carried_out(frontier(load, objective=objective, confidence=0.95), plain, seed=1)


def test_the_least_fixed_capacity_without_throttling_is_the_highest_minute() -> None:
    assert _found(_days([10.0] * 23 + [97.4]), 0.0)["fixed"] == (Fixed(98.0),) * len(asks(0.0))


def test_the_least_fixed_capacity_may_throttle_what_the_objective_allows() -> None:
    # 23 x 10 + 100 = 330 units an hour in all; 1 % of it are 3.3, so that 96.7 is enough, and 97 the least whole one
    found = _found(_days([10.0] * 23 + [100.0]), 0.01)["fixed"]
    assert found[asks(0.01).index(Ask(0.01))] == Fixed(97.0)


def test_capacity_is_never_below_one_unit() -> None:
    assert _found(_days([0.2] * 24), 0.001) == {"fixed": (Fixed(1.0),) * len(asks(0.001))}


def test_what_nothing_is_asked_of_keeps_one_unit() -> None:
    assert _found(np.zeros((1, 1440)), 0.0) == {"fixed": (Fixed(1.0),) * len(asks(0.0))}


def test_a_flat_load_is_not_scaled() -> None:
    assert set(_found(_days([100.0] * 24), 0.001)) == {"fixed"}


def test_settings_are_whole_units_as_one_would_type_them() -> None:
    hours = [20.0, 35.5, 80.0, 200.3, 410.0, 390.0] * 4
    for setting in _found(_days(hours), 0.01)["auto-scaling"]:
        assert isinstance(setting, Tracked | Fixed)
        figures = (setting.low, setting.high) if isinstance(setting, Tracked) else (setting.units,)
        assert all(figure == int(figure) >= 1 for figure in figures)


@pytest.mark.parametrize("name", ["day and night", "weekly", "write heavy"])
def test_what_is_confirmed_holds_in_all_worlds_together_and_scaling_is_cheaper_than_fixed(name: str) -> None:
    facts = TableFacts("t", indexes=("i",) if name == "write heavy" else ())
    load = load_of(facts, demand(name, days=7, worlds=6), "write")
    found = carried_out(provisioned(load, Confirming(0.005, 0.95)), plain, seed=1)
    holding = [each for each in found if each.kept >= 0.95]
    fixed = min(each.unit_hours for each in holding if each.family == "fixed")
    scaled = min(each.unit_hours for each in holding if each.family == "auto-scaling")
    assert scaled < fixed


def test_an_index_without_capacity_is_counted_as_throttled_writes_of_its_table() -> None:
    facts = TableFacts("t", indexes=("i",))
    load = load_of(facts, demand("write heavy", days=1, worlds=2), "write")
    ample, starved = measure(
        load, [{"": Fixed(2000.0), "i": Fixed(1000.0)}, {"": Fixed(2000.0), "i": Fixed(1.0)}], plain, seed=1
    )
    assert ample.share.max() == 0
    assert starved.share.min() > 0.9


def test_a_name_that_nothing_is_asked_of_is_billed_for_what_it_keeps() -> None:
    facts = TableFacts("t", indexes=("i", "unread"))
    load = load_of(facts, demand("write heavy", days=1, worlds=2), "write")
    (measured,) = measure(load, [{"": Fixed(2000.0), "i": Fixed(1000.0), "unread": Fixed(5.0)}], plain, seed=1)
    assert measured.unit_hours["unread"].tolist() == [120.0, 120.0]


def test_the_seconds_of_a_demand_are_given_to_the_simulation_as_they_are() -> None:
    by_minute = demand("flat", days=1, worlds=2)
    seconds = {
        resource: {dimension: np.repeat(units, 60, axis=1) for dimension, units in of.items()}
        for resource, of in by_minute.units.items()
    }
    load = load_of(FACTS, type(by_minute)(by_minute.month, 1, seconds), "write")
    assert load.asked is not None
    assert load.asked.units[""].shape == (2, 1440, 60)
    assert np.allclose(load.of(""), load_of(FACTS, by_minute, "write").of(""))
