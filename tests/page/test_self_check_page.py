"""The page of a tag against itself: its charts draw what the document says."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page

from ddbload.compare.document import Floor, SelfCheck
from ddbload.report.page.blocks import ChartBlock
from ddbload.report.page.self_check import self_check_page
from ddbload.report.page.self_check_charts import alarms_chart, floors_chart
from ddbload.report.self_check import self_check_headline
from tests.report.comparisons import ALARMING, QUIET, REFUSED, SELF_CHECKS, TOO_NOISY

Look = Callable[..., Page]
FAR = replace(QUIET, floors=(Floor("read", "p99", "ratio", 0.4, None, 3.2, 0.1, kept=False),))
NONE = replace(QUIET, splits=0, false_alarms=0, rate=0.0, low=0.0, high=1.0, passed=0.0, floors=())


def marks(chart: ChartBlock) -> dict[str, list[list[Any]]]:
    """Of each series of intervals, [row, low, estimate, high]."""
    names = chart.option["yAxis"]["data"]
    return {
        series["name"]: [[names[each["value"][0]], *each["value"][1:4]] for each in series["data"]]
        for series in chart.option["series"]
        if series["type"] == "custom"
    }


def test_false_alarms_are_drawn_with_their_interval_over_what_is_promised() -> None:
    chart = alarms_chart(QUIET)
    assert marks(chart) == {"false alarms": [["false alarms", 0.004, 0.018, 0.071]]}
    assert chart.option["series"][0]["data"] == [0.05]


def test_a_floor_is_drawn_in_multiples_of_its_margin() -> None:
    assert marks(floors_chart(QUIET)) == {
        "kept": [["read p50", 0, 0.7, 0.7], ["read p99", 0, 0.48, 0.48], ["errors", 0, 0, 0]]
    }


@pytest.mark.parametrize(
    ("check", "word"),
    [
        pytest.param(TOO_NOISY, "too small", id="a default below its floor is too small"),
        pytest.param(REFUSED, "refused", id="a margin that was set below its floor is refused"),
    ],
)
def test_a_margin_below_its_floor_is_a_series_of_its_own(check: SelfCheck, word: str) -> None:
    [[name, _, floor, _]] = marks(floors_chart(check))[word]
    assert (name, floor) == ("read p50", pytest.approx(0.064 / 0.03, rel=1e-5))


def test_a_floor_far_beyond_its_margin_leads_out_of_the_chart() -> None:
    chart = floors_chart(FAR)
    [[_, _, floor, _]] = marks(chart)["too small"]
    assert floor > chart.option["xAxis"]["max"]
    assert "noise floor 320%" in chart.summary


def test_the_numbers_of_the_charts_are_those_of_the_document() -> None:
    assert alarms_chart(ALARMING).numbers.rows == ((2000, 410, 0.205, 0.11, 0.34, 0.05),)
    assert floors_chart(TOO_NOISY).numbers.rows[0] == ("read p50", 0.041, None, 0.064, 0.03, "too small")


@pytest.mark.parametrize("name", SELF_CHECKS)
def test_the_verdict_comes_first(name: str) -> None:
    page = self_check_page(SELF_CHECKS[name])
    [headline] = re.findall(r'<span class="headline">(.*?)</span>', page)
    assert headline == self_check_headline(SELF_CHECKS[name])
    assert all(reason in page for reason in SELF_CHECKS[name].refused)


def test_nothing_to_split_is_said_and_not_drawn() -> None:
    page = self_check_page(NONE)
    assert "there was nothing to split" in page
    assert '<figure class="chart"' not in page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_it_fits_the_screen_and_every_chart_is_drawn(look: Look, width: int, scheme: str) -> None:
    page = look(self_check_page(TOO_NOISY), width=width, scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("figure.chart .canvas svg").count() == 2
