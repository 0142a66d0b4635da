"""How large an item is: the published cases, and the laws of numbers."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from ddbload.capacity import item_bytes, number_bytes, value_bytes

BOOK = {
    "Id": {"N": "101"},
    "Title": {"S": "Book 101 Title"},
    "ISBN": {"S": "111-1111111111"},
    "Authors": {"L": [{"S": "Author1"}]},
    "Price": {"N": "2"},
    "Dimensions": {"S": "8.5 x 11.0 x 0.5"},
    "PageCount": {"N": "500"},
    "InPublication": {"BOOL": True},
    "ProductCategory": {"S": "Book"},
}

ITEMS: list[tuple[str, dict[str, Any], int]] = [
    ("two strings: the guide's own example", {"shirt-color": {"S": "R"}, "shirt-size": {"S": "M"}}, 23),
    ("the item of AWS's size calculator", BOOK, 137),
    ("an empty list takes 3", {"a": {"L": []}}, 4),
    ("a map takes 3, and 1 an element", {"m": {"M": {"k": {"S": "v"}}}}, 7),
    ("a set takes its members and nothing else", {"t": {"SS": ["aa", "bbb"]}}, 6),
    ("names and strings count in UTF-8", {"é": {"S": "naïve 😀"}}, 2 + 11),
    ("null and booleans take 1", {"n": {"NULL": True}, "b": {"BOOL": False}}, 4),
    ("numbers in a set count each", {"n": {"NS": ["1", "22", "333"]}}, 1 + 2 + 2 + 3),
    ("lists nest", {"l": {"L": [{"L": []}, {"N": "1"}]}}, 1 + 3 + (1 + 3) + (1 + 2)),
    ("nothing is nothing", {}, 0),
]

NUMBERS = [
    ("zero", "0", 1),
    ("zero, however it is written", "-0.00", 1),
    ("one digit", "1", 2),
    ("two digits are one pair", "12", 2),
    ("three digits are two", "101", 3),
    ("trailing zeros are not stored", "500", 2),
    ("nor are leading ones", "00012", 2),
    ("a trailing zero within a pair is", "1000", 2),
    ("five digits", "12345", 4),
    ("a fraction", "0.5", 2),
    ("pairs begin at the point", "1.5", 3),
    ("trailing zeros of a fraction", "1.10", 3),
    ("a negative number takes one more", "-1", 3),
    ("a great exponent costs nothing", "1e125", 2),
    ("a small one neither", "1E-130", 2),
    ("38 digits", "1" * 38, 20),
    ("38 digits across the point", "1" * 37 + ".8", 21),
    ("no number takes more than 21", "-" + "1" * 37 + ".8", 21),
]


@pytest.mark.parametrize(("item", "n_bytes"), [row[1:] for row in ITEMS], ids=[row[0] for row in ITEMS])
def test_an_item_has_its_size(item: dict[str, Any], n_bytes: int) -> None:
    assert item_bytes(item) == n_bytes


@pytest.mark.parametrize(("text", "n_bytes"), [row[1:] for row in NUMBERS], ids=[row[0] for row in NUMBERS])
def test_a_number_has_its_size(text: str, n_bytes: int) -> None:
    assert number_bytes(text) == n_bytes


@given(st.binary(max_size=40))
def test_binary_counts_its_bytes_however_it_is_given(content: bytes) -> None:
    text = base64.b64encode(content).decode()
    assert value_bytes({"B": content}) == value_bytes({"B": text}) == len(content)


@settings(max_examples=200, derandomize=True)
@given(st.integers(-(10**20), 10**20), st.integers(-40, 40))
def test_a_hundred_times_a_number_is_as_large(number: int, shift: int) -> None:
    assert number_bytes(f"{number}e{shift}") == number_bytes(f"{number}e{shift + 2}")


@settings(max_examples=200, derandomize=True)
@given(st.integers(1, 10**36))
def test_a_negative_number_is_one_larger(number: int) -> None:
    assert number_bytes(f"-{number}") == number_bytes(f"{number}") + 1


def test_a_type_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="'X' is not a type of DynamoDB"):
        value_bytes({"X": "1"})
