"""DynamoDB Local as the oracle of the trial: the same calls, one after another, on the same items.

Units, outcomes, rows and, in the end, every item have to be the same. `DDBLOAD_EVIDENCE_EXAMPLES` sets the number of
rounds of 500 arrivals in twenties, each with a seed of its own, for a long run. Where DynamoDB Local (3.3.1) differs
from the documentation, the trial keeps to the latter, and these are expected from DynamoDB Local:

- nothing read: a query or a scan that evaluates no item reports 0 units. The guide charges the minimum ("DynamoDB read
  and write operations", "Capacity unit consumption for read operations").
- missing items of a batch: BatchGetItem reports 0 units for each. The guide charges the minimum, as for GetItem.
- absent deletes of a batch: BatchWriteItem reports 2 units for each. The guide charges 1, as for DeleteItem.
- index writes of transactions: are doubled, too. The guide doubles the writes of items ("Amazon DynamoDB Transactions:
  How it works"); that those of indexes stay single is what AWS's agent toolkit has measured.
- scans of a global index: are sized by the whole items. The guide sizes reads of an index by its entries ("Using Global
  Secondary Indexes in DynamoDB", "Read capacity units").
- failed conditions and cancelled transactions: nothing is reported. The guide charges them ("Capacity unit consumption
  for write operations").
- PartiQL: no units are named. A statement consumes what its counterpart does ("PartiQL for DynamoDB").
- the order of entries of an index with equal keys, and which items a segment has: the guide leaves them open.
"""

from __future__ import annotations

import os
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import botocore.exceptions
import pytest

from ddbload.capacity import index_writes, item_bytes, query_units
from ddbload.operation import Draw, Outcome, fill
from ddbload.planner.resource import Resource
from ddbload.planner.trial.calls import Simulated, simulated
from ddbload.planner.trial.conditions import stored
from ddbload.planner.trial.course import Trial
from ddbload.planner.trial.effects import Effect
from ddbload.planner.trial.population import Population, population
from ddbload.scenario.model import Scenario
from ddbload.target.schema import create_request
from ddbload.workload import CompiledOperation, ItemMaker, compile_workload

ROUNDS = max(1, int(os.environ.get("DDBLOAD_EVIDENCE_EXAMPLES", "1")) // 20)
PATH = Path(__file__).parent / "trial_everything.yaml"
_METHODS = {
    "GetItem": "get_item",
    "PutItem": "put_item",
    "UpdateItem": "update_item",
    "DeleteItem": "delete_item",
    "Query": "query",
    "Scan": "scan",
    "BatchGetItem": "batch_get_item",
    "BatchWriteItem": "batch_write_item",
    "TransactGetItems": "transact_get_items",
    "TransactWriteItems": "transact_write_items",
    "ExecuteStatement": "execute_statement",
    "BatchExecuteStatement": "batch_execute_statement",
}
INDEX_WRITES_DOUBLED = 2


@pytest.fixture(scope="module")
def client(dynamodb_local: str) -> Iterator[Any]:
    made = boto3.client(
        "dynamodb",
        endpoint_url=dynamodb_local,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    yield made
    made.close()


def everything(seed: int) -> Scenario:
    """The scenario with tables of its own."""
    name = uuid.uuid4().hex[:10]
    text = PATH.read_text().replace("name: main", f"name: main-{name}").replace("name: other", f"name: other-{name}")
    text = text.replace('\\"main\\"', f'\\"main-{name}\\"').replace('\\"other\\"', f'\\"other-{name}\\"')
    from ddbload.scenario.load import read_scenario

    return read_scenario(text, str(PATH), PATH.parent).model_copy(update={"seed": seed})


def create(client: Any, scenario: Scenario, states: Population) -> None:
    for table in scenario.every_table:
        client.create_table(**create_request(table, {}))
        for item in states.tables[table.name].items.values():
            client.put_item(TableName=table.name, Item=item)


def units_of(answer: Mapping[str, Any]) -> dict[Resource, float]:
    """What an answer reports; the units of local indexes are their tables'."""
    said = answer.get("ConsumedCapacity", ())
    found: Counter[Resource] = Counter()
    for one in said if isinstance(said, list) else [said]:
        table = one["TableName"]
        found[Resource(table)] += one.get("Table", {}).get("CapacityUnits", 0.0)
        found[Resource(table)] += sum(i["CapacityUnits"] for i in one.get("LocalSecondaryIndexes", {}).values())
        for name, index in one.get("GlobalSecondaryIndexes", {}).items():
            found[Resource(table, name)] += index["CapacityUnits"]
    return {resource: units for resource, units in found.items() if units}


def outcome_of(api: str, answer: Mapping[str, Any]) -> Outcome:
    if api == "GetItem":
        return Outcome.OK if "Item" in answer else Outcome.NOT_FOUND
    if api in {"BatchGetItem", "TransactGetItems"}:
        found = answer["Responses"]
        any_item = any(found.values()) if isinstance(found, dict) else any("Item" in one for one in found)
        return Outcome.OK if any_item else Outcome.NOT_FOUND
    if api == "BatchExecuteStatement" and any("Error" in one for one in answer["Responses"]):
        return Outcome.CONDITION_FAILED
    return Outcome.OK


def refusal(error: Any) -> Outcome:
    code = error.response["Error"]["Code"]
    reasons = {one["Code"] for one in error.response.get("CancellationReasons", ())}
    if code == "ConditionalCheckFailedException" or "ConditionalCheckFailed" in reasons:
        return Outcome.CONDITION_FAILED
    assert code == "ValidationException" or "ValidationError" in reasons, error
    return Outcome.REJECTED


class Both:
    """An operation that is done in the trial and on DynamoDB Local, and compared."""

    def __init__(self, client: Any, states: Population, compiled: CompiledOperation, called: Counter[str]) -> None:
        self.client, self.states, self.compiled, self.called = client, states, compiled, called
        self.inner: Simulated = simulated(states, compiled)

    def __call__(self, draw: Draw, keep: bool = True) -> Effect:  # noqa: ARG002 - the trial's contract
        operation = self.compiled.operation
        more = self._unlike(draw)
        effect = self.inner(draw)
        self.called[operation.name] += 1
        request = fill(operation.request, draw)
        answer, outcome = self._answer(request)
        assert effect.outcome == outcome, (operation.name, request, answer)
        if outcome in {Outcome.CONDITION_FAILED, Outcome.REJECTED}:
            return effect
        if operation.api in {"Query", "Scan"}:
            assert effect.rows == answer["ScannedCount"], (operation.name, request)
        if "Statement" not in operation.api:
            assert self._expected(effect, more) == units_of(answer), (operation.name, request, answer)
        elif "Items" in answer:
            assert effect.rows in {0.0, len(answer["Items"])}, (operation.name, request)
        return effect

    def _answer(self, request: Mapping[str, Any]) -> tuple[Any, Outcome]:
        api = self.compiled.operation.api
        try:
            answer = getattr(self.client, _METHODS[api])(**request)
        except botocore.exceptions.ClientError as error:
            return error, refusal(error)
        return answer, outcome_of(api, answer)

    def _unlike(self, draw: Draw) -> dict[Resource, float]:
        """What DynamoDB Local will report more of a table: for absent deletes of a batch, and for writes of local
        indexes in a transaction.
        """
        more = {Resource(part.table): 0.0 for part in self.compiled.parts}
        for part in self.compiled.parts:
            if part.kind not in {"put", "delete"}:
                continue
            node = fill(part.node, draw)
            shape = self.states.tables[part.table].shape
            before = self.states.item(part, draw, {name: node[name] for name in shape.key})[2]
            if self.compiled.operation.api == "BatchWriteItem" and part.kind == "delete" and before is None:
                more[Resource(part.table)] += 1
            if self.compiled.operation.api == "TransactWriteItems":
                written = index_writes(before, node, shape)
                more[Resource(part.table)] += sum(n for name, n in written.items() if shape.indexes[name].local)
        return more

    def _expected(self, effect: Effect, more: Mapping[Resource, float]) -> dict[Resource, float]:
        """The trial's units with the differences of DynamoDB Local."""
        api = self.compiled.operation.api
        found = {resource: read + write for resource, (read, write) in effect.units.items()}
        if api in {"Query", "Scan"} and not effect.rows:
            return {}
        if api == "Scan" and (index := self.compiled.operation.index):
            table = self.states.tables[self.compiled.operation.table]
            whole = [item_bytes(table.items[key]) for key in table.listing(f"*{index}").held]
            return {Resource(table.name, index): query_units(sum(whole))}
        if api == "BatchGetItem":
            for part, answer in zip(self.compiled.parts, effect.reply["Responses"], strict=True):
                found[Resource(part.table)] -= 0 if answer else 1.0 if part.consistent else 0.5
        if api == "TransactWriteItems":
            found = {
                resource: units * (INDEX_WRITES_DOUBLED if resource.index else 1) for resource, units in found.items()
            }
        for resource, units in more.items():
            found[resource] = found.get(resource, 0.0) + units
        return {resource: units for resource, units in found.items() if units}


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_every_operation_does_and_consumes_what_dynamodb_local_says(client: Any, seed: int) -> None:
    scenario = everything(seed)
    workload = compile_workload(scenario)
    states = population(scenario, {family: ItemMaker(scenario, family) for family in scenario.items})
    create(client, scenario, states)
    called: Counter[str] = Counter()
    trial = Trial(workload, [Both(client, states, one, called) for one in workload.compiled])
    for block in workload.open_loop(0, 1):
        for position, slot, draw in zip(block.operations, block.slots, block.draws, strict=True):
            trial.arrive(position, slot, draw)
    assert {name.partition("/")[0] for name in called} >= set(scenario.load.mix or ())
    assert sum(called.values()) >= 500
    for table in scenario.every_table:
        pages = client.get_paginator("scan").paginate(TableName=table.name, ConsistentRead=True)
        there = {frozen(item) for page in pages for item in page["Items"]}
        assert {frozen(item) for item in states.tables[table.name].items.values()} == there
        client.delete_table(TableName=table.name)


def frozen(item: Mapping[str, Any]) -> Any:
    return frozenset((name, stored(value)) for name, value in item.items())
