"""Units of single calls from sizes: every published case, read by its inputs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from ddbload.capacity import LognormalSizes, Sizes, item_bytes, sigma_of_p99
from ddbload.capacity.operation_units import (
    CallUnits,
    Change,
    IndexEntry,
    billable_bytes,
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
        before_bytes=given.get("before_bytes"),
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


def test_no_such_call() -> None:
    with pytest.raises(ValueError, match="'Put' is none of"):
        operation_units("Put", item_bytes=1)


def test_a_table_is_somewhere() -> None:
    with pytest.raises(ValueError, match="one region at least"):
        replicated_write_units(1, 1, regions=0)
