"""What a worker sees of the items that are followed, and the verdict on it."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from ddbload.operation import Call, Outcome, fill
from ddbload.scenario.load import parse_scenario
from ddbload.verify import ABSENT, UNKNOWN, Findings, Initial, Read, Seen, Witness, by_item, untold, verify
from ddbload.verify.witness import chosen
from ddbload.workload import CompiledWorkload, compile_workload

SCENARIO = """
ddbload: 1
name: verified
table: {name: things, key: {pk: S, sk: N}}
values: {n: {number: {min: 1, max: 9}}}
items: {thing: {of: {a: 3, b: 4}, shape: {pk: "a{a}", sk: "{b}", n: "{n}"}}}
operations:
  read: {get: thing, consistent: true}
  some: {get: thing, projection: n}
  put: {put: thing}
  add: {update: thing, add: {n: 1}}
  drop: {delete: thing}
  many: {batch_get: [{get: thing, count: 3}]}
  both: {transact_get: [{get: thing, count: 2}]}
  sql: {execute: "UPDATE \\"things\\" SET n = {n} WHERE pk = {pk} AND sk = {sk}", about: thing}
  given: {get: thing, key: {sk: 0}, consistent: true}
  statements:
    execute_batch:
      - {statement: "DELETE FROM \\"things\\" WHERE pk = {pk} AND sk = {sk}", about: thing}
      - {statement: "UPDATE \\"things\\" SET n = {n} WHERE pk = 'x' AND sk = 1", about: thing}
load:
  mix: {read: 1, some: 1, put: 1, add: 1, drop: 1, many: 1, both: 1, sql: 1, given: 1, statements: 1}
  rate: 200
  phases: [{hold: 1s}]
"""
KEYS = {"things": ("pk", "sk")}


@pytest.fixture(scope="module")
def workload() -> CompiledWorkload:
    return compile_workload(parse_scenario(SCENARIO).scenario)


@pytest.fixture
def calls(workload: CompiledWorkload) -> Callable[..., Call]:
    """A call of a named operation as it was answered."""
    block = next(workload.open_loop(0, 1))
    names = [operation.name for operation in workload.operations]

    def call(name: str, outcome: Outcome = Outcome.OK, reply: Any = None, **more: Any) -> Call:
        position = names.index(name)
        draw = next(draw for at, draw in zip(block.operations, block.draws, strict=True) if at == position)
        made = Call(position, 0, None, draw, 0)
        made.sent_ns, made.done_ns, made.outcome, made.reply = 10, 20, outcome, reply
        for attribute, value in more.items():
            setattr(made, attribute, value)
        return made

    return call


def seen_of(workload: CompiledWorkload, *recorded: Call, every: int = 1) -> Sequence[Seen]:
    witness = Witness(workload.compiled, KEYS, {"thing": every})
    for call in recorded:
        witness.record(call)
    return witness.taken(0).seen


@pytest.mark.parametrize("name", ["put", "add", "drop"])
def test_a_write_is_seen_with_its_key_and_number(name: str, workload: CompiledWorkload, calls: Any) -> None:
    call = calls(name)
    (seen,) = seen_of(workload, call)
    request = fill(workload.operations[call.operation].request, call.draw)
    key = request.get("Key") or request["Item"]
    assert seen.key == ("things", (("pk", "S", key["pk"]["S"]), ("sk", "N", key["sk"]["N"])))
    assert seen.certain
    assert 0 <= seen.number < 12


@pytest.mark.parametrize(
    ("outcome", "certain"),
    [
        (Outcome.OK, [True]),
        (Outcome.TIMEOUT, [False]),
        (Outcome.CONNECTION, [False]),
        (Outcome.SERVER_ERROR, [False]),
        (Outcome.CORRUPT, [False]),
        (Outcome.UNPROCESSED, [False]),
        (Outcome.CONDITION_FAILED, []),
        (Outcome.THROTTLED, []),
        (Outcome.REJECTED, []),
        (Outcome.CONFLICT, []),
    ],
)
def test_a_write_without_an_answer_may_have_been_done(
    outcome: Outcome, certain: list[bool], workload: CompiledWorkload, calls: Any
) -> None:
    assert [seen.certain for seen in seen_of(workload, calls("put", outcome))] == certain


def test_an_attempt_before_the_last_may_have_been_done_as_well(workload: CompiledWorkload, calls: Any) -> None:
    seen = seen_of(workload, calls("add", earlier=(Outcome.TIMEOUT, Outcome.THROTTLED)))
    assert [one.certain for one in seen] == [True, False]


@pytest.mark.parametrize(
    ("sentence", "outcome", "certain"),
    [
        ("all of it is done, each write once", Outcome.OK, [True]),
        ("the rest may have been done", Outcome.TIMEOUT, [False]),
        ("the rest is not done, but what came before it may be", Outcome.REJECTED, [False]),
    ],
)
def test_a_batch_whose_rest_was_sent_again_is_one_write_of_each_item(
    sentence: str, outcome: Outcome, certain: list[bool], workload: CompiledWorkload, calls: Any
) -> None:
    seen = seen_of(workload, calls("put", outcome, earlier=(Outcome.UNPROCESSED,)))
    assert [one.certain for one in seen] == certain, sentence


def test_a_call_that_was_never_sent_is_not_seen(workload: CompiledWorkload, calls: Any) -> None:
    assert seen_of(workload, calls("put", Outcome.LATE, sent_ns=0)) == ()


def test_a_read_is_seen_with_what_it_found(workload: CompiledWorkload, calls: Any) -> None:
    item = {"pk": {"S": "a0"}, "sk": {"N": "0"}}
    assert [one.found for one in seen_of(workload, calls("read", reply={"Item": item}))] == [item]
    assert [one.found for one in seen_of(workload, calls("read", Outcome.NOT_FOUND, {}))] == [ABSENT]
    assert seen_of(workload, calls("read", Outcome.TIMEOUT)) == ()


def test_a_read_of_some_attributes_is_not_seen(workload: CompiledWorkload, calls: Any) -> None:
    assert seen_of(workload, calls("some", reply={"Item": {"n": {"N": "1"}}})) == ()


def test_items_of_a_batch_are_found_by_their_keys_in_any_order(workload: CompiledWorkload, calls: Any) -> None:
    call = calls("many")
    keys = fill(workload.operations[call.operation].request, call.draw)["RequestItems"]["things"]["Keys"]
    call.reply = {"Responses": {"things": [keys[2], keys[0]]}}
    assert [one.found for one in seen_of(workload, call)] == [keys[0], ABSENT, keys[2]]


def test_items_of_a_transaction_are_in_the_order_of_its_actions(workload: CompiledWorkload, calls: Any) -> None:
    item = {"pk": {"S": "a0"}, "sk": {"N": "0"}}
    seen = seen_of(workload, calls("both", reply={"Responses": [{}, {"Item": item}]}))
    assert [one.found for one in seen] == [ABSENT, item]


def test_one_item_in_so_many_is_followed_whoever_looks(workload: CompiledWorkload, calls: Any) -> None:
    (seen,) = seen_of(workload, calls("put"))
    assert bool(seen_of(workload, calls("put"), every=7)) is chosen(seen.key, 7)
    share = sum(chosen(("things", (("pk", "S", f"a{n}"),)), 10) for n in range(10_000)) / 10_000
    assert 0.08 < share < 0.12


def test_beyond_what_is_kept_an_item_is_followed_no_longer(
    workload: CompiledWorkload, calls: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ddbload.verify.witness.MAX_SEEN", 1)
    witness = Witness(workload.compiled, KEYS, {"thing": 1})
    for _ in range(2):
        witness.record(calls("put"))
    witnessed = witness.taken(0)
    assert (len(witnessed.seen), len(witnessed.broken)) == (1, 1)


def test_the_verdict_counts_by_the_operation_that_read(workload: CompiledWorkload, calls: Any) -> None:
    put = calls("put")
    item = fill(workload.operations[put.operation].request["Item"], put.draw)
    (written,) = seen_of(workload, put)
    names = [operation.name for operation in workload.operations]
    other = {**item, "n": {"N": "77"}}
    reads = [
        Seen(written.key, names.index("read"), 0, sent, sent + 1, written.number, found=found)
        for sent, found in ((30, item), (40, other))
    ]
    final = {written.key: Read(90, 91, item, consistent=True)}

    def nothing_known(family: str, number: int) -> Any:
        del family, number
        return UNKNOWN

    initial: Initial = nothing_known
    verified = verify(by_item([written, *reads]), workload.compiled, initial, final)
    assert verified.operations == {"read": Findings(reads=2, stale_consistent=1)}
    assert (verified.items, verified.writes, verified.findings.reads, verified.findings.lost) == (1, 1, 3, 0)
    assert verified.examples == [written.key]


def test_a_statement_lets_everything_be(workload: CompiledWorkload, calls: Any) -> None:
    seen = seen_of(workload, calls("sql"))
    assert all(one.certain for one in seen)


def test_the_rest_of_a_batch_is_found_in_an_answer_of_its_own(workload: CompiledWorkload, calls: Any) -> None:
    call = calls("many", earlier=(Outcome.UNPROCESSED,))
    keys = fill(workload.operations[call.operation].request, call.draw)["RequestItems"]["things"]["Keys"]
    call.reply = {"Responses": {"things": [keys[2]]}}
    assert [one.found for one in seen_of(workload, call)] == [keys[2]]  # what the first answer said is not known
    call.answers = ({"Responses": {"things": [keys[0]]}, "ConsumedCapacity": []},)
    assert [one.found for one in seen_of(workload, call)] == [keys[0], ABSENT, keys[2]]


def test_a_key_that_the_scenario_gives_is_not_that_of_the_picked_item(workload: CompiledWorkload, calls: Any) -> None:
    (seen,) = seen_of(workload, calls("given", reply={"Item": {"pk": {"S": "a0"}, "sk": {"N": "0"}}}))
    assert (seen.key[1][1], seen.number) == (("sk", "N", "0"), -1)


@pytest.mark.parametrize(
    ("sentence", "code", "certain"),
    [
        ("one that was answered is done", None, [True, False]),
        ("one that was refused is not", "ConditionalCheckFailed", [False]),
        ("nor is one that was throttled", "ThrottlingError", [False]),
        ("one that failed may have been done", "InternalServerError", [False, False]),
    ],
)
def test_of_a_batch_of_statements_each_stands_alone(
    sentence: str, code: str | None, certain: list[bool], workload: CompiledWorkload, calls: Any
) -> None:
    first = {"TableName": "things"} if code is None else {"Error": {"Code": code}}
    call = calls("statements", Outcome.CONDITION_FAILED)
    call.reply = {"Responses": [first, {"Error": {"Code": "InternalServerError"}}]}
    assert [one.certain for one in seen_of(workload, call)] == certain, sentence


def test_statements_that_do_not_write_to_the_item_that_they_are_about_leave_their_table_unknown(
    workload: CompiledWorkload,
) -> None:
    told = [one for one in workload.compiled if one.operation.name != "statements"]
    assert untold(told, KEYS) == frozenset()
    assert untold(workload.compiled, KEYS) == {"things"}


def test_items_of_a_family_that_is_not_followed_are_not_seen(workload: CompiledWorkload, calls: Any) -> None:
    witness = Witness(workload.compiled, KEYS, {})
    witness.record(calls("put"))
    assert witness.taken(0).seen == ()


def test_an_item_of_a_table_with_a_time_to_live_may_be_gone(workload: CompiledWorkload, calls: Any) -> None:
    (seen,) = seen_of(workload, calls("read", Outcome.NOT_FOUND, {}))

    def initial(_family: str, _number: int) -> Any:
        return {"pk": {"S": "a0"}, "sk": {"N": "0"}, "until": {"N": "1000"}}

    histories = {seen.key: [seen]}
    assert verify(histories, workload.compiled, initial, {}).findings.wrong == 1
    for now_s, wrong in ((999, 1), (1000, 0)):
        found = verify(histories, workload.compiled, initial, {}, {"things": "until"}, now_s)
        assert found.findings.wrong == wrong
