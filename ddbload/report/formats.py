"""A run in one of the formats of `--format`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from rich.console import Console

from ddbload.report.build import report_of
from ddbload.report.written import Format, write_report
from ddbload.results.document import to_json
from ddbload.results.record import RunRecord, Second


def write(record: RunRecord, seconds: Sequence[Second], form: Format, output: Console) -> None:
    """Write the run to the console of standard output: one document and nothing else."""
    write_report(form, output, document=partial(to_json, record), report=partial(report_of, record, seconds))
