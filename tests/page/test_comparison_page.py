"""The page of a comparison: what its charts draw is what the document says."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Any

import pytest

from ddbload.compare.document import Comparison
from ddbload.report.comparison_words import headline, name_of
from ddbload.report.page.blocks import ChartBlock
from ddbload.report.page.comparison import comparison_blocks, comparison_page
from ddbload.report.page.comparison_charts import curves, forests, nines, strips
from tests.report.comparisons import CANNOT_TELL, CLOSED, COMPARISONS, LONG, NOT_WORSE, REGRESSED, SEVERAL

LIMIT_BYTES = 1_500_000


def intervals(chart: ChartBlock) -> dict[str, list[list[Any]]]:
    """Of each verdict, [gate, low, estimate, high, mark]."""
    names = chart.option["yAxis"]["data"]
    return {
        series["name"]: [[names[each["value"][0]], *each["value"][1:]] for each in series["data"]]
        for series in chart.option["series"]
        if series["type"] == "custom"
    }


def forest(comparison: Comparison, scale: int = 0) -> ChartBlock:
    return list(forests(comparison))[scale]


# --- the forest ----------------------------------------------------------------------------------------------------


def test_an_interval_goes_from_its_lower_to_its_upper_bound() -> None:
    drawn = intervals(forest(REGRESSED))["regressed"]
    assert drawn == [["read p99", 0.108, 0.144, 0.181, 1]]


def test_worse_is_to_the_right_where_higher_is_better() -> None:
    [[name, low, estimate, high, _]] = intervals(forest(CLOSED))["regressed"]
    assert name == "completed rate"
    assert 0 < low < estimate < high


def test_the_band_of_a_gate_reaches_to_what_matters() -> None:
    chart = forest(NOT_WORSE)
    bands = next(series for series in chart.option["series"] if series["type"] == "bar")["data"]
    ratios = [gate for gate in NOT_WORSE.gates if gate.scale == "ratio"]
    assert bands == [gate.margin.value if gate.margin else None for gate in ratios]


def test_shares_stand_on_an_axis_of_their_own() -> None:
    names = [chart.option["yAxis"]["data"] for chart in forests(REGRESSED)]
    assert names[1] == ["errors"]
    assert "errors" not in names[0]


def test_what_has_no_noise_is_a_mark_without_length() -> None:
    [cost] = [each for each in intervals(forest(NOT_WORSE))["not worse"] if each[0] == "cost"]
    assert cost[1:4] == [0.0, 0.0, 0.0]


def test_a_percentile_that_falls_on_failed_calls_lies_beyond_the_edge() -> None:
    chart = forest(SEVERAL)
    [beyond] = [each for each in intervals(chart)["regressed"] if each[0] == "place p99"]
    assert beyond[1] > chart.option["xAxis"]["max"]
    assert beyond[2] is None


def test_a_change_of_a_hundredfold_does_not_hide_what_matters() -> None:
    chart = forest(LONG)
    margins = [gate.margin.value for gate in LONG.gates if gate.margin]
    assert chart.option["xAxis"]["max"] <= 8 * max(margins)


def test_verdicts_are_told_apart_by_their_marks_as_well() -> None:
    marks = {verdict: {each[-1] for each in drawn} for verdict, drawn in intervals(forest(CANNOT_TELL)).items()}
    assert marks == {"not worse": {0}, "cannot tell": {2}}


def test_the_numbers_of_the_forest_are_the_documents() -> None:
    rows = {row[0]: row[1:4] for row in forest(REGRESSED).numbers.rows}
    for gate in REGRESSED.gates:
        if gate.scale == "ratio" and gate.change is not None:
            assert rows[name_of(gate)] == (gate.change.estimate, gate.change.low, gate.change.high)


# --- runs and curves -----------------------------------------------------------------------------------------------


def test_every_run_has_a_mark_on_its_side() -> None:
    charts = list(strips(REGRESSED))
    assert len(charts) == len(REGRESSED.gates)
    for chart, gate in zip(charts, REGRESSED.gates, strict=True):
        sides = [series for series in chart.option["series"] if series["type"] == "scatter"]
        for series, level in zip(sides, (gate.base, gate.new), strict=True):
            assert [y for _, y in series["data"]] == [value for value in level.values if value is not None]


def test_runs_of_a_pair_stand_above_each_other() -> None:
    chart = next(iter(strips(REGRESSED)))
    base, new = (series["data"] for series in chart.option["series"] if series["type"] == "scatter")
    assert [x for x, _ in base] == [x for x, _ in new] == list(range(1, 11))


def test_the_curves_of_both_sides_lie_over_each_other() -> None:
    [chart] = curves(REGRESSED)
    drawn = [series["data"] for series in chart.option["series"]]
    for points, given in zip(drawn, (REGRESSED.curves[0].base, REGRESSED.curves[0].new), strict=True):
        assert [point[1] for point in points] == [ms for _, ms in given]


@pytest.mark.parametrize(("percentile", "place"), [(0.0, 0.0), (90.0, 1.0), (99.0, 2.0), (99.9, 3.0)])
def test_an_axis_of_nines_has_a_step_for_each_nine(percentile: float, place: float) -> None:
    assert nines(percentile) == pytest.approx(place)


# --- the whole page ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(COMPARISONS))
def test_the_page_says_the_verdict_and_holds_everything(name: str) -> None:
    comparison = COMPARISONS[name]
    page = comparison_page(comparison)
    assert len(page.encode()) < LIMIT_BYTES
    assert f'<span class="badge">{comparison.verdict}</span>' in page
    assert not re.search(r'(?:src|href)="https?:', page)


def test_the_page_names_runs_that_are_not_counted() -> None:
    page = comparison_page(COMPARISONS["invalid"])
    assert "dispatch lag p99 of 41ms is above 2ms" in page


def test_a_name_is_never_taken_for_markup() -> None:
    side = dataclasses.replace(REGRESSED.new, name="</script><script>alert(1)</script>")
    page = comparison_page(dataclasses.replace(REGRESSED, new=side))
    assert "<script>alert(1)" not in page


def test_the_headline_is_the_reports_own() -> None:
    banner = next(iter(comparison_blocks(REGRESSED)))
    assert getattr(banner, "headline", "") == headline(REGRESSED)


def test_options_are_plain_data() -> None:
    charts = [block for name in COMPARISONS for block in (*forests(COMPARISONS[name]), *strips(COMPARISONS[name]))]
    assert charts
    for chart in charts:
        json.dumps(chart.option, allow_nan=False)


def test_a_mean_of_a_small_share_is_drawn_where_it_is() -> None:
    [errors] = [chart for chart in strips(SEVERAL) if chart.title == "errors"]
    marks = [series["markLine"] for series in errors.option["series"] if "markLine" in series]
    assert [mark["data"][0]["yAxis"] for mark in marks] == [0.0001, 0.0042]
    assert all(mark["precision"] >= 6 for mark in marks)  # ECharts rounds to two places by itself
