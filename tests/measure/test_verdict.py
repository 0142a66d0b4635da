"""Objectives and verdicts: failing fast never passes; a run that measures the client is no fact about the table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ddbload.measure.histogram import Histogram
from ddbload.measure.objectives import Finding, Sample, judge
from ddbload.measure.verdict import Evidence, Thresholds, decide
from ddbload.operation import Outcome

SOUND = Evidence(
    due=1000,
    recorded=1000,
    client_late=0,
    answered=1000,
    lag_p99_ms=1.0,
    response_p99_ms=5.0,
    stopped_by=None,
    failures=(),
)
PASSED = Finding("read", "p99", 10.0, 5.0, 1000, "pass")
MISSED = Finding("read", "p99", 10.0, 15.0, 1000, "fail")
UNSUPPORTED = Finding("read", "p99", 10.0, None, 40, "unsupported")


def sample(good_ms: list[float], **others: int) -> Sample:
    response = Histogram()
    response.record_many(np.array([round(ms * 1e6) for ms in good_ms], np.int64))
    return Sample({Outcome.OK: len(good_ms)} | {Outcome(name): n for name, n in others.items()}, response)


@pytest.mark.parametrize(
    ("sentence", "limits", "measured", "verdict", "observed"),
    [
        ("a percentile below its limit passes", {"p99": 0.010}, sample([5.0] * 400), "pass", 5.0),
        ("a percentile above its limit fails", {"p99": 0.004}, sample([5.0] * 400), "fail", 5.0),
        (
            "2 % failures make p99 slower than any limit",
            {"p99": 9.0},
            sample([5.0] * 392, throttled=8),
            "fail",
            None,
        ),
        ("1 % failures leave p95 alone", {"p95": 0.010}, sample([5.0] * 396, timeout=4), "pass", 5.0),
        ("p99 of 298 calls is not supported", {"p99": 0.010}, sample([5.0] * 298), "unsupported", None),
        ("any failure fails a maximum", {"max": 1.0}, sample([5.0] * 10, corrupt=1), "fail", None),
        ("a share at its limit passes", {"throttled": 0.02}, sample([5.0] * 98, throttled=2), "pass", 0.02),
        ("a share beyond its limit fails", {"errors": 0.02}, sample([5.0] * 97, late=1, timeout=2), "fail", 0.03),
        ("a failed condition is no error", {"errors": 0.0}, sample([5.0] * 9, condition_failed=1), "pass", 0.0),
        ("nothing measured supports nothing", {"errors": 0.1}, sample([]), "unsupported", None),
    ],
)
def test_an_objective(
    sentence: str, limits: dict[str, float], measured: Sample, verdict: str, observed: float | None
) -> None:
    (finding,) = judge("read", limits, measured)
    assert finding.verdict == verdict, sentence
    assert finding.observed == (None if observed is None else pytest.approx(observed, rel=1e-3))


@pytest.mark.parametrize(
    ("sentence", "evidence", "findings", "verdict", "word"),
    [
        ("all objectives kept: pass", SOUND, [PASSED], "pass", ""),
        ("no objectives: pass", SOUND, [], "pass", ""),
        ("one missed: fail", SOUND, [PASSED, MISSED], "fail", "observed 15ms"),
        ("lag beyond 2 ms", replace(SOUND, lag_p99_ms=2.1), [PASSED], "invalid", "behind its timetable"),
        ("lag below 10 % of a slow response", replace(SOUND, lag_p99_ms=9.0, response_p99_ms=100.0), [], "pass", ""),
        ("invalid stands over fail", replace(SOUND, lag_p99_ms=2.1), [MISSED], "invalid", "behind its timetable"),
        ("late by the client's fault", replace(SOUND, client_late=2), [], "invalid", "late by the client's fault"),
        ("too few released", replace(SOUND, recorded=990), [], "invalid", "99.00% of the calls due"),
        ("cut short", replace(SOUND, stopped_by="SIGINT"), [PASSED], "invalid", "cut short by SIGINT"),
        ("a worker died", replace(SOUND, failures=["boom"]), [], "invalid", "boom"),
        ("an unsupported percentile", SOUND, [UNSUPPORTED], "invalid", "40 samples do not support it"),
        ("nothing answered", replace(SOUND, answered=0), [], "invalid", "every one failed"),
        ("nothing measured", replace(SOUND, recorded=0, answered=0), [], "invalid", "no call was made"),
    ],
)
def test_a_verdict(sentence: str, evidence: Evidence, findings: list[Finding], verdict: str, word: str) -> None:
    decided, reasons = decide(evidence, findings, Thresholds())
    assert decided == verdict, sentence
    assert word in "; ".join(reasons)
    assert bool(reasons) == (verdict != "pass")
