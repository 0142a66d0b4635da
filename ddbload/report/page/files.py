"""The files of a run, as they lie in its folder, to be taken from its page."""

from __future__ import annotations

import gzip
import io
from collections.abc import Sequence

from ddbload.report.page.blocks import File
from ddbload.results.document import to_json
from ddbload.results.folders import RUN
from ddbload.results.record import RunRecord, Second
from ddbload.results.store import SCENARIO, TIMELINE
from ddbload.results.timeline import write_timeline

_LARGE = 100_000
"""Bytes from which on a file is compressed, so that the page of a run of hours stays small."""


def files_of(record: RunRecord, seconds: Sequence[Second], scenario_yaml: str) -> tuple[File, ...]:
    """`run.json`, `timeline.csv` and `scenario.yaml`; large ones as .gz."""
    table = io.StringIO()
    write_timeline(table, seconds)
    return (
        _file(RUN, "application/json", to_json(record)),
        _file(TIMELINE, "text/csv", table.getvalue()),
        _file(SCENARIO, "application/yaml", scenario_yaml),
    )


def _file(name: str, media_type: str, text: str) -> File:
    content = text.encode(errors="replace")
    if len(content) <= _LARGE:
        return File(name, media_type, content)
    return File(f"{name}.gz", "application/gzip", gzip.compress(content, mtime=0))
