"""Units of single calls from sizes: every published case, read by its inputs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from ddbload.capacity import item_bytes
from ddbload.capacity.expected import ListedSizes, LognormalSizes, Sizes, UniformSizes, sigma_of_p99
from ddbload.capacity.operation_units import (
    CallUnits,
    Change,
    IndexEntry,
    billable_bytes,
    expired_write_units,
    mixed_read_units,
    operation_units,
    replicated_write_units,
    throughput,
)

DOCUMENT: dict[str, Any] = yaml.safe_load((Path(__file__).parents[1] / "data/plan.yaml").read_text())
UNIT_KEYS = {"rru", "mean_wcu"}
VECTORS = [
    vector
    for vector in DOCUMENT["vectors"]
    if vector["kind"] == "units" or (vector["kind"] == "trap" and UNIT_KEYS & vector["expected"].keys())
]
Inputs = Mapping[str, Any]


# --- the interpreter of inputs ---------------------------------------------------------------------------------------


def size_of(given: Any) -> float | Sizes:
    if not isinstance(given, Mapping):
        return float(given)
    assert given["dist"] == "lognormal"
    sigma = given.get("sigma") or sigma_of_p99(given["median_bytes"], given["p99_bytes"])
    return LognormalSizes(given["median_bytes"], sigma, most_bytes=given.get("max_bytes", math.inf))


def entries_of(inputs: Inputs) -> list[IndexEntry]:
    found = []
    for one in inputs.get("gsi", ()):
        change: Change = one.get("change") or ("moved" if one.get("key_changed") else "new")
        found.append(IndexEntry(one["projected_bytes"], change, one.get("before_bytes")))
    return found


def call(inputs: Inputs, **changed: Any) -> CallUnits:
    given: Inputs = {**inputs, **changed}
    sizes = given.get("item_bytes", given.get("item_size", 0))
    return operation_units(
        given.get("op", "GetItem"),
        item_bytes=[size_of(one) for one in sizes] if isinstance(sizes, list) else size_of(sizes),
        items=given.get("items"),
        total_bytes=given.get("total_bytes"),
        consistency=given.get("consistency", "eventual"),
        exists=given.get("item_exists", True),
        fetched_bytes=given.get("fetched_bytes"),
        before_bytes=given.get("before_bytes", given.get("existing_bytes")),
        after_bytes=given.get("after_bytes"),
        condition_fails=given.get("condition") == "fails",
        indexes=entries_of(given),
    )


def by_day(inputs: Inputs) -> list[dict[str, float]]:
    days = [inputs[name] for name in sorted(inputs) if name.startswith("day")]
    found = []
    for day in days:
        entries = [1024 * day["kb"]] * day.get("gsi_all", 0)
        wru, rwru = replicated_write_units(day["writes"], 1024 * day["kb"], regions=day["replicas"], entries=entries)
        found.append({"wru": wru, "rwru": rwru})
    return found


def rate_of(inputs: Inputs) -> float:
    return float(inputs.get("rps", inputs.get("tps", inputs.get("wps", 1))))


def per_second(inputs: Inputs) -> CallUnits:
    rate = rate_of(inputs)
    if "mix" in inputs:
        return CallUnits(read=rate * mixed_read_units(size_of(inputs["item_bytes"]), inputs["mix"]))
    one = call(inputs)
    return CallUnits(rate * one.read, rate * one.write, tuple(rate * units for units in one.indexes))


def blocks_kb(inputs: Inputs) -> float:
    strong = call(inputs, consistency="strong")
    return 4 * strong.read if strong.read else strong.write


FIGURES: dict[str, Any] = {
    "rcu": lambda i: call(i).read,
    "rru": lambda i: i.get("reads", 1) * call(i).read,
    "rcu_strong": lambda i: call(i, consistency="strong").read,
    "rcu_eventual": lambda i: call(i, consistency="eventual").read,
    "rcu_if_eventual": lambda i: call(i, consistency="eventual").read,
    "rcu_if_strong": lambda i: call(i, consistency="strong").read,
    "rcu_transactional": lambda i: call(i, consistency="transactional").read,
    "billed_kb": blocks_kb,
    "wcu": lambda i: call(i).write + call(i).index_write,
    "wru": lambda i: sum(day["wru"] for day in by_day(i)) if "day1" in i else call(i).write,
    "rwru": lambda i: sum(day["rwru"] for day in by_day(i)),
    "by_day": by_day,
    "wcu_if_transactional": lambda i: call(i, consistency="transactional").write,
    "base_wcu": lambda i: call(i).write,
    "gsi_wcu": lambda i: call(i).index_write,
    "mean_wcu": lambda i: call(i).write,
    "ceil_of_mean": lambda i: math.ceil(size_of(i["item_size"]).mean_bytes / 1024),  # type: ignore[union-attr]
    "rcu_per_s": lambda i: per_second(i).read,
    "wcu_per_s": lambda i: per_second(i).write,
    "strong_kb_s": lambda i: throughput(i["rcu"], i["wcu"]).strong_kb_s,
    "eventual_kb_s": lambda i: throughput(i["rcu"], i["wcu"]).eventual_kb_s,
    "txn_read_kb_s": lambda i: throughput(i["rcu"], i["wcu"]).transactional_read_kb_s,
    "write_kb_s": lambda i: throughput(i["rcu"], i["wcu"]).write_kb_s,
    "txn_write_kb_s": lambda i: throughput(i["rcu"], i["wcu"]).transactional_write_kb_s,
    "item_bytes": lambda i: item_bytes(i["item"]),
    "billable_bytes": lambda i: billable_bytes(i["items"], i["item_bytes"]),
    "billable_bytes_if_global_table": lambda i: billable_bytes(i["items"], i["item_bytes"], global_table=True),
}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector["id"]))
def test_a_published_case_comes_out(vector: dict[str, Any]) -> None:
    tolerance = vector.get("tolerance", {})
    exact = max(tolerance.get("abs", 0), tolerance.get("abs_bytes", 0), tolerance.get("abs_units", 0), 1e-9)
    for figure, expected in vector["expected"].items():
        found = FIGURES[figure](vector["inputs"])
        if figure == "by_day":
            assert found == expected
        else:
            assert found == pytest.approx(expected, abs=exact, rel=tolerance.get("rel", 1e-9)), figure


# --- beyond them -----------------------------------------------------------------------------------------------------


def test_a_moved_entry_is_two_writes_and_an_untouched_one_none() -> None:
    entries = [IndexEntry(100, "moved"), IndexEntry(3000, "moved", before_bytes=900), IndexEntry(9000, "none")]
    assert operation_units("UpdateItem", item_bytes=500, indexes=entries).indexes == (2.0, 4.0, 0.0)


def test_a_failed_condition_costs_the_table_and_no_index() -> None:
    found = operation_units("PutItem", item_bytes=2500, condition_fails=True, indexes=[IndexEntry(100)])
    assert (found.write, found.indexes) == (3.0, ())


def test_a_missing_item_costs_the_minimum() -> None:
    assert operation_units("DeleteItem", item_bytes=9000, exists=False).write == 1.0
    assert operation_units("BatchGetItem", items=3, exists=False).read == 1.5
    assert operation_units("TransactGetItems", items=3, exists=False).read == 6.0


def test_a_batch_rounds_each_item_and_a_query_their_sum() -> None:
    assert operation_units("BatchGetItem", item_bytes=1000, items=8).read == 4.0
    assert operation_units("Query", item_bytes=1000, items=8).read == 1.0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"consistency": "strongly"}, "consistency is 'strongly': one of eventual, strong, transactional"),
        ({"items": -1}, "there cannot be -1 items"),
        ({"item_bytes": math.inf}, "a size in bytes is needed, found inf"),
        ({"item_bytes": math.nan}, "a size in bytes is needed, found nan"),
        ({"item_bytes": -1}, "not negative"),
    ],
)
def test_what_is_no_question_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        operation_units("GetItem", **given)


def test_shares_of_consistencies_are_of_a_whole() -> None:
    with pytest.raises(ValueError, match="sum to 100, not to 1"):
        mixed_read_units(5798, {"eventual": 30, "strong": 60, "transactional": 10})


def test_no_such_call() -> None:
    with pytest.raises(ValueError, match="'Put' is none of"):
        operation_units("Put", item_bytes=1)


def test_a_table_is_somewhere() -> None:
    with pytest.raises(ValueError, match="one region at least"):
        replicated_write_units(1, 1, regions=0)


KB = 1024
TABLE_OF_CALLS: list[tuple[str, str, dict[str, Any], float]] = [
    # reads
    ("8 KB, strongly consistent", "GetItem", {"item_bytes": 8 * KB, "consistency": "strong"}, 2),
    ("8 KB, eventually consistent", "GetItem", {"item_bytes": 8 * KB}, 1),
    ("8 KB in a transaction", "TransactGetItems", {"item_bytes": 8 * KB}, 4),
    ("3.5 KB in a transaction", "TransactGetItems", {"item_bytes": 3.5 * KB}, 2),
    ("10 KB, eventually consistent", "GetItem", {"item_bytes": 10 * KB}, 1.5),
    ("a byte more than 4 KB", "GetItem", {"item_bytes": 4097, "consistency": "strong"}, 2),
    ("1,500 items of 64 bytes in one query", "Query", {"items": 1500, "item_bytes": 64, "consistency": "strong"}, 24),
    ("the same, eventually consistent", "Scan", {"items": 1500, "item_bytes": 64}, 12),
    ("five of 1 KB in one query", "Query", {"items": 5, "item_bytes": KB}, 1),
    ("ten of 512 bytes in one query", "Query", {"items": 10, "item_bytes": 512}, 1),
    ("a page of 1 MB", "Scan", {"total_bytes": KB * KB}, 128),
    ("a query that meets nothing", "Query", {"items": 0, "item_bytes": 500}, 0.5),
    ("a query of what is missing", "Query", {"exists": False, "item_bytes": 9000, "consistency": "strong"}, 1),
    (
        "four entries of a local index and the items fetched for them",
        "Query",
        {"items": 4, "item_bytes": 200, "fetched_bytes": 300, "consistency": "strong"},
        5,
    ),
    ("the same, eventually consistent", "Query", {"items": 4, "item_bytes": 200, "fetched_bytes": [300] * 4}, 2.5),
    ("80 KB by their sum, and two items fetched", "Query", {"total_bytes": 80 * KB, "fetched_bytes": [5000, 1]}, 11.5),
    ("a batch of 100 of a byte over 4 KB", "BatchGetItem", {"items": 100, "item_bytes": 4097}, 100),
    # writes
    ("1.6 KB", "PutItem", {"item_bytes": 1.6 * KB}, 2),
    ("1 KB", "PutItem", {"item_bytes": KB}, 1),
    ("1 KB and a byte", "PutItem", {"item_bytes": KB + 1}, 2),
    ("2 KB in a transaction", "TransactWriteItems", {"item_bytes": 2 * KB}, 4),
    ("three of 500 bytes in a transaction", "TransactWriteItems", {"items": 3, "item_bytes": 500}, 6),
    ("an update of 5 KB that adds no KB", "UpdateItem", {"before_bytes": 5 * KB - 1, "after_bytes": 5 * KB}, 5),
    ("an update that adds a byte to 5 KB", "UpdateItem", {"before_bytes": 5 * KB, "after_bytes": 5 * KB + 1}, 6),
    ("half a KB put over 10 KB", "PutItem", {"item_bytes": 512, "before_bytes": 10 * KB}, 10),
    ("10 KB put over half a KB", "PutItem", {"item_bytes": 10 * KB, "before_bytes": 512}, 10),
    ("an update of what is missing makes a new item", "UpdateItem", {"item_bytes": 3000, "exists": False}, 3),
    ("a put of what is missing, in a batch", "BatchWriteItem", {"item_bytes": [3000, 500], "exists": False}, 4),
    ("a put of what is missing, in a transaction", "TransactWriteItems", {"item_bytes": 3000, "exists": False}, 6),
    ("a delete of what is missing", "DeleteItem", {"exists": False}, 1),
    ("a delete of 3.5 KB", "DeleteItem", {"item_bytes": 3500}, 4),
    ("a check of what is missing", "ConditionCheck", {"item_bytes": 5000, "exists": False}, 2),
    (
        "three updates in a transaction, by before and after",
        "TransactWriteItems",
        {"items": 3, "before_bytes": 100, "after_bytes": 1500},
        12,
    ),
    (
        "two puts of a batch over other items",
        "BatchWriteItem",
        {"item_bytes": [500, 3000], "before_bytes": [2000, 100]},
        5,
    ),
    (
        "a refused put of 310 KB over 300 KB",
        "PutItem",
        {"item_bytes": 310 * KB, "before_bytes": 300 * KB, "condition_fails": True},
        310,
    ),
    (
        "a refused put of a small item over a large one",
        "PutItem",
        {"item_bytes": 100, "before_bytes": 2500, "condition_fails": True},
        3,
    ),
    ("a refused update of what is missing", "UpdateItem", {"exists": False, "condition_fails": True}, 1),
]


@pytest.mark.parametrize(("sentence", "api", "given", "units"), TABLE_OF_CALLS, ids=[one[0] for one in TABLE_OF_CALLS])
def test_units_of_a_call(sentence: str, api: str, given: dict[str, Any], units: float) -> None:
    found = operation_units(api, **given)
    assert found.read + found.write == units, sentence


def test_sizes_before_and_after_are_of_the_same_items() -> None:
    with pytest.raises(ValueError, match=r"of the same items, found \[3, 2\]"):
        operation_units("BatchWriteItem", item_bytes=[1, 2, 3], before_bytes=[1, 2])


def test_a_transaction_through_dax_reads_each_item_again() -> None:
    through = operation_units("TransactWriteItems", items=3, item_bytes=500, through_dax=True)
    assert (through.read, through.write) == (6.0, 6.0)


def test_a_gsi_of_all_that_an_item_has_is_written_as_the_item_and_in_a_transaction_once() -> None:
    entry = [IndexEntry(4 * KB), IndexEntry(200)]
    assert operation_units("PutItem", item_bytes=4 * KB, indexes=entry).indexes == (4.0, 1.0)
    assert operation_units("TransactWriteItems", item_bytes=KB, indexes=[IndexEntry(KB)]) == CallUnits(0.0, 2.0, (1.0,))


@pytest.mark.parametrize(
    ("sizes", "items", "units"),
    [
        (ListedSizes((100, 8000), (1, 1)), 2, 1 / 4 * 1 + 2 / 4 * 2 + 1 / 4 * 4),
        (ListedSizes((2048, 4096), (1, 1)), 2, 1 / 4 * 1 + 3 / 4 * 2),
        (ListedSizes((1, 4096), (3, 1)), 1, 1.0),
    ],
)
def test_a_query_of_sizes_that_vary_rounds_their_sum_and_not_their_mean(sizes: Sizes, items: int, units: float) -> None:
    found = operation_units("Query", item_bytes=sizes, items=items, consistency="strong").read
    assert found == pytest.approx(units, rel=1e-9)


def test_a_query_of_one_item_is_a_get_of_it() -> None:
    sizes = LognormalSizes(4000, 0.05)
    assert operation_units("Query", item_bytes=sizes).read == operation_units("GetItem", item_bytes=sizes).read


def test_of_many_rows_the_sum_is_its_mean_and_half_a_block() -> None:
    found = operation_units("Query", item_bytes=UniformSizes(100, 9000), items=100, consistency="strong").read
    assert found == pytest.approx(100 * 4550 / 4096 + 0.5, rel=1e-3)


@pytest.mark.parametrize(
    ("regions", "entries", "units"),
    [
        (1, (), (0.0, 0.0)),
        (3, (), (0.0, 4000.0)),
        (2, (200,), (1000.0, 2000.0)),
    ],
)
def test_time_to_live_is_free_where_it_deletes(
    regions: int, entries: tuple[float, ...], units: tuple[float, float]
) -> None:
    assert expired_write_units(1000, 1500, regions=regions, entries=entries) == units
