"""How the units of a run's operations are spread over a table and its indexes, so that the sums of indexes are met.

A run has units by operation, and units by index, but not both at once. The spread of the estimate is kept where it
comes to the index's sum within a tolerance; else the part of every operation in it is scaled, and the table has the
rest. Where a run names no index at all, the estimate stands.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ddbload.planner.resource import DIMENSIONS, Consumption, Dimension, OperationUnits, Resource
from ddbload.results.record import TableUnits


def respread(
    operations: Sequence[OperationUnits],
    counts: Mapping[str, int],
    capacity: Mapping[str, TableUnits],
    tolerance: float,
) -> tuple[tuple[OperationUnits, ...], list[str]]:
    """The operations with the spread that the run's sums ask for, and a sentence for each index that was moved.

    Args:
        operations: with their measured units, spread as estimated.
        counts: operation -> calls that were served; those that are not named were not measured.
        capacity: table -> units of the run.
        tolerance: share by which a sum may be off.
    """
    said: list[str] = []
    told = {table for table, units in capacity.items() if units.indexes}
    for resource in sorted({r for one in operations for r in one.consumption if r.index and r.table in told}):
        for dimension in DIMENSIONS:
            spread = _sum(operations, counts, resource, dimension)
            found = capacity[resource.table].indexes.get(resource.index)
            had = float(getattr(found, dimension)) if found is not None else 0.0
            if abs(spread - had) <= tolerance * max(had, spread):
                continue
            factor = had / spread if spread else 1.0
            operations = [_moved(one, resource, dimension, factor if one.name in counts else 1.0) for one in operations]
            left = _sum(operations, counts, resource, dimension)
            words = f"{resource} had {had:,.4g} {dimension} units in the run; spread as estimated it were {spread:,.4g}"
            met = math.isclose(left, had, rel_tol=tolerance)
            said.append(words if met else f"{words}, and {left:,.4g} is as near as it can be brought")
    return tuple(operations), said


def _sum(
    operations: Sequence[OperationUnits], counts: Mapping[str, int], resource: Resource, dimension: Dimension
) -> float:
    return math.fsum(one.of(resource, dimension).mean * counts[one.name] for one in operations if one.name in counts)


def _moved(one: OperationUnits, index: Resource, dimension: Dimension, factor: float) -> OperationUnits:
    """The part of an index times a factor, and the table's what is left of the whole; none of them below 0."""
    table = Resource(index.table)
    part, rest = one.of(index, dimension).mean, one.of(table, dimension).mean
    if not part or not rest:
        return one  # nothing of it is the index's, or all: nowhere to move it
    moved = min(part * factor, part + rest)
    consumption = dict(one.consumption)
    consumption[index] = _with(one.consumption[index], dimension, moved)
    consumption[table] = _with(one.consumption[table], dimension, part + rest - moved)
    return replace(one, consumption=consumption)


def _with(consumption: Consumption, dimension: Dimension, mean: float) -> Consumption:
    old = consumption.of(dimension)
    new = replace(old, mean=mean, variance=old.variance * (mean / old.mean) ** 2 if old.mean else old.variance)
    return replace(consumption, read=new) if dimension == "read" else replace(consumption, write=new)
