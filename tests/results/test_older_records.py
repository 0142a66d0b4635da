"""Records of older versions: what was not measured then reads as nothing, never as an error."""

from __future__ import annotations

from pathlib import Path

from ddbload.report import terminal
from ddbload.report.build import report_of
from ddbload.results import from_json, read_run, read_timeline, to_json
from ddbload.results.record import Observed

OLDER = Path(__file__).parents[1] / "data" / "older-run"


def test_a_run_of_before_there_were_sessions_is_read() -> None:
    record = read_run(OLDER)
    assert (record.rate.requests, record.hot_keys, record.fingerprint.files) == (None, [], {})
    assert record.operations
    for operation in record.operations.values():
        assert (operation.whole, operation.arrivals, operation.cold_ms) == (False, operation.count, None)
        assert operation.observed == Observed()
    assert {second.requests for second in read_timeline(OLDER)} == {None}


def test_it_can_be_reported_and_written_again() -> None:
    record = read_run(OLDER)
    assert "Latency" in terminal.render(report_of(record, read_timeline(OLDER))).plain
    assert from_json(to_json(record).encode(), "run.json") == record
