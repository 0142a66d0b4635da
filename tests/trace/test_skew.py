"""How keys are chosen, found again from how often each was used."""

from __future__ import annotations

import numpy as np
import pytest

from ddbload.trace.fit.skew import fit_skew
from ddbload.values import Chooser, Hotspot, Uniform, Zipf, words
from ddbload.values.transforms import Integers
from tests.trace.made import SEED, rows_wanted

ROWS = 100_000


def used(chooser: Chooser, rows: int = ROWS, stream: str = "skew") -> Integers:
    counts = np.bincount(chooser.draw(words(SEED, stream, 0, rows)))
    return counts[counts > 0]


@pytest.mark.parametrize("n", [1_000, 10_000, 100_000])
@pytest.mark.parametrize("exponent", [0.5, 0.75, 0.99, 1.3])
def test_the_exponent_of_a_zipf_is_found_without_knowing_ranks_or_the_number_of_keys(n: int, exponent: float) -> None:
    found = fit_skew(used(Zipf(n, exponent), rows_wanted(ROWS)))
    assert found.kind == "zipf"
    assert found.exponent == pytest.approx(exponent, abs=0.03)
    assert found.n == pytest.approx(n, rel=0.25)
    assert found.distance < 0.03


def test_a_number_of_keys_that_is_known_is_used() -> None:
    found = fit_skew(used(Zipf(100_000, 0.99)), 100_000)
    assert (found.n, found.n_known) == (100_000, True)


def test_a_number_of_keys_that_does_not_fit_is_not_used() -> None:
    found = fit_skew(used(Zipf(1_000, 0.75)), 50_000_000)
    assert not found.n_known
    assert found.n == pytest.approx(1_000, rel=0.02)


@pytest.mark.parametrize("n", [2, 20, 1_000, 80_000])
def test_uniform_keys_are_uniform(n: int) -> None:
    found = fit_skew(used(Uniform(n)))
    assert found.kind == "uniform"
    assert found.n == pytest.approx(n, rel=0.03)


def test_a_hot_set_is_found_with_its_size_and_share() -> None:
    found = fit_skew(used(Hotspot(5_000, 100, 0.8)))
    assert (found.kind, round(found.hot, 3), round(found.hot_share, 2)) == ("hotspot", 0.02, 0.8)


def test_keys_that_are_used_in_turn_are_sequential() -> None:
    assert fit_skew(np.array([7] * 500 + [8] * 500)).kind == "sequential"


def test_one_key_has_no_skew() -> None:
    assert fit_skew(np.array([9])).chooser == "uniform"


def test_a_sample_of_the_keys_gives_the_same_exponent() -> None:
    counts = np.bincount(Zipf(20_000, 0.9).draw(words(SEED, "sampled", 0, 200_000)), minlength=20_000)
    sample = counts[np.arange(20_000) % 4 == 3]
    found = fit_skew(sample[sample > 0], draws=200_000, one_of=4)
    assert found.exponent == pytest.approx(0.9, abs=0.03)
    assert found.n == pytest.approx(20_000, rel=0.1)


def test_the_error_of_an_exponent_covers_the_truth() -> None:
    found = [fit_skew(used(Zipf(2_000, 0.9), 30_000, f"error{k}")) for k in range(12)]
    assert sum(abs(one.exponent - 0.9) < 3 * one.exponent_error for one in found) >= 11
