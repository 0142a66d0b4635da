"""An export of CloudWatch's metrics, with what DescribeTable says of its tables, as the subject of a plan."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ddbload.capacity import ITEM_OVERHEAD_BYTES
from ddbload.capacity.behaviour.settings import Fixed, Setting
from ddbload.errors import UsageError
from ddbload.planner.choice.candidates import DIMENSIONS, Settings, TableFacts
from ddbload.planner.choice.priced import Books
from ddbload.planner.choice.standing import Kept, standing
from ddbload.planner.cloudwatch.demand import CloudWatchDemand, read_export
from ddbload.planner.cloudwatch.describe import DescribedTable, Throughput
from ddbload.planner.demand.model import UnitDemand
from ddbload.planner.demand.month import MEAN_HOURS
from ddbload.planner.demand.storage import GB
from ddbload.planner.request import DEFAULT_OBJECTIVE, DEFAULT_REGION, PlanRequest
from ddbload.planner.resource import Dimension, Resource
from ddbload.planner.subject import PlannedTable, Subject
from ddbload.planner.watching import Watch
from ddbload.scenario.model import BillItems

_SEED = 1


def subject_of_export(request: PlanRequest, books: Books, watch: Watch) -> Subject:
    """The subject of an export.

    Raises:
        UsageError, PriceError: what was given cannot be planned.
    """
    del books
    if request.demand is not None:
        raise UsageError("--demand: an export is the demand (leave it out)")
    if request.params:
        raise UsageError("-p: an export has no parameters (leave it out)")
    if request.month is not None:
        raise UsageError("--month: an export has days of its own (leave it out)")
    watch("reading the export")
    seed = _SEED if request.seed is None else request.seed
    files = (request.source, *request.exports)
    found = read_export(files, request.describe, worlds=request.worlds, seed=seed, billed_hours=MEAN_HOURS)
    tables = found.tables or _undescribed(found.demand)
    region = request.region or next((table.region for table in tables if table.region), DEFAULT_REGION)
    planned = tuple(_table(table, found, request.region or table.region or region) for table in tables)
    named = ", ".join(str(file) for file in files)
    return Subject(
        words=f"{', '.join(table.name for table in tables)}, from {named}",
        seed=seed,
        zone="UTC",
        region=region,
        demand=found.demand,
        told=found.words,
        upper_bound=False,
        arrivals={},
        operations=(),
        tables=planned,
        objective=DEFAULT_OBJECTIVE if request.throttled is None else request.throttled,
        free_tier=bool(request.free_tier),
        findings=lambda _books: (),
        warnings=(*found.warnings, *_lacking(found)),
    )


def _undescribed(demand: UnitDemand) -> tuple[DescribedTable, ...]:
    """Tables by name alone."""
    names = dict.fromkeys(resource.table for resource in demand.units)
    return tuple(
        DescribedTable(
            name, "", "on-demand", indexes=tuple(of.index for of in demand.units if of.table == name and of.index)
        )
        for name in names
    )


def _lacking(found: CloudWatchDemand) -> list[str]:
    if found.tables:
        return []
    return ["no description of the tables was given (--describe): storage is not in the bill, the class is Standard"]


def _table(table: DescribedTable, found: CloudWatchDemand, region: str) -> PlannedTable:
    replicas = tuple(other for other in table.replicas if other != region)
    facts = TableFacts(
        name=table.name,
        region=region,
        table_class=table.table_class,
        indexes=table.indexes,
        replicas=replicas,
        written=_written(table),
        maximum=_by_dimension(table.maximum),
        warm=_by_dimension(table.warm),
    )
    sizes = {name: table.size_bytes.get(name, 0.0) for name in ("", *table.indexes)}
    overhead = {name: table.items.get(name, 0.0) * ITEM_OVERHEAD_BYTES for name in sizes}
    stored = sum(sizes.values()) + sum(overhead.values())
    worlds = found.demand.worlds
    kept = Kept(
        stored_gb=np.full(worlds, stored / GB),
        table_gb=np.full(worlds, (sizes[""] + overhead[""]) / GB),
        written_units=found.demand.billed((Resource(table.name),), "write"),
        answered_gb=np.zeros(worlds),
        replica_deletes=np.zeros(worlds),
        begin_gb=sizes[""] / GB,
        streams=table.streams,
    )
    return PlannedTable(
        facts,
        standing(facts, kept, BillItems(), found.demand.month.billed_hours),
        items=table.items.get("", 0.0),
        stored_gb=stored / GB,
        stored_gb_end=stored / GB,
    )


def _written(table: DescribedTable) -> Settings | None:
    if table.billing != "provisioned":
        return None
    return {dimension: _fixed(table, dimension) for dimension in DIMENSIONS}


def _fixed(table: DescribedTable, dimension: Dimension) -> Mapping[str, Setting]:
    """What is provisioned at the moment: a description does not tell whether it is scaled."""
    nothing = Throughput()
    return {
        name: Fixed(max(1.0, getattr(table.capacity.get(name, nothing), dimension) or 1.0))
        for name in ("", *table.indexes)
    }


def _by_dimension(of: Mapping[str, Throughput]) -> dict[Dimension, dict[str, float]]:
    found: dict[Dimension, dict[str, float]] = {}
    for name, throughput in of.items():
        for dimension in DIMENSIONS:
            units = getattr(throughput, dimension)
            if units is not None:
                found.setdefault(dimension, {})[name] = float(units)
    return found
