"""Lists and sets of values: what DynamoDB takes, and the same however they are drawn."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from ddbload.capacity import value_bytes
from ddbload.values import (
    Binary,
    Choice,
    Code,
    Column,
    ConstantSize,
    FixedPoint,
    ListOf,
    Number,
    SetOf,
    Text,
    Timestamp,
    Uniform,
    UniformSize,
    Uuid,
    Values,
    WordsText,
    words,
)

LETTERS = Choice(("a", "b", "c"), (1, 1, 98))
NUMBERS = np.arange(60)


def drawn(spec: Values, count: int = 60) -> list[Any]:
    return spec.draw(words(5, "documents", 0, count), NUMBERS[:count])


EVERY: list[tuple[str, Values, str]] = [
    ("a list of texts", ListOf(Text(ConstantSize(5)), UniformSize(0, 4)), "L"),
    ("a list of numbers", ListOf(Number(0, 9), ConstantSize(3)), "L"),
    ("a list of binaries", ListOf(Binary(ConstantSize(5)), ConstantSize(2)), "L"),
    ("a list of booleans", ListOf(Choice((True, False), (1, 1)), ConstantSize(2)), "L"),
    ("a list of lists", ListOf(ListOf(Uuid(), UniformSize(0, 2)), UniformSize(0, 3)), "L"),
    ("a list of sets", ListOf(SetOf(LETTERS, ConstantSize(2)), ConstantSize(2)), "L"),
    ("a set of texts", SetOf(LETTERS, UniformSize(1, 3)), "SS"),
    ("a set of numbers", SetOf(Number(1, 4), UniformSize(1, 4)), "NS"),
    ("a set of decimals", SetOf(FixedPoint(0, 1, 1), ConstantSize(11)), "NS"),
    ("a set of binaries", SetOf(Binary(ConstantSize(2)), ConstantSize(4)), "BS"),
    ("a set of a column", SetOf(Column(("x", "y", "z"), "S", Uniform(3)), ConstantSize(3)), "SS"),
]
every_document = pytest.mark.parametrize(("spec", "kind"), [row[1:] for row in EVERY], ids=[row[0] for row in EVERY])


@every_document
def test_a_document_is_an_attribute_value_of_its_type(spec: Values, kind: str) -> None:
    assert spec.type == kind
    for value in drawn(spec):
        assert list(value) == [kind]
        assert value_bytes(value) >= 0  # an attribute value through and through


@every_document
def test_a_document_depends_on_its_own_words_and_number_alone(spec: Values, kind: str) -> None:
    assert kind
    alone = [spec.draw(words(5, "documents", k, 1), NUMBERS[k : k + 1])[0] for k in range(60)]
    assert drawn(spec) == alone


def test_the_content_of_binaries_stays_bytes() -> None:
    assert isinstance(drawn(ListOf(Binary(ConstantSize(5)), ConstantSize(1)))[0]["L"][0]["B"], bytes)
    assert isinstance(drawn(SetOf(Binary(ConstantSize(5)), ConstantSize(1)))[0]["BS"][0], bytes)


def test_numbers_in_documents_are_texts() -> None:
    assert drawn(ListOf(Number(7, 7), ConstantSize(2)))[0] == {"L": [{"N": "7"}, {"N": "7"}]}
    assert drawn(SetOf(Number(7, 7), ConstantSize(1)))[0] == {"NS": ["7"]}


@pytest.mark.parametrize(
    ("sentence", "member", "count"),
    [
        ("of a choice, where one option is hardly ever drawn", Choice(("a", "b", "c"), (1, 1, 10**9)), 3),
        ("of numbers", Number(-3, 3), 7),
        ("of timestamps", Timestamp(5, 1000), 5),
        ("of decimals", FixedPoint(0, Decimal("0.2"), 2), 21),
        ("of a column in its order", Column(("x", "y", "x", "z"), "S", "sequential"), 3),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_set_can_have_all_the_values_there_are(sentence: str, member: Values, count: int) -> None:
    assert sentence
    for value in drawn(SetOf(member, ConstantSize(count))):
        ((_, members),) = value.items()
        assert len(set(members)) == count


def test_numbers_that_are_equal_are_one_member() -> None:
    spec = SetOf(Column(("1", "1.0", "1.00", "2"), "N", Uniform(4)), ConstantSize(2))
    assert {frozenset(map(Decimal, value["NS"])) for value in drawn(spec)} == {frozenset({Decimal(1), Decimal(2)})}


def test_texts_that_are_spelled_differently_are_different_members() -> None:
    spec = SetOf(Column(("1", "1.0"), "S", Uniform(2)), ConstantSize(2))
    assert {frozenset(value["SS"]) for value in drawn(spec)} == {frozenset({"1", "1.0"})}


def test_a_list_of_a_column_in_its_order_goes_on_from_the_items_number() -> None:
    spec = ListOf(Column(("x", "y", "z"), "S", "sequential"), ConstantSize(2))
    assert [[one["S"] for one in value["L"]] for value in drawn(spec, 3)] == [["x", "y"], ["y", "z"], ["z", "x"]]


def test_long_lists_are_drawn_in_stretches_with_the_same_members() -> None:
    spec = ListOf(Number(0, 9), ConstantSize(30_000))
    block = words(5, "long", 0, 3)
    assert spec.draw(block) == [spec.draw(block[k : k + 1])[0] for k in range(3)]


@pytest.mark.parametrize(
    ("sentence", "member", "count", "message"),
    [
        ("more than a choice has", LETTERS, ConstantSize(4), "a set of 4 .*found 3"),
        ("more than a range has", Number(1, 3), UniformSize(1, 4), "a set of 4 .*found 3"),
        ("more than a column has", Column(("1", "1.0"), "N", Uniform(2)), ConstantSize(2), "a set of 2 .*found 1"),
        (
            "more than a function declares",
            Code("m:f", lambda *_: "a", "S", 9, 5),
            ConstantSize(6),
            "a set of 6 .*found 5",
        ),
        ("more than texts of no letter have", Text(ConstantSize(0)), ConstantSize(2), "a set of 2 .*found 1"),
        ("more than one octet has", Binary(ConstantSize(1)), ConstantSize(257), "a set of 257 .*found 256"),
        ("more than there are words", WordsText(UniformSize(0, 1)), ConstantSize(669), "a set of 669 .*found 668"),
        ("none", LETTERS, UniformSize(0, 2), "at least one member, found a count of 0"),
        ("booleans", Choice((True, False), (1, 1)), ConstantSize(1), "S, N or B, found BOOL"),
        ("lists", ListOf(LETTERS, ConstantSize(1)), ConstantSize(1), "S, N or B, found L"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_sets_that_cannot_be_are_refused(sentence: str, member: Values, count: Any, message: str) -> None:
    assert sentence
    with pytest.raises(ValueError, match=message):
        SetOf(member, count)


def test_a_set_whose_members_run_out_says_how_many_there_were() -> None:
    with pytest.raises(ValueError, match="a set of 2 members needs as many different ones, found 1"):
        drawn(SetOf(Code("m:f", lambda *_: "same", "S", 4), ConstantSize(2)))
