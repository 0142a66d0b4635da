"""How uneven a scenario's load is, by the partition keys that its calls go to."""

from __future__ import annotations

from typing import Any

import pytest

from ddbload.planner.resource import Resource
from ddbload.planner.trial.trial import workload_units
from ddbload.scenario.model import Scenario

_TABLE = {"name": "shop", "key": {"pk": "S", "sk": "N"}, "indexes": {"by_state": {"key": {"state": "S"}}}}


def scenario(**changes: Any) -> Scenario:
    return Scenario.model_validate(
        {
            "ddbload": 1,
            "name": "heat",
            "table": _TABLE,
            "values": {"state": {"choice": {"open": 80, "done": 20}}},
            "items": {
                "order": {
                    "of": {"customer": 100, "number": 20},
                    "shape": {"pk": "c#{customer}", "sk": "{number}", "state": "{state}"},
                    "sparse": {"state": "50%"},
                }
            },
            "operations": {
                "read": {"get": "order", "pick": {"customer": {"hotspot": {"items": "1%", "share": "60%"}}}},
                "add": {"put": "order", "pick": "next"},
                "append": {"put": "order", "pick": {"number": "next"}},
                "work": {"query": "order", "index": "by_state", "key": "#state = 'open'", "limit": 1},
            },
            "load": {"mix": {"read": 5, "add": 4, "work": 1}, "rate": 400, "phases": [{"hold": "20s"}]},
            **changes,
        }
    )


def test_the_hot_keys_share_is_found() -> None:
    heat = workload_units(scenario()).heat[Resource("shop")]["read"]
    assert heat.shares[0] == pytest.approx(0.6, abs=0.02)
    assert heat.keys == 100
    assert heat.item_share < 0.1  # 20 items share the hot key


def test_the_partition_keys_of_an_index_are_its_own() -> None:
    heat = workload_units(scenario()).heat[Resource("shop", "by_state")]["write"]
    assert list(heat.shares) == pytest.approx([0.8, 0.2], abs=0.03)


def test_an_even_load_has_no_hot_key() -> None:
    heat = workload_units(scenario()).heat[Resource("shop")]["write"]
    assert not len(heat.shares) or heat.shares[0] < 0.03


def test_a_sparse_index_is_touched_by_its_share_of_the_writes() -> None:
    touches = workload_units(scenario()).touches
    assert touches[Resource("shop", "by_state")] == pytest.approx(0.5, abs=0.03)


def test_items_that_come_at_the_end_of_a_sort_key_cannot_be_parted() -> None:
    load = {"mix": {"append": 1}, "rate": 100, "phases": [{"hold": "10s"}]}
    heat = workload_units(scenario(load=load)).heat[Resource("shop")]["write"]
    assert not heat.divisible
