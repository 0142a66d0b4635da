"""The page of a run as data: what its charts draw is what the run's files say."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from ddbload.measure.histogram import Histogram, support
from ddbload.report.page.blocks import ChartBlock, Downloads, Link, Prose
from ddbload.report.page.distribution import heat_chart
from ddbload.report.page.files import files_of
from ddbload.report.page.frame import Page, render
from ddbload.report.page.outcomes import outcome_chart
from ddbload.report.page.over_time import course_of, failures_chart, latency_chart, rate_chart
from ddbload.report.page.run import page_of, run_page
from ddbload.report.page.spread import Spread, Stretch, curve, heat_of, joined, percentile_of, spread_of
from ddbload.results.document import from_json
from ddbload.results.hlog import Interval
from ddbload.results.record import RunRecord, Second
from ddbload.results.store import each_interval
from tests.page.conftest import BASELINE

ASSETS = files("ddbload.report.page") / "assets"
LIMIT_BYTES = 1_500_000
EVIL = "</script><script>alert(1)</script>"


def spread(record: RunRecord) -> Spread:
    return spread_of(each_interval(BASELINE), set(record.operations))


def series(chart: ChartBlock | None) -> dict[str, list[list[Any]]]:
    assert chart is not None
    return {each["name"]: each["data"] for each in chart.option["series"]}


def second(t: int, **given: Any) -> Second:
    whole = {"phase": "hold 9s", "due": 10, "sent": 10, "completed": 10, "ok": 10, "throttled": 0, "errors": 0}
    times = dict.fromkeys(("response_p50_ms", "response_p99_ms", "service_p50_ms", "service_p99_ms", "lag_max_ms"))
    rest = {"in_flight": 0, "queued": 0, "read_units": 0.0, "write_units": 0.0}
    return Second(**{"t": t, **whole, **times, **rest, **given})


# --- over time -----------------------------------------------------------------------------------------------------


def test_the_rates_of_the_chart_are_those_of_the_timeline(record: RunRecord, seconds: list[Second]) -> None:
    drawn = series(rate_chart(record, course_of(seconds)))
    assert drawn["offered"] == [[each.t, each.due] for each in seconds if each.phase != "drain"]
    assert drawn["completed"] == [[each.t, each.completed] for each in seconds if each.phase != "drain"]


def test_of_a_run_of_hours_a_point_stands_for_several_seconds_and_the_highest_p99_is_kept() -> None:
    course = course_of([second(t, response_p99_ms=50.0 if t == 7000 else 1.0) for t in range(7200)])
    assert (len(course.parts), course.each_s) == (300, 24)
    assert max(y for _, y in series(latency_chart(course, Spread()))["p99"]) == 50.0


def test_a_second_without_a_p99_is_a_gap_and_never_a_zero() -> None:
    course = course_of([second(t, response_p99_ms=None if t == 1 else 2.0) for t in range(5)])
    assert series(latency_chart(course, Spread()))["p99"][1] == [1, None]


def test_where_seconds_are_too_thin_for_a_p99_it_is_told_of_longer_stretches(
    record: RunRecord, seconds: list[Second]
) -> None:
    chart = latency_chart(course_of(seconds), spread(record))
    assert chart is not None
    calls = [row[chart.numbers.columns.index("calls")] for row in chart.numbers.rows]
    assert min(int(each or 0) for each in calls) >= support(99)
    assert all(y is not None for _, y in series(chart)["p99"])


def test_failures_are_parted_into_throttled_and_others_and_without_any_there_is_no_chart() -> None:
    course = course_of([second(0, errors=5, throttled=3), second(1)])
    assert series(failures_chart(course)) == {"throttled": [[0, 3], [1, 0]], "other failures": [[0, 2], [1, 0]]}
    assert failures_chart(course_of([second(0)])) is None


def test_the_warm_up_is_shaded_and_counts_in_no_sentence() -> None:
    course = course_of([second(0, phase="warm 1s", errors=9), second(1, errors=2)])
    chart = failures_chart(course)
    assert chart is not None
    (band,) = chart.option["series"][0]["markArea"]["data"]
    assert [edge["xAxis"] for edge in band] == [0, 1]
    assert chart.summary == "0 arrivals were throttled and 2 failed otherwise, in 1 of 1 measured seconds."


# --- distributions -------------------------------------------------------------------------------------------------


def test_the_percentiles_drawn_are_those_of_the_run(record: RunRecord) -> None:
    gathered = spread(record)
    for name, operation in record.operations.items():
        drawn = {round(percentile_of(nines), 6): ms for nines, ms in curve(gathered.response[name])}
        assert drawn[50] == pytest.approx(operation.response_ms.p50, rel=1e-3)
        if operation.response_ms.p99 is not None:
            assert drawn[99] == pytest.approx(operation.response_ms.p99, rel=1e-3)


def test_response_times_cover_the_answered_calls_alone(record: RunRecord) -> None:
    gathered = spread(record)
    assert {name: each.count for name, each in gathered.response.items()} == {
        name: operation.response_ms.count for name, operation in record.operations.items()
    }


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(1, 10**10), min_size=1, max_size=400))
def test_a_curve_rises_and_ends_where_its_samples_support_no_further_percentile(values: list[int]) -> None:
    histogram = Histogram()
    histogram.record_many(np.array(values, np.int64))
    points = curve(histogram)
    assert [ms for _, ms in points] == sorted(ms for _, ms in points)
    assert all(percentile_of(nines) == 0 or support(percentile_of(nines)) <= len(values) for nines, _ in points)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.integers(1, 10**9), min_size=1, max_size=30), min_size=1, max_size=200))
def test_a_heat_map_has_every_call_once(seconds_of_values: list[list[int]]) -> None:
    stretches = [stretch(float(t), values) for t, values in enumerate(seconds_of_values)]
    heat = heat_of(stretches)
    assert heat is not None
    assert heat.counts.sum() == sum(map(len, seconds_of_values))
    assert len(heat.stretches) <= 90
    assert heat.counts.shape[1] <= 40


def stretch(start_s: float, values: Sequence[int]) -> Stretch:
    histogram = Histogram()
    histogram.record_many(np.array(values, np.int64))
    (gathered,) = spread_of([Interval(start_s, 1.0, "read/ok/response", histogram.to_hdr())], {"read"}).stretches
    return gathered


def test_stretches_are_joined_until_they_have_enough() -> None:
    parts = list(joined([stretch(float(t), [5]) for t in range(7)], at_least=3))
    assert [(part.start_s, part.length_s, part.count) for part in parts] == [(0, 3, 3), (3, 3, 3), (6, 1, 1)]


def test_what_failed_and_what_is_a_step_of_a_session_is_in_no_stretch() -> None:
    histogram = Histogram()
    histogram.record_many(np.array([5], np.int64))
    tags = ("read/throttled/response", "read/ok/queue", "step/ok/response", "odd", "read/ok/service")
    gathered = spread_of([Interval(0.0, 1.0, tag, histogram.to_hdr()) for tag in tags], {"read"})
    assert gathered.stretches == []
    assert set(gathered.response) == {"step"}
    assert set(gathered.service) == {"read"}


def test_the_cells_of_a_heat_map_say_which_share_of_their_column_they_are(record: RunRecord) -> None:
    cells = series(heat_chart(spread(record)))["calls"]
    columns = {x for x, *_ in cells}
    assert [sum(part for x, _, part, _ in cells if x == column) for column in columns] == pytest.approx(
        [1.0] * len(columns), abs=0.01
    )


# --- outcomes ------------------------------------------------------------------------------------------------------


def test_the_shares_of_an_operations_outcomes_make_a_whole(record: RunRecord) -> None:
    drawn = series(outcome_chart(record))
    assert [sum(parts) for parts in zip(*drawn.values(), strict=True)] == pytest.approx([1.0] * len(record.operations))


def test_failures_are_hatched_so_that_no_colour_is_needed_to_see_them(record: RunRecord) -> None:
    name, operation = next(iter(record.operations.items()))
    failed = replace(operation, outcomes={**operation.outcomes, "throttled": 3})
    chart = outcome_chart(replace(record, operations={**record.operations, name: failed}))
    assert chart is not None
    hatched = {each["name"] for each in chart.option["series"] if "decal" in each["itemStyle"]}
    assert hatched == {"throttled"}


# --- the page ------------------------------------------------------------------------------------------------------


def test_a_page_needs_nothing_beside_itself_and_is_small(page_text: str) -> None:
    assert len(page_text.encode()) < LIMIT_BYTES
    without_namespaces = re.sub(r"https?://www\.w3\.org/", "", page_text)
    assert not re.search(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=[\"'](?!data:)", without_namespaces)
    assert "@import" not in page_text
    assert "url(" not in page_text.partition("<body>")[0]


def test_what_a_tag_or_a_scenario_is_called_is_never_taken_for_markup(record: RunRecord, seconds: list[Second]) -> None:
    name, operation = next(iter(record.operations.items()))
    operations = {EVIL if each == name else each: op for each, op in record.operations.items()}
    evil = replace(record, tag=EVIL, reasons=[EVIL], warnings=[EVIL], operations=operations)
    text = run_page(evil, seconds, (), EVIL)
    assert operation.count
    assert "<script>alert(1)" not in text


def test_the_runs_files_lie_in_the_page(record: RunRecord, seconds: list[Second]) -> None:
    page = page_of(record, seconds, (), "name: quickstart\n")
    (downloads,) = (block for block in page.blocks if isinstance(block, Downloads))
    contents = {file.name: file.content for file in downloads.files}
    assert from_json(contents["run.json"], "page") == record
    assert contents["timeline.csv"].decode().splitlines()[0].startswith("t,phase,due")
    assert contents["scenario.yaml"] == b"name: quickstart\n"


def test_the_timeline_of_a_long_run_is_compressed(record: RunRecord) -> None:
    _, timeline, _ = files_of(record, [second(t) for t in range(7200)], "")
    assert timeline.name == "timeline.csv.gz"
    assert len(gzip.decompress(timeline.content).splitlines()) == 7201


def test_the_page_of_a_run_of_twelve_hours_stays_below_its_limit(record: RunRecord) -> None:
    hours = [second(t, response_p50_ms=1.234567, response_p99_ms=9.87654 + t % 7) for t in range(12 * 3600)]
    assert len(run_page(record, hours, (), "").encode()) < LIMIT_BYTES


def test_a_run_that_measured_nothing_still_has_a_page(record: RunRecord) -> None:
    empty = replace(record, operations={}, capacity={}, objectives=[], hot_keys=[], verdict="invalid")
    assert "this run measured nothing" in run_page(empty, (), (), "")


def test_every_metric_that_the_page_names_is_defined_in_it(page_text: str) -> None:
    described = set(re.findall(r'aria-describedby="(def-[^"]+)"', page_text))
    assert described
    assert described <= set(re.findall(r'<dd id="(def-[^"]+)"', page_text))


def test_only_the_pages_own_scripts_may_run(page_text: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page_text)
    assert policy is not None
    assert "default-src &#39;none&#39;" in policy[1]
    scripts = re.findall(r"<script>(.*?)</script>", page_text, re.DOTALL)
    digests = {base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts}
    assert digests == set(re.findall(r"sha256-([^&]+)&#39;", policy[1]))


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", " javascript:alert(1)", "vbscript:x"])
def test_a_link_leads_to_no_script(address: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        render(Page("t", (Prose("x"),), Link("home", address)))


def test_a_number_that_is_not_finite_is_no_chart(record: RunRecord, seconds: list[Second]) -> None:
    chart = rate_chart(record, course_of(seconds))
    broken = replace(chart, option={**chart.option, "series": [float("nan")]})
    with pytest.raises(ValueError, match="not JSON compliant"):
        render(Page("t", (broken,)))


def test_the_same_run_makes_the_same_page(record: RunRecord, seconds: list[Second], page_text: str) -> None:
    again = run_page(record, seconds, each_interval(BASELINE), (BASELINE / "scenario.yaml").read_text())
    assert again == page_text


# --- what charts are drawn with ------------------------------------------------------------------------------------


def test_the_charts_script_is_the_one_of_its_manifest_and_its_licence_lies_beside_it() -> None:
    manifest = json.loads((ASSETS / "echarts.json").read_text())
    script = (ASSETS / "echarts.min.js").read_bytes()
    assert hashlib.sha256(script).hexdigest() == manifest["sha256"]
    assert len(script) == manifest["bytes"]
    assert "Apache License" in (ASSETS / "echarts.LICENSE").read_text()
    assert "zrender" in (ASSETS / "echarts.NOTICE").read_text()


def test_the_manifest_and_the_build_name_the_same_versions() -> None:
    build: Mapping[str, Any] = json.loads((files("ddbload.report.page") / "echarts" / "package.json").read_text())
    manifest = json.loads((ASSETS / "echarts.json").read_text())
    assert build["dependencies"]["echarts"] == manifest["made_of"]["echarts"]
    assert build["devDependencies"]["esbuild"] == manifest["made_with"]["esbuild"]


def test_no_asset_ends_its_own_script() -> None:
    assert all("</script" not in (ASSETS / name).read_text() for name in ("echarts.min.js", "page.js"))


def test_nothing_is_drawn_across_seconds_that_are_missing(record: RunRecord) -> None:
    course = course_of([second(t) for t in (*range(18), *range(22, 30))])
    assert [y for t, y in series(rate_chart(record, course))["offered"] if t == 18] == [None]
