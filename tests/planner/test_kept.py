"""What reads answer with, by their units."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from ddbload.planner.demand.model import Demand, Month
from ddbload.planner.kept import answered_gb
from ddbload.planner.resource import Consumption, Estimate, OperationUnits, Resource, WorkloadUnits

TABLE = Resource("orders")
MONTH = Month(datetime(2026, 6, 1, tzinfo=UTC), 30, 730.0, "")


def units_of(api: str, units: float, *, consistent: bool) -> WorkloadUnits:
    consumption = {TABLE: Consumption(read=Estimate(units))}
    return WorkloadUnits((OperationUnits("read", api, {"": 1.0}, 1.0, consumption, consistent=consistent),), ())


@pytest.mark.parametrize(
    ("api", "units", "consistent"),
    [
        pytest.param("GetItem", 1.0, True, id="strongly consistent: 4 KB a unit"),
        pytest.param("GetItem", 0.5, False, id="eventually consistent: 8 KB a unit"),
        pytest.param("TransactGetItems", 2.0, True, id="in a transaction: 2 KB a unit"),
    ],
)
def test_the_same_item_is_as_many_bytes_however_it_is_read(api: str, units: float, consistent: bool) -> None:
    demand = Demand(MONTH, 60, {"": np.full((2, 60), 10.0)}, {}, np.zeros(2), "flat", "")
    found = answered_gb(units_of(api, units, consistent=consistent), demand, "orders")
    assert found == pytest.approx([4096 * 10 * 730 * 3600 / 1e9] * 2)
