"""The whole run: what it was, at which rate it went, what it cost, how the client fared, what was held against it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ddbload.results.record.operation import HotKey, Latency, OperationRecord, TableUnits
from ddbload.results.record.verifying import VerifyRecord

SCHEMA = "ddbload-run/1"


@dataclass(frozen=True, slots=True)
class Rate:
    """A second. offered: due in the measured phases; achieved: of those, sent; completed: of those, answered.

    All three count arrivals: a session is one. requests: sent, attempts made again included; None in older records.
    """

    offered: float
    achieved: float
    completed: float
    loop: Literal["open", "closed"]
    measured_s: float
    requests: float | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """The run's price on demand, from reported plus modelled units. None where nothing was measured or no price known.

    `usd` is the price of the whole run, warm-up included.
    """

    usd: float | None
    usd_per_million_operations: float | None
    usd_per_month_at_this_rate: float | None
    price_date: str | None
    region: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ClientHealth:
    """How the client fared. `cpu_share` is the busiest worker's CPU time over wall time (1.0 is one core)."""

    lag_ms: Latency
    cpu_share: float | None
    workers: int
    transport: str
    max_in_flight: int
    connections: int
    connections_opened: int
    retries: int
    timeout_ms: float
    resent: int = 0  # requests sent again because the server had closed the connection they went out on


@dataclass(frozen=True, slots=True)
class ObjectiveRecord:
    """One objective. `limit` and `observed` share a unit: milliseconds, or a fraction for outcome shares."""

    text: str
    operation: str
    metric: str
    limit: float
    observed: float | None
    samples: int
    verdict: Literal["pass", "fail", "unsupported"]
    matters: float | None = None  # the change that a comparison must not let pass, a fraction; None: not said, or older


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What makes two runs comparable. Never a credential in it.

    `files`: SHA-256 of the data files and the trace that the scenario reads, by their names there, as they lay there
    when the run was over; empty in records of older versions. `written_sha256`: of the scenario with its parameters by
    name, so that it stays when only these or the seed change; empty in records of older versions.
    """

    scenario: str
    scenario_sha256: str
    seed: int
    params: dict[str, bool | int | float | str]
    ddbload: str
    dependencies: dict[str, str]
    python: str
    host: dict[str, str | int]
    target: dict[str, str | bool | None]  # kind, url, version, image_digest, functional, region
    transport: str
    workers: int
    files: dict[str, str] = field(default_factory=dict)
    written_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Pairing:
    """A run's place among interleaved runs of two sides.

    Attributes:
        experiment: an id that all runs of it share.
        pair: its pair, from 0; a pair has one run of each side.
        side: which of the two.
        position: how many runs of the experiment were before it.
        under_test: what this side was given that the other was not, such as {"target": "local:3.3.1"}; the other has
            the same keys.
        warming: a pair that is thrown away, since a server that has just started is slow.
    """

    experiment: str
    pair: int
    side: Literal["base", "new"]
    position: int
    under_test: dict[str, str]
    warming: bool = False


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A whole run."""

    schema: str
    id: str
    tag: str
    started_at: str  # UTC, ISO 8601
    duration_s: float
    verdict: Literal["pass", "fail", "invalid"]
    reasons: list[str]
    complete: bool
    stopped_by: str | None  # "SIGINT", "SIGTERM", "limits.requests", "limits.spend_usd", "worker died", "target lost"
    fingerprint: Fingerprint
    rate: Rate
    operations: dict[str, OperationRecord]
    capacity: dict[str, TableUnits]
    cost: Cost
    client: ClientHealth
    objectives: list[ObjectiveRecord]
    validity: dict[str, float]  # the thresholds of the invalid rules, as used
    warnings: list[str] = field(default_factory=list)
    path: str = ""
    hot_keys: list[HotKey] = field(default_factory=list)  # the ten hottest by units and by throttles, by units
    verify: VerifyRecord | None = None  # None: it was not asked for
    pairing: Pairing | None = None  # None: the run stands for itself
