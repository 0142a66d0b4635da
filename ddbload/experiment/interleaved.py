"""One run of an experiment of two sides: its tables made ready as far as the run before left them otherwise."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ddbload.errors import TargetError
from ddbload.experiment.agreeing import book_for
from ddbload.experiment.benches import Bench, keeps
from ddbload.experiment.holding import Need
from ddbload.experiment.measuring import Outcome, Work, adopt_tables, load_items, offer_load, save
from ddbload.experiment.pairs import Made, Turn
from ddbload.experiment.reading import Prepared
from ddbload.experiment.sides import SideName, Subject
from ddbload.experiment.signals import Signals
from ddbload.experiment.silent import Once
from ddbload.experiment.watcher import Watcher
from ddbload.results.record import Pairing
from ddbload.results.store import new_id
from ddbload.scenario.model import Scenario
from ddbload.target import Target
from ddbload.target.tables import drop_if_owned


@dataclass(frozen=True, slots=True)
class Arm:
    """A side that is ready to run."""

    prepared: Prepared
    bench: Bench
    transport: str
    tag: str
    subject: Subject


@dataclass(frozen=True, slots=True)
class Manner:
    """What all runs of an experiment have in common."""

    experiment: str
    results: Path
    workers: int = 1
    allow_code: bool = False
    restart: bool = False  # servers that were started for the experiment start anew before every pair


class Runner:
    """Makes the runs of an experiment; call it with a turn.

    Attributes:
        outcomes: of every run made, in order.
        error: what was wrong with the target that ended the series.
    """

    def __init__(self, arms: Mapping[SideName, Arm], manner: Manner, signals: Signals, watcher: Watcher) -> None:
        self._arms, self._manner, self._signals, self._watcher = arms, manner, signals, Once(watcher)
        self.outcomes: list[Outcome] = []
        self.error: TargetError | None = None
        self._pair = 0

    async def __call__(self, turn: Turn) -> Made:
        """Make one run and save it. A signal before its load ends the series without it, one during it with it."""
        if (number := self._interrupted()) is not None:
            return Made(None, number)
        self._signals.on_signal = None  # until there is something to save, a signal ends what is going on
        try:
            outcome = await self._run(turn)
        except asyncio.CancelledError:
            task, number = asyncio.current_task(), self._interrupted()
            if number is None or task is None:
                raise
            task.uncancel()
            return Made(None, number)
        except TargetError as error:
            self.error = error
            return Made(None, "target lost")
        finally:
            self._signals.on_signal = _remember
        self.outcomes.append(outcome)
        return Made(outcome.record, _end(outcome))

    def _interrupted(self) -> str | None:
        """The name of the signal that has come by now."""
        return self._signals.first.name if self._signals.first is not None else None

    async def _run(self, turn: Turn) -> Outcome:
        if self._manner.restart and turn.pair != self._pair:
            self._watcher.starting("starting the servers anew")
            for bench in {id(arm.bench): arm.bench for arm in self._arms.values()}.values():
                await bench.restart()
        self._pair = turn.pair
        arm = self._arms[turn.side]
        work = Work(
            prepared=arm.prepared,
            id=new_id(),
            tag=arm.tag,
            transport=arm.transport,
            workers=self._manner.workers,
            results=self._manner.results,
            watcher=self._watcher,
            allow_code=self._manner.allow_code,
            pairing=Pairing(
                self._manner.experiment, turn.pair, turn.side, turn.position, dict(arm.subject), turn.warming
            ),
        )
        bench, scenario = arm.bench, arm.prepared.scenario
        need = bench.holding.need(scenario)
        if need is Need.renewal:
            await self._clear(bench.target, scenario)
        adopted = await adopt_tables(bench.target, work)
        if need is not Need.nothing:
            await load_items(bench.target, work, adopted, anew=need is Need.renewal)
        bench.holding = bench.holding.after(scenario)
        measured = await offer_load(bench.target, work, adopted, book_for(bench.target, scenario), self._signals)
        return save(measured, work, self._signals)

    async def _clear(self, target: Target, scenario: Scenario) -> None:
        """Drop the tables that may be dropped; over what lies in the others the items are written again."""
        for table in scenario.every_table:
            reason = keeps(target, scenario, table)
            if reason is None:
                self._watcher.starting(f"making table {table.name} anew")
                dropped = await drop_if_owned(target, table.name)
                reason = None if dropped.dropped or dropped.reason.endswith("not there") else dropped.reason
            if reason is not None:
                self._watcher.note(
                    f"warning: {reason}: before a run its items are written over what is there, "
                    "and what runs added stays there for both sides"
                )


def _end(outcome: Outcome) -> str | None:
    """Why no other run can follow one."""
    if outcome.signal is not None:
        return outcome.signal.name
    if outcome.unsaved is not None:
        return "the results folder takes no more runs"
    if outcome.bugs:
        return "an internal error"
    lost = outcome.record.stopped_by
    return lost if lost in {"target lost", "worker died"} else None


def _remember(_number: object) -> None:
    """Between runs a signal is looked for before the next one."""
