"""The trial: units of each operation from the items' states."""

from __future__ import annotations

from pathlib import Path

import pytest

from ddbload.planner.resource import Resource, WorkloadUnits
from ddbload.planner.trial import workload_units
from ddbload.scenario.load import load_scenario

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def units_of(name: str) -> WorkloadUnits:
    return workload_units(load_scenario(SCENARIOS / f"{name}.yaml").scenario)


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_scenario_is_tried(path: Path) -> None:
    found = workload_units(load_scenario(path).scenario, calls=400)
    assert found.resources
    for operation in found.operations:
        assert operation.calls
        assert operation.consumption
        assert sum(operation.outcomes.values()) == pytest.approx(1.0 if operation.outcomes else 0.0)
    for family in found.families:
        assert family.item_bytes > 0


def test_a_changed_index_key_is_two_index_writes() -> None:
    found = {one.name: one for one in units_of("leaderboard").operations}
    play = found["play"].consumption
    assert play[Resource("ddbload-scores")].write.mean == 1.0
    assert play[Resource("ddbload-scores", "top")].write.mean == 2.0


def test_a_transaction_is_charged_twice() -> None:
    found = {one.name: one for one in units_of("cart").operations}
    look = found["look"].consumption
    assert {resource.table: one.read.mean for resource, one in look.items()} == {
        "ddbload-carts": 2.0,
        "ddbload-stock": 2.0,
    }


def test_the_steps_of_a_session_are_its_calls() -> None:
    found = {one.name: one for one in units_of("iot").operations}
    assert found["append"].calls == found["set_state"].calls == {"": 0.85}


def test_streams_have_calls_of_their_own() -> None:
    found = {one.name: one for one in units_of("noisy-neighbour").operations}
    assert found["read"].calls == {"quiet": pytest.approx(0.7)}
    assert found["noisy_list"].calls == {"noisy": pytest.approx(0.2)}


def test_the_same_scenario_gives_the_same_units() -> None:
    assert units_of("quickstart") == units_of("quickstart")
