"""Units of batches, transactions and scans."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from ddbload.capacity import (
    Change,
    IndexShape,
    TableShape,
    WriteUnits,
    batch_get_units,
    batch_write_units,
    cancelled_units,
    condition_check_units,
    item_write_units,
    needs_items,
    put_units,
    read_units,
    replayed_units,
    scan_units,
    select_counterpart,
    sum_units,
    transact_get_units,
    transact_write_units,
)

KB = 1024
TABLE = TableShape(
    ("pk", "sk"),
    {
        "by_status": IndexShape(("status",), "all"),
        "local_keys": IndexShape(("pk", "placed"), "keys", local=True),
        "local_some": IndexShape(("pk", "placed"), ("note",), local=True),
        "local_all": IndexShape(("pk", "placed"), "all", local=True),
    },
)


def sized(n_bytes: int, **attributes: str) -> dict[str, Any]:
    """An item of that many bytes."""
    item = {name: {"S": text} for name, text in attributes.items()}
    return {**item, "p": {"S": "x" * (n_bytes - 1 - sum(len(name) + len(text) for name, text in attributes.items()))}}


# --- reads -----------------------------------------------------------------------------------------------------------


def test_a_batch_of_reads_rounds_each_item_by_itself() -> None:
    items = [sized(1536), sized(6656), None]
    assert batch_get_units(items) == 0.5 + 1 + 0.5
    assert batch_get_units(items, consistent=True) == 1 + 2 + 1


def test_a_transaction_of_reads_costs_two_for_each_4_kb() -> None:
    assert transact_get_units([sized(500)] * 3) == 6
    assert transact_get_units([sized(4 * KB), sized(4 * KB + 1), None]) == 2 + 4 + 2


def test_a_scan_rounds_each_page_once() -> None:
    assert scan_units([KB * KB, 80 * KB]) == 128 + 10
    assert scan_units([KB * KB, 80 * KB], consistent=True) == 256 + 20


def test_each_segment_of_a_parallel_scan_costs_the_minimum() -> None:
    assert scan_units([0] * 8) == 4
    assert scan_units([100] * 8, consistent=True) == 8


@given(st.lists(st.integers(1, KB * KB), min_size=1, max_size=8))
def test_segments_never_cost_less_than_one_read_of_all_they_hold(segments: list[int]) -> None:
    assert scan_units(segments) >= read_units(sum(segments))


FETCHES: list[tuple[str, str, tuple[str, ...] | None, bool]] = [
    ("all attributes of an index of keys", "local_keys", None, True),
    ("all attributes of an index of everything", "local_all", None, False),
    ("the keys of table and index", "local_keys", ("pk", "sk", "placed"), False),
    ("an attribute that is not held", "local_keys", ("pk", "note"), True),
    ("an attribute that is held", "local_some", ("pk", "note"), False),
    ("of a global index nothing", "by_status", None, False),
]


@pytest.mark.parametrize(("index", "wanted", "fetches"), [row[1:] for row in FETCHES], ids=[row[0] for row in FETCHES])
def test_a_local_index_fetches_what_it_does_not_hold(
    index: str, wanted: tuple[str, ...] | None, *, fetches: bool
) -> None:
    assert needs_items(TABLE, index, wanted) is fetches


SELECTS = [
    ("the whole key", {"pk", "sk", "a"}, "GetItem"),
    ("the partition key", {"pk"}, "Query"),
    ("the sort key alone", {"sk"}, "Scan"),
    ("nothing", set[str](), "Scan"),
]


@pytest.mark.parametrize(("equalities", "api"), [row[1:] for row in SELECTS], ids=[row[0] for row in SELECTS])
def test_a_select_is_what_its_equalities_make_of_it(equalities: set[str], api: str) -> None:
    assert select_counterpart(equalities, ["pk"], ["sk"]) == api


# --- writes ----------------------------------------------------------------------------------------------------------


def test_a_batch_of_writes_is_the_sum_of_its_writes() -> None:
    changes: list[Change] = [
        (None, sized(500)),
        (sized(3 * KB), sized(3584, status="open")),
        (sized(2000, status="open"), None),
        (None, None),
    ]
    assert batch_write_units(changes, TABLE) == (1 + 4 + 2 + 1, {"by_status": 4 + 2})


def test_a_transaction_doubles_the_table_and_not_the_index() -> None:
    assert transact_write_units(None, sized(900, status="open"), TABLE) == (2, {"by_status": 1})
    assert sum_units(transact_write_units(None, sized(500), TABLE) for _ in range(3)) == (6, {})


TRANSACTED = [
    ("by the larger of before and after", sized(5 * KB), sized(2 * KB), 10),
    ("a delete", sized(3 * KB), None, 6),
    ("a delete of nothing", None, None, 2),
    ("1 KB and a byte", None, sized(KB + 1), 4),
]


@pytest.mark.parametrize(("old", "new", "units"), [row[1:] for row in TRANSACTED], ids=[row[0] for row in TRANSACTED])
def test_a_write_of_a_transaction_takes_its_units(
    old: dict[str, Any] | None, new: dict[str, Any] | None, units: float
) -> None:
    assert transact_write_units(old, new, TABLE).table == units


def test_a_condition_check_is_charged_by_the_item_it_checks() -> None:
    assert condition_check_units(None) == 2
    assert condition_check_units(sized(3 * KB)) == 6


def test_a_cancelled_transaction_costs_the_table_what_it_would_have() -> None:
    changes: list[Change] = [(sized(300 * KB), sized(310 * KB)), (None, sized(500, status="open"))]
    assert cancelled_units(changes, [sized(1500), None]) == 620 + 2 + 4 + 2
    assert cancelled_units(changes) == sum(transact_write_units(old, new, TABLE).table for old, new in changes)


def test_a_transaction_done_before_reads_its_items() -> None:
    assert replayed_units([sized(500), sized(9000), None]) == 2 + 6 + 2


items = st.one_of(st.none(), st.integers(20, 6000).map(lambda n: sized(n, status="open")))


@given(st.lists(st.tuples(items, items), max_size=6))
def test_a_transaction_costs_the_table_twice_a_batch_and_the_indexes_the_same(changes: list[Change]) -> None:
    batch = batch_write_units(changes, TABLE)
    transaction = sum_units(transact_write_units(old, new, TABLE) for old, new in changes)
    assert transaction == (2 * batch.table, batch.indexes)


def test_nothing_written_is_nothing_consumed() -> None:
    assert sum_units([]) == WriteUnits(0, {})
    assert batch_write_units([(None, sized(500))], TABLE) == put_units(None, sized(500), TABLE)
    assert item_write_units(None, sized(500)) == 1
