"""The page of a plan: the recommendation first; days and costs as the document has them."""

from __future__ import annotations

import base64
import dataclasses
import gzip
import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from ddbload.planner.document import PLANS_SCHEMA, Band, DesignCost, PlanComparison, PlansDocument
from ddbload.report.page.plan import plan_page
from ddbload.report.page.plan_charts import cost_chart, day_chart, kinds_of, months_chart, step_of
from ddbload.report.page.plans import designs_chart, plans_page
from ddbload.results.encoded import to_json
from tests.report.plans import CURVES, NONE_KEEPS, ORDERS, ORDERS_CANDIDATES, PLANS, SHOP

LIMIT_BYTES = 1_500_000
METERED = dataclasses.replace(
    ORDERS_CANDIDATES[1],  # $416.11 a month, and $96 once, spread over twelve months
    meters={"write_unit_hours": 250.0, "read_unit_hours": 100.0, "reserved_write_hours": 20.0, "storage_gb": 37.0},
)


def design(name: str, usd: float) -> DesignCost:
    band = Band(usd * 0.9, usd, usd * 1.2)
    return DesignCost(name, "pass", band, 0.0, band, 0.0, {"orders": usd - 1, "carts": 1.0}, "")


SEVERAL = PlansDocument(
    PLANS_SCHEMA, (SHOP, NONE_KEEPS), PlanComparison("a", 10.0, (design("a", 100.0), design("b", 110.0)))
)


def drawn(option: Mapping[str, Any], name: str) -> list[Any]:
    """The data of a series."""
    return next(list(each["data"]) for each in option["series"] if each["name"] == name)


# --- a day ---------------------------------------------------------------------------------------------------------


def test_a_day_by_the_minute_is_drawn_as_it_is() -> None:
    curve = CURVES[0]
    option = day_chart(curve, "orders", "0", 1).option
    assert [y for _, y in drawn(option, "asked")] == [float(f"{value:.4g}") for value in curve.asked]
    assert [y for _, y in drawn(option, "capacity")] == [float(f"{value:.4g}") for value in curve.capacity]


def test_minutes_that_are_put_together_keep_the_days_units() -> None:
    curve = CURVES[0]
    points = drawn(day_chart(curve, "orders", "0", 5).option, "asked")
    assert len(points) == 288
    assert 5 * sum(y for _, y in points) == pytest.approx(sum(curve.asked), rel=1e-3)


def test_throttles_are_drawn_where_there_are_any() -> None:
    names = {each["name"] for each in day_chart(CURVES[0], "orders", "0", 1).option["series"]}
    assert "throttled" in names
    calm = dataclasses.replace(CURVES[0], throttled=(0.0,) * 1440)
    chart = day_chart(calm, "orders", "0", 1)
    assert "throttled" not in {each["name"] for each in chart.option["series"]}
    assert "Nothing is throttled" in chart.summary


def test_capacity_far_above_all_that_is_asked_is_told_and_not_drawn() -> None:
    far = dataclasses.replace(CURVES[0], capacity=(40_000.0,) * 1440)
    chart = day_chart(far, "orders", "0", 1)
    assert "capacity" not in {each["name"] for each in chart.option["series"]}
    assert "40,000, far above what is drawn" in chart.summary


@pytest.mark.parametrize(("curves", "step"), [(1, 1), (2, 2), (4, 5), (12, 15), (100, 60)])
def test_the_more_days_on_a_page_the_fewer_points_each_has(curves: int, step: int) -> None:
    assert step_of(curves) == step


# --- costs ---------------------------------------------------------------------------------------------------------


def test_the_parts_of_a_candidate_come_to_what_it_is_ranked_by() -> None:
    kinds = kinds_of(METERED)
    assert sum(kinds.values()) == pytest.approx(METERED.ranked.likely)
    assert kinds["writes"] == 250.0
    assert kinds["upfront fees, spread over their terms"] == pytest.approx(8.0)
    assert kinds["all else"] == pytest.approx(9.11)


def test_a_bar_is_stacked_of_its_parts_and_has_a_whisker_of_its_range() -> None:
    table = dataclasses.replace(ORDERS, candidates=(METERED, ORDERS_CANDIDATES[4]), chosen=METERED.name)
    option = cost_chart(table, "0").option
    assert drawn(option, "writes") == [250.0, None]
    assert drawn(option, "a month") == [None, ORDERS_CANDIDATES[4].monthly_usd.likely]
    [low, likely, high] = drawn(option, "range")[0][1:4]
    assert (low, likely, high) == (METERED.ranked.low, METERED.ranked.likely, METERED.ranked.high)


def test_what_does_not_keep_the_objective_says_so_in_its_name() -> None:
    names = cost_chart(ORDERS, "0").option["yAxis"]["data"]
    assert names[0] == "auto scaling at 90% (throttles)"
    assert names[1] == "▸ auto scaling + 1 year reserved"


def test_later_months_start_from_this_one() -> None:
    points = drawn(months_chart(SHOP).option, "likely")
    assert points[0] == [0, pytest.approx(SHOP.ranked.likely, abs=1e-4)]
    assert len(points) == 1 + len(SHOP.months)


# --- whole pages ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(PLANS))
def test_the_page_begins_with_the_recommendation(name: str) -> None:
    plan = PLANS[name]
    page = plan_page(plan)
    assert re.search(rf'<h1><span class="badge">{plan.verdict}</span>', page)
    assert len(page.encode()) < LIMIT_BYTES
    for table in plan.tables:
        assert f"How to run {table.table}" in page
    assert not re.search(r'(?:src|href)="https?:', page)


def test_the_whole_document_can_be_taken_from_the_page() -> None:
    [(name, packed)] = re.findall(
        r'download="(plan[^"]*)" href="data:application/gzip;base64,([^"]*)"', plan_page(SHOP)
    )
    assert name == "plan.json.gz"
    assert json.loads(gzip.decompress(base64.b64decode(packed))) == json.loads(to_json(SHOP))


def test_ids_of_several_plans_on_a_page_are_apart() -> None:
    page = plans_page(SEVERAL)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert len(page.encode()) < LIMIT_BYTES


def test_each_design_is_stacked_of_its_tables() -> None:
    option = designs_chart(SEVERAL).option
    assert option["yAxis"]["data"] == ["a", "b"]
    assert drawn(option, "orders") == [99.0, 109.0]
