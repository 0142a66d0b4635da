"""What has capacity of its own, and what one call consumes of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ddbload.capacity.behaviour.settings import Heat

Dimension = Literal["read", "write"]
DIMENSIONS: tuple[Dimension, Dimension] = ("read", "write")
Source = Literal["exact", "expect", "simulated", "measured", "estimated"]
"""Where a figure comes from.

exact: by the rules alone. expect: as the scenario's `expect` has it. simulated: from the items' states, with the draws
that a run would make. measured: by a run. estimated: by a rule of thumb, since nothing better is known.
"""


@dataclass(frozen=True, slots=True, order=True)
class Resource:
    """A table, or one of its global indexes; a local index uses the table's capacity. Names as DynamoDB has them."""

    table: str
    index: str = ""

    def __str__(self) -> str:
        return f"{self.table}/{self.index}" if self.index else self.table


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with what is known of its error.

    Attributes:
        mean: of one call.
        variance: of one call, for what a second of many calls varies by; 0 where every call is alike.
        samples: how many calls the mean was taken from; 0: it is not a sample's, and has no sampling error.
    """

    mean: float = 0.0
    variance: float = 0.0
    samples: int = 0
    source: Source = "exact"

    @property
    def std_err(self) -> float:
        """The standard error of the mean."""
        return math.sqrt(self.variance / self.samples) if self.samples else 0.0


@dataclass(frozen=True, slots=True)
class Consumption:
    """Units of one call on one resource: read and write units; a local index's are the table's."""

    read: Estimate = Estimate()
    write: Estimate = Estimate()

    def of(self, dimension: Dimension) -> Estimate:
        """The units of one dimension."""
        return self.read if dimension == "read" else self.write


_NOTHING = Consumption()


@dataclass(frozen=True, slots=True)
class OperationUnits:
    """What one call of an operation consumes.

    Attributes:
        name: the scenario's. Sessions are not among them: their steps are.
        api: DynamoDB's call, such as "GetItem".
        calls: stream -> calls in one arrival of that stream, on average; "" is the load's own mix.
        requests: requests of one call, more than one for pages and segments.
        consumption: units of all requests of one call, by resource: their means in the long run.
        tried: the same for the very calls that a run makes, in its measured phases: what a measurement is compared
            with, since it has the same luck. Empty: the same as `consumption`.
        outcomes: share of the calls by outcome: "ok", "not_found", "condition_failed".
        rows: items that a query or a scan reads in all its pages; None of other calls.
        added: family -> items that one call adds, on average (less those that it deletes).
        consistent: whether its reads are strongly consistent.
        notes: what a reader must know of these numbers, as sentences.
    """

    name: str
    api: str
    calls: Mapping[str, float]
    requests: float
    consumption: Mapping[Resource, Consumption]
    outcomes: Mapping[str, float] = field(default_factory=dict)
    rows: float | None = None
    added: Mapping[str, float] = field(default_factory=dict)
    consistent: bool = False
    notes: tuple[str, ...] = ()
    tried: Mapping[Resource, Consumption] = field(default_factory=dict)

    def per_second(self, arrivals: Mapping[str, float]) -> float:
        """Calls a second at so many arrivals a second of each stream."""
        return math.fsum(calls * arrivals.get(stream, 0.0) for stream, calls in self.calls.items())

    def of(self, resource: Resource, dimension: Dimension) -> Estimate:
        """Units of one call on a resource; none where it consumes nothing of it."""
        return self.consumption.get(resource, _NOTHING).of(dimension)


@dataclass(frozen=True, slots=True)
class FamilyStorage:
    """The items of a family, as they are stored.

    Attributes:
        items: how many there are at the beginning.
        item_bytes: mean size of an item, names and values, without what billing adds.
        entries: index -> (share of the items that are in it, mean bytes of an entry); local indexes too.
        expires: whether it has the attribute that the table's time to live goes by.
    """

    family: str
    table: str
    items: float
    item_bytes: float
    entries: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    expires: bool = False


@dataclass(frozen=True, slots=True)
class WorkloadUnits:
    """A workload in units: what its arrivals consume, what they store, and how uneven its load is.

    `touches`: global index -> share of its table's write units that are of writes which write to the index, too.
    """

    operations: tuple[OperationUnits, ...]
    families: tuple[FamilyStorage, ...]
    heat: Mapping[Resource, Mapping[Dimension, Heat]] = field(default_factory=dict, compare=False)  # arrays
    touches: Mapping[Resource, float] = field(default_factory=dict)

    @property
    def resources(self) -> tuple[Resource, ...]:
        """All that is consumed of, tables before their indexes."""
        return tuple(sorted({resource for one in self.operations for resource in one.consumption}))

    def per_arrival(self, stream: str, resource: Resource, dimension: Dimension) -> float:
        """Mean units of one arrival of a stream."""
        return math.fsum(one.calls.get(stream, 0.0) * one.of(resource, dimension).mean for one in self.operations)

    def square_per_arrival(self, stream: str, resource: Resource, dimension: Dimension) -> float:
        """Mean of the square of the units of a call, summed over the calls of one arrival of a stream.

        Over the mean it is the variance of a second's units, in multiples of their mean, when calls come by Poisson.
        """
        return math.fsum(
            one.calls.get(stream, 0.0) * (found.mean**2 + found.variance)
            for one in self.operations
            for found in (one.of(resource, dimension),)
        )
