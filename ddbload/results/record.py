"""A run as a value: the document of `run.json`. Its keys are a contract that scripts may rely on.

Times are milliseconds of the measured phases; a percentile that the sample does not support is None.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

SCHEMA = "ddbload-run/1"
DRAIN = "drain"
"""The phase of a second after the last phase, in which only answers came in."""


@dataclass(frozen=True, slots=True)
class Latency:
    """A latency distribution in milliseconds. `count` is the number of samples behind it."""

    count: int
    p50: float | None
    p90: float | None
    p95: float | None
    p99: float | None
    p99_9: float | None
    max: float | None
    mean: float | None
    stddev: float | None


@dataclass(frozen=True, slots=True)
class Units:
    """Read and write capacity units (request units, on demand)."""

    read: float = 0.0
    write: float = 0.0


@dataclass(frozen=True, slots=True)
class ConsumedUnits:
    """What the service said it charged, and what the capacity model adds for what the service does not say."""

    reported: Units = Units()
    modelled: Units = Units()


@dataclass(frozen=True, slots=True)
class TableUnits:
    """Units of a table (reported + modelled), those of its indexes apart."""

    read: float = 0.0
    write: float = 0.0
    indexes: dict[str, Units] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Observed:
    """What `expect` stands for, as it was: to be written into the scenario.

    fails: share of the answered calls whose condition failed; None where none has a condition. rows: items that a
    query or a scan read, on average, in all its pages for a compound one; None of other calls.
    """

    fails: float | None = None
    rows: float | None = None


@dataclass(frozen=True, slots=True)
class OperationRecord:
    """One operation's measured phases: its requests, or the wholes that a session or a compound operation made.

    `response_ms`, `queue_ms`, `service_ms` cover the headline outcomes (ok, not_found, condition_failed);
    `outcome_ms` holds the response time of every outcome by itself; `reasons` what the service or the socket said, by
    outcome: {"throttled": {"ThrottlingException": 12}}. `attempts`: requests sent, retries included; `backoff_ms`: the
    time between them, summed up.

    Attributes:
        whole: a session or a compound operation: an arrival of several requests, which stand under their own names.
        requests: of a whole, how many requests of each operation it made.
        steps: of the count, requests that wholes made; the others are arrivals themselves.
        cut: wholes that the end of the run cut off; they are not in the count.
        unprocessed: parts of batches that the service left undone, summed up.
        cold, cold_ms: calls that were the first of an execution environment; they are in the count and in
            `response_ms`, too. None where there were none.
    """

    api: str
    count: int
    outcomes: dict[str, int]
    attempts: int
    response_ms: Latency
    queue_ms: Latency
    service_ms: Latency
    outcome_ms: dict[str, Latency]
    reasons: dict[str, dict[str, int]]
    capacity: ConsumedUnits
    backoff_ms: float = 0.0
    whole: bool = False
    requests: dict[str, int] = field(default_factory=dict)
    steps: int = 0
    cut: int = 0
    unprocessed: int = 0
    cold: int = 0
    cold_ms: Latency | None = None
    observed: Observed = Observed()

    @property
    def arrivals(self) -> int:
        """How many of its calls arrived by the timetable."""
        return self.count - self.steps


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
class HotKey:
    """One partition key among the hottest. `units` and `throttled` are off by at most `error` and `throttled_error`.

    `share` is that of all units of the measured phases; `throttled` are its throttled requests.
    """

    key: str
    units: float
    share: float
    throttled: float
    error: float
    throttled_error: float = 0.0


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What makes two runs comparable. Never a credential in it.

    `files`: SHA-256 of the data files and the trace that the scenario reads, by their names there, as they lay there
    when the run was over; empty in records of older versions.
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


@dataclass(frozen=True, slots=True)
class Second:
    """One second of the timeline. `t` counts from the start of the first phase; latencies in milliseconds.

    From `due` to `errors` and the response times: arrivals. Service times and all else: requests.
    """

    t: int
    phase: str
    due: int
    sent: int
    completed: int
    ok: int
    throttled: int
    errors: int  # every outcome beyond the headline ones, throttled included
    response_p50_ms: float | None
    response_p99_ms: float | None
    service_p50_ms: float | None
    service_p99_ms: float | None
    lag_max_ms: float | None
    in_flight: int
    queued: int
    read_units: float
    write_units: float
    requests: int | None = None  # None in older timelines


@dataclass(frozen=True, slots=True)
class VerifiedReads:
    """What the reads of followed items came to.

    `stale`: eventually consistent reads of an earlier state, which are allowed; `stale_consistent`: consistent ones,
    which are not; `wrong`: reads of what never was there; `undecided`: too many writes were under way at once.
    """

    reads: int = 0
    stale: int = 0
    stale_consistent: int = 0
    wrong: int = 0
    undecided: int = 0


@dataclass(frozen=True, slots=True)
class VerifyRecord:
    """What verifying found.

    Of each family one item in `every` is followed; `items` were seen, with `writes` writes; `lost`: items that are
    afterwards as they were before a write that was answered as done. `reads` are those of all operations and those
    after the run.
    """

    every: dict[str, int]
    items: int
    writes: int
    lost: int
    reads: VerifiedReads
    operations: dict[str, VerifiedReads] = field(default_factory=dict)
    examples: list[str] = field(default_factory=list)  # keys of items that are not as they should be
    broken: int = 0  # items left out, since more was seen of them than is kept


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
