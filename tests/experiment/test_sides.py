"""Sides of an experiment: their words, what they differ by, their tags."""

from __future__ import annotations

import pytest

from ddbload.errors import UsageError
from ddbload.experiment.sides import Side, phrase, side_of, tags, under_test

COMMON = Side("new", "local", "wire", {"rate": "100", "hold": "3s"})


def test_a_side_is_what_both_share_with_its_own_words_over_it() -> None:
    side = side_of(COMMON, ["transport=sdk", "rate=200", "local:3.3.1"])
    assert side == Side("new", "local:3.3.1", "sdk", {"rate": "200", "hold": "3s"})


def test_a_side_without_words_is_what_both_share() -> None:
    assert side_of(COMMON, []) == COMMON


def test_a_path_with_an_equals_sign_is_a_target_and_no_parameter() -> None:
    assert side_of(COMMON, ["local:/opt/a=b/DynamoDBLocal.jar"]).target == "local:/opt/a=b/DynamoDBLocal.jar"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["local:2.5.2", "local:3.3.1"], "--new local:3.3.1: the target of this side is local:2.5.2 already"),
        (["rate=1", "rate=2"], "--new rate=2: the parameter 'rate' is given twice"),
        (["transport=sdk", "transport=wire"], "the transport of this side is sdk already"),
        (["transport=udp"], "no such transport (known: wire, sdk)"),
        (["locl:2.5.2"], "did you mean local:2.5.2?"),
        (["2.5.2"], "a side is a target such as local:2.5.2, transport=sdk, or a parameter such as rate=200"),
    ],
)
def test_a_word_that_is_none_or_is_said_twice_is_refused_with_what_would_fit(words: list[str], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        side_of(COMMON, words)
    assert said in str(caught.value)


def test_what_is_under_test_has_the_same_keys_on_both_sides() -> None:
    base, new = Side("base", "local:2.5.2"), Side("new", "local:3.3.1", "sdk")
    found = under_test(base, new, {"rate": 100, "deep": True, "hold": "3s"}, {"rate": 200, "deep": False, "hold": "3s"})
    assert found == (
        {"target": "local:2.5.2", "transport": "wire", "params": "rate=100, deep=true"},
        {"target": "local:3.3.1", "transport": "sdk", "params": "rate=200, deep=false"},
    )


def test_a_parameter_given_as_it_is_anyway_is_not_under_test() -> None:
    base, new = Side("base", params={}), Side("new", params={"rate": "1e2"})
    assert under_test(base, new, {"rate": 100}, {"rate": 100}) == ({}, {})


@pytest.mark.parametrize(
    ("base", "new", "expected"),
    [
        ("local:2.5.2", "local:3.3.1", ("local-2.5.2", "local-3.3.1")),
        ("http://127.0.0.1:8000", "aws:eu-west-1", ("http-127.0.0.1-8000", "aws-eu-west-1")),
        ("local:/a/" + "x" * 60 + "/one", "local:/a/two", ("x" * 36 + "-one", "local-a-two")),
    ],
)
def test_tags_are_made_of_what_the_sides_differ_by(base: str, new: str, expected: tuple[str, str]) -> None:
    sides = Side("base", base), Side("new", new)
    first, second = under_test(*sides, {}, {})
    assert tags((sides[0], first), (sides[1], second), (None, None)) == expected


def test_sides_that_are_the_same_have_tags_by_their_place() -> None:
    sides = Side("base", "local"), Side("new", "local")
    assert tags((sides[0], {}), (sides[1], {}), (None, None)) == ("local-base", "local-new")
    assert phrase(sides[0], {}) == "local"


def test_tags_that_are_asked_for_win_and_must_differ() -> None:
    sides = (Side("base"), {"target": "a"}), (Side("new"), {"target": "b"})
    assert tags(*sides, ("Old release", None)) == ("Old release", "b")
    with pytest.raises(UsageError, match="both sides would have the tag x"):
        tags(*sides, ("x", "x"))


@pytest.mark.parametrize("asked", [("", None), (None, "pinned")])
def test_a_side_is_given_no_tag_that_names_nothing(asked: tuple[str | None, str | None]) -> None:
    with pytest.raises(UsageError, match="the tag"):
        tags((Side("base"), {"target": "a"}), (Side("new"), {"target": "b"}), asked)
