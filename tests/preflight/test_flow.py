"""What a session sends on average, against figures worked out by hand."""

# ruff: noqa: E501 - a case stands on one line

from __future__ import annotations

import pytest

from ddbload.preflight.flow import SessionFlow, flow_of
from ddbload.scenario.load import parse_scenario
from ddbload.scenario.model import Session

SCENARIO = """\
ddbload: 1
name: flows
table: {{name: flows, key: {{pk: S}}}}
items: {{user: {{of: {{n: 100}}, shape: {{pk: "user#{{n}}", version: 1}}}}}}
operations:
  read: {{get: user, missing: 20%}}
  look: {{get: user, missing: 20%, capture: {{version: item.version}}}}
  buy: {{update: user, add: {{version: 1}}, condition: exists, expect: {{fails: 10%}}}}
  visit: {{session: {steps}}}
load: {{mix: {{visit: 1}}, rate: 1, phases: [{{hold: 1m}}]}}
"""


def _flow(steps: str) -> SessionFlow:
    session = parse_scenario(SCENARIO.format(steps=steps)).scenario.operations["visit"]
    assert isinstance(session, Session)
    return flow_of(parse_scenario(SCENARIO.format(steps=steps)).scenario, session)


@pytest.mark.parametrize(
    ("sentence", "steps", "calls"),
    [
        ("steps follow each other", "[read, buy, read]", {"read": 2, "buy": 1}),
        ("nothing comes after the end", "[read, {branch: {not_found: [end]}}, buy]", {"read": 1, "buy": 0.8}),
        ("an outcome that is not named goes on", "[buy, {branch: {condition_failed: [read]}}]", {"buy": 1, "read": 0.1}),
        ("else is for all others", "[buy, {branch: {condition_failed: [end], else: [read]}}]", {"buy": 1, "read": 0.9}),
        ("a capture that finds nothing ends the session", "[look, buy]", {"look": 1, "buy": 0.8}),
        ("a loop has its turns", "[{repeat: [read], times: 4}]", {"read": 4}),
        ("a loop has turns of a range", "[{repeat: [read], times: {uniform: {min: 1, max: 4}}}]", {"read": 2.5}),
        # 1 + 0.8 + 0.64: each turn is begun when the turn before found its item
        ("a loop ends by an outcome", "[{repeat: [read], times: 3, until: [not_found]}]", {"read": 2.44}),
        ("a loop goes on behind itself", "[{repeat: [read], times: 3, until: [not_found]}, buy]", {"read": 2.44, "buy": 1}),
        (
            "a loop that was left has the outcome that ended it",
            "[{repeat: [read], times: 2, until: [not_found]}, {branch: {not_found: [buy]}}]",
            {"read": 1.8, "buy": 0.36},  # 0.2 in the first turn, 0.8 * 0.2 in the second
        ),
        ("the end within a loop ends the session", "[{repeat: [buy, {branch: {condition_failed: [end]}}], times: 2}, read]",
         {"buy": 1.9, "read": 0.81}),
        ("loops within loops multiply", "[{repeat: [{repeat: [read], times: 3}], times: 2}]", {"read": 6}),
    ],
)  # fmt: skip
def test_a_session_calls_on_average(sentence: str, steps: str, calls: dict[str, float]) -> None:
    assert _flow(steps).calls == pytest.approx(calls), sentence


@pytest.mark.parametrize(
    ("think", "mean"),
    [
        ("300ms", 0.3),
        ("{exponential: 300ms}", 0.3),
        ("{uniform: {min: 100ms, max: 300ms}}", 0.2),
        ("{lognormal: {median: 1s, p99: 2s}}", 1.0454),  # exp(s^2 / 2), s = ln 2 / 2.3263
    ],
)
def test_a_pause_has_a_mean(think: str, mean: float) -> None:
    assert _flow(f"[read, {{think: {think}}}]").think_s == pytest.approx(mean, rel=1e-3)


def test_only_those_who_are_still_there_pause() -> None:
    assert _flow("[read, {branch: {not_found: [end]}}, {think: 10s}]").think_s == pytest.approx(8)
