"""Rendered expressions do on DynamoDB Local what they say."""

from __future__ import annotations

from typing import Any

import pytest

from ddbload.expression import (
    Boolean,
    Null,
    Number,
    Operand,
    Text,
    parse_condition,
    parse_projection,
    parse_update,
    render_request,
)

KEY = {"pk": {"S": "x"}, "sk": {"S": "order#1"}}
ITEM = {
    **KEY,
    "status": {"S": "open"},
    "size": {"N": "7"},
    "and": {"N": "1"},
    "my-name.x": {"S": "odd"},
    "flag": {"BOOL": True},
    "nil": {"NULL": True},
    "doc": {"M": {"list": {"L": [{"N": "5"}, {"S": "b"}]}, "between": {"S": "k"}}},
    "tags": {"SS": ["red", "blue"]},
}


def bound(operand: Operand) -> dict[str, Any]:
    match operand:
        case Text(parts):
            return {"S": "".join(map(str, parts))}
        case Number(text):
            return {"N": text}
        case Boolean(value):
            return {"BOOL": value}
        case Null():
            return {"NULL": True}
        case _:
            raise AssertionError(operand)


TRUE_CONDITIONS = [
    "status = 'open'",
    "size = 7",
    "size(status) = 4",
    "#and = 1 AND #'my-name.x' = 'odd'",
    "flag = true AND nil = null",
    "doc.list[0] BETWEEN 1 AND 5 AND doc.#between = 'k'",
    "status IN ('paid', 'open')",
    "NOT (status = 'paid' OR size > 7) AND NOT status = 'void'",
    "attribute_exists(doc.list[1]) AND attribute_not_exists(doc.list[2])",
    "attribute_type(tags, 'SS') AND contains(tags, 'red')",
    "begins_with(status, 'op') OR status = 'x' AND size = 8",
    "size < 100 AND size <> 8 AND size >= 7.0",
]


@pytest.mark.parametrize("text", TRUE_CONDITIONS)
def test_a_true_condition_lets_the_write_pass(client: Any, table: str, text: str) -> None:
    client.put_item(TableName=table, Item=ITEM)
    request = render_request({"ConditionExpression": parse_condition(text)}, bound)
    client.put_item(TableName=table, Item=KEY, **request)
    assert client.get_item(TableName=table, Key=KEY)["Item"] == KEY


@pytest.mark.parametrize("text", TRUE_CONDITIONS)
def test_its_negation_does_not(client: Any, table: str, text: str) -> None:
    client.put_item(TableName=table, Item=ITEM)
    request = render_request({"ConditionExpression": parse_condition(f"NOT ({text})")}, bound)
    with pytest.raises(client.exceptions.ConditionalCheckFailedException):
        client.put_item(TableName=table, Item=KEY, **request)


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("SET status = 'paid', size = size - 1", {"status": {"S": "paid"}, "size": {"N": "6"}}),
        ("SET hits = if_not_exists(hits, 0) + 1", {"hits": {"N": "1"}}),
        ("SET #and = #and+-3 ADD size 2", {"and": {"N": "-2"}, "size": {"N": "9"}}),
        ("REMOVE doc.list[0], flag, #'my-name.x'", {"flag": None, "my-name.x": None}),
        ("SET both = list_append(doc.list, doc.list)", {"both": {"L": [{"N": "5"}, {"S": "b"}] * 2}}),
    ],
)
def test_an_update_changes_what_it_says(client: Any, table: str, text: str, changed: dict[str, Any]) -> None:
    client.put_item(TableName=table, Item=ITEM)
    request = render_request({"UpdateExpression": parse_update(text)}, bound)
    after = client.update_item(TableName=table, Key=KEY, ReturnValues="ALL_NEW", **request)["Attributes"]
    assert {name: after.get(name) for name in changed} == changed


def test_update_and_condition_work_in_one_request(client: Any, table: str) -> None:
    client.put_item(TableName=table, Item=ITEM)
    update, condition = (
        parse_update("SET status = 'paid' REMOVE flag"),
        parse_condition("#status = 'open' AND size > 1"),
    )
    request = render_request({"UpdateExpression": update, "ConditionExpression": condition}, bound)
    after = client.update_item(TableName=table, Key=KEY, ReturnValues="ALL_NEW", **request)["Attributes"]
    assert after["status"] == {"S": "paid"}


@pytest.mark.parametrize(
    "key", ["pk = 'x'", "begins_with(sk, 'order#') AND pk = 'x'", "pk = 'x' AND sk BETWEEN 'order#0' AND 'order#9'"]
)
def test_a_key_condition_with_a_filter_finds_the_item(client: Any, table: str, key: str) -> None:
    client.put_item(TableName=table, Item=ITEM)
    expressions = {"KeyConditionExpression": parse_condition(key), "FilterExpression": parse_condition("size = 7")}
    assert client.query(TableName=table, **render_request(expressions, bound))["Count"] == 1


def test_a_projection_answers_with_what_it_names(client: Any, table: str) -> None:
    client.put_item(TableName=table, Item=ITEM)
    request = render_request({"ProjectionExpression": parse_projection("#and, doc.list[1], #'my-name.x', none")}, bound)
    item = client.get_item(TableName=table, Key=KEY, **request)["Item"]
    assert item == {"and": {"N": "1"}, "my-name.x": {"S": "odd"}, "doc": {"M": {"list": {"L": [{"S": "b"}]}}}}
