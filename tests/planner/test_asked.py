"""Units in time: what arrivals ask of each table and index, and how much a second's units vary."""

from __future__ import annotations

import numpy as np
import pytest

from ddbload.planner.demand.asked import unit_demand
from ddbload.planner.demand.model import Demand, Floats
from ddbload.planner.demand.month import month_of
from ddbload.planner.demand.worlds import Scaled, alike
from ddbload.planner.resource import Consumption, Estimate, OperationUnits, Resource, WorkloadUnits

MONTH = month_of()
ORDERS, BY_STATUS = Resource("orders"), Resource("orders", "by_status")


def operation(name: str, read: float, write: float, variance: float = 0.0, **calls: float) -> OperationUnits:
    consumption = {
        ORDERS: Consumption(Estimate(read, variance), Estimate(write, variance)),
        BY_STATUS: Consumption(write=Estimate(write and 1.0)),
    }
    return OperationUnits(name, "PutItem", {stream or "": of for stream, of in calls.items()}, 1.0, consumption)


def demand(arrivals: dict[str, Floats], dispersion: float = 1.0) -> Demand:
    worlds = len(next(iter(arrivals.values())))
    return Demand(MONTH, 60, arrivals, dict.fromkeys(arrivals, dispersion), np.zeros(worlds), "flat", "")


def units(*operations: OperationUnits) -> WorkloadUnits:
    return WorkloadUnits(operations, ())


def test_units_are_arrivals_times_what_they_call() -> None:
    arrivals = {"web": np.array([[10.0, 20.0], [30.0, 40.0]]), "jobs": np.array([[1.0, 1.0], [0.0, 2.0]])}
    asked = unit_demand(
        demand(arrivals), units(operation("read", 0.5, 0, web=0.8), operation("put", 0, 3, jobs=2, web=0.1))
    )
    assert asked.units[ORDERS]["read"] == pytest.approx(0.4 * arrivals["web"])
    assert asked.units[ORDERS]["write"] == pytest.approx(0.3 * arrivals["web"] + 6 * arrivals["jobs"])
    assert asked.units[BY_STATUS]["write"] == pytest.approx(0.1 * arrivals["web"] + 2 * arrivals["jobs"])
    assert asked.worlds == 2


def test_what_nothing_asks_for_is_there_and_zero() -> None:
    asked = unit_demand(demand({"web": np.ones((3, 5))}), units(operation("read", 1, 0, web=1)))
    assert asked.units[ORDERS]["write"].shape == (3, 5)
    assert not asked.units[ORDERS]["write"].any()
    assert asked.dispersion[ORDERS]["write"] == 0


def test_streams_of_one_shape_give_what_streams_of_their_own_give() -> None:
    shape = np.random.default_rng(1).random((4, 9))
    workload = units(operation("read", 0.5, 0, web=1), operation("put", 0, 3, web=0.2, jobs=1))
    apart = demand({"web": shape * 7, "jobs": shape * 2})
    shared = Demand(
        MONTH, 60, Scaled(shape, {"web": 7.0, "jobs": 2.0}), {"web": 1.0, "jobs": 1.0}, np.zeros(4), "flat", ""
    )
    one, other = unit_demand(apart, workload), unit_demand(shared, workload)
    assert one.units[ORDERS]["write"] == pytest.approx(other.units[ORDERS]["write"])
    assert one.dispersion[ORDERS]["write"] == pytest.approx(other.dispersion[ORDERS]["write"])


def test_worlds_that_are_alike_stay_held_once() -> None:
    asked = unit_demand(demand({"web": alike(np.ones(9), 200)}), units(operation("read", 2, 0, web=1)))
    assert np.shares_memory(asked.units[ORDERS]["read"][0], asked.units[ORDERS]["read"][199])


@pytest.mark.parametrize(
    ("told", "index", "expected"),
    [
        ("Poisson arrivals of calls that are alike: the units of a call", 1.0, 3.0),
        ("evenly spaced arrivals of calls that are alike do not vary", 0.0, 0.0),
        ("arrivals in bursts vary by so much more", 4.0, 12.0),
    ],
)
def test_a_seconds_units_vary_with_the_arrivals(told: str, index: float, expected: float) -> None:
    del told
    asked = unit_demand(demand({"web": np.full((1, 4), 50.0)}, index), units(operation("put", 0, 3, web=1)))
    assert asked.dispersion[ORDERS]["write"] == pytest.approx(expected)


@pytest.mark.parametrize("index", [0.0, 1.0, 5.0])
def test_the_dispersion_is_that_of_seconds_that_are_drawn(index: float) -> None:
    """Arrivals: even ones, Poisson's, and a gamma mixture of them; each is a read of 1 or (30 %) a put of 2 or 4."""
    rng = np.random.default_rng(5)
    rate, seconds = 40.0, 40_000
    put = OperationUnits("put", "PutItem", {"web": 0.3}, 1.0, {ORDERS: Consumption(write=Estimate(3.0, 1.0))})
    asked = unit_demand(demand({"web": np.full((1, 4), rate)}, index), units(put))
    if index > 1:
        rates = rng.gamma(rate / (index - 1), index - 1, seconds)  # variance of the mean: rate x (index - 1)
        arrivals = rng.poisson(rates)
    else:
        arrivals = rng.poisson(rate, seconds) if index else np.full(seconds, int(rate))
    puts = rng.binomial(arrivals, 0.3)
    drawn = 2.0 * puts + 2.0 * rng.binomial(puts, 0.5)
    assert asked.dispersion[ORDERS]["write"] == pytest.approx(drawn.var() / drawn.mean(), rel=0.05)
