"""Values of attributes: types, sizes and distributions as specified."""

from __future__ import annotations

import math
import uuid
from statistics import NormalDist

import numpy as np
import pytest

from ddbload.values import (
    Binary,
    Choice,
    ConstantSize,
    LognormalSize,
    Number,
    Size,
    Text,
    Timestamp,
    UniformSize,
    Uuid,
    Values,
    words,
)

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
]
every_value = pytest.mark.parametrize("spec", [row[1] for row in EVERY], ids=[row[0] for row in EVERY])


@every_value
def test_a_value_depends_on_its_own_words_alone(spec: Values) -> None:
    together = spec.draw(words(5, "v", 0, 50))
    assert [spec.draw(words(5, "v", counter, 1))[0] for counter in range(50)] == together


@every_value
def test_the_type_says_what_python_type_is_drawn(spec: Values) -> None:
    types: dict[str, set[type]] = {"S": {str}, "N": {int, float}, "B": {bytes}, "BOOL": {bool}}
    assert {type(value) for value in spec.draw(words(5, "v", 0, 200))} <= types[spec.type]


def test_a_choice_keeps_its_weights() -> None:
    drawn = Choice(("open", "paid", "void"), (20, 70, 10)).draw(words(5, "v", 0, 100_000))
    shares = {option: drawn.count(option) / len(drawn) for option in ("open", "paid", "void")}
    assert shares == pytest.approx({"open": 0.2, "paid": 0.7, "void": 0.1}, abs=0.005)


def test_a_choice_of_mixed_types_is_refused() -> None:
    with pytest.raises(ValueError, match="one type"):
        Choice(("a", 1), (1, 1))


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
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_specifications_that_contradict_themselves_are_refused(sentence: str, make: type[Size]) -> None:
    assert sentence
    with pytest.raises(ValueError, match="found"):
        make()
