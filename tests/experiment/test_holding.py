"""What lies in tables while an experiment runs, and what is done about it."""

from __future__ import annotations

from typing import Any

import pytest

from ddbload.experiment.holding import Holding, Need, collide, writes
from tests.experiment.conftest import Load

READS = {"mix": {"read": 1, "write": 0}}
LARGER = {"thing": {"of": {"number": 11}, "shape": {"pk": "no#{number}", "note": "{note}"}}}


@pytest.mark.parametrize(
    ("operations", "mix", "expected"),
    [
        pytest.param({}, {"read": 1, "write": 1}, True, id="a put"),
        pytest.param({}, {"read": 1, "write": 0}, False, id="a put that never comes"),
        pytest.param({"list": {"scan": "thing"}}, {"list": 1}, False, id="a scan"),
        pytest.param({"gone": {"delete": "thing"}}, {"gone": 1}, True, id="a delete"),
        pytest.param({"both": {"session": ["read", "write"]}}, {"both": 1}, True, id="a put within a session"),
        pytest.param({"tx": {"transact_get": [{"get": "thing"}]}}, {"tx": 1}, False, id="a transaction that reads"),
    ],
)
def test_a_scenario_writes_where_what_is_sent_changes_items(
    scenario: Load, operations: dict[str, Any], mix: dict[str, float], *, expected: bool
) -> None:
    every = {"read": {"get": "thing"}, "write": {"put": "thing"}, **operations}
    assert writes(scenario(operations=every, load={"mix": mix}).scenario) is expected


def test_what_only_reads_is_loaded_once(scenario: Load) -> None:
    reads = scenario(load=READS).scenario
    holding = Holding(fresh=True)
    assert holding.need(reads) is Need.items
    assert holding.after(reads).need(reads) is Need.nothing


def test_what_writes_is_made_anew_before_every_run(scenario: Load) -> None:
    both = scenario().scenario
    holding = Holding(fresh=True)
    assert holding.need(both) is Need.items
    assert holding.after(both).need(both) is Need.renewal


def test_a_target_that_was_there_before_may_hold_what_earlier_runs_wrote(scenario: Load) -> None:
    assert Holding(fresh=False).need(scenario().scenario) is Need.renewal
    assert Holding(fresh=False).need(scenario(load=READS).scenario) is Need.items


def test_sides_that_fill_a_table_differently_make_it_anew_in_turn(scenario: Load) -> None:
    few, many = scenario(load=READS).scenario, scenario(load=READS, items=LARGER).scenario
    assert collide(few, many) == ("things",)
    holding = Holding(fresh=True).after(few)
    assert holding.need(many) is Need.renewal
    assert holding.after(many).need(many) is Need.nothing


def test_sides_that_differ_by_their_load_alone_share_the_items(scenario: Load) -> None:
    slow, fast = scenario(load=READS, rate=100).scenario, scenario(load=READS, rate=200).scenario
    assert collide(slow, fast) == ()
    assert Holding(fresh=True).after(slow).need(fast) is Need.nothing
