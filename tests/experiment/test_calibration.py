"""Expectations that a run did not bear out are told; the others are not."""

from dataclasses import replace

import pytest

from ddbload.experiment.calibration import calibration
from ddbload.results.record import ConsumedUnits, Latency, Observed, OperationRecord
from ddbload.scenario.load import parse_scenario

NONE = Latency(0, *(None,) * 8)
RECORD = OperationRecord("Query", 1000, {"ok": 1000}, 1000, NONE, NONE, NONE, {}, {}, ConsumedUnits())
SCENARIO = parse_scenario("""
ddbload: 1
name: expected
table: {name: things, key: {pk: S}}
items: {thing: {of: {n: 10}, shape: {pk: "thing#{n}"}}}
operations:
  pay: {put: thing, condition: absent, expect: {fails: 5%}}
  list: {query: thing, key: "pk = {pk}", expect: {rows: 12}}
load: {mix: {pay: 1, list: 1}, rate: 1, phases: [{hold: 2s}]}
""").scenario


@pytest.mark.parametrize(
    ("name", "observed", "count", "told"),
    [
        ("pay", Observed(fails=0.05), 1000, None),
        ("pay", Observed(fails=0.07), 1000, None),  # chance alone may do that
        (
            "pay",
            Observed(fails=0.12),
            1000,
            "pay: 12.0% of its conditions failed, the scenario expects 5.0% (expect: {fails: 12%})",
        ),
        ("pay", Observed(fails=0.5), 10, None),  # too few
        ("pay", Observed(), 1000, None),
        ("list", Observed(rows=13.5), 1000, None),
        (
            "list",
            Observed(rows=2.25),
            1000,
            "list: 2.25 items were read at a time, the scenario expects 12 (expect: {rows: 2.25})",
        ),
    ],
)
def test_what_was_expected_otherwise_is_told(name: str, observed: Observed, count: int, told: str | None) -> None:
    records = {name: replace(RECORD, observed=observed, count=count)}
    assert list(calibration(SCENARIO, records)) == ([told] if told else [])


def test_what_was_not_called_is_not_judged() -> None:
    assert list(calibration(SCENARIO, {})) == []
