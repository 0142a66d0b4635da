"""How large a DAX cluster has to be: the guide's arithmetic, and what each type of node carries.

Source: Developer Guide, "Sizing your DAX cluster", sections "Calculating approximate cluster capacity requirements" and
"Approximating cluster throughput capacity by node type". It has no figures for t nodes, whose CPU is not constant, nor
for r7i: they are not chosen.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ddbload.pricing import PriceBook, PriceError

READ_MISS_FACTOR = 10
WRITE_FACTOR = 25
MOST_NODES = 11
"""One primary and ten replicas (section "Planning availability")."""
PRODUCTION_NODES = 3
"""The fewest that the guide advises for production (section "Planning availability")."""
TARGET_UTILISATION = 0.7
_KB = 1024


@dataclass(frozen=True, slots=True)
class Node:
    """A type of node: its memory, and the normalised requests a second that it carries, at 100 %."""

    memory_gib: float
    normalised_rps: float


NODES: Mapping[str, Node] = {
    "dax.r5.large": Node(16, 75_000),
    "dax.r5.xlarge": Node(32, 150_000),
    "dax.r5.2xlarge": Node(64, 300_000),
    "dax.r5.4xlarge": Node(128, 600_000),
    "dax.r5.8xlarge": Node(256, 1_000_000),
    "dax.r5.12xlarge": Node(384, 1_000_000),
    "dax.r5.16xlarge": Node(512, 1_000_000),
    "dax.r5.24xlarge": Node(768, 1_000_000),
}
"""The guide's table; a cluster carries what its nodes do together."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """Requests a second to a cluster, of one size: hits and misses of reads, writes through it, bytes of an item."""

    hits: float
    misses: float
    writes: float
    item_bytes: float


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster: what it is asked to carry, in normalised requests a second, and what it can."""

    node: str
    nodes: int
    normalised_rps: float
    target_rps: float
    capacity_rps: float

    @property
    def memory_bytes(self) -> float:
        """What each node keeps: all of them keep the same."""
        return NODES[self.node].memory_gib * 2**30


def normalised_rps(traffic: Iterable[Traffic], nodes: int) -> float:
    """Work in units of a hit of 1 KB: KB x (hits + misses x 10 + writes x 25 x nodes), KB rounded up.

    Every node takes part in a write, so that more nodes do not carry more of them.
    """
    return math.fsum(
        max(1, math.ceil(one.item_bytes / _KB))
        * (one.hits + one.misses * READ_MISS_FACTOR + one.writes * WRITE_FACTOR * nodes)
        for one in traffic
    )


def target_rps(normalised: float, nodes: int, utilisation: float = TARGET_UTILISATION) -> float:
    """What the cluster must carry: by the greater of 1 / utilisation and what the loss of a node leaves to the others.

    The guide rounds 1 / 70 % to 1.43; here it is exact. A single node has no others: only the utilisation counts.
    """
    loss = nodes / (nodes - 1) if nodes > 1 else 1.0
    return normalised * max(1 / utilisation, loss)


def cluster_of(
    node: str, nodes: int, traffic: Sequence[Traffic], utilisation: float = TARGET_UTILISATION
) -> Cluster | None:
    """A cluster that carries the traffic; None where so many nodes of the type do not.

    Raises:
        ValueError: a number of nodes that no cluster has, or a utilisation that is no share.
    """
    if not 1 <= nodes <= MOST_NODES:
        raise ValueError(f"a DAX cluster has 1 to {MOST_NODES} nodes, not {nodes}")
    if not 0 < utilisation <= 1:
        raise ValueError(f"the utilisation is a share above 0 and up to 1, not {utilisation}")
    normalised = normalised_rps(traffic, nodes)
    target, capacity = target_rps(normalised, nodes, utilisation), NODES[node].normalised_rps * nodes
    return Cluster(node, nodes, normalised, target, capacity) if target <= capacity else None


def smallest(
    nodes: int, traffic: Sequence[Traffic], utilisation: float = TARGET_UTILISATION, dataset_bytes: float = 0.0
) -> Cluster | None:
    """The cluster of so many nodes of the smallest type that carries the traffic and keeps the data; None: none does.

    Raises:
        ValueError: as `cluster_of`.
    """
    found = (cluster_of(node, nodes, traffic, utilisation) for node in NODES)
    return next((one for one in found if one is not None and one.memory_bytes >= dataset_bytes), None)


def node_prices(book: PriceBook) -> dict[str, float]:
    """US dollars an hour of every type of node that can be chosen.

    Raises:
        PriceError: the book has no price of a node in its region.
    """
    found = {node: book.prices[node].usd for node in NODES if node in book.prices}
    if not found:
        raise PriceError(f"the price book has no price of DAX nodes for {book.region}, such as 'dax.r5.large'")
    return found
