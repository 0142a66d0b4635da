"""What a workload would ask of a DAX cluster: keys and queries with their popularity, and writes that renew them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ddbload.planner.dax.popularity import Popularity, of_items, of_weights, product
from ddbload.planner.resource import OperationUnits, WorkloadUnits
from ddbload.scenario.actions import Action, actions_of, kind_of
from ddbload.scenario.model import AnyOperation, Choice, Query, ReadsMany, Scenario
from ddbload.scenario.rules.parsed import Parsed, parsed
from ddbload.scenario.template import names, parse_template

_CACHED_ITEMS = frozenset({"get", "batch_get"})
_PLAIN_WRITES = frozenset({"put", "update", "delete", "batch_write"})
_MOST_CHOICES = 1000


@dataclass(frozen=True, slots=True)
class Cached:
    """Keys, or queries, of one popularity. Rates are a second.

    Attributes:
        what: a family of items, or an operation.
        is_query: whether they are in the query cache.
        popularity: of those that are asked for again and again.
        entry_bytes: of one in the cache.
        by_operation: operation -> reads of these, and reads of what is not asked for twice.
        refills: writes through the cluster of the same popularity.
        other_writes: writes through the cluster of others.
    """

    what: str
    is_query: bool
    popularity: Popularity
    entry_bytes: float
    by_operation: Mapping[str, tuple[float, float]]
    refills: float = 0.0
    other_writes: float = 0.0

    @property
    def repeating(self) -> float:
        """Reads of what is asked for again and again."""
        return math.fsum(repeating for repeating, _ in self.by_operation.values())

    @property
    def once(self) -> float:
        """Reads of what is not asked for twice."""
        return math.fsum(once for _, once in self.by_operation.values())

    @property
    def reads(self) -> float:
        """All of them."""
        return self.repeating + self.once


@dataclass(frozen=True, slots=True)
class Asked:
    """All that is asked of a cluster.

    Attributes:
        caches: what is kept.
        calls: operation -> calls a second.
        transact_writes: table -> (items a second that transactions write through the cluster, their mean bytes).
        notes: what passes by, and why.
    """

    caches: tuple[Cached, ...]
    calls: Mapping[str, float]
    transact_writes: Mapping[str, tuple[float, float]]
    notes: tuple[str, ...]


def asked_of(scenario: Scenario, units: WorkloadUnits, arrivals: Mapping[str, float], write_through: bool) -> Asked:
    """What a workload asks of a cluster at so many arrivals a second of each stream."""
    sizes = {family.family: family.item_bytes for family in units.families}
    calls = {one.name: one.per_second(arrivals) for one in units.operations}
    found = _Keys(scenario, sizes)
    for one in units.operations:
        operation = scenario.operations[one.name]
        kind, rate = kind_of(operation), calls[one.name]
        for action in actions_of(operation):
            if kind in _CACHED_ITEMS and not getattr(action.spec, "consistent", False):
                found.read(one.name, action, rate)
            elif write_through and (kind in _PLAIN_WRITES or (kind == "transact_write" and action.kind != "check")):
                found.write(action, rate, transactional=kind == "transact_write")
    queries = (_queries(scenario, one, calls[one.name], sizes) for one in units.operations)
    caches = (*found.caches(), *(query for query in queries if query is not None))
    return Asked(caches, calls, found.transactions(), tuple(_passing(scenario, units)))


# --- items ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Keys:
    """Reads and writes of items, gathered by family and pick: the same pick is the same popularity."""

    scenario: Scenario
    sizes: Mapping[str, float]
    reads: dict[tuple[str, str], dict[str, tuple[float, float]]] = field(default_factory=dict)
    writes: dict[tuple[str, str], float] = field(default_factory=lambda: defaultdict(float))
    actions: dict[tuple[str, str], Action] = field(default_factory=dict)
    transacted: dict[str, list[float]] = field(default_factory=lambda: defaultdict(lambda: [0.0, 0.0]))

    def read(self, name: str, action: Action, calls: float) -> None:
        key = self._key(action)
        of = self.reads.setdefault(key, {})
        repeating, once = of.get(name, (0.0, 0.0))
        rate = calls * action.count
        of[name] = repeating + rate * (1 - action.missing), once + rate * action.missing

    def write(self, action: Action, calls: float, *, transactional: bool) -> None:
        self.writes[self._key(action)] += calls * action.count
        if transactional:
            sums = self.transacted[self.scenario.table_of(action.family).name]
            sums[0] += calls * action.count
            sums[1] += calls * action.count * self.sizes.get(action.family, 0.0)

    def _key(self, action: Action) -> tuple[str, str]:
        key = (action.family, repr(action.pick))
        self.actions.setdefault(key, action)
        return key

    def caches(self) -> Iterable[Cached]:
        for key, by_operation in self.reads.items():
            family = key[0]
            # writes by another pick are counted once for a family: with the first of its reads
            first = next(other for other in self.reads if other[0] == family) == key
            others = math.fsum(
                rate for other, rate in self.writes.items() if first and other[0] == family and other not in self.reads
            )
            yield Cached(
                what=family,
                is_query=False,
                popularity=of_items(self.scenario.items[family], self.actions[key].pick),
                entry_bytes=self.sizes.get(family, 0.0),
                by_operation=by_operation,
                refills=self.writes.get(key, 0.0),
                other_writes=others,
            )

    def transactions(self) -> dict[str, tuple[float, float]]:
        return {table: (rate, total / rate) for table, (rate, total) in self.transacted.items() if rate}


# --- queries -------------------------------------------------------------------------------------------------------


def _queries(scenario: Scenario, one: OperationUnits, calls: float, sizes: Mapping[str, float]) -> Cached | None:
    """Queries and scans are kept by all their parameters: those that have none but of the items repeat themselves."""
    operation = scenario.operations[one.name]
    if not isinstance(operation, ReadsMany) or operation.consistent:
        return None
    (action,) = actions_of(operation)
    popularity = _parameters(scenario, action)
    rate = calls * one.requests
    rows = (one.rows or 0.0) / max(one.requests, 1e-9)
    return Cached(
        what=one.name,
        is_query=True,
        popularity=popularity or product([]),
        entry_bytes=max(1.0, rows * sizes.get(action.family, 0.0)),
        by_operation={one.name: (rate, 0.0) if popularity is not None else (0.0, rate)},
    )


def _parameters(scenario: Scenario, action: Action) -> Popularity | None:
    """The popularity of a query's parameters; None where they are drawn from so much that none comes twice."""
    items, coordinates = scenario.items[action.family], set[str]()
    choices: list[Popularity] = []
    for name in _names_in(scenario, action):
        value = scenario.values.get(name)
        if name in items.of:
            coordinates.add(name)
        elif isinstance(value, Choice) and len(value.weighted) <= _MOST_CHOICES:
            choices.append(of_weights([weight for _, weight in value.weighted]))
        elif value is None and isinstance(spelled := items.shape.get(name), str):
            parts = set(names(parse_template(spelled)))
            # what is drawn for an item is its own for good: as many values as there are items, at most
            coordinates |= min(parts, items.of.keys())
        else:
            return None
    keys = of_items(items, action.pick, coordinates) if isinstance(action.spec, Query) else product([])
    return product([keys, *choices])


def _names_in(scenario: Scenario, action: Action) -> Sequence[str]:
    """The names in braces of all that makes a query what it is."""
    found: dict[str, None] = {}
    for one in parsed(scenario, action):
        if isinstance(one, Parsed):
            found |= {brace.name: None for brace in one.braces()}
    limit = getattr(action.spec, "limit", None)
    if isinstance(limit, str):
        found[limit.strip("{}")] = None
    return list(found)


def _passing(scenario: Scenario, units: WorkloadUnits) -> Iterable[str]:
    """Sentences about reads that DAX does not serve."""
    reasons: dict[str, list[str]] = defaultdict(list)
    for one in units.operations:
        reason = _reason(scenario.operations[one.name])
        if reason:
            reasons[reason].append(one.name)
    for reason, operations in reasons.items():
        yield f"{', '.join(operations)}: {reason}"


def _reason(operation: AnyOperation) -> str:
    kind = kind_of(operation)
    if kind.startswith("execute"):
        return "DAX does not speak PartiQL; it goes to DynamoDB"
    if kind == "transact_get":
        return "transactional reads pass through DAX and are not cached"
    if kind == "transact_write":
        return "after a transaction DAX reads its items again, transactionally: 2 read units for each 4 KB of each"
    consistent = [getattr(action.spec, "consistent", False) for action in actions_of(operation)]
    return "strongly consistent reads pass through DAX and are not cached" if any(consistent) else ""
