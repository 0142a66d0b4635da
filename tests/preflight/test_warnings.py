"""Warnings about tables, batches, sessions and serverless clients: one change to a scenario that has none."""

from __future__ import annotations

import pytest

from ddbload.preflight.checks import warnings
from ddbload.scenario.load import parse_scenario

SCENARIO = """\
ddbload: 1
name: shop
tables:
  orders: {name: shop-orders, key: {pk: S, sk: S}, billing: {on_demand: {max_read: 5000, max_write: 900}}}
  carts: {name: shop-carts, key: {cart: S}}
values: {note: {text: {size: {uniform: {min: 100, max: 900}}}}}
items:
  order:
    table: orders
    of: {number: 20, customer: 5000}
    shape: {pk: "customer#{customer}", sk: "order#{number}", note: "{note}"}
  cart: {table: carts, of: {customer: 5000}, shape: {cart: "cart#{customer}", note: "{note}"}, load: false}
operations:
  read: {get: order, pick: {customer: {zipf: 0.7}}}
  fill: {put: cart}
  show: {get: cart}
  list: {query: order, key: "pk = {pk}", limit: 10}
  both: {transact_get: [{get: order, count: 11}]}
  visit: {session: [read, {think: 1s}, {repeat: [list], times: 3}]}
load: {mix: {visit: 5, fill: 3, show: 1, both: 1}, rate: 100, phases: [{hold: 1m}]}
client: {max_in_flight: 100, lambda: {concurrency: 50}}
limits: {requests: 20000}
"""


def _told(text: str) -> list[str]:
    return [str(warning).removeprefix("s.yaml:") for warning in warnings(parse_scenario(text, "s.yaml"))]


def test_a_sound_scenario_has_no_warning() -> None:
    assert _told(SCENARIO) == []


@pytest.mark.parametrize(
    ("sentence", "old", "new", "told"),
    [
        (
            "the requests of sessions count, not their think time",
            "max_in_flight: 100",
            "max_in_flight: 2",
            (
                "21:25: max_in_flight 2 carries 200 calls a second at 10 ms each; the load peaks at 250"
                " (at least 2, and room for slow answers)"
            ),
        ),
        (
            "a serverless client has environments enough",
            "concurrency: 50",
            "concurrency: 1",
            (
                "21:52: a concurrency of 1 carries 100 calls a second at 10 ms each; the load peaks at 250"
                " (at least 2, and room for slow answers)"
            ),
        ),
        (
            "a limit counts the requests of sessions",
            "requests: 20000",
            "requests: 10000",
            "22:20: the load has about 15,000 requests; the run stops after 10,000, incomplete (at least 15,750)",
        ),
        (
            "a table's maximum throughput",
            "max_read: 5000",
            "max_read: 200",
            "4:84: the load asks for about 395 read units a second; max_read is 200 (throttled beyond it)",
        ),
        (
            "a table of its own has a capacity of its own",
            "key: {cart: S}}",
            "key: {cart: S}, billing: {read: 100, write: 10}}",
            (
                "5:73: the load asks for about 30 write units a second of 10 provisioned"
                " (throttled beyond it, once burst capacity is used up)"
            ),
        ),
        (
            "what is not loaded and never put is never found",
            "fill: 3",
            "fill: 0",
            (
                "12:96: 'cart' is not loaded and nothing puts it: 'show' never finds one"
                " (an operation that puts it, or load: true)"
            ),
        ),
        (
            "a transaction that may be too large",
            "min: 100, max: 900}}}}}",
            "min: 100, max: 400000}}}}}",
            (
                "18:3: the items of one transaction may have 4.2 MB in all; DynamoDB takes 4 MB"
                " (those that have more are rejected)"
            ),
        ),
        (
            "a query that a page cuts short",
            'key: "pk = {pk}", limit: 10}',
            'key: "pk = {pk}", expect: {rows: 5000}}',
            (
                "17:3: a query finds about 2.5 MB, and reads 1 MB of it"
                " (pages: all reads the rest, a limit reads less on purpose)"
            ),
        ),
        (
            "a scan of a large table",
            "both: {transact_get: [{get: order, count: 11}]}",
            "both: {scan: order, pages: all, expect: {rows: 1000000}}",
            (
                "18:3: each scan reads about 504 MB in 504 requests, 64,512 units"
                " (a query, fewer pages, or a smaller table)"
            ),
        ),
        (
            "what is captured where nobody uses it",
            "show: {get: cart}",
            "show: {get: cart, capture: {note: item.note}}",
            "16:21: 'show' captures what nobody uses: it is no step of a session (leave `capture` out)",
        ),
        (
            "an expectation that cannot come true",
            "show: {get: cart}",
            "show: {get: cart, expect: {fails: 5%}}",
            "16:30: 'show' has no condition that could fail (a `condition`)",
        ),
    ],
)
def test_what_will_hurt_is_told(sentence: str, old: str, new: str, told: str) -> None:
    assert old in SCENARIO
    assert told in _told(SCENARIO.replace(old, new)), sentence
