"""Items by number: keys in mixed radix, attributes pure functions of the number, stretches equal to single items."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from ddbload.capacity import item_bytes
from ddbload.scenario.model import Scenario
from ddbload.workload import item_at

Orders = Callable[..., Scenario]


def test_the_first_coordinate_varies_slowest(orders: Orders) -> None:
    maker = item_at(orders(), "order")
    assert [(key["pk"]["S"], key["sk"]["S"]) for key in maker.keys(18, 22)] == [
        ("cust#0", "order#18"),
        ("cust#0", "order#19"),
        ("cust#1", "order#0"),
        ("cust#1", "order#1"),
    ]


def test_a_coordinate_of_one_value_keeps_it_as_long_as_it_is_not_the_first(orders: Orders) -> None:
    shape = {"pk": "{shop}", "sk": "{customer}/{number}"}
    maker = item_at(orders(items={"order": {"of": {"shop": 1, "customer": 2, "number": 1}, "shape": shape}}), "order")
    keys = [(key["pk"]["S"], key["sk"]["S"]) for key in maker.keys(0, 4)]
    assert keys == [("0", "0/0"), ("0", "1/0"), ("1", "0/0"), ("1", "1/0")]


def test_beyond_the_loaded_items_the_first_coordinate_goes_on(orders: Orders) -> None:
    maker = item_at(orders(), "order")
    assert maker.count == 1000
    assert maker.key(1000 + 21) == {"pk": {"S": "cust#51"}, "sk": {"S": "order#1"}}


@settings(deadline=None)
@given(start=st.integers(0, 10**12), length=st.integers(0, 40), data=st.data())
def test_a_stretch_is_its_items_one_by_one(orders: Orders, start: int, length: int, data: st.DataObject) -> None:
    maker = item_at(orders(), "order")
    stretch = maker.items(start, start + length)
    assert len(stretch) == length
    if length:
        at = data.draw(st.integers(0, length - 1))
        assert stretch[at] == maker.item(start + at)
        assert {name: stretch[at][name] for name in ("pk", "sk")} == maker.key(start + at)


@settings(deadline=None)
@given(
    of=st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), st.integers(1, 30), min_size=1),
    numbers=st.sets(st.integers(0, 10**14), min_size=2, max_size=50),
)
def test_no_two_items_have_the_same_key(orders: Orders, of: dict[str, int], numbers: set[int]) -> None:
    shape = {"pk": "#".join(f"{{{name}}}" for name in of), "sk": "x"}
    scenario = orders(items={"thing": {"of": of, "shape": shape}})
    maker = item_at(scenario, "thing")
    assert len({repr(maker.key(number)) for number in numbers}) == len(numbers)


TYPES: list[tuple[str, Any, type | str, dict[str, str]]] = [
    ("a coordinate alone is a number", "{customer}", "N", {}),
    ("a text around a coordinate is text", "c{customer}", "S", {}),
    ("a chosen text is text", "{status}", "S", {}),
    ("a timestamp is a number", "{placed}", "N", {}),
    ("a number is a number", "{floor}", "N", {}),
    ("bytes are binary", "{photo}", "B", {}),
    ("a chosen boolean is a boolean", "{gift}", "BOOL", {}),
    ("a uuid is text", "{ref}", "S", {}),
    ("several values in a text", "{ref}/{floor}/{gift}", "S", {}),
    ("a constant text", "x", "S", {}),
    ("a constant number", 5, "N", {}),
    ("a constant fraction", 0.5, "N", {}),
    ("a constant boolean", True, "BOOL", {}),
    ("nothing", None, "NULL", {}),
    ("a list", ["{floor}", "x", [1]], "L", {}),
    ("a map", {"inner": "{ref}", "flag": False}, "M", {}),
    ("a braces' escape", "{{x}}", "S", {}),
    ("a key declared as text makes text of a coordinate", "{customer}", "S", {"extra": "S"}),
    ("a key declared as a number makes one of a text", "1{customer}", "N", {"extra": "N"}),
]


@pytest.mark.parametrize(("spelled", "kind", "declared"), [row[1:] for row in TYPES], ids=[row[0] for row in TYPES])
def test_the_type_of_an_attribute(orders: Orders, spelled: Any, kind: str, declared: dict[str, str]) -> None:
    indexes = {"by_extra": {"key": declared}} if declared else {}
    scenario = orders(
        table={"indexes": indexes},
        items={"order": {"shape": {"pk": "{customer}", "sk": "{number}", "extra": spelled}}},
    )
    for item in item_at(scenario, "order").items(0, 50):
        ((found, _),) = item["extra"].items()
        assert found == kind


def test_values_are_written_as_dynamodb_takes_them(orders: Orders) -> None:
    shape = {
        "pk": "c{customer}",
        "sk": "{number}",
        "text": "{{{number}}}: {gift}",
        "list": [1, "{number}", None],
        "map": {"deep": {"n": "{number}"}},
    }
    item = item_at(orders(seed=3, items={"order": {"shape": shape}}), "order").item(7)
    gift = item["text"]["S"].removeprefix("{7}: ")
    assert gift in {"true", "false"}
    assert item == {
        "pk": {"S": "c0"},
        "sk": {"S": "7"},
        "text": {"S": f"{{7}}: {gift}"},
        "list": {"L": [{"N": "1"}, {"N": "7"}, {"NULL": True}]},
        "map": {"M": {"deep": {"M": {"n": {"N": "7"}}}}},
    }


def test_a_value_used_twice_in_an_item_is_one_value(orders: Orders) -> None:
    scenario = orders(items={"order": {"shape": {"pk": "{customer}#{ref}", "sk": "{number}", "ref": "{ref}"}}})
    for item in item_at(scenario, "order").items(0, 20):
        assert item["pk"]["S"].endswith("#" + item["ref"]["S"])


def test_the_mean_size_is_about_that_of_the_items(orders: Orders) -> None:
    maker = item_at(orders(), "order")
    sizes = [item_bytes(item) for item in maker.items(0, 20_000)]
    assert sum(sizes) / len(sizes) == pytest.approx(maker.mean_bytes, rel=0.02)
