"""Behaviours by themselves: no server, no clock, no waiting."""

from __future__ import annotations

import json
from collections import Counter
from statistics import quantiles
from typing import Any

import pytest
from hypothesis import given, strategies as st

from ddbload.standin import (
    KINDS,
    Answer,
    Behaviour,
    Constant,
    Distribution,
    Lognormal,
    Uniform,
    always,
    compose,
    delayed,
    every,
    faulty,
    first,
    freezing,
    null,
    only,
    rate,
)
from ddbload.standin.answer import is_data
from ddbload.standin.draw import uniform
from ddbload.standin.fault import CANCELLATIONS

BATCH = json.dumps(
    {"RequestItems": {"t": [{"DeleteRequest": {"Key": {"pk": {"S": str(n)}}}} for n in range(5)]}}
).encode()
TRANSACTION = json.dumps({"TransactItems": [{"Delete": {"TableName": "t", "Key": {"pk": {"S": "a"}}}}] * 3}).encode()
GET = b'{"TableName":"orders","Key":{"pk":{"S":"a"}}}'


def plain(api: str, body: bytes, n: int, now_s: float) -> Answer:  # noqa: ARG001 - a behaviour
    return Answer()


def slow(delay_s: float) -> Behaviour:
    return delayed(plain, Constant(delay_s))


# --- delays --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("distribution", "u", "seconds"),
    [
        pytest.param(Constant(0.005), 0.3, 0.005, id="constant is the same for every draw"),
        pytest.param(Uniform(0.002, 0.008), 0.5, 0.005, id="uniform has its median in the middle"),
        pytest.param(Lognormal(0.005, 0.020), 0.5, 0.005, id="lognormal has the median it was given"),
        pytest.param(Lognormal(0.005, 0.020), 0.99, 0.020, id="lognormal has the p99 it was given"),
    ],
)
def test_a_distribution_turns_a_draw_into_seconds(distribution: Distribution, u: float, seconds: float) -> None:
    assert distribution(u) == pytest.approx(seconds)


def test_delays_follow_their_distribution() -> None:
    behaviour = delayed(plain, Lognormal(0.005, 0.020), seed=7)
    percentiles = quantiles((behaviour("GetItem", GET, n, 0.0).delay_s for n in range(20_000)), n=100)
    assert percentiles[49] == pytest.approx(0.005, rel=0.03)
    assert percentiles[98] == pytest.approx(0.020, rel=0.08)


def test_each_api_may_have_its_own_delay() -> None:
    behaviour = delayed(plain, {"PutItem": Constant(0.02), "": Constant(0.005)})
    assert behaviour("PutItem", b"{}", 0, 0.0).delay_s == 0.02
    assert behaviour("GetItem", b"{}", 1, 0.0).delay_s == 0.005


def test_an_api_without_a_delay_is_answered_at_once() -> None:
    assert delayed(plain, {"PutItem": Constant(0.02)})("GetItem", b"{}", 0, 0.0).delay_s == 0.0


def test_requests_that_are_no_data_requests_are_not_delayed() -> None:
    assert slow(1.0)("DescribeTable", b"{}", -1, 0.0).delay_s == 0.0


# --- freezes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now_s", "own_delay_s", "answered_at_s"),
    [
        pytest.param(4.9, 0.0, 4.9, id="before the freeze it is answered at once"),
        pytest.param(5.0, 0.0, 6.0, id="at its first moment it waits for the thaw"),
        pytest.param(5.9, 0.0, 6.0, id="near its end it waits for the thaw"),
        pytest.param(6.0, 0.0, 6.0, id="at the thaw it is answered at once"),
        pytest.param(5.5, 0.2, 6.2, id="what comes in meanwhile is taken up at the thaw"),
        pytest.param(4.9, 0.2, 6.0, id="an answer due meanwhile goes out at the thaw"),
        pytest.param(4.9, 1.5, 6.4, id="an answer due after the thaw keeps its time"),
    ],
)
def test_a_freeze_from_5_s_to_6_s(now_s: float, own_delay_s: float, answered_at_s: float) -> None:
    behaviour = freezing(slow(own_delay_s), at_s=5, for_s=1)
    assert now_s + behaviour("GetItem", GET, 1, now_s).delay_s == pytest.approx(answered_at_s)


@given(now_s=st.floats(0, 20), delay_s=st.floats(0, 5), at_s=st.floats(0, 15), for_s=st.floats(0.001, 5))
def test_nothing_is_answered_during_a_freeze(now_s: float, delay_s: float, at_s: float, for_s: float) -> None:
    answered_s = now_s + freezing(slow(delay_s), at_s=at_s, for_s=for_s)("GetItem", GET, 1, now_s).delay_s
    assert not at_s + 1e-9 < answered_s < at_s + for_s - 1e-9


# --- which requests a fault hits -----------------------------------------------------------------------------------


def hit(behaviour: Behaviour, requests: int) -> list[int]:
    return [n for n in range(requests) if behaviour("GetItem", GET, n, 0.0).status != 200]


def test_first_hits_the_first_requests() -> None:
    assert hit(faulty(plain, "500", first(3)), 10) == [0, 1, 2]


def test_every_hits_the_last_of_each_group() -> None:
    assert hit(faulty(plain, "500", every(4)), 10) == [3, 7]


def test_only_hits_the_requests_named() -> None:
    assert hit(faulty(plain, "500", only(2, 5)), 10) == [2, 5]


def test_always_hits_every_data_request_and_no_other() -> None:
    behaviour = faulty(plain, "500", always)
    assert hit(behaviour, 5) == [0, 1, 2, 3, 4]
    assert behaviour("DescribeTable", b"{}", -1, 0.0).status == 200


def test_a_rate_hits_that_share_of_the_requests() -> None:
    assert len(hit(faulty(plain, "500", rate(0.05, seed=3)), 20_000)) == pytest.approx(1000, rel=0.15)


def test_a_rate_hits_the_same_requests_for_the_same_seed() -> None:
    assert hit(faulty(plain, "500", rate(0.1, seed=3)), 500) == hit(faulty(plain, "500", rate(0.1, seed=3)), 500)


def test_a_fault_may_be_kept_to_one_api() -> None:
    behaviour = faulty(plain, "500", api="PutItem")
    assert behaviour("GetItem", GET, 0, 0.0).status == 200
    assert behaviour("PutItem", GET, 1, 0.0).status == 500


def test_a_fault_of_every_request_spares_no_table_call() -> None:
    assert faulty(plain, "503", api="*")("DescribeTable", b"{}", -1, 0.0).status == 503


def test_faults_and_delays_are_drawn_apart() -> None:
    behaviour = faulty(delayed(plain, Uniform(0, 1), seed=1), "500", rate(0.1, seed=1))
    delays = [behaviour("GetItem", GET, n, 0.0).delay_s for n in hit(behaviour, 5000)]
    assert max(delays) > 0.9


def test_an_unknown_fault_is_refused_with_what_would_fit() -> None:
    with pytest.raises(ValueError, match=r"unknown fault 'trottle'; one of: throttle"):
        faulty(plain, "trottle")


@given(st.integers(0, 2**63), st.integers(0, 10**9))
def test_a_draw_lies_strictly_between_0_and_1(seed: int, n: int) -> None:
    assert 0 < uniform(seed, "test", n) < 1


# --- words ---------------------------------------------------------------------------------------------------------


def test_a_behaviour_is_composed_from_words() -> None:
    behaviour = compose(
        null(),
        delays=["constant:5ms", "PutItem=uniform:20ms:20ms"],
        faults=["UpdateItem=throttle:first=1", "500:every=10"],
        freezes=["5s:1s"],
    )
    assert behaviour("GetItem", GET, 1, 0.0).delay_s == 0.005
    assert behaviour("PutItem", GET, 1, 0.0).delay_s == 0.02
    assert behaviour("UpdateItem", GET, 0, 0.0).status == 400
    assert behaviour("GetItem", GET, 9, 0.0).status == 500
    assert behaviour("GetItem", GET, 1, 5.5).delay_s == pytest.approx(0.505)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"delays": ["normal:5ms"]}, "is not a delay; write constant:5ms"),
        ({"delays": ["lognormal:5ms"]}, "is not a delay; write constant:5ms"),
        ({"delays": ["constant:5"]}, "'5' is not a duration"),
        ({"freezes": ["5s"]}, "is not a freeze; write its start and its length, like 5s:1s"),
        ({"faults": ["trottle:1%"]}, "unknown fault 'trottle'"),
        ({"faults": ["throttle:often"]}, "does not say which requests; write 1%, first=3 or every=10"),
        ({"faults": ["throttle:first=0"]}, "does not say which requests; write 1%, first=3 or every=10"),
    ],
)
def test_words_that_are_not_understood_say_what_would_fit(words: dict[str, list[str]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compose(plain, **words)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_fault_can_be_said_in_words(kind: str) -> None:
    api, body = "GetItem", GET
    if kind == "unprocessed":
        api, body = "BatchWriteItem", BATCH
    elif kind in CANCELLATIONS:
        api, body = "TransactWriteItems", TRANSACTION
    assert compose(null(), faults=[f"{kind}:first=1"])(api, body, 0, 0.0) != null()(api, body, 0, 0.0)


# --- faults of what is about several items ---------------------------------------------------------------------------


def told(behaviour: Behaviour, api: str, request: object) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(behaviour(api, json.dumps(request).encode(), 0, 0.0).body)
    return parsed


def test_a_batch_of_writes_is_cut_in_half_over_its_tables_and_the_rest_is_named_as_it_was() -> None:
    puts = [{"PutRequest": {"Item": {"pk": {"B": "AA=="}, "n": {"N": str(n)}}}} for n in range(5)]
    request = {"RequestItems": {"a": puts[:1], "b": puts[1:]}, "ReturnConsumedCapacity": "TOTAL"}
    answer = told(faulty(null(), "unprocessed"), "BatchWriteItem", request)
    assert answer["UnprocessedItems"] == {"b": puts[2:]}
    assert {charge["TableName"]: charge["CapacityUnits"] for charge in answer["ConsumedCapacity"]} == {"a": 1, "b": 1}


def test_a_batch_of_reads_that_is_cut_in_half_keeps_how_the_rest_is_to_be_read() -> None:
    keys = [{"pk": {"S": str(n)}} for n in range(4)]
    request = {"RequestItems": {"a": {"Keys": keys, "ConsistentRead": True}}}
    answer = told(faulty(null(), "unprocessed"), "BatchGetItem", request)
    assert len(answer["Responses"]["a"]) == 2
    assert answer["UnprocessedKeys"] == {"a": {"Keys": keys[2:], "ConsistentRead": True}}


def test_a_batch_of_one_that_is_left_over_is_a_throttle() -> None:
    answer = told(faulty(null(), "unprocessed"), "BatchGetItem", {"RequestItems": {"a": {"Keys": [{}]}}})
    assert answer["__type"].endswith("#ProvisionedThroughputExceededException")


@pytest.mark.parametrize("kind", ["unprocessed", *CANCELLATIONS])
def test_what_is_about_one_item_is_neither_left_over_nor_cancelled(kind: str) -> None:
    assert faulty(null(), kind)("GetItem", GET, 0, 0.0) == null()("GetItem", GET, 0, 0.0)


@pytest.mark.parametrize(("kind", "code"), [(kind, code) for kind, (code, _) in CANCELLATIONS.items()])
def test_a_cancelled_transaction_names_a_reason_for_each_action(kind: str, code: str) -> None:
    answer = told(faulty(null(), kind), "TransactWriteItems", json.loads(TRANSACTION))
    assert answer["__type"].endswith("#TransactionCanceledException")
    assert [reason["Code"] for reason in answer["CancellationReasons"]] == [code, "None", "None"]


# --- canned answers ------------------------------------------------------------------------------------------------


def document(api: str, request: dict[str, object]) -> dict[str, object]:
    return told(null(), api, request)


@pytest.mark.parametrize(
    ("api", "request_", "expected"),
    [
        pytest.param("GetItem", {}, None, id="not asked, not told"),
        pytest.param("GetItem", {"ReturnConsumedCapacity": "NONE"}, None, id="asked for none"),
        pytest.param(
            "GetItem",
            {"ReturnConsumedCapacity": "TOTAL"},
            {"TableName": "orders", "CapacityUnits": 0.5},
            id="an eventually consistent read is half a unit",
        ),
        pytest.param(
            "GetItem",
            {"ReturnConsumedCapacity": "TOTAL", "ConsistentRead": True},
            {"TableName": "orders", "CapacityUnits": 1.0},
            id="a consistent read is one unit",
        ),
        pytest.param(
            "PutItem",
            {"ReturnConsumedCapacity": "INDEXES"},
            {"TableName": "orders", "CapacityUnits": 1.0, "Table": {"CapacityUnits": 1.0}},
            id="in detail the table stands apart",
        ),
        pytest.param(
            "Query",
            {"ReturnConsumedCapacity": "INDEXES", "IndexName": "by_status"},
            {
                "TableName": "orders",
                "CapacityUnits": 0.5,
                "Table": {"CapacityUnits": 0.0},
                "GlobalSecondaryIndexes": {"by_status": {"CapacityUnits": 0.5}},
            },
            id="an index that is read is charged by itself",
        ),
    ],
)
def test_consumed_capacity_is_told_as_asked(api: str, request_: dict[str, object], expected: object) -> None:
    assert document(api, {"TableName": "orders"} | request_).get("ConsumedCapacity") == expected


def test_a_body_that_is_no_json_is_answered_as_the_service_does() -> None:
    answer = null()("CreateTable", b"{", -1, 0.0)
    assert (answer.status, json.loads(answer.body)["__type"]) == (
        400,
        "com.amazon.coral.service#SerializationException",
    )


KEYS: dict[str, Any] = {"Keys": [{}, {}]}
GETS: list[dict[str, Any]] = [{"Get": {"TableName": table, "Key": {}}} for table in ("a", "b", "a")]
SELECT, INSERT = 'SELECT * FROM "a"."by_status" WHERE x = ?', "INSERT INTO a VALUE {'pk': ?}"
STATEMENTS = [{"Statement": SELECT}, {"Statement": INSERT}]
SEVERAL: list[tuple[str, str, dict[str, Any], dict[str, float]]] = [
    ("a batch of reads", "BatchGetItem", {"RequestItems": {"a": KEYS, "b": {"Keys": [{}]}}}, {"a": 1.0, "b": 0.5}),
    ("a consistent one", "BatchGetItem", {"RequestItems": {"a": {"Keys": [{}], "ConsistentRead": True}}}, {"a": 1.0}),
    ("a transaction of reads", "TransactGetItems", {"TransactItems": GETS}, {"a": 4.0, "b": 2.0}),
    ("a transaction of writes", "TransactWriteItems", json.loads(TRANSACTION), {"t": 6.0}),
    ("a statement that reads", "ExecuteStatement", {"Statement": SELECT}, {"a": 0.5}),
    ("a statement that writes", "ExecuteStatement", {"Statement": INSERT}, {"a": 1.0}),
    ("a batch of statements", "BatchExecuteStatement", {"Statements": STATEMENTS}, {"a": 1.5}),
    ("a transaction of statements", "ExecuteTransaction", {"TransactStatements": STATEMENTS}, {"a": 4.0}),
]


@pytest.mark.parametrize(("api", "request_", "units"), [row[1:] for row in SEVERAL], ids=[row[0] for row in SEVERAL])
def test_what_is_about_several_items_is_charged_by_table(
    api: str, request_: dict[str, Any], units: dict[str, float]
) -> None:
    charged = told(null(), api, request_ | {"ReturnConsumedCapacity": "TOTAL"})["ConsumedCapacity"]
    charges = charged if isinstance(charged, list) else [charged]
    assert {charge["TableName"]: charge["CapacityUnits"] for charge in charges} == units
    assert "ConsumedCapacity" not in told(null(), api, request_)


@pytest.mark.parametrize("api", ["Query", "Scan", "ExecuteStatement"])
def test_pages_come_to_an_end(api: str) -> None:
    behaviour = null(items=2, pages=3)
    request: dict[str, Any] = {"Statement": SELECT} if api == "ExecuteStatement" else {"TableName": "a"}
    found = Counter[str]()
    for _ in range(9):
        answer = told(behaviour, api, request)
        found["pages"] += 1
        found["items"] += len(answer["Items"])
        if "LastEvaluatedKey" in answer:
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        elif "NextToken" in answer:
            request["NextToken"] = answer["NextToken"]
        else:
            break
    assert found == {"pages": 3, "items": 6}


def test_a_read_of_one_page_names_no_next_one() -> None:
    assert "LastEvaluatedKey" not in document("Query", {"TableName": "orders"})


@pytest.mark.parametrize(("asks", "data"), [({}, False), ({"ReturnConsumedCapacity": "INDEXES"}, True)])
def test_a_batch_of_writes_that_asks_for_units_is_of_the_load_and_another_loads_the_table(
    asks: dict[str, str], data: bool
) -> None:
    assert is_data("BatchWriteItem", json.dumps(asks).encode()) is data
