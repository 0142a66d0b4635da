"""The calls of a replayed trace: the items that it names, as large as it says, sessions with one worker."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from ddbload.capacity import item_bytes
from ddbload.operation import Call, fill
from ddbload.scenario.model import Scenario
from ddbload.trace import TraceRow, write_trace
from ddbload.workload import CompiledWorkload, compile_workload
from ddbload.workload.stream import Ask

Row = tuple[float, str, str, dict[str, Any]]
Traced = Callable[..., Scenario]


@pytest.fixture
def traced(tmp_path: Path) -> Traced:
    """A scenario that replays these rows: (second, operation, key), then what else is told of it."""

    def write(rows: Iterable[Row]) -> Scenario:
        write_trace(
            tmp_path / "trace.csv", [TraceRow(round(at * 1e9), name, key, **more) for at, name, key, more in rows]
        )
        return Scenario.model_validate(
            {
                "ddbload": 1,
                "name": "users",
                "table": {"name": "users", "key": {"pk": "S"}},
                "values": {"bio": {"text": {"size": 300}}, "nick": {"words": 2}},
                "items": {
                    "user": {"of": {"user": 100}, "shape": {"pk": "user#{user}", "bio": "{bio}", "nick": "{nick}"}}
                },
                "operations": {
                    "read": {"get": "user", "missing": "100%"},
                    "write": {"put": "user", "pick": "next"},
                    "several": {"batch_get": [{"get": "user", "count": 30}]},
                    "visit": {"session": ["read", "write"]},
                },
                "load": {"replay": {"file": "trace.csv"}},
            },
            context={"folder": tmp_path},
        )

    return write


def requests(workload: CompiledWorkload) -> list[dict[str, Any]]:
    return [
        fill(workload.operations[operation].request, draw)
        for block in workload.open_loop(0, 1)
        for operation, draw in zip(block.operations, block.draws, strict=True)
    ]


def test_a_call_is_about_the_item_that_the_trace_names(traced: Traced) -> None:
    rows: list[Row] = [(0.0, "read", "user#7", {}), (1.0, "write", "user#3", {}), (2.0, "read", "user#250", {})]
    found = requests(compile_workload(traced(rows)))
    assert [(one.get("Key") or one["Item"])["pk"]["S"] for one in found] == ["user#7", "user#3", "user#250"]


def test_the_other_items_of_a_batch_are_not_the_one_that_the_trace_names(traced: Traced) -> None:
    rows: list[Row] = [(float(n), "several", f"user#{n}", {}) for n in range(60)]
    for number, one in enumerate(requests(compile_workload(traced(rows)))):
        keys = [key["pk"]["S"] for key in one["RequestItems"]["users"]["Keys"]]
        assert keys[0] == f"user#{number}"
        assert len(set(keys)) == 30


def test_where_the_trace_names_none_the_operation_picks(traced: Traced) -> None:
    found = requests(compile_workload(traced([(0.0, "write", "", {}), (1.0, "write", "", {})])))
    assert [one["Item"]["pk"]["S"] for one in found] == ["user#100", "user#101"]


@pytest.mark.parametrize("size", [40, 100, 341, 5000])
def test_an_item_is_as_large_as_the_trace_says(traced: Traced, size: int) -> None:
    (found,) = requests(compile_workload(traced([(0.0, "write", "user#3", {"size_bytes": size})])))
    assert item_bytes(found["Item"]) == max(size, item_bytes(found["Item"] | {"bio": {"S": ""}}))


def test_a_session_of_the_scenario_is_about_the_item_that_the_trace_names(traced: Traced) -> None:
    workload = compile_workload(traced([(0.0, "visit", "user#42", {})]))
    block = next(workload.open_loop(0, 1))
    course = workload.flows[0].begin(0, block.draws[0])
    read = next(course)
    assert isinstance(read, Ask)
    write = course.send(Call(read.operation, 0, None, read.draw, 0))
    assert isinstance(write, Ask)
    sent = [fill(workload.operations[ask.operation].request, ask.draw) for ask in (read, write)]
    assert [(one.get("Key") or one["Item"])["pk"]["S"] for one in sent] == ["user#42", "user#42"]


@pytest.mark.parametrize("workers", [2, 7])
def test_all_calls_of_a_traced_session_are_with_one_worker(traced: Traced, workers: int) -> None:
    rows = [(at / 10, "read", f"user#{at}", {"session": f"s{at % 5}"}) for at in range(60)]
    scenario = traced(rows)
    alone = [
        (s, repr(d)) for b in compile_workload(scenario).open_loop(0, 1) for s, d in zip(b.slots, b.draws, strict=True)
    ]
    chains, shared = [], []
    for worker in range(workers):
        blocks = list(compile_workload(scenario).open_loop(worker, workers))
        chains.append({chain for block in blocks for chain in block.chains or ()})
        shared += [(s, repr(d)) for b in blocks for s, d in zip(b.slots, b.draws, strict=True)]
    assert sorted(shared) == alone
    assert sum(map(len, chains)) == 5
