"""The one table of metrics: every number of a result with its name, unit, definition and direction.

The documentation, `--explain` and the tooltips of reports all read it here, so that a number has one meaning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Direction = Literal["lower", "higher", "neither"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One number of a result.

    Attributes:
        key: its place in `run.json`, `*` standing for a name; "timeline.X" is a column of `timeline.csv`.
        name: what reports call it.
        unit: "ms", "1/s", "calls", "units", "USD", "s", "share" (a fraction of 1) or "".
        definition: one sentence.
        better: which direction is an improvement.
    """

    key: str
    name: str
    unit: str
    definition: str
    better: Direction = "neither"


_HEADLINE = "over the calls that ended ok, not_found or condition_failed"
_CLOCKS = (
    (
        "response_ms",
        "response time",
        f"done - due: from the moment the timetable wanted the call, {_HEADLINE}; of a session without think time",
    ),
    ("cold_ms", "response time of cold starts", f"done - due, of cold calls alone, {_HEADLINE}"),
    ("service_ms", "service time", f"done - sent: from the moment the request was sent, {_HEADLINE}"),
    ("queue_ms", "queue time", f"sent - released: waiting for a free slot and connection, {_HEADLINE}"),
    ("outcome_ms.*", "response time by outcome", "done - due, over the calls with one outcome alone"),
)
_LAG = ("lag_ms", "dispatch lag", "released - due: how far the client itself was behind its timetable")
_PERCENTILES = (("p50", "50"), ("p90", "90"), ("p95", "95"), ("p99", "99"), ("p99_9", "99.9"))


def _latency(place: str, name: str, what: str) -> Iterator[Metric]:
    yield Metric(f"{place}.count", f"{name} samples", "calls", f"How many calls the distribution of {name} covers.")
    for key, percent in _PERCENTILES:
        text = f"The time that {percent} % of the samples do not exceed; null where too few support it. {what}."
        yield Metric(f"{place}.{key}", f"{name} p{percent}", "ms", text, "lower")
    yield Metric(f"{place}.max", f"{name} maximum", "ms", f"The longest sample. {what}.", "lower")
    yield Metric(f"{place}.mean", f"{name} mean", "ms", f"The arithmetic mean; read it beside stddev. {what}.", "lower")
    yield Metric(f"{place}.stddev", f"{name} spread", "ms", f"The standard deviation. {what}.", "lower")


def _units(place: str, name: str, what: str) -> Iterator[Metric]:
    for side in ("read", "write"):
        yield Metric(f"{place}.{side}", f"{name} {side} units", "units", f"{side.capitalize()} units {what}", "lower")


_RUN = (
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
_OPERATION = (
    Metric(
        "operations.*.count",
        "calls",
        "calls",
        "Calls of the operation due in the measured phases, of any outcome, steps of sessions included; or sessions.",
    ),
    Metric(
        "operations.*.steps",
        "steps",
        "calls",
        "Of those calls, requests of sessions and compound operations: no arrivals.",
    ),
    Metric(
        "operations.*.requests.*",
        "requests by operation",
        "calls",
        "Of a session or a compound operation: the requests of each operation that it made.",
    ),
    Metric(
        "operations.*.cut",
        "cut off",
        "calls",
        "Sessions and compound operations that the end of the run cut off: they neither ended nor failed and are in no"
        " other number; the requests that they had made are.",
        "lower",
    ),
    Metric(
        "operations.*.unprocessed",
        "unprocessed",
        "",
        "Items of batches that the service left undone at the last attempt, summed up.",
        "lower",
    ),
    Metric(
        "operations.*.cold",
        "cold starts",
        "calls",
        "Calls that were the first of a new execution environment; they are in the headline percentiles, too, since a"
        " caller waits for them like for any other.",
        "lower",
    ),
    Metric(
        "operations.*.observed.fails",
        "failed conditions",
        "share",
        "Share of the answered calls whose condition failed, for `expect: {fails}`; null where none has a condition.",
    ),
    Metric(
        "operations.*.observed.rows",
        "rows read",
        "",
        "Items that a query or a scan read on average, before any filter, for `expect: {rows}`; of a compound one in"
        " all its pages; null of other calls.",
    ),
    Metric("operations.*.outcomes.*", "outcomes", "calls", "Calls by what became of them; each call has one outcome."),
    Metric("operations.*.attempts", "attempts", "calls", "Requests sent for those calls, retries included.", "lower"),
    Metric(
        "operations.*.backoff_ms",
        "back-off",
        "ms",
        "Time that those calls waited between attempts, summed up.",
        "lower",
    ),
    Metric("operations.*.reasons.*.*", "reasons", "calls", "Calls by what the service or the socket said.", "lower"),
)
_COST = (
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
_CLIENT = (
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
_VERDICT = (
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
_TIMELINE = (
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

_SAMPLED = "of what a worker sends beyond 1,000 calls a second, one in eight at random stands for eight"
_HOT = (
    Metric(
        "hot_keys.*.units",
        "units of the key",
        "units",
        f"Units of calls about this partition key, in equal parts where a call is about several; {_SAMPLED}.",
    ),
    Metric("hot_keys.*.share", "share of the units", "share", "Those units over all of the measured phases.", "lower"),
    Metric(
        "hot_keys.*.throttled",
        "throttled requests of the key",
        "calls",
        "Its throttled requests, all counted.",
        "lower",
    ),
    Metric(
        "hot_keys.*.error",
        "error of the units",
        "units",
        "The most by which its units may be off, beside the sampling.",
    ),
    Metric(
        "hot_keys.*.throttled_error", "error of the throttles", "calls", "The most by which its throttles may be off."
    ),
)

_READS = "of items that are followed, in the whole run"
_READ_COUNTS: tuple[tuple[str, str, str, Direction], ...] = (
    ("reads", "reads", f"Reads {_READS}, those after it included.", "neither"),
    ("stale", "stale reads", f"Eventually consistent reads {_READS} that saw an earlier state.", "neither"),
    ("stale_consistent", "stale consistent reads", f"Consistent ones {_READS} that did.", "lower"),
    ("wrong", "wrong reads", f"Reads {_READS} that saw what never was there.", "lower"),
    ("undecided", "undecided reads", "Reads of items with too many writes at once to tell.", "neither"),
)
_VERIFY = (
    Metric("verify.every.*", "one item in", "items", "Of the family, one item in so many is followed, by its key."),
    Metric("verify.items", "items followed", "items", "Items that were followed and written or read at least once."),
    Metric("verify.writes", "writes followed", "calls", f"Writes {_READS}."),
    Metric(
        "verify.lost",
        "lost writes",
        "items",
        "Items that are afterwards as they were before a write that was answered as done.",
        "lower",
    ),
    Metric("verify.broken", "items left out", "items", "Items of whose calls more was seen than is kept.", "lower"),
    *(
        Metric(f"verify.{place}.{key}", name, "calls", text, better)
        for place in ("reads", "operations.*")
        for key, name, text, better in _READ_COUNTS
    ),
)

_PAIRING = (
    Metric("pairing.pair", "pair", "", "The run's pair among interleaved runs of two sides, from 0."),
    Metric("pairing.position", "position", "", "How many runs of that experiment were before it."),
)

METRICS: tuple[Metric, ...] = (
    *_RUN,
    *_OPERATION,
    *(metric for clock, name, what in _CLOCKS for metric in _latency(f"operations.*.{clock}", name, what)),
    *_units("operations.*.capacity.reported", "reported", "that the service said it charged."),
    *_units("operations.*.capacity.modelled", "modelled", "that the service charges without saying so, by our model."),
    *_units("capacity.*", "table", "charged to the table itself, reported plus modelled."),
    *_units("capacity.*.indexes.*", "index", "charged to the index, reported plus modelled."),
    *_COST,
    *_latency(f"client.{_LAG[0]}", _LAG[1], _LAG[2]),
    *_CLIENT,
    *_VERDICT,
    *_TIMELINE,
    *_HOT,
    *_VERIFY,
    *_PAIRING,
)


def metric_of(key: str) -> Metric:
    """The metric at a place of `run.json`, such as "operations.read_order.response_ms.p99".

    Raises:
        KeyError: no number stands there.
    """
    parts = key.split(".")
    for metric in METRICS:
        pattern = metric.key.split(".")
        if len(pattern) == len(parts) and all(p in {"*", q} for p, q in zip(pattern, parts, strict=True)):
            return metric
    raise KeyError(key)
