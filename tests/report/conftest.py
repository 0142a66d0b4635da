"""Runs as they come: passed, failed, invalid, interrupted, empty, huge, with long names, with many operations."""

from __future__ import annotations

import dataclasses
import math
import random
from collections.abc import Mapping

import pytest

from ddbload.results.record import (
    DRAIN,
    SCHEMA,
    ClientHealth,
    ConsumedUnits,
    Cost,
    HotKey,
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

NO_UNITS = Units()
NOTHING = Latency(0, None, None, None, None, None, None, None, None)


def latency(count: int, median_ms: float, longest_ms: float) -> Latency:
    """A lognormal-looking distribution; percentiles that the sample does not support are None."""
    if not count:
        return NOTHING
    quantile = {"p50": (1.0, 5), "p90": (1.45, 29), "p95": (1.7, 59), "p99": (2.6, 299), "p99_9": (5.1, 2995)}
    shown = {key: median_ms * factor if count >= need else None for key, (factor, need) in quantile.items()}
    return Latency(count, max=longest_ms, mean=median_ms * 1.08, stddev=median_ms * 0.4, **shown)


def operation(
    api: str,
    outcomes: Mapping[str, int],
    median_ms: float = 1.0,
    *,
    reported: Units = NO_UNITS,
    modelled: Units = NO_UNITS,
    reasons: Mapping[str, Mapping[str, int]] | None = None,
) -> OperationRecord:
    good = sum(outcomes.get(name, 0) for name in ("ok", "not_found", "condition_failed"))
    return OperationRecord(
        api=api,
        count=sum(outcomes.values()),
        outcomes=dict(outcomes),
        attempts=sum(outcomes.values()),
        response_ms=latency(good, median_ms, median_ms * 14.3),
        queue_ms=latency(good, 0.004, 0.31),
        service_ms=latency(good, median_ms * 0.93, median_ms * 13.9),
        outcome_ms={name: latency(n, median_ms, median_ms * 14) for name, n in outcomes.items()},
        reasons={name: dict(texts) for name, texts in (reasons or {}).items()},
        capacity=ConsumedUnits(reported, modelled),
    )


PASSED = RunRecord(
    schema=SCHEMA,
    id="7f3a9c01",
    tag="v1.2-3-gabc1234",
    started_at="2026-02-03T04:05:06.789Z",
    duration_s=70.4,
    verdict="pass",
    reasons=[],
    complete=True,
    stopped_by=None,
    fingerprint=fingerprint_of("orders-evening-peak", rate=1000),
    rate=Rate(1000.15, 1000.15, 1000.15, "open", 60.0),
    operations={
        "read_order": operation("GetItem", {"ok": 41172, "not_found": 840}, 0.812, reported=Units(21006.0, 0)),
        "recent": operation("Query", {"ok": 10790}, 1.43, reported=Units(21580.0, 0)),
        "place": operation("PutItem", {"ok": 6011}, 1.12, reported=Units(0, 12022.0)),
        "pay": operation(
            "UpdateItem",
            {"ok": 1134, "condition_failed": 62},
            1.21,
            reported=Units(0, 3402.0),
            modelled=Units(0, 62.0),
            reasons={"condition_failed": {"ConditionalCheckFailedException": 62}},
        ),
    },
    capacity={"orders": TableUnits(42586.0, 8281.0, {"by_status": Units(0.0, 7205.0)})},
    cost=Cost(0.0173, 0.251, 659.75, "2026-01-15", "us-east-1", "on demand, requests only, 730 hours a month"),
    client=ClientHealth(latency(60009, 0.021, 0.94), 0.143, 1, "wire", 512, 512, 37, 0, 1000.0),
    objectives=[
        ObjectiveRecord("read_order p99 <= 10 ms", "read_order", "p99", 10.0, 2.11, 42012, "pass"),
        ObjectiveRecord("pay p99.9 <= 60 ms", "pay", "p99_9", 60.0, 6.17, 4196, "pass"),
        ObjectiveRecord("all throttled <= 0.1 %", "all", "throttled", 0.001, 0.0, 60009, "pass"),
    ],
    validity={"lag_ms": 2.0, "lag_share": 0.1, "late": 0.001, "released": 0.995},
    path="results/orders-evening-peak/v1.2-3-gabc1234/20260203T040506Z-7f3a9c01",
)


def timeline() -> list[Second]:
    random.seed(7)
    seconds = []
    for t in range(70):
        p99 = 2.1 + random.random() * 0.6 + (9.0 if t == 41 else 0.0)
        made = round(1000 * (1 + 0.08 * math.sin(t / 3)) * (1 if t >= 10 else 0.25))
        phase = "hold 1m" if t >= 10 else "warm 10s"
        seconds.append(
            Second(t, phase, made, made, made, made, 0, 0, 0.8, p99, 0.7, p99 * 0.9, 0.3, 4, 0, 700.0, 250.0)
        )
    return [*seconds, Second(70, DRAIN, 0, 0, 12, 12, 0, 0, 0.8, 0.9, 0.7, 0.8, 0.1, 0, 0, 5.0, 0.0)]


def failed() -> RunRecord:
    throttled = operation(
        "PutItem",
        {"ok": 5201, "throttled": 790, "timeout": 20},
        48.2,
        reported=Units(0, 10402.0),
        modelled=Units(0, 40.0),
        reasons={
            "throttled": {
                "ProvisionedThroughputExceededException: TableWriteProvisionedThroughputExceeded": 702,
                "ProvisionedThroughputExceededException: IndexWriteKeyRangeThroughputExceeded by_status": 80,
                "ThrottlingException": 6,
                "RequestLimitExceeded": 2,
            },
            "timeout": {"no answer within 1 s": 20},
        },
    )
    return dataclasses.replace(
        PASSED,
        verdict="fail",
        reasons=[
            "place p99 <= 30 ms: missed, the calls that failed count as slower than any limit",
            "all throttled <= 0.1 %: observed 1.32 %",
        ],
        operations={**PASSED.operations, "place": throttled},
        objectives=[
            PASSED.objectives[0],
            ObjectiveRecord("place p99 <= 30 ms", "place", "p99", 30.0, None, 6011, "fail"),
            ObjectiveRecord("all throttled <= 0.1 %", "all", "throttled", 0.001, 0.01316, 60009, "fail"),
        ],
        fingerprint=dataclasses.replace(
            PASSED.fingerprint,
            target={
                "kind": "aws",
                "region": "eu-west-1",
                "url": "https://dynamodb.eu-west-1.amazonaws.com",
                "version": None,
                "functional": False,
            },
        ),
        cost=dataclasses.replace(PASSED.cost, region="eu-west-1"),
    )


def invalid() -> RunRecord:
    lag = latency(60009, 3.1, 212.0)
    return dataclasses.replace(
        PASSED,
        verdict="invalid",
        reasons=[
            "dispatch lag p99 8.06 ms exceeds 2 ms: the client was behind its timetable",
            "only 97.10% of the calls due were released (limit 99.50%)",
        ],
        rate=Rate(20010.2, 19431.7, 19431.7, "open", 60.0),
        client=dataclasses.replace(PASSED.client, lag_ms=lag, cpu_share=0.987, workers=2, retries=3),
        warnings=["DynamoDB Local listens on all interfaces: port 35217 is open to the network"],
    )


def interrupted() -> RunRecord:
    operations = {name: dataclasses.replace(op, reasons={}) for name, op in PASSED.operations.items()}
    return dataclasses.replace(
        PASSED,
        verdict="invalid",
        reasons=["the run was cut short by SIGINT"],
        complete=False,
        stopped_by="SIGINT",
        rate=dataclasses.replace(PASSED.rate, measured_s=12.7),
        operations=operations,
    )


def empty() -> RunRecord:
    return dataclasses.replace(
        PASSED,
        verdict="invalid",
        reasons=["the run was cut short by SIGTERM", "no call was made in a measured phase"],
        complete=False,
        stopped_by="SIGTERM",
        rate=Rate(0.0, 0.0, 0.0, "open", 0.0),
        operations={name: operation(op.api, {}) for name, op in PASSED.operations.items()},
        capacity={},
        cost=Cost(0.0, None, None, "2026-01-15", "us-east-1", "on demand, requests only, 730 hours a month"),
        client=dataclasses.replace(PASSED.client, lag_ms=NOTHING, cpu_share=None, connections_opened=0),
        objectives=[dataclasses.replace(o, observed=None, samples=0, verdict="unsupported") for o in PASSED.objectives],
    )


def unanswered() -> RunRecord:
    refused = operation(
        "GetItem", {"connection": 600}, reasons={"connection": {"connection refused by 127.0.0.1:8000": 600}}
    )
    return dataclasses.replace(
        PASSED,
        verdict="invalid",
        reasons=["no call was answered: every one failed"],
        rate=Rate(10.0, 10.0, 0.0, "open", 60.0),
        operations={"read_order": refused},
        capacity={},
        objectives=[],
        fingerprint=dataclasses.replace(PASSED.fingerprint, target={"kind": "url", "url": "http://127.0.0.1:8000"}),
    )


def huge() -> RunRecord:
    big = operation("GetItem", {"ok": 98_765_432_109, "server_error": 3}, 999.9, reported=Units(4.9e13, 0.0))
    slow = operation("PutItem", {"ok": 2_147_483_648}, 250_000.0, reported=Units(0.0, 9.9e12))
    return dataclasses.replace(
        PASSED,
        rate=Rate(1_234_567.8, 1_234_500.1, 1_234_499.9, "closed", 86_400.0 * 30),
        operations={"read_order": big, "place": slow},
        capacity={"orders": TableUnits(4.9e13, 9.9e12, {})},
        cost=Cost(1.8e7, 0.125, 4.05e11, "2026-01-15", "us-east-1", "on demand, requests only, 730 hours a month"),
        client=dataclasses.replace(PASSED.client, workers=64, max_in_flight=1_000_000, connections=1_000_000),
    )


def long_names() -> RunRecord:
    name = "read_every_order_of_a_customer_that_was_placed_within_ninety_day"
    wide = operation(
        "Query",
        {"ok": 120, "rejected": 7},
        1.3,
        reported=Units(60.5, 0),
        reasons={"rejected": {"ValidationException: " + "x" * 90 + " is not a valid attribute name": 7}},
    )
    index = "orders_by_status_and_by_the_moment_they_were_placed.and-then-some-more"
    return dataclasses.replace(
        PASSED,
        tag="feature/" + "long-" * 20 + "tag",
        operations={name: wide, "größe_注文を読む": operation("GetItem", {"ok": 3}, 0.4)},
        capacity={
            "production.eu-west-1.orders-evening-peak." + "x" * 120: TableUnits(60.5, 0.0, {index: Units(9.5, 0.0)})
        },
        objectives=[ObjectiveRecord(f"{name} p99.9 <= 10 ms", name, "p99_9", 10.0, None, 127, "unsupported")],
        verdict="invalid",
        reasons=[f"{name} p99.9 <= 10 ms: 127 samples do not support it"],
        path="/home/someone/" + "a-deep-folder/" * 9 + "results/orders/x/20260203T040506Z-7f3a9c01",
        warnings=["a word that cannot be broken: " + "w" * 100],
    )


def twelve() -> RunRecord:
    operations = {
        f"step_{number:02d}_{kind}": operation(
            api, {"ok": 5000 * number}, 0.4 * number, reported=Units(number * 10.0, 0)
        )
        for number, (kind, api) in enumerate([("read", "GetItem"), ("list", "Query"), ("write", "PutItem")] * 4, 1)
    }
    embedded: dict[str, str | bool | None] = {
        "kind": "embedded",
        "url": "http://127.0.0.1:1",
        "version": "moto 5.1",
        "functional": True,
    }
    return dataclasses.replace(
        PASSED,
        operations=operations,
        objectives=[],
        fingerprint=dataclasses.replace(PASSED.fingerprint, target=embedded),
    )


def sessions() -> RunRecord:
    """Sessions, a compound read, a batch that was done in part, cold starts, two tables and hot keys."""
    step = dataclasses.replace
    recent = operation("Query", {"ok": 5000}, 1.43, reported=Units(10000.0, 0))
    pages = operation("Query", {"ok": 900}, 1.2, reported=Units(7200.0, 0))
    pay = operation("UpdateItem", {"ok": 1900, "throttled": 60}, 1.21, reported=Units(0, 3800.0))
    save = operation("BatchWriteItem", {"ok": 700, "unprocessed": 12}, 6.5, reported=Units(0, 17500.0))
    checkout = operation("session", {"ok": 1900, "throttled": 60}, 2.7)
    each = operation("Query", {"ok": 300}, 3.7)
    operations = {
        "checkout": step(checkout, whole=True, requests={"recent": 2000, "pay": 1960}, attempts=3960, cut=40),
        "list_orders": step(each, whole=True, requests={"list_orders/page": 900}, attempts=900),
        "recent": step(recent, steps=2000, cold=50, cold_ms=latency(50, 84.0, 190.0)),
        "list_orders/page": step(pages, steps=900),
        "pay": step(pay, steps=1960, reasons={"throttled": {"ThrottlingException": 60}}),
        "save": step(
            save,
            unprocessed=70,
            reasons={"unprocessed": {"5 of 25 unprocessed": 10, "10 of 25 unprocessed": 2}},
        ),
    }
    return dataclasses.replace(
        PASSED,
        operations=operations,
        rate=Rate(99.5, 99.5, 99.5, "open", 60.0, 142.9),
        capacity={
            "shop-orders": TableUnits(17200.0, 3800.0, {"by_status": Units(0.0, 3600.0)}),
            "shop-carts": TableUnits(0.0, 17500.0, {}),
        },
        hot_keys=[
            HotKey("shop-orders pk=customer#17", 9800.5, 0.2334, 58.0, 0.0),
            HotKey("shop-carts pk=cart#tenant-4711#an-unusually-long-key", 800.0, 0.019, 0.0, 120.0),
            HotKey("shop-orders pk=customer#3", 90.0, 0.0021, 2.0, 0.0),
            HotKey("shop-orders pk=customer#4", 90.0, 0.0021, 0.0, 0.0),
        ],
        objectives=[ObjectiveRecord("checkout p99 <= 60 ms", "checkout", "p99", 60.0, 7.02, 1960, "pass")],
    )


RUNS = {
    "pass": PASSED,
    "fail": failed(),
    "invalid": invalid(),
    "interrupted": interrupted(),
    "empty": empty(),
    "unanswered": unanswered(),
    "huge": huge(),
    "long_names": long_names(),
    "twelve": twelve(),
    "sessions": sessions(),
}


@pytest.fixture(params=list(RUNS))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def run(name: str) -> RunRecord:
    return RUNS[name]


@pytest.fixture(scope="session")
def runs() -> Mapping[str, RunRecord]:
    return RUNS


@pytest.fixture(scope="session")
def seconds() -> list[Second]:
    return timeline()
