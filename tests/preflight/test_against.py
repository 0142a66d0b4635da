"""`check --target`: tables compared and permissions tried out at DynamoDB Local, where nothing is changed by it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest

from ddbload.preflight.against import Examination, examination_text, examine
from ddbload.scenario.load import parse_scenario
from ddbload.scenario.model import Scenario
from ddbload.target import Target, TargetOptions, open_target, probing
from ddbload.target.control import control_client
from ddbload.target.probing import permissions
from ddbload.target.schema import create_request

SCENARIO = """\
ddbload: 1
name: probed
table:
  name: {name}
  key: {{pk: S, sk: N}}
  indexes: {{by_state: {{key: {{partition: {{state: S, area: B}}}}, project: keys}}}}
values: {{state: {{choice: [new, done]}}, area: {{binary: {{size: 3}}}}}}
items: {{job: {{of: {{n: 10}}, shape: {{pk: "job#{{n}}", sk: "{{n}}", state: "{{state}}", area: "{{area}}"}}}}}}
operations:
  show: {{get: job}}
  add: {{put: job}}
  take: {{update: job, set: {{note: done}}}}
  drop: {{delete: job}}
  list: {{query: job, key: "pk = {{pk}}"}}
  work: {{query: job, index: by_state, key: "state = 'new' AND area = {{area}}"}}
  all_of: {{scan: job}}
  some: {{batch_get: [{{get: job}}]}}
  store: {{batch_write: [{{put: job}}]}}
  both: {{transact_get: [{{get: job}}]}}
  move: {{transact_write: [{{update: job, set: {{note: a}}}}, {{check: job, key: {{sk: 99}}, condition: absent}}]}}
  ask: {{execute: 'SELECT * FROM "{name}" WHERE pk = {{pk}} AND sk = {{sk}}', about: job}}
  tell: {{execute: 'UPDATE "{name}" SET note = {{state}} WHERE pk = {{pk}} AND sk = {{sk}}', about: job}}
  make: {{execute: "INSERT INTO \\"{name}\\" VALUE {{'pk': {{pk}}, 'sk': {{sk}}}}", about: job}}
  lose: {{execute: 'DELETE FROM "{name}" WHERE pk = {{pk}} AND sk = {{sk}}', about: job}}
load:
  mix: {{show: 1, add: 1, take: 1, drop: 1, list: 1, work: 1, all_of: 1, some: 1, store: 1, both: 1, move: 1, ask: 1,
        tell: 1, make: 1, lose: 1}}
  rate: 10
  phases: [{{hold: 10s}}]
"""


def _scenario(name: str = "") -> Scenario:
    return parse_scenario(SCENARIO.format(name=name or f"probed-{uuid4().hex[:8]}")).scenario


async def _create(url: str, scenario: Scenario) -> None:
    async with open_target(url, TargetOptions()) as target, control_client(target) as client:
        await client.create_table(**create_request(scenario.every_table[0], {}))


async def _items(url: str, scenario: Scenario) -> int:
    async with open_target(url, TargetOptions()) as target, control_client(target) as client:
        reply = await client.scan(TableName=scenario.every_table[0].name)
        return len(reply["Items"])


async def test_what_a_run_needs_is_tried_out_and_changes_nothing(dynamodb_local: str) -> None:
    scenario = _scenario()
    await _create(dynamodb_local, scenario)
    found = await examine(scenario, dynamodb_local, TargetOptions())
    assert {one.action: one.verdict for one in found.permissions if one.verdict != "allowed"} == {
        "dynamodb:BatchWriteItem": "unprobed",
        "dynamodb:PartiQLInsert": "unprobed",
    }, [one for one in found.permissions if one.said]
    assert len([one for one in found.permissions if one.verdict == "allowed"]) == 14
    assert found.exit_code == 0
    assert await _items(dynamodb_local, scenario) == 0


async def test_a_table_that_is_not_there_is_made_by_a_run(dynamodb_local: str) -> None:
    found = await examine(_scenario("nowhere"), dynamodb_local, TargetOptions())
    assert found.tables[0].remarks == ("it is not there; a run creates it",)
    assert {one.said for one in found.permissions} == {"the table is not there"}
    assert found.exit_code == 0


async def test_a_table_that_is_otherwise_is_told(dynamodb_local: str) -> None:
    scenario = _scenario()
    await _create(dynamodb_local, scenario)
    wanted = SCENARIO.replace("{{pk: S, sk: N}}", "{{pk: S, sk: S}}").replace('sk: "{{n}}"', 'sk: "n{{n}}"')
    wanted = wanted.replace("key: {{sk: 99}}", "key: {{sk: a}}")
    other = parse_scenario(wanted.format(name=scenario.every_table[0].name)).scenario
    found = await examine(other, dynamodb_local, TargetOptions())
    assert found.tables[0].wrong == ("the key is {pk: S, sk: N}, the scenario says {pk: S, sk: S}",)
    assert found.exit_code == 3


async def test_what_is_denied_is_told(monkeypatch: pytest.MonkeyPatch, dynamodb_local: str) -> None:
    scenario = _scenario()
    await _create(dynamodb_local, scenario)

    @asynccontextmanager
    async def denying(target: Target) -> AsyncIterator[Any]:
        async with control_client(target) as client:
            yield _Denying(client)

    monkeypatch.setattr(probing, "control_client", denying)
    found = await examine(scenario, dynamodb_local, TargetOptions())
    assert [one.action for one in found.permissions if one.verdict == "denied"] == [
        "dynamodb:DeleteItem",
        "dynamodb:ConditionCheckItem",
    ]
    assert found.exit_code == 1
    assert "denied: not authorized to perform dynamodb:DeleteItem" in " ".join(examination_text(found).split())


class _Denying:
    """A client that may not delete, nor check conditions in a transaction."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    async def delete_item(self, **_: Any) -> None:
        _deny("dynamodb:DeleteItem")

    async def transact_write_items(self, **request: Any) -> Any:
        if "ConditionCheck" in request["TransactItems"][0]:
            _deny("dynamodb:ConditionCheckItem")
        return await self._client.transact_write_items(**request)


def _deny(action: str) -> None:
    from botocore.exceptions import ClientError

    message = f"not authorized to perform {action}"
    raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": message}}, action)


def test_operations_that_need_the_same_stand_together() -> None:
    found = permissions(_scenario("jobs"))
    assert [one.operations for one in found if one.action == "dynamodb:BatchWriteItem"] == [("(loading)", "store")]
    assert [(one.table, one.index) for one in found if one.action == "dynamodb:Query"] == [
        ("jobs", None),
        ("jobs", "by_state"),
    ]


def test_an_examination_reads_as_a_table() -> None:
    found = Examination("here", ("a note",), (), permissions(_scenario("jobs"))[:2])
    assert examination_text(found).splitlines() == [
        "target     here",
        "note       a note",
        "",
        "operation         call            action                   on",
        "(loading), store  BatchWriteItem  dynamodb:BatchWriteItem  jobs  unprobed",
        "show              GetItem         dynamodb:GetItem         jobs  unprobed",
    ]


def test_an_examination_is_a_list_where_its_table_does_not_fit() -> None:
    found = Examination("here", (), (), permissions(_scenario("jobs"))[:2])
    assert examination_text(found, 60).splitlines() == [
        "target     here",
        "",
        "(loading), store: BatchWriteItem, dynamodb:BatchWriteItem on",
        "                  jobs: unprobed",
        "show: GetItem, dynamodb:GetItem on jobs: unprobed",
    ]
