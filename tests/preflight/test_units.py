"""What a call consumes on average, against figures worked out by hand."""

# ruff: noqa: E501 - a case stands on one line

from __future__ import annotations

import pytest

from ddbload.preflight.demand import Demand, arriving, demands
from ddbload.scenario.load import parse_scenario

SCENARIO = """\
ddbload: 1
name: units
table:
  name: units
  key: {{pk: S, sk: S}}
  indexes:
    by_status: {{key: {{status: S}}, project: keys}}
    by_flag: {{key: {{flag: S}}, project: [note]}}
values:
  status: {{choice: {{open: 25, paid: 75}}}}
  note: {{text: {{size: 3000}}}}
  small: {{text: {{size: 100}}}}
items:
  user:
    of: {{user: 100}}
    shape: {{pk: "user#{{user}}", sk: profile, small: "{{small}}"}}
  order:
    of: {{number: 20, user: 100}}
    shape: {{pk: "user#{{user}}", sk: "order#{{number}}", status: "{{status}}", flag: hot, note: "{{note}}"}}
    sparse: {{flag: 10%}}
operations: {{op: {operation}}}
load: {{mix: {{op: 1}}, rate: 100, phases: [{{hold: 1m}}]}}
"""


def _demand(operation: str) -> Demand:
    (found,) = demands(parse_scenario(SCENARIO.format(operation=operation)).scenario)
    return found


@pytest.mark.parametrize(
    ("sentence", "operation", "read", "write", "index"),
    [
        # an order has about 3,050 bytes: a read block, three write blocks; its entry by status is a block
        ("a read is half a unit", "{get: order}", 0.5, 0, 0),
        ("a consistent read is a unit", "{get: order, consistent: true}", 1, 0, 0),
        ("an absent item costs as much as a small one", "{get: order, missing: 50%}", 0.5, 0, 0),
        ("a transaction doubles reads", "{transact_get: [{get: order, count: 3}, {get: user}]}", 8, 0, 0),
        ("a batch reads each item by itself", "{batch_get: [{get: order, count: 10}, {get: user, count: 2}]}", 6, 0, 0),
        # by_status: 1 entry, 1 unit; by_flag: a tenth of the orders, 3 units each
        ("a new item enters its indexes", "{put: order, pick: next}", 0, 3, 1 + 0.3),
        ("an item that is put again draws its status anew: its entry moves", "{put: order}", 0, 3, 2 + 0.3),
        ("a change of what no index holds writes none", "{update: user, set: {small: a}}", 0, 1, 0),
        ("a change of an index's key moves the entry", "{update: order, set: {status: paid}}", 0, 3, 2),
        ("a change of what an index holds writes it", "{update: order, set: {note: a}}", 0, 3, 0.3),
        ("a condition that fails writes no index",
         "{update: order, set: {status: paid}, condition: exists, expect: {fails: 50%}}", 0, 3, 1),
        ("a delete takes the entries out", "{delete: order}", 0, 3, 1 + 0.3),
        ("a transaction doubles writes, not those of indexes",
         "{transact_write: [{delete: order}, {check: user, condition: exists}]}", 0, 6 + 2, 1 + 0.3),
        ("a batch writes each item by itself", "{batch_write: [{put: user, count: 20}]}", 0, 20, 0),
        # 20 orders of 3,050 bytes are 60 KB: 15 blocks of 4 KB, half a unit each
        ("a query reads what is under its key", "{query: order, key: \"pk = {pk} AND begins_with(sk, 'order')\"}", 7.5, 0, 0),
        ("a query without a sort key reads all families there", "{query: order, key: 'pk = {pk}'}", 7.5, 0, 0),
        ("a query of one sort key reads one item", "{query: order, key: 'pk = {pk} AND sk = {sk}'}", 0.5, 0, 0),
        ("a limit reads less", "{query: order, key: 'pk = {pk}', limit: 4}", 1.5, 0, 0),
        ("what is expected goes before any estimate", "{query: order, key: 'pk = {pk}', expect: {rows: 1}}", 0.5, 0, 0),
        # 500 open orders of 28 bytes are 14 KB
        ("a query of an index reads its entries", "{query: order, index: by_status, key: \"#status = 'open'\"}", 2, 0, 0),
        ("a statement that selects is a read", "{execute: 'SELECT * FROM units WHERE pk = {pk}', about: user}", 0.5, 0, 0),
        ("a statement that deletes is a delete",
         "{execute: 'DELETE FROM units WHERE pk = {pk} AND sk = {sk}', about: order}", 0, 3, 1 + 0.3),
    ],
)  # fmt: skip
def test_a_call_consumes_on_average(sentence: str, operation: str, read: float, write: float, index: float) -> None:
    found = _demand(operation)
    assert (found.read_units, found.write_units, found.index_write_units) == pytest.approx((read, write, index)), (
        sentence
    )


@pytest.mark.parametrize(
    ("sentence", "operation", "requests"),
    [
        ("a page is a request", "{scan: order}", 1),
        ("all pages of 5.8 MB are six", "{scan: order, pages: all}", 6),
        ("no more pages than are asked for", "{scan: order, pages: 2}", 2),
        ("each segment has pages of its own", "{scan: order, pages: all, segments: 4}", 8),
        ("a limit makes pages", "{query: order, key: \"pk = {pk} AND begins_with(sk, 'o')\", limit: 5, pages: all}", 4),
    ],
)
def test_a_read_of_many_takes_requests(sentence: str, operation: str, requests: float) -> None:
    assert _demand(operation).requests == requests, sentence


def test_a_session_asks_as_often_as_it_calls() -> None:
    text = SCENARIO.format(operation="{get: order}").replace(
        "operations: {op:", "operations: {visit: {session: [op, {repeat: [op], times: 3}]}, op:"
    )
    (found,) = demands(parse_scenario(text.replace("mix: {op: 1}", "mix: {visit: 1, op: 1}")).scenario)
    assert (found.share, found.calls, found.rate) == pytest.approx((0.5, 2.5, 250))


def test_what_a_session_shares_is_as_hot_as_its_first_step_makes_it() -> None:
    text = SCENARIO.format(operation="{get: user, pick: {zipf: 0.99}}").replace(
        "operations: {op:", "operations: {visit: {session: [op, then]}, then: {get: order}, op:"
    )
    first, second = demands(parse_scenario(text.replace("mix: {op: 1}", "mix: {visit: 1}")).scenario)
    assert first.hottest == second.hottest
    assert first.hottest[0] > 0.15, "1 / H(100, 0.99)"


def test_shares_are_of_the_arrivals_and_rates_are_those_of_the_peak() -> None:
    text = SCENARIO.format(operation="{get: order}").replace("operations: {op:", "operations: {rare: {put: order}, op:")
    head, _, tail = text.partition("\nload:")
    rest = tail.partition("\n")[2]
    load = (
        "\nload: {streams: {a: {mix: {op: 1}, rate: 10}, b: {mix: {rare: 1}, rate: 40, phases: [{pause: 30s}, {burst: 30s,"
        " at: 0%, to: 200%, every: 10s, lasting: 1s}]}}, phases: [{hold: 1m}]}\n"
    )
    op, rare = arriving(parse_scenario(head + load + rest).scenario)
    assert (op.share, rare.share) == pytest.approx((600 / 840, 240 / 840))
    assert (op.rate, rare.rate) == (10, 80)
