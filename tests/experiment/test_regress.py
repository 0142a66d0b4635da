"""What is asked of an experiment, found to be wrong before a target is touched; what there is at its end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ddbload.errors import DdbloadError, UsageError
from ddbload.experiment.asked import Experiment, RegressRequest, understood
from ddbload.experiment.bound import Bound, together
from ddbload.experiment.silent import Once, Silent

SCENARIO = """\
ddbload: 1
name: orders
seed: 5
params: {rate: 10, count: 10, hold: 1s}
table: {name: orders, key: {pk: S}}
items: {order: {of: {n: $count}, shape: {pk: "order#{n}"}}}
operations: {read: {get: order}}
load: {mix: {read: 1}, rate: $rate, phases: [{hold: $hold}]}
"""


@pytest.fixture
def ask(tmp_path: Path) -> Any:
    path = tmp_path / "orders.yaml"
    path.write_text(SCENARIO)

    def made(**words: Any) -> Experiment:
        return understood(RegressRequest(path, **words), Silent())

    return made


def test_sides_that_differ_by_their_transport_share_one_server(ask: Any) -> None:
    experiment = ask(target="local", new=["transport=sdk"])
    assert experiment.shares_target
    assert experiment.tags == {"base": "wire", "new": "sdk"}
    assert experiment.prepared["base"] is experiment.prepared["new"]  # compiled once


def test_sides_of_one_kind_have_a_server_each_so_that_the_machine_is_shown(ask: Any) -> None:
    assert not ask(base=["local"], new=["local"]).shares_target


def test_an_endpoint_is_one_server_whatever_the_sides_differ_by(ask: Any) -> None:
    assert ask(base=["http://localhost:1"], new=["http://localhost:1"]).shares_target


def test_each_parameter_set_is_read_and_compiled(ask: Any) -> None:
    experiment = ask(base=["count=20"], new=["count=30"], params={"hold": "2s"})
    assert [experiment.prepared[side].scenario.items["order"].count for side in ("base", "new")] == [20, 30]
    assert [experiment.prepared[side].planned_s for side in ("base", "new")] == [2.0, 2.0]
    assert experiment.subjects == {"base": {"params": "count=20"}, "new": {"params": "count=30"}}


def test_the_order_is_drawn_anew_unless_a_seed_is_given(ask: Any) -> None:
    assert ask(new=["local"], seed=9).design.seed == 9
    assert len({ask(new=["local"]).design.seed for _ in range(4)}) > 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({}, "nothing is said about either side"),
        ({"new": ["local"], "pairs": 1}, "--pairs 1: at least 2, since one pair has no spread"),
        ({"new": ["local"], "pilot": 1}, "--pilot 1: at least 2"),
        ({"new": ["local"], "max_pairs": 5}, "--max-pairs 5: at least 6; --pairs fixes a smaller number"),
        ({"new": ["local"], "pilot": 9, "max_pairs": 8}, "--max-pairs 8: at least 9"),
        ({"new": ["rte=3"]}, "the scenario has no parameter 'rte'"),
        ({"new": ["local"], "tag_base": "x", "tag_new": "x"}, "both sides would have the tag x"),
    ],
)
def test_what_is_wrong_is_said_before_a_target_is_touched(ask: Any, words: dict[str, Any], said: str) -> None:
    with pytest.raises(DdbloadError) as caught:
        ask(**words)
    assert said in str(caught.value)
    assert caught.value.exit_code == UsageError.exit_code


def test_bounds_add_up_and_one_without_a_bound_leaves_all_without() -> None:
    assert together([Bound(2, 0.5), Bound(3, 0.25)]) == Bound(5, 0.75)
    assert together([Bound(2, 0.5), Bound(None, 0.25), Bound(1, None)]) == Bound(None, None)


def test_of_many_runs_alike_each_thing_is_told_once() -> None:
    told: list[str] = []

    class Told(Silent):
        def note(self, text: str) -> None:
            told.append(text)

    once = Once(Told())
    for text in ("loaded", "warning", "loaded"):
        once.note(text)
    assert told == ["loaded", "warning"]


def test_a_margin_of_an_operation_that_there_is_not_is_refused_before_any_load(ask: Any) -> None:
    with pytest.raises(UsageError, match=r"red\.p50: no gate of that name; the operations are read"):
        ask(new=["transport=sdk"], margins={"red.p50": 0.03})


@pytest.mark.parametrize("gate", ["read.p50", "read.p99.9", "p99.9", "p50", "all.errors"])
def test_a_margin_of_what_the_scenario_has_is_left_to_the_runs(ask: Any, gate: str) -> None:
    assert ask(new=["transport=sdk"], margins={gate: 0.03}).request.margins == {gate: 0.03}


def test_a_parameter_that_there_is_not_is_blamed_on_the_option_that_gave_it(ask: Any) -> None:
    with pytest.raises(DdbloadError, match=r"^--new rat=50: the scenario has no parameter 'rat'"):
        ask(new=["rat=50"])
    with pytest.raises(DdbloadError, match=r"^-p rat=50: the scenario has no parameter 'rat'"):
        ask(new=["transport=sdk"], params={"rat": "50"})
