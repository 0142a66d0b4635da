"""The numbers of a whole run: its rate, its cost, how the client fared, what it was held to."""

from __future__ import annotations

from ddbload.measure.metrics.metric import Metric, latency

RUN = (
    Metric("duration_s", "duration", "s", "Wall clock of the run, warm-up included."),
    Metric(
        "rate.offered",
        "offered rate",
        "1/s",
        "Arrivals due in the measured phases by the realised timetable: calls, and sessions or compound operations as"
        " one each.",
    ),
    Metric("rate.achieved", "achieved rate", "1/s", "Of the arrivals offered, those sent to the target.", "higher"),
    Metric("rate.completed", "completed rate", "1/s", "Of the arrivals offered, those that were answered.", "higher"),
    Metric(
        "rate.requests",
        "requests",
        "1/s",
        "Requests sent for calls due in the measured phases: steps of sessions, pages and attempts made again included;"
        " null in records of older versions.",
    ),
    Metric("rate.measured_s", "measured time", "s", "Length of the measured phases."),
    Metric("fingerprint.seed", "seed", "", "The number that all draws of the workload derive from."),
    Metric("fingerprint.workers", "workers", "", "Client processes that shared the load."),
)
COST = (
    Metric("cost.usd", "price of the run", "USD", "The run's units at on-demand prices, warm-up included.", "lower"),
    Metric(
        "cost.usd_per_million_operations",
        "price per million operations",
        "USD",
        "Price of the measured phases' units at on-demand prices, for a million arrivals of this mix.",
        "lower",
    ),
    Metric(
        "cost.usd_per_month_at_this_rate",
        "price per month at this rate",
        "USD",
        "The same for 730 hours of the completed rate; storage, backups and transfer are not in it.",
        "lower",
    ),
)
CLIENT = (
    *latency("client.lag_ms", "dispatch lag", "released - due: how far the client itself was behind its timetable"),
    Metric(
        "client.cpu_share",
        "client CPU",
        "share",
        "CPU time of the busiest worker over wall time; 1 is one core.",
        "lower",
    ),
    Metric("client.workers", "workers", "", "Client processes that shared the load."),
    Metric("client.max_in_flight", "in flight limit", "calls", "Most calls the client lets be under way at once."),
    Metric("client.connections", "connection limit", "", "Most connections the client keeps open at once."),
    Metric(
        "client.connections_opened",
        "connections opened",
        "",
        "Connections opened in the run; more than the limit means that some were closed.",
        "lower",
    ),
    Metric(
        "client.resent",
        "requests sent again",
        "calls",
        "Requests that crossed the server's closing of their kept-alive connection and went out once more on another.",
        "lower",
    ),
    Metric("client.retries", "retries", "", "Further attempts that a call is allowed; 0 shows every throttle."),
    Metric("client.timeout_ms", "timeout", "ms", "How long one attempt may take before its outcome is timeout."),
)
VERDICT = (
    Metric("objectives.*.limit", "limit", "", "What the objective allows: milliseconds, or a share of the calls."),
    Metric(
        "objectives.*.observed",
        "observed",
        "",
        "What was measured, calls that failed counting as slower than any limit; null where none is.",
    ),
    Metric(
        "objectives.*.samples", "samples", "calls", "Calls that the objective was judged on, whatever their outcome."
    ),
    Metric(
        "objectives.*.matters",
        "what matters",
        "share",
        "The change of a percentile that a comparison must not let pass; null where the scenario says none.",
    ),
    Metric("validity.*", "validity threshold", "", "Beyond it the run measures the client and is invalid."),
)
PAIRING = (
    Metric("pairing.pair", "pair", "", "The run's pair among interleaved runs of two sides, from 0."),
    Metric("pairing.position", "position", "", "How many runs of that experiment were before it."),
)
