"""The numbers of each second: the columns of `timeline.csv`."""

from __future__ import annotations

from ddbload.measure.metrics.metric import Metric

TIMELINE = (
    Metric("timeline.t", "second", "s", "Seconds from the start of the first phase."),
    Metric("timeline.due", "due", "calls", "Arrivals due in the second."),
    Metric("timeline.sent", "sent", "calls", "Arrivals sent in the second, sessions with their first request."),
    Metric("timeline.completed", "completed", "calls", "Arrivals that ended in the second."),
    Metric("timeline.ok", "ok", "calls", "Arrivals that ended ok in the second."),
    Metric("timeline.throttled", "throttled", "calls", "Arrivals that ended throttled in the second.", "lower"),
    Metric(
        "timeline.errors", "errors", "calls", "Arrivals that ended neither ok, not_found nor condition_failed.", "lower"
    ),
    Metric(
        "timeline.requests", "requests", "calls", "Requests sent for what ended in the second; null in older timelines."
    ),
    Metric(
        "timeline.response_p50_ms",
        "response p50",
        "ms",
        "Median response time of the arrivals that ended in the second.",
        "lower",
    ),
    Metric(
        "timeline.response_p99_ms",
        "response p99",
        "ms",
        "The 99th percentile of the response time of the arrivals that ended in the second.",
        "lower",
    ),
    Metric(
        "timeline.service_p50_ms",
        "service p50",
        "ms",
        "Median service time of the requests that ended in the second.",
        "lower",
    ),
    Metric(
        "timeline.service_p99_ms",
        "service p99",
        "ms",
        "The 99th percentile of the service time of the requests that ended in the second.",
        "lower",
    ),
    Metric(
        "timeline.lag_max_ms",
        "lag maximum",
        "ms",
        "Longest dispatch lag of the requests that ended in the second.",
        "lower",
    ),
    Metric("timeline.in_flight", "in flight", "calls", "Requests under way at the end of the second."),
    Metric(
        "timeline.queued",
        "queued",
        "calls",
        "Calls waiting for a slot, or for their turn in a chain, at the end of the second.",
        "lower",
    ),
    Metric("timeline.read_units", "read units", "units", "Read units charged in the second, reported and modelled."),
    Metric("timeline.write_units", "write units", "units", "Write units charged in the second, reported and modelled."),
)
