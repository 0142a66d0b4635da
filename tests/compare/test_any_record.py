"""Whatever numbers a record holds, comparing ends in a document of finite numbers or in an error that says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hypothesis import HealthCheck, given, settings, strategies as st

from ddbload.compare.compare import compare_runs
from ddbload.compare.request import ComparisonError
from ddbload.compare.trend import trend_of
from ddbload.results.encoded import to_json
from ddbload.results.record import (
    ConsumedUnits,
    Cost,
    Latency,
    ObjectiveRecord,
    Pairing,
    Rate,
    RunRecord,
)
from tests.compare.records import NOW, operation, run

EDGES = [0.0, 5e-324, 1e-9, 1.0, 1.001, 1e9, 1e15]
NUMBER = st.none() | st.sampled_from(EDGES)
LATENCY = st.builds(Latency, st.integers(0, 10**9), *[NUMBER] * 8)
OPERATION = st.builds(
    replace,
    st.just(operation()),
    count=st.integers(0, 200),
    outcomes=st.dictionaries(st.sampled_from(["ok", "throttled", "timeout"]), st.integers(0, 30), max_size=3),
    capacity=st.just(ConsumedUnits()),
    steps=st.integers(-5, 300),
    response_ms=LATENCY,
    service_ms=LATENCY,
)
OBJECTIVE = st.builds(
    ObjectiveRecord,
    st.just("an objective"),
    st.sampled_from(["read", "write", "all"]),
    st.sampled_from(["p50", "p99", "max", "errors"]),
    st.sampled_from(EDGES),
    st.none() | st.sampled_from([0.0, 0.5, 1.0]),
    st.just(100),
    st.sampled_from(["pass", "fail", "unsupported"]),
    st.none() | st.sampled_from([0.0, 0.1, 5.0]),
)
RUN = st.builds(
    replace,
    st.just(run()),
    rate=st.builds(Rate, *[st.sampled_from(EDGES[:6])] * 3, st.sampled_from(["open", "closed"]), st.floats(0, 1e6)),
    cost=st.builds(Cost, NUMBER, NUMBER, NUMBER, st.none(), st.just("")),
    client=st.builds(replace, st.just(run().client), lag_ms=LATENCY),
    objectives=st.lists(OBJECTIVE, max_size=3),
    operations=st.dictionaries(st.sampled_from(["read", "write"]), OPERATION, min_size=1, max_size=2),
    started_at=st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)).map(datetime.isoformat),  # noqa: DTZ001
    duration_s=st.floats(0, 1e6),
    verdict=st.sampled_from(["pass", "pass", "fail", "invalid"]),
    pairing=st.none()
    | st.builds(
        Pairing, st.just("e"), st.integers(0, 9), st.just("base"), st.integers(0, 19), st.just({"target": "a"})
    ),
)


def named(runs: list[RunRecord], tag: str) -> list[RunRecord]:
    return [replace(run, id=f"{tag}{place}") for place, run in enumerate(runs)]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(RUN, min_size=1, max_size=8), st.lists(RUN, min_size=1, max_size=8))
def test_two_sides_of_any_numbers(base: list[RunRecord], new: list[RunRecord]) -> None:
    try:
        found = compare_runs(named(base, "b"), named(new, "n"), now=NOW)
    except ComparisonError as error:
        assert str(error)  # noqa: PT017 - either end is right, and must say something
    else:
        assert to_json(found)
        good = {"not worse", "improved"}
        passes = bool(found.gates) and all(gate.verdict in good for gate in found.gates)
        assert found.verdict == "invalid" or (found.verdict in good) == passes


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(RUN, min_size=1, max_size=3), min_size=3, max_size=4))
def test_a_trend_of_any_numbers(tags: list[list[RunRecord]]) -> None:
    runs = [named(each, f"t{place}-") for place, each in enumerate(tags)]
    try:
        found = trend_of(runs, [f"t{place}" for place in range(len(runs))], now=NOW)
    except ComparisonError as error:
        assert str(error)  # noqa: PT017 - as above
    else:
        assert to_json(found)
