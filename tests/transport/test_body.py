"""Bodies: what the wire renders is what botocore's serializer would send for the same operation and draw."""

from __future__ import annotations

import base64
import json
from typing import Any

import orjson
import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.serialize import create_serializer
from hypothesis import given, settings, strategies as st

from ddbload.operation import Draw, Operation, Slot, Template, Whole, fill
from ddbload.transport.body import Body

_MODEL = ServiceModel(Loader().load_service_model("dynamodb", "service-2"), "dynamodb")
_SERIALIZER = create_serializer("json", include_validation=True)


def botocores(api: str, request: dict[str, Any], draw: Draw) -> Any:
    filled = fill(request, draw)
    return json.loads(_SERIALIZER.serialize_to_request(filled, _MODEL.operation_model(api))["body"])


def s(*parts: str | Slot) -> Template:
    return Template("S", parts)


NASTY = 'ü "quoted" \\back\\ %s %% \x00\x1f\x7f \u2028 \U0001f600 </script>'

OPERATIONS: list[tuple[str, str, dict[str, Any], Draw]] = [
    (
        "a read by a two-part key",
        "GetItem",
        {
            "TableName": "orders",
            "Key": {"pk": s("cust#", Slot(0)), "sk": Template("N", (Slot(1),))},
            "ConsistentRead": True,
            "ReturnConsumedCapacity": "INDEXES",
        },
        ("4711", 12),
    ),
    (
        "a write of every type, constant and drawn",
        "PutItem",
        {
            "TableName": "orders",
            "Item": {
                "pk": s(Slot(0)),
                "text": {"S": NASTY},
                "number": {"N": "-1.5e10"},
                "drawn_number": Template("N", (Slot(1),)),
                "float": Template("N", (Slot(2),)),
                "binary": {"B": b"\x00\xff\x80"},
                "drawn_binary": Template("B", (Slot(3),)),
                "flag": {"BOOL": False},
                "drawn_flag": Template("BOOL", (Slot(4),)),
                "nothing": {"NULL": True},
                "B": {"S": "an attribute whose name is a type"},
                "list": {"L": [{"S": "a"}, {"M": {"in": {"L": []}, "drawn": s("<", Slot(0), ">")}}, {"NULL": True}]},
                "map": {"M": {"x%dy": {"N": "1"}, NASTY: {"BOOL": True}}},
                "strings": {"SS": ["a", NASTY]},
                "numbers": {"NS": ["1", "2"]},
                "binaries": {"BS": [b"a", b"\xfe"]},
                "a string where bytes belong is its UTF-8, as for botocore": {"B": "ü"},
            },
            "ConditionExpression": "attribute_not_exists(#n0) AND #n1 <> :v0",
            "ExpressionAttributeNames": {"#n0": "pk", "#n1": "50% off"},
            "ExpressionAttributeValues": {":v0": s(Slot(0), "-", Slot(0))},
        },
        (NASTY, 42, 0.1, b"\x01\x02", True),
    ),
    (
        "an update",
        "UpdateItem",
        {
            "TableName": "orders",
            "Key": {"pk": s("a")},
            "UpdateExpression": "SET #n0 = :v0 REMOVE #n1",
            "ExpressionAttributeNames": {"#n0": "x", "#n1": "y"},
            "ExpressionAttributeValues": {":v0": Template("N", ("-", Slot(0)))},
            "ReturnValues": "NONE",
        },
        (7,),
    ),
    ("a delete", "DeleteItem", {"TableName": "orders", "Key": {"pk": s(Slot(1))}}, ("unused", "x")),
    (
        "a query with integers and a start key",
        "Query",
        {
            "TableName": "orders",
            "IndexName": "by_status",
            "KeyConditionExpression": "#n0 = :v0",
            "ExpressionAttributeNames": {"#n0": "status"},
            "ExpressionAttributeValues": {":v0": s(Slot(0))},
            "Limit": 20,
            "ScanIndexForward": False,
            "ExclusiveStartKey": {"pk": s(Slot(0)), "sk": {"N": "3"}},
        },
        ("open",),
    ),
    (
        "a batch of writes without a draw",
        "BatchWriteItem",
        {"RequestItems": {"orders": [{"PutRequest": {"Item": {"pk": {"S": "100%"}}}}]}},
        (),
    ),
]


@pytest.mark.parametrize(("api", "request_", "draw"), [row[1:] for row in OPERATIONS], ids=[r[0] for r in OPERATIONS])
def test_a_body_says_what_botocore_would_say(api: str, request_: dict[str, Any], draw: Draw) -> None:
    assert orjson.loads(Body(request_).render(draw)) == botocores(api, request_, draw)


@given(st.text(st.characters(exclude_categories=[])), st.text(), st.text())
def test_any_text_constant_or_drawn_survives_even_lone_surrogates(drawn: str, before: str, after: str) -> None:
    request = {"TableName": "orders", "Key": {"pk": s(before, Slot(0), after)}}
    assert json.loads(Body(request).render((drawn,))) == botocores("GetItem", request, (drawn,))


@given(st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(alphabet="0123456789")))
def test_any_number_reads_the_same(drawn: float | str) -> None:
    request = {"TableName": "orders", "Key": {"pk": Template("N", (Slot(0),))}}
    assert orjson.loads(Body(request).render((drawn,))) == botocores("GetItem", request, (drawn,))


@given(st.binary())
def test_any_bytes_are_base64(drawn: bytes) -> None:
    rendered = orjson.loads(Body({"Key": {"pk": Template("B", (Slot(0),))}}).render((drawn,)))
    assert base64.b64decode(rendered["Key"]["pk"]["B"]) == drawn


_ATTRIBUTE = st.recursive(
    st.one_of(
        st.builds(lambda text: {"S": text}, st.text()),
        st.builds(lambda number: {"N": str(number)}, st.integers()),
        st.builds(lambda data: {"B": data}, st.binary()),
        st.builds(lambda flag: {"BOOL": flag}, st.booleans()),
        st.just({"NULL": True}),
    ),
    lambda inner: st.one_of(
        st.builds(lambda items: {"L": items}, st.lists(inner, max_size=4)),
        st.builds(lambda items: {"M": items}, st.dictionaries(st.text(min_size=1), inner, max_size=4)),
    ),
    max_leaves=12,
)


@settings(max_examples=60)
@given(st.dictionaries(st.text(min_size=1), _ATTRIBUTE, max_size=6))
def test_any_item_says_what_botocore_would_say(item: dict[str, Any]) -> None:
    request = {"TableName": "orders", "Item": item}
    assert orjson.loads(Body(request).render(())) == botocores("PutItem", request, ())


def test_a_draw_serves_every_place_that_names_it() -> None:
    operation = Operation("twice", "GetItem", "t", {"Key": {"a": s(Slot(0)), "b": s(Slot(0), Slot(1))}})
    assert orjson.loads(Body(operation.request).render(("x", "y"))) == {"Key": {"a": {"S": "x"}, "b": {"S": "xy"}}}


# --- whole values and optional members ----------------------------------------------------------------------------

WHOLE: list[tuple[str, str, dict[str, Any], Draw]] = [
    ("a whole attribute value", "GetItem", {"TableName": "t", "Key": {"pk": Whole(0)}}, ({"S": NASTY},)),
    ("a whole key", "GetItem", {"TableName": "t", "Key": Whole(1)}, (None, {"pk": {"S": "a"}, "n": {"N": "1"}})),
    (
        "bytes at any depth of a whole value",
        "PutItem",
        {"TableName": "t", "Item": {"pk": Whole(0)}},
        ({"M": {"a": {"B": b"\x00\xff"}, "s": {"BS": [b"a", b"\xfe"]}, "l": {"L": [{"B": b""}]}}},),
    ),
    (
        "text that stands for bytes is its UTF-8, as for botocore",
        "PutItem",
        {"TableName": "t", "Item": {"a": Whole(0), "b": {"B": Whole(1)}, "B": {"S": "x"}, "c": {"BS": ["ü"]}}},
        ({"L": [{"B": "ü"}, {"BS": ["ä", b"x"]}]}, "ö"),
    ),
    (
        "a lone surrogate within a whole value",
        "PutItem",
        {"TableName": "t", "Item": {"a": Whole(0)}},
        ({"M": {"x": {"S": "\ud800"}, "y": {"B": b"1"}}},),
    ),
    (
        "an optional member that is there, after others",
        "Query",
        {"TableName": "t", "Limit": 2, "ExclusiveStartKey": Whole(0, optional=True)},
        ({"pk": {"S": "50%"}},),
    ),
    (
        "an optional member that is not there",
        "Query",
        {"TableName": "t", "Limit": 2, "ExclusiveStartKey": Whole(0, optional=True)},
        (None,),
    ),
    (
        "an optional member before all others",
        "PutItem",
        {"Item": {"a": Whole(0, optional=True), "pk": s(Slot(1)), "b": Whole(2, optional=True)}, "TableName": "t"},
        (None, "k", {"NULL": True}),
    ),
    (
        "nothing but optional members, none of them there",
        "PutItem",
        {"TableName": "t", "Item": {"a": Whole(0, optional=True), "b": Whole(1, optional=True)}},
        (None, None),
    ),
    (
        "nothing but optional members, the last of them there",
        "PutItem",
        {"TableName": "t", "Item": {"a": Whole(0, optional=True), "b": Whole(1, optional=True)}},
        (None, {"BOOL": False}),
    ),
    (
        "the parts of a batch, as one whole",
        "BatchWriteItem",
        {"RequestItems": {"t": Whole(0)}},
        ([{"PutRequest": {"Item": {"pk": {"B": b"a"}}}}, {"DeleteRequest": {"Key": {"pk": {"B": b"b"}}}}],),
    ),
    (
        "whole parameters of a statement",
        "ExecuteStatement",
        {"Statement": "SELECT * FROM t WHERE pk = ?", "Parameters": [Whole(0), s(Slot(1))]},
        ({"N": "1"}, "x"),
    ),
]


@pytest.mark.parametrize(("api", "request_", "draw"), [row[1:] for row in WHOLE], ids=[row[0] for row in WHOLE])
def test_whole_values_and_optional_members_say_what_botocore_would_say(
    api: str, request_: dict[str, Any], draw: Draw
) -> None:
    assert json.loads(Body(request_).render(draw)) == botocores(api, request_, draw)


def _values(leaf: Any) -> Any:
    return st.one_of(
        leaf,
        st.builds(lambda texts: {"SS": texts}, st.lists(st.text(), min_size=1, max_size=3)),
        st.builds(lambda data: {"BS": data}, st.lists(st.binary(), min_size=1, max_size=3)),
    )


@st.composite
def _requests(draw: st.DrawFn) -> tuple[dict[str, Any], Draw]:
    """An item of attributes that are constant, drawn in part, drawn whole, or drawn and perhaps left out."""
    names = draw(st.lists(st.text(min_size=1), min_size=1, max_size=6, unique=True))
    item: dict[str, Any] = {}
    drawn: list[Any] = []
    for name in names:
        kind = draw(st.sampled_from(["constant", "template", "whole", "optional"]))
        value = draw(_values(_ATTRIBUTE))
        if kind == "constant":
            item[name] = value
        elif kind == "template":
            item[name] = s(draw(st.text()), Slot(len(drawn)))
            drawn.append(draw(st.one_of(st.text(), st.integers())))
        else:
            optional = kind == "optional"
            item[name] = Whole(len(drawn), optional=optional)
            drawn.append(None if optional and draw(st.booleans()) else value)
    return {"TableName": "t", "Item": item}, tuple(drawn)


@settings(max_examples=100)
@given(_requests())
def test_any_mixture_of_constant_drawn_whole_and_optional_says_what_botocore_would_say(
    made: tuple[dict[str, Any], Draw],
) -> None:
    request, draw = made
    assert orjson.loads(Body(request).render(draw)) == botocores("PutItem", request, draw)


def test_a_whole_value_that_is_no_json_is_refused() -> None:
    with pytest.raises(TypeError, match="no JSON value"):
        Body({"Key": Whole(0)}).render(({"pk": object()},))
