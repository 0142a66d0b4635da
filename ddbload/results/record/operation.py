"""What a run measured of each operation, and what it consumed."""

from __future__ import annotations

from dataclasses import dataclass, field


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
