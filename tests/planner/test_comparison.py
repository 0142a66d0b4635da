"""Designs side by side: which is cheapest, by how much, and what differs."""

from __future__ import annotations

from pathlib import Path

import pytest

from ddbload.planner.comparison import compared, design_names, difference, scenario_parts
from ddbload.planner.document import Plan
from tests.report.plans import FLAT, NONE_KEEPS, ONE, SHOP

SCENARIO = """\
ddbload: 1
name: orders
params: {rate: 10}
table: {name: orders, key: {pk: S}}
items: {order: {of: {n: 10}, shape: {pk: "order#{n}"}}}
operations: {read: {get: order}}
load: {mix: {read: 1}, rate: $rate, phases: [{hold: 10s}]}
"""

CHEAPEST = [
    ("the one that costs least", [SHOP, ONE], "1", SHOP.monthly_usd.likely - ONE.monthly_usd.likely),
    ("not one that throttles, however cheap", [NONE_KEEPS, SHOP], "1", None),
    ("none, where none keeps its objective", [NONE_KEEPS, NONE_KEEPS], None, None),
    ("the first of those that cost the same", [ONE, ONE, SHOP], "0", 0.0),
]


@pytest.mark.parametrize(("plans", "name", "by_usd"), [case[1:] for case in CHEAPEST], ids=[c[0] for c in CHEAPEST])
def test_the_cheapest_design_is(plans: list[Plan], name: str | None, by_usd: float | None) -> None:
    names = [str(number) for number in range(len(plans))]
    comparison = compared(names, plans, [{}] * len(plans)).comparison
    assert (comparison.cheapest, comparison.by_usd) == (name, pytest.approx(by_usd) if by_usd is not None else None)
    assert comparison.verdict == ("fail" if name is None else "pass")


def test_a_design_is_dearer_than_the_cheapest_by_so_much_and_never_by_less_than_nothing() -> None:
    designs = compared(["throttles", "one", "flat"], [NONE_KEEPS, ONE, FLAT], [{}] * 3).comparison.designs
    assert [design.dearer_usd for design in designs] == [
        pytest.approx(NONE_KEEPS.monthly_usd.likely - FLAT.monthly_usd.likely),
        pytest.approx(ONE.monthly_usd.likely + ONE.once_usd / 12 - FLAT.monthly_usd.likely),  # reserved for a year
        0.0,
    ]


NAMES = [
    (["a.yaml", "deep/b.yaml"], ["a", "b"]),
    (["x/orders.yaml", "y/orders.yaml"], ["x/orders.yaml", "y/orders.yaml"]),
    (["a.yaml", "a.yaml", "b.yaml"], ["a.yaml (1)", "a.yaml (2)", "b.yaml"]),
]


@pytest.mark.parametrize(("sources", "names"), NAMES)
def test_designs_have_short_names_that_tell_them_apart(sources: list[str], names: list[str]) -> None:
    assert design_names([Path(source) for source in sources]) == names


DIFFERENCES = [
    ({"load": {"rate": 1}}, {"load": {"rate": 2}}, "load: rate changed"),
    ({"operations": {"a": 1, "b": 1}}, {"operations": {"a": 2, "c": 1}}, "operations: a changed, b gone, c new"),
    ({"table": {"name": "t"}}, {"tables": {"t": {}}}, "table gone; tables new"),
    ({"table": {"name": "t", "class": 1}}, {"table": {"name": "u", "class": 2}}, "table: class changed"),
    ({"table": {"name": "t"}}, {"table": {"name": "u"}}, ""),
    (
        {"values": {}},
        {"values": {f"v{number}": 1 for number in range(9)}},
        "values: v0 new, v1 new, v2 new, v3 new, v4 new, v5 new, 3 more",
    ),
    ({"name": "a", "seed": 1}, {"name": "b", "seed": 2}, ""),
    ({"values": None}, {"values": None}, ""),
]


@pytest.mark.parametrize(("base", "other", "said"), DIFFERENCES)
def test_what_differs_is_said_by_the_parts_of_the_scenario(
    base: dict[str, object], other: dict[str, object], said: str
) -> None:
    assert difference(base, other) == said


def test_the_parts_of_a_scenario_are_as_its_parameters_make_them(tmp_path: Path) -> None:
    (tmp_path / "scenario.yaml").write_text(SCENARIO)
    file = scenario_parts(tmp_path / "scenario.yaml", {"rate": "20"})
    run = scenario_parts(tmp_path, {"rate": "20"})  # a run's folder: what was run is what it is
    assert difference(run, file) == "load: rate changed"
    assert scenario_parts(tmp_path / "export.csv", {}) == {}
