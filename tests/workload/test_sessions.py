"""Sessions and compound operations: what is asked for next, by what was answered before."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from ddbload.errors import ScenarioError
from ddbload.operation import Call, Outcome, fill
from ddbload.scenario.model import Scenario
from ddbload.workload import CompiledWorkload, compile_workload
from ddbload.workload.stream import Ask, Course, Ending, Fork, Pause, Within

Orders = Callable[..., Scenario]
Answer = tuple[str, dict[str, Any]]
NONE: Answer = ("ok", {})


@dataclass
class Told:
    """What a flow asked for, and its ending."""

    names: list[str] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    pauses_ns: list[int] = field(default_factory=list)
    ending: Ending | None = None
    stages: list[str] = field(default_factory=list)


def go(workload: CompiledWorkload, course: Course, answers: Iterator[Answer], told: Told) -> Ending:
    came: Any = None
    while True:
        try:
            wish = course.send(came)
        except StopIteration as over:
            told.ending = over.value
            return over.value  # type: ignore[no-any-return]  # a course returns its ending
        match wish:
            case Ask(operation, draw):
                outcome, reply = next(answers, NONE)
                told.names.append(workload.operations[operation].name)
                told.requests.append(fill(workload.operations[operation].request, draw))
                came = Call(operation, 0, None, draw, 0)
                came.outcome, came.reply = Outcome(outcome), reply
            case Pause(ns):
                told.pauses_ns.append(ns)
                came = None
            case Within(flow, inside):
                told.stages.append(workload.flows[flow - len(workload.operations)].name)
                came = go(workload, inside, answers, Told(told.names, told.requests, told.pauses_ns))
            case Fork(courses):
                came = tuple(go(workload, one, answers, told) for one in courses)


def flows(workload: CompiledWorkload) -> Iterator[Course]:
    for block in workload.open_loop(0, 1):
        for slot, operation, draw in zip(block.slots, block.operations, block.draws, strict=True):
            yield workload.flows[operation - len(workload.operations)].begin(slot, draw)


def visits(
    shop: Orders, steps: list[Any], answers: Sequence[Answer] = (), count: int = 1, **changes: Any
) -> list[Told]:
    """What the first sessions of these steps ask for, each given these answers."""
    operations = {**changes.pop("operations", {}), "visit": {"session": steps}}
    workload = compile_workload(shop(operations=operations, load={"mix": {"visit": 1}}, **changes))
    found = []
    for course, _ in zip(flows(workload), range(count), strict=False):
        told = Told()
        go(workload, course, iter(answers), told)
        found.append(told)
    return found


def visit(shop: Orders, steps: list[Any], *answers: Answer, **changes: Any) -> Told:
    return visits(shop, steps, answers, **changes)[0]


ROWS: Answer = ("ok", {"Items": [{"sk": {"S": "order#3"}}, {"sk": {"S": "order#5"}}, {"sk": {"S": "order#9"}}]})
CHANGED: Answer = ("ok", {"Attributes": {"version": {"N": "4"}}})


# --- shared draws ----------------------------------------------------------------------------------------------------


def test_the_steps_of_a_session_are_about_one_item(shop: Orders) -> None:
    for told in visits(shop, ["read", "drop", "read"], count=20, operations={"drop": {"missing": "0%"}}):
        keys = [request["Key"] for request in told.requests]
        assert keys[0] == keys[1] == keys[2]


def test_coordinates_are_shared_across_families(shop: Orders) -> None:
    for told in visits(shop, ["read", "peek"], count=20, operations={"peek": {"get": "customer"}}):
        order, customer = (request["Key"] for request in told.requests)
        assert order["pk"]["S"] == f"cust#{customer['id']['N']}"


def test_a_query_fixes_only_the_coordinates_that_it_asks_for(shop: Orders) -> None:
    operations = {"history": {"pages": 1}, "read": {"pick": {"number": {"hotspot": {"items": "5%", "share": "100%"}}}}}
    found = [told.requests for told in visits(shop, ["history", "read"], count=80, operations=operations)]
    assert len({read["Key"]["sk"]["S"] for _, read in found}) == 1
    for query, read in found:
        assert query["ExpressionAttributeValues"][":v0"] == read["Key"]["pk"]


def test_a_named_value_is_one_for_all_steps_until_it_is_fresh(shop: Orders) -> None:
    told = visit(shop, ["pay", "pay", {"fresh": ["ref"]}, "pay"])
    refs = [request["ExpressionAttributeValues"][":v1"]["S"] for request in told.requests]
    assert refs[0] == refs[1] != refs[2]
    assert told.requests[0]["Key"] == told.requests[2]["Key"]


FRESH: list[tuple[str, Any, bool, bool]] = [
    ("a family forgets all its coordinates", ["order"], True, True),
    ("a coordinate forgets itself alone", ["number"], False, True),
    ("all forgets everything", "all", True, True),
]


@pytest.mark.parametrize(("names", "customer", "number"), [row[1:] for row in FRESH], ids=[row[0] for row in FRESH])
def test_what_is_fresh_is_drawn_anew(shop: Orders, names: Any, customer: bool, number: bool) -> None:
    pairs = [t.requests for t in visits(shop, ["read", {"fresh": names}, "read"], count=60)]
    moved = [[a["Key"][n] != b["Key"][n] for a, b in pairs] for n in ("pk", "sk")]
    assert [sum(one) > 40 for one in moved] == [customer, number]


def test_what_is_not_there_cannot_be_fresh(shop: Orders) -> None:
    with pytest.raises(ScenarioError, match="'nobody'"):
        visit(shop, ["read", {"fresh": ["nobody"]}, "read"])


def test_what_was_captured_can_be_fresh(shop: Orders) -> None:
    told = visit(shop, ["recent", "read", {"fresh": ["sk"]}, "read"], ROWS)
    captured, own = (request["Key"]["sk"]["S"] for request in told.requests[1:])
    assert captured in {"order#3", "order#5", "order#9"}
    assert own == f"order#{int(own.removeprefix('order#'))}"


def test_an_insert_in_a_loop_makes_one_new_item_for_each_fresh_turn(shop: Orders) -> None:
    steps = [{"repeat": ["place", {"fresh": ["order"]}], "times": 3}]
    numbers = [int(r["Item"]["sk"]["S"][6:]) for told in visits(shop, steps, count=4) for r in told.requests]
    assert len(set(numbers)) == len(numbers) == 12
    assert min(numbers) == 20


def test_a_batch_in_a_loop_reads_other_items_each_time(shop: Orders) -> None:
    batch = {"batch_get": [{"get": "order", "count": 5}]}
    told = visit(shop, [{"repeat": ["many"], "times": 4}], operations={"many": batch})
    assert len({repr(request["RequestItems"]) for request in told.requests}) == 4


# --- captures --------------------------------------------------------------------------------------------------------

NESTED: Answer = ("ok", {"Item": {"a": {"M": {"b": {"L": [{"N": "1"}, {"S": "x"}]}}}}})
OLD = {"S": "old"}
CAPTURES: list[tuple[str, str, Answer, Any]] = [
    ("the first item", "first.sk", ROWS, {"S": "order#3"}),
    ("the last item", "last.sk", ROWS, {"S": "order#9"}),
    ("the item of a get", "item.a.b[1]", NESTED, {"S": "x"}),
    ("what an update returned", "attributes.version", CHANGED, {"N": "4"}),
    ("the item of a failed condition", "attributes.sk", ("condition_failed", {"Item": {"sk": OLD}}), OLD),
    ("how many items there are", "count", ROWS, {"N": "3"}),
    ("a binary value", "item.b", ("ok", {"Item": {"b": {"B": "YWI="}}}), {"B": b"ab"}),
    ("a set of binary values", "item.b", ("ok", {"Item": {"b": {"BS": ["YWI="]}}}), {"BS": [b"ab"]}),
    ("a count that is told", "count", ("ok", {"Count": 17}), {"N": "17"}),
]  # fmt: skip


@pytest.mark.parametrize(("path", "answer", "value"), [row[1:] for row in CAPTURES], ids=[row[0] for row in CAPTURES])
def test_a_captured_value_is_sent_as_it_came(shop: Orders, path: str, answer: Answer, value: Any) -> None:
    operations = {"recent": {"capture": {"found": path}}, "pay": {"update": "order", "set": {"was": "{found}"}}}
    told = visit(shop, ["recent", "pay"], answer, operations=operations)
    assert value in told.requests[1]["ExpressionAttributeValues"].values()


def test_a_captured_key_attribute_is_that_of_the_later_steps_item(shop: Orders) -> None:
    told = visit(shop, ["recent", "pay", "read"], ROWS)
    keys = [request["Key"] for request in told.requests[1:]]
    assert keys[0] == keys[1]
    assert keys[0]["sk"]["S"] in {"order#3", "order#5", "order#9"}
    assert keys[0]["pk"] == told.requests[0]["ExpressionAttributeValues"][":v0"]


def test_a_captured_key_attribute_of_other_items_leaves_the_key_alone(shop: Orders) -> None:
    family = {"of": {"customer": 50}, "shape": {"pk": "cust#{customer}", "sk": "profile"}}
    table = shop().items["order"].table
    told = visit(
        shop, ["recent", "greet", "pay"], ROWS,
        items={"profile": family | ({"table": table} if table else {})}, operations={"greet": {"get": "profile"}},
    )  # fmt: skip
    assert told.requests[1]["Key"]["sk"] == {"S": "profile"}
    assert told.requests[2]["Key"]["sk"]["S"] in {"order#3", "order#5", "order#9"}


def test_any_takes_each_item_as_often(shop: Orders) -> None:
    taken = [told.requests[1]["Key"]["sk"]["S"] for told in visits(shop, ["recent", "pay"], [ROWS], count=300)]
    assert {one: 60 < taken.count(one) < 140 for one in set(taken)} == dict.fromkeys(
        ("order#3", "order#5", "order#9"), True
    )


def test_a_captured_name_stands_in_the_text_of_a_key(shop: Orders) -> None:
    operations = {
        "recent": {"capture": {"chosen": "first.sk"}},
        "pay": {"key": {"sk": "copy of {chosen}"}},
    }
    told = visit(shop, ["recent", "pay"], ROWS, operations=operations)
    assert told.requests[1]["Key"]["sk"] == {"S": "copy of order#3"}


def test_a_step_that_may_be_given_a_key_uses_its_own_items_where_it_arrives_by_itself(shop: Orders) -> None:
    workload = compile_workload(shop(load={"mix": {"pay": 1, "visit": 1}}))
    names = [operation.name for operation in workload.operations]
    for block in workload.open_loop(0, 1):
        for operation, draw in zip(block.operations, block.draws, strict=True):
            if operation == names.index("pay"):
                key = fill(workload.operations[operation].request, draw)["Key"]
                assert key["sk"]["S"].startswith("order#")


def test_a_capture_that_finds_nothing_ends_the_session(shop: Orders) -> None:
    told = visit(shop, ["recent", "pay"], ("ok", {"Items": []}))
    assert told.names == ["recent"]
    assert told.ending is not None
    assert told.ending.outcome is Outcome.NOT_FOUND


def test_a_way_that_has_captured_nothing_ends_where_it_is_needed(shop: Orders) -> None:
    operations = {"recent": {"capture": {"chosen": "first.sk"}}, "pay": {"key": {"sk": "{chosen}"}}}
    steps = ["read", {"branch": {"ok": [], "not_found": ["recent"]}}, "pay"]
    told = visit(shop, steps, operations=operations)
    assert told.names == ["read"]
    assert told.ending is not None
    assert told.ending.outcome is Outcome.NOT_FOUND


def test_a_name_that_only_a_capture_explains_is_an_error_outside_the_session(shop: Orders) -> None:
    operations = {"recent": {"capture": {"chosen": "first.sk"}}, "pay": {"key": {"sk": "{chosen}"}}}
    visit(shop, ["recent", "pay"], ROWS, operations=operations)
    with pytest.raises(ScenarioError, match="chosen"):
        compile_workload(shop(operations=operations, load={"mix": {"pay": 1}}))
    with pytest.raises(ScenarioError, match="in the session visit"):
        visit(shop, ["read", "pay"], operations={**operations, "other": {"session": ["recent", "pay"]}})


# --- ways ------------------------------------------------------------------------------------------------------------

FAILED: Answer = ("condition_failed", {})
BUSY: Answer = ("throttled", {})
WAYS: list[tuple[str, list[Any], list[Answer], list[str], str]] = [
    ("all steps, one after the other", ["read", "pay"], [], ["read", "pay"], "ok"),
    ("a step that ends it", ["read", "end", "pay"], [], ["read"], "ok"),
    ("what is not there goes on", ["read", "pay"], [("not_found", {})], ["read", "pay"], "ok"),
    ("a failed condition goes on", ["pay", "read"], [FAILED], ["pay", "read"], "ok"),
    ("a throttled step ends it", ["read", "pay"], [BUSY], ["read"], "throttled"),
    ("a throttled last step, too", ["read"], [BUSY], ["read"], "throttled"),
    ("a branch by outcome", ["pay", {"branch": {"condition_failed": ["read"]}}, "drop"], [FAILED],
     ["pay", "read", "drop"], "ok"),
    ("an outcome that is not named goes on", ["pay", {"branch": {"condition_failed": ["read"]}}, "drop"], [],
     ["pay", "drop"], "ok"),
    ("all others", ["pay", {"branch": {"ok": ["read"], "else": ["end"]}}, "drop"], [FAILED], ["pay"], "ok"),
    ("a branch that handles a throttled step", ["pay", {"think": "1s"}, {"branch": {"throttled": ["read"]}}], [BUSY],
     ["pay", "read"], "ok"),
    ("a branch that does not handle it", ["pay", {"branch": {"conflict": ["read"]}}, "drop"], [BUSY], ["pay"],
     "throttled"),
    ("a loop", [{"repeat": ["read", "pay"], "times": 2}], [], ["read", "pay", "read", "pay"], "ok"),
    ("a loop until an outcome", [{"repeat": ["read", "pay"], "times": 9, "until": ["condition_failed"]}, "drop"],
     [NONE, NONE, NONE, FAILED], ["read", "pay", "read", "pay", "drop"], "ok"),
    ("until handles what would end the session", [{"repeat": ["read"], "times": 9, "until": ["throttled"]}, "drop"],
     [NONE, BUSY], ["read", "read", "drop"], "ok"),
    ("an outer loop's outcome ends the inner one as well",
     [{"repeat": [{"repeat": ["read"], "times": 3}, "pay"], "times": 2, "until": ["not_found"]}, "drop"],
     [NONE, ("not_found", {})], ["read", "read", "drop"], "ok"),
    ("a failure in a loop ends the session", [{"repeat": ["read"], "times": 3}, "drop"], [BUSY], ["read"], "throttled"),
    ("the end within a loop ends the session", [{"repeat": ["read", "end"], "times": 3}, "drop"], [], ["read"], "ok"),
]  # fmt: skip


@pytest.mark.parametrize(("steps", "answers", "names", "outcome"), [r[1:] for r in WAYS], ids=[r[0] for r in WAYS])
def test_the_way_of_a_session(
    shop: Orders, steps: list[Any], answers: list[Answer], names: list[str], outcome: str
) -> None:
    told = visit(shop, steps, *answers)
    assert told.names == names
    assert told.ending is not None
    assert told.ending.outcome == outcome


def test_a_loop_has_as_many_turns_as_were_drawn(shop: Orders) -> None:
    steps = [{"repeat": ["read"], "times": {"uniform": {"min": 1, "max": 3}}}]
    turns = [len(told.names) for told in visits(shop, steps, count=300)]
    assert {n: 70 < turns.count(n) < 130 for n in set(turns)} == {1: True, 2: True, 3: True}


THINKS: list[tuple[str, Any, float, float]] = [
    ("constant", "300ms", 0.3, 0.3),
    ("exponential", {"exponential": "300ms"}, 0.3, 0.3 * 0.6931),
    ("uniform", {"uniform": {"min": "100ms", "max": "1s"}}, 0.55, 0.55),
    ("lognormal", {"lognormal": {"median": "300ms", "p99": "3s"}}, 0.3 * 1.63, 0.3),
]


@pytest.mark.parametrize(("think", "mean", "median"), [row[1:] for row in THINKS], ids=[row[0] for row in THINKS])
def test_think_times_have_their_distribution(shop: Orders, think: Any, mean: float, median: float) -> None:
    steps = ["read", {"repeat": [{"think": think}], "times": 10}]
    pauses = [ns / 1e9 for told in visits(shop, steps, count=400) for ns in told.pauses_ns]
    assert statistics.mean(pauses) == pytest.approx(mean, rel=0.08)
    assert statistics.median(pauses) == pytest.approx(median, rel=0.08)


# --- compound operations ---------------------------------------------------------------------------------------------

PAGE: Answer = ("ok", {"Items": [{"sk": {"S": "a"}}], "Count": 1, "LastEvaluatedKey": {"pk": {"S": "x"}}})
LAST: Answer = ("ok", {"Items": [{"sk": {"S": "z"}}], "Count": 1})


def compound(shop: Orders, name: str, *answers: Answer, **changes: Any) -> Told:
    workload = compile_workload(shop(operations={name: changes}, load={"mix": {name: 1}}))
    told = Told()
    told.ending = go(workload, next(flows(workload)), iter(answers), told)
    return told


def test_all_pages_are_read_until_there_is_no_other(shop: Orders) -> None:
    told = compound(shop, "history", PAGE, PAGE, LAST)
    assert told.names == ["history/page"] * 3
    assert [request.get("ExclusiveStartKey") for request in told.requests] == [
        None,
        {"pk": {"S": "x"}},
        {"pk": {"S": "x"}},
    ]
    assert told.ending == Ending(Outcome.OK)


def test_no_more_pages_are_read_than_were_asked_for(shop: Orders) -> None:
    assert len(compound(shop, "history", PAGE, PAGE, PAGE, LAST, pages=2).names) == 2


def test_a_page_that_fails_ends_it(shop: Orders) -> None:
    told = compound(shop, "history", PAGE, BUSY)
    assert len(told.names) == 2
    assert told.ending is not None
    assert told.ending.outcome is Outcome.THROTTLED


def test_the_segments_of_a_scan_have_pages_of_their_own(shop: Orders) -> None:
    told = compound(shop, "report", PAGE, LAST, LAST, PAGE, PAGE, PAGE, PAGE)
    assert [request["Segment"] for request in told.requests] == [0, 0, 1, 2, 2, 2, 2]
    assert {request["TotalSegments"] for request in told.requests} == {3}


def test_a_page_begins_at_a_binary_key_as_it_is(shop: Orders) -> None:
    page: Answer = ("ok", {"Items": [], "LastEvaluatedKey": {"pk": {"S": "x"}, "b": {"B": "YWI="}}})
    told = compound(shop, "history", page, LAST)
    assert told.requests[1]["ExclusiveStartKey"] == {"pk": {"S": "x"}, "b": {"B": b"ab"}}


def test_a_statement_goes_on_with_its_token(shop: Orders) -> None:
    told = compound(shop, "sql_pages", ("ok", {"Items": [], "NextToken": "abc"}), ("ok", {"Items": []}))
    assert [request.get("NextToken") for request in told.requests] == [None, "abc"]


def test_a_compound_step_runs_its_pages_inline_and_is_captured_from_all_of_them(shop: Orders) -> None:
    operations = {"history": {"capture": {"sk": "last.sk"}}}
    told = visit(shop, ["history", "pay"], PAGE, PAGE, LAST, operations=operations)
    assert (told.names, told.stages) == (["history/page"] * 3 + ["pay"], ["history"])
    assert told.requests[-1]["Key"]["sk"] == {"S": "z"}
