"""Loading items: in batches, retried, resumed, and not twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ddbload.errors import TargetError
from ddbload.operation import Call, Operation, Outcome
from ddbload.scenario.model import CsvColumn, Scenario
from ddbload.target import Target
from ddbload.target.batches import BatchWriter, Persistence
from ddbload.target.control import control_client
from ddbload.target.loading import LoadOptions, family_sha256, load
from ddbload.target.records import Records
from ddbload.target.tables import Adopted, adopt
from ddbload.transport.protocol import ConnectionCounts, Endpoint, OnDone
from ddbload.workload.items import item_at

Orders = Callable[..., Scenario]
Script = Callable[[int, list[Any]], tuple[Outcome, list[Any]]]


class Table:
    """A transport that keeps items by their sort and partition key and answers as its script says.

    The script gets the number of the request and its puts, and returns the outcome and the puts left unprocessed.
    """

    def __init__(self, script: Script = lambda _number, _puts: (Outcome.OK, [])) -> None:
        self.items: dict[tuple[str, str], Any] = {}
        self.batches: list[int] = []
        self.script = script

    @property
    def counts(self) -> ConnectionCounts:
        return ConnectionCounts()

    def prepare(self, operation: Operation) -> Operation:
        return operation

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    def submit(self, call: Call, on_done: OnDone) -> None:
        request = call.prepared.request
        if call.prepared.api == "GetItem":
            found = (request["Key"]["pk"]["S"], request["Key"]["sk"]["S"]) in self.items
            call.outcome = Outcome.OK if found else Outcome.NOT_FOUND
        else:
            ((table, puts),) = request["RequestItems"].items()
            self.batches.append(len(puts))
            call.outcome, left = self.script(len(self.batches), puts)
            call.reason = "as scripted"
            for put in puts if call.outcome is Outcome.OK else ():
                if put not in left:
                    item = put["PutRequest"]["Item"]
                    self.items[item["pk"]["S"], item["sk"]["S"]] = item
            call.reply = {"UnprocessedItems": {table: left} if left else {}}
        on_done(call)


TARGET = Target("endpoint", Endpoint("http://127.0.0.1:1", "us-east-1"), loopback=True, label="a table of the test")
ONE_BY_ONE = LoadOptions(in_flight=1, persistence=Persistence(attempts=3, base_s=0, max_s=0))


def adopted(scenario: Scenario) -> Adopted:
    return Adopted(scenario.every_table[0].name, created=True, owned=True, created_ms=1_000)


async def run(scenario: Scenario, table: Table, records: Records, **changes: Any) -> Any:
    (result,) = await load(
        changes.get("target", TARGET),
        [changes.get("adopted", adopted(scenario))],
        scenario,
        options=ONE_BY_ONE,
        records=records,
        transport=table,
    )
    return result


async def test_every_item_is_written_once_in_batches_of_25(orders: Orders, records: Records) -> None:
    scenario, table = orders(), Table()
    result = await run(scenario, table, records)
    assert table.batches == [25, 25, 10]
    assert list(table.items.values()) == item_at(scenario, "order").items(0, 60)
    assert (result.count, result.written) == (60, 60)


async def test_a_loaded_table_is_not_loaded_again(orders: Orders, records: Records) -> None:
    scenario, table = orders(), Table()
    first = await run(scenario, table, records)
    again = await run(scenario, table, records)
    assert len(table.batches) == 3
    assert (again.count, again.written, again.checksum) == (60, 0, first.checksum)
    assert str(again) == f"order: already loaded: 60 items, checksum {first.checksum[:12]}"


async def test_a_load_that_was_cut_short_goes_on_where_it_stopped(orders: Orders, records: Records) -> None:
    scenario = orders()
    table = Table(lambda number, _puts: (Outcome.REJECTED if number == 2 else Outcome.OK, []))
    with pytest.raises(TargetError, match="rejected: as scripted"):
        await run(scenario, table, records)
    table.script = lambda _number, _puts: (Outcome.OK, [])
    result = await run(scenario, table, records)
    whole = await run(scenario, Table(), Records(records._folder / "other"))
    assert (result.count, result.written) == (60, 35)
    assert result.checksum == whole.checksum
    assert len(table.items) == 60


@pytest.mark.parametrize("what", ["another table of the name", "other items", "an item is missing", "a dying target"])
async def test_a_load_starts_over_when_the_record_does_not_hold(orders: Orders, records: Records, what: str) -> None:
    scenario, table = orders(), Table()
    await run(scenario, table, records)
    changes: dict[str, Any] = {}
    if what == "another table of the name":
        changes["adopted"] = replace(adopted(scenario), created_ms=2_000)
    elif what == "other items":
        scenario = scenario.model_copy(update={"seed": 2})
    elif what == "an item is missing":
        table.items.popitem()
    else:
        changes["target"] = replace(TARGET, ephemeral=True)
    assert (await run(scenario, table, records, **changes)).written == 60


async def test_unprocessed_items_are_sent_again_until_none_is_left(orders: Orders, records: Records) -> None:
    table = Table(lambda number, puts: (Outcome.OK, puts[1:]) if number < 4 else (Outcome.OK, []))
    await run(orders(), table, records)
    assert table.batches == [25, 24, 23, 22, 25, 10]
    assert len(table.items) == 60


@pytest.mark.parametrize(
    "outcome", [Outcome.THROTTLED, Outcome.SERVER_ERROR, Outcome.TIMEOUT, Outcome.CONNECTION, Outcome.CORRUPT]
)
async def test_what_may_pass_is_tried_again(orders: Orders, records: Records, outcome: Outcome) -> None:
    table = Table(lambda number, _puts: (outcome if number < 3 else Outcome.OK, []))
    await run(orders(), table, records)
    assert table.batches == [25, 25, 25, 25, 10]


async def test_what_does_not_pass_is_an_error_that_names_table_and_item(orders: Orders, records: Records) -> None:
    scenario = orders()
    with pytest.raises(TargetError, match="throttled: as scripted, 3 times in a row") as caught:
        await run(scenario, Table(lambda _number, _puts: (Outcome.THROTTLED, [])), records)
    assert scenario.every_table[0].name in str(caught.value)
    assert "'cust#0'" in str(caught.value)


async def test_fruitless_attempts_are_spaced_by_jittered_doubling_pauses() -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    item = {"pk": {"S": "a"}, "sk": {"S": "b"}}
    persistence = Persistence(attempts=9, base_s=1.0, max_s=16.0)
    table = Table(lambda number, _puts: (Outcome.THROTTLED if number < 8 else Outcome.OK, []))
    await BatchWriter(table, "orders", ("pk", "sk"), persistence, sleep).write([item])
    ceilings = [2.0, 4.0, 8.0, 16.0, 16.0, 16.0, 16.0]
    assert len(pauses) == len(ceilings)
    assert all(0 <= pause <= ceiling for pause, ceiling in zip(pauses, ceilings, strict=True))
    assert len(set(pauses)) == len(pauses)


async def test_progress_counts_items_and_bytes(orders: Orders, records: Records) -> None:
    scenario = orders()
    told: list[tuple[int, int, int]] = []
    await load(
        TARGET, [adopted(scenario)], scenario,
        progress=lambda *each: told.append(each), options=ONE_BY_ONE, records=records, transport=Table(),
    )  # fmt: skip
    assert [done for done, _, _ in told] == [0, 25, 50, 60]
    assert {total for _, total, _ in told} == {60}
    assert told[-1][2] > 60 * 100


def test_the_hash_of_a_family_follows_all_that_decides_its_items(orders: Orders) -> None:
    scenario = orders()
    values = {**scenario.values, "more": scenario.values["status"]}
    hashes = [
        family_sha256(scenario, "order"),
        family_sha256(scenario.model_copy(update={"seed": 2}), "order"),
        family_sha256(scenario.model_copy(update={"values": values}), "order"),
        family_sha256(orders(key={"pk": "S"}), "order"),
    ]
    assert len(set(hashes)) == 4
    assert family_sha256(scenario.model_copy(update={"name": "other"}), "order") == hashes[0]


def test_the_hash_of_a_family_follows_the_data_files_of_its_values(
    orders: Orders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    city = CsvColumn.model_validate({"csv": {"file": "cities.csv", "column": "city"}})
    scenario = orders()
    scenario = scenario.model_copy(update={"values": {**scenario.values, "status": city}})
    hashes = set()
    for name in ("Bern", "Rome"):
        Path("cities.csv").write_text(f"city\n{name}\n")
        hashes.add(family_sha256(scenario, "order"))
    assert len(hashes) == 2


async def test_a_real_table_holds_what_was_loaded_and_is_not_loaded_again(
    dynamodb_local: str, orders: Orders, records: Records
) -> None:
    scenario = orders()
    target = replace(TARGET, endpoint=Endpoint(dynamodb_local, "us-east-1"))
    table = await adopt(target, scenario.every_table[0], owner="run-1", records=records)
    await load(target, [table], scenario, records=records)
    (again,) = await load(target, [table], scenario, records=records)
    async with control_client(target) as client:
        found = (await client.scan(TableName=scenario.every_table[0].name, ConsistentRead=True))["Items"]
    wanted = item_at(scenario, "order").items(0, 60)
    assert again.written == 0
    assert sorted(map(repr, map(_sorted, found))) == sorted(map(repr, map(_sorted, wanted)))


def _sorted(item: dict[str, Any]) -> list[Any]:
    return sorted(item.items())
