"""Reserved capacity: the best number of blocks, found as trying them all would find it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import pytest
from hypothesis import given, settings, strategies as st

from ddbload.pricing import BillError, PriceError, Usage, bill, load_book
from ddbload.pricing.reserved import reserve, reserved_at, reserved_breakeven, reserved_discount

Years = Literal[1, 3]
Unit = Literal["read", "write"]


def cheapest_by_trying(hourly: Sequence[float], unit: Unit, years: Years) -> float:
    """The least cost over all numbers of blocks, hour by hour, at the prices of us-east-1 in figures."""
    listed, upfront, fee = {
        ("read", 1): (0.00013, 30.0, 0.0025),
        ("write", 1): (0.00065, 150.0, 0.0128),
        ("read", 3): (0.00013, 36.0, 0.0016),
        ("write", 3): (0.00065, 180.0, 0.0081),
    }[unit, years]
    return min(
        sum(blocks * (upfront / (8760 * years) + fee) + max(0.0, units - 100 * blocks) * listed for units in hourly)
        for blocks in range(int(max(hourly)) // 100 + 2)
    )


@settings(max_examples=200, deadline=None)
@given(
    hourly=st.lists(
        st.floats(0, 2500) | st.integers(0, 25).map(lambda blocks: blocks * 100.0), min_size=1, max_size=48
    ),
    unit=st.sampled_from(["read", "write"]),
    years=st.sampled_from([1, 3]),
)
def test_no_other_number_of_blocks_is_cheaper(hourly: list[float], unit: Unit, years: Years) -> None:
    best = reserve(hourly, load_book(), unit, years)
    assert best.effective_usd == pytest.approx(cheapest_by_trying(hourly, unit, years), rel=1e-9, abs=1e-12)
    assert best.covered_unit_hours + best.rest_unit_hours == pytest.approx(sum(hourly))
    assert best.saved_usd >= -1e-9


def test_a_block_that_is_used_all_the_time_pays_and_one_that_is_not_does_not() -> None:
    day = [300.0] * 12 + [100.0] * 12  # a half of the hours is above the 46 % that a write block needs
    assert reserve(day, load_book(), "write").units == 300
    assert reserve([300.0] * 11 + [100.0] * 13, load_book(), "write").units == 100
    assert reserve([300.0] * 11 + [100.0] * 13, load_book(), "write", 3).units == 300
    assert reserve([0.0] * 24, load_book(), "write").units == 0


def test_the_first_year_of_100_write_units_costs_262_dollars_in_place_of_569() -> None:
    held = reserve([100.0] * 730, load_book(), "write")
    assert held.first_year_usd == pytest.approx(262.128)
    assert held.list_usd * 12 == pytest.approx(569.40)
    assert held.effective_monthly_usd == pytest.approx(262.128 / 12)
    assert held.saved_share == pytest.approx(0.5396, abs=1e-4)


def test_what_a_reservation_covers_makes_the_bill_agree_with_it() -> None:
    hourly = [250.0, 80.0, 120.0] * 200
    held = reserved_at(hourly, load_book(), "write", 1, 200)
    usage = Usage(
        hours=600,
        write_unit_hours=sum(hourly),
        reserved={("write", 1): held.units},
        reserved_unit_hours={"write": held.covered_unit_hours},
    )
    made = bill([usage])
    assert made.monthly_usd == pytest.approx(held.excluding_upfront_usd)
    assert made.once_usd == pytest.approx(held.upfront_usd)


def test_break_even_is_at_46_percent_for_a_year_and_23_for_three() -> None:
    book = load_book()
    assert reserved_breakeven(book, "write", 1) == pytest.approx(0.4603, abs=1e-4)
    assert reserved_breakeven(book, "read", 1) == pytest.approx(0.4558, abs=1e-4)
    assert reserved_breakeven(book, "write", 3) == pytest.approx(0.23, abs=1e-4)
    assert reserved_discount(book, "write", 3) == pytest.approx(0.77, abs=1e-4)


@pytest.mark.parametrize("hourly", [[], [math.nan], [1.0, -1.0], [math.inf]])
def test_hours_that_cannot_be_are_refused(hourly: list[float]) -> None:
    with pytest.raises(BillError, match="hourly units must be numbers"):
        reserve(hourly, load_book(), "read")


def test_a_term_that_is_not_sold_is_refused_and_one_without_a_price_is_named() -> None:
    with pytest.raises(BillError, match="1 or 3 years, not 2"):
        reserve([100.0], load_book(), "read", 2)  # type: ignore[arg-type]
    with pytest.raises(PriceError, match=r"'reserved.3y.rcu.upfront' for us-east-2; it has reserved.1y.rcu.upfront"):
        reserve([100.0], load_book("us-east-2"), "read", 3)
    with pytest.raises(BillError, match="blocks of 100 units, not 150"):
        reserved_at([100.0], load_book(), "read", 1, 150)
