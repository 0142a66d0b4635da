"""Queries and scans of the trial: what a page reads, by key condition, limit and 1 MB, and what that consumes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from ddbload.capacity import Item, Value, entry, item_bytes, needs_items, query_units, read_units
from ddbload.expression import Condition, Operand, condition_tree
from ddbload.operation import Draw, fill
from ddbload.planner.resource import Resource
from ddbload.planner.trial.conditions import holds
from ddbload.planner.trial.effects import Effect
from ddbload.planner.trial.keys import EVERYTHING, Bounds, each_partition, sought
from ddbload.planner.trial.population import Population
from ddbload.planner.trial.statements import Sentence
from ddbload.planner.trial.states import Key, Page, TableStates
from ddbload.workload.compiled import CompiledOperation, Part

_NOWHERE: tuple[Hashable, Bounds] = ((), EVERYTHING)


@dataclass(frozen=True, slots=True)
class Reader:
    """A query or a scan, ready to be done.

    Attributes:
        index: "" for the table.
        listing: of the table's states; that of a scan begins with a star.
        key, chosen: the key condition and the filter.
        shown: whether anybody looks at the items of its answers.
        fetches: whether a local index has to fetch the items.
    """

    population: Population
    compiled: CompiledOperation
    part: Part
    index: str
    listing: str
    key: Condition | None
    chosen: Condition | None
    shown: bool
    fetches: bool

    def __call__(self, draw: Draw, keep: bool = True) -> Effect:  # noqa: ARG002 - nothing is changed
        """One request."""
        states, part, request = self.population.tables[self.part.table], self.part, self.compiled.operation.request

        def value_of(operand: Operand) -> Value:
            value: Value = fill(part.bound[operand], draw)
            return value

        if part.kind == "query":
            self.population.meet(self.compiled, part, (draw,))
        limit, start = fill(request.get("Limit"), draw), self._start(request, draw)
        listing = states.listing(self.listing)
        places = self._sought(states, value_of)
        if (segments := request.get("TotalSegments")) is not None:
            places = [((), _segment(fill(request["Segment"], draw), segments))]
        effect = Effect()
        for group, bounds in places:
            page = listing.page(
                group,
                bounds,
                limit=None if limit is None else int(limit),
                backwards=request.get("ScanIndexForward") is False,
                after=states.key(start) if start else None,
            )
            effect.rows += page.rows
            effect.n_bytes += page.n_bytes
            self._charge(effect, states, page, group)
            effect.reply = self._reply(states, page, value_of)
        return effect

    def _sought(self, states: TableStates, value_of: Callable[[Operand], Value]) -> list[tuple[Hashable, Bounds]]:
        """Where to look: one place, or one for each partition key that a statement lists."""
        if self.listing.startswith("*"):
            return [_NOWHERE]
        places = states.places[self.index]
        found = [sought(one, places, value_of) for one in each_partition(self.key, places)]
        return [one or ((None,), EVERYTHING) for one in found]

    def _start(self, request: Mapping[str, Any], draw: Draw) -> Item | None:
        start: Item | None = fill(request.get("ExclusiveStartKey", request.get("NextToken")), draw)
        return start

    def _charge(self, effect: Effect, states: TableStates, page: Page, group: Hashable) -> None:
        units = query_units(round(page.n_bytes), consistent=self.part.consistent)
        local = bool(self.index) and states.shape.indexes[self.index].local
        resource = Resource(states.name, "" if local else self.index)
        effect.read(resource, units)
        if not self.listing.startswith("*"):
            effect.touched.append((resource, 0, group, None, units))
        if self.fetches and page.keys:
            fetched = [read_units(item_bytes(states.items[key]), consistent=self.part.consistent) for key in page.keys]
            effect.read(Resource(states.name), sum(fetched) * page.rows / len(page.keys))

    def _reply(self, states: TableStates, page: Page, value_of: Callable[[Operand], Value]) -> dict[str, Any]:
        reply: dict[str, Any] = {"Count": round(page.rows), "ScannedCount": round(page.rows)}
        if self.shown:
            items = [_held(states, self.index, key) for key in page.keys]
            chosen = self.chosen
            if chosen is not None:
                items = [item for item in items if holds(chosen, item, value_of)]
                reply["Count"] = len(items)
            reply["Items"] = items
        if page.last is not None:
            last = states.items[page.last]
            token = "NextToken" if self.compiled.operation.api == "ExecuteStatement" else "LastEvaluatedKey"
            indexed = states.shape.indexes[self.index].key if self.index else ()
            reply[token] = {name: last[name] for name in (*states.shape.key, *indexed)}
        return reply


def reader(population: Population, compiled: CompiledOperation, sentence: Sentence) -> Reader:
    """What a query or a scan of the scenario does, or a statement that is one."""
    (action,) = compiled.actions
    spec: Any = action.spec
    part, key, chosen = sentence.part, sentence.where, sentence.where
    partition = population.scenario.table_of(part.family).partition
    if action.kind != "statement":
        key = condition_tree(spec.key, partition=partition) if part.kind == "query" else None
        chosen = None if spec.filter is None else condition_tree(spec.filter, partition=partition)
    index = compiled.operation.index or ""
    shape = population.tables[part.table].shape
    fetches = bool(index) and part.wanted is not None and needs_items(shape, index, part.wanted)
    shown = bool(compiled.capture)
    return Reader(population, compiled, part, index, listing_of(compiled, part), key, chosen, shown, fetches)


def listing_of(compiled: CompiledOperation, part: Part) -> str:
    """The listing that a query or a scan reads: by the part of a `Sentence`, where it is a statement."""
    return f"{'*' if part.kind == 'scan' else ''}{compiled.operation.index or ''}" or (
        "*" if part.kind == "scan" else ""
    )


def _held(states: TableStates, index: str, key: Key) -> Item:
    item = states.items[key]
    return (entry(item, states.shape, index) or {}) if index else item


def _segment(segment: Any, segments: Any) -> Bounds:
    """A segment is a range of hashes."""
    width = 2**64
    low, high = int(segment) * width // int(segments), (int(segment) + 1) * width // int(segments) - 1
    return (low.to_bytes(8, "big"),), (high.to_bytes(8, "big"),)
