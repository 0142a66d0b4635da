"""Gates have the names that people read, in sentences as in tables."""

from __future__ import annotations

import pytest

from ddbload.compare.document import Finding, Level
from ddbload.compare.names import gate_name
from ddbload.compare.reasons import summary

NAMES = [
    ("a percentile of an operation", "read", "p99_9", "read p99.9"),
    ("a percentile of the whole run", "all", "p99", "all p99"),
    ("an outcome of an operation, which is no decimal", "read", "server_error", "read server error"),
    ("what is of the whole run by itself", "all", "errors", "errors"),
    ("the same in words", "all", "completed", "completed rate"),
]


@pytest.mark.parametrize(("case", "operation", "metric", "name"), NAMES, ids=[row[0] for row in NAMES])
def test_a_gate_is_named_alike_by_itself_and_in_the_reasons(case: str, operation: str, metric: str, name: str) -> None:
    level = Level(2, 1.0, 0.1, (1.0, 1.0))
    gate = Finding(
        operation, metric, "", "ms", "lower", "ratio", True, level, level, verdict="regressed", reason="worse"
    )
    assert gate_name(operation, metric) == name, case
    assert summary("regressed", [gate]) == (f"{name}: regressed, worse",)
