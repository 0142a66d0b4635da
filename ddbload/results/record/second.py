"""One second of a run: a line of `timeline.csv`."""

from __future__ import annotations

from dataclasses import dataclass

DRAIN = "drain"
"""The phase of a second after the last phase, in which only answers came in."""


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
