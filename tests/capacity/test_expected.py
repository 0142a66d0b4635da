"""Expected units of a distribution of sizes, against sums and samples."""

from __future__ import annotations

import math
import random
from statistics import fmean

import pytest
from hypothesis import given, strategies as st

from ddbload.capacity import read_units, write_units
from ddbload.capacity.expected import (
    LargerSizes,
    ListedSizes,
    LognormalSizes,
    ShiftedSizes,
    UniformSizes,
    expected_read_units,
    expected_write_units,
    sigma_of_p99,
    sizes_of,
)

sizes = st.integers(0, 400 * 1024)


@given(sample=st.lists(sizes, min_size=1, max_size=30))
def test_of_measured_sizes_it_is_the_mean_of_the_units(sample: list[int]) -> None:
    assert expected_write_units(sample) == pytest.approx(fmean(map(write_units, sample)), rel=1e-12)
    assert expected_read_units(sample) == pytest.approx(fmean(map(read_units, sample)), rel=1e-12)


@given(n_bytes=sizes)
def test_of_one_size_it_is_its_units(n_bytes: int) -> None:
    assert expected_write_units(n_bytes) == write_units(n_bytes)
    assert expected_read_units(n_bytes, consistent=True) == read_units(n_bytes, consistent=True)
    assert expected_read_units(n_bytes, transactional=True) == read_units(n_bytes, transactional=True)


@given(weights=st.dictionaries(sizes, st.floats(0.01, 100), min_size=1, max_size=10))
def test_weights_need_not_sum_up_to_one(weights: dict[int, float]) -> None:
    mean = math.fsum(write_units(size) * weight for size, weight in weights.items()) / math.fsum(weights.values())
    assert expected_write_units(weights) == pytest.approx(mean, rel=1e-9)


@given(least=st.integers(0, 20_000), spread=st.integers(0, 5_000))
def test_of_a_range_it_is_the_mean_over_every_size_in_it(least: int, spread: int) -> None:
    every = range(least, least + spread + 1)
    assert expected_write_units(UniformSizes(least, least + spread)) == pytest.approx(fmean(map(write_units, every)))


@pytest.mark.parametrize(
    ("median", "sigma", "most"), [(900, 0.3, math.inf), (700, 0.92, 32_000), (90_000, 1.2, 400_000)]
)
def test_of_a_lognormal_distribution_it_is_what_a_sample_has(median: float, sigma: float, most: float) -> None:
    draw = random.Random(7)
    sample = [min(most, draw.lognormvariate(math.log(median), sigma)) for _ in range(100_000)]
    known = LognormalSizes(median, sigma, most_bytes=most)
    assert expected_write_units(known) == pytest.approx(fmean(write_units(math.ceil(x)) for x in sample), rel=0.01)
    assert known.mean_bytes == pytest.approx(fmean(sample), rel=0.02)


def test_a_lognormal_size_without_spread_is_its_median() -> None:
    known = LognormalSizes(2_000, 0.0)
    assert (expected_write_units(known), known.mean_bytes) == (2.0, 2_000)


def test_the_mean_of_what_is_rounded_is_not_the_rounded_mean() -> None:
    known = LognormalSizes(900, 0.3)
    assert expected_write_units(known) == pytest.approx(1.337, rel=0.001)
    assert write_units(math.ceil(known.mean_bytes)) == 1.0


def test_sigma_comes_from_the_99th_percentile() -> None:
    known = LognormalSizes(700, sigma_of_p99(700, 6_000))
    assert known.above(6_000) == pytest.approx(0.01)
    assert known.above(700) == pytest.approx(0.5)


@given(first=st.lists(sizes, min_size=1, max_size=6), second=st.lists(sizes, min_size=1, max_size=6))
def test_of_the_larger_of_two_it_is_the_mean_over_all_pairs(first: list[int], second: list[int]) -> None:
    pairs = [write_units(max(a, b)) for a in first for b in second]
    assert expected_write_units(LargerSizes(sizes_of(first), sizes_of(second))) == pytest.approx(fmean(pairs))


@given(sample=st.lists(sizes, min_size=1, max_size=10), more=st.integers(0, 5_000))
def test_bytes_that_every_item_has_are_added(sample: list[int], more: int) -> None:
    shifted = ShiftedSizes(sizes_of(sample), more)
    assert expected_write_units(shifted) == pytest.approx(fmean(write_units(size + more) for size in sample))
    assert shifted.mean_bytes == pytest.approx(fmean(sample) + more)


@pytest.mark.parametrize(
    ("sizes", "weights"),
    [((), ()), ((1,), (1.0, 2.0)), ((-1,), (1.0,)), ((2, 1), (1.0, 1.0)), ((1,), (0.0,)), ((1,), (math.nan,))],
)
def test_what_is_no_distribution_is_refused(sizes: tuple[int, ...], weights: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match=r"needed|ascending|negative"):
        ListedSizes(sizes, weights)


def test_a_range_upside_down_is_refused() -> None:
    with pytest.raises(ValueError, match="least <= most"):
        UniformSizes(5, 4)
    with pytest.raises(ValueError, match="median <= p99"):
        sigma_of_p99(5, 4)
    with pytest.raises(ValueError, match="positive median"):
        LognormalSizes(0, 1)
