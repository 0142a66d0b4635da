"""One run, from a scenario's file to a result on disk: target, table, items, load, record. The shell."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ddbload.errors import TargetError
from ddbload.experiment.agreeing import agree, book_for, most_of
from ddbload.experiment.measuring import Measured, Outcome, Work, adopt_tables, load_items, offer_load, save
from ddbload.experiment.reading import prepare, read, require
from ddbload.experiment.signals import Signals, graceful_signals
from ddbload.experiment.silent import Silent
from ddbload.experiment.watcher import Watcher
from ddbload.results.names import require_tag
from ddbload.results.rescue import require_folder
from ddbload.results.store import default_tag, new_id
from ddbload.target import Target, TargetOptions, open_target, parse_spec
from ddbload.target.model import Spec
from ddbload.target.tables import drop_if_owned

__all__ = ["Outcome", "RunRequest", "Watcher", "run"]


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


def run(request: RunRequest, watcher: Watcher | None = None) -> Outcome:
    """Run a scenario; without a watcher nothing is shown, and a run that costs money is declined.

    Raises:
        DdbloadError: the scenario, the words or the target are wrong, or a question was declined.
    """
    return asyncio.run(_run(request, watcher or Silent()))


async def _run(request: RunRequest, watcher: Watcher) -> Outcome:
    spec = parse_spec(request.target)
    loaded = read(request.scenario, request.params, watcher)
    require(loaded, request.transport)
    require_folder(request.results)
    work = Work(
        prepared=prepare(loaded, watcher, allow_code=request.allow_code),
        id=new_id(),
        tag=default_tag(Path.cwd()) if request.tag is None else require_tag(request.tag),
        transport=request.transport,
        workers=request.workers,
        results=request.results,
        watcher=watcher,
        load_items=request.load_items,
        allow_code=request.allow_code,
        verify=request.verify,
    )
    measured: Measured | None = None
    async with graceful_signals() as signals:
        watcher.starting(opening(spec))
        try:
            async with open_target(request.target, request.options) as target:
                for text in target.warnings:
                    watcher.note(text)
                measured = await _measure(target, work, request, signals)
        except TargetError as error:
            if measured is None:
                raise
            measured = measured.lost(str(error))  # the server that we started died on the way
    return save(measured, work, signals)


async def _measure(target: Target, work: Work, request: RunRequest, signals: Signals) -> Measured:
    book = book_for(target, work.prepared.scenario)
    if target.kind == "aws" and not request.yes:
        most = most_of(work.prepared, book, load_items=request.load_items)
        agree(target, work.prepared.scenario, most, work.watcher)
    adopted = await adopt_tables(target, work)
    if request.load_items:
        await load_items(target, work, adopted)
    measured = await offer_load(target, work, adopted, book, signals)
    if not target.ephemeral:
        for each in adopted:
            work.watcher.note(await _afterwards(target, each.name, owned=each.owned, drop=request.drop))
    return measured


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


def opening(spec: Spec) -> str:
    """What is done while a target is opened, in words."""
    match spec.kind:
        case "embedded":
            return "starting the embedded stand-in"
        case "local":
            return f"starting DynamoDB Local {spec.argument or spec.jar or ''}".rstrip()
        case _:
            return f"reaching {spec.argument or 'AWS'}"
