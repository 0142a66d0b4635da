"""Starts are moments in UTC, however a record writes them: a run moved from elsewhere is listed where it belongs."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ddbload.report.build import report_of
from ddbload.results.listing import list_runs
from ddbload.results.moment import moment_of
from ddbload.results.record import RunRecord
from ddbload.results.selection import select
from ddbload.results.store import write_run
from ddbload.serve.tags import run_entry

NOON = datetime(2026, 2, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2026-02-03T12:00:00Z", "2026-02-03T12:00:00+00:00", "2026-02-03T12:00:00", "2026-02-03T14:00:00+02:00"]
)
def test_a_start_is_utc_unless_it_says_another_zone(text: str) -> None:
    assert moment_of(text) == NOON
    assert moment_of(text).tzinfo is UTC


@pytest.mark.parametrize(("text", "error"), [("noon", ValueError), ("0001-01-01T00:00:00+02:00", OverflowError)])
def test_what_is_no_start_is_an_error(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        moment_of(text)


def test_every_view_of_a_run_from_another_zone_says_utc(tmp_path: Path, record: RunRecord) -> None:
    for name, start in (("east", "2026-02-03T14:00:00+02:00"), ("later", "2026-02-03T12:30:00Z")):
        write_run(tmp_path, dataclasses.replace(record, id=name, tag="v1", started_at=start), "", [], [])
    runs = select(tmp_path, "v1").runs
    assert [run.id for run in runs] == ["east", "later"]
    listed = list_runs(tmp_path).runs
    assert [run.id for run in listed] == ["later", "east"]
    assert "2026-02-03 12:00 UTC" in report_of(runs[0]).subject[0]
    assert run_entry(listed[1]).started == "2026-02-03 12:00:00"
