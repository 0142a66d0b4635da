"""What the busiest keys limit is said where the month comes near it."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from ddbload.capacity.behaviour import Heat
from ddbload.planner.demand.model import Floats, Month, UnitDemand
from ddbload.planner.hot import hot_warnings, quota_warnings
from ddbload.planner.resource import Dimension, Resource

ORDERS = Resource("orders")
MONTH = Month(datetime(2026, 6, 1, tzinfo=UTC), 30, 730.0, "")


def told(heat: Heat, peak: float) -> list[str]:
    units = np.full((3, 60), peak)
    return list(hot_warnings({ORDERS: {"write": heat}}, UnitDemand(MONTH, 60, {ORDERS: {"write": units}})))


@pytest.mark.parametrize(
    ("heat", "peak", "words"),
    [
        pytest.param(Heat(np.array([0.5]), 10, item_share=0.5), 1500, "would throttle beyond 2,000", id="near"),
        pytest.param(Heat(np.array([0.5]), 10, item_share=0.5), 2500, "throttles beyond 2,000", id="beyond"),
        pytest.param(Heat(np.array([0.5]), 10, divisible=False), 2500, "cannot be parted", id="a key as a whole"),
    ],
)
def test_a_hot_key_is_told_with_its_limit(heat: Heat, peak: float, words: str) -> None:
    (sentence,) = told(heat, peak)
    assert words in sentence


@pytest.mark.parametrize(
    ("heat", "peak"),
    [
        pytest.param(Heat(np.array([0.5]), 10, item_share=0.5), 900, id="far from it"),
        pytest.param(Heat(np.array([0.5]), 10), 1500, id="its items can be parted"),
        pytest.param(Heat(np.array([]), 10), 90_000, id="an even load"),
    ],
)
def test_nothing_is_told_where_no_key_is_in_the_way(heat: Heat, peak: float) -> None:
    assert told(heat, peak) == []


def test_what_is_beyond_the_quota_of_a_table_is_told() -> None:
    of: dict[Dimension, Floats] = {"write": np.full((3, 60), 70_000.0), "read": np.full((3, 60), 39_000.0)}
    (sentence,) = quota_warnings(UnitDemand(MONTH, 60, {ORDERS: of}), 40_000)
    assert "70,000 write units" in sentence
