"""From words to numbers: exact where it can be, within the stated error where not, against independent oracles."""

from __future__ import annotations

import math
from fractions import Fraction
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from ddbload.values.philox import words
from ddbload.values.transforms import (
    Floats,
    below,
    exp,
    exponential,
    log,
    normal,
    normal_cdf,
    normal_quantile,
    thresholds,
    unit,
    weighted,
)

WORD = st.integers(0, 2**64 - 1)
EDGES = np.array([0, 1, 2**12 - 1, 2**63, 2**64 - 1], dtype=np.uint64)


@settings(deadline=None)
@given(word=WORD, n=st.integers(1, 2**63))
def test_below_is_the_upper_half_of_the_exact_product(word: int, n: int) -> None:
    assert below(np.array([word], dtype=np.uint64), n).tolist() == [word * n >> 64]


@pytest.mark.parametrize("n", [0, -1, 2**63 + 1])
def test_below_refuses_what_it_cannot_choose_from(n: int) -> None:
    with pytest.raises(ValueError, match="between 1 and"):
        below(EDGES, n)


def test_unit_numbers_never_reach_zero_or_one() -> None:
    assert 0 < unit(EDGES).min() < unit(EDGES).max() < 1


@settings(deadline=None)
@given(st.floats(1e-300, 1e300))
def test_log_agrees_with_the_mathematical_library(x: float) -> None:
    assert log(np.array([x]))[0] == pytest.approx(math.log(x), rel=1e-15, abs=1e-16)


@settings(deadline=None)
@given(st.floats(-690, 690))
def test_exp_agrees_with_the_mathematical_library(x: float) -> None:
    assert exp(np.array([x]))[0] == pytest.approx(math.exp(x), rel=1e-15)


def test_the_normal_quantile_keeps_its_stated_accuracy() -> None:
    tails = 2.0 ** -np.arange(1, 53)
    u = np.concatenate([np.linspace(1e-4, 1 - 1e-4, 5001), tails, 1 - tails])
    oracle = [NormalDist().inv_cdf(share) for share in u]
    assert np.abs(normal_quantile(u) - oracle).max() < 1e-9


def test_the_normal_distribution_function_keeps_its_stated_accuracy() -> None:
    z = np.linspace(-12, 12, 4801)
    assert np.abs(normal_cdf(z) - [NormalDist().cdf(one) for one in z]).max() < 1e-15


def test_the_normal_quantile_undoes_the_distribution_function() -> None:
    z = np.linspace(-6, 6, 1201)
    assert np.abs(normal_quantile(normal_cdf(z)) - z).max() < 2e-7  # at 6, 1e-16 of a share are 2e-8 of z


@settings(deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=8).filter(any), WORD)
def test_a_weighted_choice_follows_the_exact_cumulative_shares(weights: list[float], word: int) -> None:
    chosen = int(weighted(np.array([word], dtype=np.uint64), thresholds(tuple(weights)))[0])
    total = sum(map(Fraction, weights))
    lower = sum(map(Fraction, weights[:chosen]), Fraction(0)) / total
    upper = sum(map(Fraction, weights[: chosen + 1]), Fraction(0)) / total
    assert weights[chosen] > 0
    assert lower - Fraction(2, 2**64) <= Fraction(word, 2**64) <= upper + Fraction(2, 2**64)


@pytest.mark.parametrize("weights", [(0.0,), (0.0, 0.0), (1.0, -1.0)])
def test_weights_that_leave_nothing_to_choose_are_refused(weights: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="weights"):
        thresholds(weights)


# Kolmogorov-Smirnov: sqrt(n) * D exceeds 1.95 in one of a thousand samples of the right distribution.
N = 50_000


def ks(sample: Floats, cdf: Floats) -> float:
    steps = np.arange(len(sample) + 1) / len(sample)
    return float(math.sqrt(len(sample)) * max((steps[1:] - cdf).max(), (cdf - steps[:-1]).max()))


def test_exponential_gaps_are_exponential() -> None:
    gaps = np.sort(exponential(words(1, "gaps", 0, N)[:, 0]))
    assert ks(gaps, 1 - np.exp(-gaps)) < 1.95


def test_normal_numbers_are_normal() -> None:
    z = np.sort(normal(words(1, "z", 0, N)[:, 0]))
    assert ks(z, np.array([NormalDist().cdf(value) for value in z])) < 1.95
