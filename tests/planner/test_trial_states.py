"""Items in memory: conditions, key conditions and pages."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from ddbload.capacity import PAGE_BYTES, IndexShape, Item, TableShape, item_bytes
from ddbload.expression import Boolean, Null, Number, Operand, Text, parse_condition
from ddbload.planner.trial.conditions import holds
from ddbload.planner.trial.keys import EVERYTHING, sought
from ddbload.planner.trial.states import IndexPlaces, Key, TableStates

ITEM: Item = {
    "pk": {"S": "a"},
    "n": {"N": "5.0"},
    "text": {"S": "hello"},
    "blob": {"B": b"\x01\x02"},
    "list": {"L": [{"N": "1"}, {"S": "x"}]},
    "map": {"M": {"inner": {"N": "7"}}},
    "tags": {"SS": ["x", "y"]},
    "none": {"NULL": True},
    "yes": {"BOOL": True},
}


def constant(operand: Operand) -> dict[str, Any]:
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
            raise TypeError(operand)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("n = 5", True),
        ("n > 5", False),
        ("n >= 5 AND text < 'i'", True),
        ("n = '5'", False),
        ("n <> 'five'", True),
        ("lacking <> 1", True),
        ("lacking = 1", False),
        ("NOT lacking = 1", True),
        ("n BETWEEN 4 AND 5", True),
        ("n IN (1, 2, 5)", True),
        ("attribute_exists(map.inner)", True),
        ("attribute_not_exists(map.other)", True),
        ("attribute_exists(list[2])", False),
        ("attribute_type(tags, 'SS')", True),
        ("begins_with(text, 'he')", True),
        ("begins_with(n, '5')", False),
        ("contains(text, 'ell')", True),
        ("contains(tags, 'x')", True),
        ("contains(list, 1)", True),
        ("contains(list, 'y')", False),
        ("size(text) = 5", True),
        ("size(blob) = 2", True),
        ("size(tags) > size(map)", True),
        ("size(n) = 1", False),
        ("yes = true AND none = null", True),
        ("text = 'no' OR map.inner = 7", True),
    ],
)
def test_an_item_meets_a_condition_as_the_guide_has_it(condition: str, expected: bool) -> None:
    assert holds(parse_condition(condition), ITEM, constant) is expected


SHAPE = TableShape(("pk", "sk"), {"by_n": IndexShape(("text", "n"), "keys")})
PLACES = {"": IndexPlaces(("pk",), ("sk",)), "by_n": IndexPlaces(("text",), ("n",))}


def table(rows: list[tuple[str, int, str | None, int]]) -> TableStates:
    states = TableStates("t", SHAPE, PLACES)
    for pk, number, text, n in rows:
        item: dict[str, Any] = {"pk": {"S": pk}, "sk": {"S": f"{number:02d}"}, "n": {"N": str(n)}}
        if text is not None:
            item["text"] = {"S": text}
        states.put(states.key(item), item)
    return states


rows = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(0, 99), st.sampled_from([None, "x", "y"]), st.integers(-5, 5)),
    max_size=30,
)


@given(
    drawn=rows,
    again=rows,
    condition=st.sampled_from(
        [
            ("", "pk = 'a'"),
            ("", "pk = 'a' AND sk = '10'"),
            ("", "pk = 'a' AND sk > '10'"),
            ("", "pk = 'b' AND sk >= '30'"),
            ("", "pk = 'a' AND sk < '50'"),
            ("", "pk = 'a' AND sk <= '50'"),
            ("", "pk = 'a' AND sk BETWEEN '20' AND '70'"),
            ("", "begins_with(sk, '3') AND pk = 'a'"),
            ("by_n", "#text = 'x'"),
            ("by_n", "#text = 'y' AND n > 0"),
            ("by_n", "#text = 'x' AND n BETWEEN 0 AND 3"),
        ]
    ),
    limit=st.integers(1, 7),
    backwards=st.booleans(),
)
def test_pages_have_every_item_that_meets_the_key_condition_once_and_in_order(
    drawn: list[Any], again: list[Any], condition: tuple[str, str], limit: int, *, backwards: bool
) -> None:
    index, text = condition
    states = table(drawn)
    states.listing(index)
    for key, item in list(states.items.items())[::3]:
        states.put(key, None if item["n"] == {"N": "0"} else {**item, "n": {"N": "1"}})
    for key, item in table(again).items.items():
        states.put(key, item)
    tree = parse_condition(text)
    found = sought(tree, PLACES[index], constant)
    assert found is not None
    read: list[Key] = []
    after: Key | None = None
    for _ in range(100):
        page = states.listing(index).page(*found, limit=limit, backwards=backwards, after=after)
        assert page.rows <= limit
        read += page.keys
        after = page.last
        if after is None:
            break
    expected = [key for key, item in states.items.items() if holds(tree, item, constant)]
    assert sorted(read) == sorted(expected)
    sort = PLACES[index].sort[0]
    ordered = [float(states.items[key][sort].get("N", states.items[key][sort].get("S", 0))) for key in read]
    assert ordered == sorted(ordered, reverse=backwards)


def test_a_page_ends_at_one_megabyte() -> None:
    states = TableStates("t", SHAPE, PLACES)
    for number in range(30):
        item = {"pk": {"S": "a"}, "sk": {"S": f"{number:02d}"}, "pad": {"S": "x" * 100_000}}
        states.put(states.key(item), item)
    first = states.listing("*").page((), EVERYTHING)
    each = item_bytes(next(iter(states.items.values())))
    assert first.rows == PAGE_BYTES // each
    assert first.n_bytes == first.rows * each
    second = states.listing("*").page((), EVERYTHING, after=first.last)
    third = states.listing("*").page((), EVERYTHING, after=second.last)
    assert [first.rows, second.rows, third.rows] == [10, 10, 10]
    assert third.last is None


def test_a_key_condition_without_a_whole_partition_key_seeks_nothing() -> None:
    assert sought(parse_condition("sk = '1'"), PLACES[""], constant) is None
    assert sought(parse_condition("pk > '1'"), PLACES[""], constant) is None
