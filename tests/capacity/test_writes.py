"""Index writes: which entries a write touches and what they cost."""

from __future__ import annotations

from typing import Any

import pytest

from ddbload.capacity import IndexShape, TableShape, delete_units, entry, index_writes, put_units, update_units

KB = 1024
TABLE = TableShape(
    ("pk",),
    {
        "everything": IndexShape(("status", "placed"), "all"),
        "keys": IndexShape(("status",), "keys"),
        "some": IndexShape(("customer",), ("note",)),
    },
)
KEY = {"pk": {"S": "x"}}
ORDER: dict[str, Any] = {**KEY, "status": {"S": "open"}, "placed": {"N": "5"}, "note": {"S": "n"}, "other": {"S": "o"}}

CHANGES: list[tuple[str, dict[str, Any] | None, dict[str, Any] | None, dict[str, float]]] = [
    ("a new item comes into the indexes that it has keys of", None, ORDER, {"everything": 1, "keys": 1}),
    ("an item without index keys into none", None, KEY, {}),
    ("a lack of the index's sort key keeps it out", None, {**KEY, "status": {"S": "open"}}, {"keys": 1}),
    ("a deleted item leaves them", ORDER, None, {"everything": 1, "keys": 1}),
    ("a key that is removed takes the entry away", ORDER, KEY, {"everything": 1, "keys": 1}),
    (
        "a changed index key is a delete and an insert",
        ORDER,
        {**ORDER, "status": {"S": "paid"}},
        {"everything": 2, "keys": 2},
    ),
    ("a changed sort key too, where it is one", ORDER, {**ORDER, "placed": {"N": "6"}}, {"everything": 2}),
    ("a changed attribute is a write where it is projected", ORDER, {**ORDER, "other": {"S": "p"}}, {"everything": 1}),
    ("nothing changed is nothing written", ORDER, dict(ORDER), {}),
    ("the same number written otherwise is no change", ORDER, {**ORDER, "placed": {"N": "5.0"}}, {}),
    (
        "an included attribute is projected, the others are not",
        {**KEY, "customer": {"S": "c"}, "note": {"S": "a"}, "other": {"S": "a"}},
        {**KEY, "customer": {"S": "c"}, "note": {"S": "b"}, "other": {"S": "b"}},
        {"some": 1},
    ),
    (
        "what is not included costs the index nothing",
        {**KEY, "customer": {"S": "c"}, "other": {"S": "a"}},
        {**KEY, "customer": {"S": "c"}, "other": {"S": "b"}},
        {},
    ),
    (
        "an included attribute that appears is a change",
        {**KEY, "customer": {"S": "c"}},
        {**KEY, "customer": {"S": "c"}, "note": {"S": "b"}},
        {"some": 1},
    ),
]


@pytest.mark.parametrize(("old", "new", "units"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_a_write_touches_its_entries(
    old: dict[str, Any] | None, new: dict[str, Any] | None, units: dict[str, float]
) -> None:
    assert index_writes(old, new, TABLE) == units


def test_a_4_kb_item_costs_4_in_an_index_of_everything_and_1_in_one_of_keys() -> None:
    item = {**ORDER, "other": {"S": "x" * 4000}}
    assert put_units(None, item, TABLE) == (4, {"everything": 4, "keys": 1})


def test_a_changed_key_deletes_by_the_old_entry_and_inserts_by_the_new() -> None:
    old = {**ORDER, "other": {"S": "x" * 3000}}
    new = {**ORDER, "status": {"S": "paid"}}
    assert update_units(old, new, TABLE) == (3, {"everything": 3 + 1, "keys": 2})


def test_a_changed_attribute_costs_the_larger_entry() -> None:
    old = {**ORDER, "other": {"S": "x" * 3000}}
    assert update_units(old, ORDER, TABLE) == (3, {"everything": 3})


def test_a_delete_of_nothing_touches_no_index() -> None:
    assert delete_units(None, None, TABLE) == (1, {})


def test_an_entry_holds_the_keys_and_what_is_projected() -> None:
    item = {**ORDER, "customer": {"S": "c"}}
    assert entry(item, TABLE, "everything") == item
    assert entry(item, TABLE, "keys") == {"pk": item["pk"], "status": item["status"]}
    assert entry(item, TABLE, "some") == {"pk": item["pk"], "customer": item["customer"], "note": item["note"]}
    assert entry(ORDER, TABLE, "some") is None
