"""Drift between batches: what a known world shows, what a prior adds, and what tells nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ddbload.compare.drift import PRIOR_DF, PRIOR_RATIO, between, drift_of
from ddbload.compare.samples import NO_DRIFT, FloatArray


def _world(seed: int, *, batches: int, runs: int, drift: float, noise: float = 1.0) -> list[list[FloatArray]]:
    random = np.random.default_rng(seed)
    return [[random.normal(drift * random.normal(), noise, runs) for _ in range(batches)]]


def test_the_variance_between_batches_is_found_on_average() -> None:
    found = [between(_world(seed, batches=6, runs=5, drift=2.0)).variance for seed in range(600)]
    assert np.mean(found) == pytest.approx(4.0, rel=0.1)


def test_batches_of_unlike_size_are_not_biased() -> None:
    random = np.random.default_rng(2)
    found = [
        between([[random.normal(2 * random.normal(), 1, size) for size in (2, 3, 8, 5)]]).variance for _ in range(800)
    ]
    assert np.mean(found) == pytest.approx(4.0, rel=0.12)


def test_what_differs_between_tags_is_no_drift() -> None:
    tags = [[values + 100 * tag for values in _world(tag, batches=3, runs=4, drift=0.0)[0]] for tag in range(5)]
    assert drift_of(tags).sd < 1.0


def test_without_a_second_batch_the_drift_is_what_is_expected_of_such_noise() -> None:
    values = np.array([1.0, 2.0, 3.0, 4.0])
    found = drift_of([[values], [values + 7]])
    assert found.sd == pytest.approx(PRIOR_RATIO * values.std(ddof=1))


def test_the_drift_expected_of_noise_that_few_runs_show_is_known_less_well_than_of_noise_that_many_show() -> None:
    random = np.random.default_rng(5)
    few, many = (drift_of([[random.normal(0, 1, runs)] for _ in range(2)]).df for runs in (3, 3000))
    assert few == pytest.approx(1 / (1 / PRIOR_DF + 1 / 4))
    assert many == pytest.approx(PRIOR_DF, rel=0.01)


def test_many_batches_outweigh_what_is_expected() -> None:
    found = drift_of(_world(1, batches=200, runs=5, drift=3.0))
    assert found.sd == pytest.approx(3.0, rel=0.15)
    assert found.df > 100


def test_batches_that_do_not_drift_bring_the_expectation_down() -> None:
    assert drift_of(_world(1, batches=200, runs=5, drift=0.0)).sd < PRIOR_RATIO / 2


def test_noise_hides_drift_and_leaves_few_degrees_of_freedom() -> None:
    quiet = drift_of(_world(1, batches=8, runs=4, drift=1.0, noise=0.1))
    noisy = drift_of(_world(1, batches=8, runs=4, drift=1.0, noise=10.0))
    assert noisy.df < quiet.df


def test_drift_scales_with_the_values() -> None:
    world = _world(4, batches=5, runs=4, drift=1.0)
    found, scaled = drift_of(world), drift_of([[10 * values for values in world[0]]])
    assert (scaled.sd, scaled.df) == pytest.approx((10 * found.sd, found.df))


@pytest.mark.parametrize("metric", ["cost", "read_units"])
def test_what_is_counted_does_not_drift_unseen(metric: str) -> None:
    assert drift_of([[np.array([1.0, 2.0])]], metric) == NO_DRIFT


def test_batches_of_exact_values_drift_by_what_lies_between_them() -> None:
    found = drift_of([[np.array([1.0, 1.0]), np.array([3.0, 3.0])]])
    assert found.sd == pytest.approx(math.sqrt(2))
    assert found.df == 1


@pytest.mark.parametrize("groups", [[], [[]], [[np.array([np.nan])]], [[np.array([1.0])]]])
def test_nothing_known_is_no_drift(groups: list[list[FloatArray]]) -> None:
    assert drift_of(groups) == NO_DRIFT


def test_values_that_are_missing_are_left_out() -> None:
    whole, with_gaps = (
        [np.array([1.0, 2.0]), np.array([5.0, 7.0])],
        [np.array([1.0, np.nan, 2.0]), np.array([5.0, 7.0])],
    )
    assert drift_of([with_gaps]) == drift_of([whole])
