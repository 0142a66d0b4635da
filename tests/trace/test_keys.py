"""Shapes of keys, and what operations do by their names."""

# ruff: noqa: E501 - a case stands on one line, as a person reads it

from __future__ import annotations

import uuid

import pytest

from ddbload.trace.fit.keys import HOLE, Shapes, named
from ddbload.trace.fit.kinds import kind_of

SHAPES: list[tuple[str, list[str], str, tuple[str, ...], tuple[str, ...]]] = [
    ("numbers are coordinates, named by the word before", [f"user#{n}" for n in range(99)], "user#?", ("user",), ("user#{user}",)),
    ("partition and sort key have templates of their own", [f"cust#{n}/order#{n % 7}" for n in range(99)], "cust#?/order#?", ("cust", "order"), ("cust#{cust}", "order#{order}")),
    ("a lone number is a number", [str(n) for n in range(99)], "?", ("number",), ("{number}",)),
    ("names stand once", [f"a{n}a{n}" for n in range(99)], "a?a?", ("a", "a2"), ("a{a}a{a2}",)),
    ("a UUID is one coordinate", [f"s#{uuid.UUID(int=n * 7**40 % 2**128)}" for n in range(99)], "s#?", ("s",), ("s#{s}",)),
    ("words after a separator are a coordinate", [f"user#{'abcdefghij'[n % 10]}{'klmnopqrst'[n // 10]}" for n in range(99)], "user#?", ("user",), ("user#{user}",)),
    ("other words are one coordinate", ["".join(chr(97 + (n >> k) % 16) for k in (0, 2, 4)) for n in range(99)], "?", ("number",), ("{number}",)),
    ("braces are doubled", [f"{{{n}}}" for n in range(99)], "{?}", ("number",), ("{{{number}}}",)),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "keys", "shape", "names", "template"), SHAPES, ids=[case[0] for case in SHAPES])
def test_keys_have_a_shape(
    sentence: str, keys: list[str], shape: str, names: tuple[str, ...], template: tuple[str, ...]
) -> None:
    found = Shapes(keys)
    assert {found.of(key) for key in keys} == {shape.replace("?", HOLE)}, sentence
    assert (named(found.of(keys[0])).names, named(found.of(keys[0])).template) == (names, template)


def test_keys_of_many_shapes_later_on_do_not_fill_the_memory() -> None:
    shapes = Shapes([f"user#{n}" for n in range(99)])
    assert len({shapes.of("x" * n + "#1") for n in range(1_000)}) < 100


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("get", ["GetItem", "BatchGetItem", "TransactGetItems", "read_order", "get"]),
        ("query", ["Query", "list_orders", "recent"]),
        ("scan", ["Scan", "scan"]),
        ("put", ["PutItem", "BatchWriteItem", "insert", "place_order", "INSERT"]),
        ("update", ["UpdateItem", "pay", "TransactWriteItems"]),
        ("delete", ["DeleteItem", "remove_cart"]),
        (None, ["checkout", "x", "7"]),
    ],
)
def test_names_tell_what_an_operation_does(kind: str | None, names: list[str]) -> None:
    assert {name: kind_of(name) for name in names} == dict.fromkeys(names, kind)
