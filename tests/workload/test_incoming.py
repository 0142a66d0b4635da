"""Which arrivals a scenario has."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

from ddbload.errors import ScenarioError
from ddbload.scenario.model import Scenario
from ddbload.trace import TraceRow, write_trace
from ddbload.workload.incoming import arrivals
from ddbload.workload.merge import Merged
from ddbload.workload.replay import Replayed, survey
from ddbload.workload.timetable import Timetable

PHASES = [{"warm": "1s"}, {"wave": "2s", "between": ["50%", "150%"], "period": "2s"}]


def scenario(load: dict[str, Any], folder: Path | None = None) -> Scenario:
    return Scenario.model_validate(
        {
            "ddbload": 1,
            "name": "orders",
            "seed": 7,
            "table": {"name": "orders", "key": {"pk": "S"}},
            "items": {"order": {"of": {"n": 100}, "shape": {"pk": "order#{n}"}}},
            "operations": {"read": {"get": "order"}},
            "load": load,
        },
        context={"folder": folder} if folder else None,
    )


def test_a_mix_at_a_rate_has_a_timetable() -> None:
    found = arrivals(scenario({"mix": {"read": 1.0}, "rate": 10.0, "arrivals": "poisson", "phases": PHASES}))
    assert isinstance(found, Timetable)
    assert (found.poisson, found.seed, found.stream) == (True, 7, "arrivals")
    assert found.expected() == (10, 20)


def test_streams_are_merged() -> None:
    streams = {"web": {"mix": {"read": 1.0}, "rate": 10.0}, "jobs": {"mix": {"read": 1.0}, "rate": 1.0}}
    found = arrivals(scenario({"streams": streams, "phases": PHASES}))
    assert isinstance(found, Merged)
    assert found.counts() == (11, 22)


def test_a_closed_loop_has_none() -> None:
    closed = {"closed": {"concurrency": 3}}
    assert arrivals(scenario({"mix": {"read": 1.0}, "arrivals": closed, "phases": PHASES})) is None


def test_a_load_that_says_nothing_is_an_error() -> None:
    with pytest.raises(ScenarioError, match="load does not say what arrives"):
        arrivals(scenario({"mix": {"read": 1.0}}))


def test_a_trace_that_was_surveyed_is_not_surveyed_again(tmp_path: Path) -> None:
    write_trace(tmp_path / "trace.csv", [TraceRow(0, "read", "order#1"), TraceRow(10**9, "read", "order#2")])
    of = scenario({"replay": {"file": "trace.csv", "warm": "500ms"}}, tmp_path)
    told = pickle.loads(pickle.dumps(survey(of)))  # noqa: S301 - what another process is told
    (tmp_path / "trace.csv").write_text("time,operation,key\n")
    found = arrivals(of, told)
    assert isinstance(found, Replayed)
    assert found.counts() == (1, 1)
