"""DynamoDB Local as the oracle: the units that it reports for random items are those of the model.

`DDBLOAD_EVIDENCE_EXAMPLES` sets the number of examples, for a long run. The model keeps to the documentation where
DynamoDB Local (3.3.1) differs from it; each difference is named here, and its number expected from DynamoDB Local:

- LOCAL_ENTRY_EXTRA_BYTES: a write to a local secondary index is sized with 100 bytes on top of its entry. The guide
  has these 100 bytes in storage only ("Local secondary indexes", section "Storage considerations").
- NOTHING_READ_UNITS: a Query that evaluates no item reports 0 units. The guide charges the minimum ("DynamoDB read
  and write operations", section "Capacity unit consumption for read operations").
- SWAPPED: an index keyed on two attributes, an item that has one of them before and the other after, and so is never
  in the index: DynamoDB Local reports the delete of an entry of the item before. The guide has no write for an item
  that is in the index neither before nor after ("Using Global Secondary Indexes in DynamoDB", section "Write
  capacity units").
"""

from __future__ import annotations

import itertools
import os
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from ddbload.capacity import (
    IndexShape,
    Item,
    TableShape,
    delete_units,
    entry,
    get_units,
    index_writes,
    item_bytes,
    put_units,
    query_units,
    update_units,
    write_units,
)

EXAMPLES = int(os.environ.get("DDBLOAD_EVIDENCE_EXAMPLES", "60"))
oracle = settings(
    max_examples=EXAMPLES,
    derandomize=EXAMPLES <= 60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)

SHAPE = TableShape(
    ("pk", "sk"),
    {
        "g-all": IndexShape(("status", "placed"), "all"),
        "g-keys": IndexShape(("status",), "keys"),
        "g-some": IndexShape(("placed",), ("a", "pad")),
        "g-blob": IndexShape(("blob", "status"), ("é",)),
        "l-all": IndexShape(("pk", "placed"), "all", local=True),
        "l-keys": IndexShape(("pk", "status"), "keys", local=True),
    },
)
Call = Callable[..., Any]
LOCAL_ENTRY_EXTRA_BYTES = 100
NOTHING_READ_UNITS = 0.0
TYPES = {"pk": "S", "sk": "S", "status": "S", "placed": "N", "blob": "B"}
LARGER = TableShape(
    SHAPE.key,
    {
        name: index if index.project == "all" else replace(index, project=("~",))
        for name, index in SHAPE.indexes.items()
        if index.local
    },
)
"""The local indexes with one more attribute, which stands for LOCAL_ENTRY_EXTRA_BYTES."""

keys = itertools.count()

# --- random items: every type, sizes around the boundaries of units --------------------------------------------------

names = st.sampled_from(["a", "b", "attribute", "é", "名前", "x" * 40])
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
long_words = st.builds(lambda word, times: word * times, words, st.sampled_from([1, 1, 30, 120]))
numbers = st.one_of(
    st.integers(-(10**6), 10**6).map(str),
    st.integers(-(10**38) + 1, 10**38 - 1).map(str),
    st.decimals(Decimal("-1e9"), Decimal("1e9"), places=4).map(str),
    st.builds(lambda digits, exponent: f"{digits}e{exponent}", st.integers(-(10**5), 10**5), st.integers(-120, 118)),
)
binaries = st.binary(max_size=30)
scalars = st.one_of(
    long_words.map(lambda text: {"S": text}),
    numbers.map(lambda text: {"N": text}),
    binaries.map(lambda content: {"B": content}),
    st.booleans().map(lambda value: {"BOOL": value}),
    st.just({"NULL": True}),
    st.lists(words, min_size=1, max_size=4, unique=True).map(lambda members: {"SS": members}),
    st.lists(numbers, min_size=1, max_size=4, unique_by=Decimal).map(lambda members: {"NS": members}),
    st.lists(binaries, min_size=1, max_size=4, unique=True).map(lambda members: {"BS": members}),
)
values: st.SearchStrategy[dict[str, Any]] = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda elements: {"L": elements}),
        st.dictionaries(words.filter(bool), inner, max_size=3).map(lambda elements: {"M": elements}),
    ),
    max_leaves=5,
)
index_keys = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(["open", "paid", "p" * 900]).map(lambda text: {"S": text}),
        "placed": st.sampled_from(["1", "1.0", "2", "-300"]).map(lambda text: {"N": text}),
        "blob": st.sampled_from([b"\0", b"\1" * 500]).map(lambda content: {"B": content}),
    },
)


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    """An item without its table key; often padded to a byte around a multiple of 1 KB."""
    body: dict[str, Any] = {**draw(st.dictionaries(names, values, max_size=4)), **draw(index_keys)}
    if draw(st.booleans()):
        # the table's key takes 10 bytes: names of 2 and values of 3
        target = (
            1024 * draw(st.sampled_from([1, 1, 2, 4, 8])) + draw(st.sampled_from([-1, 0, 1])) - item_bytes(body) - 10
        )
        if target > 3:
            body["pad"] = {"S": "x" * (target - 3)}
    return body


# --- the table and what it reports ------------------------------------------------------------------------------------


def key_schema(attributes: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(attributes, ("HASH", "RANGE"), strict=False)]


def index_definition(name: str, index: IndexShape) -> dict[str, Any]:
    projection: dict[str, Any] = {
        "ProjectionType": {"all": "ALL", "keys": "KEYS_ONLY"}.get(str(index.project), "INCLUDE")
    }
    if isinstance(index.project, tuple):
        projection["NonKeyAttributes"] = list(index.project)
    return {"IndexName": name, "KeySchema": key_schema(index.key), "Projection": projection}


@pytest.fixture(scope="module")
def table(client: Any) -> Iterator[str]:
    name = f"capacity-{uuid.uuid4().hex[:12]}"
    kinds = [
        [index_definition(index, shape) for index, shape in SHAPE.indexes.items() if shape.local is local]
        for local in (False, True)
    ]
    client.create_table(
        TableName=name,
        KeySchema=key_schema(SHAPE.key),
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": kind} for key, kind in TYPES.items()],
        GlobalSecondaryIndexes=kinds[0],
        LocalSecondaryIndexes=kinds[1],
        BillingMode="PAY_PER_REQUEST",
    )
    yield name
    client.delete_table(TableName=name)


def fresh_key(sort: int = 0) -> dict[str, Any]:
    return {"pk": {"S": f"{next(keys):03d}"[-3:]}, "sk": {"S": f"{sort:03d}"}}


def reported(answer: Mapping[str, Any]) -> tuple[float, dict[str, float]]:
    """The units of the table, and those of each index that has any."""
    capacity = answer["ConsumedCapacity"]
    indexes = {**capacity.get("GlobalSecondaryIndexes", {}), **capacity.get("LocalSecondaryIndexes", {})}
    units = {name: part["CapacityUnits"] for name, part in indexes.items() if part["CapacityUnits"]}
    assert capacity["CapacityUnits"] == capacity["Table"]["CapacityUnits"] + sum(units.values())
    return capacity["Table"]["CapacityUnits"], units


def expected(old: Item | None, new: Item | None) -> tuple[float, dict[str, float]]:
    """The model's units of a write, with the differences of DynamoDB Local."""
    model = update_units(old, new, SHAPE) if new else delete_units(old, None, SHAPE)
    extra = {"~": {"S": "x" * (LOCAL_ENTRY_EXTRA_BYTES - 1)}}
    larger = index_writes(old and {**old, **extra}, new and {**new, **extra}, LARGER)
    swapped = {name: units for name in SHAPE.indexes if (units := swapped_units(old, new, name))}
    assert not swapped.keys() & model.indexes.keys()
    return model.table, {**model.indexes, **larger, **swapped}


def swapped_units(old: Item | None, new: Item | None, name: str) -> float:
    """SWAPPED: the units that DynamoDB Local reports where the two key attributes of an index take turns."""
    index = SHAPE.indexes[name]
    halves = [tuple(key for key in index.key if item and key in item) for item in (old, new)]
    if old is None or new is None or {*halves} != {(key,) for key in index.key} or len(index.key) == 1:
        return 0.0
    before = entry(old, TableShape(SHAPE.key, {name: replace(index, key=halves[0])}), name)
    assert before is not None
    return write_units(item_bytes(before))


def difference(old: Item, new: Item) -> dict[str, Any]:
    """The parameters of an UpdateItem that makes `new` of `old`."""
    put = [name for name, value in new.items() if name not in SHAPE.key and old.get(name) != value]
    gone = [name for name in old if name not in new]
    clauses = []
    if put:
        clauses.append("SET " + ", ".join(f"#s{i} = :s{i}" for i in range(len(put))))
    if gone:
        clauses.append("REMOVE " + ", ".join(f"#r{i}" for i in range(len(gone))))
    if not clauses:
        return {}
    names = {**{f"#s{i}": name for i, name in enumerate(put)}, **{f"#r{i}": name for i, name in enumerate(gone)}}
    request: dict[str, Any] = {"UpdateExpression": " ".join(clauses), "ExpressionAttributeNames": names}
    if put:
        request["ExpressionAttributeValues"] = {f":s{i}": new[name] for i, name in enumerate(put)}
    return request


ABSENT: dict[str, dict[str, Any]] = {"status": {"S": "none"}, "placed": {"N": "7"}, "blob": {"B": b"none"}}


# --- the laws -----------------------------------------------------------------------------------------------------


@pytest.fixture
def call(client: Any, table: str) -> Call:
    """Calls an operation on the table and answers what it reports with its capacity by index."""

    def call(operation: str, **request: Any) -> Any:
        return getattr(client, operation)(TableName=table, ReturnConsumedCapacity="INDEXES", **request)

    return call


@oracle
@given(body=bodies(), consistent=st.booleans())
def test_put_get_and_delete_consume_what_the_model_says(call: Call, body: dict[str, Any], *, consistent: bool) -> None:
    key = fresh_key()
    item = {**key, **body}
    put = call("put_item", Item=item)
    got = call("get_item", Key=key, ConsistentRead=consistent)
    deleted = call("delete_item", Key=key)
    assert reported(put) == expected(None, item)
    assert reported(got) == (get_units(item, consistent=consistent), {})
    assert reported(deleted) == expected(item, None)


@pytest.mark.parametrize("consistent", [True, False])
def test_what_is_not_there_consumes_the_minimum(call: Call, *, consistent: bool) -> None:
    got = call("get_item", Key=fresh_key(), ConsistentRead=consistent)
    assert reported(got) == (get_units(None, consistent=consistent), {})
    assert reported(call("delete_item", Key=fresh_key())) == delete_units(None, None, SHAPE)


@st.composite
def changes(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """An item before and after: something else, or the same with a few attributes gone, new or changed."""
    before = draw(bodies())
    if draw(st.booleans()):
        return before, draw(bodies())
    kept = {name: value for name, value in before.items() if draw(st.integers(0, 3))}
    return before, {**kept, **draw(st.sampled_from([{}, {"a": {"N": "1"}}, {"status": {"S": "paid"}}]))}


@oracle
@given(change=changes())
def test_a_put_over_an_item_consumes_what_the_model_says(
    call: Call, change: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    key = fresh_key()
    before, after = ({**key, **body} for body in change)
    call("put_item", Item=before)
    put = call("put_item", Item=after)
    call("delete_item", Key=key)
    assert reported(put) == expected(before, after)
    assert put_units(before, after, SHAPE) == update_units(before, after, SHAPE)


@oracle
@given(change=changes())
def test_an_update_consumes_what_the_model_says(call: Call, change: tuple[dict[str, Any], dict[str, Any]]) -> None:
    key = fresh_key()
    before, after = ({**key, **body} for body in change)
    call("put_item", Item=before)
    updated = call("update_item", Key=key, **difference(before, after))
    call("delete_item", Key=key)
    assert reported(updated) == expected(before, after)


@oracle
@given(contents=st.lists(bodies(), max_size=5), consistent=st.booleans(), index=st.sampled_from([None, *SHAPE.indexes]))
def test_a_query_consumes_what_the_model_says(
    call: Call, contents: list[dict[str, Any]], index: str | None, *, consistent: bool
) -> None:
    pk = fresh_key()["pk"]
    items = [{"pk": pk, "sk": {"S": f"{i:03d}"}, **body} for i, body in enumerate(contents)]
    shape = SHAPE.indexes[index] if index else IndexShape(SHAPE.key)
    consistent = consistent and (index is None or shape.local)
    partition = shape.key[0]
    wanted = next(
        (item[partition] for item in items if partition in item), pk if partition == "pk" else ABSENT[partition]
    )
    for item in items:
        call("put_item", Item=item)
    answer = call(
        "query",
        KeyConditionExpression="#p = :p",
        ExpressionAttributeNames={"#p": partition},
        ExpressionAttributeValues={":p": wanted},
        ConsistentRead=consistent,
        **({"IndexName": index} if index else {}),
    )
    for item in items:
        call("delete_item", Key={name: item[name] for name in SHAPE.key})
    entries = [entry(item, SHAPE, index) if index else item for item in items]
    read = [found for found in entries if found is not None and same_key(found[partition], wanted)]
    units = query_units(sum(map(item_bytes, read)), consistent=consistent) if read else NOTHING_READ_UNITS
    assert answer["Count"] == len(read)
    assert sum(reported(answer)[1].values() if index else [reported(answer)[0]]) == units


def same_key(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    return float(first["N"]) == float(second["N"]) if "N" in first else first == second
