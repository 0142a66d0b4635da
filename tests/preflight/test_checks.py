"""Warnings: valid scenarios that are likely not what was meant; and the summary in plain words."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ddbload.preflight.checks import warnings
from ddbload.preflight.demand import demands
from ddbload.preflight.hot import harmonic
from ddbload.preflight.summary import summary
from ddbload.preflight.words import n_bytes
from ddbload.scenario.actions import actions_of
from ddbload.scenario.load import parse_scenario
from ddbload.workload.counting import Rows, own_calls
from ddbload.workload.picking import picking

SCENARIO = """\
ddbload: 1
name: orders
table:
  name: orders
  key: {pk: S, sk: S}
  indexes:
    by_status: {key: {status: S}, project: keys}
values:
  status: {choice: {open: 20, paid: 70, void: 10}}
items:
  order:
    of: {customer: 1000, number: 20}
    shape: {pk: "cust#{customer}", sk: "order#{number}", status: "{status}"}
operations:
  read: {get: order, pick: {customer: uniform, number: uniform}}
  place: {put: order}
load:
  mix: {read: 90, place: 10}
  rate: 1000
  phases:
    - {hold: 1m}
client: {max_in_flight: 500}
limits: {requests: 100000}
"""


def _told(text: str) -> list[str]:
    return [str(warning) for warning in warnings(parse_scenario(text, "s.yaml"))]


def test_a_sound_scenario_has_no_warning() -> None:
    assert _told(SCENARIO) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        pytest.param(
            "max_in_flight: 500",
            "max_in_flight: 5",
            "s.yaml:22:25: max_in_flight 5 carries 500 calls a second at 10 ms each; the load peaks at 1,000"
            " (at least 10, and room for slow answers)",
            id="too few calls in flight for the rate",
        ),
        pytest.param(
            "max_in_flight: 500",
            "connections: 5",
            "s.yaml:22:23: connections 5 carries 500 calls a second at 10 ms each; the load peaks at 1,000"
            " (at least 10, and room for slow answers)",
            id="too few connections for the rate",
        ),
        pytest.param(
            "max_in_flight: 500",
            "max_in_flight: 500, connections: 501",
            "s.yaml:22:43: 501 connections for 500 calls in flight: the rest stay idle"
            " (connections: at most max_in_flight)",
            id="more connections than calls",
        ),
        pytest.param(
            "  rate: 1000\n",
            "  arrivals: {closed: {concurrency: 600}}\n",
            "s.yaml:22:10: 600 concurrent calls do not fit into max_in_flight 500 (client: {max_in_flight: 600})",
            id="a closed loop wider than the client",
        ),
        pytest.param(
            "key: {status: S}",
            "key: {state: S}",
            "s.yaml:7:5: no item enters the index 'by_status': no item has 'state'",
            id="an index that no item enters",
        ),
        pytest.param(
            "{customer: uniform, number: uniform}",
            "{customer: {zipf: 2.5}}, consistent: true",
            "s.yaml:15:3: the busiest partition key would get about 3,019 read units a second from 'read'"
            " (a partition serves 3,000; a flatter `pick`, more keys, or a lower rate)",
            id="a hot partition",
        ),
        pytest.param(
            "requests: 100000",
            "requests: 1000",
            "s.yaml:23:20: the load has about 60,000 requests; the run stops after 1,000, incomplete (at least 63,000)",
            id="a limit that cuts the run short",
        ),
        pytest.param(
            "values:",
            "  billing: {read: 400, write: 200}\nvalues:",
            "s.yaml:8:19: the load asks for about 450 read units a second of 400 provisioned"
            " (throttled beyond it, once burst capacity is used up)",
            id="more than the provisioned capacity",
        ),
    ],
)
def test_a_likely_mistake_is_told(old: str, new: str, told: str) -> None:
    assert old in SCENARIO
    rate = "rate: 4500" if "zipf" in new else "rate: 1000"
    text = SCENARIO.replace(old, new).replace("rate: 1000", rate)
    assert told in _told(text if "zipf" not in new else text.replace("requests: 100000", "requests: 999999999"))


def test_a_hot_index_and_a_new_table_are_told() -> None:
    text = SCENARIO.replace("rate: 1000", "rate: 41000").replace("requests: 100000", "requests: 9000000")
    reads, writes, hot, index = _told(text)
    assert reads == (
        "s.yaml:3:1: the load asks for about 18,450 read units a second; a new table on demand serves 12,000"
        " (raise warm throughput first, or ramp over 30 minutes or more)"
    )
    assert writes.startswith("s.yaml:3:1: the load asks for about 4,100 write units a second")
    assert index == (  # a put draws the status anew: the entry moves, which is two writes
        "s.yaml:7:5: the load asks for about 8,200 write units of 'by_status' a second; the index 'by_status' on demand"
        " serves 4,000 (raise warm throughput first, or ramp over 30 minutes or more)"
    )
    assert hot == (
        "s.yaml:7:5: the busiest 'status' of the index 'by_status' would get about 5,740 write units a second"
        " from 'place' (a partition serves 1,000; more values of 'status')"
    )


@pytest.mark.parametrize("s", [0.5, 0.99, 1.0, 1.5])
def test_the_harmonic_number_beyond_its_exact_terms_is_near_the_sum(s: float) -> None:
    assert harmonic(50_000, s) == pytest.approx(math.fsum(k**-s for k in range(1, 50_001)), rel=1e-9)


@pytest.mark.parametrize(
    ("pick", "hottest"),
    [
        ("uniform", 1 / 1000),
        ("{customer: uniform}", 1 / 1000),
        ("{number: {zipf: 2}}", 1 / 1000),
        ("{customer: {hotspot: {items: 1%, share: 80%}}}", 0.08),
        ("{hotspot: {items: 0.005%, share: 50%}}", 0.5 + 0.5 / 1000),
    ],
)
def test_the_busiest_partition_key_gets_a_share(pick: str, hottest: float) -> None:
    scenario = parse_scenario(SCENARIO.replace("{customer: uniform, number: uniform}", pick)).scenario
    assert demands(scenario)[0].hottest == pytest.approx((hottest,))


@pytest.mark.parametrize(
    "pick",
    ["{customer: {zipf: 0.99}}", "{zipf: 1.2}", "{customer: {hotspot: {items: 0.15%, share: 80%}}}", "sequential"],
)
def test_the_estimated_share_of_the_busiest_partition_key_is_the_one_that_is_drawn(pick: str) -> None:
    scenario = parse_scenario(SCENARIO.replace("{customer: uniform, number: uniform}", pick)).scenario
    calls = np.arange(100_000)
    (spec,) = actions_of(scenario.operations["read"])
    picked = picking(scenario, "read", 0, "order", spec.pick, spec.missing).numbers(
        Rows(calls, {own_calls("read"): calls})
    )[0]
    drawn = np.bincount(picked // scenario.items["order"].of["number"]).max() / len(calls)
    assert drawn == pytest.approx(demands(scenario)[0].hottest[0], rel=0.05)


def test_the_summary_says_in_plain_words_what_a_run_will_do() -> None:
    assert summary(parse_scenario(SCENARIO)).splitlines() == [
        "orders, seed 1",
        "table      orders: pk S, sk S; on demand",
        "           global index by_status: status S; projects keys",
        "items      20,000 order (1,000 customer x 20 number), about 29 B each, 30 B at most; 574.0 KB in all",
        "operations read   90.0%     900.0/s at the peak  GetItem order, customer uniform, number uniform",
        "           place  10.0%     100.0/s at the peak  PutItem order, uniform",
        "load       open loop: constant arrivals, 1000 a second at 100%",
        "           hold 1m at 100%, 60,000 requests",
        "           in all 1m, 60,000 requests, 60,000 measured",
        "capacity   about 450 read and 100 write units a second at the peak, and 200 of indexes",
        "client     500 in flight at most, timeout 1s, no retries",
        "limits     stops at 100,000 requests",
    ]


def test_a_size_is_shown_in_a_unit_of_its_own() -> None:
    assert [n_bytes(size) for size in (0, 900, 1536, 3 * 1024**2, 5 * 1024**3)] == [
        "0 B",
        "900 B",
        "1.5 KB",
        "3.0 MB",
        "5.0 GB",
    ]


def test_a_trace_may_name_the_items_and_one_request_is_no_requests() -> None:
    text = SCENARIO.replace("operations:\n", "operations:\n  visit: {session: [read]}\n").replace(
        "read: 90", "visit: 90"
    )
    assert "session, about 1 request: read" in summary(parse_scenario(text))
    head, _, _ = SCENARIO.partition("\nload:")
    told = summary(parse_scenario(f"{head}\nload: {{replay: {{file: trace.csv}}}}\n"))
    assert "PutItem order, uniform unless the trace names the item" in told
