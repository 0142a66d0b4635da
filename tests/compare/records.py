"""Run records for tests of comparing: a run that differs from the next in what a test says, and in nothing else."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from ddbload.results.record import (
    ClientHealth,
    ConsumedUnits,
    Cost,
    Fingerprint,
    Latency,
    ObjectiveRecord,
    OperationRecord,
    Pairing,
    Rate,
    RunRecord,
    TableUnits,
    Units,
)

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
NOW = datetime(2026, 3, 9, tzinfo=UTC)
CALLS = 10_000
_PERCENTILES = {"p50": 1.0, "p90": 2.0, "p95": 3.0, "p99": 5.0}


def latency(p50: float = 1.0, *, count: int = CALLS, **given: float | None) -> Latency:
    """A distribution whose percentiles are fixed multiples of its median, but for those given."""
    times: dict[str, float | None] = {name: p50 * factor for name, factor in _PERCENTILES.items()}
    times |= {"p99_9": None, "max": p50 * 20, "mean": p50 * 1.2, "stddev": p50} | given
    return Latency(count=count, **times)


def lag_of(p50: float, *, scatter: float = 0.001) -> Latency:
    """A dispatch lag that differs little from call to call: by `scatter` ms."""
    return latency(p50, p90=p50 + 1.2815515655446004 * scatter)


def operation(
    p50: float = 1.0,
    *,
    api: str = "GetItem",
    calls: int = CALLS,
    outcomes: Mapping[str, int] | None = None,
    **given: Any,
) -> OperationRecord:
    """An operation all of whose calls are answered, unless outcomes say otherwise."""
    ended = dict(outcomes) if outcomes is not None else {"ok": calls}
    answered = sum(ended.get(name, 0) for name in ("ok", "not_found", "condition_failed"))
    times = given.pop("response_ms", None) or latency(p50, count=answered)
    record = OperationRecord(
        api=api,
        count=sum(ended.values()),
        outcomes=ended,
        attempts=calls,
        response_ms=times,
        queue_ms=latency(0.01),
        service_ms=latency(p50 * 0.9),
        outcome_ms={},
        reasons={},
        capacity=ConsumedUnits(Units(read=0.5 * calls), Units()),
    )
    return replace(record, **given)


def objective(name: str, metric: str, limit: float, observed: float | None, **given: Any) -> ObjectiveRecord:
    """An objective; without an observed value it was missed by calls that failed."""
    met = observed is not None and observed <= limit
    record = ObjectiveRecord(
        f"{name} {metric} <= {limit:g}", name, metric, limit, observed, CALLS, "pass" if met else "fail"
    )
    return replace(record, **given)


def fingerprint(**given: Any) -> Fingerprint:
    """One machine, one target."""
    record = Fingerprint(
        scenario="orders",
        scenario_sha256="ab" * 32,
        seed=7,
        params={"rate": 200},
        ddbload="0.1.0",
        dependencies={"orjson": "3.10.0"},
        python="3.11.7",
        host={"system": "Linux 6.1.0", "machine": "x86_64", "cpu": "a processor", "cpus": 2},
        target={
            "kind": "local",
            "url": "http://127.0.0.1:8000",
            "version": "3.3.1",
            "image_digest": None,
            "functional": False,
            "region": "us-east-1",
        },
        transport="wire",
        workers=1,
    )
    return replace(record, **given)


def run(number: int = 0, p50: float = 1.0, **given: Any) -> RunRecord:
    """A run of ten seconds that starts `number` half minutes after the first.

    `operations`, `objectives`, `fingerprint`, `lag_ms` and every field of the record may be given.
    """
    lag = given.pop("lag_ms", None) or lag_of(0.05)
    operations = given.pop("operations", None) or {"read": operation(p50)}
    tag = given.get("tag", "base")
    record = RunRecord(
        schema="ddbload-run/1",
        id=f"{tag}-{number}",
        tag=tag,
        started_at=(START + timedelta(seconds=30 * number)).isoformat(),
        duration_s=10.0,
        verdict="pass",
        reasons=[],
        complete=True,
        stopped_by=None,
        fingerprint=fingerprint(),
        rate=Rate(offered=200.0, achieved=200.0, completed=200.0, loop="open", measured_s=10.0, requests=200.0),
        operations=operations,
        capacity={"orders": TableUnits(read=1000.0)},
        cost=Cost(0.001, 0.25, 100.0, "2026-01-01", "us-east-1"),
        client=ClientHealth(lag, 0.1, 1, "wire", 64, 64, 4, 0, 1000.0),
        objectives=[],
        validity={},
        path=f"results/orders/{tag}/{number}",
    )
    return replace(record, **given)


def noisy(p50: float, spread: float, count: int, seed: int) -> list[float]:
    """Medians that differ from run to run as a log-normal does."""
    draw = random.Random(seed)
    return [p50 * draw.lognormvariate(0, spread) for _ in range(count)]


def side(
    medians: Sequence[float], *, tag: str = "base", first: int = 0, step: int = 1, **given: Any
) -> list[RunRecord]:
    """Runs of a tag with these medians, one after the other."""
    return [run(first + step * place, p50, tag=tag, **given) for place, p50 in enumerate(medians)]


def pairs(
    base: Sequence[float],
    new: Sequence[float],
    *,
    under_test: tuple[Mapping[str, str], Mapping[str, str]] | None = None,
    experiment: str = "e1",
    **given: Any,
) -> tuple[list[RunRecord], list[RunRecord]]:
    """Interleaved runs of two sides with these medians, a pair a minute."""
    words = under_test or ({"target": "local:2.5.2"}, {"target": "local:3.3.1"})
    sides: tuple[Literal["base", "new"], ...] = ("base", "new")
    made: list[list[RunRecord]] = []
    for place, (name, medians) in enumerate(zip(sides, (base, new), strict=True)):
        made.append(
            [
                run(
                    2 * pair + place,
                    p50,
                    tag=name,
                    pairing=Pairing(experiment, pair, name, 2 * pair + place, dict(words[place])),
                    **given,
                )
                for pair, p50 in enumerate(medians)
            ]
        )
    return made[0], made[1]
