"""One run, from a scenario's file to a result on disk: target, table, items, load, record. The shell."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from ddbload.engine.crew import Crew, Measurement, Plan
from ddbload.errors import DdbloadError, UsageError
from ddbload.experiment.bound import Bound, bound
from ddbload.experiment.fingerprint import fingerprint
from ddbload.experiment.summary import Setting, intervals_of, seconds_of, summarise
from ddbload.experiment.watching import progress
from ddbload.measure.progress import Progress
from ddbload.measure.tally import Tally
from ddbload.preflight.checks import warnings as warnings_of
from ddbload.pricing import load_book, run_cost
from ddbload.results.record import RunRecord, Second
from ddbload.results.store import default_tag, new_id, write_run
from ddbload.scenario.load import LoadedScenario, load_scenario
from ddbload.target import Target, TargetOptions, confirmation, open_target, parse_spec
from ddbload.target.loading import load
from ddbload.target.model import Spec
from ddbload.target.tables import adopt
from ddbload.workload import CompiledWorkload, compile_workload


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What `ddbload run` was asked to do.

    Attributes:
        params: the words of `-p`, as text.
        tag: default: what git calls the working directory.
        workers: processes; 0 chooses one for every second processor, at least one.
        load_items: write the scenario's items before the run.
        yes: do not ask before a run that costs money.
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
    yes: bool = False


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
    """A finished run: its record, its timeline, and the signal that ended it, if one did."""

    record: RunRecord
    seconds: list[Second]
    signal: signal.Signals | None


class InterruptedBeforeLoadError(DdbloadError):
    """A signal came before any load was offered: there is nothing to save."""

    def __init__(self, number: signal.Signals) -> None:
        super().__init__(f"{number.name}: stopped before any load was offered; nothing was measured")
        self.exit_code = 128 + number


def run(request: RunRequest, watcher: Watcher) -> Outcome:
    """Run a scenario.

    Raises:
        DdbloadError: the scenario, the words or the target are wrong, or a question was declined.
    """
    return asyncio.run(_run(request, watcher))


async def _run(request: RunRequest, watcher: Watcher) -> Outcome:
    spec = parse_spec(request.target)
    loaded = load_scenario(request.scenario, request.params)
    for problem in warnings_of(loaded):
        watcher.note(str(problem))
    workload = compile_workload(loaded.scenario)
    async with _signals() as signals:
        watcher.starting(_opening(spec))
        async with open_target(request.target, request.options) as target:
            for text in target.warnings:
                watcher.note(text)
            return await _against(target, request, loaded, workload, watcher, signals)


async def _against(
    target: Target,
    request: RunRequest,
    loaded: LoadedScenario,
    workload: CompiledWorkload,
    watcher: Watcher,
    signals: _Signals,
) -> Outcome:
    scenario, run_id = loaded.scenario, new_id()
    book = load_book(target.endpoint.region if target.kind == "aws" else "us-east-1")
    usd = partial(run_cost, book)
    if target.kind == "aws" and not request.yes:
        most: Bound = bound(scenario, _expected(workload), usd, load_items=request.load_items)
        question = confirmation(target, scenario.table.name, most.requests, most.usd)
        if not watcher.ask(question):
            raise UsageError("declined: nothing was sent")
    watcher.starting(f"looking for table {scenario.table.name}")
    adopted = await adopt(target, scenario.table, owner=run_id)
    if request.load_items:
        await load(target, adopted, scenario, progress=lambda done, total, _bytes: watcher.loading(done, total))
    plan = Plan(
        scenario=scenario,
        workload=workload,
        endpoint=target.endpoint,
        transport=request.transport,
        workers=request.workers or max(1, (os.cpu_count() or 2) // 2),
        trust_reported=not target.functional,
        usd=usd,
    )

    def observe(tally: Tally, at_s: float) -> None:
        watcher.update(progress(workload, tally, at_s, usd))

    watcher.starting("starting the load")
    crew = Crew(plan, observe)
    signals.on_signal = lambda number: crew.stop(number.name)
    measured: Measurement = await crew.run()
    setting = Setting(
        id=run_id,
        tag=request.tag or default_tag(Path.cwd()),
        scenario=scenario,
        workload=workload,
        fingerprint=fingerprint(loaded, target, request.transport, plan.workers),
        book=book,
        warnings=target.warnings,
    )
    record = summarise(setting, measured)
    seconds = seconds_of(workload, measured.tally, measured.elapsed_s)
    path = write_run(request.results, record, loaded.resolved_yaml, seconds, intervals_of(workload, measured.tally))
    return Outcome(replace(record, path=str(path)), seconds, signals.first)


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


class _Signals:
    """SIGINT and SIGTERM: before the load they cancel what is going on, during it they end it gracefully."""

    def __init__(self, cancel: Callable[[], object]) -> None:
        self.first: signal.Signals | None = None
        self.on_signal: Callable[[signal.Signals], None] | None = None
        self._cancel = cancel

    def handle(self, number: signal.Signals) -> None:
        self.first = self.first or number
        if self.on_signal is None:
            self._cancel()
        else:
            self.on_signal(number)


@asynccontextmanager
async def _signals() -> AsyncIterator[_Signals]:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    signals = _Signals(task.cancel)
    numbers = (signal.SIGINT, signal.SIGTERM)
    for number in numbers:
        loop.add_signal_handler(number, signals.handle, number)
    try:
        yield signals
    except asyncio.CancelledError:
        if signals.first is None:
            raise
        raise InterruptedBeforeLoadError(signals.first) from None
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
