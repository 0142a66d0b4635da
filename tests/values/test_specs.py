"""Values of attributes: types, sizes and distributions as specified."""

from __future__ import annotations

import math
import re
import uuid
from decimal import Decimal
from statistics import NormalDist

import numpy as np
import pytest

from ddbload.values import (
    Binary,
    Choice,
    Column,
    ConstantSize,
    FixedPoint,
    HistogramSize,
    LognormalSize,
    Number,
    Size,
    Text,
    Timestamp,
    Uniform,
    UniformSize,
    Uuid,
    Values,
    WordsText,
    words,
)
from ddbload.values.vocabulary import LONGEST_WORD, MEAN_WORD, SHORTEST_WORD, VOCABULARY

EVERY: list[tuple[str, Values]] = [
    ("texts by weight", Choice(("open", "paid", "void"), (20, 70, 10))),
    ("numbers alike", Choice((1, 2.5, 300), (1, 1, 1))),
    ("booleans", Choice((True, False), (1, 3))),
    ("a whole number", Number(-50, 12_345)),
    ("the widest range", Number(1 - 2**62, 2**62)),
    ("a time of the last 90 days", Timestamp(90 * 86_400, 1_767_225_600)),
    ("a uuid", Uuid()),
    ("text of a constant size", Text(ConstantSize(100))),
    ("text of a uniform size", Text(UniformSize(0, 300))),
    ("text of a lognormal size", Text(LognormalSize(700, 6000, 32_000))),
    ("bytes of a uniform size", Binary(UniformSize(1, 64))),
    ("text of the sizes of a histogram", Text(HistogramSize((5, 700), (1, 3)))),
    ("some words", WordsText(UniformSize(0, 9))),
    ("a number of two decimals", FixedPoint(-3, 12_345, 2)),
    ("a column of texts", Column(("x", "y", "z"), "S", Uniform(3))),
    ("a column of numbers", Column(("1", "2.50"), "N", Uniform(2))),
]
every_value = pytest.mark.parametrize("spec", [row[1] for row in EVERY], ids=[row[0] for row in EVERY])


@every_value
def test_a_value_depends_on_its_own_words_alone(spec: Values) -> None:
    together = spec.draw(words(5, "v", 0, 50))
    assert [spec.draw(words(5, "v", counter, 1))[0] for counter in range(50)] == together


@every_value
def test_the_type_says_what_python_type_is_drawn(spec: Values) -> None:
    types: dict[str, set[type]] = {"S": {str}, "N": {int, float, str}, "B": {bytes}, "BOOL": {bool}}
    assert {type(value) for value in spec.draw(words(5, "v", 0, 200))} <= types[spec.type]


def test_a_choice_keeps_its_weights() -> None:
    drawn = Choice(("open", "paid", "void"), (20, 70, 10)).draw(words(5, "v", 0, 100_000))
    shares = {option: drawn.count(option) / len(drawn) for option in ("open", "paid", "void")}
    assert shares == pytest.approx({"open": 0.2, "paid": 0.7, "void": 0.1}, abs=0.005)


def test_a_choice_of_mixed_types_is_refused() -> None:
    with pytest.raises(ValueError, match="one type"):
        Choice(("a", 1), (1, 1))


def test_fixed_point_numbers_reach_both_ends_with_all_their_decimals() -> None:
    drawn = FixedPoint(Decimal("-0.2"), Decimal("0.1"), 1).draw(words(5, "v", 0, 100))
    assert set(drawn) == {"-0.2", "-0.1", "0.0", "0.1"}
    assert set(FixedPoint(-1, 1, 0).draw(words(5, "v", 0, 100))) == {"-1", "0", "1"}
    assert set(FixedPoint(7, 7, 3).draw(words(5, "v", 0, 3))) == {"7.000"}


def test_words_are_lower_case_with_one_blank_between_them() -> None:
    drawn = [str(text) for text in WordsText(UniformSize(1, 9)).draw(words(5, "v", 0, 500))]
    for text in drawn:
        assert set(text.split(" ")) <= set(VOCABULARY)
    assert len(set(drawn)) > 400


def test_texts_of_words_are_as_long_as_the_vocabulary_says() -> None:
    spec = WordsText(ConstantSize(20))
    sizes = [len(str(text)) for text in spec.draw(words(5, "v", 0, 5000))]
    assert min(sizes) >= 20 * (SHORTEST_WORD + 1) - 1
    assert max(sizes) <= spec.max_bytes == 20 * (LONGEST_WORD + 1) - 1
    assert np.mean(sizes) == pytest.approx(20 * (MEAN_WORD + 1) - 1, abs=0.5)


def test_no_words_at_all_are_an_empty_text() -> None:
    assert set(WordsText(ConstantSize(0)).draw(np.zeros((3, 4), dtype=np.uint64))) == {""}


def test_the_vocabulary_is_of_different_plain_words() -> None:
    assert len(set(VOCABULARY)) == len(VOCABULARY)
    assert all(word.isascii() and word.isalpha() and word.islower() for word in VOCABULARY)


def test_a_column_in_its_order_goes_by_the_number() -> None:
    column = Column(("x", "y", "z"), "S", "sequential")
    assert column.draw(words(5, "v", 0, 4), np.array([0, 5, 7, 9])) == ["x", "z", "y", "x"]
    with pytest.raises(TypeError, match="by number"):
        column.draw(words(5, "v", 0, 4))


def test_a_histogram_knows_its_smallest_and_its_largest_size_that_occurs() -> None:
    size = HistogramSize((900, 10, 5, 2000), (1, 2, 0, 0))
    assert (size.min_bytes, size.max_bytes) == (10, 900)
    assert set(size.draw(words(5, "v", 0, 100)[:, 0]).tolist()) == {10, 900}


def test_numbers_reach_both_ends() -> None:
    assert set(Number(-2, 3).draw(words(5, "v", 0, 500))) == {-2, -1, 0, 1, 2, 3}


def test_timestamps_end_with_the_newest_second() -> None:
    assert set(Timestamp(3, 1000).draw(words(5, "v", 0, 100))) == {998, 999, 1000}


def test_uuids_are_of_version_4_and_differ() -> None:
    drawn = [str(value) for value in Uuid().draw(words(5, "v", 0, 1000))]
    assert len(set(drawn)) == 1000
    for text in drawn:
        parsed = uuid.UUID(text)
        assert (str(parsed), parsed.version, parsed.variant) == (text, 4, uuid.RFC_4122)


def test_text_is_printable_and_needs_no_escape_in_json() -> None:
    characters = set("".join(str(value) for value in Text(ConstantSize(200)).draw(words(5, "v", 0, 200))))
    assert all(c.isascii() and (c.isalnum() or c in "_-") for c in characters)
    assert len(characters) == 64


def test_a_text_of_a_seed_does_not_depend_on_how_large_others_may_be() -> None:
    block = words(5, "v", 0, 10)
    shorter, longer = Text(UniformSize(10, 10)).draw(block), Text(UniformSize(300_000, 300_000)).draw(block)
    assert [str(text)[:10] for text in longer] == shorter


def test_uniform_sizes_reach_both_ends_alike() -> None:
    counts = np.bincount(UniformSize(5, 8).draw(words(5, "v", 0, 40_000)[:, 0]), minlength=9)
    assert counts[5:] == pytest.approx(10_000, rel=0.03)


def test_lognormal_sizes_follow_their_distribution() -> None:
    median, p99, largest = 700, 6000, 32_000
    sizes = np.sort(LognormalSize(median, p99, largest).draw(words(5, "v", 0, 50_000)[:, 0]))
    sigma = math.log(p99 / median) / NormalDist().inv_cdf(0.99)
    for share in (0.1, 0.5, 0.9, 0.99, 0.999):
        expected = median * math.exp(sigma * NormalDist().inv_cdf(share))
        assert (sizes <= expected).mean() == pytest.approx(share, abs=0.006)
    assert sizes.max() <= largest


@pytest.mark.parametrize(
    ("sentence", "make"),
    [
        ("min beyond max", lambda: UniformSize(5, 4)),
        ("p99 below the median", lambda: LognormalSize(100, 99, 1000)),
        ("max below the median", lambda: LognormalSize(100, 200, 50)),
        ("a number's min beyond its max", lambda: Number(2, 1)),
        ("a range beyond 64 bits", lambda: Number(0, 2**63)),
        ("no weight at all", lambda: Choice(("a",), (0,))),
        ("a size without its weight", lambda: HistogramSize((1, 2), (1,))),
        ("a histogram of nothing", lambda: HistogramSize((), ())),
        ("a negative size", lambda: HistogramSize((-1,), (1,))),
        ("sizes that never occur", lambda: HistogramSize((1,), (0,))),
        ("too many decimals", lambda: FixedPoint(0, 1, 10)),
        ("a fixed point's min beyond its max", lambda: FixedPoint(1, 0, 2)),
        ("a column of nothing", lambda: Column((), "S", "sequential")),
        ("a chooser of another count", lambda: Column(("a",), "S", Uniform(2))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_specifications_that_contradict_themselves_are_refused(sentence: str, make: type[Size]) -> None:
    assert sentence
    with pytest.raises(ValueError, match="found"):
        make()


@pytest.mark.parametrize("end", ["0.005", "NaN", "Infinity", "1e30"])
def test_a_fixed_point_number_cannot_end_where_its_decimals_do_not_reach(end: str) -> None:
    with pytest.raises(ValueError, match=f"2 decimals cannot begin or end at {re.escape(str(Decimal(end)))}"):
        FixedPoint(0, Decimal(end), 2)
