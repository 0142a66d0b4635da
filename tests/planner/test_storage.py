"""What is stored: loaded items, what calls add, what is too old; with overhead, in indexes and in replicas."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from ddbload.planner.demand.asked import unit_demand
from ddbload.planner.demand.model import Demand
from ddbload.planner.demand.month import month_of
from ddbload.planner.demand.storage import storage_of, with_deletes
from ddbload.planner.demand.worlds import Scaled, alike
from ddbload.planner.resource import Consumption, Estimate, FamilyStorage, OperationUnits, Resource, WorkloadUnits
from ddbload.scenario.model import Table

DAY_S = 86400
ORDERS, BY_STATUS, BY_TOTAL = Resource("orders"), Resource("orders", "by_status"), Resource("orders", "by_total")
MONTH = month_of()
STEPS = 43_200


def table(**more: Any) -> Table:
    indexes = {
        "by_status": {"key": {"status": "S"}, "project": "keys"},
        "by_total": {"key": {"pk": "S", "total": "N"}, "kind": "local"},
    }
    return Table.model_validate({"name": "orders", "key": {"pk": "S", "sk": "S"}, "indexes": indexes, **more})


def family(items: float = 1000.0, *, expires: bool = False, **entries: tuple[float, float]) -> FamilyStorage:
    return FamilyStorage("order", "orders", items, 400.0, entries, expires)


def put(added: float = 1.0, api: str = "PutItem", write: float = 1.25) -> OperationUnits:
    consumption = {ORDERS: Consumption(write=Estimate(write)), BY_STATUS: Consumption(write=Estimate(0.5))}
    return OperationUnits("place", api, {"": 1.0}, 1.0, consumption, added={"order": added})


def demand(rate: float, retain_days: float | None = None, growth: float = 0.0, worlds: int = 2) -> Demand:
    retain = None if retain_days is None else np.full(worlds, retain_days * DAY_S)
    shape = alike(np.ones(STEPS), worlds)
    return Demand(
        MONTH, 60, Scaled(shape, {"": rate}), {"": 1.0}, np.full(worlds, growth), "forecast", "", retain_s=retain
    )


def workload(of: FamilyStorage, *operations: OperationUnits) -> WorkloadUnits:
    return WorkloadUnits(operations, (of,))


def test_an_item_and_an_entry_take_100_bytes_more_than_they_hold() -> None:
    stored = storage_of(workload(family(1_000_000, by_status=(0.25, 60.0))), demand(1), [table()])
    assert stored.gb[ORDERS][0, 0] == pytest.approx(0.5)
    assert stored.gb[BY_STATUS][0, 0] == pytest.approx(0.25 * 160 / 1000)


def test_an_item_of_a_global_table_takes_48_bytes_more() -> None:
    stored = storage_of(workload(family(1_000_000)), demand(1), [table(replicas=["eu-west-1"])])
    assert stored.mean_gb(ORDERS) == pytest.approx(0.548)


def test_what_calls_add_is_there_from_then_on() -> None:
    stored = storage_of(workload(family(1000), put()), demand(2), [table()])
    items = stored.items["orders"]
    assert items.shape == (2, 721)
    assert items[:, 0] == pytest.approx(1000)
    assert items[:, -1] == pytest.approx(1000 + 2 * 30 * DAY_S)
    assert stored.mean_gb(ORDERS) == pytest.approx((1000 + 30 * DAY_S) * 500 / 1e9)
    assert stored.end_gb(ORDERS) == pytest.approx((1000 + 60 * DAY_S) * 500 / 1e9)
    assert stored.notes == ("No retention is told: what is added (order) is kept for good.",)


def test_a_family_that_shrinks_does_not_go_below_nothing() -> None:
    stored = storage_of(workload(family(100), put(-1.0, "DeleteItem")), demand(1), [table()])
    assert stored.items["orders"][0, -1] == 0
    assert (stored.gb[ORDERS] >= 0).all()


def test_a_family_that_nothing_is_added_to_is_kept_whatever_the_retention() -> None:
    stored = storage_of(workload(family(1000), put(0.0)), demand(1, retain_days=10), [table(ttl="expires")])
    assert (stored.items["orders"] == 1000).all()
    assert (stored.expired, stored.deletes) == ({}, {})


def test_what_was_loaded_goes_evenly_over_the_retention() -> None:
    stored = storage_of(workload(family(90_000), put(1e-9)), demand(1, retain_days=90), [table()])
    assert stored.items["orders"][0, [0, 240, 720]] == pytest.approx([90_000, 80_000, 60_000])
    assert any("spread evenly over the last 90d" in note for note in stored.notes)


def test_a_store_that_adds_as_much_as_it_keeps_stays_as_large_as_it_is() -> None:
    steady = 3.0 * 20 * DAY_S
    stored = storage_of(workload(family(steady), put()), demand(3, retain_days=20), [table()])
    assert stored.items["orders"] == pytest.approx(steady)


def test_items_are_never_older_than_the_retention() -> None:
    stored = storage_of(workload(family(0), put()), demand(1, retain_days=7), [table()])
    assert stored.items["orders"][0, 24 * 7 :] == pytest.approx(7 * DAY_S)


def test_time_to_live_deletes_are_counted_and_free_where_they_happen() -> None:
    stored = storage_of(workload(family(0, expires=True), put()), demand(1, retain_days=20), [table(ttl="expires")])
    assert stored.expired["orders"] == pytest.approx(10 * DAY_S)
    assert (stored.deletes, stored.replica_deletes) == ({}, {})


def test_time_to_live_deletes_are_writes_in_every_other_replica() -> None:
    replicated = table(ttl="expires", replicas=["eu-west-1"], streams="new-and-old-images")
    stored = storage_of(workload(family(0, expires=True), put()), demand(1, retain_days=20), [replicated])
    assert stored.replica_deletes[ORDERS] == pytest.approx(1.25 * 10 * DAY_S)
    assert stored.replica_deletes[BY_STATUS] == pytest.approx(0.5 * 10 * DAY_S)


def test_without_time_to_live_deletes_are_write_units_of_table_and_indexes() -> None:
    units = workload(family(0, by_status=(1.0, 60.0)), put())
    asked = demand(1, retain_days=20)
    stored = storage_of(units, asked, [table()])
    more = with_deletes(unit_demand(asked, units), stored)
    before, after = 20 * 1440 - 1, 20 * 1440
    assert more.units[ORDERS]["write"][:, [before, after]] == pytest.approx(np.array([[1.25, 2.5]] * 2))
    assert more.units[BY_STATUS]["write"][:, [before, after]] == pytest.approx(np.array([[0.5, 1.0]] * 2))
    assert any("the application itself deletes order" in note for note in stored.notes)


def test_the_delete_of_what_no_put_adds_is_taken_from_the_mean_sizes() -> None:
    units = workload(
        FamilyStorage("order", "orders", 0.0, 2500.0, {"by_status": (0.5, 60.0), "by_total": (1.0, 900.0)}),
        put(25.0, "BatchWriteItem"),
    )
    stored = storage_of(units, demand(1, retain_days=20), [table()])
    gone = 25 * 10 * DAY_S
    assert stored.deletes[ORDERS].sum(axis=1) * 3600 == pytest.approx(gone * (3 + 1))  # a local index is the table's
    assert stored.deletes[BY_STATUS].sum(axis=1) * 3600 == pytest.approx(gone * 0.5)
    assert BY_TOTAL not in stored.deletes


def test_deletes_are_counted_where_calls_ask_for_nothing_themselves() -> None:
    asked = demand(1, retain_days=20)
    stored = storage_of(workload(family(0), put()), asked, [table()])
    reads = OperationUnits("read", "GetItem", {"": 1.0}, 1.0, {Resource("other"): Consumption(read=Estimate(1.0))})
    more = with_deletes(unit_demand(asked, WorkloadUnits((reads,), ())), stored)
    assert more.units[BY_STATUS]["write"][0, -1] == pytest.approx(0.5)
    assert not more.units[BY_STATUS]["read"].any()


def test_what_asks_for_no_deletes_is_left_as_it_is() -> None:
    units = workload(family(), put())
    asked = unit_demand(demand(1), units)
    assert with_deletes(asked, storage_of(units, demand(1), [table()])) is asked


def test_later_months_hold_what_was_added_before_them() -> None:
    units = workload(family(1000), put())
    third = storage_of(units, demand(1, growth=0.5), [table()], months=2).items["orders"]
    each = 30 * DAY_S
    assert third[:, 0] == pytest.approx(1000 + each * (1 + 1.5))
    assert third[:, -1] == pytest.approx(1000 + each * (1 + 1.5 + 2.25))


@pytest.mark.parametrize("growth", [0.0, 0.1, -0.2, -1.0])
def test_a_month_ends_as_the_next_begins(growth: float) -> None:
    units = workload(family(5e6, expires=True), put())
    months = [
        storage_of(units, demand(2, 45, growth), [table(ttl="expires")], months=k).items["orders"] for k in range(4)
    ]
    for before, after in pairwise(months):
        assert before[:, -1] == pytest.approx(after[:, 0])


def test_months_later_only_the_last_of_what_was_added_is_left() -> None:
    stored = storage_of(workload(family(10**6), put()), demand(1, retain_days=15), [table()], months=6)
    assert stored.items["orders"] == pytest.approx(15 * DAY_S)
