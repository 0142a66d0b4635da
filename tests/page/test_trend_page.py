"""The page of a trend: each metric over the tags, and where its level moved."""

from __future__ import annotations

import dataclasses
import re

import pytest

from ddbload.compare.document import TrendLine
from ddbload.report.page.trend import trend_page
from ddbload.report.page.trend_charts import line_chart, tone_of
from tests.report.comparisons import P99S, SLOWED, STEADY, TRENDS

[P99] = [place for place, line in enumerate(SLOWED.lines) if line.metric == "p99"]


def test_a_line_goes_through_the_level_of_each_tag_and_leaves_a_gap_where_there_is_none() -> None:
    chart = line_chart(SLOWED, SLOWED.lines[P99], P99)
    [line] = [series for series in chart.option["series"] if series["type"] == "line"]
    assert [y for _, y in line["data"]] == list(P99S)


def test_every_run_has_a_mark() -> None:
    chart = line_chart(SLOWED, SLOWED.lines[P99], P99)
    [runs] = [series for series in chart.option["series"] if series["type"] == "scatter"]
    given = [value for level in SLOWED.lines[P99].levels if level for value in level.values if value is not None]
    assert [y for _, y in runs["data"]] == given


def test_a_change_of_level_is_marked_at_the_first_tag_of_the_new_one() -> None:
    chart = line_chart(SLOWED, SLOWED.lines[P99], P99)
    [line] = [series for series in chart.option["series"] if series["type"] == "line"]
    [mark] = line["markLine"]["data"]
    assert (mark["xAxis"], mark["label"]["formatter"]) == (7, "+14.1%")
    assert "v1.7" in chart.summary


def test_a_steady_metric_has_no_mark() -> None:
    for place, line in enumerate(STEADY.lines):
        assert not any("markLine" in series for series in line_chart(STEADY, line, place).option["series"])


@pytest.mark.parametrize(
    ("better", "change", "tone"),
    [("lower", 0.1, "bad"), ("lower", -0.1, "good"), ("higher", 0.1, "good"), ("neither", 0.1, "plain")],
)
def test_a_move_is_good_or_bad_by_the_metrics_direction(better: str, change: float, tone: str) -> None:
    line: TrendLine = dataclasses.replace(SLOWED.lines[P99], better=better)  # type: ignore[arg-type]
    assert tone_of(line, change) == tone


@pytest.mark.parametrize("name", sorted(TRENDS))
def test_the_page_has_every_tag_and_the_verdict_of_the_last(name: str) -> None:
    trend = TRENDS[name]
    page = trend_page(trend)
    rows = re.findall(r'<th scope="row" class="left indent-0">([^<]*)</th>', page)
    assert set(trend.tags) <= set(rows)
    assert f'<span class="badge">{trend.last.verdict}</span>' in page
    assert len(page.encode()) < 1_500_000


def test_the_scenario_is_not_said_again_with_each_tag() -> None:
    named = dataclasses.replace(SLOWED, tags=tuple(f"orders@{tag}" for tag in SLOWED.tags))
    chart = line_chart(named, named.lines[P99], P99)
    assert chart.option["xAxis"]["data"] == list(SLOWED.tags)
    assert '<th scope="row" class="left indent-0">v1.7</th>' in trend_page(named)
