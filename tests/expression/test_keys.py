"""A key condition compares the partition key with =, and the sort key from the left, its last part by a range."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from ddbload.expression import ExpressionError, Number, Text, check_key_condition, parse_condition, render_request

GOOD = [
    "pk = 'x'",
    "pk = {pk} AND sk = 1",
    "sk > {from} AND pk = {pk}",
    "pk = {pk} AND sk BETWEEN 'a' AND 'b'",
    "pk = {pk} AND begins_with(sk, 'order#{n}')",
]
BAD = [
    ("sk = 1", 0, "no condition"),
    ("pk > 1", 0, "only compared with ="),
    ("begins_with(pk, 'a')", 0, "only compared with ="),
    ("pk = 1 AND other = 2", 11, "'other' is not a key attribute"),
    ("pk = 1 AND sk > 1 AND sk < 9", 22, "two conditions"),
    ("pk = 1 AND sk <> 1", 11, "not a condition on a key"),
    ("pk = 1 AND sk IN (1, 2)", 11, "not a condition on a key"),
    ("pk = 1 AND NOT sk = 1", 15, "not a condition on a key"),
    ("pk = 1 OR sk = 1", 0, "not a condition on a key"),
    ("pk = 1 AND contains(sk, 'a')", 11, "not a condition on a key"),
    ("pk = 1 AND size(sk) > 1", 11, "not a condition on a key"),
    ("pk = 1 AND sk = other", 11, "with values"),
    ("pk.a = 1", 0, "not a condition on a key"),
]


@pytest.mark.parametrize("text", GOOD)
def test_a_condition_on_keys_passes(text: str) -> None:
    check_key_condition(parse_condition(text), "pk", "sk")


@pytest.mark.parametrize(("text", "offset", "message"), BAD)
def test_any_other_condition_is_refused(text: str, offset: int, message: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        check_key_condition(parse_condition(text), "pk", "sk")
    assert message in refused.value.message
    assert "pk = …" in refused.value.fits
    assert refused.value.offset == offset


def test_a_table_without_sort_key_takes_no_second_condition() -> None:
    with pytest.raises(ExpressionError, match="'sk' is not a key attribute"):
        check_key_condition(parse_condition("pk = 1 AND sk = 1"), "pk", None)


# --- multi-attribute keys --------------------------------------------------------------------------------------------

PARTITION, SORT = ("tenant", "region"), ("status", "placed", "id")
EQUAL = "tenant = 'a' AND region = 'b'"
GOOD_PARTS = [
    ("every partition attribute", EQUAL),
    ("in any order", "region = 'b' AND tenant = 'a'"),
    ("a sort attribute", f"{EQUAL} AND status = 'c'"),
    ("a range on the first", f"{EQUAL} AND status >= 'c'"),
    ("a prefix on the first", f"{EQUAL} AND begins_with(status, 'c')"),
    ("equality, then a range", f"{EQUAL} AND status = 'c' AND placed BETWEEN 1 AND 9"),
    ("equalities, then a prefix", f"{EQUAL} AND status = 'c' AND placed = 4 AND begins_with(id, 'e')"),
    ("equalities of all, from the right", f"id = 'e' AND placed = 4 AND status = 'c' AND {EQUAL}"),
]
BAD_PARTS = [
    ("a partition attribute is left out", "tenant = 'a'", 0, "'region' has no condition"),
    ("a range on a partition attribute", "tenant = 'a' AND region > 'b'", 17, "'region' is only compared with ="),
    ("a gap before", f"{EQUAL} AND placed = 4", 34, "'placed' has a condition, but 'status' before it"),
    ("a gap between", f"{EQUAL} AND status = 'c' AND id = 'e'", 51, "'id' has a condition, but 'placed' before it"),
    ("a range, then equality", f"{EQUAL} AND status > 'b' AND placed = 4", 34, "'status' is only compared with ="),
    ("two ranges", f"{EQUAL} AND placed > 1 AND status > 'b'", 49, "'status' is only compared with ="),
    ("a prefix, then a range", f"{EQUAL} AND begins_with(status, 'c') AND placed < 9", 34, "only compared with ="),
    ("two conditions on one", f"{EQUAL} AND status > 'b' AND status < 'd'", 51, "two conditions"),
    ("another operator", f"{EQUAL} AND status <> 'b'", 34, "not a condition on a key"),
]


@pytest.fixture(scope="module")
def indexed(client: Any) -> Iterator[str]:
    """A table with an index of two partition and three sort attributes, and one item in it."""
    name = f"expression-{uuid.uuid4().hex[:12]}"
    kinds = {"pk": "S", "tenant": "S", "region": "S", "status": "S", "placed": "N", "id": "S"}
    parts = [*((attribute, "HASH") for attribute in PARTITION), *((attribute, "RANGE") for attribute in SORT)]
    index = {
        "IndexName": "by_parts",
        "KeySchema": [{"AttributeName": attribute, "KeyType": role} for attribute, role in parts],
        "Projection": {"ProjectionType": "ALL"},
    }
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": kind} for key, kind in kinds.items()],
        GlobalSecondaryIndexes=[index],
        BillingMode="PAY_PER_REQUEST",
    )
    item = {"pk": "x", "tenant": "a", "region": "b", "status": "c", "id": "e"}
    client.put_item(TableName=name, Item={**{key: {"S": text} for key, text in item.items()}, "placed": {"N": "4"}})
    yield name
    client.delete_table(TableName=name)


def found(client: Any, table: str, text: str) -> int:
    """How many items DynamoDB Local finds."""
    request = render_request(
        {"KeyConditionExpression": parse_condition(text)},
        lambda value: {"N": value.text} if isinstance(value, Number) else {"S": plain(value)},
    )
    return int(client.query(TableName=table, IndexName="by_parts", **request)["Count"])


def plain(value: Any) -> str:
    assert isinstance(value, Text)
    return "".join(map(str, value.parts))


@pytest.mark.parametrize("text", [row[1] for row in GOOD_PARTS], ids=[row[0] for row in GOOD_PARTS])
def test_a_condition_on_a_key_of_many_attributes_passes_as_it_does_on_dynamodb_local(
    client: Any, indexed: str, text: str
) -> None:
    check_key_condition(parse_condition(text), PARTITION, SORT)
    assert found(client, indexed, text) == 1


@pytest.mark.parametrize(("text", "offset", "message"), [row[1:] for row in BAD_PARTS], ids=[r[0] for r in BAD_PARTS])
def test_any_other_is_refused_as_it_is_on_dynamodb_local(
    client: Any, indexed: str, text: str, offset: int, message: str
) -> None:
    with pytest.raises(ExpressionError, match=re.escape(message)) as refused:
        check_key_condition(parse_condition(text), PARTITION, SORT)
    assert refused.value.offset == offset
    with pytest.raises(client.exceptions.ClientError, match="ValidationException"):
        found(client, indexed, text)


def test_what_would_fit_names_the_attributes_in_their_order() -> None:
    with pytest.raises(ExpressionError) as refused:
        check_key_condition(parse_condition("tenant = 'a'"), PARTITION, SORT)
    assert refused.value.fits == (
        "tenant = … AND region = … [AND conditions on status, placed, id from the left: =, "
        "the last also < <= > >= BETWEEN begins_with]"
    )
