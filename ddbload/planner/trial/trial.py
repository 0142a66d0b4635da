"""Units of each operation of a scenario, from the items' states: the calls of a run, on items in memory."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ddbload.operation import Draw
from ddbload.planner.resource import OperationUnits, WorkloadUnits
from ddbload.planner.trial.calls import simulated
from ddbload.planner.trial.control import control_of
from ddbload.planner.trial.course import Trial
from ddbload.planner.trial.population import TOGETHER, Population, population
from ddbload.planner.trial.probes import MOMENTS, Probes
from ddbload.planner.trial.reads import listing_of
from ddbload.planner.trial.result import calls_in, name_of, operation_units_of
from ddbload.planner.trial.statements import sentences_of
from ddbload.planner.trial.storage import families_of
from ddbload.scenario.actions import requests_of
from ddbload.scenario.model import Scenario
from ddbload.workload import CompiledWorkload, ItemMaker, compile_workload
from ddbload.workload.compiled import CompiledOperation
from ddbload.workload.counting import Counting
from ddbload.workload.replay import Survey, survey as survey_of
from ddbload.workload.translate import Generators

CALLS = 20_000
"""Arrivals of a trial, at most."""
WORK = 60_000
"""Items that its calls are about, at most: a batch of 25 counts 25."""


def workload_units(
    scenario: Scenario,
    *,
    allow_code: bool = False,
    survey: Survey | None = None,
    calls: int = CALLS,
    seed: int | None = None,
) -> WorkloadUnits:
    """What the operations of a scenario consume, call by call, and what its items take to store.

    The calls are those that a run makes, with the same draws, in the same order, one after another; items are held in
    memory as each call leaves them. A run that is longer than `calls` arrivals is tried up to there.

    Args:
        scenario: a checked one.
        allow_code: whether values may come from functions of the scenario's own.
        survey: what is known of the trace of a replay; without it the trace is read once more.
        calls: arrivals at most.
        seed: instead of the scenario's own.

    Raises:
        ScenarioError: the scenario contradicts itself.
        TraceError: a trace cannot be read; names the line.
        UsageError: a value is a function, and running code was not allowed.
    """
    if seed is not None:
        scenario = scenario.model_copy(update={"seed": seed})
    if scenario.load.replay is not None and survey is None:
        survey = survey_of(scenario)
    workload = compile_workload(scenario, allow_code=allow_code, survey=survey)
    generators = Generators(scenario, allow_code=allow_code)
    makers = {family: ItemMaker(scenario, family, generators) for family in scenario.items}
    items = population(scenario, makers)
    items.sample(_read_by(items, workload))
    controls = {one.operation.name: control_of(scenario, one) for one in workload.compiled}
    sentences = [sentences_of(items, one) for one in workload.compiled]

    def ready(position: int, draws: Sequence[Draw]) -> None:
        items.ready(workload.compiled[position], [one.part for one in sentences[position]], draws)

    trial = Trial(workload, [simulated(items, one) for one in workload.compiled], ready, controls)
    _try(trial, calls)
    units = WorkloadUnits(_operations(scenario, workload, trial, items, survey), families_of(scenario, makers))
    return replace(units, heat=trial.heat.heat(scenario, units), touches=trial.heat.touches())


def _operations(
    scenario: Scenario, workload: CompiledWorkload, trial: Trial, items: Population, survey: Survey | None
) -> tuple[OperationUnits, ...]:
    calls = calls_in(scenario, survey, trial)
    compiled = {name_of(one): one for one in workload.compiled}
    return tuple(
        operation_units_of(
            scenario,
            compiled[name],
            calls.get(name, {}),
            trial.tallies.get(name),
            trial.measured.get(name),
            sampled=_sampled(items, compiled[name]),
            notes=_notes(items, compiled[name]),
        )
        for name in requests_of(scenario)
    )


def _notes(items: Population, compiled: CompiledOperation) -> tuple[str, ...]:
    """What the trial could not follow wholly."""
    found = []
    if compiled.operation.name in items.cut:
        found.append(f"a partition key has more than {TOGETHER:,} items: so many of them are there in the trial")
    if not all(one.read for one in sentences_of(items, compiled)):
        found.append("its statement is followed in part only: items that it changes are taken to keep their size")
    return tuple(found)


def _sampled(items: Population, compiled: CompiledOperation) -> bool:
    """Whether it reads what only a sample is held of."""
    part = sentences_of(items, compiled)[0].part
    return part.kind in {"query", "scan"} and listing_of(compiled, part) in items.tables[part.table].scales


def _read_by(items: Population, workload: CompiledWorkload) -> list[tuple[str, str]]:
    """The tables and listings that calls read."""
    parts = [(one, sentence.part) for one in workload.compiled for sentence in sentences_of(items, one)]
    return [(part.table, listing_of(one, part)) for one, part in parts if part.kind in {"query", "scan"}]


Arrival = tuple[int, int, Any, bool]
"""Position, slot, draw, and whether it is due in a measured phase."""


def _try(trial: Trial, calls: int) -> None:
    """The arrivals of a run, with probes at several moments."""
    arrivals = _arrivals(trial.workload)
    probes = Probes(trial, Counting(trial.workload.weights))
    each = max(1, math.ceil(min(calls, sum(trial.workload.due_by_span()) or calls) / MOMENTS))
    for moment in range(MOMENTS):
        some = list(itertools.islice(arrivals, each)) if trial.work < WORK else []
        by_position: dict[int, list[Any]] = {}
        for position, _, draw, _ in some:
            by_position.setdefault(position, []).append(draw)
        for position, draws in by_position.items():
            trial.prepare(position, draws)
        tried = []
        for position, slot, draw, measured in some:
            if trial.work < WORK:
                trial.arrive(position, slot, draw, measured=measured)
                tried.append(position)
        probes.note(tried)
        probes.probe(MOMENTS - moment)


def _arrivals(workload: CompiledWorkload) -> Iterator[Arrival]:
    """Of an open loop by its timetable, of a closed one slot after slot, which has no due times: all are measured."""
    if workload.concurrency is None:
        measured = [span.start_ns for span in workload.spans if span.measured]
        first_ns = min(measured, default=0)
        for block in workload.open_loop(0, 1):
            rows = zip(block.operations, block.slots, block.draws, block.due_ns, strict=True)
            yield from ((position, slot, draw, due >= first_ns) for position, slot, draw, due in rows)
        return
    loops = [workload.closed_loop(slot) for slot in range(workload.concurrency)]
    while True:
        blocks = [next(loop) for loop in loops]
        for turn in range(min(len(block.slots) for block in blocks)):
            for block in blocks:
                yield block.operations[turn], block.slots[turn], block.draws[turn], True
