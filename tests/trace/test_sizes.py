"""Distributions of sizes, found again from sizes."""

from __future__ import annotations

import numpy as np
import pytest

from ddbload.trace.fit.sizes import SizeCounts, SizeFit, fit_sizes
from ddbload.values import ConstantSize, LognormalSize, Size, UniformSize, words
from ddbload.values.transforms import Integers
from tests.trace.made import SEED, rows_wanted


def sizes(spec: Size, count: int) -> Integers:
    return spec.draw(words(SEED, "sizes", 0, count)[:, 0])


def fitted(*columns: Integers) -> SizeFit:
    counts = SizeCounts()
    for column in columns:
        counts.add(column)
    found = fit_sizes(counts)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("spec", "kind", "parameters"),
    [
        (ConstantSize(420), "constant", {"size": 420}),
        (UniformSize(100, 900), "uniform", {"min": 100, "max": 900}),
        (UniformSize(0, 20), "uniform", {"min": 0, "max": 20}),
        (LognormalSize(700, 6000, 32000), "lognormal", {"median": 700, "p99": 6000, "max": 32000}),
        (LognormalSize(700, 3000, 3000), "lognormal", {"median": 700, "p99": 3000, "max": 3000}),
        (LognormalSize(20_000, 90_000, 400_000), "lognormal", {"median": 20_000, "p99": 90_000}),
    ],
    ids=str,
)
def test_a_distribution_is_found_within_five_percent(spec: Size, kind: str, parameters: dict[str, int]) -> None:
    found = fitted(sizes(spec, rows_wanted(100_000)))
    assert found.kind == kind
    for name, value in parameters.items():
        assert found.parameters[name] == pytest.approx(value, rel=0.05, abs=1)
    assert abs(found.mean_error) < 0.05
    assert abs(found.p99_error) < 0.05


def test_what_is_no_simple_distribution_becomes_a_histogram_with_the_same_mean_and_p99() -> None:
    found = fitted(sizes(ConstantSize(100), 70_000), sizes(UniformSize(2_000, 30_000), 30_000))
    assert found.kind == "histogram"
    assert len(found.histogram) <= 44
    assert sum(found.histogram.values()) == 100_000
    assert abs(found.mean_error) < 0.01
    assert abs(found.p99_error) < 0.02


def test_a_few_sizes_are_counted_each_for_itself() -> None:
    assert fitted(np.array([100] * 5 + [200] * 3 + [4_000] * 2)).histogram == {100: 5, 200: 3, 4000: 2}


def test_no_sizes_are_no_distribution() -> None:
    assert fit_sizes(SizeCounts()) is None
