"""Choices among n, against their definitions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from ddbload.values import Chooser, Gaussian, Hotspot, Latest, Scatter, Uniform, Zipf, words
from ddbload.values.philox import Words
from ddbload.values.transforms import Floats, Integers

N = 100_000


def draws(chooser: Chooser, stream: str = "test", count: int = N) -> Integers:
    return chooser.draw(words(11, stream, 0, count))


def chi_square_z(observed: Integers, shares: Floats) -> float:
    """Chi-square as a normal score (Wilson and Hilferty); beyond 3.3 in less than one of a thousand right samples."""
    expected = shares * observed.sum()
    freedom = len(shares) - 1
    statistic = float(((observed - expected) ** 2 / expected).sum())
    return float(((statistic / freedom) ** (1 / 3) - (1 - 2 / (9 * freedom))) / math.sqrt(2 / (9 * freedom)))


def zipf_shares(n: int, exponent: float) -> Floats:
    weights: Floats = np.arange(1, n + 1, dtype=np.float64) ** -exponent
    return weights / float(weights.sum())


def test_uniform_choices_are_uniform() -> None:
    assert chi_square_z(np.bincount(draws(Uniform(97)), minlength=97), np.full(97, 1 / 97)) < 3.3


@pytest.mark.parametrize("exponent", [0.1, 0.5, 0.99, 1.0, 1.000001, 1.5, 2.0, 3.0, 4.9])
@pytest.mark.parametrize("n", [1, 2, 100, 65_536, 65_537, 1_000_000])
def test_zipf_ranks_have_their_probabilities(n: int, exponent: float) -> None:
    shares = zipf_shares(n, exponent)
    edges = np.unique(np.searchsorted(np.cumsum(shares), np.linspace(0, 1, 60)[1:-1]) + 1)  # groups of about 1/60
    edges = np.append(edges[edges < n], n)
    expected = np.diff(np.concatenate([[0.0], np.cumsum(shares)[edges - 1]]))
    observed = np.bincount(np.searchsorted(edges, draws(Zipf(n, exponent)), side="right"), minlength=len(edges))
    assert len(observed) == len(edges)  # nothing beyond the last rank
    large = expected * N > 5
    if large.sum() > 1:
        assert chi_square_z(observed[large], expected[large] / expected[large].sum()) < 3.3


@pytest.mark.parametrize("exponent", [0.3, 0.99, 1.0, 1.2, 2.5])
def test_zipf_over_ten_billion_ranks_matches_the_exact_distribution_function(exponent: float) -> None:
    n = 10**10
    drawn = draws(Zipf(n, exponent), count=200_000)

    def total(upto: int) -> float:  # exact to about 1e-14 by Euler-Maclaurin from 10,000 on
        head = float((np.arange(1, min(upto, 10_000) + 1) ** -exponent).sum())
        if upto <= 10_000:
            return head
        a, b, s = 10_000.0, float(upto), exponent
        integral = math.log(b / a) if s == 1 else (b ** (1 - s) - a ** (1 - s)) / (1 - s)
        return float(head + integral + (b**-s - a**-s) / 2 + s * (a ** (-s - 1) - b ** (-s - 1)) / 12)

    for rank in (1, 10, 5_000, 10**6, 10**8, 5 * 10**9):
        share = total(rank) / total(n)
        tolerance = 3.9 * math.sqrt(share * (1 - share) / len(drawn)) + 1e-9
        assert (drawn < rank).mean() == pytest.approx(share, abs=tolerance)
    assert 0 <= drawn.min() <= drawn.max() < n


@pytest.mark.parametrize(("n", "exponent"), [(10, 0.0), (10, 5.0), (0, 1.0), (10**16, 1.0)])
def test_zipf_refuses_what_it_cannot_represent(n: int, exponent: float) -> None:
    with pytest.raises(ValueError, match="exponent"):
        draws(Zipf(n, exponent), count=1)


def test_the_extreme_words_stay_within_the_ranks() -> None:
    extremes: Words = np.array([[0] * 4, [2**64 - 1] * 4], dtype=np.uint64)
    for n in (1, 2, 65_536, 65_537, 10**10):
        zipfs = (Zipf(n, 0.2), Zipf(n, 1.0), Zipf(n, 4.5))
        gaussians = (Gaussian(n, 0.0, 10.0), Gaussian(n, 1.0, 1e-6), Gaussian(n, 0.5, 0.05))
        for chooser in (Uniform(n), *zipfs, *gaussians, Hotspot(n, max(1, n // 10), 0.9)):
            drawn = chooser.draw(extremes)
            assert 0 <= drawn.min() <= drawn.max() < n
        for exponent in (0.2, 1.0, 4.5):
            drawn = Latest(exponent).draw(extremes, np.array([n, n]))
            assert 0 <= drawn.min() <= drawn.max() < n


def test_a_hotspot_gets_its_share_and_is_uniform_within() -> None:
    spot = Hotspot(100, hot=20, share=0.8)
    shares = np.array([0.8 / 20] * 20 + [0.2 / 80] * 80)
    assert chi_square_z(np.bincount(draws(spot), minlength=100), shares) < 3.3


@pytest.mark.parametrize("exponent", [0.3, 0.99, 1.0, 2.5])
@pytest.mark.parametrize("n", [1, 2, 1000, 65_536, 65_537, 10**6, 10**12])
def test_latest_of_a_constant_number_is_zipf_to_the_bit(n: int, exponent: float) -> None:
    block = words(3, "latest", 0, 5000)
    assert np.array_equal(Latest(exponent).draw(block, np.full(5000, n)), Zipf(n, exponent).draw(block))


@settings(deadline=None)
@given(
    counts=st.lists(st.one_of(st.integers(1, 200), st.integers(65_000, 66_000), st.integers(1, 10**15)), max_size=40),
    exponent=st.sampled_from([0.2, 0.99, 1.0, 3.0]),
)
def test_what_latest_draws_depends_on_its_own_count_and_words_alone(counts: list[int], exponent: float) -> None:
    latest, own = Latest(exponent), np.array(counts, dtype=np.int64)
    together = latest.draw(words(5, "latest", 0, len(counts)), own)
    alone = [latest.draw(words(5, "latest", k, 1), own[k : k + 1])[0] for k in range(len(counts))]
    assert together.tolist() == alone
    assert all(0 <= rank < count for rank, count in zip(together.tolist(), counts, strict=True))


@pytest.mark.parametrize(("count", "exponent"), [(0, 0.99), (10**15 + 1, 0.99), (10, 0.0), (10, 5.0)])
def test_latest_refuses_what_it_cannot_represent(count: int, exponent: float) -> None:
    with pytest.raises(ValueError, match="exponent"):
        Latest(exponent).draw(words(1, "latest", 0, 2), np.array([5, count]))


def test_gaussian_positions_lie_about_their_mean() -> None:
    drawn = draws(Gaussian(1_000_000, 0.5, 0.1))
    assert drawn.mean() == pytest.approx(500_000, abs=1_500)
    assert drawn.std() == pytest.approx(100_000, rel=0.01)


@pytest.mark.parametrize(
    ("mean", "deviation", "message"),
    [
        (1.2, 0.1, "a mean from 0 to 100 %.*found 120 %"),
        (-0.1, 0.1, "a mean from 0 to 100 %.*found -10 %"),
        (0.5, 0.0, "a deviation from .*found 0 %"),
        (0.5, 11.0, "a deviation from .*found 1100 %"),
    ],
)
def test_gaussian_refuses_what_it_cannot_represent(mean: float, deviation: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Gaussian(10, mean, deviation)


@settings(deadline=None)
@given(st.integers(1, 3000), st.integers(0, 2**63 - 1))
def test_scatter_is_a_bijection(n: int, seed: int) -> None:
    assert sorted(Scatter(n, seed, "s")(np.arange(n)).tolist()) == list(range(n))


@pytest.mark.parametrize("n", [2**16, 2**16 + 1, 200_003])
def test_scatter_is_a_bijection_beyond_its_table(n: int) -> None:
    assert np.array_equal(np.sort(Scatter(n, 5, "s")(np.arange(n))), np.arange(n))


@settings(deadline=None)
@given(st.integers(2**16, 2**62), st.integers(0, 2**63 - 1), st.lists(st.integers(0, 2**62), min_size=2, unique=True))
def test_scatter_of_a_huge_range_stays_inside_and_keeps_numbers_apart(n: int, seed: int, numbers: list[int]) -> None:
    inside = np.array(sorted({number % n for number in numbers}))
    scattered = Scatter(n, seed, "s")(inside)
    assert 0 <= scattered.min() <= scattered.max() < n
    assert len(set(scattered.tolist())) == len(inside)


def test_scattered_neighbours_are_spread_evenly() -> None:
    n = 10**9
    buckets = np.bincount(Scatter(n, 7, "s")(np.arange(N)) * 64 // n, minlength=64)
    assert chi_square_z(buckets, np.full(64, 1 / 64)) < 3.3
