"""The choice as the plan's document has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from ddbload.capacity.behaviour.settings import Fixed, OnDemand, Scheduled, Setting, Tracked
from ddbload.planner.choice.candidates import DIMENSIONS, Choice, TableFacts
from ddbload.planner.choice.choose import choose
from ddbload.planner.choice.table_plan import band, table_plan
from ddbload.planner.document import TablePlan
from ddbload.pricing.usage import TableClass, Usage
from tests.planner.demands import demand, of_units
from tests.planner.plain_behaviour import plain


def _stored(table_class: TableClass) -> Sequence[Sequence[Usage]]:
    return [[Usage(table_class=table_class, label="t", storage_gb=10.0 + world)] for world in range(4)]


def _choice(facts: TableFacts) -> Choice:
    return choose(facts, demand("write heavy", days=1, worlds=4), standing=_stored, simulate=plain)


@pytest.fixture(scope="module")
def plan() -> TablePlan:
    return table_plan(_choice(TableFacts("t", indexes=("i",))))


def _written(setting: Setting) -> dict[str, object]:
    """The values of the table's writes as written in the scenario."""
    facts = TableFacts("t", indexes=("i",), may_reserve=False, other_class=False)
    settings = {dimension: {"": setting, "i": Fixed(700.0)} for dimension in DIMENSIONS}
    flat = of_units("write heavy", np.full((4, 1440), 100.0), 1)
    choice = choose(replace(facts, written=settings), flat, standing=_stored, simulate=plain)
    made = table_plan(choice, zone="Europe/Berlin")
    now = next(each for each in made.candidates if each.name == "as written")
    return dict(next(each.values for each in now.settings if (each.resource, each.dimension) == ("t", "write")))


def test_the_lines_of_the_bill_sum_up_to_the_month_and_to_what_is_paid_once(plan: TablePlan) -> None:
    billed = plan.billed
    assert sum(line.usd.likely for line in plan.bill if not line.once) == pytest.approx(billed.monthly_usd.likely)
    assert sum(line.usd.likely for line in plan.bill if line.once) == pytest.approx(billed.once_usd)


def test_what_is_stored_has_its_band_of_the_worlds(plan: TablePlan) -> None:
    line = next(line for line in plan.bill if line.item == "storage_gb")
    assert line.usd.likely == pytest.approx(10 * line.usd_per_unit)
    assert line.usd.high > 12.5 * line.usd_per_unit


def test_every_dimension_of_the_table_and_of_each_index_is_set(plan: TablePlan) -> None:
    for each in plan.candidates:
        assert {(setting.resource, setting.dimension) for setting in each.settings} == {
            (resource, dimension) for resource in ("t", "t/i") for dimension in DIMENSIONS
        }


def test_an_upfront_fee_is_not_in_the_month_but_in_what_it_is_ranked_by(plan: TablePlan) -> None:
    reserved = [each for each in plan.candidates if "reserved" in each.name]
    assert reserved
    for each in reserved:
        assert each.once_usd > 0
        assert each.ranked_usd is not None
        assert each.ranked_usd.likely > each.monthly_usd.likely


@pytest.mark.parametrize(
    ("setting", "values"),
    [
        (Fixed(800.0), {"units": 800}),
        (Tracked(50.0, 900.0, 0.65), {"min": 50, "max": 900, "target": 0.65}),
        (OnDemand(maximum=4000.0, warm=9000.0), {"maximum": 4000, "warm": 9000}),
        (OnDemand(), {}),
        (
            Tracked(
                50.0, 900.0, schedule=(Scheduled(18, 30, 400.0, 900.0), Scheduled(0, 0, 50.0, 900.0, frozenset({5, 6})))
            ),
            {
                "min": 50,
                "max": 900,
                "target": 0.7,
                "schedule": [
                    {"cron": "cron(30 18 * * ? *)", "zone": "Europe/Berlin", "min": 400, "max": 900},
                    {"cron": "cron(0 0 ? * SAT,SUN *)", "zone": "Europe/Berlin", "min": 50, "max": 900},
                ],
            },
        ),
    ],
    ids=["fixed", "scaled", "on demand with a cap, pre-warmed", "on demand", "scaled by a schedule"],
)
def test_a_setting_is_told_as_it_is_typed_in(setting: Setting, values: dict[str, object]) -> None:
    assert _written(setting) == values


def test_a_band_holds_the_likely_world() -> None:
    found = band(np.array([0.0, 5.0, 6.0, 7.0]))
    assert (found.low, found.likely) == (0.0, 0.0)
    assert found.high > 6.5
