"""Units of reads and writes: the published cases, by their numbers in AWS's documentation and price pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, strategies as st

from ddbload.capacity import (
    failed_condition_units,
    get_units,
    item_bytes,
    item_write_units,
    query_units,
    read_units,
    write_units,
)

KB = 1024
VECTORS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parents[1] / "data/units.yaml").read_text())


def sized(n_bytes: int) -> dict[str, Any]:
    return {"p": {"S": "x" * (n_bytes - 1)}}


READS = [
    ("8 KB", 8 * KB, 2, 1, 4),
    ("3.5 KB is billed as 4", 3584, 1, 0.5, 2),
    ("10 KB is billed as 12", 10 * KB, 3, 1.5, 6),
    ("a page of 40.8 KB is billed as 44", 41779, 11, 5.5, 22),
    ("a page of 1,500 items of 64 bytes", 96_000, 24, 12, 48),
    ("a page of 80 KB", 80 * KB, 20, 10, 40),
    ("a full page of 1 MB", KB * KB, 256, 128, 512),
    ("nothing there costs the minimum", 0, 1, 0.5, 2),
    ("4 KB exactly", 4 * KB, 1, 0.5, 2),
    ("4 KB and a byte", 4 * KB + 1, 2, 1, 4),
]
WRITES = [
    ("500 bytes", 500, 1, 2),
    ("1.6 KB", 1639, 2, 4),
    ("2 KB", 2 * KB, 2, 4),
    ("3 KB", 3 * KB, 3, 6),
    ("1 KB and a byte", KB + 1, 2, 4),
    ("7.5 KB", 7680, 8, 16),
    ("nothing there costs the minimum", 0, 1, 2),
]
ITEM_WRITES = [
    ("one byte more in 5 KB that stay 5 KB", 5 * KB - 1, 5 * KB, 5),
    ("half a KB over 10 KB", 10 * KB, KB // 2, 10),
    ("a delete of nothing", None, None, 1),
    ("a delete of 2,900 bytes", 2900, None, 3),
    ("a new item", None, 3584, 4),
]


@pytest.mark.parametrize(
    ("n_bytes", "strong", "eventual", "transactional"), [r[1:] for r in READS], ids=[r[0] for r in READS]
)
def test_a_read_takes_its_units(n_bytes: int, strong: float, eventual: float, transactional: float) -> None:
    assert read_units(n_bytes, consistent=True) == strong
    assert read_units(n_bytes) == eventual
    assert read_units(n_bytes, transactional=True) == transactional


@pytest.mark.parametrize(("n_bytes", "standard", "transactional"), [r[1:] for r in WRITES], ids=[r[0] for r in WRITES])
def test_a_write_takes_its_units(n_bytes: int, standard: float, transactional: float) -> None:
    assert write_units(n_bytes) == standard
    assert write_units(n_bytes, transactional=True) == transactional


@pytest.mark.parametrize(("old", "new", "units"), [r[1:] for r in ITEM_WRITES], ids=[r[0] for r in ITEM_WRITES])
def test_a_write_is_charged_by_the_larger_of_before_and_after(old: int | None, new: int | None, units: float) -> None:
    assert item_write_units(None if old is None else sized(old), None if new is None else sized(new)) == units


def test_a_failed_condition_is_charged_by_the_larger_of_what_is_and_what_was_to_be() -> None:
    assert failed_condition_units(sized(300 * KB), sized(310 * KB)) == 310
    assert failed_condition_units(None, None) == 1


def test_a_local_index_rounds_each_fetched_item_by_itself() -> None:
    # 4 entries of 200 bytes are 4 KB, and 4 items of 300 bytes are 4 KB each: 20 KB
    assert query_units(4 * 200, consistent=True, fetched_bytes=[300] * 4) == 5
    assert query_units(4 * 200, fetched_bytes=[300] * 4) == 2.5


def test_a_page_is_rounded_once() -> None:
    assert query_units(10 * 512) == 1
    assert query_units(8 * 2000) == 2


@given(st.integers(0, 500_000), st.integers(0, 500_000))
def test_a_page_never_costs_more_than_its_items_by_themselves(first: int, second: int) -> None:
    assert query_units(first + second) <= read_units(first) + read_units(second)


def test_bytes_below_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        read_units(-1)


# --- the vectors of data/units.yaml --------------------------------------------------------------------------------


def observed(inputs: dict[str, Any], expected: str) -> float:  # noqa: PLR0911 - one branch a kind of case
    """The number that a vector expects, computed here."""
    sizes = inputs.get("item_bytes", 0)
    sizes = sizes if isinstance(sizes, list) else [sizes] * inputs.get("items", 1)
    strong = inputs.get("consistency") == "strong" or expected.endswith("strong")
    strong = strong and not expected.endswith("eventual")
    match inputs.get("op"):
        case None:
            return item_bytes(inputs["item"])
        case "GetItem" if not inputs.get("item_exists", True):
            return get_units(None, consistent=strong)
        case "GetItem" | "BatchGetItem" | "TransactGetItems" as op:
            return sum(read_units(n, consistent=strong, transactional=op == "TransactGetItems") for n in sizes)
        case "Query" | "Scan":
            return query_units(inputs.get("total_bytes", sum(sizes)), consistent=strong)
        case "PutItem" if inputs.get("condition") == "fails":
            return failed_condition_units(None, sized(200))
        case "UpdateItem":
            return item_write_units(sized(inputs["before_bytes"]), sized(inputs["after_bytes"]))
        case "TransactWriteItems" if expected == "gsi_wcu":
            return sum(write_units(index["projected_bytes"]) for index in inputs["gsi"])
        case "PutItem" | "BatchWriteItem" | "TransactWriteItems" as op:
            doubled = op == "TransactWriteItems" or expected.endswith("transactional")
            return sum(write_units(n, transactional=doubled) for n in sizes)
        case other:
            raise AssertionError(other)


CASES = [
    pytest.param(vector["inputs"], name, value, vector["tolerance"].get("abs_bytes", 0), id=f"{vector['id']}-{name}")
    for vector in VECTORS
    for name, value in vector["expected"].items()
    if name != "billed_kb"
]


@pytest.mark.parametrize(("inputs", "name", "value", "tolerance"), CASES)
def test_a_published_case_comes_out(inputs: dict[str, Any], name: str, value: float, tolerance: float) -> None:
    assert abs(observed(inputs, name) - value) <= tolerance
