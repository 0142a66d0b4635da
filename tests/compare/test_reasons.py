"""Changes in words."""

from __future__ import annotations

import pytest

from ddbload.compare.document import Change, Margin
from ddbload.compare.observe import COMPLETED, ERRORS, Measure, latency_of
from ddbload.compare.reasons import (
    cannot_tell,
    improved,
    needed_words,
    not_worse,
    of_margin,
    regressed,
    spell_change,
)

P99 = latency_of("read", "p99")
TEN = Margin(0.1, 0.1, "default")

SPELT: list[tuple[Measure, float, bool, str]] = [
    (P99, 0.048, True, "+4.8%"),
    (P99, -0.048, True, "-4.8%"),
    (P99, 0.0, True, "+0.0%"),
    (P99, 0.0004, True, "+0.04%"),
    (P99, 0.1, False, "10%"),
    (P99, 0.125, False, "12.5%"),
    (P99, 0.0006, False, "0.06%"),
    (P99, 0.00003, False, "0.003%"),
    (P99, 11.0, True, "12 times as much"),
    (P99, 4909.0, True, "4,910 times as much"),
    (P99, 8.9e13, True, "more than 1,000,000 times as much"),
    (ERRORS, 0.001, False, "0.1 percentage points"),
    (ERRORS, 0.02, True, "+2 percentage points"),
]


@pytest.mark.parametrize(("measure", "change", "signed", "said"), SPELT, ids=[row[3] for row in SPELT])
def test_a_change_is_spelt(measure: Measure, change: float, signed: bool, said: str) -> None:
    assert spell_change(measure, change, signed=signed) == said


def test_what_passed_names_the_worst_that_cannot_be_ruled_out() -> None:
    assert not_worse(P99, Change(0.02, -0.01, 0.05), TEN) == "+5.0% at worst, within the 10% that matter"


def test_where_higher_is_better_the_worst_is_the_lower_bound() -> None:
    assert not_worse(COMPLETED, Change(0.0, -0.02, 0.02), TEN) == "-2.0% at worst, within the 10% that matter"


def test_a_regression_beyond_what_matters_says_at_least_how_much() -> None:
    assert regressed(P99, Change(0.5, 0.3, 0.7), TEN) == "worse by at least 30%, more than the 10% that matter"
    assert regressed(COMPLETED, Change(-0.5, -0.7, -0.3), TEN).startswith("worse by at least 30%")


def test_a_regression_that_may_be_harmless_says_so() -> None:
    said = regressed(P99, Change(0.08, 0.02, 0.14), TEN)
    assert said == "worse by 8% (at least 2%), and up to 14% cannot be ruled out, beyond the 10% that matter"


def test_a_regression_without_measure_is_a_factor() -> None:
    assert regressed(P99, Change(5000.0, 4299.0, 5200.0), TEN).startswith("worse by at least a factor of 4,300, more")


def test_what_is_beyond_what_matters_never_reads_like_it() -> None:
    said = cannot_tell(P99, Change(-0.05, -0.16, 0.10004), TEN, None, "")
    assert said == "up to +10.004% cannot be ruled out, beyond the 10% that matter"
    assert not_worse(P99, Change(0.0, 0.0, 0.0998), TEN) == "+9.98% at worst, within the 10% that matter"
    assert regressed(P99, Change(0.5, 0.1001, 0.9), TEN) == "worse by at least 10.01%, more than the 10% that matter"


def test_what_is_as_large_as_what_matters_is_not_spun_out() -> None:
    assert not_worse(P99, Change(0.0, 0.0, 0.1 + 1e-16), TEN) == "+10.0% at worst, within the 10% that matter"


def test_what_is_better_even_at_worst_is_held_against_no_margin() -> None:
    assert improved(P99, Change(-0.3, -0.4, -0.2), TEN, bounded=True) == "better: -30.0%, and -20.0% at worst"
    assert not_worse(COMPLETED, Change(0.3, 0.2, 0.4), TEN) == "+20.0% at worst"


def test_a_widened_margin_never_reads_like_the_one_asked_for() -> None:
    assert of_margin(P99, Margin(0.1002, 0.1, "default", 0.1002)).startswith("10.02% that matter (not 10%: ")


def test_a_margin_that_the_lag_widened_names_the_one_asked_for() -> None:
    assert "not 10%: three times the noise" in of_margin(P99, Margin(0.2, 0.1, "default", 0.2))


def test_where_no_number_of_runs_apart_would_do_interleaving_is_named() -> None:
    assert "`ddbload regress` interleaves them" in needed_words(None, 8, "separate")
    assert "not even a thousand pairs" in needed_words(None, 8, "paired")
    assert needed_words(20, 8, "separate") == "and 20 runs a side would show what matters"


def test_no_share_is_more_than_all_calls() -> None:
    said = cannot_tell(ERRORS, Change(0.01, -0.7, 0.1), Margin(0.01, 0.01, "default"), 1.11, "and 57 pairs would")
    assert said.endswith("; these runs would have shown no share, however large, and 57 pairs would")
