"""The parser's tables fit the grammar that stands beside them, and parse as the grammar does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ddbload.expression import parser
from ddbload.expression.parse import parse_condition, parse_projection, parse_update


@pytest.fixture
def fresh() -> Iterator[None]:
    """No parser is kept from before, or for afterwards."""
    parser.parser.cache_clear()
    yield
    parser.parser.cache_clear()


def test_the_tables_are_of_this_grammar() -> None:
    made_of = parser.tables_stamp().split()[0]
    assert made_of == parser.stamp().split()[0], "make them anew: python -m ddbload.expression.parser"


@pytest.mark.parametrize(
    ("start", "text"),
    [
        ("condition", "NOT (a = 'x' OR begins_with(b.c[0], {n})) AND d IN (1, -2) AND e BETWEEN 1 AND 2"),
        ("update", "SET a = if_not_exists(a, 0) + 1 REMOVE b[1] ADD c {n} DELETE d {m}"),
        ("projection", "a, #set, #'odd name'.b[0]"),
    ],
)
def test_they_parse_as_the_grammar_does(start: str, text: str) -> None:
    assert parser.parser().parse(text, start=start) == parser.make().parse(text, start=start)


@pytest.mark.usefixtures("fresh")
def test_tables_that_do_not_fit_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    made = parser.make()
    monkeypatch.setattr(parser, "stamp", lambda: b"another lark")
    monkeypatch.setattr(parser, "make", lambda: made)
    assert parser.parser() is made


def test_a_deep_expression_is_parsed_without_recursion() -> None:
    assert parse_condition("(" * 5000 + "a = 1" + ")" * 5000) == parse_condition("a = 1")
    assert parse_update("SET a = 1").set
    assert parse_projection("a" + ".b" * 2000).paths[0].attribute == "a"
