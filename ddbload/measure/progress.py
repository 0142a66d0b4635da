"""A glance at a run while it runs: what the engine tells whoever watches, about once a second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PerSecond:
    """A rate: over the last second, and since the start of the run."""

    now: float = 0.0
    overall: float = 0.0


@dataclass(frozen=True, slots=True)
class OperationProgress:
    """One operation: calls completed so far, calls a second, response times of the last seconds, what went wrong."""

    name: str
    completed: int
    per_second: float
    p50_ms: float | None
    p99_ms: float | None
    throttled: int
    errors: int  # every outcome beyond ok, not_found and condition_failed, throttled included


@dataclass(frozen=True, slots=True)
class Progress:
    """The state of a run at one moment; counts are since its start, warm-up included.

    Attributes:
        elapsed_s: seconds since the start of the first phase.
        total_s: seconds that all phases take.
        phase: the phase's name, such as "warm 10s".
        phase_left_s: seconds until it ends.
        measured: whether the phase counts.
        offered: arrivals due; achieved: of those, sent; completed: of those, ended.
        requests: sent; more than arrivals where there are sessions or pages, or attempts made again.
        in_flight: requests under way; queued: waiting for a slot.
        p50_ms, p99_ms: response time of headline outcomes over the last seconds; None without a sample.
        lag_p99_ms: dispatch lag over the last seconds.
        throttled: arrivals that ended so.
        errors: arrivals by outcome, for every outcome but ok, not_found, condition_failed and throttled.
        read_units, write_units: consumed a second; read_total, write_total: since the start.
        spend_usd: the price of the units so far, None where no price is known.
    """

    elapsed_s: float
    total_s: float
    phase: str
    phase_left_s: float
    measured: bool
    offered: PerSecond
    achieved: PerSecond
    completed: PerSecond
    in_flight: int
    queued: int
    p50_ms: float | None
    p99_ms: float | None
    lag_p99_ms: float | None
    requests: PerSecond = PerSecond()
    throttled: int = 0
    errors: Mapping[str, int] = field(default_factory=dict)
    read_units: float = 0.0
    write_units: float = 0.0
    read_total: float = 0.0
    write_total: float = 0.0
    spend_usd: float | None = None
    operations: tuple[OperationProgress, ...] = ()
