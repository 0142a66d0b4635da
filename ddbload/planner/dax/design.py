"""A table with DAX in front of it: fewer reads, and nodes to pay for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from ddbload.planner.choice.candidates import Standing, TableFacts
from ddbload.planner.choice.priced import Books
from ddbload.planner.dax.nodes import MOST_NODES, PRODUCTION_NODES
from ddbload.planner.dax.plan import DaxPlan, DaxSettings, dax_plan
from ddbload.planner.demand.model import Demand, Floats, UnitDemand
from ddbload.planner.demand.worlds import times
from ddbload.planner.resource import Dimension, Resource, WorkloadUnits
from ddbload.pricing import PriceBook, PriceError, Usage
from ddbload.pricing.usage import TableClass
from ddbload.scenario.model import DaxCluster, Scenario

_WORTH_A_LOOK = 0.5
"""Of what a cluster costs: where it saves less than this on demand, no other mode makes it pay."""


def cluster_for(scenario: Scenario, units: WorkloadUnits, demand: Demand, region: str, books: Books) -> DaxPlan | None:
    """The cluster that is worth most, or the one that the scenario's bill has.

    None where nothing is read that DAX serves.

    Raises:
        PriceError: the book has no price of such nodes in the region.
    """
    wanted = scenario.bill.dax or DaxCluster()
    settings = DaxSettings(
        item_ttl_s=wanted.ttl,
        query_ttl_s=wanted.ttl,
        least_nodes=wanted.nodes or PRODUCTION_NODES,
        most_nodes=wanted.nodes or MOST_NODES,
        hours=demand.month.billed_hours,
    )
    of = demand.arrivals
    return dax_plan(
        scenario,
        units,
        demand.means,
        _only(books(region), wanted.node),
        peak={stream: float(each[0].max()) for stream, each in of.items()},
        settings=settings,
    )


def _only(book: PriceBook, node: str | None) -> PriceBook:
    if node is None:
        return book
    price = book.price(node)
    others = {name: each for name, each in book.prices.items() if not name.startswith("dax.")}
    return replace(book, prices={**others, node: price})


def behind(units: WorkloadUnits, demand: Demand, asked: UnitDemand, cluster: DaxPlan) -> UnitDemand:
    """Reads that the cluster answers are not asked of the table any more; what it reads to keep itself is added."""
    changed: dict[Resource, dict[Dimension, Floats]] = {}
    for resource, of in asked.units.items():
        before = sum(
            float(arrivals.mean()) * units.per_arrival(stream, resource, "read")
            for stream, arrivals in demand.arrivals.items()
        )
        left = 1 - cluster.saved.get(resource, 0.0) / before if before else 1.0
        changed[resource] = {**of, "read": times(of["read"], max(0.0, left))}
    return replace(asked, units=changed)


def through(cluster: DaxPlan | None) -> tuple[str, ...]:
    """What the cluster that a design has answers, and so leaves to the tables, as sentences."""
    if cluster is None:
        return ()
    of = cluster.cluster
    answered = ", ".join(f"{part:.0%} of {name}" for name, part in cluster.hits.items())
    told = (
        f"{of.nodes} x {of.node} (DAX) answer {answered or 'nothing'}: those reads are not asked of the tables; the"
        " units of a call are those of one that is"
    )
    return (told, *cluster.notes)


def with_nodes(standing: Standing, region: str, cluster: DaxPlan) -> Standing:
    """What is paid whatever the capacity, and the cluster's nodes."""
    return partial(_with_nodes, standing, region, cluster)


def _with_nodes(
    standing: Standing, region: str, cluster: DaxPlan, table_class: TableClass
) -> Sequence[Sequence[Usage]]:
    worlds = standing(table_class)
    of = cluster.cluster
    hours = worlds[0][0].hours
    nodes = Usage(region=region, label="DAX", hours=hours, dax_node_hours={of.node: of.nodes * hours})
    return [[*usages, nodes] for usages in worlds]


def dax_variants(
    scenario: Scenario,
    units: WorkloadUnits,
    demand: Demand,
    asked: UnitDemand,
    standing: Standing,
    facts: TableFacts,
    books: Books,
) -> tuple[dict[str, tuple[UnitDemand, Standing]], tuple[str, ...]]:
    """The table with DAX, where that could pay, and what could not be tried."""
    if len(scenario.every_table) > 1 or scenario.bill.dax is not None:
        return {}, ()
    try:
        found = cluster_for(scenario, units, demand, facts.region, books)
    except PriceError as missing:
        return {}, (f"DAX was not tried: {missing}",)
    if found is None or found.saved_usd < _WORTH_A_LOOK * found.usd_per_month:
        return {}, ()
    name = f"with DAX, {found.cluster.nodes} x {found.cluster.node}"
    return {name: (behind(units, demand, asked, found), with_nodes(standing, facts.region, found))}, ()
