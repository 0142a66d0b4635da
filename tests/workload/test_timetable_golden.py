"""The due times that seed 42 has always given: a change here moves every workload, and comparisons with the past."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from ddbload.scenario.model import Load
from ddbload.workload.merge import merged
from ddbload.workload.timetable import spans, timetable

Phases = list[dict[str, Any]]
STRAIGHT: Phases = [
    {"warm": "2500ms", "at": "33.3%"},
    {"ramp": "7s", "to": "120%"},
    {"hold": "5s"},
    {"ramp": "3s", "to": "0%"},
    {"hold": "1s", "at": "0%"},
    {"ramp": "2s", "to": "77.7%"},
]
WAVE: Phases = [{"wave": "7s", "between": ["0%", "133.3%"], "period": "3s"}]
STEPS: Phases = [{"steps": "5s", "from": "90%", "to": "12.5%", "count": 7}]
BURST: Phases = [{"burst": "5s", "at": "0%", "to": "700%", "every": "700ms", "lasting": "33ms"}]
MIXED: Phases = [{"pause": "100ms"}, *WAVE, {"ramp": "1s", "to": "200%"}, *BURST, {"pause": "1s"}, *STEPS]

GOLDEN: list[tuple[str, Phases, bool, int, str]] = [
    ("straight lines, constant", STRAIGHT, False, 14775, "173b1d61c59f8319"),
    ("straight lines, poisson", STRAIGHT, True, 14887, "aff5aa5946cbd517"),
    ("a wave, constant", WAVE, False, 5143, "44a48f5b464ec53b"),
    ("a wave, poisson", WAVE, True, 5140, "a6c9b3fc043186d8"),
    ("steps, constant", STEPS, False, 2563, "73fdfbdabf7223a0"),
    ("steps, poisson", STEPS, True, 2516, "757f8db1064df205"),
    ("bursts, constant", BURST, False, 1848, "4778ac87216a2735"),
    ("bursts, poisson", BURST, True, 1864, "bfda9a92580d96b8"),
    ("one after the other, constant", MIXED, False, 11175, "b59f3f4840defbc2"),
    ("one after the other, poisson", MIXED, True, 11288, "6effcea0ca622c90"),
]


@pytest.mark.parametrize(
    ("phases", "poisson", "count", "digest"), [row[1:] for row in GOLDEN], ids=[row[0] for row in GOLDEN]
)
def test_due_times_stay_what_they_are(phases: Phases, poisson: bool, count: int, digest: str) -> None:
    load = Load.model_validate({"mix": {"any": 1.0}, "rate": 1.0, "phases": phases})
    found, due = 0, hashlib.sha256()
    for block in timetable(spans(load), 1000.0, poisson=poisson, seed=42).blocks(700):
        found += len(block.due_ns)
        due.update(block.due_ns.astype("<i8").tobytes())
    assert (found, due.hexdigest()[:16]) == (count, digest)


def test_the_merged_order_stays_what_it_is() -> None:
    each = {
        "web": {"mix": {"any": 1.0}, "rate": 1000.0, "arrivals": "poisson"},
        "api": {"mix": {"any": 1.0}, "rate": 300.0, "phases": WAVE},
        "jobs": {"mix": {"any": 1.0}, "rate": 10.0, "arrivals": "poisson", "phases": BURST},
    }
    load = Load.model_validate({"streams": each, "phases": STRAIGHT})
    found = hashlib.sha256()
    for block in merged(load, 42).blocks(700):
        for column in (block.due_ns, block.streams, block.numbers):
            assert column is not None
            found.update(column.astype("<i8").tobytes())
    assert found.hexdigest()[:16] == "2ff850715a17cab1"
