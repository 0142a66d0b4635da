"""A scenario -> its workload: operations, flows, and what makes their draws."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ddbload.expression import ExpressionError
from ddbload.scenario.actions import END, actions_of, arrivals_of, mixes, requests_of, steps_of
from ddbload.scenario.levels import is_closed
from ddbload.scenario.model import ClosedArrivals, Scenario, Session
from ddbload.scenario.model.sessions import Fresh
from ddbload.scenario.rules.expressions import captured_before, captured_in
from ddbload.values.transforms import Integers, thresholds
from ddbload.workload.bounds import bounds_of, counted_by
from ddbload.workload.calls import CompiledWorkload, Mix, SessionDrawer, Unit, block_size
from ddbload.workload.captures import Capture, capture_of
from ddbload.workload.compiled import CompiledOperation
from ddbload.workload.counting import Group
from ddbload.workload.drawers import cannot_be_new, counted, drawer, not_new
from ddbload.workload.drawing import Drawer, Kit
from ddbload.workload.flows import compound
from ddbload.workload.incoming import arrivals
from ddbload.workload.items import ItemMaker
from ddbload.workload.models import capacity_model
from ddbload.workload.replay import Survey
from ddbload.workload.requests import Compiler
from ddbload.workload.sessions import SessionFlow, StepOperation
from ddbload.workload.sources import Captured
from ddbload.workload.stream import Flow
from ddbload.workload.timetable import spans
from ddbload.workload.touching import partitions_of, touches_of
from ddbload.workload.translate import Generators, problem


def compile_workload(
    scenario: Scenario, *, allow_code: bool = False, survey: Survey | None = None, salt: str = ""
) -> CompiledWorkload:
    """A scenario as the calls to make. The same scenario and seed give the same calls for any number of workers.

    Args:
        scenario: a checked one.
        allow_code: whether values may come from functions of the scenario's own.
        survey: what is known of the trace of a replay; without it the trace is read once more.
        salt: of the tokens of transactions, which are to be this run's alone; nothing else goes by it.

    Raises:
        ScenarioError: the scenario contradicts itself; the checks of `scenario` and `preflight` name places.
        UsageError: a value is a function, and running code was not allowed.
    """
    _check_mixes(scenario)
    compiling = _compiled(scenario, Generators(scenario, allow_code=allow_code), salt)
    load = scenario.load
    closed = load.arrivals.closed if isinstance(load.arrivals, ClosedArrivals) else None
    due = arrivals(scenario, survey)
    units, flows = _units(compiling)
    stream_mixes = _mixes(scenario, compiling.positions)
    partitions = partitions_of(scenario, compiling.makers)
    return CompiledWorkload(
        operations=tuple(one.operation for one in compiling.operations),
        flows=tuple(flows),
        models=tuple(capacity_model(scenario, one, compiling.makers) for one in compiling.operations),
        touches=tuple(touches_of(one, partitions) for one in compiling.operations),
        spans=tuple(due.spans) if due is not None else spans(load),
        concurrency=closed.concurrency if closed else None,
        think_ns=round(closed.think * 1e9) if closed else 0,
        seed=scenario.seed,
        mixes=stream_mixes,
        traced=np.array([compiling.positions.get(name, -1) for name in scenario.operations], dtype=np.int64),
        units=tuple(units),
        weights=_weights(compiling, len(units)),
        arrivals=due,
        block=block_size(units, stream_mixes),
        partitions={one.home: one for one in reversed(partitions.values())},
        compiled=compiling.operations,
    )


@dataclass(frozen=True, slots=True)
class _Compiling:
    """What the parts of a workload are made of.

    Attributes:
        requests: operation -> the position of its request.
        positions: operation that arrives -> its position among operations and flows.
        flows: those that arrive as flows, in order; then compound operations that are only steps of sessions.
    """

    scenario: Scenario
    kit: Kit
    makers: dict[str, ItemMaker]
    operations: tuple[CompiledOperation, ...]
    requests: Mapping[str, int]
    positions: Mapping[str, int]
    flows: tuple[str, ...]

    def operation(self, name: str) -> CompiledOperation:
        """A compiled operation by name."""
        return self.operations[self.requests[name]]


def _compiled(scenario: Scenario, generators: Generators, salt: str) -> _Compiling:
    for value in scenario.values:  # files are read now, and contradictions found
        generators.of(value)
    compiler = Compiler(scenario, generators, captured_before(scenario))
    names, arriving = requests_of(scenario), arrivals_of(scenario)
    operations = tuple(compiler.compile(name) for name in names)
    requests = {name: place for place, name in enumerate(names)}
    flows = tuple(
        name
        for name in arriving
        if isinstance(scenario.operations[name], Session) or operations[requests[name]].compound
    )
    flows += tuple(name for name in names if operations[requests[name]].compound and name not in flows)
    positions = {name: len(names) + flows.index(name) if name in flows else requests[name] for name in arriving}
    makers = {family: ItemMaker(scenario, family, generators) for family in scenario.items}
    kit = Kit(scenario, generators, makers, _growing_by_value(scenario, names), salt)
    compiling = _Compiling(scenario, kit, makers, operations, requests, positions, flows)
    _check_captures(compiling)
    return compiling


def _growing_by_value(scenario: Scenario, names: Iterable[str]) -> frozenset[str]:
    """Families whose new items are new values of their first coordinate."""
    return frozenset(
        action.family
        for name in names
        for action in actions_of(scenario.operations[name])
        if isinstance(action.pick, dict) and "next" in action.pick.values()
    )


# --- units -----------------------------------------------------------------------------------------------------------


def _units(compiling: _Compiling) -> tuple[list[Unit | None], list[Flow]]:
    """What makes the draws of each position; None for an operation that is only a step of sessions."""
    kit, units = compiling.kit, list[Unit | None]()
    for name, position in compiling.requests.items():
        arrives = compiling.positions.get(name) == position
        units.append(drawer(kit, compiling.operations[position], position) if arrives else None)
    flows: list[Flow] = []
    for name in compiling.flows:
        spec = compiling.scenario.operations[name]
        if isinstance(spec, Session):
            unit, flow = _session(compiling, name, spec)
            units.append(unit)
            flows.append(flow)
        else:
            position = compiling.requests[name]
            arrives = name in compiling.positions
            units.append(drawer(kit, compiling.operations[position], position) if arrives else None)
            flows.append(compound(compiling.operations[position], position))
    return units, flows


def _session(compiling: _Compiling, name: str, spec: Session) -> tuple[SessionDrawer, SessionFlow]:
    bounds = bounds_of(spec)
    drawers, steps = {}, {}
    for step in bounds.requests:
        position, one = compiling.requests[step], compiling.operation(step)
        each = max((bounds.draws(step, action) for action in one.actions), default=1)
        drawers[step] = drawer(compiling.kit, one, position, name, max(each, 1))
        whole = len(compiling.operations) + compiling.flows.index(step) if one.compound else None
        pages = None if whole is None else (whole, compound(one, position))
        steps[step] = StepOperation(position, pages, {key: _capture(compiling, step, key) for key in one.capture})
    forgets = _forgets(compiling.scenario, {key for step in steps.values() for key in step.capture})
    _check_fresh(compiling.scenario, name, spec, forgets)
    _check_new(compiling.scenario, spec, forgets, drawers)
    flow = SessionFlow(name, tuple(spec.session), steps, forgets)
    return SessionDrawer(compiling.scenario.seed, name, drawers), flow


def _forgets(scenario: Scenario, captured: Iterable[str]) -> dict[str, tuple[Sequence[str], Sequence[str]]]:
    """What `fresh` may name -> the coordinates and the values that it forgets; a name may stand for several."""
    coordinates = [one for items in scenario.items.values() for one in items.of]
    names = dict.fromkeys([*scenario.items, *coordinates, *scenario.values, *captured])
    return {
        name: (
            (*(scenario.items[name].of if name in scenario.items else ()), name),
            (name,) if name in scenario.values else (),
        )
        for name in names
    }


def _capture(compiling: _Compiling, step: str, key: str) -> Capture:
    path = compiling.operation(step).capture[key]
    try:
        return capture_of(path)
    except (ValueError, ExpressionError) as error:
        raise problem(compiling.scenario, f"operations.{step}.capture.{key}: {error}") from error


def _weights(compiling: _Compiling, count: int) -> dict[Group, Integers]:
    """How much an arrival of each position counts in each group."""
    found: dict[Group, Integers] = {}
    for name, position in compiling.positions.items():
        spec = compiling.scenario.operations[name]
        if isinstance(spec, Session):
            groups = counted_by(compiling.scenario, name, spec)
        else:
            groups = counted(actions_of(spec), name)
        for group, weight in groups.items():
            found.setdefault(group, np.zeros(count, dtype=np.int64))[position] = weight
    return found


# --- the mix ---------------------------------------------------------------------------------------------------------


def _mixes(scenario: Scenario, positions: Mapping[str, int]) -> tuple[Mix, ...]:
    """The mix of each stream; none for a trace, which names its operations."""
    streams = scenario.load.streams
    named = list(streams) if streams else [""]
    return tuple(
        Mix(
            f"operation/{stream}" if stream else "operation",
            thresholds(tuple(mix.values())),
            np.array([positions.get(name, -1) for name in mix], dtype=np.int64),
            np.array(list(mix.values()), dtype=np.float64) / sum(mix.values()),
        )
        for stream, (_, mix) in zip(named, mixes(scenario.load), strict=False)
    )


# --- checks ----------------------------------------------------------------------------------------------------------


def _check_mixes(scenario: Scenario) -> None:
    for loc, mix in mixes(scenario.load):
        where = ".".join(map(str, loc))
        for name in mix:
            if name not in scenario.operations:
                raise problem(scenario, f"{where}: no operation is named '{name}'", ", ".join(scenario.operations))
        if not any(mix.values()):
            raise problem(scenario, f"{where}: every weight is 0")
    load = scenario.load
    if load.mix is not None and load.rate is None and not is_closed(load):
        raise problem(scenario, "load.rate is missing", "arrivals a second, such as rate: 100")


def _check_captures(compiling: _Compiling) -> None:
    """A name that only a capture explains needs an earlier step that captures it."""
    scenario = compiling.scenario
    for name in compiling.positions:
        spec = scenario.operations[name]
        steps = captured_in(scenario, spec) if isinstance(spec, Session) else {name: frozenset[str]()}
        where = f"in the session {name}" if isinstance(spec, Session) else "where it arrives by itself"
        for step, captured in steps.items():
            for source in compiling.operation(step).sources:
                if isinstance(source, Captured) and source.own is None and source.name not in captured:
                    message = f"operations.{step}: nothing is captured as '{source.name}' {where}"
                    raise problem(scenario, message, "a session with an earlier step that captures it")


def _check_fresh(scenario: Scenario, name: str, spec: Session, known: Iterable[str]) -> None:
    """What is forgotten must be something."""
    for _, step in steps_of(spec.session):
        named = step.fresh if isinstance(step, Fresh) and step.fresh != "all" else ()
        for unknown in sorted(set(named) - set(known)):
            message = f"operations.{name}: nothing is named '{unknown}' that could be fresh"
            raise problem(scenario, message, f"there are {', '.join(known)}")


def _check_new(
    scenario: Scenario,
    spec: Session,
    forgets: Mapping[str, tuple[Sequence[str], Sequence[str]]],
    drawers: Mapping[str, Drawer],
) -> None:
    """On the straight way through a session, a new item needs its first coordinate free."""
    fixed: set[str] = set()
    for step in spec.session:
        if isinstance(step, Fresh):
            fixed -= {one for name in (forgets if step.fresh == "all" else step.fresh) for one in forgets[name][0]}
        elif isinstance(step, str) and step != END:
            for one in drawers[step].pickings:
                if cannot_be_new(one, fixed):
                    raise not_new(scenario, step, one.family, one.numbering.first)
                if one.count == 1:
                    fixed |= set(one.shares)
