"""Values made by a person's own code: seeded, checked, and run only when that is allowed."""

from __future__ import annotations

import random
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ddbload.errors import UsageError
from ddbload.operation import DrawnValue
from ddbload.values import Code, load_function, words
from ddbload.values.functions import CodeError, ScalarType


def draw(function: Any, kind: ScalarType = "S", max_bytes: int = 100, count: int = 5) -> list[DrawnValue]:
    code = Code("shop:basket", function, kind, max_bytes)
    return code.draw(words(5, "code", 0, count), np.arange(count))


def basket(source: random.Random, number: int) -> str:
    return f"{number}:{source.randrange(1000)}:{source.random()}"


def test_a_value_is_made_of_its_number_and_its_own_random_bits() -> None:
    drawn = draw(basket)
    block = words(5, "code", 0, 5)
    code = Code("shop:basket", basket, "S", 100)
    assert [code.draw(block[k : k + 1], np.array([k]))[0] for k in range(5)] == drawn
    assert [str(value).split(":")[0] for value in drawn] == ["0", "1", "2", "3", "4"]
    assert len({str(value).split(":")[2] for value in drawn}) == 5


@pytest.mark.parametrize(
    ("kind", "returned", "kept"),
    [
        ("S", "a", "a"),
        ("S", "", ""),
        ("N", 7, 7),
        ("N", -1.5, -1.5),
        ("N", Decimal("1.10"), "1.10"),
        ("B", b"ab", b"ab"),
        ("BOOL", True, True),
    ],
)
def test_what_fits_the_type_is_kept(kind: ScalarType, returned: Any, kept: DrawnValue) -> None:
    drawn = draw(lambda *_: returned, kind, count=1)
    assert drawn == [kept]
    assert type(drawn[0]) is type(kept)


@pytest.mark.parametrize(
    ("kind", "returned", "message"),
    [
        ("S", 7, "shop:basket returned 7 for the number 0; what fits is a str for the type S"),
        ("S", None, "shop:basket returned None for the number 0; what fits is a str for the type S"),
        ("S", "é" * 6, "shop:basket returned 'éééééé' for the number 0; what fits is at most max_bytes: 10, not 12"),
        ("S", "\ud800", "shop:basket returned '\\ud800' for the number 0; what fits is text that UTF-8 can spell"),
        ("S", b"x" * 99, f"shop:basket returned b'{'x' * 58}… for the number 0; what fits is a str for the type S"),
        (
            "N",
            "7",
            "shop:basket returned '7' for the number 0; what fits is an int, a float or a Decimal for the type N",
        ),
        (
            "N",
            True,
            "shop:basket returned True for the number 0; what fits is an int, a float or a Decimal for the type N",
        ),
        ("N", float("nan"), "shop:basket returned nan for the number 0; what fits is a finite number"),
        (
            "N",
            10**126,
            (
                f"shop:basket returned 1{'0' * 59}… for the number 0; what fits is a number of 38 digits at most, "
                "from 1E-130 to 9.99E+125"
            ),
        ),
        (
            "N",
            10**5000,
            (
                "shop:basket returned a value of the type int for the number 0; "
                "what fits is a number of 38 digits at most, from 1E-130 to 9.99E+125"
            ),
        ),
        (
            "N",
            int("1" * 38),
            f"shop:basket returned {'1' * 38} for the number 0; what fits is at most max_bytes: 10, not 20",
        ),
        ("B", "ab", "shop:basket returned 'ab' for the number 0; what fits is bytes for the type B"),
        (
            "B",
            b"12345678901",
            "shop:basket returned b'12345678901' for the number 0; what fits is at most max_bytes: 10, not 11",
        ),
        ("BOOL", 1, "shop:basket returned 1 for the number 0; what fits is a bool for the type BOOL"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_was_not_declared_is_refused(kind: ScalarType, returned: Any, message: str) -> None:
    with pytest.raises(CodeError) as error:
        draw(lambda *_: returned, kind, max_bytes=10, count=1)
    assert str(error.value) == message


def test_a_function_that_fails_is_named_with_its_number_and_its_error() -> None:
    def fails(_: random.Random, number: int) -> str:
        return {0: "a"}[number]

    with pytest.raises(CodeError, match=r"^shop:basket failed for the number 1: KeyError: 1$"):
        draw(fails)


def test_an_error_of_several_lines_is_told_on_one() -> None:
    def fails(_: random.Random, number: int) -> str:
        raise ValueError(f"no stock of {number}:\n  ask the shop\n")

    with pytest.raises(CodeError) as error:
        draw(fails)
    assert str(error.value) == "shop:basket failed for the number 0: ValueError: no stock of 0: ask the shop"


def test_a_returned_value_that_prints_on_several_lines_is_shown_on_one() -> None:
    class Table:
        def __repr__(self) -> str:
            return "1 2\n3 4"

    with pytest.raises(CodeError, match=r"^shop:basket returned 1 2 3 4 for the number 0; what fits is a str"):
        draw(lambda *_: Table(), count=1)


def test_a_function_that_would_end_the_program_fails_as_any_other() -> None:
    with pytest.raises(CodeError, match=r"^shop:basket failed for the number 0: SystemExit: 3$"):
        draw(lambda *_: sys.exit(3))


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "ddbload_test_shop.py").write_text("SIZE = 3\ndef basket(source, number):\n    return 'b' * number\n")
    (tmp_path / "ddbload_test_broken.py").write_text("raise OSError('no stock')\n")
    (tmp_path / "ddbload_test_script.py").write_text("raise SystemExit(3)\n")
    for name in ("ddbload_test_shop", "ddbload_test_broken", "ddbload_test_script"):
        sys.modules.pop(name, None)
    return tmp_path


def test_a_function_is_found_beside_the_scenario(shop: Path) -> None:
    before = list(sys.path)
    function = load_function("ddbload_test_shop:basket", allow=True, folder=shop)
    assert draw(function, count=4) == ["", "b", "bb", "bbb"]
    assert sys.path == before


def test_nothing_is_imported_unless_that_is_allowed(shop: Path) -> None:
    with pytest.raises(UsageError, match="ddbload_test_shop:basket: read it, and say --allow-code"):
        load_function("ddbload_test_shop:basket", allow=False, folder=shop)
    assert "ddbload_test_shop" not in sys.modules


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("basket", "'basket' does not name a function; what fits is module:function"),
        ("shop:", "'shop:' does not name a function; what fits is module:function"),
        ("shop.py:basket()", "'shop.py:basket()' does not name a function; what fits is module:function"),
        (
            "ddbload_test_none:basket",
            "'ddbload_test_none:basket' cannot be imported: ModuleNotFoundError: No module named 'ddbload_test_none'",
        ),
        ("ddbload_test_broken:f", "'ddbload_test_broken:f' cannot be imported: OSError: no stock"),
        ("ddbload_test_script:f", "'ddbload_test_script:f' cannot be imported: SystemExit: 3"),
        (
            "ddbload_test_shop:cart",
            "'ddbload_test_shop:cart' is not a function: ddbload_test_shop has nothing of that name",
        ),
        (
            "ddbload_test_shop:SIZE",
            "'ddbload_test_shop:SIZE' is not a function: ddbload_test_shop has a value of the type int",
        ),
    ],
)
def test_a_function_that_is_not_there_is_refused(name: str, message: str, shop: Path) -> None:
    with pytest.raises(CodeError) as error:
        load_function(name, allow=True, folder=shop)
    assert str(error.value) == message
