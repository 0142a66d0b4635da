"""The orders scenario of these tests, and variations of it."""

from __future__ import annotations

import copy
import json
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


_WHOLE = {"mix", "shape", "of", "arrivals", "pick", "size", "indexes", "capture"}
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


_SHOP: dict[str, Any] = {
    "ddbload": 1,
    "name": "shop",
    "seed": 7,
    "tables": {
        "orders": {
            "name": "shop-orders",
            "key": {"pk": "S", "sk": "S"},
            "indexes": {"by_flag": {"key": {"flagged": "S"}, "project": "keys"}},
        },
        "customers": {"name": "shop-customers", "key": {"id": "N"}},
    },
    "values": {
        "status": {"choice": {"open": 20, "paid": 70, "void": 10}},
        "total": {"number": {"min": 100, "max": 99999, "decimals": 2}},
        "ref": "uuid",
        "word": {"words": 1},
        "tags": {"set": {"of": "word", "count": 3}},
        "lines": {"list": {"of": "total", "count": {"uniform": {"min": 1, "max": 4}}}},
        "note": {"words": {"count": {"uniform": {"min": 3, "max": 9}}}},
    },
    "items": {
        "order": {
            "table": "orders",
            "of": {"number": 20, "customer": 50},
            "shape": {
                "pk": "cust#{customer}",
                "sk": "order#{number}",
                "status": "{status}",
                "total": "{total}",
                "tags": "{tags}",
                "lines": "{lines}",
                "flagged": "yes",
                "address": {"city": "{word}", "street": "{note}"},
            },
            "sparse": {"flagged": "30%"},
        },
        "customer": {
            "table": "customers",
            "of": {"customer": 50},
            "shape": {"id": "{customer}", "name": "{word}", "orders": 1},
        },
    },
    "operations": {
        "read": {"get": "order", "projection": "#status, total, address.city", "consistent": True},
        "write": {"put": "order", "return_values": "all_old", "on_failure": "all_old", "condition": "exists"},
        "place": {"put": "order", "pick": {"number": "next", "customer": {"zipf": 0.99}}, "condition": "absent"},
        "newest": {"get": "order", "pick": {"number": "latest", "customer": "uniform"}},
        "change": {
            "update": "order",
            "set": {"status": "paid", "total": "{total}", "address.city": "of {ref}", "log": ["{ref}", {"n": 1}]},
            "remove": ["hold"],
            "add": {"version": 1, "tags": "{tags}"},
            "return_values": "updated_new",
            "on_failure": "all_old",
            "condition": "#status = 'open'",
        },
        "drop": {"delete": "order", "missing": "50%", "return_values": "all_old"},
        "recent": {
            "query": "order",
            "key": "pk = {pk} AND begins_with(sk, 'order#')",
            "projection": "sk, #status",
            "filter": "total > 500",
            "limit": 5,
            "descending": True,
            "capture": {"sk": "any.sk"},
        },
        "history": {"query": "order", "key": "pk = {pk}", "limit": 6, "pages": "all"},
        "counted": {"query": "order", "index": "by_flag", "key": "flagged = 'yes'", "select": "count"},
        "report": {"scan": "order", "filter": "contains(tags, {word})", "segments": 3, "pages": 4, "limit": 100},
        "look": {"scan": "customer", "limit": 10},
        "many": {
            "batch_get": [
                {"get": "order", "count": 8, "projection": "pk, sk, total", "pick": {"zipf": 0.99}},
                {"get": "customer", "count": 4, "consistent": True},
            ]
        },
        "bulk": {
            "batch_write": [
                {"put": "order", "pick": "next", "count": 5},
                {"delete": "order", "count": 3},
                {"put": "customer"},
            ]
        },
        "both": {"transact_get": [{"get": "customer"}, {"get": "order", "projection": "total"}]},
        "checkout": {
            "transact_write": [
                {"delete": "order", "missing": "100%", "count": 2},
                {"update": "customer", "add": {"orders": 1}, "on_failure": "all_old"},
                {"put": "order", "pick": {"number": "next"}},
            ],
            "token": True,
        },
        "guarded": {"transact_write": [{"check": "customer", "condition": "exists"}, {"put": "order"}]},
        "sql": {"execute": 'SELECT * FROM "shop-orders" WHERE pk = {pk} AND sk = \'order#{number}\'', "about": "order"},
        "sql_pages": {
            "execute": 'SELECT sk FROM "shop-orders" WHERE pk = {pk}',
            "about": "order",
            "limit": 7,
            "pages": "all",
        },
        "sql_batch": {
            "execute_batch": [
                {"statement": 'UPDATE "shop-orders" SET total = {total} WHERE pk = {pk} AND sk = {sk}',
                 "about": "order", "count": 3},
                {"statement": 'DELETE FROM "shop-customers" WHERE id = {id}', "about": "customer", "missing": "100%"},
            ]
        },
        "sql_transaction": {
            "execute_transaction": [
                {"statement": 'UPDATE "shop-orders" SET tags = {tags} WHERE pk = {pk} AND sk = {sk}', "about": "order"},
            ],
            "token": True,
        },
        "pay": {"update": "order", "set": {"status": "paid", "ref": "{ref}"}},
        "visit": {"session": ["recent", {"think": {"exponential": "1ms"}}, "pay", "read"]},
    },
    "load": {"mix": {"read": 1}, "rate": 400.0, "phases": [{"hold": "1s"}]},
}  # fmt: skip


@pytest.fixture(scope="session")
def shop() -> Orders:
    """A scenario of several tables and every operation, with changes as those of `orders`; `own` is in table names."""

    def changed(own: str = "", **changes: Any) -> Scenario:
        document = json.loads(json.dumps(_SHOP).replace("shop-", f"shop{own}-"))
        return Scenario.model_validate(_laid_over(document, changes))

    return changed
