"""Keys of a trace, read backwards: every item's own key gives its number, any other text always the same one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from ddbload.scenario.model import Scenario
from ddbload.workload.keytext import KeyReader, hash_of, key_reader


def reader(of: dict[str, int], **key: Any) -> KeyReader:
    types = {name: "S" if isinstance(value, str) and value != "{n}" else "N" for name, value in key.items()}
    return key_reader(
        Scenario.model_validate(
            {
                "ddbload": 1,
                "name": "keys",
                "table": {"name": "keys", "key": types},
                "items": {"thing": {"of": of, "shape": key}},
                "operations": {"read": {"get": "thing"}},
                "load": {"mix": {"read": 1.0}, "rate": 1.0, "phases": [{"hold": "1s"}]},
            }
        ),
        "thing",
    )


ORDERS = {"customer": 5000, "number": 20}

READ: list[tuple[str, KeyReader, str, int | None]] = [
    ("a partition key", reader({"n": 9}, pk="a#{n}"), "a#7", 7),
    ("a number", reader({"n": 9}, pk="{n}"), "7", 7),
    ("a partition and a sort key",
     reader(ORDERS, pk="cust#{customer}", sk="order#{number}"), "cust#17/order#3", 343),
    ("an item beyond those that are loaded",
     reader(ORDERS, pk="cust#{customer}", sk="order#{number}"), "cust#6000/order#19", 120_019),
    ("a coordinate in both keys", reader(ORDERS, pk="c{customer}", sk="{customer}/{number}"), "c17/17/3", 343),
    ("coordinates that follow each other", reader(ORDERS, pk="{customer}-{number}"), "17-3", 343),
    ("a digit after a coordinate", reader({"n": 99}, pk="{n}1x"), "111x", 11),
    ("a sort key that is constant", reader({"n": 9}, pk="u{n}", sk="profile"), "u7/profile", 7),
    ("a partition alone: its first item", reader(ORDERS, pk="c{customer}", sk="o{number}"), "c17", 340),
    ("a template with characters that mean something to a pattern", reader({"n": 9}, pk="(a.b)*{n}?"), "(a.b)*7?", 7),
    ("another text", reader({"n": 9}, pk="a#{n}"), "b#7", None),
    ("a text around a key", reader({"n": 9}, pk="a#{n}"), "a#7 ", None),
    ("a leading zero is another key", reader({"n": 9}, pk="a#{n}"), "a#07", None),
    ("a sign is another key", reader({"n": 9}, pk="a#{n}"), "a#-7", None),
    ("digits of another script", reader({"n": 9}, pk="a#{n}"), "a#\u0667", None),
    ("a later coordinate beyond its count", reader(ORDERS, pk="c{customer}", sk="o{number}"), "c1/o20", None),
    ("one coordinate with two values", reader(ORDERS, pk="c{customer}", sk="{customer}/{number}"), "c17/18/3", None),
    ("more than any item", reader(ORDERS, pk="c{customer}", sk="o{number}"), "c999999999999999/o3", None),
    ("a number of any length", reader({"n": 9}, pk="{n}"), "9" * 5000, None),
]  # fmt: skip


@pytest.mark.parametrize(("read", "text", "number"), [row[1:] for row in READ], ids=[row[0] for row in READ])
def test_the_number_of_a_key(read: KeyReader, text: str, number: int | None) -> None:
    assert read.number(text) == number


@given(st.integers(0, 10**7), st.integers(0, 19))
def test_every_key_of_a_family_gives_back_its_number(customer: int, number: int) -> None:
    read = reader(ORDERS, pk="cust#{customer}", sk="order#{number}")
    assert read.number(f"cust#{customer}/order#{number}") == customer * 20 + number


@given(st.text())
def test_any_other_text_is_always_the_same_loaded_item(text: str) -> None:
    read = reader(ORDERS, pk="cust#{customer}", sk="order#{number}")
    assert read.item(text) == read.spread(text)
    assert 0 <= read.item(text) < 100_000


def test_other_texts_are_spread_over_the_items() -> None:
    read = reader({"n": 10}, pk="a{n}")
    counts = [0] * 10
    for k in range(10_000):
        counts[read.item(f"user:{k}")] += 1
    assert sum((count - 1000) ** 2 / 1000 for count in counts) < 27.9  # chi-square, 9 degrees: one in a thousand


def test_the_hash_stays_what_it_is() -> None:
    assert hash_of("user:17") == 287_728_285_500_040_094
    assert all(0 <= hash_of(str(k)) < 2**63 for k in range(1000))


def test_a_key_is_described_as_the_scenario_has_it() -> None:
    assert reader(ORDERS, pk="cust#{customer}", sk="order#{number}").shape == "cust#{customer}/order#{number}"
