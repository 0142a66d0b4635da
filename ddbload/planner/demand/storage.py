"""What is stored, hour by hour and world by world: what is there at first, what calls add, and what is too old.

With A(t) the items that calls have added by t, N those loaded before, and R how long items are kept,

    items(t) = N max(0, 1 - t / R) + A(t) - A(t - R):

what was loaded counts as spread evenly over the R before the month. A family that calls add nothing to is kept.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from ddbload.capacity import ITEM_OVERHEAD_BYTES, REPLICA_OVERHEAD_BYTES, write_units
from ddbload.planner.demand.model import Demand, Floats, UnitDemand
from ddbload.planner.demand.worlds import Scaled, alike, weighted
from ddbload.planner.resource import Dimension, FamilyStorage, Resource, WorkloadUnits
from ddbload.scenario.model import Table
from ddbload.scenario.quantity import spell_duration

GB = 10**9
"""Bytes of a GB of storage, as the bill counts them."""
_HOUR_S = 3600
_Key = TypeVar("_Key")
_ALWAYS = 0.99
"""Added by a call, from which on the call counts as a put of one new item."""


@dataclass(frozen=True, slots=True)
class Storage:
    """What a month stores, of all families together; hours count from its start.

    Attributes:
        gb: table or index -> GB at the beginning of each hour and at the end of the last, shape (worlds, hours + 1);
            with overhead. In one region; every replica holds the same.
        items: table -> items at the same times.
        expired: table -> items that time to live deletes, shape (worlds,); free in the region where it deletes them.
        replica_deletes: table or index -> write units that these deletes cost in each other region of a global table:
            replicated ones of the table, plain ones of its indexes. Shape (worlds,).
        deletes: table or global index -> write units a second of deletes by the application, shape (worlds, hours).
        notes: what a reader must know, as sentences.
    """

    gb: Mapping[Resource, Floats]
    items: Mapping[str, Floats]
    expired: Mapping[str, Floats]
    replica_deletes: Mapping[Resource, Floats]
    deletes: Mapping[Resource, Floats]
    notes: tuple[str, ...] = ()

    def mean_gb(self, resource: Resource) -> Floats:
        """GB-months: the mean over the month, in each world. Billing samples storage by the hour and takes the mean."""
        course = self.gb[resource]
        mean: Floats = ((course[:, :-1] + course[:, 1:]) / 2).mean(axis=1)
        return mean

    def end_gb(self, resource: Resource) -> Floats:
        """GB at the month's end, in each world."""
        return self.gb[resource][:, -1]


@dataclass(frozen=True, slots=True)
class _Course:
    """A family in time: items at the edges of hours, (worlds, hours + 1), and deletes in each hour, (worlds, hours)."""

    family: FamilyStorage
    items: Floats
    deleted: Floats


def storage_of(units: WorkloadUnits, demand: Demand, tables: Sequence[Table], *, months: int = 0) -> Storage:
    """What is stored in the month, or so many months later: under growth, and with all that was added since.

    `tables` are the scenario's: what has a time to live, and what is replicated. Give the demand of the first month.
    """
    hourly = _hourly(demand)
    courses = [_course(family, units, demand, hourly, months) for family in units.families]
    by_name = {table.name: table for table in tables}
    gb: dict[Resource, Floats] = {}
    items: dict[str, Floats] = {}
    expired: dict[str, Floats] = {}
    replica: dict[Resource, Floats] = {}
    deletes: dict[Resource, Floats] = {}
    for course in courses:
        family, table = course.family, by_name[course.family.table]
        _add(items, family.table, course.items)
        for resource, each_bytes in _stored_bytes(family, table).items():
            _add(gb, resource, course.items * (each_bytes / GB))
        if not course.deleted.any():
            continue
        cost = _delete_units(family, units, table)
        if family.expires:
            _add(expired, family.table, course.deleted.sum(axis=1))
            for resource, each in cost.items() if table.replicas is not None else ():
                _add(replica, resource, course.deleted.sum(axis=1) * each)
        else:
            for resource, each in cost.items():
                _add(deletes, resource, course.deleted * (each / _HOUR_S))
    return Storage(gb, items, expired, replica, deletes, _notes(courses, demand))


def with_deletes(asked: UnitDemand, storage: Storage) -> UnitDemand:
    """The units asked, with those of the application's own deletes of what is too old."""
    if not storage.deletes:
        return asked
    units: dict[Resource, Mapping[Dimension, Floats]] = dict(asked.units)
    some = next(iter(next(iter(asked.units.values())).values()))
    nothing = alike(np.zeros(some.shape[1]), len(some))
    for resource, hourly in storage.deletes.items():
        dimensions = units.get(resource, {"read": nothing, "write": nothing})
        spread = np.repeat(hourly, _HOUR_S // asked.step_s, axis=1)[:, : some.shape[1]]
        units[resource] = {**dimensions, "write": dimensions["write"] + spread}
    return replace(asked, units=units)


def _add(into: dict[_Key, Floats], key: _Key, more: Floats) -> None:
    into[key] = into[key] + more if key in into else more


# --- items in time ---------------------------------------------------------------------------------------------------


def _hourly(demand: Demand) -> Mapping[str, Floats]:
    """Arrivals a second, the mean of each hour; a last hour that is begun counts as a whole one."""
    if isinstance(demand.arrivals, Scaled):
        return Scaled(_by_hour(demand.arrivals.shape, demand.step_s), demand.arrivals.rates)
    return {stream: _by_hour(of, demand.step_s) for stream, of in demand.arrivals.items()}


def _by_hour(steps: Floats, step_s: int) -> Floats:
    each = _HOUR_S // step_s
    held: Floats = np.add.reduceat(steps, np.arange(0, steps.shape[1], each), axis=1) / each
    return held


def _course(
    family: FamilyStorage, units: WorkloadUnits, demand: Demand, hourly: Mapping[str, Floats], months: int
) -> _Course:
    weights = {stream: _added(units, family.family, stream) for stream in hourly}
    rate = weighted(hourly, weights) * _HOUR_S  # items an hour
    worlds, hours = rate.shape
    reached = np.concatenate((np.zeros((worlds, 1)), np.cumsum(rate, axis=1)), axis=1)
    now = np.broadcast_to(np.arange(hours + 1) + months * float(hours), (worlds, hours + 1))
    added = _added_by(now, reached, demand.growth)
    grows = math.fsum(weights.values()) > 0
    if demand.retain_s is None or not grows:
        return _Course(family, np.maximum(family.items + added, 0.0), np.zeros((worlds, hours)))
    kept = (demand.retain_s / _HOUR_S)[:, None]
    gone = family.items * np.minimum(now / kept, 1.0) + _added_by(np.maximum(now - kept, 0.0), reached, demand.growth)
    return _Course(family, np.maximum(family.items + added - gone, 0.0), np.diff(gone, axis=1))


def _added(units: WorkloadUnits, family: str, stream: str) -> float:
    """Items of a family that one arrival of a stream adds, less those that it deletes."""
    return math.fsum(one.calls.get(stream, 0.0) * one.added.get(family, 0.0) for one in units.operations)


def _added_by(hour: Floats, reached: Floats, growth: Floats) -> Floats:
    """Items added by some hours since the first month's start, each month by `growth` more than the one before it.

    `reached` is the first month's, at the edges of its hours.
    """
    hours = reached.shape[1] - 1
    month = np.floor(hour / hours)
    local = hour - month * hours
    at = np.minimum(local.astype(np.int64), hours - 1)
    low, high = np.take_along_axis(reached, at, axis=1), np.take_along_axis(reached, at + 1, axis=1)
    within = low + (high - low) * (local - at)
    factor = 1 + growth[:, None]
    before = reached[:, -1:] * _series(factor, month)
    added: Floats = before + factor**month * within
    return added


def _series(factor: Floats, terms: Floats) -> Floats:
    """1 + factor + factor^2 + ..., so many terms."""
    even = np.abs(factor - 1) < 1e-9  # noqa: PLR2004 - below it the quotient has no digits left
    safe = np.where(even, 2.0, factor)
    total: Floats = np.where(even, terms, (safe**terms - 1) / (safe - 1))
    return total


# --- bytes and units of an item --------------------------------------------------------------------------------------


def _stored_bytes(family: FamilyStorage, table: Table) -> dict[Resource, float]:
    """Billed bytes of the table and of each index for one item of a family, local indexes too."""
    replica = REPLICA_OVERHEAD_BYTES if table.replicas is not None else 0
    each = {Resource(family.table): family.item_bytes + ITEM_OVERHEAD_BYTES + replica}
    for index, (share, entry_bytes) in family.entries.items():
        each[Resource(family.table, index)] = share * (entry_bytes + ITEM_OVERHEAD_BYTES)
    return each


def _delete_units(family: FamilyStorage, units: WorkloadUnits, table: Table) -> dict[Resource, float]:
    """Write units of the delete of one item: those of the put that added it, else those of the mean sizes.

    A delete costs what a put of a new item does: the item's size on the table, and an entry less in each index.
    """
    for one in units.operations:
        if one.api == "PutItem" and one.added.get(family.family, 0.0) > _ALWAYS:
            return {of: each.write.mean for of, each in one.consumption.items() if each.write.mean}
    found = {Resource(family.table): float(write_units(math.ceil(family.item_bytes)))}
    for index, (share, entry_bytes) in family.entries.items():
        local = table.indexes[index].kind == "local"
        each = share * float(write_units(math.ceil(entry_bytes)))
        _add_float(found, Resource(family.table, "" if local else index), each)
    return {resource: each for resource, each in found.items() if each}


def _add_float(into: dict[Resource, float], key: Resource, more: float) -> None:
    into[key] = into.get(key, 0.0) + more


def _notes(courses: Sequence[_Course], demand: Demand) -> tuple[str, ...]:
    growing = [one.family for one in courses if one.items[:, -1].max() > one.items[:, 0].max()]
    notes = []
    if demand.retain_s is None:
        if growing:
            names = ", ".join(family.family for family in growing)
            notes.append(f"No retention is told: what is added ({names}) is kept for good.")
        return tuple(notes)
    aged = [one.family for one in courses if one.deleted.any()]
    if loaded := [family.family for family in aged if family.items]:
        span = spell_duration(float(demand.retain_s[0]))
        notes.append(f"The items of {', '.join(loaded)} at first count as spread evenly over the last {span}.")
    if own := [family.family for family in aged if not family.expires]:
        notes.append(
            f"Without time to live the application itself deletes {', '.join(own)}: these are write units; "
            "finding what to delete is not counted."
        )
    return tuple(notes)
