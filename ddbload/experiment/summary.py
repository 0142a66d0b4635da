"""What was measured -> the run record: latencies, outcomes, capacity, price, objectives, verdict. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ddbload.engine.plan import Measurement
from ddbload.experiment.calibration import calibration
from ddbload.experiment.operations import hot_keys, latency, names, operation_records
from ddbload.experiment.verifying import violations
from ddbload.measure.charged import Charged
from ddbload.measure.histogram import Histogram
from ddbload.measure.objectives import NS_PER_MS, Finding, Sample, judge
from ddbload.measure.tally import Tally
from ddbload.measure.verdict import Evidence, Thresholds, decide
from ddbload.operation import HEADLINE, OUTCOMES, Outcome
from ddbload.pricing import PriceBook, run_cost
from ddbload.results.record import (
    SCHEMA,
    ClientHealth,
    Cost,
    Fingerprint,
    ObjectiveRecord,
    Rate,
    RunRecord,
    TableUnits,
    Units,
    VerifyRecord,
)
from ddbload.scenario.model import Client, Scenario
from ddbload.workload.stream import Workload

_HOURS_PER_MONTH = 730  # the convention of AWS's own calculators
_SECONDS_PER_MONTH = _HOURS_PER_MONTH * 3600
_BUSY = 0.9
"""A worker's share of a processor beyond which answers wait for it rather than it for answers."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a run was, beside what it measured."""

    id: str
    tag: str
    scenario: Scenario
    workload: Workload
    fingerprint: Fingerprint
    book: PriceBook | None  # None: no prices are known for the region
    region: str
    warnings: tuple[str, ...] = ()
    verify: VerifyRecord | None = None


def summarise(setting: Setting, measured: Measurement) -> RunRecord:
    """The record of a run."""
    tally, scenario = measured.tally, setting.scenario
    findings = list(_findings(scenario, names(setting.workload), tally))
    matters = {name: objective.matters for name, objective in scenario.objectives.items()}
    lag = tally.merged("lag", outcomes=frozenset(OUTCOMES))
    thresholds = _thresholds(scenario.client)
    open_loop = setting.workload.concurrency is None
    due = setting.workload.offered() if measured.complete and open_loop else None  # all arrivals are drawn for it: once
    rate = _rate(setting.workload, measured, due)
    verdict, reasons = decide(_evidence(measured, due, lag), findings, thresholds)
    operations = operation_records(setting.workload, tally)
    if setting.verify is not None and (broken := violations(setting.verify)):
        verdict, reasons = "fail" if verdict == "pass" else verdict, [*reasons, broken]
    return RunRecord(
        schema=SCHEMA,
        id=setting.id,
        tag=setting.tag,
        started_at=measured.started_at.isoformat(timespec="seconds"),
        duration_s=round(measured.elapsed_s, 3),
        verdict=verdict,
        reasons=reasons,
        complete=measured.complete,
        stopped_by=measured.stopped_by,
        fingerprint=setting.fingerprint,
        rate=rate,
        operations=operations,
        capacity=_capacity(setting.workload, tally),
        cost=_cost(setting.book, setting.region, tally, rate.measured_s),
        client=_client(scenario.client, setting.fingerprint, measured, lag),
        objectives=[_objective(finding, matters[finding.operation]) for finding in findings],
        validity={
            "lag_ms": thresholds.lag_s * 1e3,
            "lag_share": thresholds.lag_share,
            "late": thresholds.late,
            "released": thresholds.released,
        },
        hot_keys=hot_keys(setting.workload, tally),
        verify=setting.verify,
        warnings=[
            *setting.warnings,
            *measured.notes,
            *_resent(measured.resent),
            *_noted(tally),
            *_busy(measured.cpu_share),
            *calibration(scenario, operations),
        ],
    )


def _evidence(measured: Measurement, due: int | None, lag: Histogram) -> Evidence:
    """What tells whether a run measured its target or its client."""
    tally = measured.tally
    response = tally.merged("response")
    return Evidence(
        due=due,
        recorded=tally.count() + tally.cut.total(),
        client_late=tally.client_late,
        answered=response.count,
        lag_p99_ms=lag.percentile_ns(99) / NS_PER_MS,
        response_p99_ms=response.percentile_ns(99) / NS_PER_MS,
        stopped_by=measured.stopped_by,
        failures=measured.failures,
    )


def _findings(scenario: Scenario, called: list[str], tally: Tally) -> Iterator[Finding]:
    for name, objective in scenario.objectives.items():
        limits = {k: v for k, v in objective.model_dump(exclude={"matters"}).items() if v is not None}
        position = called.index(name) if name in called else len(called)  # one that the mix leaves out has no calls
        operation = None if name == "all" and name not in called else position
        outcomes = {outcome: tally.count(operation, frozenset({outcome})) for outcome in OUTCOMES}
        yield from judge(name, limits, Sample(outcomes, tally.merged("response", operation=operation)))


def _objective(finding: Finding, matters: float | None) -> ObjectiveRecord:
    return ObjectiveRecord(
        finding.text,
        finding.operation,
        finding.metric,
        finding.limit,
        finding.observed,
        finding.samples,
        finding.verdict,
        matters,
    )


def _thresholds(client: Client) -> Thresholds:
    limits = client.validity
    return Thresholds(limits.lag, limits.lag_share, limits.late, limits.released)


def _rate(workload: Workload, measured: Measurement, due: int | None) -> Rate:
    tally = measured.tally
    elapsed_ns = round(measured.elapsed_s * 1e9)
    seconds = (
        sum(max(0, min(span.end_ns, elapsed_ns) - span.start_ns) for span in workload.spans if span.measured) * 1e-9
    )
    answered = frozenset(OUTCOMES) - {Outcome.LATE, Outcome.TIMEOUT, Outcome.CONNECTION}
    per_second = (lambda n: n / seconds) if seconds else (lambda _n: 0.0)
    return Rate(
        offered=per_second(tally.count() + tally.cut.total() if due is None else due),
        achieved=per_second(tally.sent()),
        completed=per_second(tally.count(outcomes=answered)),
        loop="open" if workload.concurrency is None else "closed",
        measured_s=seconds,
        requests=per_second(sum(tally.attempts[number] for number in range(len(workload.operations)))),
    )


def _capacity(workload: Workload, tally: Tally) -> dict[str, TableUnits]:
    sums: dict[str, Charged] = {operation.table: Charged() for operation in workload.operations}
    for operation, _, table, charged in tally.charged(measured_only=True):
        sums.setdefault(table or workload.operations[operation].table, Charged()).add(charged)
    return {
        table: TableUnits(
            read=charged.table[0],
            write=charged.table[1],
            indexes={name: Units(read, write) for name, (read, write) in charged.indexes.items()},
        )
        for table, charged in sums.items()
    }


def _cost(book: PriceBook | None, region: str, tally: Tally, measured_s: float) -> Cost:
    if book is None:
        return Cost(None, None, None, None, region, "no prices are known for this region")

    def usd(*, measured_only: bool) -> float:
        charged = [units for _, _, _, units in tally.charged(measured_only=measured_only)]
        return run_cost(book, sum(c.read for c in charged), sum(c.write for c in charged))

    measured, count = usd(measured_only=True), tally.count()
    return Cost(
        usd=usd(measured_only=False),
        usd_per_million_operations=measured / count * 1e6 if count else None,
        usd_per_month_at_this_rate=measured / measured_s * _SECONDS_PER_MONTH if measured_s and count else None,
        price_date=str(book.on_demand.wru.as_of),
        region=book.region,
        note=f"on demand, requests only, {_HOURS_PER_MONTH} hours a month",
    )


def _client(client: Client, fingerprint: Fingerprint, measured: Measurement, lag: Histogram) -> ClientHealth:
    return ClientHealth(
        lag_ms=latency(lag),
        cpu_share=measured.cpu_share,
        workers=fingerprint.workers,
        transport=fingerprint.transport,
        max_in_flight=client.max_in_flight,
        connections=client.connections or client.max_in_flight,
        connections_opened=measured.connections_opened,
        resent=measured.resent,
        retries=0 if client.retries == 0 else client.retries.attempts - 1,
        timeout_ms=client.timeout * 1e3,
    )


def _resent(requests: int) -> Iterator[str]:
    if requests:
        yield (
            f"{requests:,} requests crossed the server's closing of their connection and were sent again: "
            "a write among them may have been done twice"
        )


def _noted(tally: Tally) -> Iterator[str]:
    """What a reader should know although no objective asked for it."""
    failed: Counter[Outcome] = Counter()
    for outcome in OUTCOMES:
        if outcome not in HEADLINE:
            failed[outcome] = tally.count(outcomes=frozenset({outcome}))
    total, bad = tally.count(), sum(failed.values())
    if bad:
        parts = ", ".join(f"{count} {outcome.value}" for outcome, count in failed.most_common() if count)
        yield f"{bad / total:.2%} of the calls failed ({parts}); the percentiles cover those that succeeded"
    clamped = sum(histogram.clamped for histogram in tally.totals.values())
    if clamped:
        yield f"{clamped} times lay beyond an hour and are counted as an hour"


def _busy(cpu_share: float | None) -> Iterator[str]:
    """In a closed loop nothing else tells: it slows down with its client, and is behind no timetable."""
    if cpu_share is not None and cpu_share > _BUSY:
        yield (
            f"the client's busiest worker used {cpu_share:.0%} of a processor: times include waits of its own; "
            "more --workers, on more processors, offer more"
        )
