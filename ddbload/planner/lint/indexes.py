"""Rules about indexes: those that nobody reads, and those that hold more than is read of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from ddbload.capacity import read_units, write_units
from ddbload.expression import Condition, Path, Projection, Statement, walk
from ddbload.planner.document import Finding
from ddbload.planner.lint.ground import Ground, entry_bytes
from ddbload.planner.resource import OperationUnits, Resource
from ddbload.scenario.actions import Action, actions_of
from ddbload.scenario.extent import entry_extent
from ddbload.scenario.model import Index, ReadsMany, Scenario, Table
from ddbload.scenario.rules.parsed import trees


def unread_index(ground: Ground) -> Iterator[Finding]:
    """An index that no operation of the scenario queries or scans, whether it is in the mix or not.

    Dollars: the write units of the index and the storage of its entries. The writes of a local index are among the
    table's, so that only its storage is counted.
    """
    for table in ground.scenario.every_table:
        for name in table.indexes:
            if any(_reads(ground.scenario, action, table, name) for action in _every_action(ground.scenario)):
                continue
            writes = ground.per_second(Resource(table.name, name), "write")
            amount = ground.write_usd(table, writes) + ground.storage_usd(table, entry_bytes(ground, table, name))
            yield Finding(
                "unread-index",
                f"{table.name}/{name}",
                f"no operation reads the index: {writes:,.4g} write units a second and its storage serve nobody",
                amount,
                "drop it, or add the operation that reads it to the scenario",
            )


def wide_projection(ground: Ground) -> Iterator[Finding]:
    """An index that holds attributes which none of its readers asks for: each has a projection, or only counts.

    A query without a projection returns all that the index holds, and needs it.

    Dollars: with entries of the attributes that are needed and the keys, what is saved of its storage, and of its
    reads and writes by their roundings at the mean size of an entry; writes that would not touch it any more are not
    counted.
    """
    for table in ground.scenario.every_table:
        for name, index in table.indexes.items():
            needed = _needed(ground.scenario, table, name)
            if needed is None or index.project == "keys":
                continue
            listed = sorted(needed - {*table.key, *index.attributes})
            if isinstance(index.project, list) and set(index.project) <= set(listed):
                continue
            narrow = index.model_copy(update={"project": listed or "keys"})
            amount = math.fsum(_saved(ground, table, name, index, narrow))
            if amount <= 0:
                continue
            yield Finding(
                "wide-projection",
                f"{table.name}/{name}",
                f"the index holds {'all attributes' if index.project == 'all' else ', '.join(index.project)}, and its"
                f" readers ask for {', '.join(listed) if listed else 'its keys'} only",
                amount,
                f"project: {'[' + ', '.join(listed) + ']' if listed else 'keys'}",
            )


def _every_action(scenario: Scenario) -> Iterator[Action]:
    for operation in scenario.operations.values():
        yield from actions_of(operation)


def _reads(scenario: Scenario, action: Action, table: Table, index: str) -> bool:
    if scenario.table_of(action.family).name != table.name:
        return False
    if isinstance(action.spec, ReadsMany):
        return action.spec.index == index
    tree = trees(scenario, action).get("statement")
    return isinstance(tree, Statement) and tree.index == index


def _needed(scenario: Scenario, table: Table, index: str) -> set[str] | None:
    """The attributes that readers of an index ask for or filter by; None where one takes all, or nobody reads."""
    readers = [action for action in _every_action(scenario) if _reads(scenario, action, table, index)]
    needed: set[str] = set()
    for action in readers:
        found = trees(scenario, action)
        projection = found.get("projection")
        if isinstance(projection, Projection):
            needed |= {path.attribute for path in projection.paths}
        elif getattr(action.spec, "select", None) != "count":
            return None
        needed |= _attributes(found.get("filter"))
    return needed if readers else None


def _attributes(condition: Condition | None) -> set[str]:
    return set() if condition is None else {leaf.attribute for leaf in walk(condition) if isinstance(leaf, Path)}


def _saved(ground: Ground, table: Table, name: str, wide: Index, narrow: Index) -> Iterator[float]:
    """Dollars that a narrower index saves: storage, writes, reads."""
    families = [family for family in ground.families_of(table) if family.entries.get(name, (0.0, 0.0))[0]]
    sizes = {
        family.family: tuple(entry_extent(ground.scenario, family.family, index).mean for index in (wide, narrow))
        for family in families
    }
    freed = (
        family.items * family.entries[name][0] * (old - new)
        for family in families
        for old, new in (sizes[family.family],)
    )
    yield ground.storage_usd(table, math.fsum(freed))
    resource = Resource(table.name, name)
    for one, rate, actions in ground.operations():
        consumption = one.consumption.get(resource)
        pair = next((sizes[action.family] for action in actions if action.family in sizes), None)
        if consumption is None or pair is None:
            continue
        old, new = (write_units(math.ceil(n_bytes)) for n_bytes in pair)
        yield ground.write_usd(table, rate * consumption.write.mean * (1 - new / old))
        yield ground.read_usd(table, rate * _reads_saved(one, consumption.read.mean, pair))


def _reads_saved(one: OperationUnits, units: float, sizes: Sequence[float]) -> float:
    """Of a read of so many rows of entries: the sum of each request is rounded up."""
    rows, requests = one.rows or 0.0, max(one.requests, 1.0)
    old, new = (read_units(math.ceil(rows / requests * n_bytes)) for n_bytes in sizes)
    return max(0.0, units * (1 - new / old))
