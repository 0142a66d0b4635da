"""Money, prices and settings in words, and the recommendation in one sentence."""

from __future__ import annotations

import dataclasses
import math
import re

import pytest
from hypothesis import given, strategies as st

from ddbload.planner.document import Band, ResourceSetting
from ddbload.planner.words import amounts, headline, money, money_band, price, setting
from tests.report.plans import CARTS, NONE_KEEPS, ORDERS

MONEY = [
    (0, "$0"),
    (1e-9, "$0"),
    (0.000002, "<$0.00001"),
    (0.004, "$0.004"),
    (0.0451, "$0.045"),
    (0.0996, "$0.10"),
    (12.34, "$12.34"),
    (99.994, "$99.99"),
    (99.996, "$100"),
    (1234.4, "$1,234"),
    (1.5e9, "$1,500,000,000"),
]


@pytest.mark.parametrize(("usd", "text"), MONEY)
def test_an_amount_has_the_digits_that_matter(usd: float, text: str) -> None:
    assert money(usd) == text


@pytest.mark.parametrize("usd", [-0.01, math.nan, math.inf])
def test_what_is_no_amount_of_a_plan_is_an_error(usd: float) -> None:
    with pytest.raises(ValueError, match="no amount of money"):
        money(usd)


@given(st.floats(min_value=0, max_value=1e12))
def test_an_amount_reads_as_itself_within_half_a_percent(usd: float) -> None:
    text = money(usd)
    assert re.fullmatch(r"<?\$[\d,]+(\.\d+)?", text)
    if not text.startswith("<"):
        assert float(text[1:].replace(",", "")) == pytest.approx(usd, rel=0.06, abs=1e-5)


@pytest.mark.parametrize(
    ("given_band", "text"),
    [(Band(380, 412, 455), "$412 ($380 to $455)"), (Band(7, 7, 7), "$7.00"), (Band(1, 2, 2), "$2.00 ($1.00 to $2.00)")],
)
def test_a_band_is_the_likely_amount_and_its_ends(given_band: Band, text: str) -> None:
    assert money_band(given_band) == text


@pytest.mark.parametrize(
    ("usds", "texts"),
    [
        ([12.3, 4, 0.5], ["$12.30", "$4.00", "$0.50"]),
        ([261, 21.4, 0.4, 0], ["$261", "$21", "$0.40", "$0"]),
        ([], []),
    ],
)
def test_a_column_has_cents_in_all_its_amounts_or_in_none(usds: list[float], texts: list[str]) -> None:
    assert amounts(usds) == texts


@pytest.mark.parametrize(
    ("usd", "text"),
    [(6.25e-7, "$0.625 / M"), (1.25e-7, "$0.125 / M"), (0.00013, "$0.00013"), (0.25, "$0.25"), (80, "$80"), (0, "$0")],
)
def test_a_price_is_plain_digits_of_one_or_of_a_million(usd: float, text: str) -> None:
    assert price(usd) == text


SCHEDULE = [
    {"cron": "cron(30 18 * * ? *)", "zone": "Europe/Berlin", "min": 900, "max": 1400},
    {"cron": "cron(0 8 ? * MON-FRI *)", "min": 120, "max": 1400},
    {"cron": "at(2027-02-27T19:00:00)", "min": 120, "max": 1400},
]
SCHEDULED = (
    "auto scaling 120-1,400, target 65%; 900-1,400 from 18:30 Europe/Berlin; 120-1,400 from 08:00 MON-FRI;"
    " 120-1,400 from at(2027-02-27T19:00:00)"
)
SETTINGS = [
    ("fixed", {"units": 1200}, "1,200 units"),
    ("auto-scaling", {"min": 120, "max": 2400, "target": 0.7}, "auto scaling 120-2,400, target 70%"),
    ("on-demand", {}, "on demand"),
    ("on-demand", {"maximum": 4000, "warm": None}, "on demand, at most 4,000"),
    ("on-demand", {"maximum": None, "warm": 12000}, "on demand, warm throughput 12,000"),
    (
        "auto-scaling",
        {"min": 120, "max": 1400, "target": 0.65, "schedule": SCHEDULE},
        SCHEDULED,
    ),
]


@pytest.mark.parametrize(("mode", "values", "text"), SETTINGS)
def test_a_setting_is_what_a_person_types_in(mode: str, values: dict[str, object], text: str) -> None:
    assert setting(ResourceSetting("orders", "write", mode, values)) == text  # type: ignore[arg-type]


WEEK = [
    {"cron": "cron(0 10 ? * MON,TUE,WED,THU,FRI *)", "zone": "America/New_York", "min": 156, "max": 235},
    {"cron": "cron(0 2 ? * SAT,SUN *)", "zone": "America/New_York", "min": 59, "max": 235},
    {"cron": "cron(0 4 ? * MON,WED *)", "zone": "America/New_York", "min": 50, "max": 235},
]


def test_a_schedule_names_its_zone_once_and_days_by_the_first_and_the_last() -> None:
    scaled = ResourceSetting(
        "orders", "write", "auto-scaling", {"min": 59, "max": 235, "target": 0.9, "schedule": WEEK}
    )
    assert setting(scaled) == (
        "auto scaling 59-235, target 90%; 156-235 from 10:00 MON-FRI; 59-235 from 02:00 SAT,SUN;"
        " 50-235 from 04:00 MON,WED (America/New_York)"
    )
    assert setting(scaled, actions=False) == "auto scaling 59-235, target 90%, 3 scheduled actions"


def test_several_tables_are_recommended_in_one_sentence() -> None:
    assert headline((ORDERS, CARTS), Band(400, 454, 500), 0.001) == (
        "$454 ($400 to $500) a month with upfront fees spread ($454 a month and $96.00 once) for 2 tables:"
        " orders: auto scaling + 1 year reserved; carts: on-demand"
    )


@pytest.mark.parametrize(
    ("objective", "said"), [(0.0, "keeps no throttling"), (0.005, "keeps throttling at or below 0.5%")]
)
def test_where_no_candidate_keeps_the_objective_the_sentence_says_which(objective: float, said: str) -> None:
    assert f"no candidate for orders {said}" in headline(NONE_KEEPS.tables, NONE_KEEPS.monthly_usd, objective)


def test_what_is_saved_is_told_against_plain_on_demand() -> None:
    with_dax = dataclasses.replace(ORDERS.candidates[4], name="on-demand, with DAX, 3 x dax.r5.large")
    table = dataclasses.replace(ORDERS, candidates=(*ORDERS.candidates[:4], with_dax, *ORDERS.candidates[4:]))
    assert headline((table,), Band(400, 424, 460), 0.001).endswith("36% less than on-demand")
