"""Answers by the call that they answer: what each says, and that no malformed one passes for an answer."""

from __future__ import annotations

import base64
from typing import Any

import orjson
import pytest
from hypothesis import given, strategies as st

from ddbload.operation import Operation, Outcome, sendable
from ddbload.transport.answers import is_item, judge_of
from ddbload.transport.classify import read_answer

ITEM = {"pk": {"S": "a"}, "n": {"N": "-1.5E+10"}, "m": {"M": {"b": {"B": "AA=="}, "l": {"L": [{"NULL": True}]}}}}
LEFT = {"t": [{"PutRequest": {"Item": ITEM}}, {"DeleteRequest": {"Key": {"pk": {"S": "b"}}}}]}


def judged(api: str, document: Any, *, parts: int = 1, writes: bool = False) -> tuple[Outcome, str]:
    return judge_of(Operation("op", api, "t", {}, writes=writes, parts=parts))(document)


def failing(*codes: str) -> list[dict[str, Any]]:
    return [{"Error": {"Code": code, "Message": "so it is"}} if code else {"Item": ITEM} for code in codes]


OK = (Outcome.OK, "")
NOT_FOUND = (Outcome.NOT_FOUND, "")
SAYS: list[tuple[str, str, dict[str, Any], dict[str, Any], tuple[Outcome, str]]] = [
    ("a read that finds its item", "GetItem", {"Item": ITEM}, {}, OK),
    ("a read that finds none", "GetItem", {}, {}, NOT_FOUND),
    ("a read that finds an item of no attributes", "GetItem", {"Item": {}}, {}, OK),
    ("a query of nothing is an answer", "Query", {"Items": [], "Count": 0}, {}, OK),
    ("a count has no items", "Scan", {"Count": 3, "ScannedCount": 4}, {}, OK),
    ("a batch that finds some", "BatchGetItem", {"Responses": {"t": [ITEM], "u": []}}, {"parts": 3}, OK),
    ("a batch that finds none", "BatchGetItem", {"Responses": {"t": []}, "UnprocessedKeys": {}}, {}, NOT_FOUND),
    (
        "a batch of which keys are left",
        "BatchGetItem",
        {"Responses": {"t": [ITEM]}, "UnprocessedKeys": {"t": {"Keys": [ITEM, ITEM]}, "u": {"Keys": [ITEM]}}},
        {"parts": 25},
        (Outcome.UNPROCESSED, "3 of 25 unprocessed"),
    ),
    ("a batch that is written", "BatchWriteItem", {"UnprocessedItems": {}}, {"parts": 25}, OK),
    (
        "a batch of which writes are left",
        "BatchWriteItem",
        {"UnprocessedItems": LEFT},
        {"parts": 25},
        (Outcome.UNPROCESSED, "2 of 25 unprocessed"),
    ),
    ("a transaction that finds some", "TransactGetItems", {"Responses": [{}, {"Item": ITEM}]}, {}, OK),
    ("a transaction that finds none", "TransactGetItems", {"Responses": [{}, {}]}, {}, NOT_FOUND),
    ("a transaction that writes", "TransactWriteItems", {}, {"writes": True}, OK),
    ("statements that read and find none", "ExecuteTransaction", {"Responses": [{}]}, {}, NOT_FOUND),
    ("statements that write have no items", "ExecuteTransaction", {"Responses": [{}]}, {"writes": True}, OK),
    ("a statement that finds nothing is a query", "ExecuteStatement", {"Items": []}, {}, OK),
    ("a batch of statements", "BatchExecuteStatement", {"Responses": failing("", "")}, {}, OK),
    ("a batch of reads that finds none", "BatchExecuteStatement", {"Responses": [{"TableName": "t"}]}, {}, NOT_FOUND),
    (
        "a batch of which some conditions fail",
        "BatchExecuteStatement",
        {"Responses": failing("", "ConditionalCheckFailed", "", "DuplicateItem", "")},
        {"writes": True},
        (Outcome.CONDITION_FAILED, "2 of 5 statements: ConditionalCheckFailed, DuplicateItem"),
    ),
    (
        "a batch whose statements fail in several ways has the worst outcome",
        "BatchExecuteStatement",
        {"Responses": failing("ConditionalCheckFailed", "ThrottlingError", "ValidationError")},
        {"writes": True},
        (Outcome.REJECTED, "3 of 3 statements: ValidationError, ThrottlingError, ConditionalCheckFailed"),
    ),
]


@pytest.mark.parametrize(("api", "document", "known", "verdict"), [r[1:] for r in SAYS], ids=[r[0] for r in SAYS])
def test_what_an_answer_says(
    api: str, document: dict[str, Any], known: dict[str, Any], verdict: tuple[Outcome, str]
) -> None:
    assert judged(api, document, **known) == verdict


BROKEN: list[tuple[str, str, Any]] = [
    ("an item that is a list", "GetItem", {"Item": []}),
    ("an item that is null", "GetItem", {"Item": None}),
    ("an attribute that is a number", "GetItem", {"Item": {"pk": 5}}),
    ("a string that is a number", "GetItem", {"Item": {"pk": {"S": 5}}}),
    ("a number that is none", "GetItem", {"Item": {"pk": {"N": "many"}}}),
    ("a number that is a number", "GetItem", {"Item": {"pk": {"N": 5}}}),
    ("a number that is not one", "GetItem", {"Item": {"pk": {"N": "NaN"}}}),
    ("bytes that are no base64", "GetItem", {"Item": {"pk": {"B": "a"}}}),
    ("a type that is none", "GetItem", {"Item": {"pk": {"X": "a"}}}),
    ("an attribute of two types", "GetItem", {"Item": {"pk": {"S": "a", "N": "1"}}}),
    ("a member of a list that is no value", "GetItem", {"Item": {"l": {"L": ["a"]}}}),
    ("a member of a map that is no value", "GetItem", {"Item": {"m": {"M": {"a": {"S": None}}}}}),
    ("a set of other things", "GetItem", {"Item": {"s": {"NS": ["1", "x"]}}}),
    ("what was written is no item", "PutItem", {"Attributes": "x"}),
    ("items that are none", "Query", {"Items": {"pk": {"S": "a"}}}),
    ("one item of many that is none", "Scan", {"Items": [ITEM, 1]}),
    ("a key to go on from that is none", "Scan", {"Items": [], "LastEvaluatedKey": "x"}),
    ("a count that is none", "Query", {"Items": [], "Count": "x"}),
    ("a token that is none", "ExecuteStatement", {"Items": [], "NextToken": {}}),
    ("responses that are a list", "BatchGetItem", {"Responses": []}),
    ("a table's items that are none", "BatchGetItem", {"Responses": {"t": {}}}),
    ("keys left over that are none", "BatchGetItem", {"UnprocessedKeys": {"t": []}}),
    ("keys left over without keys", "BatchGetItem", {"UnprocessedKeys": {"t": {}}}),
    ("writes left over that are none", "BatchWriteItem", {"UnprocessedItems": []}),
    ("a write left over that is none", "BatchWriteItem", {"UnprocessedItems": {"t": [{"PutRequest": 1}]}}),
    ("a write left over of another kind", "BatchWriteItem", {"UnprocessedItems": {"t": [{"Update": {}}]}}),
    ("responses that are a map", "TransactGetItems", {"Responses": {}}),
    ("a response that is none", "ExecuteTransaction", {"Responses": [None]}),
    ("an error that is none", "BatchExecuteStatement", {"Responses": [{"Error": "x"}]}),
    ("an error without a code", "BatchExecuteStatement", {"Responses": [{"Error": {}}]}),
    ("a response of a batch that is none", "BatchExecuteStatement", {"Responses": ["x"]}),
]


@pytest.mark.parametrize(("api", "document"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_a_malformed_answer_is_corrupt(api: str, document: dict[str, Any]) -> None:
    assert judged(api, document)[0] is Outcome.CORRUPT


APIS = sorted({row[1] for row in SAYS})
MEMBERS = [
    *("Item", "Items", "Attributes", "Responses", "UnprocessedKeys", "UnprocessedItems", "Keys", "PutRequest", "t"),
    *("S", "N", "M", "L", "Error", "Code", "CancellationReasons", "ThrottlingReasons", "__type"),
]
_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.sampled_from(["", "a", "1", "AA=="])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(MEMBERS),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)


@given(
    st.sampled_from(APIS),
    st.sampled_from([200, 400, 500]),
    _JSON,
    st.sampled_from(["TransactionCanceledException", "ThrottlingException", "X", ""]),
)
def test_whatever_an_answer_holds_it_has_an_outcome(api: str, status: int, document: Any, code: str) -> None:
    if status != 200 and isinstance(document, dict) and code:
        document["__type"] = f"com.amazonaws#{code}"
    outcome, reason, reply = read_answer(
        judge_of(Operation("op", api, "t", {}, parts=3)), status, orjson.dumps(document), None
    )
    assert reason or outcome in {Outcome.OK, Outcome.NOT_FOUND}
    assert outcome is not Outcome.CORRUPT or reply is None or status != 200


def cancelled(*codes: str, **more: Any) -> tuple[Outcome, str, Any]:
    reasons = [{"Code": code} | ({"Message": "The item is wrong"} if code != "None" else {}) for code in codes]
    document = {"__type": "com.amazonaws#TransactionCanceledException", "message": "x", "CancellationReasons": reasons}
    return read_answer(
        judge_of(Operation("op", "TransactWriteItems", "t", {})), 400, orjson.dumps(document | more), None
    )


FAILED, CONFLICT, THROTTLED, WRONG = (
    "ConditionalCheckFailed",
    "TransactionConflict",
    "ProvisionedThroughputExceeded",
    "ValidationError",
)
CANCELLED: list[tuple[str, tuple[str, ...], Outcome, str]] = [
    ("a failed condition", ("None", FAILED, FAILED), Outcome.CONDITION_FAILED, f"{FAILED} (2 of 3)"),
    ("a conflict", (CONFLICT, "None"), Outcome.CONFLICT, f"{CONFLICT} (1 of 2)"),
    ("a throttle", (THROTTLED,), Outcome.THROTTLED, f"{THROTTLED} (1 of 1)"),
    ("another throttle", ("ThrottlingError",), Outcome.THROTTLED, "ThrottlingError (1 of 1)"),
    ("a server error", ("InternalServerError",), Outcome.SERVER_ERROR, "InternalServerError (1 of 1)"),
    ("a request that is wrong", (WRONG, "None"), Outcome.REJECTED, f"{WRONG} (1 of 2): The item is wrong"),
    ("a code that is not known", ("New",), Outcome.REJECTED, "New (1 of 1): The item is wrong"),
    (
        "a failed condition among others names it: it would have cancelled it alone",
        (CONFLICT, WRONG, FAILED, THROTTLED),
        Outcome.CONDITION_FAILED,
        f"{FAILED} (1 of 4), {WRONG} (1 of 4), {THROTTLED} (1 of 4), {CONFLICT} (1 of 4)",
    ),
    (
        "a throttle comes before a conflict",
        (CONFLICT, THROTTLED),
        Outcome.THROTTLED,
        f"{THROTTLED} (1 of 2), {CONFLICT} (1 of 2)",
    ),
]


@pytest.mark.parametrize(("codes", "outcome", "reason"), [r[1:] for r in CANCELLED], ids=[r[0] for r in CANCELLED])
def test_why_a_transaction_was_cancelled(codes: tuple[str, ...], outcome: Outcome, reason: str) -> None:
    found, said, reply = cancelled(*codes)
    assert (found, said) == (outcome, f"TransactionCanceledException: {reason}")
    assert [entry["Code"] for entry in reply["CancellationReasons"]] == list(codes)


def test_a_cancelled_transaction_without_reasons_says_what_it_says() -> None:
    found, said, _ = cancelled(CancellationReasons=None)
    assert (found, said) == (Outcome.REJECTED, "TransactionCanceledException: x")


_VALUE = st.recursive(
    st.one_of(
        st.builds(lambda text: {"S": text}, st.text(max_size=5)),
        st.builds(lambda number: {"N": str(number)}, st.one_of(st.integers(), st.floats(-1e30, 1e30))),
        st.builds(lambda data: {"B": data}, st.binary(max_size=5)),
        st.builds(lambda data: {"BS": data}, st.lists(st.binary(max_size=5), max_size=3)),
        st.builds(lambda texts: {"SS": texts}, st.lists(st.text(max_size=5), max_size=3)),
        st.builds(lambda flag: {"BOOL": flag}, st.booleans()),
    ),
    lambda inner: st.one_of(
        st.builds(lambda items: {"L": items}, st.lists(inner, max_size=3)),
        st.builds(lambda items: {"M": items}, st.dictionaries(st.sampled_from("BSab"), inner, max_size=3)),
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["B", "BS", "S", "M", "a"]), _VALUE, max_size=4))
def test_any_item_of_an_answer_is_an_item_and_can_be_sent_again_as_it_was(item: dict[str, Any]) -> None:
    answered = orjson.loads(orjson.dumps(item, default=lambda data: base64.b64encode(data).decode()))
    assert is_item(answered)
    assert sendable(answered) == item
