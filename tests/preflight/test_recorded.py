"""A replay's trace is read before anything is sent."""

from pathlib import Path

import pytest

from ddbload.errors import ScenarioError
from ddbload.preflight.recorded import surveyed, trace_words
from ddbload.scenario.load import LoadedScenario, parse_scenario

SCENARIO = """
ddbload: 1
name: replayed
table: {name: things, key: {pk: S}}
items: {thing: {of: {n: 10}, shape: {pk: "thing#{n}"}}}
operations: {read: {get: thing}, write: {put: thing}}
load: {replay: {file: trace.csv, speed: 2, loop: 3, operations: {GetItem: read, PutItem: write}}}
"""


def loaded(folder: Path, *operations: str) -> LoadedScenario:
    rows = [f"{second},{operation},thing#{second}" for second, operation in enumerate(operations)]
    (folder / "trace.csv").write_text("\n".join(["time,operation,key", *rows]) + "\n")
    return parse_scenario(SCENARIO, folder=folder)


def test_what_will_be_replayed_is_said(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, "GetItem", "GetItem", "PutItem", "GetItem", "GetItem").scenario
    found = surveyed(scenario)
    assert found is not None
    assert list(trace_words(scenario, found)) == [
        "5 rows in 4s as recorded, 2s at 2x",
        "read 80.0%, write 20.0%",
        "3 times, 15 arrivals in all",
    ]


def test_a_row_that_no_operation_stands_for_is_an_error_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"trace.csv:3:1: .*no operation of the scenario stands for 'Query'"):
        surveyed(loaded(tmp_path, "GetItem", "Query").scenario)


def test_a_scenario_without_a_replay_has_no_trace(tmp_path: Path) -> None:
    text = SCENARIO.replace(
        SCENARIO[SCENARIO.index("\nload:") + 1 :], "load: {mix: {read: 1, write: 1}, rate: 1, phases: [{hold: 2s}]}"
    )
    assert surveyed(parse_scenario(text, folder=tmp_path).scenario) is None
