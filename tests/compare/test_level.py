"""Verdicts are right as often as they claim: simulated comparisons with the noise of real runs, from a fixed seed.

The proof `comparison` (tests/evidence) has the same at full size; here are enough comparisons to see a procedure break.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ddbload.compare.samples import Samples
from tests.bank.runs import bank
from tests.evidence.simulated import (
    Noise,
    Random,
    by_pairs,
    interleaved,
    measured,
    on_two_days,
    planned,
    rates,
    slower,
)

COMPARISONS = 400
FEW_FALSE = 24
"""Of 400 with a chance of 3.5 %, more come in less than 0.5 % of all seeds; of 400 with 10 %, fewer in 0.5 %."""


@pytest.fixture(scope="module")
def noise() -> Noise:
    return measured(bank())


@pytest.mark.parametrize(
    "family",
    [
        pytest.param(lambda random, noise: by_pairs(*interleaved(random, noise, 10)), id="ten pairs"),
        pytest.param(lambda random, noise: by_pairs(*interleaved(random, noise, 6)), id="six pairs"),
        pytest.param(lambda random, noise: by_pairs(*planned(random, noise)), id="as many pairs as a pilot asks for"),
        pytest.param(lambda random, noise: on_two_days(random, noise, 8, 4), id="sides on two days, others known"),
    ],
)
def test_what_did_not_change_rarely_regresses(family: Callable[[Random, Noise], list[Samples]], noise: Noise) -> None:
    found = rates(COMPARISONS, 1, lambda random: family(random, noise))
    assert found.overall["regressed"] <= FEW_FALSE


def test_a_tenth_slower_is_caught_with_ten_pairs_at_ordinary_noise(noise: Noise) -> None:
    ordinary = noise.ordinary(0.03)
    found = rates(COMPARISONS, 2, lambda random: by_pairs(*slower(interleaved(random, ordinary, 10), 0.1)))
    assert found.share("regressed") >= 0.88  # of nine in ten, 400 come out as low by chance in one seed of ten


def test_what_did_not_change_is_green_at_ordinary_noise(noise: Noise) -> None:
    ordinary = noise.ordinary(0.03)
    found = rates(COMPARISONS, 3, lambda random: by_pairs(*interleaved(random, ordinary, 10)))
    assert found.share("not worse", "improved") >= 0.95


def test_noise_too_large_to_tell_is_said_and_not_decided(noise: Noise) -> None:
    found = rates(COMPARISONS, 4, lambda random: by_pairs(*interleaved(random, noise, 6)))
    assert found.share("cannot tell") >= 0.8
