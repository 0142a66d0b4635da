"""Partitions: how many, what falls on them, what their ceilings refuse, and how heat is parted."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings, strategies as st

from ddbload.capacity.behaviour import (
    Asked,
    Assumptions,
    Fixed,
    Heat,
    OnDemand,
    Outcome,
    Setting,
    hot_limit,
    partitions_at_least,
    simulate,
    simulate_one,
)
from ddbload.capacity.behaviour.partitions import ceiling_units, each_key, shares_of_partitions
from ddbload.capacity.behaviour.settings import Dimension, Floats
from ddbload.errors import UsageError

START = datetime(2026, 1, 5, tzinfo=UTC)
CERTAIN = Assumptions().certain()
_DATA = Path(__file__).parents[2] / "data" / "plan.yaml"
VECTORS = {one["id"]: one for one in yaml.safe_load(_DATA.read_text())["vectors"] if one["kind"] == "behaviour"}
EVEN = Heat(np.zeros(0), keys=1e6)


def hot_key(share: float, **more: Any) -> Heat:
    return Heat(np.array([share]), keys=1e6, **more)


def run(units: Floats | list[float], setting: Setting, heat: Heat, dimension: Dimension = "write") -> Outcome:
    return simulate_one(units, setting, heat=heat, dimension=dimension, dispersion=0, assumptions=CERTAIN)


def test_a_partition_serves_the_documented_units() -> None:
    expected = VECTORS["B08-partition-limits"]["expected"]
    assert ceiling_units("read") == expected["read_units_s"]
    assert ceiling_units("write") == expected["write_units_s"]


COUNTS = [
    ("a small table has one", {"read": 10, "write": 10}, 1),
    ("reads and writes add up", {"read": 1500, "write": 600}, 2),
    ("a full partition is one", {"write": 1000}, 1),
    ("a new on-demand table has four, by writes", {"write": 4000}, 4),
    ("and four by reads", {"read": 12_000}, 4),
    ("data needs room", {"read": 10, "gigabytes": 95}, 10),
    ("the larger of both", {"write": 7500, "gigabytes": 25}, 8),
]


@pytest.mark.parametrize(("what", "given_", "count"), COUNTS, ids=[case[0] for case in COUNTS])
def test_there_are_as_many_as_capacity_and_data_need(what: str, given_: dict[str, Any], count: int) -> None:
    assert partitions_at_least(**given_) == count, what


def test_an_item_never_has_more_than_a_partition_gives() -> None:
    limit = hot_limit(hot_key(0.4, item_share=0.25), "write")
    assert (limit.what, limit.units, limit.total_units) == ("item", 1000, 4000)


def test_where_items_of_a_key_stay_together_the_whole_key_is_limited() -> None:
    limit = hot_limit(hot_key(0.4, item_share=0.25, divisible=False), "read")
    assert (limit.what, limit.units, limit.total_units) == ("key", 3000, 7500)


def test_an_even_load_has_no_limit_of_its_own() -> None:
    assert hot_limit(EVEN, "write").total_units == np.inf


@given(
    shares=st.lists(st.floats(0, 1), max_size=30),
    rest=st.floats(0.01, 5),
    keys=st.integers(40, 100_000),
    partitions=st.integers(1, 50),
)
def test_every_key_is_on_a_partition(shares: list[float], rest: float, keys: int, partitions: int) -> None:
    listed = np.sort(np.array(shares) / (sum(shares) + rest))[::-1]
    counted, left = each_key(Heat(listed, keys, divisible=False))
    hashed = np.random.default_rng(1).random(counted.size)
    loads, whole = shares_of_partitions(counted, left, counted, partitions, hashed)
    assert loads.sum() == pytest.approx(1)
    assert (np.diff(loads) <= 0).all()
    assert (whole <= loads + 1e-12).all()
    for partition in range(partitions):
        on_it = (hashed * partitions).astype(int) == partition
        load = counted[on_it].sum() + left / partitions
        here = np.isclose(loads, load, rtol=1e-9, atol=1e-15)
        assert here.any()
        assert np.isclose(whole[here], counted[on_it].max(initial=0)).any()


def test_below_every_ceiling_heat_changes_nothing() -> None:
    units = np.full(60, 900.0)
    cold, hot = run(units, Fixed(800), EVEN), run(units, Fixed(800), hot_key(1.0, item_share=1.0, divisible=False))
    assert hot.throttled == cold.throttled
    assert hot.by_partition == 0


def test_a_hot_partition_may_have_more_than_its_even_share() -> None:
    """The guide's example: 400 units over 4 partitions, 100 each in the mean; one that is asked for 150 is served."""
    heat = hot_key(150 / 300, gigabytes=35)
    assert run(np.full(60, 300.0), Fixed(400), heat).throttled == 0


def test_an_item_that_is_asked_for_more_than_a_ceiling_is_throttled_though_the_table_has_capacity() -> None:
    outcome = run(np.full(600, 5000.0), Fixed(20_000), hot_key(0.5, item_share=0.5))
    assert outcome.throttled == pytest.approx(600 * 60 * 1500, rel=0.05)
    assert outcome.by_partition == outcome.throttled


def test_a_hot_key_of_many_items_is_parted_after_a_while() -> None:
    outcome = run(np.full(120, 3600.0), Fixed(20_000), hot_key(0.5, item_share=0.001))
    assert outcome.course is not None
    refused = outcome.course.throttled
    assert (refused[:15] > 700).all()
    assert (refused[15:] == 0).all()


def test_each_split_takes_the_delay_again() -> None:
    """One key of 6,000 write units: 6,000, 3,000, 1,500 and 750 on its busiest part."""
    hot = run(np.full(80, 6000.0), OnDemand(warm=50_000), hot_key(1.0))
    assert hot.course is not None
    assert list(np.flatnonzero(np.diff(hot.course.throttled)) + 1) == [15, 30, 45]
    assert list(hot.course.throttled[[0, 15, 30, 45]]) == pytest.approx([5000, 4000, 2000, 0])


def test_a_key_whose_items_stay_together_is_never_parted() -> None:
    outcome = run(np.full(300, 3000.0), Fixed(20_000), hot_key(0.5, divisible=False))
    assert outcome.course is not None
    assert outcome.course.throttled[-1] == pytest.approx(500, rel=0.2)


def test_heat_that_comes_and_goes_is_not_split_for() -> None:
    outcome = run(np.tile(np.repeat([2500.0, 100.0], 10), 12), Fixed(20_000), hot_key(1.0))
    assert outcome.course is not None
    assert outcome.course.throttled[-20] == outcome.course.throttled[0] == pytest.approx(1500)


def test_reads_have_a_ceiling_of_their_own() -> None:
    heat = hot_key(1.0, item_share=1.0)
    assert run(np.full(60, 2900.0), Fixed(20_000), heat, "read").throttled == 0
    assert run(np.full(60, 4000.0), Fixed(20_000), heat, "read").throttled == pytest.approx(60 * 60 * 1000)


def test_a_hot_key_of_an_index_holds_up_the_writes_of_the_table() -> None:
    units = np.full((1, 60), 2000.0)
    asked = Asked("write", {"": units, "i": units}, START, {"": 0.0, "i": 0.0}, {"i": hot_key(1.0, item_share=1.0)})
    found = simulate(asked, [{"": Fixed(9000), "i": Fixed(9000)}], CERTAIN)
    assert found[""].throttled == pytest.approx(0.5 * found[""].asked)
    assert found[""].by_index == pytest.approx(found[""].throttled)
    assert found[""].by_partition == 0
    assert found["i"].by_partition == pytest.approx(found["i"].throttled)


def test_a_few_keys_are_uneven_even_with_equal_shares() -> None:
    heat = Heat(np.full(4, 0.25), keys=4, divisible=False)
    outcome = run(np.full(300, 4400.0), OnDemand(warm=40_000), heat)
    assert outcome.course is not None
    assert outcome.course.throttled[-1] == pytest.approx(400)  # 1,100 each, once each has a partition


def test_where_keys_fall_is_each_worlds_own_and_stays_with_the_seed() -> None:
    heat = Heat(np.full(12, 0.05), keys=1e6)
    asked = Asked("write", {"": np.full((20, 30), 8000.0)}, START, {"": 0.0}, {"": heat})
    settings_: list[dict[str, Setting]] = [{"": Fixed(12_000)}]
    one, again, other = (simulate(asked, settings_, CERTAIN, seed=seed)[""].throttled for seed in (1, 1, 2))
    assert (one == again).all()
    assert (one != other).any()
    assert len(set(one[0])) > 3


@settings(deadline=None, max_examples=25)
@given(
    levels=st.lists(st.floats(0, 9000), min_size=2, max_size=40),
    share=st.floats(0, 1),
    item=st.floats(0, 1),
    divisible=st.booleans(),
)
def test_by_the_second_and_by_the_minute_are_the_same_where_nothing_varies(
    levels: list[float], share: float, item: float, divisible: bool
) -> None:
    heat = hot_key(share, item_share=share * item, divisible=divisible)
    for setting in (Fixed(5000), OnDemand()):
        minutes = run(levels, setting, heat)
        seconds = simulate_one(np.repeat(levels, 60).reshape(-1, 60), setting, heat=heat, assumptions=CERTAIN)
        assert seconds.throttled == pytest.approx(minutes.throttled, rel=1e-6, abs=1e-3)
        assert seconds.by_partition == pytest.approx(minutes.by_partition, rel=1e-6, abs=1e-3)


def test_what_a_minutes_mean_hides_from_a_partition_is_added() -> None:
    rng = np.random.default_rng(2)
    heat = hot_key(1.0, item_share=1.0)
    seconds = simulate_one(rng.poisson(990.0, (600, 60)), Fixed(5000), heat=heat, assumptions=CERTAIN)
    minutes = simulate_one(np.full(600, 990.0), Fixed(5000), heat=heat, assumptions=CERTAIN)
    assert minutes.by_partition == pytest.approx(seconds.by_partition, rel=0.05)


BAD = [
    ("more than everything", Heat(np.array([0.8, 0.7]), 10), "sum to 1.5"),
    ("a negative share", Heat(np.array([-0.1]), 10), "none negative"),
    ("fewer keys than shares", Heat(np.array([0.1, 0.1]), 1), "1 keys, but 2 shares"),
    ("data of less than nothing", Heat(np.array([0.1]), 10, gigabytes=-1), "-1 GB"),
]


@pytest.mark.parametrize(("heat", "message"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_heat_that_is_no_distribution_is_refused(heat: Heat, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        simulate_one([1.0], Fixed(5), heat=heat)
