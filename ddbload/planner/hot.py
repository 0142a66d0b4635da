"""What limits a month whatever the capacity: the busiest keys, and the quota of a table."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np

from ddbload.capacity.behaviour import Heat, hot_limit
from ddbload.planner.demand.model import UnitDemand
from ddbload.planner.resource import Dimension, Resource

_NEAR = 0.5
"""Of what the busiest key allows: from here on a reader is told."""
_HIGH = 0.95


def hot_warnings(heat: Mapping[Resource, Mapping[Dimension, Heat]], asked: UnitDemand) -> Iterator[str]:
    """One sentence for each table or index whose busiest minute comes near what its busiest key can have."""
    for resource, of in heat.items():
        for dimension, how in of.items():
            series = asked.units.get(resource, {}).get(dimension)
            limit = hot_limit(how, dimension)
            if series is None or math.isinf(limit.total_units):
                continue
            peak = float(np.quantile(series.max(axis=1), _HIGH))
            if peak < _NEAR * limit.total_units:
                continue
            which = "item" if limit.what == "item" else "partition key"
            parted = "" if limit.what == "item" else ", and its items cannot be parted"
            then = "throttles beyond" if peak > limit.total_units else "would throttle beyond"
            yield (
                f"{resource}: the busiest {which} gets {limit.share:.1%} of the {dimension} units{parted}; a partition"
                f" serves {limit.units:,.0f} a second, so that the whole {then} {limit.total_units:,.0f} a second"
                f" whatever its capacity; the busiest minute asks for {peak:,.0f}"
            )


def quota_warnings(asked: UnitDemand, quota_units: float) -> Iterator[str]:
    """One sentence for each table or index that asks for more than a table may have by default.

    Source: Developer Guide, "Quotas in Amazon DynamoDB", table-level read and write throughput; it can be raised.
    """
    for resource, of in asked.units.items():
        for dimension, series in of.items():
            peak = float(np.quantile(series.max(axis=1), _HIGH))
            if peak > quota_units:
                yield (
                    f"{resource}: the busiest minute asks for {peak:,.0f} {dimension} units a second, and"
                    f" {quota_units:,.0f} are the quota of a table: have it raised before the launch, in every mode"
                )
