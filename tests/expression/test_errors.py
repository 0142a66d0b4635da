"""A wrong expression is refused with its place, a plain sentence and what would fit."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings, strategies as st

from ddbload.errors import DdbloadError
from ddbload.expression import Expression, ExpressionError, parse_condition, parse_projection, parse_update
from ddbload.expression.tree import Compare, Number, Path

CONDITIONS = [
    ("", 0, "empty", "an attribute"),
    ("a", 1, "ends too early", "BETWEEN"),
    ("a =", 3, "ends too early", "a value"),
    ("a = 1 AND", 9, "ends too early", "an attribute"),
    ("(a = 1", 6, "ends too early", "a closing bracket"),
    ("a == 1", 2, "'=='", "single ="),
    ("a != 1", 2, "'!='", "<>"),
    ("a = 1 && b = 2", 6, "'&&'", "AND"),
    ("a = 1 || b = 2", 6, "'||'", "OR"),
    ("!(a = 1)", 0, "'!'", "NOT"),
    ("a = :v", 4, "':v'", "{name}"),
    ('a = "x"', 4, "single quotes", "'…'"),
    ("a = 'x", 4, "no end", "single quote"),
    ("a = {1}", 4, "placeholder", "{name}"),
    ("a = '{'", 5, "lone '{'", "{{"),
    ("a = '}'", 5, "lone '}'", "}}"),
    ("größe = 1", 0, "'größe' needs quotes", "#'größe' if an attribute"),
    ("a = 1 AND b.#größe > 2", 13, "'größe' needs quotes", "#'größe'"),
    ("my-attr = 1", 0, "'my-attr' needs quotes", "#'my-attr'"),
    ("my attr = 1", 3, "'attr' does not fit", "; or #'my attr' if an attribute"),
    ("2nd = 1", 0, "'2nd' needs quotes", "#'2nd'"),
    ("# = 1", 0, "missing after '#'", "#name"),
    ("and = 1", 0, "word of the language", "#and"),
    ("a = 1 b", 6, "'b' does not fit", "AND"),
    ("a like 'x'", 2, "'like' is not an operator", "begins_with"),
    ("a = 1 ADD b", 6, "'ADD' does not fit", "AND"),
    ("a IN 1", 5, "'1' does not fit", "an opening bracket"),
    ("a BETWEEN 1, 2", 11, "',' does not fit", "AND"),
    ("a BETWEEN 2 AND 1", 10, "lower bound", "lower AND upper"),
    ("a BETWEEN 'b' AND 'a'", 10, "lower bound", "lower AND upper"),
    ("a = a", 4, "the same", "two different things"),
    ("a = 1e200", 4, "no such number", "38 digits"),
    ("a = 123456789012345678901234567890123456789", 4, "no such number", "38 digits"),
    ("begin_with(a, 'x')", 0, "'begin_with' is not a function", "begins_with(…)"),
    ("BEGINS_WITH(a, 'x')", 0, "'BEGINS_WITH' is not a function", "begins_with(…)"),
    ("b = 1 AND zzz(a)", 10, "'zzz' is not a function", "attribute_exists, "),
    ("begins_with(a)", 0, "begins_with takes 2, not 1", "begins_with(path, text)"),
    ("attribute_exists('a')", 17, "attribute_exists asks about an attribute", "attribute_exists(name…)"),
    ("attribute_exists(a) = true", 0, "a condition by itself", "NOT"),
    ("attribute_type(a, 'STRING')", 18, "compares with a type", "'SS'"),
    ("size(a)", 0, "size(…) is a number", "size(a) > 10"),
    ("a = if_not_exists(b, 1)", 4, "SET computes", "size(a)"),
    ("if_not_exists(b, 1)", 0, "SET computes", "attribute_exists"),
    ("NOT " * 300 + "a = 1", 0, "301 operators", "at most 300"),
    (" AND ".join(["a = 1"] * 151), 0, "301 operators", "at most 300"),
    (f"a IN ({', '.join(map(str, range(101)))})", 396, "IN has 101 choices", "at most 100"),
]

UPDATES = [
    ("", 0, "empty", "SET"),
    ("a = 1", 0, "'a' does not fit", "SET"),
    ("SET größe = 1", 4, "'größe' needs quotes", "#'größe'"),
    ("SET my-attr = 1", 4, "'my-attr' needs quotes", "#'my-attr'"),
    ("SET my attr = 1", 7, "'attr' does not fit", "#'my attr'"),
    ("REMOVE été, b", 7, "'été' needs quotes", "#'été'"),
    ("SET a 1", 6, "'1' does not fit", "an equals sign"),
    ("SET a = 1,", 10, "ends too early", "an attribute"),
    ("SET a = 1 SET b = 2", 10, "SET is there twice", "one clause"),
    ("SET a = 1, a.b = 2", 11, "'a' is changed twice", "each path"),
    ("SET a = 1 REMOVE a", 17, "'a' is changed twice", "each path"),
    ("SET a.b = 1, a[0] = 2", 13, "'a' is both a list and a map", "a.b or a[0]"),
    ("SET a = b * 2", 10, "does not compute '*'", "adds and subtracts"),
    ("SET a = a + 1 + 2", 14, "'+' does not fit", "a comma"),
    ("SET a = a + 'x'", 12, "'+' takes numbers", "a number"),
    ("SET a = size(b)", 8, "of conditions", "if_not_exists"),
    ("SET a = list_append(a, 'x')", 23, "joins two lists", "a list"),
    ("ADD a 'x'", 6, "ADD takes a number or a set", "SET"),
    ("DELETE a 1", 9, "out of a set", "REMOVE"),
    ("SET a = :v", 8, "':v'", "{name}"),
    ("SET set = 1", 4, "word of the language", "#set"),
]

PROJECTIONS = [
    ("", 0, "empty", "an attribute"),
    ("a,", 2, "ends too early", "an attribute"),
    ("a b", 2, "'b' does not fit", "a comma"),
    ("size(a)", 4, "'(' does not fit", "a comma"),
    ("{name}", 0, "{name} is a value", "an attribute"),
    ("a, 'b'", 3, "'b' is a value", "an attribute"),
    ("a, b, a", 6, "'a' is asked for twice", "each path of the item once"),
    ("a.b, a", 5, "'a' is asked for twice", "none within another"),
    ("a, a[0]", 3, "'a' is asked for twice", "none within another"),
    ("a.b, a[0]", 5, "'a' is both a list and a map", "a.b or a[0]"),
    ("set", 0, "word of the language", "#set"),
]


@pytest.mark.parametrize(("text", "offset", "message", "fits"), CONDITIONS)
def test_a_wrong_condition_is_refused(text: str, offset: int, message: str, fits: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse_condition(text)
    assert message in refused.value.message
    assert fits in refused.value.fits
    assert refused.value.offset == offset


@pytest.mark.parametrize(("text", "offset", "message", "fits"), UPDATES)
def test_a_wrong_update_is_refused(text: str, offset: int, message: str, fits: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse_update(text)
    assert message in refused.value.message
    assert fits in refused.value.fits
    assert refused.value.offset == offset


@pytest.mark.parametrize(("text", "offset", "message", "fits"), PROJECTIONS)
def test_a_wrong_projection_is_refused(text: str, offset: int, message: str, fits: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse_projection(text)
    assert message in refused.value.message
    assert fits in refused.value.fits
    assert refused.value.offset == offset


@pytest.mark.parametrize("text", ["größe = 1", "my-attr = 1", "2nd = 1", "é = 1"])
def test_what_the_error_advises_is_taken(text: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse_condition(text)
    quoted = refused.value.fits.partition(" if ")[0]
    assert parse_condition(f"{quoted} = 1") == Compare("=", Path((text.partition(" ")[0],)), Number("1"))


def test_a_hyphen_between_two_attributes_still_subtracts() -> None:
    assert parse_update("SET a = b-c") == parse_update("SET a = b - c")


def test_the_error_reads_as_one_line() -> None:
    with pytest.raises(DdbloadError) as refused:
        parse_condition("a != 1")
    assert str(refused.value) == "'!=' is not an operator of DynamoDB, at character 3 (<>)"


FRAGMENTS = [
    *("a", "#b", "1", "'t'", "{n}", "'", "{", ":v", "=", "<>", "(", ")", ",", ".", "[0]", "+", "-", "é", "\x00"),
    *("AND", "OR", "NOT", "IN", "BETWEEN", "SET", "REMOVE", "ADD", "DELETE", "size", "contains", "if_not_exists"),
]


@settings(max_examples=300, derandomize=True, deadline=None)
@given(
    st.sampled_from([parse_condition, parse_update, parse_projection]),
    st.lists(st.sampled_from(FRAGMENTS), max_size=12).map(" ".join),
)
def test_whatever_is_no_expression_is_refused_with_a_place_within_it(
    parse: Callable[[str], Expression], text: str
) -> None:
    refused: ExpressionError | None = None
    try:
        parse(text)
    except ExpressionError as error:
        refused = error
    assert refused is None or (refused.message and 0 <= refused.offset <= len(text))
