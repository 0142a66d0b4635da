"""`run --verify`: right on DynamoDB Local, and not on a server that makes its answers up."""

import json
from pathlib import Path

from ddbload.standin.process import standin_process
from tests.e2e.conftest import Command

SCENARIO = """
ddbload: 1
name: verified
seed: 3
table: {name: ddbload-verified, key: {pk: S}}
values: {note: {text: {size: {uniform: {min: 5, max: 90}}}}}
items: {thing: {of: {n: 40}, shape: {pk: "thing#{n}", note: "{note}", count: 0}}}
operations:
  read: {get: thing, consistent: true, pick: {zipf: 0.9}}
  write: {put: thing, pick: {zipf: 0.9}}
  count: {update: thing, add: {count: 1}, pick: {zipf: 0.9}}
  drop: {delete: thing, pick: {zipf: 0.9}}
  swap: {transact_write: [{update: thing, set: {note: "{note}"}}]}
load: {mix: {read: 5, write: 2, count: 3, drop: 1, swap: 1}, arrivals: poisson, rate: 150, phases: [{hold: 2s}]}
client: {max_in_flight: 32, timeout: 30s, validity: {lag: 10s}}
"""


def test_what_dynamodb_local_does_is_right(ddbload: Command, tmp_path: Path, dynamodb_local: str) -> None:
    scenario = tmp_path / "verified.yaml"
    scenario.write_text(SCENARIO)
    ran = ddbload(
        "run", scenario, "--target", dynamodb_local, "--drop", "--verify", "--workers", "2", "--format", "json"
    )
    assert ran.code == 0, ran.err
    found = ran.record["verify"]
    assert 20 < found["items"] <= 40
    assert found["writes"] > 50
    assert found["reads"]["reads"] > found["items"]
    assert (found["lost"], found["reads"]["wrong"], found["reads"]["stale_consistent"]) == (0, 0, 0)


def test_made_up_answers_are_wrong_and_fail_the_run(ddbload: Command, tmp_path: Path) -> None:
    scenario = tmp_path / "verified.yaml"
    scenario.write_text(SCENARIO)
    with standin_process(("null",)) as server:
        ran = ddbload("run", scenario, "--target", server.url, "--verify", "--no-load", "--format", "json")
    assert ran.code == 1, ran.err
    assert json.loads(ran.out)["verify"]["reads"]["wrong"] > 0
    assert any(reason.startswith("verify: ") for reason in ran.record["reasons"])


def test_a_table_that_no_load_leaves_empty_is_told(ddbload: Command, tmp_path: Path, dynamodb_local: str) -> None:
    scenario = tmp_path / "verified.yaml"
    scenario.write_text(SCENARIO.replace("hold: 2s", "hold: 500ms").replace("ddbload-verified", "ddbload-left-empty"))
    ran = ddbload("run", scenario, "--target", dynamodb_local, "--drop", "--no-load", "--format", "json")
    said = "table ddbload-left-empty was created just now, and --no-load leaves it empty"
    assert said in ran.record["warnings"]
    assert f"warning: {said}" in ran.err
