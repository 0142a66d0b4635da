"""The orders scenario of these tests, and variations of it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from ddbload.scenario.model import Scenario

Orders = Callable[..., Scenario]

_ORDERS: dict[str, Any] = {
    "ddbload": 1,
    "name": "orders",
    "seed": 42,
    "table": {
        "name": "orders",
        "key": {"pk": "S", "sk": "S"},
        "indexes": {"by_status": {"key": {"status": "S", "placed": "N"}, "project": "keys"}},
    },
    "values": {
        "status": {"choice": {"open": 20, "paid": 70, "void": 10}},
        "placed": {"timestamp": {"within": "90d"}},
        "note": {"text": {"size": {"lognormal": {"median": 100, "p99": 600, "max": 3200}}}},
        "photo": {"binary": {"size": {"uniform": {"min": 0, "max": 40}}}},
        "gift": {"choice": [True, False]},
        "ref": "uuid",
        "floor": {"number": {"min": -5, "max": 200}},
    },
    "items": {
        "order": {
            "of": {"customer": 50, "number": 20},
            "shape": {
                "pk": "cust#{customer}",
                "sk": "order#{number}",
                "status": "{status}",
                "placed": "{placed}",
                "note": "{note}",
            },
        }
    },
    "operations": {
        "read": {"get": "order", "pick": {"customer": {"zipf": 0.99}}, "missing": "10%"},
        "recent": {
            "query": "order",
            "pick": {"customer": {"zipf": 0.99}},
            "key": "pk = {pk} AND begins_with(sk, 'order#')",
            "limit": 20,
        },
        "place": {"put": "order", "pick": "next", "condition": "attribute_not_exists(pk)"},
        "pay": {
            "update": "order",
            "update_expression": "SET #status = 'paid', note = {note} REMOVE hold",
            "condition": "#status = 'open'",
        },
        "drop": {"delete": "order", "pick": "sequential"},
    },
    "load": {
        "mix": {"read": 60, "recent": 10, "place": 15, "pay": 10, "drop": 5},
        "rate": 1000.0,
        "phases": [{"warm": "1s", "at": "50%"}, {"ramp": "1s", "to": "100%"}, {"hold": "2s"}],
    },
}


_WHOLE = {"mix", "shape", "of", "arrivals", "pick", "size", "indexes"}
"""Mappings that a change replaces as a whole."""


@pytest.fixture(scope="session")
def orders() -> Orders:
    """The orders scenario with changes: `orders(load={"rate": 10.0})` lays mappings over mappings, key by key."""

    def changed(**changes: Any) -> Scenario:
        return Scenario.model_validate(_laid_over(copy.deepcopy(_ORDERS), changes))

    return changed


def _laid_over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    for key, value in above.items():
        replace = key in _WHOLE or not isinstance(below.get(key), dict)
        below[key] = value if replace or not isinstance(value, dict) else _laid_over(below[key], value)
    return below
