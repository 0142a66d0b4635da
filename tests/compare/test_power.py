"""What runs can show: against independent numbers, against the verdicts themselves, and the laws of numbers of runs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy import stats

from ddbload.compare.family import judge
from ddbload.compare.power import MOST, POWER, detectable, needed, needed_for, shown
from ddbload.compare.samples import Drift
from ddbload.compare.student import quantile
from tests.compare.pairs_needed import table
from tests.compare.samples import apart, in_pairs
from tests.evidence.comparison import power_of_cell

MARGIN = math.log1p(0.1)


@pytest.mark.parametrize("df", [2, 5, 9, 30, 200])
@pytest.mark.parametrize("change", [0.0, 1.0, 3.0, 5.0])
def test_without_a_margin_the_chance_is_that_of_the_noncentral_t(df: float, change: float) -> None:
    critical = quantile(0.975, df)
    assert shown(change, -1e6, critical, df) == pytest.approx(float(stats.nct.sf(critical, df, change)), abs=2e-3)


@pytest.mark.parametrize(("spread", "margin"), [(0.02, 0.05), (0.03, 0.1), (0.05, 0.2)])
def test_the_pairs_of_the_table_show_a_change_of_the_margin_nine_times_in_ten(spread: float, margin: float) -> None:
    _, power = power_of_cell(spread, margin, 700)
    assert power > POWER - 0.045  # four standard errors of 700 trials


def test_one_pair_fewer_than_the_table_asks_for_shows_less() -> None:
    pairs = needed_for(0.05, MARGIN, 4, paired=True)
    assert pairs
    error = 0.05 * math.sqrt(2 / (pairs - 1))
    assert shown(MARGIN / error, MARGIN / error, quantile(1 - 0.025 / 4, pairs - 2), pairs - 2) < POWER


def test_the_detectable_change_is_detected_nine_times_in_ten() -> None:
    random = np.random.default_rng(3)
    error = 0.05 * math.sqrt(2 / 20)
    change = detectable(error, 19, quantile(0.975, 19), 0.02)
    found = 0
    for _ in range(600):
        base, new = random.normal(0, 0.05, (2, 20))
        found += judge([in_pairs(base, new + change)], [0.02])[0].verdict == "regressed"
    assert found / 600 == pytest.approx(POWER, abs=0.05)


@given(st.floats(0.002, 0.3), st.floats(0.01, 0.3), st.integers(1, 8), st.booleans())
@settings(deadline=None, max_examples=30)
def test_more_noise_more_gates_or_a_smaller_margin_never_need_fewer(
    spread: float, margin: float, gates: int, paired: bool
) -> None:
    here = needed_for(spread, margin, gates, paired=paired) or MOST + 1
    assert (needed_for(spread * 1.5, margin, gates, paired=paired) or MOST + 1) >= here
    assert (needed_for(spread, margin / 1.5, gates, paired=paired) or MOST + 1) >= here
    assert (needed_for(spread, margin, gates + 3, paired=paired) or MOST + 1) >= here


def test_a_pilot_of_few_pairs_asks_for_more() -> None:
    sure, pilot = (needed_for(0.05, MARGIN, 4, paired=True, spread_df=df) for df in (math.inf, 3))
    assert sure
    assert pilot
    assert pilot > sure


def test_samples_need_what_their_spread_needs() -> None:
    random = np.random.default_rng(1)
    base, new = random.normal(0, 0.03, (2, 12))
    spread = float((new - base).std(ddof=1)) / math.sqrt(2)
    assert needed(in_pairs(base, new), MARGIN, 3) == needed_for(spread, MARGIN, 3, paired=True)


def test_no_number_of_runs_averages_drift_out() -> None:
    random = np.random.default_rng(1)
    base, new = random.normal(0, 0.01, (2, 8))
    assert needed(apart(base, new), MARGIN, 3)
    assert needed(apart(base, new, drift=Drift(0.1, 4)), MARGIN, 3) is None


def test_the_table_is_markdown_with_a_row_for_each_noise() -> None:
    lines = table((0.01, 0.2), (0.03, 0.1)).splitlines()
    assert lines[0] == "| noise between runs | margin 3% | margin 10% |"
    assert [line.count("|") for line in lines] == [4] * 4
    assert "more than 1,000" in lines[3]
