"""How uneven a trial's load was: which share of the units the busiest partition keys had, of tables and of indexes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

import numpy as np

from ddbload.capacity.behaviour.settings import Heat
from ddbload.planner.resource import DIMENSIONS, Dimension, Resource, WorkloadUnits
from ddbload.planner.trial.effects import Touch
from ddbload.preflight.units import partition_coordinates
from ddbload.scenario.actions import actions_of
from ddbload.scenario.model import Scenario

_SEEN = 25
"""Touches from which on a share is known: its standard error is a fifth of it. What was seen less counts as even."""
_MOST = 2000
_GB = 1e9
_Place = tuple[Resource, int]


@dataclass(slots=True)
class _Units:
    """Units and touches of the partition keys, or of the items, of one resource in one dimension."""

    units: Counter[Hashable] = field(default_factory=Counter)
    touches: Counter[Hashable] = field(default_factory=Counter)

    def add(self, of: Hashable, units: float) -> None:
        self.units[of] += units  # type: ignore[assignment]  # a counter of fractions
        self.touches[of] += 1

    def shares(self, total: float) -> list[float]:
        """Of those that were touched often enough, descending."""
        known = (units for of, units in self.units.items() if self.touches[of] >= _SEEN)
        return sorted((units / total for units in known), reverse=True)[:_MOST]


@dataclass(slots=True)
class HeatTally:
    """Where the units of a trial's arrivals went; `along`: table units of the writes that wrote to an index too."""

    keys: dict[_Place, _Units] = field(default_factory=dict)
    items: dict[_Place, _Units] = field(default_factory=dict)
    along: Counter[Resource] = field(default_factory=Counter)

    def add(self, touched: Iterable[Touch]) -> None:
        """The units of one call; those of an item's index entries come after those of the item."""
        of_item = 0.0
        for resource, dimension, key, item, units in touched:
            place = (resource, dimension)
            if dimension and resource.index:
                self.along[resource] += of_item  # type: ignore[assignment]  # a counter of fractions
            else:
                of_item = units
            self.keys.setdefault(place, _Units()).add(key, units)
            if item is not None:
                self.items.setdefault(place, _Units()).add(item, units)

    def touches(self) -> dict[Resource, float]:
        """Index -> share of its table's write units that are of writes which write to it too."""
        totals = {
            resource: math.fsum(seen.units.values())
            for (resource, at), seen in self.keys.items()
            if at and not resource.index
        }
        tables = {index: totals.get(Resource(index.table), 0.0) for index in self.along}
        return {index: min(1.0, units / tables[index]) for index, units in self.along.items() if tables[index]}

    def heat(self, scenario: Scenario, units: WorkloadUnits) -> dict[Resource, dict[Dimension, Heat]]:
        """How uneven the load of each resource is."""
        found: dict[Resource, dict[Dimension, Heat]] = {}
        for (resource, at), seen in self.keys.items():
            total = math.fsum(seen.units.values())
            if not total:
                continue
            shares = seen.shares(total)
            items = self.items.get((resource, at))
            item_share = max(items.shares(total), default=0.0) if items is not None else 0.0
            found.setdefault(resource, {})[DIMENSIONS[at]] = Heat(
                shares=np.array(shares),
                keys=float(max(len(seen.units), len(shares), _keys(scenario, resource))),
                divisible=_divisible(scenario, resource),
                item_share=item_share,
                gigabytes=_gigabytes(units, resource),
            )
        return found


def _keys(scenario: Scenario, resource: Resource) -> int:
    """Partition keys of a table; of an index only those that were seen are known."""
    if resource.index:
        return 1
    families = [name for name in scenario.items if scenario.table_of(name).name == resource.table]
    return sum(
        math.prod(scenario.items[name].of[one] for one in partition_coordinates(scenario, name)) for name in families
    )


def _divisible(scenario: Scenario, resource: Resource) -> bool:
    """Whether the items of one partition key can be parted.

    Not with a local index, nor where new items come at the end of the sort key (Developer Guide, "Burst and adaptive
    capacity", and "Using write sharding"): all new ones go to the same end.
    """
    table = next(table for table in scenario.every_table if table.name == resource.table)
    if any(index.kind == "local" for index in table.indexes.values()):
        return False
    if resource.index:
        return True
    return not any(
        isinstance(action.pick, dict) and "next" in action.pick.values()
        for operation in scenario.operations.values()
        for action in actions_of(operation)
        if scenario.table_of(action.family).name == resource.table
    )


def _gigabytes(units: WorkloadUnits, resource: Resource) -> float:
    total = 0.0
    for family in units.families:
        if family.table != resource.table:
            continue
        share, each = family.entries.get(resource.index, (0.0, 0.0)) if resource.index else (1.0, family.item_bytes)
        total += family.items * share * each
    return total / _GB
