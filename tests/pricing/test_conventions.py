"""Months, GB, break-even and warm throughput: the conventions that a bill states."""

from __future__ import annotations

import pytest

from ddbload.pricing import BillError, Usage, bill, breakeven_utilisation, gb, hours_of_month, load_book, warm_usd
from ddbload.pricing.conventions import MONTH_HOURS, YEAR_HOURS


def test_a_calendar_month_has_its_own_hours() -> None:
    assert [hours_of_month(2027, 2), hours_of_month(2028, 2), hours_of_month(2027, 12)] == [672, 696, 744]
    assert sum(hours_of_month(2027, month) for month in range(1, 13)) == YEAR_HOURS


def test_the_conventions_of_a_month_are_3_percent_apart() -> None:
    usd = {name: bill([Usage(write_unit_hours=100 * hours)]).usd() for name, hours in MONTH_HOURS.items()}
    assert usd["30 days"] == pytest.approx(46.80)
    assert usd["a twelfth of a year"] == pytest.approx(47.45)
    assert usd["31 days"] == pytest.approx(48.36)


def test_a_gb_is_of_ten_to_the_ninth_unless_binary_is_asked_for() -> None:
    assert gb(1e12) == 1000
    assert gb(2**40, binary=True) == 1024


def test_infrequent_access_breaks_even_at_its_own_prices() -> None:
    book = load_book()
    assert breakeven_utilisation(book, "write", "infrequent-access") == pytest.approx(0.00081 / (0.78e-6 * 3600))
    assert breakeven_utilisation(book, "read") == pytest.approx(0.28889, abs=1e-5)


def test_warm_throughput_can_be_raised_only() -> None:
    assert warm_usd(load_book(), "write", 4000, 4000) == 0
    assert warm_usd(load_book(), "write", 4000, 10_000) == pytest.approx(3.9)
    with pytest.raises(BillError, match="from 4000 write units a second to 3000"):
        warm_usd(load_book(), "write", 4000, 3000)
    with pytest.raises(BillError, match="raised only"):
        warm_usd(load_book(), "read", float("nan"), 3000)
