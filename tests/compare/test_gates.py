"""What the verdict rests on, and the change of each that matters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from ddbload.compare.gates import Gates, gates_of
from ddbload.compare.request import ComparisonError
from ddbload.results.record import RunRecord
from tests.compare.records import latency, objective, operation, run

P50 = objective("read", "p50", 10.0, 1.0)
P99 = objective("read", "p99", 20.0, 5.0)
ERRORS = objective("all", "errors", 0.01, 0.0)


def gates(base: RunRecord, new: RunRecord | None = None, margins: Mapping[str, float] | None = None) -> Gates:
    return gates_of([base], [new or base], margins or {})


def names(found: Gates) -> list[str]:
    return [gate.measure.name for gate in found.gates]


def margin(found: Gates, name: str) -> tuple[float, str]:
    gate = next(gate for gate in found.gates if gate.measure.name == name)
    return gate.margin.value, gate.margin.source


def test_latency_objectives_are_the_gates_with_errors_and_cost() -> None:
    assert names(gates(run(objectives=[P50, P99]))) == ["read.p50", "read.p99", "all.errors", "all.cost"]


def test_without_objectives_p50_and_p99_of_what_arrives_are() -> None:
    step = replace(operation(), steps=operation().count)
    both = {"read": operation(), "write": operation(calls=20_000), "inner": step}
    assert names(gates(run(operations=both)))[:-2] == ["write.p50", "write.p99", "read.p50", "read.p99"]


def test_a_percentile_that_a_run_of_the_base_lacks_samples_for_is_no_gate_and_it_is_said() -> None:
    rare = run(operations={"read": operation(response_ms=latency(1.0, p99=None))})
    found = gates_of([run(), rare], [run()], {})
    assert "read.p99" not in names(found)
    assert "read.p99: no gate, since runs of the base have too few samples for it" in found.notes


def test_there_are_at_most_eight_latency_gates_without_objectives_and_the_rest_is_named() -> None:
    many = {f"op{place}": operation(calls=10_000 - place) for place in range(6)}
    found = gates(run(operations=many))
    assert len([gate for gate in found.gates if gate.measure.unit == "ms"]) == 8
    assert any(note.startswith("op4.p50, op4.p99, op5.p50, op5.p99: no gate") for note in found.notes)


def test_the_maximum_is_never_a_gate() -> None:
    assert names(gates(run(objectives=[objective("read", "max", 100.0, 20.0), P50]))) == [
        "read.p50",
        "all.errors",
        "all.cost",
    ]


def test_a_share_with_an_objective_is_a_gate() -> None:
    throttled = objective("read", "throttled", 0.001, 0.0)
    assert "read.throttled" in names(gates(run(objectives=[P50, throttled])))


def test_the_completed_rate_is_a_gate_of_a_closed_loop_alone() -> None:
    closed = run()
    assert "all.completed" not in names(gates(closed))
    assert "all.completed" in names(gates(replace(closed, rate=replace(closed.rate, loop="closed"))))


MARGINS: list[tuple[str, dict[str, Any], dict[str, float], str, float, str]] = [
    ("a default", {"objectives": [P99]}, {}, "read.p99", 0.10, "default"),
    ("a default of the median", {"objectives": [P50]}, {}, "read.p50", 0.03, "default"),
    ("the scenario's word", {"objectives": [replace(P99, matters=0.05)]}, {}, "read.p99", 0.05, "scenario"),
    ("an option for the metric", {"objectives": [replace(P99, matters=0.05)]}, {"p99": 0.2}, "read.p99", 0.2, "option"),
    ("an option for the gate", {"objectives": [P99]}, {"read.p99": 0.2}, "read.p99", 0.2, "option"),
    ("a gate's over its metric's", {"objectives": [P99]}, {"p99": 0.5, "read.p99": 0.2}, "read.p99", 0.2, "option"),
    ("a tenth of a point of errors", {}, {}, "all.errors", 0.001, "default"),
    ("the limit of a share's objective", {"objectives": [ERRORS]}, {}, "all.errors", 0.01, "scenario"),
    ("an option over the limit", {"objectives": [ERRORS]}, {"errors": 0.02}, "all.errors", 0.02, "option"),
    ("the price", {}, {}, "all.cost", 0.03, "default"),
]


@pytest.mark.parametrize(
    ("_why", "given", "option", "name", "value", "source"), MARGINS, ids=[row[0] for row in MARGINS]
)
def test_a_margin_comes_from(
    _why: str, given: dict[str, Any], option: dict[str, float], name: str, value: float, source: str
) -> None:
    assert margin(gates(run(**given), margins=option), name) == (value, source)


def test_what_matters_of_an_operation_is_for_all_its_percentiles() -> None:
    found = gates(run(objectives=[replace(P50, matters=0.08), replace(P99, matters=0.08)]))
    assert margin(found, "read.p50") == margin(found, "read.p99") == (0.08, "scenario")


@pytest.mark.parametrize("word", ["p99.9", "p99_9", "read.p99.9", "read.p99_9"])
def test_p99_9_may_be_written_with_a_dot(word: str) -> None:
    found = gates(run(objectives=[objective("read", "p99_9", 50.0, 9.0)]), margins={word: 0.3})
    assert margin(found, "read.p99_9") == (0.3, "option")


def test_a_margin_for_no_gate_is_an_error_that_names_the_gates() -> None:
    with pytest.raises(
        ComparisonError, match=r"reed.p99: no gate of that name; there are read.p50, read.p99, all.errors"
    ):
        gates_of([run()], [run()], {"reed.p99": 0.1})


@pytest.mark.parametrize("value", [0.0, -0.1, float("nan"), 10.0])
def test_a_margin_that_is_no_share_is_an_error(value: float) -> None:
    with pytest.raises(ComparisonError, match="a share above 0"):
        gates_of([run()], [run()], {"p99": value})


def test_an_objective_for_an_operation_that_only_the_new_side_has_is_no_gate() -> None:
    new = run(
        operations={"read": operation(), "write": operation()}, objectives=[P50, objective("write", "p50", 9.0, 1.0)]
    )
    found = gates(run(objectives=[P50]), new)
    assert "write.p50" not in names(found)
    assert "write: only the new side has it, there is nothing to compare it with" in found.notes


def test_an_objective_of_one_side_only_judges_both_by_the_calls_that_were_answered() -> None:
    found = gates(run(objectives=[P50]), run(objectives=[P50, P99]))
    gate = next(gate for gate in found.gates if gate.measure.name == "read.p99")
    assert not gate.measure.by_objective
    assert any("read.p99 is an objective of one side only" in note for note in found.notes)
