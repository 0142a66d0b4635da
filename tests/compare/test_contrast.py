"""Two sides of one gate: known tests where they apply, and what drift, steps and single runs add."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy import stats

from ddbload.compare.contrast import contrast, unseen
from ddbload.compare.samples import Drift, FloatArray, Samples
from tests.compare.samples import apart, in_pairs, swapped

_values = st.floats(-3, 3, allow_nan=False).map(lambda value: round(value, 3))


@st.composite
def sides(draw: st.DrawFn, *, least: int = 2, alike: bool = False) -> tuple[FloatArray, FloatArray]:
    base = draw(st.lists(_values, min_size=least, max_size=12))
    size = (len(base), len(base)) if alike else (least, 12)
    new = draw(st.lists(_values, min_size=size[0], max_size=size[1]))
    return np.array(base), np.array(new)


def _p(samples: Samples) -> tuple[float, float]:
    found = contrast(samples)
    assert found.estimate is not None
    assert found.se
    return found.estimate / found.se, found.df


@given(sides(least=3, alike=True))
def test_pairs_are_the_paired_t_test(both: tuple[FloatArray, FloatArray]) -> None:
    base, new = both
    if np.ptp(new - base) < 1e-6:
        return
    expected = stats.ttest_rel(new, base)
    assert _p(in_pairs(base, new)) == pytest.approx((float(expected.statistic), float(expected.df)), rel=1e-6, abs=1e-9)


@given(sides(least=3))
def test_sides_apart_are_the_test_of_welch(both: tuple[FloatArray, FloatArray]) -> None:
    base, new = both
    if min(np.ptp(base), np.ptp(new)) < 1e-6:
        return
    expected = stats.ttest_ind(new, base, equal_var=False)
    df = min(float(expected.df), 2.0 * (min(base.size, new.size) - 1))
    assert _p(apart(base, new)) == pytest.approx((float(expected.statistic), df), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(
    ("sizes", "share"),
    [
        pytest.param([5], 1, id="of one batch all of the drift is unseen"),
        pytest.param([1, 1, 1, 1], 0, id="runs that are batches of their own show it all"),
        pytest.param([4, 4], 3 / 7, id="two batches show some of it"),
        pytest.param([1], 1, id="one run shows nothing"),
    ],
)
def test_the_share_of_drift_that_runs_do_not_show(sizes: list[int], share: float) -> None:
    assert unseen(np.array(sizes, np.int64)) == pytest.approx(share)


def test_with_what_is_unseen_the_error_is_that_of_the_mean() -> None:
    # 3 batches of 5, 2 and 1 runs: the squared error by the formula against the variance of simulated means
    random, sizes, drift = np.random.default_rng(1), [5, 2, 1], 2.0
    batches = np.repeat([0, 1, 2], sizes)
    runs = random.normal(size=(40_000, 8)) + drift * random.normal(size=(40_000, 3))[:, batches]
    stated = runs.var(axis=1, ddof=1).mean() / 8 + unseen(np.array(sizes, np.int64)) * drift**2
    assert stated == pytest.approx(runs.mean(axis=1).var(), rel=0.05)


def test_drift_widens_sides_apart_and_brings_its_own_degrees_of_freedom() -> None:
    base, new = [1.0, 1.1, 0.9, 1.0], [1.0, 1.2, 0.8, 1.0]
    without, with_drift = contrast(apart(base, new)), contrast(apart(base, new, drift=Drift(5.0, 4)))
    assert without.se is not None
    assert with_drift.se == pytest.approx(math.hypot(without.se, 5 * math.sqrt(2)))
    assert with_drift.df == pytest.approx(4, rel=0.01)


def test_drift_known_for_certain_takes_no_degrees_of_freedom() -> None:
    assert contrast(apart([1.0, 2.0], [1.0, 2.0], drift=Drift(10.0, math.inf))).df > 1000


def test_what_moves_both_runs_of_a_pair_drops_out() -> None:
    base, new, common = np.array([1.0, 2.0, 3.0]), np.array([1.5, 2.25, 3.5]), np.array([0.0, 8.0, -4.0])
    assert contrast(in_pairs(base + common, new + common)) == contrast(in_pairs(base, new))


def test_ties_do_not_make_a_recorded_time_certain() -> None:
    found = contrast(in_pairs([1.0, 1.0, 1.0], [1.0, 1.0, 1.0], resolution=0.001))
    assert found.se == pytest.approx(0.001 * math.sqrt(2 / 12 / 3))
    assert found.method == "paired t"


@pytest.mark.parametrize("samples", [in_pairs([2.0] * 3, [2.5] * 3), apart([2.0] * 3, [2.5] * 4)])
def test_what_never_varies_and_is_not_rounded_is_exact(samples: Samples) -> None:
    assert contrast(samples).method == "exact"
    assert (contrast(samples).estimate, contrast(samples).se) == (0.5, 0)


def test_one_run_is_held_against_the_spread_of_the_other_side() -> None:
    many = [1.0, 2.0, 3.0, 4.0]
    found = contrast(apart(many, [9.0]))
    assert found.se == pytest.approx(math.sqrt(np.var(many, ddof=1) * (1 + 1 / 4)))
    assert found.df == 3


@pytest.mark.parametrize(
    "samples",
    [
        pytest.param(apart([1.0], [2.0]), id="one run on each side"),
        pytest.param(apart([1.0, 2.0], [2.0]), id="one run against two"),
        pytest.param(in_pairs([1.0], [2.0]), id="one pair"),
        pytest.param(in_pairs([1.0, np.nan, 3.0], [2.0, 3.0, np.nan]), id="one pair with both values"),
    ],
)
def test_too_few_runs_have_an_estimate_and_no_interval(samples: Samples) -> None:
    assert contrast(samples).method == "none"
    assert contrast(samples).se is None
    assert contrast(samples).estimate is not None


def test_a_side_without_a_value_has_no_estimate() -> None:
    assert contrast(apart([np.nan, np.nan], [1.0, 2.0])).estimate is None


def test_runs_without_a_value_are_left_out() -> None:
    assert contrast(apart([1.0, np.nan, 3.0], [2.0, 4.0, np.nan])) == contrast(apart([1.0, 3.0], [2.0, 4.0]))


@given(sides())
def test_swapping_the_sides_turns_the_estimate_and_nothing_else(both: tuple[FloatArray, FloatArray]) -> None:
    samples = apart(*both, drift=Drift(0.1, 4))
    found, turned = contrast(samples), contrast(swapped(samples))
    assert found.estimate is not None
    assert turned.estimate == pytest.approx(-found.estimate, abs=1e-12)
    assert (turned.se, turned.df) == pytest.approx((found.se, found.df))


@given(sides(), st.floats(-7, 7))
def test_scaling_all_values_changes_nothing(both: tuple[FloatArray, FloatArray], log_factor: float) -> None:
    found = contrast(apart(*both, resolution=0.001))
    scaled = contrast(apart(both[0] + log_factor, both[1] + log_factor, resolution=0.001))
    assert (scaled.estimate, scaled.se) == pytest.approx((found.estimate, found.se), rel=1e-6, abs=1e-9)


@given(sides(), st.integers(0, 1000))
def test_the_order_of_runs_in_one_batch_does_not_matter(both: tuple[FloatArray, FloatArray], seed: int) -> None:
    shuffled = np.random.default_rng(seed).permutation(both[0])
    found, again = contrast(apart(*both, resolution=0.001)), contrast(apart(shuffled, both[1], resolution=0.001))
    assert (again.estimate, again.se) == pytest.approx((found.estimate, found.se), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("sizes", [([1.0, 2.0], [1.0]), ([1.0], [1.0, 2.0, 3.0])])
def test_unlike_numbers_of_runs_are_no_pairs(sizes: tuple[list[float], list[float]]) -> None:
    with pytest.raises(ValueError, match="cannot be pairs"):
        in_pairs(*sizes)
