"""histograms.hlog: a public reader finds in it what was recorded, tag by tag, to the last percentile."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogReader

from ddbload.results import Interval, ResultsError
from ddbload.results.hlog import parse_log, write_log

START = datetime(2026, 2, 3, 4, 5, 6, 789000, tzinfo=UTC)
PERCENTILES = [0.0, 50.0, 90.0, 95.0, 99.0, 99.9, 100.0]


def histogram(*values_ns: int) -> Any:
    recorded = HdrHistogram(1, 3_600_000_000_000, 3)
    for value in values_ns:
        recorded.record_value(value)
    return recorded


INTERVALS = [
    Interval(10.0, 1.0, "read/ok/response", histogram(*range(800_000, 9_000_000, 1_003))),
    Interval(10.0, 1.0, "read/ok/service", histogram(1, 2047, 2048, 500_000)),
    Interval(11.0, 0.25, "read/timeout/response", histogram(1_000_000_000, 3_599_999_999_999)),
]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "histograms.hlog"
    with path.open("w") as file:
        write_log(file, START, INTERVALS)
    return path


def test_the_public_reader_finds_every_interval_with_its_tag_times_and_percentiles(log: Path) -> None:
    reader = HistogramLogReader(str(log), HdrHistogram(1, 3_600_000_000_000, 3))
    found = []
    while (interval := reader.get_next_interval_histogram()) is not None:
        found.append(interval)
    reader.close()
    assert reader.get_start_time_sec() == START.timestamp()
    assert [i.get_tag() for i in found] == [i.tag for i in INTERVALS]
    for read, given in zip(found, INTERVALS, strict=True):
        assert read.get_total_count() == given.histogram.get_total_count()
        for percentile in PERCENTILES:
            expected = given.histogram.get_value_at_percentile(percentile)
            assert read.get_value_at_percentile(percentile) == expected
        start_ms, end_ms = read.get_start_time_stamp(), read.get_end_time_stamp()
        assert start_ms == pytest.approx(1000 * (START.timestamp() + given.start_s), abs=1)
        assert end_ms - start_ms == pytest.approx(1000 * given.length_s, abs=1)


def test_our_own_reader_gives_the_intervals_back(log: Path) -> None:
    with log.open() as file:
        found = list(parse_log(file, "log"))
    assert [(i.start_s, i.length_s, i.tag) for i in found] == [(i.start_s, i.length_s, i.tag) for i in INTERVALS]
    assert all(a.histogram.equals(b.histogram) for a, b in zip(found, INTERVALS, strict=True))


def test_the_maximum_is_in_milliseconds_as_the_format_has_it_for_nanoseconds(log: Path) -> None:
    line = next(line for line in log.read_text().splitlines() if line.startswith("Tag=read/timeout/response"))
    assert float(line.split(",")[3]) == pytest.approx(3_600_000, rel=1e-3)


def test_the_headers_come_before_the_first_interval(log: Path) -> None:
    head = log.read_text().splitlines()[:5]
    assert "#[Histogram log format version 1.3]" in head
    assert "#[StartTime: 1770091506.789 (seconds since epoch), 2026-02-03T04:05:06Z]" in head
    assert "#[BaseTime: 1770091506.789 (seconds since epoch)]" in head


def test_a_tag_loses_what_the_format_does_not_allow() -> None:
    file = io.StringIO()
    write_log(file, START, [Interval(0.0, 1.0, "a,b c\nd/ok/queue", histogram(5))])
    assert "\nTag=a_b_c_d/ok/queue,0.000,1.000," in file.getvalue()


def test_an_interval_without_a_sample_is_left_out() -> None:
    file = io.StringIO()
    write_log(file, START, [Interval(0.0, 1.0, "read/ok/response", histogram())])
    assert "Tag=" not in file.getvalue()


@pytest.mark.parametrize("start_s", [1.0, -1.0, float("nan"), float("inf")])
def test_intervals_out_of_order_are_refused(start_s: float) -> None:
    intervals = [Interval(2.0, 1.0, "t", histogram(5)), Interval(start_s, 1.0, "t", histogram(5))]
    with pytest.raises(ValueError, match="out of order" if start_s != float("inf") else "inf"):
        write_log(io.StringIO(), START, intervals)


@pytest.mark.parametrize(
    "line", ["nonsense", "Tag=a,1.0,1.0", "Tag=a,1.0,1.0,2.0,HISTFAAAbroken", "Tag=a,x,1.0,2.0,HISTFAAA", "1,1,1,?!"]
)
def test_a_damaged_line_is_named_with_its_number(line: str) -> None:
    with pytest.raises(ResultsError, match=r"^some\.hlog:2 is damaged"):
        list(parse_log(io.StringIO(f"#[a comment]\n{line}\n"), "some.hlog"))
