"""Student's t against an independent implementation, and the laws that hold for any distribution."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, strategies as st
from scipy import stats

from ddbload.compare.student import quantile, upper_tail

_dfs = st.floats(0.5, 1e6)


@given(st.floats(-200, 200), _dfs)
def test_the_upper_tail_is_that_of_scipy(t: float, df: float) -> None:
    assert upper_tail(t, df) == pytest.approx(float(stats.t.sf(t, df)), rel=1e-7, abs=1e-300)


@given(st.floats(1e-4, 1 - 1e-4), _dfs)
def test_the_quantile_is_that_of_scipy(probability: float, df: float) -> None:
    assert quantile(probability, df) == pytest.approx(float(stats.t.ppf(probability, df)), rel=1e-7, abs=1e-9)


@given(st.floats(0.5, 1 - 1e-6), _dfs)
def test_a_quantile_leaves_its_share_beyond_it(probability: float, df: float) -> None:
    assert upper_tail(quantile(probability, df), df) == pytest.approx(1 - probability, rel=1e-6)


@pytest.mark.parametrize(
    ("df", "probability", "expected"),
    [
        pytest.param(1, 0.975, 12.706, id="one degree of freedom, as tables print it"),
        pytest.param(9, 0.95, 1.833, id="ten pairs"),
        pytest.param(math.inf, 0.975, 1.960, id="without end it is the normal distribution"),
    ],
)
def test_quantiles_are_those_of_printed_tables(df: float, probability: float, expected: float) -> None:
    assert quantile(probability, df) == pytest.approx(expected, abs=5e-4)


def test_the_tails_reach_to_infinity() -> None:
    assert upper_tail(math.inf, 3) == 0
    assert upper_tail(-math.inf, 3) == 1


@pytest.mark.parametrize(("probability", "df"), [(0.0, 3), (1.0, 3), (0.5, 0), (0.5, -1)])
def test_what_is_no_distribution_is_refused(probability: float, df: float) -> None:
    with pytest.raises(ValueError, match="degrees of freedom"):
        quantile(probability, df)
