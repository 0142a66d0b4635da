"""Reserved capacity over worlds: the least expected cost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from ddbload.capacity.behaviour.settings import Floats
from ddbload.planner.choice.reserve import held, reserve
from ddbload.pricing import PriceError, load_book, reserve as reserve_known

BOOK = load_book("us-east-1")
HOURLY = st.lists(
    st.lists(st.integers(min_value=0, max_value=1200).map(float), min_size=12, max_size=12), min_size=1, max_size=4
).map(np.array)


def _expected_usd(hourly: Floats, blocks: int, years: int) -> float:
    """The cost of an average hour with so many blocks, by the definition: 100 WCU in us-east-1."""
    upfront, fee = {1: (150.0, 0.0128), 3: (180.0, 0.0081)}[years]
    over = np.maximum(hourly - 100 * blocks, 0).mean()
    return float(over * 0.00065 + blocks * (upfront / (8760 * years) + fee))


@settings(deadline=None)
@given(HOURLY, st.sampled_from([1, 3]))
def test_no_other_number_of_blocks_costs_less_over_all_worlds(hourly: Floats, years: int) -> None:
    found = reserve(hourly, BOOK, "write", 1 if years == 1 else 3)
    least = min(_expected_usd(hourly, blocks, years) for blocks in range(14))
    assert _expected_usd(hourly, found.units // 100, years) == pytest.approx(least)


@settings(deadline=None)
@given(HOURLY)
def test_in_one_world_it_is_what_the_price_book_reserves(hourly: Floats) -> None:
    known = reserve_known(list(hourly[0]), BOOK, "write", 1)
    found = reserve(hourly[:1], BOOK, "write", 1)
    assert _expected_usd(hourly[:1], found.units // 100, 1) == pytest.approx(
        _expected_usd(hourly[:1], known.units // 100, 1)
    )


def test_a_base_load_is_reserved_and_its_peak_is_not() -> None:
    hourly = np.array([[250.0] * 20 + [900.0] * 4])
    assert reserve(hourly, BOOK, "write", 1).units == 300  # of the third block half is always used, more than 46 %


def test_a_load_that_is_there_in_few_worlds_is_not_reserved() -> None:
    hourly = np.vstack([np.full((1, 24), 1000.0), np.full((9, 24), 100.0)])
    assert reserve(hourly, BOOK, "write", 3).units == 100


def test_the_month_pays_its_part_of_the_upfront_fee() -> None:
    found = reserve(np.full((2, 720), 100.0), BOOK, "write", 1, scale=730 / 720)
    assert found.upfront_usd == 150.0
    assert found.spread_usd == pytest.approx(150.0 / 12)
    assert found.monthly_usd == pytest.approx(0.0128 * 730)
    assert found.saved_usd == pytest.approx([100 * 730 * 0.00065] * 2)


def test_a_term_without_a_price_is_an_error_that_names_it() -> None:
    book = type(BOOK)(BOOK.region, BOOK.name, BOOK.as_of, {"provisioned.standard.wcu_hour": BOOK.prices["streams"]})
    with pytest.raises(PriceError, match=r"reserved\.3y\.wcu\.upfront"):
        reserve(np.full((1, 24), 100.0), book, "write", 3)


def test_what_is_held_stays_whatever_the_load_has_become() -> None:
    grown = np.full((1, 720), 900.0)
    kept = held(grown, BOOK, "write", 3, 200)
    assert (kept.units, kept.upfront_usd) == (200, 360.0)
    assert kept.saved_usd == pytest.approx([200 * 720 * 0.00065])


@settings(deadline=None)
@given(HOURLY, st.integers(min_value=0, max_value=20_000))
def test_no_other_number_of_blocks_costs_less_beside_what_is_free(hourly: Floats, free: int) -> None:
    def usd(blocks: int) -> float:
        rest = np.maximum(np.maximum(hourly - 100 * blocks, 0).sum(axis=1) - free, 0).mean()
        return float(rest * 0.00065 + blocks * (180 / (8760 * 3) + 0.0081) * hourly.shape[1])

    found = reserve(hourly, BOOK, "write", 3, free_unit_hours=float(free))
    assert usd(found.units // 100) == pytest.approx(min(usd(blocks) for blocks in range(14)))
