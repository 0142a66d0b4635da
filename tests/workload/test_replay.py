"""A trace as arrivals: its times at a speed, its items, its sessions; and what a survey says of it."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from ddbload.errors import ScenarioError
from ddbload.scenario.model import Scenario
from ddbload.trace import TraceError, TraceRow, write_trace
from ddbload.values.transforms import Integers
from ddbload.workload.incoming import arrivals
from ddbload.workload.replay import Replayed, Survey, replayed, survey

NS = 10**9
Write = Callable[..., Scenario]


def row(time_s: float, operation: str = "read", key: str = "", **more: Any) -> TraceRow:
    return TraceRow(round(time_s * NS), operation, key, **more)


@pytest.fixture
def traced(tmp_path: Path) -> Write:
    """A scenario that replays these rows: `traced(rows, speed=2.0)`."""

    def write(rows: Iterable[TraceRow], **replay: Any) -> Scenario:
        write_trace(tmp_path / "trace.csv", rows)
        return of_folder(tmp_path, **replay)

    return write


def of_folder(folder: Path, **replay: Any) -> Scenario:
    return Scenario.model_validate(
        {
            "ddbload": 1,
            "name": "orders",
            "table": {"name": "orders", "key": {"pk": "S", "sk": "S"}},
            "items": {
                "customer": {"of": {"customer": 50}, "shape": {"pk": "cust#{customer}", "sk": "profile"}},
                "order": {
                    "of": {"customer": 50, "number": 20},
                    "shape": {"pk": "cust#{customer}", "sk": "order#{number}"},
                },
            },
            "operations": {
                "read": {"get": "order"},
                "profile": {"get": "customer"},
                "place": {"put": "order", "pick": "next"},
                "visit": {"session": [{"think": "1s"}, "profile", "read"]},
            },
            "load": {"replay": {"file": "trace.csv", **replay}},
        },
        context={"folder": folder},
    )


def due_ms(of: Replayed) -> list[float]:
    return [float(due) / 1e6 for block in of.blocks() for due in block.due_ns]


def column(of: Replayed, name: str) -> list[int]:
    found: list[Integers] = [getattr(block, name) for block in of.blocks()]
    return [int(value) for values in found for value in values]


# --- when ------------------------------------------------------------------------------------------------------------


def test_rows_are_due_when_they_were_recorded(traced: Write) -> None:
    assert due_ms(replayed(traced([row(0), row(0.5), row(0.5), row(3)]))) == [0, 500, 500, 3000]


def test_a_speed_divides_the_times(traced: Write) -> None:
    assert due_ms(replayed(traced([row(0), row(0.5), row(3)], speed=2.5))) == [0, 200, 1200]


def test_the_next_pass_begins_one_mean_gap_after_the_last_row(traced: Write) -> None:
    of = replayed(traced([row(0), row(1), row(4)], speed=2.0, loop=3))
    assert due_ms(of) == [0, 500, 2000, 3000, 3500, 5000, 6000, 6500, 8000]
    assert of.spans[-1].end_ns == 9 * NS


def test_the_mean_gap_of_a_single_row_is_a_second(traced: Write) -> None:
    assert due_ms(replayed(traced([row(0)], loop=3, speed=10.0))) == [0, 100, 200]


def test_the_first_part_may_be_a_warm_up(traced: Write) -> None:
    of = replayed(traced([row(k) for k in range(10)], warm="2500ms", loop=2))
    assert [(span.name, span.start_ns / NS, span.end_ns / NS, span.measured) for span in of.spans] == [
        ("warm 2.5s", 0, 2.5, False),
        ("replay 17.5s", 2.5, 20, True),
    ]
    assert of.counts() == (3, 17)


def test_a_warm_up_may_be_longer_than_a_pass(traced: Write) -> None:
    of = replayed(traced([row(k) for k in range(10)], warm="23s", loop=4, speed=1.0))
    assert of.counts() == (23, 17)
    assert of.expected() == (23.0, 17.0)


times = st.lists(st.integers(0, 10**11), min_size=1, max_size=400).map(sorted)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(times, st.sampled_from([1.0, 0.3, 2.0, 10.0, 3.3]), st.integers(1, 3), st.integers(1, 200), st.integers(0, 90))
def test_due_times_ascend_within_the_phases_that_count_them(
    traced: Write, at_ns: list[int], speed: float, loop: int, size: int, warm: int
) -> None:
    at_ns = [*at_ns, at_ns[-1] + NS]
    scenario = traced([TraceRow(at, "read", "") for at in at_ns], speed=speed, loop=loop, warm=f"{warm}ms")
    of = replayed(scenario)
    blocks = list(of.blocks(size))
    assert max(len(block.due_ns) for block in blocks) <= size
    assert [block.first for block in blocks] == np.cumsum([0, *[len(b.due_ns) for b in blocks[:-1]]]).tolist()
    due = np.concatenate([block.due_ns for block in blocks])
    assert (np.diff(due) >= 0).all()
    within = [int(((due >= span.start_ns) & (due < span.end_ns)).sum()) for span in of.spans]
    assert list(of.counts()) == within
    assert sum(within) == len(at_ns) * loop


def test_rows_out_of_order_are_sorted_and_it_is_told(traced: Write) -> None:
    scenario = traced([row(0), row(2), row(1), row(3)])
    found = survey(scenario)
    assert not found.ordered
    assert [warning.message for warning in found.warnings] == [
        "the rows are not in the order of their times: the client has to sort them while it sends"
    ]
    assert due_ms(replayed(scenario, found)) == [0, 1000, 2000, 3000]


# --- what ------------------------------------------------------------------------------------------------------------


def test_operations_are_positions_in_the_scenario(traced: Write) -> None:
    of = replayed(traced([row(0, "place"), row(1, "read"), row(2, "visit"), row(3, "read")]))
    assert column(of, "operations") == [2, 0, 3, 0]


def test_the_trace_may_have_names_of_its_own(traced: Write) -> None:
    scenario = traced([row(0, "GetItem"), row(1, "PUT /x")], operations={"GetItem": "read", "PUT /x": "place"})
    assert column(replayed(scenario), "operations") == [0, 2]
    assert survey(scenario).counts == {"read": 1, "place": 1}


ITEMS: list[tuple[str, TraceRow, int]] = [
    ("a key is the item that has it", row(0, "read", "cust#3/order#4"), 64),
    ("a key of another family", row(0, "profile", "cust#3/profile"), 3),
    ("a session is about what its first request is about", row(0, "visit", "cust#7/profile"), 7),
    ("a partition is its first item", row(0, "read", "cust#3"), 60),
    ("the number of an item stands before its key", row(0, "read", "cust#3/order#4", item=9), 9),
    ("without either, its operation picks one", row(0, "read"), -1),
    ("a key of another shape is spread by a hash", row(0, "read", "user:17"), 287_728_285_500_040_094 % 1000),
]


@pytest.mark.parametrize(("one", "item"), [case[1:] for case in ITEMS], ids=[case[0] for case in ITEMS])
def test_the_item_of_a_row(traced: Write, one: TraceRow, item: int) -> None:
    assert column(replayed(traced([one])), "items") == [item]


def test_sizes_are_those_of_the_trace_where_it_tells_them(traced: Write) -> None:
    of = replayed(traced([row(0, size_bytes=120), row(1), row(2, size_bytes=500_000)]))
    assert column(of, "sizes") == [120, -1, 409_600]


def test_a_trace_without_sizes_and_sessions_has_none(traced: Write) -> None:
    (block,) = replayed(traced([row(0), row(1)])).blocks()
    assert (block.sizes, block.chains) == (None, None)


def test_rows_of_a_session_have_its_number_in_every_pass_another(traced: Write) -> None:
    sessions = ["a", None, "b", "a"]
    of = replayed(traced([row(k, session=name) for k, name in enumerate(sessions)], loop=2))
    a, none, b, again, *later = column(of, "chains")
    assert (again, none) == (a, 0)
    assert len({a, b, *later} - {0}) == 4
    assert later[0] == later[3]
    assert all(0 < chain < 2**63 for chain in (a, b, later[0], later[2]))


# --- the survey ------------------------------------------------------------------------------------------------------


def test_a_survey_counts_rows_and_tells_how_long_they_take(traced: Write) -> None:
    found = survey(traced([row(0, "place"), row(1), row(2.5)]))
    assert (found.rows, found.duration_s, found.counts) == (3, 2.5, {"place": 1, "read": 2})
    assert (found.problems, found.warnings, found.ordered) == ((), (), True)


def told(found: Survey, kind: str = "problems") -> list[str]:
    return [f"{Path(one.file).name}:{one.line}: {one.message} ({one.fits})" for one in getattr(found, kind)]


def test_an_operation_that_stands_for_none_is_told_at_its_first_row(traced: Write) -> None:
    found = survey(traced([row(0), row(1, "raed"), row(2, "x"), row(3, "raed")]))
    assert told(found) == [
        (
            "trace.csv:3: no operation of the scenario stands for 'raed' (did you mean 'read'? there are: read,"
            " profile, place, visit; load.replay.operations: {raed: read} would say which operation it is)"
        ),
        (
            "trace.csv:4: no operation of the scenario stands for 'x' (there are: read, profile, place, visit;"
            " load.replay.operations: {x: read} would say which operation it is)"
        ),
    ]


def test_with_names_of_its_own_only_they_stand_for_operations(traced: Write) -> None:
    found = survey(traced([row(0, "read")], operations={"GetItem": "read"}))
    assert told(found)[0].startswith(
        "trace.csv:2: no operation of the scenario stands for 'read' (load.replay.operations has: GetItem;"
    )


def test_nothing_is_replayed_of_a_trace_with_a_problem(traced: Write) -> None:
    scenario = traced([row(0), row(1, "raed")])
    with pytest.raises(ScenarioError, match="stands for 'raed'"):
        arrivals(scenario)


def test_an_item_beyond_any_is_a_problem(traced: Write) -> None:
    assert told(survey(traced([row(0, item=10**15)]))) == [
        "trace.csv:2: item 1,000,000,000,000,000 is beyond any item (below 1,000,000,000,000,000)"
    ]


def test_a_warm_up_that_covers_the_replay_is_a_problem(traced: Write) -> None:
    assert told(survey(traced([row(0), row(1)], warm="4s", loop=2))) == [
        (
            "trace.csv:0: load.replay.warm: the whole replay takes 4s, so nothing is measured"
            " (a shorter warm, a higher loop, or a lower speed)"
        )
    ]


def test_keys_of_another_shape_and_items_too_large_are_told(traced: Write) -> None:
    rows = [row(0, key="user:1"), row(1, key="user:1"), row(2, key="cust#1/order#1", size_bytes=409_601)]
    assert told(survey(traced(rows)), "warnings") == [
        (
            "trace.csv:0: the keys of 2 of 3 rows are not of the shape cust#{customer}/order#{number} or"
            " cust#{customer}/profile (they are spread over the items by a hash)"
        ),
        "trace.csv:0: the items of 1 of 3 rows have more than 409,600 bytes (400 KB) (they are replayed at that size)",
    ]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match=r"trace\.csv: there is no such file"):
        survey(of_folder(tmp_path))


def test_columns_may_have_names_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "trace.csv").write_text("wann,was,wer\n0,read,cust#1/order#1\n2,read,cust#1/order#2\n")
    of = replayed(of_folder(tmp_path, columns={"time": "wann", "operation": "was", "key": "wer"}))
    assert column(of, "items") == [21, 22]


# --- size ------------------------------------------------------------------------------------------------------------


def test_memory_does_not_grow_with_the_trace(traced: Write) -> None:
    def peak(rows: int) -> int:
        each = (row(k / 1000, "read", f"cust#{k % 50}/order#{k % 20}", session=f"s{k // 4}") for k in range(rows))
        scenario = traced(each, speed=10.0)
        tracemalloc.start()
        for block in replayed(scenario).blocks():
            assert len(block.due_ns)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    short = peak(25_000)
    assert peak(50_000) < short * 1.2
