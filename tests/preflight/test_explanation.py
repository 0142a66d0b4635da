"""`check --explain`: a small scenario line by line; of a large one that nothing is too wide or left out."""

from __future__ import annotations

import pytest

from ddbload.preflight.checks import warnings
from ddbload.preflight.explanation import explanation
from ddbload.preflight.summary import summary
from ddbload.scenario.load import parse_scenario
from tests.scenario.everything import EVERYTHING

SMALL = """\
ddbload: 1
name: small
table: {name: small, key: {pk: S}, indexes: {by_state: {key: {state: S}, project: keys}}}
values: {state: {choice: [new, done]}}
items: {job: {of: {n: 1000}, shape: {pk: "job#{n}", state: "{state}"}}}
operations:
  take: {update: job, set: {state: done}, condition: "state = 'new'", expect: {fails: 25%}}
  show: {get: job, pick: {zipf: 0.99}, missing: 10%}
  work: {session: [take, {branch: {condition_failed: [end]}}, {think: 50ms}, {repeat: [show], times: 2}]}
load: {mix: {work: 3, show: 1}, rate: 100, phases: [{warm: 10s, at: 50%}, {ramp: 10s, to: 100%}, {hold: 20s}]}
"""


def test_a_small_scenario_is_explained_line_by_line() -> None:
    rule = "─"
    assert explanation(parse_scenario(SMALL)).splitlines() == [
        "small, seed 1",
        "",
        f"── TABLE {rule * 91}",
        "small  pk S; on demand",
        "  by_state  global index by state S; holds keys only; every job enters it with 17 B",
        "",
        f"── ITEMS {rule * 91}",
        "job  1,000 items (1,000 n), each 17 B on average, 15 B to 18 B; 17.0 KB in all",
        "     key pk = job#{n}",
        "",
        f"── OPERATIONS {rule * 86}",
        "take  UpdateItem, in sessions, 75/s at the peak",
        "  job, uniform, conditional",
        "    ConditionExpression       #n0 = :v0",
        "    UpdateExpression          SET #n0 = :v1",
        "    ExpressionAttributeNames  #n0 state",
        "    ExpressionAttributeValues :v0 'new', :v1 'done'",
        "  costs 1 write and 1.5 index write units a call, 75 and 112 a second",
        "",
        "show  GetItem, 25.0% of arrivals, 138/s at the peak",
        "  job, zipf 0.99, 10% missing",
        "  costs 0.5 read units a call, 69 a second",
        "",
        f"── SESSIONS {rule * 88}",
        "work  75.0% of arrivals, 75/s at the peak",
        "  1. take                                                       100.0%",
        "  2. by the outcome                                             100.0%",
        "     2a. if condition_failed",
        "        2a.1. the session ends                                   25.0%",
        "  3. think 50ms                                                  75.0%",
        "  4. repeat 2 times                                              75.0%",
        "     4.1. show                                                     1.5 times",
        "  = 2.5 requests a session (take 1, show 1.5), and 38ms of think time",
        "",
        f"── LOAD {rule * 92}",
        "open loop: constant arrivals, 100 a second at 100%",
        f"  {'▄' * 24}{'▅' * 6}{'▆' * 6}{'▇' * 6}{'█' * 54}",
        "       0s  warm 10s at 50%              500 arrivals  not measured",
        "      10s  ramp 10s 50% to 100%         750 arrivals",
        "      20s  hold 20s at 100%           2,000 arrivals",
        "512 in flight at most, timeout 1s, no retries",
        "",
        f"── IN ALL {rule * 90}",
        "before   1,000 items, 17.0 KB, in about 40 batches",
        "run      40s: 3,250 arrivals, 6,906 requests, at most 212 a second",
        "         2,750 arrivals are measured, 5,844 requests",
        "peak     small: 69 read and 75 write units a second",
        "peak     small, index by_state: 0 read and 112 write units a second",
        "units    2,234 read and 6,094 write units in the run, those of indexes with them",
    ]


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("text", [SMALL, EVERYTHING], ids=["small", "everything"])
def test_nothing_is_wider_than_the_terminal(text: str, width: int) -> None:
    loaded = parse_scenario(text)
    lines = [*explanation(loaded, width).splitlines(), *summary(loaded, width).splitlines()]
    assert [line for line in lines if len(line) > width] == []


def test_everything_that_is_sent_is_explained() -> None:
    loaded = parse_scenario(EVERYTHING)
    told = explanation(loaded)
    assert [name for name in loaded.scenario.operations if f"\n{name}  " not in told] == []
    assert [
        name for name in loaded.scenario.items if f"\n{name}  " not in told.replace("customer  ", "customer  ")
    ] == []
    assert summary(loaded)


def test_a_scenario_with_everything_is_warned_of_what_will_hurt() -> None:
    assert [str(warning).removeprefix("s.yaml:") for warning in warnings(parse_scenario(EVERYTHING, "s.yaml"))] == [
        (
            "14:36: the load asks for about 486 write units of 'by_mail' a second of 60 provisioned"
            " (throttled beyond it, once burst capacity is used up)"
        ),
        "18:43: the load asks for about 3,159 read units a second; auto scaling ends at 900 (throttled beyond it)",
        "18:85: the load asks for about 2,035 write units a second; auto scaling ends at 900 (throttled beyond it)",
        "125:5: 'lookup' captures what nobody uses: it is no step of a session (leave `capture` out)",
    ]
