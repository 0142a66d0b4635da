"""Runs for the tests of this room: one plain record, and any record at all."""

from __future__ import annotations

import dataclasses
import types
from datetime import UTC
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import strategies as st

from ddbload.results.record import (
    SCHEMA,
    ClientHealth,
    ConsumedUnits,
    Cost,
    Latency,
    ObjectiveRecord,
    OperationRecord,
    Rate,
    RunRecord,
    Second,
    TableUnits,
    Units,
)
from tests.fingerprints import fingerprint_of

_LEAVES: dict[Any, st.SearchStrategy[Any]] = {
    # csv writes a lone carriage return bare; no name that a record holds has one
    str: st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"]), max_size=12),
    int: st.integers(-(2**70), 2**70),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    type(None): st.none(),
}


def values_of(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a record's type, whatever its fields are: only numbers that can be written."""
    if kind in _LEAVES:
        return _LEAVES[kind]
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.builds(kind, **{f.name: values_of(hints[f.name]) for f in dataclasses.fields(kind)})
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin in {Union, types.UnionType}:
        return st.one_of(*(values_of(argument) for argument in arguments))
    if origin is list:
        return st.lists(values_of(arguments[0]), max_size=2)
    if origin is dict:
        return st.dictionaries(values_of(arguments[0]), values_of(arguments[1]), max_size=2)
    raise AssertionError(f"no strategy for {kind}")


@pytest.fixture(scope="session")
def any_record() -> st.SearchStrategy[RunRecord]:
    whole = st.tuples(values_of(RunRecord), st.datetimes(timezones=st.just(UTC)))
    return whole.map(lambda pair: dataclasses.replace(pair[0], schema=SCHEMA, started_at=pair[1].isoformat()))


@pytest.fixture(scope="session")
def any_second() -> st.SearchStrategy[Second]:
    # a lone carriage return inside a phase's name does not outlive universal newlines; names come from the scenario
    return values_of(Second)


@pytest.fixture
def record() -> RunRecord:
    latency = Latency(1000, 0.8, 1.1, 1.3, 2.4, None, 7.9, 0.9, 0.3)
    operation = OperationRecord(
        api="GetItem",
        count=1003,
        outcomes={"ok": 1000, "throttled": 3},
        attempts=1003,
        response_ms=latency,
        queue_ms=latency,
        service_ms=latency,
        outcome_ms={"ok": latency},
        reasons={"throttled": {"ThrottlingException": 3}},
        capacity=ConsumedUnits(Units(500.0, 0.0), Units()),
    )
    return RunRecord(
        schema=SCHEMA,
        id="7f3a9c01",
        tag="v1.2",
        started_at="2026-02-03T04:05:06.789Z",
        duration_s=12.5,
        verdict="pass",
        reasons=[],
        complete=True,
        stopped_by=None,
        fingerprint=fingerprint_of("orders", rate=100),
        rate=Rate(100.3, 100.3, 100.3, "open", 10.0),
        operations={"read": operation},
        capacity={"orders": TableUnits(500.0, 0.0, {"by_status": Units(1.0, 0.0)})},
        cost=Cost(0.001, 0.125, 32.5, "2026-01-01", "us-east-1"),
        client=ClientHealth(latency, 0.2, 1, "wire", 512, 512, 4, 0, 1000.0),
        objectives=[ObjectiveRecord("read p99 < 10 ms", "read", "p99", 10.0, 2.4, 1003, "pass")],
        validity={"lag_ms": 2.0},
    )
