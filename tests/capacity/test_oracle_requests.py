"""DynamoDB Local as the oracle of batches, transactions, scans and fetches of a local index.

`DDBLOAD_EVIDENCE_EXAMPLES` sets the number of examples, for a long run. The model keeps to the documentation where
DynamoDB Local (3.3.1) differs from it; each difference is named here, and its number expected from DynamoDB Local:

- INDEX_WRITES_DOUBLED: it doubles the writes of indexes in a transaction, too. AWS's agent toolkit has them single.
- EQUAL_ONCE: actions of one transaction of writes that consume the same are in its sum once. The guide adds them up.
- ABSENT_DELETE_UNITS: a transaction's delete of nothing is 1 unit. The guide doubles the minimum of every write.
- A ConditionCheck is reported as a transactional read: 2 for each 4 KB. The model has it as a write, an upper bound.
- BATCH_ABSENT_DELETE_UNITS: a batch's delete of nothing is 2 units. The guide has the minimum, 1, as for DeleteItem.
- BATCH_MISSING_UNITS: a batch's read of a missing item is 0 units. The guide has the minimum, as for GetItem.
- NOTHING_READ_UNITS: a page that evaluates no item reports 0 units. The guide charges the minimum.
- FETCHED_ALWAYS: with a projection expression it fetches the items of a local index that does not hold everything,
  also where the index holds all that the projection names. The guide fetches only for what the index lacks.
- Cancelled transactions report nothing, as on the service; PartiQL's calls report nothing at all.
"""

from __future__ import annotations

import itertools
import os
import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from ddbload.capacity import (
    IndexShape,
    TableShape,
    WriteUnits,
    batch_get_units,
    batch_write_units,
    condition_check_units,
    item_bytes,
    needs_items,
    query_units,
    read_units,
    replayed_units,
    scan_units,
    sum_units,
    transact_get_units,
    transact_write_units,
)

EXAMPLES = int(os.environ.get("DDBLOAD_EVIDENCE_EXAMPLES", "25"))
oracle = settings(
    max_examples=EXAMPLES,
    derandomize=EXAMPLES <= 25,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
INDEX_WRITES_DOUBLED = 2
ABSENT_DELETE_UNITS = 1.0
BATCH_ABSENT_DELETE_UNITS = 2.0
BATCH_MISSING_UNITS = 0.0
NOTHING_READ_UNITS = 0.0
FETCHED_ALWAYS = True

SHAPE = TableShape(
    ("pk", "sk"),
    {"global": IndexShape(("status",), "all"), "local": IndexShape(("pk", "placed"), ("note",), local=True)},
)
Item = dict[str, Any]
Call = Callable[..., Any]
numbers = itertools.count()

sizes = st.builds(
    lambda kb, off: max(60, kb * 1024 + off), st.sampled_from([0, 1, 2, 4, 8]), st.sampled_from([-1, 0, 1, 300])
)
bodies = st.tuples(sizes, st.sampled_from([None, "open", "paid"]))
contents = st.lists(st.one_of(st.none(), bodies), min_size=1, max_size=6)


def fresh_key(pk: str | None = None) -> Item:
    number = next(numbers)
    return {"pk": {"S": pk or f"{number:08d}"}, "sk": {"S": f"{number:08d}"}}


def item_of(key: Item, body: tuple[int, str | None] | None) -> Item | None:
    """An item of that many bytes and that status, None for none."""
    if body is None:
        return None
    n_bytes, status = body
    item = {**key, **({"status": {"S": status}} if status else {})}
    return {**item, "p": {"S": "x" * (n_bytes - item_bytes(item) - 1)}}


@pytest.fixture(scope="module")
def name(client: Any) -> Iterator[str]:
    made = f"capacity-{uuid.uuid4().hex[:12]}"
    schema = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
    local = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["note"]}
    client.create_table(
        TableName=made,
        KeySchema=schema,
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk", "status", "placed")],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "global",
                "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        LocalSecondaryIndexes=[
            {
                "IndexName": "local",
                "KeySchema": [schema[0], {"AttributeName": "placed", "KeyType": "RANGE"}],
                "Projection": local,
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    yield made
    client.delete_table(TableName=made)


@pytest.fixture
def call(client: Any) -> Call:
    """Calls an operation and answers with what it consumed, by table and by index."""

    def call(operation: str, **request: Any) -> tuple[float, dict[str, float]]:
        answer = getattr(client, operation)(ReturnConsumedCapacity="INDEXES", **request)["ConsumedCapacity"]
        capacity = answer[0] if isinstance(answer, list) else answer
        indexes = {**capacity.get("GlobalSecondaryIndexes", {}), **capacity.get("LocalSecondaryIndexes", {})}
        units = {index: part["CapacityUnits"] for index, part in indexes.items() if part["CapacityUnits"]}
        return capacity["Table"]["CapacityUnits"], units

    return call


def put_all(client: Any, name: str, items: list[Item | None]) -> None:
    for item in items:
        if item is not None:
            client.put_item(TableName=name, Item=item)


# --- reads -----------------------------------------------------------------------------------------------------------


@oracle
@given(found=contents, consistent=st.booleans())
def test_a_batch_of_reads_consumes_what_the_model_says(
    client: Any, call: Call, name: str, found: list[tuple[int, str | None] | None], *, consistent: bool
) -> None:
    keys = [fresh_key() for _ in found]
    items = [item_of(key, body) for key, body in zip(keys, found, strict=True)]
    put_all(client, name, items)
    request = {name: {"Keys": keys, "ConsistentRead": consistent, "ProjectionExpression": "pk"}}
    present = [item for item in items if item is not None]
    missing = BATCH_MISSING_UNITS * items.count(None)
    assert call("batch_get_item", RequestItems=request) == (
        batch_get_units(present, consistent=consistent) + missing,
        {},
    )


@oracle
@given(found=contents)
def test_a_transaction_of_reads_consumes_what_the_model_says(
    client: Any, call: Call, name: str, found: list[tuple[int, str | None] | None]
) -> None:
    keys = [fresh_key() for _ in found]
    items = [item_of(key, body) for key, body in zip(keys, found, strict=True)]
    put_all(client, name, items)
    gets = [{"Get": {"TableName": name, "Key": key, "ProjectionExpression": "pk"}} for key in keys]
    assert call("transact_get_items", TransactItems=gets) == (transact_get_units(items), {})


@oracle
@given(stored=st.lists(bodies, max_size=5), segments=st.integers(1, 4), consistent=st.booleans(), counted=st.booleans())
def test_a_scan_consumes_what_the_model_says(
    client: Any, call: Call, stored: list[tuple[int, str | None]], segments: int, *, consistent: bool, counted: bool
) -> None:
    table = f"capacity-{uuid.uuid4().hex[:12]}"
    client.create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
        BillingMode="PAY_PER_REQUEST",
    )
    put_all(client, table, [item_of(fresh_key(), body) for body in stored])
    scan = {"TableName": table, "TotalSegments": segments, "ConsistentRead": consistent}
    pages = [sum(map(item_bytes, client.scan(Segment=segment, **scan)["Items"])) for segment in range(segments)]
    shown = {"Select": "COUNT"} if counted else {"ProjectionExpression": "pk"}
    consumed = [call("scan", Segment=segment, **scan, **shown) for segment in range(segments)]
    client.delete_table(TableName=table)
    expected = [scan_units([n], consistent=consistent) if n else NOTHING_READ_UNITS for n in pages]
    assert consumed == [(units, {}) for units in expected]


WANTED: list[tuple[str, dict[str, Any], tuple[str, ...] | str | None]] = [
    ("what the index holds", {}, "held"),
    ("a count", {"Select": "COUNT"}, "held"),
    ("all attributes", {"Select": "ALL_ATTRIBUTES"}, None),
    ("an attribute that it lacks", {"ProjectionExpression": "p"}, ("p",)),
    ("an attribute that it holds", {"ProjectionExpression": "note"}, ("note",)),
]


@pytest.mark.parametrize(("shown", "wanted"), [row[1:] for row in WANTED], ids=[row[0] for row in WANTED])
@pytest.mark.parametrize("consistent", [True, False])
def test_a_local_index_fetches_what_the_model_says(
    client: Any,
    call: Call,
    name: str,
    shown: dict[str, Any],
    wanted: tuple[str, ...] | str | None,
    *,
    consistent: bool,
) -> None:
    pk = f"local-{next(numbers)}"
    entries = [{**fresh_key(pk), "placed": {"S": "1"}, "note": {"S": "n" * 200}} for _ in range(4)]
    items = [{**entry, "p": {"S": "x" * (300 + 2000 * i)}} for i, entry in enumerate(entries)]
    put_all(client, name, list(items))
    fetched: list[int] = []
    if not isinstance(wanted, str) and (needs_items(SHAPE, "local", wanted) or FETCHED_ALWAYS):
        fetched = [item_bytes(item) for item in items]
    consumed = call(
        "query",
        TableName=name,
        IndexName="local",
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": pk}},
        ConsistentRead=consistent,
        **shown,
    )
    n_bytes = sum(map(item_bytes, entries))
    table, indexes = consumed
    assert table + sum(indexes.values()) == query_units(n_bytes, consistent=consistent, fetched_bytes=fetched)
    assert table == sum(read_units(n, consistent=consistent) for n in fetched)


# --- writes ----------------------------------------------------------------------------------------------------------

changes = st.lists(st.tuples(st.one_of(st.none(), bodies), st.one_of(st.none(), bodies)), min_size=1, max_size=6)
Bodies = list[tuple[tuple[int, str | None] | None, tuple[int, str | None] | None]]


def made(client: Any, name: str, drawn: Bodies) -> tuple[list[Item], list[tuple[Item | None, Item | None]]]:
    """Keys and changes of drawn bodies, with the items before in the table."""
    keys = [fresh_key() for _ in drawn]
    several = [(item_of(key, old), item_of(key, new)) for key, (old, new) in zip(keys, drawn, strict=True)]
    put_all(client, name, [old for old, _ in several])
    return keys, several


@oracle
@given(drawn=changes)
def test_a_batch_of_writes_consumes_what_the_model_says(client: Any, call: Call, name: str, drawn: Bodies) -> None:
    keys, several = made(client, name, drawn)
    requests = [
        {"DeleteRequest": {"Key": key}} if new is None else {"PutRequest": {"Item": new}}
        for key, (_, new) in zip(keys, several, strict=True)
    ]
    units = batch_write_units((change for change in several if change != (None, None)), SHAPE)
    absent = BATCH_ABSENT_DELETE_UNITS * several.count((None, None))
    assert call("batch_write_item", RequestItems={name: requests}) == (units.table + absent, units.indexes)


def reported_for(old: Item | None, new: Item | None) -> WriteUnits:
    """The model's units of a write in a transaction, with the differences of DynamoDB Local."""
    units = transact_write_units(old, new, SHAPE)
    table = ABSENT_DELETE_UNITS if old is None and new is None else units.table
    return WriteUnits(table, {index: INDEX_WRITES_DOUBLED * written for index, written in units.indexes.items()})


def equal_once(parts: Iterable[WriteUnits]) -> WriteUnits:
    """EQUAL_ONCE."""
    distinct = {(part.table, *part.indexes.items()): part for part in parts}
    return sum_units(distinct.values())


@oracle
@given(drawn=changes, checked=st.lists(bodies, max_size=3))
def test_a_transaction_of_writes_consumes_what_the_model_says(
    client: Any, call: Call, name: str, drawn: Bodies, checked: list[tuple[int, str | None]]
) -> None:
    keys, several = made(client, name, drawn)
    actions: list[dict[str, Any]] = [
        {"Delete": {"TableName": name, "Key": key}} if new is None else {"Put": {"TableName": name, "Item": new}}
        for key, (_, new) in zip(keys, several, strict=True)
    ]
    units = [reported_for(old, new) for old, new in several]
    for key, body in ((fresh_key(), body) for body in checked):
        item = item_of(key, body)
        put_all(client, name, [item])
        check = {"TableName": name, "Key": key, "ConditionExpression": "attribute_exists(pk)"}
        actions.append({"ConditionCheck": check})
        units.append(WriteUnits(transact_get_units([item]), {}))
        assert units[-1].table <= condition_check_units(item)
    assert call("transact_write_items", TransactItems=actions) == equal_once(units)


@oracle
@given(body=bodies)
def test_a_transaction_done_before_consumes_reads(call: Call, name: str, body: tuple[int, str | None]) -> None:
    item = item_of(fresh_key(), body)
    request = {"TransactItems": [{"Put": {"TableName": name, "Item": item}}], "ClientRequestToken": uuid.uuid4().hex}
    call("transact_write_items", **request)
    table, _ = call("transact_write_items", **request)
    assert table == replayed_units([item])
