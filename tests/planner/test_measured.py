"""A run's folder as the source of units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ddbload.planner.demand.month import month_of
from ddbload.planner.measured.units import Measured, measured_units, run_demand
from ddbload.planner.resource import Consumption, Estimate, OperationUnits, Resource, WorkloadUnits
from ddbload.results.document import ResultsError
from ddbload.results.record import ConsumedUnits, Latency, Observed, OperationRecord, RunRecord, TableUnits, Units
from ddbload.results.store import read_run, write_run

BASELINE = min((Path(__file__).parents[2] / "results" / "quickstart" / "baseline").iterdir())
TABLE, INDEX = Resource("things"), Resource("things", "by_kind")
NONE = Latency(0, None, None, None, None, None, None, None, None)
SCENARIO = """
ddbload: 1
name: shop
table: {name: things, key: {pk: S}, indexes: {by_kind: {key: {kind: S}, project: keys}}}
items: {thing: {of: {n: 100}, shape: {pk: "t#{n}", kind: any}}}
operations:
  read: {get: thing}
  many: {query: thing, index: by_kind, key: "kind = 'any'"}
  save: {put: thing, condition: exists}
  visit: {session: [read, read, save]}
load: {mix: {many: 3, visit: 1}, rate: 100, phases: [{hold: 1m}]}
"""


def _record(api: str, count: int, read: float = 0.0, write: float = 0.0, **more: Any) -> OperationRecord:
    outcomes = more.pop("outcomes", {"ok": count})
    modelled = more.pop("modelled", Units())
    capacity = ConsumedUnits(Units(read, write), modelled)
    return OperationRecord(api, count, outcomes, count, NONE, NONE, NONE, {}, {}, capacity, **more)


RUN = {
    "visit": _record("session", 100, whole=True, requests={"read": 190, "save": 80}),
    "read": _record("GetItem", 190, 95.0),
    "many": _record("Query", 300, 3000.0, observed=Observed(rows=100.0)),
    "save": _record("PutItem", 80, 0.0, 160.0),
}


def _run(
    folder: Path, operations: Mapping[str, OperationRecord] = RUN, scenario: str = SCENARIO, **changes: Any
) -> Path:
    base = read_run(BASELINE)
    fingerprint = replace(base.fingerprint, target={**base.fingerprint.target, "kind": "local"})
    capacity = changes.pop("capacity", {})
    record = replace(base, operations=dict(operations), capacity=capacity, fingerprint=fingerprint, **changes)
    return write_run(folder, record, scenario, [], [])


def _estimate(name: str, read: float = 0.0, write: float = 0.0, entry: float = 0.0, **more: Any) -> OperationUnits:
    variance = more.pop("variance", 0.0)
    consumption = {TABLE: Consumption(Estimate(read, variance, 1000), Estimate(write, variance, 1000))}
    if entry:
        consumption[INDEX] = Consumption(write=Estimate(entry, 0.0, 1000))
    return OperationUnits(name, "", more.pop("calls", {"": 1.0}), 1.0, consumption, **more)


UNITS = WorkloadUnits(
    (
        _estimate("read", 0.5),
        replace(_estimate("many", rows=100.0), consumption={INDEX: Consumption(read=Estimate(10.0))}),
        _estimate("save", write=1.0, entry=1.0),
    ),
    (),
)


def _measured(folder: Path, units: WorkloadUnits = UNITS, **changes: Any) -> Measured:
    return measured_units(_run(folder, **changes), units)


def _of(found: Measured, name: str) -> OperationUnits:
    return next(one for one in found.units.operations if one.name == name)


# --- units ---------------------------------------------------------------------------------------------------------


def test_measured_units_stand_in_for_estimates(tmp_path: Path) -> None:
    found = _measured(
        tmp_path, replace(UNITS, operations=(_estimate("read", 0.7, variance=0.2), *UNITS.operations[1:]))
    )
    read = _of(found, "read").consumption[TABLE].read
    assert read.mean == pytest.approx(0.5)
    assert (read.samples, read.source) == (190, "measured")
    assert read.variance == pytest.approx(0.2 * (0.5 / 0.7) ** 2), "spread is in proportion to the mean"
    assert found.by_operation == {"read": (0.5, 0.0), "many": (10.0, 0.0), "save": (0.0, 2.0)}
    assert "save" not in found.differs


def test_units_are_spread_over_indexes_as_estimated(tmp_path: Path) -> None:
    save = _estimate("save", write=1.0, entry=3.0)
    found = _of(_measured(tmp_path, replace(UNITS, operations=(*UNITS.operations[:2], save))), "save")
    assert found.consumption[TABLE].write.mean == pytest.approx(0.5)
    assert found.consumption[INDEX].write.mean == pytest.approx(1.5)


def test_units_that_were_not_estimated_at_all_are_the_tables(tmp_path: Path) -> None:
    nothing = OperationUnits("save", "PutItem", {"": 1.0}, 1.0, {})
    found = _of(_measured(tmp_path, replace(UNITS, operations=(*UNITS.operations[:2], nothing))), "save")
    assert found.consumption[TABLE].write == Estimate(2.0, 0.0, 80, "measured")


def test_reported_and_modelled_units_count_together(tmp_path: Path) -> None:
    save = _record("PutItem", 80, 0.0, 80.0, modelled=Units(0.0, 80.0), outcomes={"ok": 40, "condition_failed": 40})
    found = _measured(tmp_path, operations={**RUN, "save": save})
    assert found.by_operation["save"] == (0.0, 2.0)
    assert any("of the run's units are our model's" in warning for warning in found.warnings)


def test_calls_that_were_not_served_do_not_lower_the_mean(tmp_path: Path) -> None:
    read = _record("GetItem", 200, 50.0, outcomes={"ok": 100, "throttled": 90, "late": 10})
    found = _measured(tmp_path, operations={**RUN, "read": read})
    assert found.by_operation["read"] == (0.5, 0.0)
    assert "50.0% of the calls of read were not served: units are of the others" in found.warnings


def test_an_operation_that_was_never_served_stays_estimated(tmp_path: Path) -> None:
    for read in (_record("GetItem", 9, outcomes={"throttled": 9}), None):
        operations = {name: of for name, of in {**RUN, "read": read}.items() if of is not None}
        found = _measured(tmp_path, operations=operations)
        assert _of(found, "read").consumption == UNITS.operations[0].consumption
        assert "read" not in found.by_operation
        assert "the run completed no call of read: its units stay estimated" in found.warnings


def test_pages_are_requests_of_one_call(tmp_path: Path) -> None:
    operations = {
        **RUN,
        "many": _record("Query", 100, whole=True, observed=Observed(rows=250.0), requests={"many/page": 300}),
        "many/page": _record("Query", 300, 3000.0, steps=300),
    }
    found = _measured(tmp_path, operations=operations)
    many = _of(found, "many")
    assert found.by_operation["many"] == (30.0, 0.0)
    assert (many.requests, many.rows) == (3.0, 250.0)
    assert found.differs["many"] == "30 read units a call instead of 10: 250 rows were read on average instead of 100"


# --- calls ---------------------------------------------------------------------------------------------------------


def test_a_session_is_called_as_it_went_and_the_mix_as_it_is_written(tmp_path: Path) -> None:
    found = _measured(tmp_path)
    assert _of(found, "read").calls == {"": pytest.approx(0.25 * 1.9)}
    assert _of(found, "save").calls == {"": pytest.approx(0.25 * 0.8)}
    assert _of(found, "many").calls == {"": pytest.approx(0.75)}, "not 300 / 400 by chance, but 3 to 1 in the mix"


def test_streams_have_calls_of_their_own(tmp_path: Path) -> None:
    load = "load: {streams: {web: {mix: {visit: 1}, rate: 9}, jobs: {mix: {many: 1}, rate: 1}}, phases: [{hold: 1m}]}"
    scenario = SCENARIO[: SCENARIO.index("load: {mix")] + load
    found = _measured(tmp_path, scenario=scenario)
    assert _of(found, "read").calls == {"web": pytest.approx(1.9)}
    assert _of(found, "many").calls == {"jobs": 1.0}


def test_a_session_that_never_came_leaves_calls_estimated(tmp_path: Path) -> None:
    operations = {name: of for name, of in RUN.items() if name != "visit"}
    found = _measured(tmp_path, operations=operations)
    assert _of(found, "read").calls == UNITS.operations[0].calls
    assert any("a session of the mix did not come up" in warning for warning in found.warnings)


def test_a_scenario_that_cannot_be_read_leaves_calls_estimated(tmp_path: Path) -> None:
    found = _measured(tmp_path, scenario="ddbload: 2")
    assert _of(found, "read").calls == UNITS.operations[0].calls
    assert any("scenario cannot be read" in warning for warning in found.warnings)


# --- why they differ -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("estimate", "record", "sentence"),
    [
        (_estimate("read", 0.505), RUN["read"], None),
        (
            _estimate("read", 0.6),
            RUN["read"],
            (
                "0.5 read units a call instead of 0.6: the items were of other sizes than the estimate has them: there"
                " before the run, or grown in it"
            ),
        ),
        (
            _estimate("read", 0.6, variance=4.0),
            RUN["read"],
            "0.5 read units a call instead of 0.6: no more than the sampling error of 190 calls",
        ),
        (
            _estimate("read", 0.6, outcomes={"ok": 1.0}),
            _record("GetItem", 190, 95.0, outcomes={"ok": 152, "not_found": 38}),
            "0.5 read units a call instead of 0.6: 20.0% of its items were not there instead of 0.0%",
        ),
        (
            _estimate("read", write=1.0, outcomes={"ok": 0.95, "condition_failed": 0.05}),
            _record("PutItem", 100, 0.0, 150.0, outcomes={"ok": 60, "condition_failed": 40}),
            "1.5 write units a call instead of 1: 40.0% of its conditions failed instead of 5.0%",
        ),
        (
            _estimate("read", 5.0, rows=10.0),
            _record("Query", 100, 250.0, observed=Observed(rows=4.0)),
            "2.5 read units a call instead of 5: 4 rows were read on average instead of 10",
        ),
        (
            _estimate("read", 0.0),
            _record("GetItem", 100, 0.0, 0.0, modelled=Units(50.0, 0.0)),
            (
                "0.5 read units a call instead of 0: both are our model's: the items, or which of them were called,"
                " were others than the estimate has them"
            ),
        ),
        (
            _estimate("read", write=1.0, outcomes={"ok": 1.0}),
            _record("PutItem", 100, 0.0, 150.0, outcomes={"ok": 90, "timeout": 10}),
            "1.5 write units a call instead of 1: 10.0% timed out",
        ),
    ],
)
def test_a_difference_of_more_than_two_percent_is_explained(
    tmp_path: Path, estimate: OperationUnits, record: OperationRecord, sentence: str | None
) -> None:
    found = _measured(tmp_path, WorkloadUnits((estimate,), ()), operations={**RUN, "read": record})
    assert found.differs == ({} if sentence is None else {"read": sentence})


def test_the_sums_of_an_index_move_the_spread_and_it_is_told(tmp_path: Path) -> None:
    had = {"things": TableUnits(95.0, 60.0, {"by_kind": Units(3000.0, 100.0)})}
    found = _measured(tmp_path, capacity=had)
    assert found.warnings == ("things/by_kind had 100 write units in the run; spread as estimated it were 80",)
    save = _of(found, "save").consumption
    assert save[INDEX].write.mean == pytest.approx(1.25)
    assert save[TABLE].write.mean == pytest.approx(0.75), "the sum of the operation stays"


def test_a_spread_that_comes_to_the_sums_stays(tmp_path: Path) -> None:
    had = {"things": TableUnits(95.0, 80.0, {"by_kind": Units(3000.0, 81.0)})}
    found = _measured(tmp_path, capacity=had)
    assert found.warnings == ()
    assert _of(found, "save").consumption[INDEX].write.mean == pytest.approx(1.0)


def test_sums_that_no_spread_comes_to_are_told(tmp_path: Path) -> None:
    had = {"things": TableUnits(95.0, 0.0, {"by_kind": Units(3000.0, 400.0)})}
    found = _measured(tmp_path, capacity=had)
    (warning,) = found.warnings
    assert warning.startswith("things/by_kind had 400 write units in the run")
    assert warning.endswith("were 80, and 160 is as near as it can be brought")
    assert _of(found, "save").consumption[TABLE].write.mean == 0


# --- what speaks against a run -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        ({}, None),
        ({"verdict": "invalid", "reasons": ["the client lagged"]}, "the run is invalid (the client lagged)"),
        ({"complete": False, "stopped_by": "SIGINT"}, "the run is not complete (stopped by SIGINT)"),
    ],
)
def test_a_run_that_is_not_what_it_should_be_is_told(tmp_path: Path, changes: Any, warning: str | None) -> None:
    warnings = _measured(tmp_path, **changes).warnings
    assert [found.startswith(warning or "") for found in warnings] == ([True] if warning else [])


def test_another_version_of_the_scenario_is_told(tmp_path: Path) -> None:
    run = _run(tmp_path)
    own = read_run(run).fingerprint.scenario_sha256
    assert measured_units(run, UNITS, scenario_sha256=own).warnings == ()
    (warning,) = measured_units(run, UNITS, scenario_sha256="other").warnings
    assert warning == "the run was made with another version of the scenario"


def test_a_target_that_reports_no_units_is_told() -> None:
    found = measured_units(BASELINE, WorkloadUnits((_estimate("read_order", 0.5),), ()))
    assert found.by_operation == {"read_order": (0.5, 0.0)}
    assert found.warnings == (
        "the target (embedded) reports no units: those of the run are our model's, with the items as they were",
    )


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="cannot be read"):
        measured_units(tmp_path, UNITS)


# --- its rate ------------------------------------------------------------------------------------------------------


def test_a_closed_loops_achieved_rate_is_the_demand() -> None:
    record: RunRecord = read_run(BASELINE)
    record = replace(record, rate=replace(record.rate, loop="closed", achieved=812.5))
    found = run_demand(record, month_of(), 3)
    assert found.arrivals[""].shape == (3, 43_200)
    assert np.all(found.arrivals[""] == 812.5)
    assert (found.kind, found.upper_bound) == ("run", True)
    assert found.words == "flat at 812.5 arrivals a second, which the run achieved (closed loop)"
