"""What a scenario expects of its operations, held against what the run observed: the planner goes by the former."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from ddbload.results.record import OperationRecord
from ddbload.scenario.model import Scenario, Session

_SIGMAS = 4
_ENOUGH = 30
"""Calls from which on a difference is told."""
_ROWS_OFF = 0.25
_POINTS_OFF = 0.01


def calibration(scenario: Scenario, records: Mapping[str, OperationRecord]) -> Iterator[str]:
    """A sentence for every expectation that the run did not bear out."""
    for name, operation in scenario.operations.items():
        record = records.get(name)
        if isinstance(operation, Session) or record is None or record.count < _ENOUGH:
            continue
        told = [*_fails(operation.expect.fails, record), *_rows(operation.expect.rows, record)]
        yield from (f"{name}: {sentence}" for sentence in told)


def _fails(expected: float | None, record: OperationRecord) -> Iterator[str]:
    observed = record.observed.fails
    if expected is None or observed is None:
        return
    error = math.sqrt(expected * (1 - expected) / record.count)
    if abs(observed - expected) > max(_POINTS_OFF, _SIGMAS * error):
        said = f"{observed:.1%} of its conditions failed, the scenario expects {expected:.1%}"
        yield f"{said} (expect: {{fails: {observed * 100:.3g}%}})"


def _rows(expected: float | None, record: OperationRecord) -> Iterator[str]:
    observed = record.observed.rows
    if expected is None or observed is None or abs(observed - expected) <= max(_ROWS_OFF * expected, _ROWS_OFF):
        return
    said = f"{observed:.3g} items were read at a time, the scenario expects {expected:g}"
    yield f"{said} (expect: {{rows: {observed:.3g}}})"
