"""What a run has for each metric, and that each stands in the table of metrics."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ddbload.compare.observe import (
    COMPLETED,
    COST,
    ERRORS,
    FAILED,
    Measure,
    latency_of,
    measures_of,
    share_of,
    value_of,
)
from ddbload.compare.request import ComparisonError
from ddbload.measure.metrics import metric_of
from ddbload.results.record import ConsumedUnits, RunRecord, Units
from tests.compare.records import objective, operation, run


def measure(record: RunRecord, name: str) -> Measure:
    return next(each for each in measures_of([record]) if each.name == name)


def test_every_metric_has_its_place_in_the_table_of_metrics() -> None:
    whole = run(
        operations={"read": operation(outcomes={"ok": 9, "throttled": 1})},
        objectives=[objective("all", "p99", 9.0, 5.0), objective("all", "timeout", 0.1, 0.0)],
    )
    for each in measures_of([whole]):
        assert metric_of(each.key).definition


def test_a_percentile_is_what_the_objective_observed() -> None:
    record = run(objectives=[objective("read", "p99", 20.0, 7.5)])
    assert value_of(record, replace(latency_of("read", "p99"), by_objective=True)) == 7.5


def test_without_an_objective_it_is_that_of_the_calls_that_were_answered() -> None:
    assert value_of(run(p50=2.0), latency_of("read", "p99")) == 10.0


def test_a_percentile_on_a_failed_call_is_slower_than_any_limit() -> None:
    record = run(objectives=[objective("read", "p99", 20.0, None)])
    assert value_of(record, replace(latency_of("read", "p99"), by_objective=True)) == FAILED


def test_an_objective_that_the_sample_does_not_support_has_no_value() -> None:
    record = run(objectives=[objective("read", "p99", 20.0, None, verdict="unsupported")])
    assert value_of(record, replace(latency_of("read", "p99"), by_objective=True)) is None


def test_an_operation_that_is_not_there_has_no_value() -> None:
    assert value_of(run(), latency_of("write", "p99")) is None


def test_an_operation_without_a_call_has_no_share() -> None:
    assert value_of(run(operations={"read": operation(outcomes={})}), share_of("read", "throttled")) is None


def test_errors_are_the_share_of_arrivals_that_failed() -> None:
    record = run(operations={"read": operation(outcomes={"ok": 80, "not_found": 10, "timeout": 10})})
    assert value_of(record, ERRORS) == pytest.approx(0.1)


def test_steps_of_sessions_are_no_arrivals() -> None:
    whole = replace(operation(outcomes={"ok": 50, "throttled": 50}), whole=True)
    step = replace(operation(outcomes={"ok": 300, "throttled": 50}), steps=350)
    assert value_of(run(operations={"checkout": whole, "pay": step}), ERRORS) == pytest.approx(0.5)


def test_errors_are_what_their_objective_observed() -> None:
    assert value_of(run(objectives=[objective("all", "errors", 0.1, 0.02)]), ERRORS) == 0.02


def test_units_are_those_of_a_call_the_modelled_ones_too() -> None:
    read = operation(calls=100, capacity=ConsumedUnits(Units(read=50.0), Units(read=25.0)))
    record = run(operations={"read": read})
    assert value_of(record, measure(record, "read.read_units")) == 0.75


def test_cost_and_rate_are_the_whole_runs() -> None:
    assert (value_of(run(), COST), value_of(run(), COMPLETED)) == (0.25, 200.0)


def test_service_times_stand_beside_response_times() -> None:
    record = run(p50=2.0)
    assert value_of(record, measure(record, "read.service_p50")) == pytest.approx(1.8)


@pytest.mark.parametrize("outcomes", [{"ok": 5, "timeout": -1}, {"ok": -5, "timeout": 9}])
def test_a_number_that_no_run_can_have_is_an_error_that_names_the_run(outcomes: dict[str, int]) -> None:
    with pytest.raises(
        ComparisonError, match=r"results/orders/base/0 is damaged: all.errors is .*, which no run can have"
    ):
        value_of(run(operations={"read": operation(outcomes=outcomes)}), ERRORS)
