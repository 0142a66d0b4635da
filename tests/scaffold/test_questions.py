"""Every answer is judged by itself, with a sentence that says what would fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, strategies as st

from ddbload.errors import UsageError
from ddbload.scaffold import questions
from ddbload.scaffold.answers import Answers, from_answers
from ddbload.scenario.load import parse_scenario

WRONG: list[tuple[Callable[[str], Any], str, str]] = [
    (questions.table_name, "ab", "3 to 255 of a-z"),
    (questions.table_name, "my table", "3 to 255 of a-z"),
    (questions.table_name, "orders\n", "3 to 255 of a-z"),
    (questions.key_name, "", "letters, digits and underscores"),
    (questions.key_name, "größe", "letters, digits and underscores"),
    (questions.key_name, "item", "has for something else"),
    (questions.whole_number, "many", "'many' is no whole number"),
    (questions.whole_number, "0", "a whole number from 1 to"),
    (questions.item_bytes, "500000", "a whole number from 1 to 409,600"),
    (questions.rate, "0", "a number above 0"),
    (questions.rate, "nan", "'nan' is no number"),
    (questions.share, "101", "a number from 0 to 100"),
    (questions.share, "inf", "'inf' is no number"),
    (questions.scenario_name, "-x", "NAME '-x': a scenario's name has up to 64"),
    (questions.scenario_name, "a/b", "a letter or digit first"),
    (questions.scenario_name, ".yaml", "a letter or digit first"),
]


@pytest.mark.parametrize(("judge", "answer", "sentence"), WRONG, ids=[f"{j.__name__} {a!r}" for j, a, _ in WRONG])
def test_an_answer_that_does_not_fit_is_told(judge: Callable[[str], Any], answer: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        judge(answer)


def test_answers_that_fit_are_taken() -> None:
    assert questions.table_name("my-orders.2") == "my-orders.2"
    assert questions.whole_number("1000") == 1000
    assert questions.rate("0.5") == 0.5
    assert (questions.share("80"), questions.share("80%")) == (0.8, 0.8)


def test_a_file_stands_for_its_scenario_and_a_short_name_has_a_longer_table() -> None:
    assert (questions.scenario_name("x.yaml"), questions.scenario_name("shop.v2")) == ("x", "shop.v2")
    assert (questions.table_for("y"), questions.table_for("shop")) == ("ddbload-y", "shop")


NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,10}", fullmatch=True) | st.sampled_from(["and", "SET", "null", "size"])


@given(NAMES, NAMES, st.integers(1, 409_600), st.floats(0, 100))
def test_whatever_is_taken_makes_a_scenario_that_loads(partition: str, sort: str, size: int, reads: float) -> None:
    try:
        keys = questions.key_name(partition), questions.key_name(sort) if sort != partition else ""
    except UsageError:
        return
    answers = Answers("orders", *keys, item_bytes=questions.item_bytes(f"{size}"), reads=questions.share(f"{reads}"))
    assert parse_scenario(from_answers("mine", answers)).scenario.name == "mine"
