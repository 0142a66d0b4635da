"""The most that a run can send and cost, against figures worked out by hand: a dollar a read unit, ten a write unit."""

from __future__ import annotations

import math
from typing import Any

import pytest

from ddbload.experiment.bound import Bound, bound
from ddbload.scenario.load import parse_scenario
from tests.experiment.conftest import Load

READS, WRITES = {"mix": {"read": 1, "write": 0}}, {"mix": {"read": 0, "write": 1}}
CLOSED = {"arrivals": {"closed": {"concurrency": 4}}}


def usd(read: float, write: float) -> float:
    return read + 10 * write


@pytest.mark.parametrize(
    ("sentence", "parts", "expected", "requests", "dollars"),
    [
        # 400 expected calls may be 400 + 6 * 20 = 520; a read of 4,000 bytes is 0.5 units, a write of them 4
        ("reads", {"load": READS}, 400, 520, 260),
        ("writes", {"load": WRITES}, 400, 520, 520 * 40),
        ("a limit on requests that is lower", {"load": READS, "limits": {"requests": 100}}, 400, 100, 50),
        ("a limit on requests that is higher", {"load": READS, "limits": {"requests": 9999}}, 400, 520, 260),
        ("a limit on spend", {"load": WRITES, "limits": {"spend_usd": 7}}, 400, 520, 7),
        ("retries", {"load": READS, "client": {"retries": {"attempts": 3}}}, 400, 1560, 780),
        ("a closed loop", {"rate": None, "load": {**READS, **CLOSED}}, None, None, None),
        (
            "a closed loop with a limit on requests",
            {"rate": None, "load": {**READS, **CLOSED}, "limits": {"requests": 100}},
            None,
            100,
            50,
        ),
        (
            "a closed loop with a limit on spend",
            {"rate": None, "load": {**READS, **CLOSED}, "limits": {"spend_usd": 3}},
            None,
            None,
            3,
        ),
    ],
)
def test_a_run_sends_and_costs_at_most(
    sentence: str,
    parts: dict[str, Any],
    expected: float | None,
    requests: int | None,
    dollars: float | None,
    scenario: Load,
) -> None:
    found = bound(scenario(**parts).scenario, expected, usd, load_items=False)
    assert found.requests == requests, sentence
    assert found.usd == (None if dollars is None else pytest.approx(dollars)), sentence


def test_loading_comes_on_top_in_batches_of_25(scenario: Load) -> None:
    """10 items are one batch and 40 write units; neither falls under the limits of the run."""
    made = scenario(load=READS, limits={"requests": 100, "spend_usd": 20}).scenario
    assert bound(made, 400, usd, load_items=True) == Bound(101, 400 + 20)


def test_a_mix_may_fall_to_either_side(scenario: Load) -> None:
    """Of 520 calls at most, 260 of each kind are expected, give or take 6 * sqrt(520 / 4)."""
    each = 260 + 6 * math.sqrt(520 / 4)
    found = bound(scenario().scenario, 400, usd, load_items=False)
    assert found.usd == pytest.approx(each * 0.5 + each * 40)


STEPS = """\
ddbload: 1
name: steps
table: {name: steps, key: {pk: S}, indexes: {by_n: {key: {n: N}, project: keys}}}
items: {job: {of: {n: 10}, shape: {pk: "job#{n}", n: "{n}"}}}
operations:
  read: {get: job, consistent: true}
  put: {put: job}
  pages: {scan: job, pages: 3, segments: 2}
  batch: {batch_get: [{get: job, count: 10}]}
  both: {transact_write: [{put: job}, {check: job, key: {pk: a}, condition: absent}]}
  visit: {session: STEPS}
load: {mix: {visit: 1}, rate: 1, phases: [{hold: 1s}]}
limits: {requests: 1000000}
"""


@pytest.mark.parametrize(
    ("sentence", "steps", "requests", "read", "write"),
    [
        ("a session's steps", "[read, read]", 2, 2, 0),
        ("a loop to its end", "[{repeat: [read], times: {uniform: {min: 1, max: 5}}, until: [ok]}]", 5, 5, 0),
        ("the dearest arm of a branch", "[read, {branch: {ok: [read, read], not_found: [put]}}]", 3, 3, 3),
        ("pages and segments", "[pages]", 6, 6 * 128, 0),
        ("a batch, each item by itself", "[batch]", 1, 5, 0),
        ("a transaction, doubled", "[both]", 1, 0, 2 + 2 + 2 + 2),
    ],
)
def test_an_arrival_sends_and_costs_at_most(
    sentence: str, steps: str, requests: int, read: float, write: float
) -> None:
    """Of one arrival; entries of an index are written twice at most."""
    made = parse_scenario(STEPS.replace("STEPS", steps)).scenario
    once = bound(made, 1, lambda read, write: read + 1000 * write, load_items=False)
    assert once.requests is not None
    calls = once.requests / requests
    assert calls == pytest.approx(7), "1 expected call, and 6 standard deviations"
    assert once.usd == pytest.approx(calls * (read + 1000 * write), rel=0.002), sentence
