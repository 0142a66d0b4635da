"""Records of older versions: what was not measured then reads as nothing, never as an error."""

from __future__ import annotations

from pathlib import Path

from ddbload.report import terminal
from ddbload.report.build import report_of
from ddbload.results import from_json, read_run, read_timeline, to_json
from ddbload.results.record import Observed

(BASELINE,) = (Path(__file__).parents[2] / "results" / "quickstart" / "baseline").iterdir()


def test_a_run_of_before_there_were_sessions_is_read() -> None:
    record = read_run(BASELINE)
    assert (record.rate.requests, record.hot_keys, record.fingerprint.files) == (None, [], {})
    assert record.operations
    for operation in record.operations.values():
        assert (operation.whole, operation.arrivals, operation.cold_ms) == (False, operation.count, None)
        assert operation.observed == Observed()
    assert {second.requests for second in read_timeline(BASELINE)} == {None}


def test_it_can_be_reported_and_written_again() -> None:
    record = read_run(BASELINE)
    assert "Latency" in terminal.render(report_of(record, read_timeline(BASELINE))).plain
    assert from_json(to_json(record).encode(), "run.json") == record
