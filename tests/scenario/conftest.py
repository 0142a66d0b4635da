"""A scenario that uses the whole core of the language; the tests bend it."""

from __future__ import annotations

import pytest

SAMPLE = """\
ddbload: 1
name: orders
seed: 42
params: {rate: 800, customers: 5000}
table:
  name: orders
  key: {pk: S, sk: S}
  indexes:
    by_status: {key: {status: S, placed: N}, project: keys}
  billing: on-demand
values:
  status: {choice: {open: 20, paid: 70, void: 10}}
  placed: {timestamp: {within: 90d}}
  note: {text: {size: {lognormal: {median: 700, p99: 6000, max: 32000}}}}
items:
  order:
    of: {customer: $customers, number: 20}
    shape:
      pk: "cust#{customer}"
      sk: "order#{number}"
      status: "{status}"
      placed: "{placed}"
      note: "{note}"
operations:
  read_order: {get: order, pick: {customer: {zipf: 0.99}, number: uniform}, missing: 2%}
  recent:
    query: order
    pick: {customer: {zipf: 0.99}}
    key: "pk = {pk} AND begins_with(sk, 'order#')"
    limit: 20
  place: {put: order, pick: next, condition: "attribute_not_exists(pk)"}
  pay:
    update: order
    update_expression: "SET #status = 'paid' REMOVE hold"
    condition: |
      #status = 'open'
      OR attribute_not_exists(note)
  forget: {delete: order}
load:
  mix: {read_order: 70, recent: 17, place: 10, pay: 2, forget: 1}
  arrivals: poisson
  rate: $rate
  phases:
    - {warm: 60s, at: 25%}
    - {ramp: 2m, to: 100%}
    - {hold: 10m}
client: {max_in_flight: 2000, timeout: 1s, retries: 0}
limits: {requests: 2000000, spend_usd: 5}
objectives:
  read_order: {p99: 10ms, matters: 10%}
  all: {throttled: 0.1%}
"""


@pytest.fixture
def sample() -> str:
    """The text of a scenario without a mistake."""
    return SAMPLE
