"""What a minute's mean hides: the laws that the estimate keeps, and walks that are drawn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from ddbload.capacity.behaviour.excess import beyond, lost_in_a_minute

UNITS = st.floats(0, 1e6)


def lost(saved: float, size: float, surplus: float, deviation: float) -> float:
    return float(lost_in_a_minute(*(np.array([one]) for one in (min(saved, size), size, surplus, deviation)))[0])


@given(saved=UNITS, size=UNITS, surplus=st.floats(-1e4, 1e4), deviation=st.floats(0, 1e3))
def test_no_less_is_lost_than_of_the_mean_alone(saved: float, size: float, surplus: float, deviation: float) -> None:
    found = lost(saved, size, surplus, deviation)
    assert np.isfinite(found)
    assert found >= max(0.0, -60 * surplus - min(saved, size))


@given(saved=UNITS, size=UNITS, surplus=st.floats(-1e4, 1e4))
def test_where_seconds_are_alike_the_mean_says_all(saved: float, size: float, surplus: float) -> None:
    assert lost(saved, size, surplus, 0.0) == max(0.0, -60 * surplus - min(saved, size))


@given(
    saved=st.lists(st.floats(0, 3000), min_size=2, max_size=9),
    surplus=st.floats(-40, 40),
    deviation=st.floats(0.1, 50),
)
def test_more_saved_never_loses_more(saved: list[float], surplus: float, deviation: float) -> None:
    found = [lost(one, 1e6, surplus, deviation) for one in sorted(saved)]
    assert (np.diff(found) <= 1e-3 * deviation).all()


WALKS = [
    ("an empty bucket, as much as is asked", 0.0, 0.0, 10.0),
    ("an empty bucket, a little more than is asked", 0.0, 3.0, 10.0),
    ("an empty bucket, a little less than is asked", 0.0, -3.0, 10.0),
    ("two seconds saved, a little less than is asked", 100.0, -3.0, 10.0),
    ("half of what the minute lacks is saved", 300.0, -10.0, 15.0),
    ("far less than is asked", 50.0, -60.0, 10.0),
]


@pytest.mark.parametrize(("what", "saved", "surplus", "deviation"), WALKS, ids=[case[0] for case in WALKS])
def test_it_is_the_mean_of_many_walks(what: str, saved: float, surplus: float, deviation: float) -> None:
    rng = np.random.default_rng(3)
    held, refused = np.full(20_000, saved), np.zeros(20_000)
    for _ in range(60):
        held = held + rng.normal(surplus, deviation, 20_000)
        refused += np.maximum(-held, 0.0)
        held = np.maximum(held, 0.0)
    error = refused.std() / 20_000**0.5
    assert lost(saved, 1e9, surplus, deviation) == pytest.approx(refused.mean(), abs=4 * error + 0.15 * deviation), what


@given(mean=st.floats(0, 1e5), deviation=st.floats(0, 1e3), capacity=st.floats(0, 1e5))
def test_a_second_alone_loses_what_is_beyond_its_capacity(mean: float, deviation: float, capacity: float) -> None:
    found = float(beyond(*(np.array([one]) for one in (mean, deviation, capacity)))[0])
    assert max(0.0, mean - capacity) <= found <= max(0.0, mean - capacity) + 0.4 * deviation + 1e-6
