"""What an update leaves of an item: DynamoDB Local's answer, for a table of updates and for random ones."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from ddbload.capacity import CannotApplyError, apply_update
from ddbload.expression import (
    Boolean,
    IfNotExists,
    ListAppend,
    ListValue,
    MapValue,
    Null,
    Number,
    Operand,
    Path,
    Placeholder,
    Sum,
    Text,
    Update,
    parse_update,
    render_request,
    update_tree,
)

EXAMPLES = int(os.environ.get("DDBLOAD_EVIDENCE_EXAMPLES", "60"))
KEY = {"pk": {"S": "x"}}
ITEM: dict[str, Any] = {
    **KEY,
    "n": {"N": "5"},
    "s": {"S": "text"},
    "l": {"L": [{"N": "1"}, {"S": "b"}, {"M": {"in": {"N": "2"}}}]},
    "m": {"M": {"a": {"N": "7"}, "b": {"L": []}}},
    "t": {"SS": ["red", "blue"]},
}
SETS: dict[str, dict[str, Any]] = {
    "colours": {"SS": ["blue", "green"]},
    "red": {"SS": ["red", "blue"]},
    "list": {"L": [{"S": "z"}]},
}


def value_of(operand: Operand) -> dict[str, Any]:  # noqa: PLR0911 - one branch a kind of value
    match operand:
        case Text(parts):
            return {"S": "".join(map(str, parts))}
        case Number(text):
            return {"N": text}
        case Boolean(value):
            return {"BOOL": value}
        case Null():
            return {"NULL": True}
        case Placeholder(name):
            return SETS[name]
        case ListValue(elements):
            return {"L": [value_of(element) for element in elements]}
        case MapValue(entries):
            return {"M": {name: value_of(inner) for name, inner in entries}}


UPDATES: list[tuple[str, str, dict[str, Any]]] = [
    ("a value", "SET s = 'new', x = true", {"s": {"S": "new"}, "x": {"BOOL": True}}),
    ("a copy", "SET x = n", {"x": {"N": "5"}}),
    ("a sum", "SET n = n + 1.5", {"n": {"N": "6.5"}}),
    ("a difference", "SET n = 10 - n", {"n": {"N": "5"}}),
    ("great numbers are written out", "SET n = n + 1e20", {"n": {"N": "100000000000000000005"}}),
    ("a default where there is nothing", "SET x = if_not_exists(x, 0) + 1", {"x": {"N": "1"}}),
    ("no default where there is something", "SET n = if_not_exists(n, 0) + 1", {"n": {"N": "6"}}),
    ("what was before is what counts", "SET n = 1, x = n", {"n": {"N": "1"}, "x": {"N": "5"}}),
    ("a list grows", "SET x = list_append(m.b, {list})", {"x": {"L": [{"S": "z"}]}}),
    ("a place in a map", "SET m.c = 1", {"m": {"M": {"a": {"N": "7"}, "b": {"L": []}, "c": {"N": "1"}}}}),
    (
        "a place beyond a list's end is its end",
        "SET m.b[7] = 1",
        {"m": {"M": {"a": {"N": "7"}, "b": {"L": [{"N": "1"}]}}}},
    ),
    ("an attribute goes", "REMOVE s, absent", {"s": None}),
    ("elements go by where they were", "REMOVE l[0], l[1]", {"l": {"L": [{"M": {"in": {"N": "2"}}}]}}),
    ("a number is added to nothing", "ADD x -3", {"x": {"N": "-3"}}),
    ("a number is added", "ADD n 2", {"n": {"N": "7"}}),
    ("members join a set", "ADD t {colours}", {"t": {"SS": ["blue", "green", "red"]}}),
    ("members leave a set", "DELETE t {colours}", {"t": {"SS": ["red"]}}),
    ("an empty set is none", "DELETE t {red}", {"t": None}),
]
REFUSED = [
    "SET x = absent",
    "SET x = n + s",
    "SET absent.a = 1",
    "SET s.a = 1",
    "SET x = list_append(n, l)",
    "ADD s 1",
    "ADD n {colours}",
    "DELETE n {colours}",
    "REMOVE absent.a",
]


@pytest.fixture(scope="module")
def update_item(client: Any) -> Iterator[Callable[[dict[str, Any], Update], dict[str, Any]]]:
    name = f"change-{uuid.uuid4().hex[:12]}"
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )

    def update_item(item: dict[str, Any], update: Update) -> dict[str, Any]:
        client.put_item(TableName=name, Item=item)
        request = render_request({"UpdateExpression": update}, value_of)
        answer = client.update_item(TableName=name, Key=KEY, ReturnValues="ALL_NEW", **request)
        after: dict[str, Any] = answer["Attributes"]
        return after

    yield update_item
    client.delete_table(TableName=name)


def comparable(value: Any) -> Any:
    """With sets in order, and numbers as numbers."""
    if isinstance(value, list):
        return [comparable(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    return {
        name: Decimal(inner) if name == "N" and isinstance(inner, str)
        else sorted(inner) if name == "SS"
        else comparable(inner)
        for name, inner in value.items()
    }  # fmt: skip


@pytest.mark.parametrize(("text", "changed"), [row[1:] for row in UPDATES], ids=[row[0] for row in UPDATES])
def test_an_update_leaves_what_it_says(text: str, changed: dict[str, Any]) -> None:
    before = repr(ITEM)
    after = apply_update(parse_update(text), ITEM, value_of)
    expected = {name: value for name, value in {**ITEM, **changed}.items() if value is not None}
    assert comparable(after) == comparable(expected)
    assert repr(ITEM) == before


@pytest.mark.parametrize("text", [row[1] for row in UPDATES])
def test_dynamodb_local_leaves_the_same(update_item: Callable[..., dict[str, Any]], text: str) -> None:
    update = parse_update(text)
    assert comparable(update_item(ITEM, update)) == comparable(apply_update(update, ITEM, value_of))


@pytest.mark.parametrize("text", REFUSED)
def test_what_dynamodb_refuses_cannot_be_applied(
    client: Any, update_item: Callable[..., dict[str, Any]], text: str
) -> None:
    update = parse_update(text)
    with pytest.raises(CannotApplyError):
        apply_update(update, ITEM, value_of)
    with pytest.raises(client.exceptions.ClientError, match="ValidationException"):
        update_item(ITEM, update)


attributes = st.sampled_from(["n", "s", "l", "m", "t", "x", "y"])
paths = st.one_of(
    attributes.map(lambda name: Path((name,))),
    st.sampled_from([("l", 0), ("l", 2, "in"), ("l", 5), ("m", "a"), ("m", "b", 0), ("m", "z"), ("s", "z")]).map(Path),
)
numbers = st.decimals(Decimal(-1000), Decimal(1000), places=2).map(lambda number: Number(f"{number:f}"))
operands = st.one_of(numbers, st.just(Text(("t",))), st.sampled_from([*SETS]).map(Placeholder))
parts = st.one_of(operands, paths, st.builds(IfNotExists, paths, operands))
assigned = st.one_of(
    parts,
    st.builds(Sum, st.sampled_from("+-"), st.one_of(numbers, paths), st.one_of(numbers, paths)),
    st.builds(ListAppend, paths, st.one_of(paths, st.just(Placeholder("list")))),
)


@st.composite
def updates(draw: st.DrawFn) -> Update:
    """One or two changes, of different attributes."""
    found: dict[str, tuple[Any, ...]] = {}
    taken: set[str] = set()
    for _ in range(draw(st.integers(1, 3))):
        path = draw(paths)
        if path.attribute in taken:
            continue
        taken.add(path.attribute)
        clause = draw(st.sampled_from(["set", "set", "remove", "add", "delete"]))
        amount = st.one_of(numbers, st.just(Placeholder("colours")))
        change = {"set": assigned, "remove": st.none(), "add": amount, "delete": st.just(Placeholder("colours"))}[
            clause
        ]
        found[clause] = (*found.get(clause, ()), path if clause == "remove" else (path, draw(change)))
    return Update(**found)


@settings(
    max_examples=EXAMPLES,
    derandomize=EXAMPLES <= 60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(update=updates())
def test_random_updates_end_as_on_dynamodb_local(
    client: Any, update_item: Callable[..., dict[str, Any]], update: Update
) -> None:
    try:
        modelled = apply_update(update, ITEM, value_of)
    except CannotApplyError:
        with pytest.raises(client.exceptions.ClientError, match="ValidationException"):
            update_item(ITEM, update)
    else:
        assert comparable(update_item(ITEM, update)) == comparable(modelled)


def test_a_short_form_sets_a_document() -> None:
    update = update_tree(set={"m.deep": {"list": [1, "{red}"]}, "x": []})
    after = apply_update(update, ITEM, value_of)
    assert after["m"]["M"]["deep"] == {"M": {"list": {"L": [{"N": "1"}, SETS["red"]]}}}
    assert after["x"] == {"L": []}
