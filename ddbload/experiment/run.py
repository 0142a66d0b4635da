"""One run, from a scenario's file to a result on disk: target, table, items, load, record. The shell."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from ddbload.engine.crew import Crew
from ddbload.engine.plan import Measurement, Plan, Usd
from ddbload.errors import TargetError, UsageError
from ddbload.experiment.bound import bound
from ddbload.experiment.fingerprint import fingerprint
from ddbload.experiment.signals import Signals, graceful_signals
from ddbload.experiment.silent import Silent
from ddbload.experiment.summary import Setting, summarise
from ddbload.experiment.timeline import intervals_of, seconds_of
from ddbload.experiment.verifying import followed, record_of, verified
from ddbload.experiment.watching import progress
from ddbload.measure.progress import Progress
from ddbload.preflight.checks import warnings as warnings_of
from ddbload.preflight.recorded import surveyed
from ddbload.pricing import PriceBook, PriceError, load_book, run_cost
from ddbload.results.record import RunRecord, Second, VerifyRecord
from ddbload.results.rescue import UnsavedError, require_folder, write_run_or_rescue
from ddbload.results.store import default_tag, new_id
from ddbload.scenario.load import LoadedScenario, load_scenario
from ddbload.scenario.model import Scenario
from ddbload.target import Target, TargetOptions, confirmation, open_target, parse_spec
from ddbload.target.loading import load
from ddbload.target.model import Spec
from ddbload.target.tables import Adopted, adopt, drop_if_owned
from ddbload.transport.choose import require_transport
from ddbload.workload import CompiledWorkload, compile_workload
from ddbload.workload.replay import Survey


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What `ddbload run` was asked to do.

    Attributes:
        params: the words of `-p`, as text.
        tag: default: what git calls the working directory.
        workers: processes; 0 chooses one for every second processor, at least one.
        load_items: write the scenario's items before the run.
        drop: drop the table after the run, if ddbload created it.
        yes: do not ask before a run that costs money.
        allow_code: values may come from Python functions that the scenario names.
        verify: follow a sample of items, and say what was lost, stale or wrong.
    """

    scenario: Path
    target: str = "embedded"
    params: Mapping[str, str] = field(default_factory=dict)
    tag: str | None = None
    transport: str = "wire"
    workers: int = 1
    results: Path = Path("results")
    options: TargetOptions = field(default_factory=TargetOptions)
    load_items: bool = True
    drop: bool = False
    yes: bool = False
    allow_code: bool = False
    verify: bool = False


class Watcher(Protocol):
    """Who follows a run: a terminal, a test."""

    def starting(self, text: str) -> None:
        """What is being done now."""
        ...

    def loading(self, done: int, total: int) -> None:
        """Items written so far."""
        ...

    def update(self, progress: Progress) -> None:
        """The state of the load."""
        ...

    def note(self, text: str) -> None:
        """Something a person should know now."""
        ...

    def ask(self, question: str) -> bool:
        """A question that must be answered before anything is sent."""
        ...


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


def run(request: RunRequest, watcher: Watcher | None = None) -> Outcome:
    """Run a scenario; without a watcher nothing is shown, and a run that costs money is declined.

    Raises:
        DdbloadError: the scenario, the words or the target are wrong, or a question was declined.
    """
    return asyncio.run(_run(request, watcher or Silent()))


async def _run(request: RunRequest, watcher: Watcher) -> Outcome:
    spec = parse_spec(request.target)
    loaded = load_scenario(request.scenario, request.params)
    for problem in warnings_of(loaded):
        watcher.note(f"warning: {problem}")
    require_transport(request.transport, serverless=loaded.scenario.client.serverless is not None)
    require_folder(request.results)
    found = _surveyed(loaded.scenario, watcher)
    workload = compile_workload(loaded.scenario, allow_code=request.allow_code, survey=found)
    work = _Work(request, loaded, workload, found, new_id(), watcher)
    measured: _Measured | None = None
    async with graceful_signals() as signals:
        watcher.starting(_opening(spec))
        try:
            async with open_target(request.target, request.options) as target:
                for text in target.warnings:
                    watcher.note(text)
                measured = await _measure(target, work, signals)
        except TargetError as error:
            if measured is None:
                raise
            # the server that we started died on the way: what was measured is kept, and says so
            known = measured.measurement
            stopped_by = known.stopped_by or "target lost"
            known = replace(known, failures=(*known.failures, str(error)), stopped_by=stopped_by)
            measured = replace(measured, measurement=known)
    return Outcome(*_save(measured, work), signals.first, measured.measurement.bugs)


@dataclass(frozen=True, slots=True)
class _Work:
    """What is to be done, known before any target is touched."""

    request: RunRequest
    loaded: LoadedScenario
    workload: CompiledWorkload
    survey: Survey | None  # of the trace of a replay
    id: str
    watcher: Watcher

    @property
    def workers(self) -> int:
        return self.request.workers or max(1, (os.cpu_count() or 2) // 2)


@dataclass(frozen=True, slots=True)
class _Measured:
    """What a target made of it."""

    target: Target
    book: PriceBook | None
    measurement: Measurement
    warnings: tuple[str, ...]
    verify: VerifyRecord | None


async def _measure(target: Target, work: _Work, signals: Signals) -> _Measured:
    request, scenario, watcher = work.request, work.loaded.scenario, work.watcher
    book = _book(target, scenario)
    usd = partial(run_cost, book) if book is not None else _no_price
    if target.kind == "aws" and not request.yes:
        _agree(target, work, usd)
    adopted: list[Adopted] = []
    for table in scenario.every_table:
        watcher.starting(f"looking for table {table.name}")
        found = await adopt(target, table, owner=work.id)
        loaded = any(scenario.items[family].load for family in scenario.families_of(table))
        if found.created and loaded and not request.load_items:
            empty = f"table {table.name} was created just now, and --no-load leaves it empty"
            found = replace(found, warnings=(*found.warnings, empty))
        adopted.append(found)
        for text in adopted[-1].warnings:
            watcher.note(f"warning: {text}")
    if request.load_items:
        for family in await load(
            target,
            adopted,
            scenario,
            progress=lambda n, total, _: watcher.loading(n, total),
            allow_code=request.allow_code,
        ):
            watcher.note(str(family))
    follow = followed(scenario, work.workload.compiled, _expected(work.workload)) if request.verify else {}
    if request.verify and (left_out := [name for name in scenario.items if name not in follow]):
        watcher.note(
            f"warning: {', '.join(left_out)}: not verified: statements write to their table by keys of their own"
        )
    plan = Plan(
        scenario=scenario,
        workload=work.workload,
        endpoint=target.endpoint,
        transport=request.transport,
        workers=work.workers,
        trust_reported=not target.functional,
        usd=usd,
        allow_code=request.allow_code,
        survey=work.survey,
        salt=work.id,
        follow=follow,
    )
    watcher.starting("starting the load")
    crew = Crew(plan, lambda tally, at_s: watcher.update(progress(work.workload, tally, at_s, usd)))
    signals.on_signal = lambda number: crew.stop(number.name)
    measurement = await crew.run()
    seen = await _verified(target, work, measurement, adopted, plan.follow) if request.verify else None
    if not target.ephemeral:
        for each in adopted:
            watcher.note(await _afterwards(target, each.name, owned=each.owned, drop=request.drop))
    return _Measured(target, book, measurement, tuple(text for each in adopted for text in each.warnings), seen)


async def _verified(
    target: Target, work: _Work, measurement: Measurement, adopted: Sequence[Adopted], follow: Mapping[str, int]
) -> VerifyRecord:
    """Hold what the workers saw, and what is in the tables now, against what should be there."""
    work.watcher.starting("verifying")
    found = await verified(
        target,
        work.loaded.scenario,
        work.workload.compiled,
        measurement.seen,
        broken=measurement.broken,
        fresh=frozenset(table.name for table in adopted if table.created),
        loaded=work.request.load_items,
        allow_code=work.request.allow_code,
    )
    return record_of(found, follow, len(measurement.broken))


def _surveyed(scenario: Scenario, watcher: Watcher) -> Survey | None:
    """What a replay's trace holds, read once before anything is sent; None where nothing is replayed."""
    if scenario.load.replay is not None:
        watcher.starting(f"reading {Path(scenario.load.replay.file).name}")
    found = surveyed(scenario)
    for problem in found.warnings if found is not None else ():
        watcher.note(f"warning: {problem}")
    return found


def _book(target: Target, scenario: Scenario) -> PriceBook | None:
    """The prices of the target's region, of us-east-1 where it has none; None for a region that the book lacks.

    Raises `PriceError` when a limit on spend could not be kept for want of a price.
    """
    try:
        return load_book(target.endpoint.region if target.kind == "aws" else "us-east-1")
    except PriceError:
        if scenario.limits.spend_usd is not None:
            raise
        return None


def _no_price(_read_units: float, _write_units: float) -> None:
    return None


def _agree(target: Target, work: _Work, usd: Usd) -> None:
    """Ask before anything is sent to an account. Raises `UsageError` when the answer is no."""
    scenario = work.loaded.scenario
    most = bound(scenario, _expected(work.workload), usd, load_items=work.request.load_items)
    tables = ", ".join(table.name for table in scenario.every_table)
    if not work.watcher.ask(confirmation(target, tables, most.requests, most.usd)):
        raise UsageError("declined: nothing was sent")


async def _afterwards(target: Target, table: str, *, owned: bool, drop: bool) -> str:
    """What becomes of a table that outlives the run, in a sentence."""
    if drop:
        try:
            return (await drop_if_owned(target, table)).reason
        except TargetError as error:  # what was measured must not be lost for it
            return f"table {table} could not be dropped: {error}"
    if owned:
        return f"table {table} is kept, so that the next run need not load it; --drop drops it after a run"
    return f"table {table} was not created by ddbload and is kept, with what this run wrote to it"


def _save(measured: _Measured, work: _Work) -> tuple[RunRecord, list[Second], UnsavedError | None]:
    request, workload, measurement = work.request, work.workload, measured.measurement
    setting = Setting(
        id=work.id,
        tag=request.tag or default_tag(Path.cwd()),
        scenario=work.loaded.scenario,
        workload=workload,
        fingerprint=fingerprint(work.loaded, measured.target, request.transport, work.workers),
        book=measured.book,
        region=measured.target.endpoint.region,
        warnings=(*measured.target.warnings, *measured.warnings),
        verify=measured.verify,
    )
    record = summarise(setting, measurement)
    seconds = seconds_of(workload, measurement.tally, measurement.elapsed_s)
    stretches = partial(intervals_of, workload, measurement.tally)
    saved, unsaved = write_run_or_rescue(request.results, record, work.loaded.resolved_yaml, seconds, stretches)
    return saved, seconds, unsaved


def _opening(spec: Spec) -> str:
    match spec.kind:
        case "embedded":
            return "starting the embedded stand-in"
        case "local":
            return f"starting DynamoDB Local {spec.argument or ''}".rstrip()
        case _:
            return f"reaching {spec.argument or 'AWS'}"


def _expected(workload: CompiledWorkload) -> float | None:
    """Calls that the timetable holds on average; None in a closed loop, which has none."""
    return None if workload.concurrency is not None else sum(workload.expected_by_span())
