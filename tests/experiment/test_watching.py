"""A glance at a growing tally."""

from __future__ import annotations

import pytest

from ddbload.experiment.watching import progress
from ddbload.measure.tally import Tally
from ddbload.operation import Outcome
from ddbload.workload import compile_workload
from tests.experiment.conftest import Load
from tests.experiment.measurements import call, even, measurement


def test_a_glance_tells_of_the_last_whole_second_and_of_the_run_so_far(scenario: Load) -> None:
    workload = compile_workload(scenario().scenario)
    calls = [*even(100, 0, 1), *even(50, 1, 2, units=0.5), call(1.5, outcome=Outcome.THROTTLED, service_ms=1)]
    tally = measurement(workload, calls, elapsed_s=2).tally
    seen = progress(workload, tally, 2.3, lambda read, write: read * 2 + write)
    assert (seen.phase, seen.measured, seen.total_s) == ("hold 2s", True, 3)
    assert seen.phase_left_s == pytest.approx(0.7)
    assert seen.offered.now == 51
    assert seen.offered.overall == pytest.approx(151 / 2.3)
    assert (seen.throttled, seen.errors) == (1, {})
    assert seen.read_units == 25
    assert seen.spend_usd == 2 * seen.read_total + seen.write_total
    assert seen.p50_ms == pytest.approx(5, rel=1e-3)
    assert [(one.name, one.completed, one.errors) for one in seen.operations] == [("read", 151, 1), ("write", 0, 0)]


def test_before_anything_has_happened_there_is_nothing_to_show(scenario: Load) -> None:
    seen = progress(compile_workload(scenario().scenario), Tally(), 0.0, lambda read, write: read + write)
    assert (seen.p50_ms, seen.p99_ms, seen.offered.now, seen.phase) == (None, None, 0, "warm 1s")


def test_after_the_end_the_last_phase_is_over(scenario: Load) -> None:
    workload = compile_workload(scenario().scenario)
    seen = progress(workload, measurement(workload, even(10, 1, 3), elapsed_s=3).tally, 4.2, lambda *_: 0.0)
    assert (seen.phase, seen.phase_left_s) == ("hold 2s", 0)
    assert seen.offered.overall == pytest.approx(10 / 3)  # a rate of the plan's time, not of the drain's
