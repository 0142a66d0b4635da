"""Numbers as people read them: three significant digits, never a rounding that says more than was measured."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from ddbload.report.quantity import count, counted, dollars, duration, limit_ms, minute, rate, share, span, units

DURATIONS = [
    ("nothing measured", None, "–"),  # noqa: RUF001 - an en dash is meant
    ("zero", 0.0, "0µs"),
    ("nanoseconds", 0.000042, "0.0420µs"),
    ("microseconds", 0.812, "812µs"),
    ("just below a unit", 0.9994, "999µs"),
    ("what would round up to 1,000µs", 0.9996, "1.00ms"),
    ("milliseconds", 12.345, "12.3ms"),
    ("what would round up to 10.00ms", 9.996, "10.0ms"),
    ("just below a second", 999.4, "999ms"),
    ("what would round up to 1,000ms", 999.7, "1.00s"),
    ("seconds", 61_234.0, "61.2s"),
    ("an hour", 3_600_000.0, "3,600s"),
]


@pytest.mark.parametrize(("case", "ms", "text"), DURATIONS, ids=[row[0] for row in DURATIONS])
def test_a_duration_has_the_unit_that_suits_it(case: str, ms: float | None, text: str) -> None:
    assert duration(ms) == text, case


COUNTS = [(0, "0"), (7, "7"), (42_012, "42,012"), (999_999, "999,999"), (1_000_000, "1.00 M"), (12_345_678, "12.3 M")]
COUNTS += [(999_600_000, "1.00 G"), (98_765_432_109, "98.8 G"), (49_000_000_000_000, "49.0 T")]


@pytest.mark.parametrize(("number", "text"), COUNTS)
def test_a_count_is_whole_until_it_is_large(number: int, text: str) -> None:
    assert count(number) == text


@given(st.integers(0, 10**15))
def test_a_count_never_needs_more_than_nine_characters(number: int) -> None:
    assert len(count(number)) <= 9


@given(st.floats(1e-6, 3.6e6))
def test_a_duration_never_needs_more_than_nine_characters(ms: float) -> None:
    assert len(duration(ms)) <= 9


SHARES = [
    ("nothing", 0.0, "0%"),
    ("nearly nothing", 1e-9, "<0.001%"),
    ("little", 0.00033, "0.0330%"),
    ("some", 0.1316, "13.2%"),
    ("nearly all", 0.99999, "99.999%"),
    ("all but one in a million", 0.999999, "99.999%"),
    ("all", 1.0, "100%"),
    ("more than all", 1.25, "125%"),
]


@pytest.mark.parametrize(("case", "fraction", "text"), SHARES, ids=[row[0] for row in SHARES])
def test_a_share_says_neither_nothing_nor_all_where_it_is_not(case: str, fraction: float, text: str) -> None:
    assert share(fraction) == text, case


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_no_part_reads_as_none_or_as_all(fraction: float) -> None:
    assert share(fraction) not in {"0%", "100%"}


@pytest.mark.parametrize(
    ("usd", "text"),
    [
        (None, "–"),  # noqa: RUF001 - an en dash is meant
        (0.0, "$0"),
        (0.0000312, "$0.0000312"),
        (0.251, "$0.251"),
        (9.996, "$10.00"),
        (659.754, "$659.75"),
        (18_000_000.4, "$18,000,000"),
    ],
)
def test_dollars_keep_what_matters(usd: float | None, text: str) -> None:
    assert dollars(usd) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0, "0s"), (0.25, "0.2s"), (4.0, "4s"), (9.97, "10s"), (59.6, "1m00s"), (545.0, "9m05s"), (7800.0, "2h10m")],
)
def test_a_span_reads_as_a_scenario_writes_it(seconds: float, text: str) -> None:
    assert span(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (0.25, "0.250"), (99.94, "99.9"), (99.96, "100"), (1e7, "10.0 M")]
)
def test_a_rate_has_three_digits_or_is_whole(value: float, text: str) -> None:
    assert rate(value) == text


@pytest.mark.parametrize(("value", "text"), [(0.0, "0"), (0.5, "0.5"), (62.0, "62"), (500.4, "500"), (2e6, "2.00 M")])
def test_units_show_halves_where_they_are_few(value: float, text: str) -> None:
    assert units(value) == text


def test_a_limit_reads_as_it_was_chosen() -> None:
    assert [limit_ms(10.0), limit_ms(0.25), limit_ms(1500.0)] == ["10ms", "0.25ms", "1.5s"]


def test_things_are_counted_with_their_plural() -> None:
    assert [counted(number, "run") for number in (0, 1, 1200)] == ["0 runs", "1 run", "1,200 runs"]


def test_a_start_is_shown_to_the_minute_in_utc() -> None:
    assert minute("2026-02-03T14:00:59+02:00") == "2026-02-03 12:00"
