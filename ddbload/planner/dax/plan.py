"""A DAX cluster before the tables: what of the reads it serves, which nodes carry it, what it costs and saves.

Source of what is cached: Developer Guide, "DAX and DynamoDB consistency models" and "In-Memory acceleration with DAX":
eventually consistent GetItem and BatchGetItem by key in the item cache, Query and Scan by their parameters in the query
cache; strongly consistent and transactional reads pass through; PartiQL is not spoken; writes through DAX put the item
into the item cache, and nothing but time renews the query cache.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ddbload.capacity import read_units
from ddbload.planner.dax.cache import Passing, Population, Served, served
from ddbload.planner.dax.nodes import (
    MOST_NODES,
    NODES,
    PRODUCTION_NODES,
    TARGET_UTILISATION,
    Cluster,
    Traffic,
    cluster_of,
    node_prices,
)
from ddbload.planner.dax.reads import Asked, asked_of
from ddbload.planner.demand.month import MEAN_HOURS
from ddbload.planner.resource import Resource, WorkloadUnits
from ddbload.pricing import PriceBook
from ddbload.scenario.model import Scenario

DEFAULT_TTL_S = 300.0
"""Of both caches. Source: Developer Guide, "DAX cluster components", parameter groups: 5 minutes."""
_MILLION = 1e6
_HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class DaxSettings:
    """How a cluster is used.

    Attributes:
        item_ttl_s, query_ttl_s: time to live; 0: items are kept for good, queries are not cached.
        least_nodes, most_nodes: how many there may be.
        utilisation: that is aimed at.
        write_through: whether writes go through the cluster, so that items in it are renewed; else around it, and reads
            may be as old as the time to live.
        hours: of the month.
    """

    item_ttl_s: float = DEFAULT_TTL_S
    query_ttl_s: float = DEFAULT_TTL_S
    least_nodes: int = PRODUCTION_NODES
    most_nodes: int = MOST_NODES
    utilisation: float = TARGET_UTILISATION
    write_through: bool = True
    hours: float = MEAN_HOURS


@dataclass(frozen=True, slots=True)
class DaxPlan:
    """A cluster, and what it does.

    Attributes:
        cluster: its nodes.
        usd_per_month: of its nodes.
        hits: operation -> share of its reads that the cluster answers.
        saved: resource -> read units a second, on average over the month, that are not consumed any more; less what
            transactional writes through the cluster add, so that it may be below zero.
        saved_usd: those at the on-demand price of the Standard class: what the nodes were chosen by.
        held_bytes: what the caches hold.
        notes: what a reader must know.
    """

    cluster: Cluster
    usd_per_month: float
    hits: Mapping[str, float]
    saved: Mapping[Resource, float]
    saved_usd: float
    held_bytes: float
    notes: tuple[str, ...] = ()


def dax_plan(
    scenario: Scenario,
    units: WorkloadUnits,
    arrivals: Mapping[str, float],
    book: PriceBook,
    *,
    peak: Mapping[str, float] | None = None,
    settings: DaxSettings | None = None,
) -> DaxPlan | None:
    """The cluster that is worth most: what it saves on demand less what its nodes cost, though that be below zero.

    Args:
        scenario: what picks its items how.
        units: of its calls.
        arrivals: stream -> arrivals a second, the mean of the month: what is saved.
        book: of the region's prices.
        peak: stream -> arrivals a second that the cluster must carry; default: the mean.
        settings: how it is used.

    Returns:
        None where nothing is read that DAX serves, or no cluster carries the peak.

    Raises:
        PriceError: the book has no prices of nodes.
    """
    chosen = settings or DaxSettings()
    prices = node_prices(book)
    asked = asked_of(scenario, units, arrivals, chosen.write_through)
    at_peak = asked_of(scenario, units, peak or arrivals, chosen.write_through)
    if not any(one.reads > 0 for one in asked.caches):
        return None
    plans = [
        found
        for node, usd in sorted(prices.items(), key=lambda entry: entry[1])
        if (found := _plan(node, usd, asked, at_peak, units, book, chosen)) is not None
    ]
    return max(plans, key=lambda plan: plan.saved_usd - plan.usd_per_month, default=None)


def _plan(
    node: str,
    usd_hour: float,
    asked: Asked,
    at_peak: Asked,
    units: WorkloadUnits,
    book: PriceBook,
    settings: DaxSettings,
) -> DaxPlan | None:
    """What the smallest cluster of a type does."""
    memory = NODES[node].memory_gib * 2**30
    cluster = _smallest(node, _traffic(at_peak, _served(at_peak, memory, settings)), settings)
    if cluster is None:
        return None
    ratios = _served(asked, memory, settings)
    hits = _by_operation(asked, ratios)
    saved = _saved(asked, units, hits)
    usd = math.fsum(saved.values()) * _HOUR_S * settings.hours / _MILLION * book.price("on_demand.standard.rru").usd
    return DaxPlan(
        cluster=cluster,
        usd_per_month=usd_hour * cluster.nodes * settings.hours,
        hits=hits,
        saved=saved,
        saved_usd=usd,
        held_bytes=ratios.held_bytes,
        notes=asked.notes,
    )


def _smallest(node: str, traffic: Sequence[Traffic], settings: DaxSettings) -> Cluster | None:
    counts = range(settings.least_nodes, settings.most_nodes + 1)
    found = (cluster_of(node, nodes, traffic, settings.utilisation) for nodes in counts)
    return next((cluster for cluster in found if cluster is not None), None)


def _served(asked: Asked, memory_bytes: float, settings: DaxSettings) -> Served:
    populations = [
        Population(one.popularity, one.repeating, one.refills, one.entry_bytes, _ttl_s(one.is_query, settings))
        for one in asked.caches
    ]
    passing = [
        Passing((one.once + one.other_writes) * one.entry_bytes, _ttl_s(one.is_query, settings)) for one in asked.caches
    ]
    return served(populations, memory_bytes, passing)


def _ttl_s(is_query: bool, settings: DaxSettings) -> float:
    if is_query:
        return settings.query_ttl_s
    return settings.item_ttl_s or math.inf


def _traffic(asked: Asked, ratios: Served) -> list[Traffic]:
    return [
        Traffic(
            hits=one.repeating * hit,
            misses=one.repeating * (1 - hit) + one.once,
            writes=one.refills + one.other_writes,
            item_bytes=one.entry_bytes,
        )
        for one, hit in zip(asked.caches, ratios.hits, strict=True)
    ]


def _by_operation(asked: Asked, ratios: Served) -> dict[str, float]:
    """Operation -> hits over reads, of all its keys."""
    hits: dict[str, float] = defaultdict(float)
    reads: dict[str, float] = defaultdict(float)
    for one, ratio in zip(asked.caches, ratios.hits, strict=True):
        for name, (repeating, once) in one.by_operation.items():
            hits[name] += repeating * ratio
            reads[name] += repeating + once
    return {name: hits[name] / total if total else 0.0 for name, total in reads.items()}


def _saved(asked: Asked, units: WorkloadUnits, hits: Mapping[str, float]) -> dict[Resource, float]:
    saved: dict[Resource, float] = defaultdict(float)
    for one in units.operations:
        for resource, consumption in one.consumption.items():
            if hits.get(one.name):
                saved[resource] += hits[one.name] * asked.calls[one.name] * consumption.read.mean
    for table, (written, each_bytes) in asked.transact_writes.items():
        saved[Resource(table)] -= written * read_units(math.ceil(each_bytes), transactional=True)
    return dict(saved)
