"""The tables of a scenario as the choice of capacity needs to know them."""

from __future__ import annotations

from ddbload.capacity.behaviour.settings import Fixed, Setting, Tracked
from ddbload.planner.choice.candidates import DIMENSIONS, Settings, TableFacts
from ddbload.planner.resource import Dimension
from ddbload.scenario.model import Billing, OnDemand as OnDemandBilling, Provisioned, Replicas, Table


def table_facts(table: Table, region: str) -> TableFacts:
    """What is known of a table of a scenario, in a region."""
    indexes = tuple(name for name, index in table.indexes.items() if index.kind == "global")
    billings = {"": table.billing} | {name: table.indexes[name].billing or table.billing for name in indexes}
    maximum: dict[Dimension, dict[str, float]] = {}
    for name, billing in billings.items():
        if isinstance(billing, OnDemandBilling):
            cap = billing.on_demand
            for dimension, units in (("read", cap.max_read), ("write", cap.max_write)):
                if units is not None:
                    maximum.setdefault(dimension, {})[name] = float(units)  # type: ignore[arg-type]  # the two words
    return TableFacts(
        name=table.name,
        region=region,
        table_class=table.table_class,
        indexes=indexes,
        replicas=tuple(other for other in replica_regions(table) if other != region),
        written=_written(billings),
        maximum=maximum,
    )


def replica_regions(table: Table) -> tuple[str, ...]:
    """The other regions of a global table."""
    if table.replicas is None:
        return ()
    return tuple(table.replicas.regions if isinstance(table.replicas, Replicas) else table.replicas)


def _written(billings: dict[str, Billing]) -> Settings | None:
    """The settings that the scenario has: none where it is on demand, which is tried in any case."""
    if not isinstance(billings[""], Provisioned):
        return None
    return {
        dimension: {
            name: _setting(billing, dimension) for name, billing in billings.items() if isinstance(billing, Provisioned)
        }
        for dimension in DIMENSIONS
    }


def _setting(billing: Provisioned, dimension: Dimension) -> Setting:
    units = float(billing.read if dimension == "read" else billing.write)
    scaling = billing.autoscaling
    own = None if scaling is None else (scaling.read if dimension == "read" else scaling.write)
    if own is None:
        return Fixed(units)
    return Tracked(float(own.min), float(own.max), own.target, start=units)
