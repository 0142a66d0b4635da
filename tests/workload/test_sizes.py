"""What is drawn against what the scenario alone says about its size, which warnings and estimates rest on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ddbload.capacity import value_bytes
from ddbload.operation import text_of
from ddbload.scenario.model import Scenario
from ddbload.scenario.value_extent import of_drawn
from ddbload.values import words
from ddbload.workload.translate import value

Orders = Callable[..., Scenario]

EVERY: list[tuple[str, Any]] = [
    ("texts by weight", {"choice": {"open": 20, "paid": 70, "voided": 10}}),
    ("numbers alike", {"choice": [1, 2.5, 300]}),
    ("booleans", {"choice": [True, False]}),
    ("a whole number", {"number": {"min": -50, "max": 12_345}}),
    ("few numbers", {"number": {"min": 95, "max": 105}}),
    ("negative numbers", {"number": {"min": -99_999, "max": -3}}),
    ("the widest range", {"number": {"min": 1 - 2**62, "max": 2**62}}),
    ("a time of the last 90 days", {"timestamp": {"within": "90d"}}),
    ("a time of the last 3 seconds", {"timestamp": {"within": "3s", "until": 1000}}),
    ("a uuid", "uuid"),
    ("text of a constant size", {"text": {"size": 100}}),
    ("text of a uniform size", {"text": {"size": {"uniform": {"min": 0, "max": 300}}}}),
    ("text of a lognormal size", {"text": {"size": {"lognormal": {"median": 700, "p99": 6000, "max": 32_000}}}}),
    ("bytes of a uniform size", {"binary": {"size": {"uniform": {"min": 1, "max": 64}}}}),
]


@pytest.mark.parametrize("spec", [row[1] for row in EVERY], ids=[row[0] for row in EVERY])
def test_a_drawn_value_is_as_large_as_its_extent_says(orders: Orders, spec: Any) -> None:
    scenario = orders(values={"extra": spec})
    drawn = value(scenario, "extra")
    sizes = [
        value_bytes({drawn.type: one if drawn.type in {"B", "BOOL"} else text_of(one)})
        for one in drawn.draw(words(5, "v", 0, 20_000))
    ]
    extent = of_drawn(scenario, "extra")
    assert extent.least <= min(sizes)
    assert max(sizes) <= extent.most
    assert sum(sizes) / len(sizes) == pytest.approx(extent.mean, rel=0.02)
