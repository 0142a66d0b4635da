"""What else the bill holds, as a scenario says it."""

from __future__ import annotations

import pytest

from ddbload.errors import ScenarioError
from ddbload.scenario.load import parse_scenario

_PLAIN = """\
ddbload: 1
name: small
table: {name: small, key: {pk: S}}
items: {a: {of: {n: 10}, shape: {pk: "a{n}"}}}
operations: {read: {get: a}}
load: {mix: {read: 1}, rate: 10, phases: [{hold: 1s}]}
"""


def test_nothing_is_paid_for_beside_the_table_unless_it_is_said() -> None:
    bill = parse_scenario(_PLAIN).scenario.bill
    assert (bill.backups, bill.exports, bill.stream_readers, bill.free_tier, bill.dax) == (0, 0, None, False, None)


def test_exports_and_readers_fit_a_table_that_has_what_they_need() -> None:
    table = "table: {name: small, key: {pk: S}, recovery: true, streams: new-image, replicas: [eu-west-1]}"
    text = _PLAIN.replace("table: {name: small, key: {pk: S}}", table)
    bill = parse_scenario(text + "bill: {exports: 4, stream_readers: 2, new_replicas: true}\n").scenario.bill
    assert (bill.exports, bill.stream_readers, bill.new_replicas) == (4.0, 2, True)


@pytest.mark.parametrize(
    ("bill", "told"),
    [
        pytest.param("{exports: 1}", "exports only tables with point-in-time recovery", id="exports need recovery"),
        pytest.param("{incremental_exports: true}", "exports only tables with point-in-time", id="increments too"),
        pytest.param("{stream_readers: 1}", "no table has a stream to read", id="readers need a stream"),
        pytest.param("{new_replicas: true}", "no table has replicas", id="new replicas need replicas"),
        pytest.param("{backups: -1}", "bill.backups must be at least 0, found -1", id="backups are counted"),
        pytest.param("{restores: .inf}", "'.inf' is no number that fits anywhere here", id="infinity fits nowhere"),
        pytest.param("{dax: {node: r5.large}}", "a DAX node type is named like dax.r5.large", id="a node has a type"),
        pytest.param("{dax: {nodes: 12}}", "bill.dax.nodes must be at most 11, found 12", id="eleven nodes at most"),
        pytest.param("{internet: 120%}", "is more than the whole", id="a share of the whole"),
        pytest.param("{backup: 1}", "did you mean 'backups'", id="the nearest key is named"),
    ],
)
def test_a_wrong_bill_is_told_at_its_place(bill: str, told: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(f"{_PLAIN}bill: {bill}\n")
    assert any(told in str(problem) and problem.line == 7 for problem in caught.value.problems), caught.value.problems
