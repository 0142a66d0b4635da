"""Sessions, pages, segments, batches and transactions come to the same by wire and by SDK, from the same seed."""

from pathlib import Path
from typing import Any

import yaml

from tests.e2e.conftest import Command

SCENARIO = """
ddbload: 1
name: transports
seed: 5
table: {name: ddbload-transports, key: {pk: S, sk: S}}
values:
  status: {choice: {open: 1, paid: 2}}
  note: {text: {size: {uniform: {min: 20, max: 2000}}}}
  word: {words: 1}
  words: {set: {of: word, count: 2}}
items:
  customer: {of: {customer: 12}, shape: {pk: "c#{customer}", sk: profile, version: 1, words: "{words}"}}
  order:
    of: {number: 6, customer: 12}
    shape: {pk: "c#{customer}", sk: "order#{number}", status: "{status}", note: "{note}"}
operations:
  profile: {get: customer, capture: {version: item.version, words: item.words}}
  recent: {query: order, key: "pk = {pk} AND begins_with(sk, 'order#')", limit: 2, pages: 2, capture: {sk: any.sk}}
  pay: {update: order, set: {status: paid}, condition: "#status = 'open'", return_values: all_new}
  rename:
    update: customer
    set: {words: "{words}"}
    add: {version: 1}
    condition: "version = {version}"
  report: {scan: order, segments: 2, pages: all, limit: 20, filter: "#status = 'open'"}
  several: {batch_get: [{get: order, count: 4}, {get: customer, count: 2}]}
  store: {batch_write: [{put: order, count: 3, pick: next}]}
  place:
    transact_write: [{put: order, pick: {number: next}, condition: absent}, {update: customer, add: {version: 1}}]
  visit:
    session:
      - profile
      - recent
      - {repeat: [pay], times: {uniform: {min: 1, max: 2}}}
      - {branch: {condition_failed: [profile]}}
      - rename
load:
  mix: {visit: 4, report: 1, several: 1, store: 1, place: 1}
  arrivals: constant
  rate: 2                                 # one after the other, on a busy machine too, so that their order is the same
  phases: [{hold: 12s}]
client: {timeout: 30s, validity: {lag: 10s}}
"""


def counted(ran: Any) -> dict[str, Any]:
    """What does not depend on time: calls, outcomes and units of every operation."""
    return {
        name: (operation["count"], operation["outcomes"], operation["reasons"], operation["capacity"])
        for name, operation in ran.record["operations"].items()
    }


def test_the_same_calls_come_to_the_same(ddbload: Command, tmp_path: Path, dynamodb_local: str) -> None:
    found = []
    for transport in ("wire", "sdk"):
        document = yaml.safe_load(SCENARIO)
        document["table"]["name"] += f"-{transport}"
        scenario = tmp_path / f"{transport}.yaml"
        scenario.write_text(yaml.safe_dump(document, sort_keys=False))
        ran = ddbload(
            "run", scenario, "--target", dynamodb_local, "--drop", "--transport", transport, "--format", "json"
        )
        assert ran.code == 0, ran.err
        found.append(counted(ran))
    assert found[0] == found[1]
    assert {"visit", "recent", "recent/page", "report/page", "rename"} <= found[0].keys()
    assert found[0]["rename"][1].get("ok", 0) > 0
