"""Two sides run interleaved, now, on this machine, and compared: `ddbload regress`. The shell."""

from __future__ import annotations

import asyncio
import math
import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

from ddbload.compare.compare import compare_runs, with_curves
from ddbload.compare.document import Comparison
from ddbload.compare.gates import gates_of
from ddbload.compare.planned import planned_pairs
from ddbload.compare.request import ComparisonError
from ddbload.compare.samples import ENOUGH
from ddbload.errors import DdbloadError, TargetError
from ddbload.experiment.agreeing import agree, book_for, most_of
from ddbload.experiment.asked import Experiment, RegressRequest, understood
from ddbload.experiment.benches import open_benches, refuse_foreign
from ddbload.experiment.bound import Bound, together
from ddbload.experiment.holding import collide, writes
from ddbload.experiment.interleaved import Arm, Manner, Runner
from ddbload.experiment.measuring import Outcome
from ddbload.experiment.pace import Pace, before, title
from ddbload.experiment.pairs import LEAST_PAIRS, Made, Series, Turn, run_pairs
from ddbload.experiment.sides import SIDES, SideName
from ddbload.experiment.signals import InterruptedBeforeLoadError, Signals, graceful_signals
from ddbload.experiment.silent import Silent
from ddbload.experiment.watcher import SeriesWatcher
from ddbload.results.record import RunRecord
from ddbload.results.rescue import UnsavedError, require_folder
from ddbload.results.store import new_id

__all__ = ["RegressOutcome", "RegressRequest", "regress"]

_ONE_PROCESS = (
    "each side ran on one server process throughout: what two processes of one kind differ by, such as how they were "
    "compiled and laid out in memory, counts as a difference; --restart starts them anew before every pair"
)


@dataclass(frozen=True, slots=True)
class RegressOutcome:
    """What came of an experiment.

    Attributes:
        comparison: None where no pair is whole, or what there is cannot be compared.
        base, new: records of all runs, those of the first pair and invalid ones too.
        ended: why it ended before its time.
        signal: the signal that ended it.
        unsaved: why the results folder does not hold a run.
        bugs: tracebacks of what should never happen.
    """

    comparison: Comparison | None
    base: tuple[RunRecord, ...]
    new: tuple[RunRecord, ...]
    ended: str | None = None
    signal: signal.Signals | None = None
    unsaved: UnsavedError | None = None
    bugs: tuple[str, ...] = ()


def regress(request: RegressRequest, watcher: SeriesWatcher | None = None) -> RegressOutcome:
    """Run both sides in pairs and compare them; without a watcher nothing is shown, and what costs money is declined.

    Raises:
        DdbloadError: the scenario, the words or a target are wrong, or a question was declined.
    """
    return asyncio.run(_regress(request, watcher or Silent()))


async def _regress(request: RegressRequest, watcher: SeriesWatcher) -> RegressOutcome:
    experiment = understood(request, watcher)
    require_folder(request.results)
    series, lost, conductor = Series(), None, None
    async with graceful_signals() as signals:
        try:
            async with AsyncExitStack() as stack:
                conductor = _Conductor(experiment, await _opened(stack, experiment), signals)
                series = await run_pairs(experiment.design, conductor, conductor.plan, watcher.note)
        except TargetError as died:  # a server that we started died on the way: what was measured is kept
            lost = died
    if conductor is not None:
        lost = conductor.error or lost
    return _concluded(experiment, series, signals, lost, conductor.outcomes if conductor is not None else ())


async def _opened(stack: AsyncExitStack, experiment: Experiment) -> dict[SideName, Arm]:
    """Both sides' targets up, and agreed to what they may cost."""
    request, watcher = experiment.request, experiment.watcher
    base, new = (experiment.prepared[name] for name in SIDES)
    names = (experiment.sides["base"].target, experiment.sides["new"].target)
    watcher.starting(f"opening {' and '.join(dict.fromkeys(names))}")
    benches = await open_benches(stack, names, request.options, watcher, shared=experiment.shares_target)
    if experiment.shares_target:
        await refuse_foreign(benches[0].target, base.scenario, new.scenario)
    regions = [bench.target.endpoint.region for bench in benches]
    differ = regions[0] != regions[1]
    arms = {
        name: Arm(
            prepared=experiment.prepared[name],
            bench=bench,
            transport=experiment.sides[name].transport,
            tag=experiment.tags[name],
            subject={**experiment.subjects[name], **({"region": region} if differ else {})},
        )
        for name, bench, region in zip(SIDES, benches, regions, strict=True)
    }
    _agree(experiment, arms)
    for label in dict.fromkeys(bench.target.label for bench in benches if not bench.target.ephemeral):
        watcher.note(f"tables at {label} are kept afterwards, as the last run leaves them")
    watcher.note(before(experiment.design, base.planned_s + new.planned_s))
    return arms


def _agree(experiment: Experiment, arms: Mapping[SideName, Arm]) -> None:
    """Ask once for each account, with the bound of all runs together. Raises `UsageError` when the answer is no."""
    asked: dict[str, list[Bound]] = {}
    collision = bool(collide(arms["base"].prepared.scenario, arms["new"].prepared.scenario))
    for arm in arms.values():
        target, scenario = arm.bench.target, arm.prepared.scenario
        book = book_for(target, scenario)  # raises where a limit on spend could not be kept
        if target.kind != "aws":
            continue
        loads = writes(scenario) or (collision and experiment.shares_target)
        later = most_of(arm.prepared, book, load_items=loads)
        runs = [most_of(arm.prepared, book, load_items=True)] + [later] * (experiment.design.most_runs - 1)
        asked.setdefault(target.identity, []).extend(runs)
    for identity, bounds in asked.items():
        arm = next(arm for arm in arms.values() if arm.bench.target.identity == identity)
        if not experiment.request.yes:
            agree(arm.bench.target, arm.prepared.scenario, together(bounds), experiment.watcher)


class _Conductor:
    """Makes each run under a heading that says which one it is, and settles the number of pairs."""

    def __init__(self, experiment: Experiment, arms: Mapping[SideName, Arm], signals: Signals) -> None:
        request = experiment.request
        manner = Manner(new_id(), request.results, request.workers, request.allow_code, request.restart)
        self._experiment, self._watcher = experiment, experiment.watcher
        self._runner = Runner(arms, manner, signals, experiment.watcher)
        self._pace = Pace({name: experiment.prepared[name].planned_s for name in SIDES})
        self._warming: dict[SideName, RunRecord] = {}

    @property
    def error(self) -> TargetError | None:
        """What was wrong with the target that ended the series."""
        return self._runner.error

    @property
    def outcomes(self) -> Sequence[Outcome]:
        """Of every run made, in order."""
        return self._runner.outcomes

    async def __call__(self, turn: Turn) -> Made:
        """Make one run."""
        what = self._experiment.phrases[turn.side]
        self._watcher.begin(title(turn, what, self._pace.left_s(turn)))
        begun = time.monotonic()
        made = await self._runner(turn)
        self._pace.over(turn.side, time.monotonic() - begun)
        if turn.warming and made.record is not None:
            self._warming[turn.side] = made.record
            if len(self._warming) == len(SIDES):  # a margin for what is no gate is known by now, not after all pairs
                base, new = ([self._warming[name]] for name in SIDES)
                gates_of(base, new, self._experiment.request.margins)
        return made

    def plan(self, base: Sequence[RunRecord], new: Sequence[RunRecord]) -> int:
        """The number of pairs that the noise of the pilot asks for."""
        design, note = self._experiment.design, self._watcher.note
        try:
            planned = planned_pairs(base, new, self._experiment.request.margins)
        except ComparisonError as error:
            note(f"the pilot does not say how many pairs are needed ({error}): {LEAST_PAIRS} are made")
            return LEAST_PAIRS
        pairs = design.most if planned.pairs is None else planned.pairs
        made = design.settled(pairs, design.pilot)
        if planned.pairs is None:
            note(f"{planned.text}; {made} are made, the most that are allowed, and may well not tell")
        elif planned.pairs > made:
            larger = math.sqrt(planned.pairs / made)  # the error of the mean goes by the root of the number
            note(
                f"{planned.text}; {made} are made, the most that are allowed (--max-pairs): "
                f"they show changes about {larger:.1f} times as large as what matters"
            )
        else:
            note(f"{planned.text}; {made} are made")
        return pairs


def _concluded(
    experiment: Experiment, series: Series, signals: Signals, error: TargetError | None, outcomes: Sequence[Outcome]
) -> RegressOutcome:
    """Compare what there is."""
    if not series.records:
        if signals.first is not None:
            raise InterruptedBeforeLoadError(signals.first)
        if error is not None:
            raise error
    ended = str(error) if error is not None else series.ends
    base, new = series.of("base"), series.of("new")
    comparison = None
    if len(series.whole) >= ENOUGH or (signals.first is None and base and new):
        comparison = _compared(experiment, base, new, whole=ended is None)
    unsaved = next((each.unsaved for each in outcomes if each.unsaved is not None), None)
    bugs = tuple(trace for each in outcomes for trace in each.bugs)
    return RegressOutcome(comparison, base, new, ended, signals.first, unsaved, bugs)


def _compared(
    experiment: Experiment, base: Sequence[RunRecord], new: Sequence[RunRecord], *, whole: bool
) -> Comparison | None:
    names = (experiment.tags["base"], experiment.tags["new"])
    try:
        found = compare_runs(base, new, names, margins=experiment.request.margins)
        if experiment.one_process_each:
            found = replace(found, warnings=(*found.warnings, _ONE_PROCESS))
        return with_curves(found, (*base, *new)) if experiment.request.curves else found
    except DdbloadError as error:
        if whole:
            raise
        experiment.watcher.note(f"what there is cannot be compared: {error}")
        return None
