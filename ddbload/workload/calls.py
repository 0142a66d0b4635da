"""The compiled workload: which operation every slot is, and its draw, in blocks made by whole columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Protocol

import numpy as np

from ddbload.operation import Operation
from ddbload.values import Words, words, words_at
from ddbload.values.transforms import Floats, Integers, weighted
from ddbload.workload.arrivals import Arrivals, Arriving, mine
from ddbload.workload.compiled import CompiledOperation
from ddbload.workload.counting import Counting, Group, Rows
from ddbload.workload.drawing import Drawer
from ddbload.workload.sharing import Table
from ddbload.workload.stream import Block, CapacityModel, Flow, Partition, Span, Touches
from ddbload.workload.timetable import BLOCK, level_at
from ddbload.workload.touching import Partitions

SLOT_SHIFT = 40
"""Closed loop: call j of a slot has the number slot * 2**40 + j."""
_FIRST_BLOCK = 16  # closed loop: blocks grow from this size, so that many slots start quickly
_LARGEST_BLOCK = 4096
_SMALLEST_BLOCK = 16
_BLOCK_WORK = 16 * BLOCK  # of plain values: a millisecond or two


class Unit(Protocol):
    """What makes the draws of one kind of arrival."""

    @property
    def cost(self) -> int:
        """The work of one draw, in that of a position with a plain value."""
        ...

    def draws(self, rows: Rows) -> Sequence[Any]:
        """One for each arrival: what its request is filled with, or its flow is begun with."""
        ...


@dataclass(frozen=True, slots=True)
class SessionDrawer:
    """Sessions draw as they go: each is given its row of the block's table."""

    seed: int
    name: str
    drawers: Mapping[str, Drawer]

    @property
    def cost(self) -> int:
        """That of its most laborious step: a step is drawn for the whole block when the first session comes to it."""
        return max((drawer.cost for drawer in self.drawers.values()), default=1)

    def draws(self, rows: Rows) -> Sequence[Any]:
        """The table and a row of it."""
        table = Table(self.seed, self.name, self.drawers, rows)
        return [(table, row) for row in range(len(rows))]


@dataclass(frozen=True, slots=True)
class Mix:
    """Operations by weight.

    Attributes:
        stream: of the random words.
        marks: the thresholds of the weights.
        positions: of the operations in the workload, in the order of the weights.
        shares: of the arrivals, in the same order.
    """

    stream: str
    marks: Words
    positions: Integers
    shares: Floats

    def chosen(self, words_of: Words) -> Integers:
        """The position of each call's operation."""
        return self.positions[weighted(words_of[:, 0], self.marks)]


def block_size(units: Sequence[Unit | None], mixes: Sequence[Mix]) -> int:
    """How many slots are drawn at a time, so that a block costs a millisecond or two."""
    costs = np.array([0 if unit is None else unit.cost for unit in units], dtype=np.float64)
    means = [float(costs[mix.positions] @ mix.shares) for mix in mixes] or [float(costs.max())]
    return int(np.clip(_BLOCK_WORK / max(1.0, *means), _SMALLEST_BLOCK, BLOCK))


@dataclass(frozen=True, slots=True)
class CompiledWorkload:
    """A scenario, compiled: implements `stream.Workload`.

    Attributes:
        mixes: of each stream of arrivals, in their order.
        traced: of a trace, the position of each of the scenario's operations.
        units: for each position, what makes its draws; None where it never arrives by itself.
        weights: how much an arrival of each position counts in each group.
        arrivals: None: a closed loop.
        block: slots handed out at a time. No number depends on it; its cost must not delay the loop that waits for it.
        partitions: position of a family -> its partition keys.
        compiled: the operations as they were compiled.
    """

    operations: tuple[Operation, ...]
    flows: tuple[Flow, ...]
    models: tuple[CapacityModel, ...]
    touches: tuple[Touches, ...]
    spans: tuple[Span, ...]
    concurrency: int | None
    think_ns: int
    seed: int
    mixes: tuple[Mix, ...]
    traced: Integers
    units: tuple[Unit | None, ...]
    weights: Mapping[Group, Integers]
    arrivals: Arrivals | None
    block: int
    partitions: Mapping[int, Partitions]
    compiled: tuple[CompiledOperation, ...]

    def open_loop(self, worker: int, workers: int) -> Iterator[Block]:
        """This worker's calls in order of their due times: slots k with k % workers == worker.

        Every worker goes through the whole timetable and keeps its own: due times, operations and ordinals do not
        depend on how many there are.
        """
        assert self.arrivals is not None, "a closed loop has no timetable"
        counting = Counting(self.weights)
        for arriving in self.arrivals.blocks(min(self.block * workers, _LARGEST_BLOCK)):
            count = len(arriving.due_ns)
            chosen = self._chosen(arriving)
            slots = np.arange(arriving.first, arriving.first + count)
            rows = counting.rows(slots, chosen, arriving.items, arriving.sizes)
            due, chains = arriving.due_ns, arriving.chains
            if workers > 1:
                own = mine(arriving, worker, workers)
                rows, due, chosen = rows.at(own), due[own], chosen[own]
                chains = None if chains is None else chains[own]
            yield self._block(rows, due, chosen, chains)

    def closed_loop(self, slot: int) -> Iterator[Block]:
        """The endless calls of one closed-loop slot (0 .. concurrency - 1)."""
        assert self.concurrency is not None, "an open loop has no slots of its own"
        counting = Counting(self.weights, slot, self.concurrency)
        (mix,) = self.mixes
        first, size = slot << SLOT_SHIFT, min(_FIRST_BLOCK, self.block)
        while True:
            chosen = mix.chosen(words(self.seed, mix.stream, first, size))
            rows = counting.rows(np.arange(first, first + size), chosen)
            yield self._block(rows, np.zeros(size, dtype=np.int64), chosen)
            first, size = first + size, min(2 * size, self.block)

    def active(self, t_ns: int) -> int:
        """How many closed-loop slots send at a time: those below it. Any level above 0 % has one."""
        return ceil(round(level_at(self.spans, t_ns) * (self.concurrency or 0), 9))

    def offered(self) -> int:
        """How many calls are due in the measured phases (open loop); 0 for a closed one, which has no timetable."""
        return sum(due for due, span in zip(self.due_by_span(), self.spans, strict=True) if span.measured)

    def due_by_span(self) -> tuple[int, ...]:
        """How many calls are due in each phase (open loop). Poisson arrivals are drawn for it, 50 ns each."""
        return tuple(self.arrivals.counts()) if self.arrivals else (0,) * len(self.spans)

    def expected_by_span(self) -> tuple[float, ...]:
        """How many calls are expected in each phase (open loop): the integral of the rate, at no cost."""
        return tuple(self.arrivals.expected()) if self.arrivals else (0.0,) * len(self.spans)

    def partition_text(self, partition: Partition) -> str:
        """A partition key as a person reads it: `orders pk=customer#17`."""
        family, number = partition
        return self.partitions[family].text(number)

    def _chosen(self, arriving: Arriving) -> Integers:
        """The position of each arrival's operation."""
        if arriving.operations is not None:
            return self.traced[arriving.operations]
        if arriving.streams is None or arriving.numbers is None:
            (mix,) = self.mixes
            return mix.chosen(words(self.seed, mix.stream, arriving.first, len(arriving.due_ns)))
        chosen = np.empty(len(arriving.due_ns), dtype=np.int64)
        for stream, mix in enumerate(self.mixes):
            at = np.flatnonzero(arriving.streams == stream)
            chosen[at] = mix.chosen(words_at(self.seed, mix.stream, arriving.numbers[at]))
        return chosen

    def _block(self, rows: Rows, due: Integers, chosen: Integers, chains: Integers | None = None) -> Block:
        draws: list[Any] = [()] * len(rows)
        for position in np.unique(chosen).tolist():
            unit = self.units[position]
            assert unit is not None, "this operation is only a step of sessions"
            at = np.flatnonzero(chosen == position)
            if len(at) == len(rows):
                draws = list(unit.draws(rows))
                break
            for place, draw in zip(at.tolist(), unit.draws(rows.at(at)), strict=True):
                draws[place] = draw
        told = None if chains is None else chains.tolist()
        return Block(rows.counters.tolist(), due.tolist(), chosen.tolist(), draws, told)
