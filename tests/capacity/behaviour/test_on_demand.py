"""On-demand mode: what is served at once, how that grows, its maximum."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings, strategies as st

from ddbload.capacity.behaviour import Asked, Assumptions, OnDemand, instant_units, simulate, simulate_one
from ddbload.capacity.behaviour.settings import Dimension, Floats

START = datetime(2026, 1, 5, tzinfo=UTC)
CERTAIN = Assumptions().certain()
_DATA = Path(__file__).parents[2] / "data" / "plan.yaml"
VECTORS = {one["id"]: one for one in yaml.safe_load(_DATA.read_text())["vectors"] if one["kind"] == "behaviour"}
DIMENSIONS: tuple[tuple[Dimension, str], ...] = (("write", "wru"), ("read", "rru"))


@pytest.mark.parametrize(("dimension", "unit"), DIMENSIONS)
def test_a_new_table_serves_the_documented_units_at_once(dimension: Dimension, unit: str) -> None:
    assert instant_units(dimension) == VECTORS["B01-on-demand-new-table"]["expected"][f"instant_{unit}_s"]


@pytest.mark.parametrize(("dimension", "unit"), DIMENSIONS)
def test_a_table_that_was_provisioned_keeps_what_it_had(dimension: Dimension, unit: str) -> None:
    vector = VECTORS["B02-on-demand-after-provisioned"]
    for case, wanted in zip(vector["inputs"]["cases"], vector["expected"][f"instant_{unit}_s"], strict=True):
        highest: dict[Dimension, float] = {
            "write": max(case["wcu"], case.get("was_wcu", 0)),
            "read": max(case["rcu"], case.get("was_rcu", 0)),
        }
        assert instant_units(dimension, provisioned=highest) == wanted


def test_twice_the_previous_peak_is_served_at_once() -> None:
    vector = VECTORS["B03-on-demand-doubling"]
    peak = vector["inputs"]["previous_peak_rru_s"]
    assert instant_units("read", previous_peak=peak) == vector["expected"]["instant_rru_s"]


def test_a_small_previous_peak_takes_nothing_from_a_table() -> None:
    assert instant_units("write", previous_peak=100) == 4000


@pytest.mark.parametrize(("dimension", "units"), [("write", 4000.0), ("read", 12_000.0)])
def test_a_new_table_serves_up_to_its_initial_throughput_and_no_more(dimension: Dimension, units: float) -> None:
    inside = simulate_one(np.full(20, units), OnDemand(), dimension=dimension, dispersion=0)
    assert inside.throttled == 0
    beyond = simulate_one(np.full(20, 1.25 * units), OnDemand(), dimension=dimension, dispersion=0)
    assert beyond.throttled / beyond.asked == pytest.approx(0.2)


def test_a_peak_counts_as_the_previous_one_after_thirty_minutes() -> None:
    outcome = simulate_one(np.full(100, 20_000.0), OnDemand(), dispersion=0, assumptions=CERTAIN)
    assert outcome.course is not None
    capacity = outcome.course.capacity
    assert [capacity[at] for at in (0, 29, 30, 59, 60, 89, 90)] == [4000, 4000, 8000, 8000, 16_000, 16_000, 32_000]
    assert list(outcome.course.consumed[[0, 30, 60, 90]]) == [4000, 8000, 16_000, 20_000]
    assert outcome.final_warm == 32_000


def test_traffic_that_takes_more_than_thirty_minutes_to_double_is_never_throttled() -> None:
    ramp = 2000 * 2 ** (np.arange(200) / 35)
    assert simulate_one(ramp, OnDemand(), dispersion=0).throttled == 0


def test_a_peak_of_long_ago_still_counts() -> None:
    units = np.concatenate([np.full(60, 5000.0), np.full(3000, 10.0), np.full(10, 9900.0)])
    assert simulate_one(units, OnDemand(warm=6000), dispersion=0).throttled == 0


def test_warm_throughput_is_there_from_the_first_second() -> None:
    assert simulate_one(np.full(5, 30_000.0), OnDemand(warm=30_000), dispersion=0).throttled == 0


def test_maximum_throughput_holds_however_warm_the_table_is() -> None:
    outcome = simulate_one(np.full(60, 1000.0), OnDemand(maximum=250), dispersion=0)
    assert outcome.throttled / outcome.asked == pytest.approx(0.75)
    assert outcome.peak_use == pytest.approx(1)


def test_an_index_with_a_maximum_holds_up_the_writes_of_its_table() -> None:
    units = np.full((1, 10), 1000.0)
    asked = Asked("write", {"": units, "i": units / 2}, START, {"": 0.0, "i": 0.0})
    found = simulate(asked, [{"": OnDemand(), "i": OnDemand(maximum=100)}], CERTAIN)
    assert found[""].throttled == pytest.approx(0.8 * found[""].asked)
    assert found[""].by_index == pytest.approx(found[""].throttled)


def test_it_bills_no_capacity() -> None:
    outcome = simulate_one(np.full(120, 10.0), OnDemand())
    assert outcome.unit_hours == 0
    assert list(outcome.hourly) == [0, 0]


def _warm_walk(consumption_asked: list[float], delay: int) -> tuple[list[float], float]:
    """The rule, one minute after another."""
    consumed: list[float] = []
    throttled = 0.0
    for minute, asked in enumerate(consumption_asked):
        previous = max(consumed[: max(0, minute - delay + 1)], default=0.0)
        served = min(asked, max(4000.0, 2 * previous))
        consumed.append(served)
        throttled += 60 * (asked - served)
    return consumed, throttled


@settings(deadline=None, max_examples=50)
@given(
    levels=st.lists(st.sampled_from([0.0, 3000.0, 5000.0, 9000.0, 70_000.0]), min_size=1, max_size=12),
    stay=st.integers(1, 25),
    delay=st.integers(1, 40),
)
def test_growth_is_the_rule_taken_minute_by_minute(levels: list[float], stay: int, delay: int) -> None:
    asked = np.repeat(levels, stay)
    known = CERTAIN.replaced({"on_demand_minutes": delay})
    consumed, throttled = _warm_walk(list(asked), delay)
    outcome = simulate_one(asked, OnDemand(), dispersion=0, assumptions=known)
    assert outcome.course is not None
    assert outcome.course.consumed == pytest.approx(np.array(consumed))
    assert outcome.throttled == pytest.approx(throttled)


def test_worlds_with_delays_of_their_own_are_each_as_if_alone() -> None:
    levels: Floats = np.repeat([3000.0, 9000.0, 30_000.0, 100.0, 60_000.0], 45)
    asked = Asked("write", {"": np.tile(levels, (8, 1))}, START, {"": 0.0})
    together = simulate(asked, [{"": OnDemand()}], seed=3, course=True)[""]
    assert together.course is not None
    assert len(set(together.throttled[0])) > 3
    for world in range(8):
        warm = together.course.capacity[0, world]
        delay = next(at for at in range(len(warm)) if warm[at] > 4000)
        _, throttled = _warm_walk(list(levels), delay)
        assert together.throttled[0, world] == pytest.approx(throttled)


def test_by_the_second_a_peak_within_a_minute_is_throttled_though_its_mean_is_not() -> None:
    units = np.zeros((10, 60))
    units[:, 0] = 10_000.0
    assert simulate_one(units, OnDemand()).throttled == pytest.approx(10 * 6000)
    assert simulate_one(units.mean(axis=1), OnDemand(), dispersion=0).throttled == 0
