"""What a table of a scenario keeps and does in a month, beside serving: the quantities of its standing costs."""

from __future__ import annotations

import math

import numpy as np

from ddbload.capacity import READ_BLOCK_BYTES
from ddbload.capacity.behaviour.settings import Floats
from ddbload.planner.choice.standing import Kept
from ddbload.planner.demand.model import Demand, UnitDemand
from ddbload.planner.demand.storage import GB, Storage
from ddbload.planner.demand.worlds import weighted
from ddbload.planner.resource import Resource, WorkloadUnits
from ddbload.scenario.model import Table

TRANSACTIONAL_READS = frozenset({"TransactGetItems", "ExecuteTransaction"})


def kept_of(table: Table, asked: UnitDemand, stored: Storage, answered: Floats) -> Kept:
    """What a table keeps and does in the billed month."""
    own = Resource(table.name)
    locals_ = {name for name, index in table.indexes.items() if index.kind == "local"}
    mean = {of.index: stored.mean_gb(of) for of in stored.gb if of.table == table.name}
    worlds = asked.worlds
    none: Floats = np.zeros(worlds)
    whole = sum(mean.values(), none)
    of_table = sum((gb for name, gb in mean.items() if not name or name in locals_), none)
    deletes = sum((units for of, units in stored.replica_deletes.items() if of.table == table.name), none)
    begin = math.fsum(
        float(course[0, 0]) for of, course in stored.gb.items() if of.table == table.name and not of.index
    )
    return Kept(
        stored_gb=whole,
        table_gb=of_table,
        written_units=asked.billed((own,), "write"),
        answered_gb=answered,
        replica_deletes=deletes * _scale(asked),
        begin_gb=begin,
        shards=max(1.0, math.ceil(begin / 10)),
        recovery=table.recovery,
        streams=table.streams is not None,
    )


def answered_gb(units: WorkloadUnits, demand: Demand, table: str) -> Floats:
    """What reads of a table and its indexes answer with in the billed month, in every world, by their units: at most.

    A unit is 4 KB if strongly consistent, twice that if eventually, half of it in a transaction.
    """
    weights = dict.fromkeys(demand.arrivals, 0.0)
    for one in units.operations:
        each = READ_BLOCK_BYTES * (0.5 if one.api in TRANSACTIONAL_READS else 1.0 if one.consistent else 2.0)
        read = math.fsum(found.read.mean for of, found in one.consumption.items() if of.table == table)
        for stream, calls in one.calls.items():
            if stream in weights:
                weights[stream] += calls * read * each
    total: Floats = weighted(demand.arrivals, weights).mean(axis=1) * (demand.month.billed_hours * 3600 / GB)
    return total


def _scale(asked: UnitDemand) -> float:
    steps = next(iter(next(iter(asked.units.values())).values())).shape[1]
    return float(asked.month.billed_hours * 3600 / (steps * asked.step_s))
