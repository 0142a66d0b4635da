"""The compiled workload: which operation every slot is, and its draw, in blocks made by whole columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from ddbload.operation import Draw, DrawnValue, Operation
from ddbload.scenario.model import ClosedArrivals, Scenario
from ddbload.scenario.rules.expressions import family_of
from ddbload.values import Values, Words, words, words_at
from ddbload.values.philox import Counters
from ddbload.values.transforms import Integers, thresholds, weighted
from ddbload.workload.items import ItemMaker, ItemValues, item_values
from ddbload.workload.models import capacity_model
from ddbload.workload.picking import Picking, counts_up, picking
from ddbload.workload.requests import CompiledOperation, compile_operation
from ddbload.workload.shape import Coordinate, FreshValue, ItemNumber, ItemValue, Source
from ddbload.workload.stream import Block, CapacityModel, Flow, Partition, Span, Touches
from ddbload.workload.timetable import BLOCK, Timetable, level_at, spans, timetable
from ddbload.workload.translate import problem, value

SLOT_SHIFT = 40
"""Closed loop: call j of a slot has the number slot * 2**40 + j."""
_FIRST_BLOCK = 16  # closed loop: blocks grow from this size, so that many slots start quickly
_LARGEST_BLOCK = 4096
_FIRST_CALL = np.zeros(1, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Drawer:
    """Makes the draws of one operation, column by column.

    Attributes:
        picking: chooses the items.
        items: the drawn values of the items' family.
        fresh: the generators of the values that are drawn for each call.
        sources: what stands at each position of a draw.
        group: what the operation's calls are counted with (`next` items of a family, its own `sequential` calls).
    """

    operation: str
    seed: int
    picking: Picking
    items: ItemValues
    fresh: dict[str, Values]
    sources: tuple[Source, ...]
    group: int | None

    def draws(self, counters: Counters, ordinals: Counters) -> list[Draw]:
        """One draw for each call: its number, and its ordinal in the group."""
        if not self.sources:  # an expression of constants alone, such as a query of one partition of an index
            return [()] * len(counters)
        numbers = self.picking.numbers(counters, ordinals)
        return list(zip(*(self._column(source, numbers, counters) for source in self.sources), strict=True))

    def _column(self, source: Source, numbers: Integers, counters: Counters) -> Sequence[DrawnValue]:
        match source:
            case Coordinate(name):
                column: list[DrawnValue] = self.picking.numbering.coordinate(name, numbers).tolist()
                return column
            case ItemValue(name):
                return self.items.of(name, numbers)
            case FreshValue(name):
                block: Words = words_at(self.seed, f"fresh/{self.operation}/{name}", counters)
                return self.fresh[name].draw(block)
            case ItemNumber():
                plain: list[DrawnValue] = numbers.tolist()
                return plain


class Ordinals:
    """Counts the calls of each group; `offset` and `step` keep the slots of a closed loop apart."""

    def __init__(self, groups: Sequence[int | None], offset: int = 0, step: int = 1) -> None:
        distinct = sorted({group for group in groups if group is not None})
        self._members = {group: np.array([other == group for other in groups]) for group in distinct}
        self._counts = dict.fromkeys(distinct, 0)
        self._offset, self._step = offset, step

    def after(self, chosen: Integers) -> Counters:
        """The ordinal of each call among those of its group, for the next calls in order; 0 where it has no group."""
        ordinals = np.zeros(len(chosen), dtype=np.int64)
        for group, members in self._members.items():
            counted = np.flatnonzero(members[chosen])
            first = self._counts[group]
            self._counts[group] = first + len(counted)
            ordinals[counted] = self._offset + self._step * np.arange(first, first + len(counted))
        return ordinals


@dataclass(frozen=True, slots=True)
class CompiledWorkload:
    """A scenario, compiled: implements `stream.Workload`."""

    operations: tuple[Operation, ...]
    models: tuple[CapacityModel, ...]
    spans: tuple[Span, ...]
    concurrency: int | None
    think_ns: int
    seed: int
    mix: Words
    drawers: tuple[Drawer, ...]
    timetable: Timetable | None  # None: closed loop
    flows: tuple[Flow, ...] = ()
    touches: tuple[Touches, ...] = ()

    def partition_text(self, partition: Partition) -> str:
        """A partition key as a person reads it."""
        family, number = partition
        return f"family {family}, partition {number}"

    def open_loop(self, worker: int, workers: int) -> Iterator[Block]:
        """This worker's calls in order of their due times: slots k with k % workers == worker.

        Every worker goes through the whole timetable and keeps its own: due times, operations and ordinals do not
        depend on how many there are.
        """
        assert self.timetable is not None, "a closed loop has no timetable"
        ordinals = self._ordinals()
        for arriving in self.timetable.blocks(min(BLOCK * workers, _LARGEST_BLOCK)):
            first, due = arriving.first, arriving.due_ns
            chosen = self._choose(first, len(due))
            counted = ordinals.after(chosen)
            mine = slice((worker - first) % workers, None, workers)
            slots = np.arange(first, first + len(due))[mine]
            yield self._block(slots, due[mine], chosen[mine], counted[mine])

    def closed_loop(self, slot: int) -> Iterator[Block]:
        """The endless calls of one closed-loop slot (0 .. concurrency - 1)."""
        assert self.concurrency is not None, "an open loop has no slots of its own"
        ordinals = self._ordinals(slot, self.concurrency)
        first, size = slot << SLOT_SHIFT, _FIRST_BLOCK
        while True:
            chosen = self._choose(first, size)
            due = np.zeros(size, dtype=np.int64)
            yield self._block(np.arange(first, first + size), due, chosen, ordinals.after(chosen))
            first, size = first + size, min(2 * size, BLOCK)

    def active(self, t_ns: int) -> int:
        """How many closed-loop slots send at a time: those below it. Any level above 0 % has one."""
        return ceil(round(level_at(self.spans, t_ns) * (self.concurrency or 0), 9))

    def offered(self) -> int:
        """How many calls are due in the measured phases (open loop); 0 for a closed one, which has no timetable."""
        return sum(due for due, span in zip(self.due_by_span(), self.spans, strict=True) if span.measured)

    def due_by_span(self) -> tuple[int, ...]:
        """How many calls are due in each phase (open loop). Poisson arrivals are drawn for it, 50 ns each."""
        return self.timetable.counts() if self.timetable else (0,) * len(self.spans)

    def expected_by_span(self) -> tuple[float, ...]:
        """How many calls are expected in each phase (open loop): the integral of the rate, at no cost."""
        if self.timetable is None:
            return (0.0,) * len(self.spans)
        return tuple(float(stretch.expected) for stretch in self.timetable.stretches)

    def _ordinals(self, offset: int = 0, step: int = 1) -> Ordinals:
        return Ordinals([drawer.group for drawer in self.drawers], offset, step)

    def _choose(self, first: int, count: int) -> Integers:
        return weighted(words(self.seed, "operation", first, count)[:, 0], self.mix)

    def _block(self, slots: Counters, due: Integers, chosen: Integers, ordinals: Counters) -> Block:
        draws: list[Draw] = [()] * len(slots)
        for position in np.unique(chosen).tolist():
            at = np.flatnonzero(chosen == position)
            drawn = self.drawers[position].draws(slots[at], ordinals[at])
            for place, draw in zip(at.tolist(), drawn, strict=True):
                draws[place] = draw
        return Block(slots.tolist(), due.tolist(), chosen.tolist(), draws)


def compile_workload(scenario: Scenario) -> CompiledWorkload:
    """A scenario as the calls to make. The same scenario and seed give the same calls for any number of workers.

    Raises:
        ScenarioError: the scenario contradicts itself; the checks of `scenario` and `preflight` name places.
    """
    names = _mixed(scenario)
    compiled = tuple(compile_operation(scenario, name) for name in names)
    makers = {one.family: ItemMaker(scenario, one.family) for one in compiled}
    arrivals, over = scenario.load.arrivals, spans(scenario.load)
    closed = arrivals.closed if isinstance(arrivals, ClosedArrivals) else None
    return CompiledWorkload(
        operations=tuple(one.operation for one in compiled),
        models=tuple(capacity_model(scenario, one, makers[one.family]) for one in compiled),
        spans=over,
        concurrency=closed.concurrency if closed else None,
        think_ns=round(closed.think * 1e9) if closed else 0,
        seed=scenario.seed,
        mix=thresholds(tuple(scenario.load.mix.values())),
        drawers=_drawers(scenario, compiled),
        timetable=None if closed else _timetable(scenario, over),
    )


def _mixed(scenario: Scenario) -> list[str]:
    for name in scenario.load.mix:
        if name not in scenario.operations:
            raise problem(scenario, f"load.mix: no operation is named '{name}'", ", ".join(scenario.operations))
    for name, spec in scenario.operations.items():
        _, family = family_of(spec)
        if family not in scenario.items:
            message = f"operations.{name}: no items are named '{family}'"
            raise problem(scenario, message, ", ".join(scenario.items))
    if not any(scenario.load.mix.values()):
        raise problem(scenario, "load.mix: every weight is 0")
    return list(scenario.load.mix)


def _timetable(scenario: Scenario, over: Sequence[Span]) -> Timetable:
    if scenario.load.rate is None:
        raise problem(scenario, "load.rate is missing", "arrivals a second, such as rate: 100")
    poisson = scenario.load.arrivals == "poisson"
    return timetable(over, scenario.load.rate, poisson=poisson, seed=scenario.seed)


def _drawers(scenario: Scenario, compiled: Sequence[CompiledOperation]) -> tuple[Drawer, ...]:
    groups: dict[tuple[str, str], int] = {}
    drawers: list[Drawer] = []
    for position, one in enumerate(compiled):
        name = one.operation.name
        spec = scenario.operations[name]
        kind = counts_up(scenario.items[one.family], spec.pick)
        group = None if kind is None else groups.setdefault((kind, one.family if kind == "next" else name), len(groups))
        fresh = {source.name: value(scenario, source.name) for source in one.sources if isinstance(source, FreshValue)}
        picks = picking(scenario, name, position, one.family, spec.pick, spec.missing)
        items = item_values(scenario, one.family)
        drawers.append(Drawer(name, scenario.seed, picks, items, fresh, one.sources, group))
        drawers[-1].draws(_FIRST_CALL, _FIRST_CALL)  # makes tables and pools now, not in the middle of the run
    return tuple(drawers)
