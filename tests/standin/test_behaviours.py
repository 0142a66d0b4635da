"""Behaviours by themselves: no server, no clock, no waiting."""

from __future__ import annotations

import json
from statistics import quantiles

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
from ddbload.standin.draw import uniform

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
    answer = compose(null(), faults=[f"{kind}:first=1"])("GetItem", GET, 0, 0.0)
    assert answer != null()("GetItem", GET, 0, 0.0)


# --- canned answers ------------------------------------------------------------------------------------------------


def document(api: str, request: dict[str, object]) -> dict[str, object]:
    parsed: dict[str, object] = json.loads(null()(api, json.dumps(request).encode(), 0, 0.0).body)
    return parsed


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
