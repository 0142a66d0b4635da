"""The trial: units of each operation from the items' states."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ddbload.capacity.expected import LognormalSizes, ShiftedSizes, expected_write_units, sigma_of_p99
from ddbload.planner.resource import OperationUnits, Resource, WorkloadUnits
from ddbload.planner.trial.trial import workload_units
from ddbload.scenario.load import load_scenario
from ddbload.scenario.model import Scenario

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


# --- small scenarios --------------------------------------------------------------------------------------------------


def tried(operations: dict[str, Any], **changed: Any) -> dict[str, OperationUnits]:
    """The units of some operations on 400 orders of a table with an index."""
    document: dict[str, Any] = {
        "ddbload": 1,
        "name": "small",
        "table": {
            "name": "small",
            "key": {"pk": "S", "sk": "S"},
            "indexes": {"by_status": {"key": {"status": "S"}, "project": "keys"}},
        },
        "values": {
            "status": {"choice": {"open": 50, "paid": 50}},
            "note": {"text": {"size": {"lognormal": {"median": 900, "p99": 4000, "max": 20000}}}},
            "steps": {"text": {"size": {"histogram": {"200": 50, "1500": 30, "9000": 20}}}},
        },
        "items": {
            "order": {
                "of": {"customer": 40, "number": 10},
                "shape": {"pk": "c#{customer}", "sk": "o#{number}", "status": "{status}", "note": "{note}"},
            },
            "step": {"of": {"at": 10}, "shape": {"pk": "s#{at}", "sk": "s", "steps": "{steps}"}},
        },
        "operations": operations,
        "load": {"mix": dict.fromkeys(operations, 1), "rate": 50, "arrivals": "constant", "phases": [{"hold": "6s"}]},
    }
    document = {**document, **changed}
    return {one.name: one for one in workload_units(Scenario.model_validate(document)).operations}


TABLE, INDEX = Resource("small"), Resource("small", "by_status")


def write_of(one: OperationUnits, resource: Resource = TABLE) -> float:
    return one.consumption[resource].write.mean if resource in one.consumption else 0.0


def test_puts_of_sizes_that_are_counted_are_exact() -> None:
    found = tried({"put": {"put": "step", "pick": "next"}})["put"]
    assert write_of(found) == pytest.approx(0.5 * 1 + 0.3 * 2 + 0.2 * 9, abs=1e-9)
    assert found.consumption[TABLE].write.source == "exact"
    assert found.consumption[TABLE].write.std_err == 0
    assert found.tried[TABLE].write.mean != write_of(found)


def test_puts_of_a_continuous_distribution_are_within_a_hundredth() -> None:
    found = tried({"put": {"put": "order", "pick": "next"}})["put"]
    sizes = LognormalSizes(900, sigma_of_p99(900, 4000), most_bytes=20000)
    beside = 2 + 5 + 2 + 5 + 6 + 4 + 4  # names and values of the other attributes, about
    assert write_of(found) == pytest.approx(expected_write_units(ShiftedSizes(sizes, beside)), rel=0.01)


def test_rare_operations_are_known_well_in_the_long_run() -> None:
    operations = {"get": {"get": "order"}, "pay": {"update": "order", "set": {"status": "paid"}}}
    load = {"mix": {"get": 99, "pay": 1}, "rate": 50, "arrivals": "constant", "phases": [{"hold": "6s"}]}
    pay = tried(operations, load=load)["pay"]
    estimate = pay.consumption[TABLE].write
    assert pay.tried[TABLE].write.samples < 20
    assert estimate.std_err < 0.015 * estimate.mean


def test_probes_leave_the_items_as_they_are() -> None:
    operations = {"delete": {"delete": "order"}, "count": {"scan": "order", "pages": "all"}}
    load = {"mix": {"delete": 1, "count": 99}, "rate": 5, "arrivals": "constant", "phases": [{"hold": "6s"}]}
    assert tried(operations, load=load)["count"].rows == pytest.approx(410, abs=3)


def test_what_is_expected_of_a_condition_goes_before_what_was_tried() -> None:
    condition = {"update": "order", "set": {"status": "paid"}, "condition": "#status = 'open'"}
    found = tried({"pay": {**condition, "expect": {"fails": "25%"}}, "free": condition})
    assert found["pay"].outcomes == {"ok": 0.75, "condition_failed": 0.25}
    assert found["pay"].consumption[INDEX].write.source == "expect"
    assert write_of(found["pay"], INDEX) == pytest.approx(0.75 * 2)
    assert write_of(found["free"], INDEX) < 1.3
    assert any("expect says that 25% of the conditions fail" in note for note in found["pay"].notes)


def test_what_is_expected_of_a_query_goes_before_what_was_tried() -> None:
    found = tried({"all": {"query": "order", "key": "pk = {pk}", "expect": {"rows": 100}}})["all"]
    assert found.rows == 100
    assert found.consumption[TABLE].read.mean == pytest.approx(0.5 * 100 * 1100 / 4096, rel=0.1)
    assert any("expect says that 100 rows are read; in the trial it were 10.0" in note for note in found.notes)


def test_a_sparse_index_is_written_by_those_that_are_in_it() -> None:
    items = {
        "order": {
            "of": {"customer": 400},
            "shape": {"pk": "c#{customer}", "sk": "o", "status": "{status}"},
            "sparse": {"status": "30%"},
        }
    }
    found = tried(
        {"put": {"put": "order", "pick": "next"}, "drop": {"update": "order", "remove": ["status"]}}, items=items
    )
    assert write_of(found["put"], INDEX) == pytest.approx(0.3, abs=0.03)
    assert 0 < write_of(found["drop"], INDEX) < 0.3


def test_steps_of_a_session_follow_what_was_captured() -> None:
    operations = {
        "list": {"query": "order", "key": "pk = {pk}", "capture": {"sk": "last.sk"}},
        "drop": {"delete": "order"},
        "visit": {"session": ["list", "drop", "list", {"branch": {"not_found": ["end"]}}, "drop"]},
    }
    load = {"mix": {"visit": 1}, "rate": 30, "arrivals": "constant", "phases": [{"hold": "4s"}]}
    found = tried(operations, load=load)
    assert 1.9 < found["list"].calls[""] <= 2
    assert found["drop"].calls[""] <= found["list"].calls[""]
    assert found["drop"].added["order"] < -0.5
    assert found["list"].rows is not None
    assert found["list"].rows < 10


def test_a_closed_loop_is_tried_slot_after_slot() -> None:
    load = {"mix": {"get": 1}, "arrivals": {"closed": {"concurrency": 7}}, "phases": [{"hold": "10s"}]}
    found = tried({"get": {"get": "order", "consistent": True}}, load=load)["get"]
    assert found.calls == {"": 1.0}
    assert found.consumption[TABLE].read.mean == pytest.approx(1.0, abs=0.1)


def test_a_statement_of_several_partition_keys_is_a_query_of_each() -> None:
    statement = "SELECT * FROM \"small\" WHERE pk IN ['c#1', 'c#2', 'c#3']"
    found = tried({"select": {"execute": statement, "about": "order"}, "one": {"query": "order", "key": "pk = 'c#1'"}})
    assert found["select"].rows == 30
    assert found["select"].consumption[TABLE].read.mean > 2 * found["one"].consumption[TABLE].read.mean
    assert not found["select"].notes


def test_a_statement_that_is_followed_in_part_is_told() -> None:
    statement = 'UPDATE "small" SET l = set_add(l, <<1>>) WHERE pk = {pk} AND sk = {sk}'
    assert any(
        "followed in part" in note for note in tried({"add": {"execute": statement, "about": "order"}})["add"].notes
    )


def test_items_that_do_not_fit_are_told() -> None:
    found = tried({"add": {"update": "order", "add": {"note": 1}}})["add"]
    assert found.outcomes == {"rejected": 1.0}
    assert any("would refuse 100% of its calls" in note for note in found.notes)


def test_large_families_are_as_small_ones() -> None:
    operations = {
        "get": {"get": "order"},
        "recent": {"query": "order", "key": "pk = {pk}"},
        "open": {"query": "order", "index": "by_status", "key": "#status = 'open'", "limit": 50},
        "scan": {"scan": "order", "limit": 300},
        "pay": {"update": "order", "set": {"status": "paid"}},
    }
    shape = {"pk": "c#{customer}", "sk": "o#{number}", "status": "{status}", "note": "{note}"}
    small, large = (
        tried(operations, items={"order": {"of": {"customer": customers, "number": 10}, "shape": shape}})
        for customers in (2_000, 200_000)
    )
    for name, one in small.items():
        for resource, consumption in one.consumption.items():
            other, off = (
                large[name].consumption[resource],
                0.3 if name == "scan" else 0.05,
            )  # it reads the same 300 items
            assert other.read.mean == pytest.approx(consumption.read.mean, rel=off), name
            assert other.write.mean == pytest.approx(consumption.write.mean, rel=off), name
    assert large["open"].consumption[INDEX].read.source == "estimated"
    assert large["recent"].consumption[TABLE].read.source == "simulated"
