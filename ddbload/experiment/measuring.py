"""One run on a target that is open: its tables, its items, the load, what is found by verifying, what is saved.

`run` makes one of them; an experiment of many runs makes each of its runs so.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ddbload.engine.crew import Crew
from ddbload.engine.plan import Measurement, Plan
from ddbload.experiment.agreeing import usd_of
from ddbload.experiment.fingerprint import fingerprint
from ddbload.experiment.reading import Prepared
from ddbload.experiment.signals import Signals
from ddbload.experiment.summary import Setting, summarise
from ddbload.experiment.timeline import intervals_of, seconds_of
from ddbload.experiment.verifying import followed, record_of, verified
from ddbload.experiment.watcher import Watcher
from ddbload.experiment.watching import progress
from ddbload.pricing import PriceBook
from ddbload.results.record import Pairing, RunRecord, Second, VerifyRecord
from ddbload.results.rescue import UnsavedError, write_run_or_rescue
from ddbload.target import Target
from ddbload.target.loading import load
from ddbload.target.tables import Adopted, adopt


@dataclass(frozen=True, slots=True)
class Work:
    """A run to be made, known before any target is touched.

    Attributes:
        id: of the run.
        workers: processes; 0 chooses one for every second processor, at least one.
        load_items: write the scenario's items before the run.
        verify: follow a sample of items, and say what was lost, stale or wrong.
        pairing: its place among interleaved runs.
    """

    prepared: Prepared
    id: str
    tag: str
    transport: str
    workers: int
    results: Path
    watcher: Watcher
    load_items: bool = True
    allow_code: bool = False
    verify: bool = False
    pairing: Pairing | None = None

    @property
    def processes(self) -> int:
        """Worker processes, chosen where it was left open."""
        return self.workers or max(1, (os.cpu_count() or 2) // 2)


@dataclass(frozen=True, slots=True)
class Measured:
    """What a target made of a run."""

    target: Target
    book: PriceBook | None
    measurement: Measurement
    warnings: tuple[str, ...]
    verify: VerifyRecord | None

    def lost(self, reason: str) -> Measured:
        """The same, with its target gone: what was measured is kept, and says so."""
        known = self.measurement
        stopped_by = known.stopped_by or "target lost"
        return replace(self, measurement=replace(known, failures=(*known.failures, reason), stopped_by=stopped_by))


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished run: record, timeline, why the results folder does not hold it, the signal that ended it, and bugs.

    `bugs` are tracebacks of what should never happen; the run is invalid then.
    """

    record: RunRecord
    seconds: list[Second]
    unsaved: UnsavedError | None
    signal: signal.Signals | None
    bugs: tuple[str, ...] = ()


async def adopt_tables(target: Target, work: Work) -> list[Adopted]:
    """The scenario's tables, there and ACTIVE, created where that is allowed. Raises `TargetError`."""
    scenario, adopted = work.prepared.scenario, list[Adopted]()
    for table in scenario.every_table:
        work.watcher.starting(f"looking for table {table.name}")
        found = await adopt(target, table, owner=work.id)
        loaded = any(scenario.items[family].load for family in scenario.families_of(table))
        if found.created and loaded and not work.load_items:
            empty = f"table {table.name} was created just now, and --no-load leaves it empty"
            found = replace(found, warnings=(*found.warnings, empty))
        adopted.append(found)
        for text in found.warnings:
            work.watcher.note(f"warning: {text}")
    return adopted


async def load_items(target: Target, work: Work, adopted: Sequence[Adopted], *, anew: bool = False) -> None:
    """Write the items that are missing, or all of them `anew`. Raises `TargetError`."""
    for family in await load(
        target,
        adopted,
        work.prepared.scenario,
        progress=lambda n, total, _: work.watcher.loading(n, total),
        allow_code=work.allow_code,
        anew=anew,
    ):
        work.watcher.note(str(family))


async def offer_load(
    target: Target, work: Work, adopted: Sequence[Adopted], book: PriceBook | None, signals: Signals
) -> Measured:
    """Offer the load to tables that are ready, and verify where that is asked; a signal ends it gracefully."""
    scenario, watcher, prepared = work.prepared.scenario, work.watcher, work.prepared
    usd = usd_of(book)
    follow = _followed(work)
    plan = Plan(
        scenario=scenario,
        workload=prepared.workload,
        endpoint=target.endpoint,
        transport=work.transport,
        workers=work.processes,
        trust_reported=not target.functional,
        usd=usd,
        allow_code=work.allow_code,
        survey=prepared.survey,
        salt=work.id,
        server_pid=target.pid,
        follow=follow,
    )
    watcher.starting("starting the load")
    crew = Crew(plan, lambda tally, at_s: watcher.update(progress(prepared.workload, tally, at_s, usd)))
    signals.on_signal = lambda number: crew.stop(number.name)
    measurement = await crew.run()
    seen = await _verified(target, work, measurement, adopted, follow) if work.verify else None
    return Measured(target, book, measurement, tuple(text for each in adopted for text in each.warnings), seen)


def save(measured: Measured, work: Work, signals: Signals) -> Outcome:
    """Judge a run and save it: where the results folder does not take it, somewhere else."""
    loaded, workload, measurement = work.prepared.loaded, work.prepared.workload, measured.measurement
    setting = Setting(
        id=work.id,
        tag=work.tag,
        scenario=loaded.scenario,
        workload=workload,
        fingerprint=fingerprint(loaded, measured.target, work.transport, work.processes),
        book=measured.book,
        region=measured.target.endpoint.region,
        warnings=(*measured.target.warnings, *measured.warnings),
        verify=measured.verify,
    )
    record = replace(summarise(setting, measurement), pairing=work.pairing)
    seconds = seconds_of(workload, measurement.tally, measurement.elapsed_s)
    stretches = partial(intervals_of, workload, measurement.tally)
    saved, unsaved = write_run_or_rescue(work.results, record, loaded.resolved_yaml, seconds, stretches)
    return Outcome(saved, seconds, unsaved, signals.first, measurement.bugs)


def _followed(work: Work) -> Mapping[str, int]:
    """Of each family one item in so many, where verifying is asked."""
    if not work.verify:
        return {}
    scenario = work.prepared.scenario
    follow = followed(scenario, work.prepared.workload.compiled, work.prepared.expected)
    if left_out := [name for name in scenario.items if name not in follow]:
        work.watcher.note(
            f"warning: {', '.join(left_out)}: not verified: statements write to their table by keys of their own"
        )
    return follow


async def _verified(
    target: Target, work: Work, measurement: Measurement, adopted: Sequence[Adopted], follow: Mapping[str, int]
) -> VerifyRecord:
    """Hold what the workers saw, and what is in the tables now, against what should be there."""
    work.watcher.starting("verifying")
    found = await verified(
        target,
        work.prepared.scenario,
        work.prepared.workload.compiled,
        measurement.seen,
        broken=measurement.broken,
        fresh=frozenset(table.name for table in adopted if table.created),
        loaded=work.load_items,
        allow_code=work.allow_code,
    )
    return record_of(found, follow, len(measurement.broken))
