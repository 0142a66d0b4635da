"""The numbers of each operation and of what it consumed: calls, outcomes, times by each clock, capacity; hot keys."""

from __future__ import annotations

from ddbload.measure.metrics.metric import Metric, latency, units

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
OPERATIONS = (
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
    *(metric for clock, name, what in _CLOCKS for metric in latency(f"operations.*.{clock}", name, what)),
    *units("operations.*.capacity.reported", "reported", "that the service said it charged."),
    *units("operations.*.capacity.modelled", "modelled", "that the service charges without saying so, by our model."),
)
CAPACITY = (
    *units("capacity.*", "table", "charged to the table itself, reported plus modelled."),
    *units("capacity.*.indexes.*", "index", "charged to the index, reported plus modelled."),
)

_SAMPLED = "of what a worker sends beyond 1,000 calls a second, one in eight at random stands for eight"
HOT_KEYS = (
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
