"""What one call consumes on average: units of tables and of indexes, from mean sizes and what is expected."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ddbload.capacity import PAGE_BYTES, read_units, write_units
from ddbload.expression import And, Compare, Condition, Placeholder, Text, Update, changed_paths
from ddbload.scenario.actions import TRANSACTIONS, Action, actions_of, kind_of, picks_next
from ddbload.scenario.extent import entry_extent, index_share, item_extent
from ddbload.scenario.model import AnyOperation, Choice, Index, Number, Query, ReadsMany, Scan, Scenario
from ddbload.scenario.rules.meaning import index_of
from ddbload.scenario.rules.parsed import counterpart, trees
from ddbload.scenario.template import alone, names, parse_template


@dataclass(frozen=True, slots=True)
class Charge:
    """Expected units of one action of a call, all its items together.

    Attributes:
        action: which; `at` is its position in the call.
        table: the table's name in DynamoDB.
        index: the secondary index whose units these are; None for the table's own.
        read, write: units.
    """

    action: Action
    at: int
    table: str
    index: str | None
    read: float = 0.0
    write: float = 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What a query or a scan reads: items in all, their bytes, and in how many requests."""

    rows: float
    n_bytes: float
    requests: float


def charges_of(scenario: Scenario, operation: AnyOperation) -> tuple[Charge, ...]:
    """The expected units of one call, action by action; none of a session, whose steps have theirs."""
    doubled = kind_of(operation) in TRANSACTIONS
    fails = getattr(getattr(operation, "expect", None), "fails", None) or 0.0
    return tuple(
        Charge(action, at, scenario.table_of(action.family).name, *units)
        for at, action in enumerate(actions_of(operation))
        for units in _units(scenario, operation, action, doubled, fails)
    )


def requests_per_call(scenario: Scenario, operation: AnyOperation) -> float:
    """Requests of one call: more than one for pages and segments."""
    actions = actions_of(operation)
    if len(actions) == 1 and isinstance(actions[0].spec, ReadsMany):
        return reading_of(scenario, operation, actions[0]).requests
    return 1.0


def _units(
    scenario: Scenario, operation: AnyOperation, action: Action, doubled: bool, fails: float
) -> Iterator[tuple[str | None, float, float]]:
    """(index or None, read units, write units) of an action."""
    mean, kind = mean_bytes(scenario, action.family), counterpart(scenario, action)
    consistent = getattr(action.spec, "consistent", False)
    if isinstance(action.spec, ReadsMany):
        reading = reading_of(scenario, operation, action)
        each = read_units(math.ceil(reading.n_bytes / reading.requests), consistent=consistent)
        yield _index_read(scenario, action), each * reading.requests, 0.0
    elif kind == "get":
        there = read_units(mean, consistent=consistent, transactional=doubled)
        absent = read_units(0, consistent=consistent, transactional=doubled)
        yield None, action.count * (there * (1 - action.missing) + absent * action.missing), 0.0
    else:
        yield None, 0.0, write_units(mean, transactional=doubled) * action.count
        for name, index in scenario.table_of(action.family).indexes.items():
            written = _entry_writes(scenario, action, kind, index) * (1 - fails) * action.count
            if written:
                units = write_units(math.ceil(entry_extent(scenario, action.family, index).mean))
                yield (None if index.kind == "local" else name), 0.0, written * units


def mean_bytes(scenario: Scenario, family: str) -> int:
    """The mean size of an item."""
    return math.ceil(item_extent(scenario, family).mean)


def _index_read(scenario: Scenario, action: Action) -> str | None:
    """The index whose units a read consumes: those of a local one are the table's."""
    index = index_of(scenario, action)
    return getattr(action.spec, "index", None) if index is not None and index.kind == "global" else None


# --- index writes --------------------------------------------------------------------------------------------------


def _entry_writes(scenario: Scenario, action: Action, kind: str, index: Index) -> float:
    """Writes of an index by one write of the table: 1 for an entry that comes, goes or changes, 2 for one that moves.

    Source: Developer Guide, "Using Global Secondary Indexes in DynamoDB", section "Write capacity units".
    """
    share = index_share(scenario, action.family, index)
    match kind:
        case "delete":
            return share * (1 - action.missing)
        case "put":
            drawn = _drawn_attributes(scenario, action.family)
            return share * (1.0 if picks_next(action.pick) else _moved(index, drawn))
        case "update":
            update = trees(scenario, action).get("update")
            if not isinstance(update, Update):
                return share
            return share * _moved(index, {path.attribute for path in changed_paths(update)})
        case _:
            return 0.0


def _moved(index: Index, changed: set[str]) -> float:
    if changed & index.attributes.keys():
        return 2.0
    held = changed if index.project == "all" else changed & set(() if index.project == "keys" else index.project)
    return 1.0 if held else 0.0


def _drawn_attributes(scenario: Scenario, family: str) -> set[str]:
    """The attributes that a put draws anew."""
    items = scenario.items[family]
    return {
        attribute
        for attribute, spelled in items.shape.items()
        if not isinstance(spelled, str) or any(name in scenario.values for name in names(parse_template(spelled)))
    }


# --- reads of many -------------------------------------------------------------------------------------------------


def reading_of(scenario: Scenario, operation: AnyOperation, action: Action) -> Reading:
    """What a query or a scan reads, in all its pages and segments; `expect: {rows: ...}` goes before any estimate."""
    spec = action.spec
    segments = spec.segments if isinstance(spec, Scan) else 1
    pages = getattr(spec, "pages", 1)
    rows, each = _there(scenario, action)
    expected = getattr(getattr(operation, "expect", None), "rows", None)
    rows = rows if expected is None else float(expected)
    in_page = max(1.0, PAGE_BYTES / max(each, 1.0))
    limit = _mean_limit(scenario, getattr(spec, "limit", None))
    in_page = min(in_page, limit) if limit else in_page
    needed = max(1, math.ceil(rows / segments / in_page - 1e-9))
    asked = needed if pages == "all" else min(int(pages), needed)
    requests = asked * segments
    read = min(rows, requests * in_page)
    return Reading(read, read * each, requests)


def _mean_limit(scenario: Scenario, limit: int | str | None) -> float | None:
    if not isinstance(limit, str):
        return limit
    value = scenario.values.get(limit.strip("{}"))
    return (value.number.min + value.number.max) / 2 if isinstance(value, Number) else None


def _there(scenario: Scenario, action: Action) -> tuple[float, float]:
    """Items that a query or a scan finds if nothing stops it, and their mean bytes."""
    table, index = scenario.table_of(action.family), index_of(scenario, action)
    if isinstance(action.spec, Scan):
        counts = _entries(scenario, scenario.families_of(table), index)
    elif index is not None:
        counts = _entries(scenario, (action.family,), index)
        share = _share_of_value(scenario, action, index)
        counts = [(max(rows * share, min(rows, 1.0)), each) for rows, each in counts]
    else:
        counts = _of_partition(scenario, action)
    rows = sum(count for count, _ in counts)
    return rows, sum(count * each for count, each in counts) / rows if rows else 0.0


def _entries(scenario: Scenario, families: Sequence[str], index: Index | None) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for family in families:
        items = scenario.items[family]
        if index is None:
            found.append((items.count * items.load, item_extent(scenario, family).mean))
        elif share := index_share(scenario, family, index):
            found.append((items.count * share * items.load, entry_extent(scenario, family, index).mean))
    return found


def _of_partition(scenario: Scenario, action: Action) -> list[tuple[float, float]]:
    """The items of one partition key: of the family, and of those beside it where nothing is said of the sort key."""
    table = scenario.table_of(action.family)
    tree = trees(scenario, action).get("key")
    parts: tuple[Condition, ...] = tree.parts if isinstance(tree, And) else ()
    if any(isinstance(part, Compare) and part.op == "=" and _names(part, table.sort) for part in parts):
        return [(1.0, item_extent(scenario, action.family).mean)]
    families: Sequence[str] = (action.family,)
    if isinstance(action.spec, Query) and not parts:
        spelled = scenario.items[action.family].shape[table.partition]
        families = [f for f in scenario.families_of(table) if scenario.items[f].shape[table.partition] == spelled]
    return [(items_of_a_partition(scenario, family), item_extent(scenario, family).mean) for family in families]


def _names(part: Compare, attribute: str | None) -> bool:
    return getattr(part.left, "attribute", None) == attribute


def items_of_a_partition(scenario: Scenario, family: str) -> int:
    """How many items of a family share a partition key of the table."""
    items = scenario.items[family]
    return items.count // math.prod(items.of[name] for name in partition_coordinates(scenario, family))


def partition_coordinates(scenario: Scenario, family: str) -> tuple[str, ...]:
    """The coordinates in the partition key of a family's items."""
    items = scenario.items[family]
    spelled = items.shape[scenario.table_of(family).partition]
    return tuple(n for n in names(parse_template(spelled)) if n in items.of) if isinstance(spelled, str) else ()


def _share_of_value(scenario: Scenario, action: Action, index: Index) -> float:
    """The share of an index's entries that have the partition key a query asks for."""
    tree = trees(scenario, action).get("key")
    parts = tree.parts if isinstance(tree, And) else (tree,)
    asked = {p.left.attribute: p.right for p in parts if isinstance(p, Compare) and hasattr(p.left, "attribute")}
    share = 1.0
    for attribute in index.partition:
        share *= _share_of(scenario, action.family, attribute, asked.get(attribute))
    return share


def _share_of(scenario: Scenario, family: str, attribute: str, asked: object) -> float:
    """The share of items with the value that is asked for: a constant's own, else that of a value drawn alike."""
    items = scenario.items[family]
    spelled = items.shape.get(attribute)
    if not isinstance(spelled, str):
        return 1.0
    template = parse_template(spelled)
    coordinates = [name for name in names(template) if name in items.of]
    if coordinates:
        return 1 / math.prod(items.of[name] for name in coordinates)
    value = scenario.values.get(alone(template) or "")
    if not isinstance(value, Choice):
        return 0.0 if names(template) else 1.0
    weights = {str(constant): weight for constant, weight in value.weighted}
    total = sum(weights.values())
    if isinstance(asked, Text) and all(isinstance(part, str) for part in asked.parts):
        return weights.get("".join(map(str, asked.parts)), 0.0) / total
    if isinstance(asked, Placeholder) and asked.name in scenario.values:
        return sum((weight / total) ** 2 for weight in weights.values())
    return max(weights.values()) / total
