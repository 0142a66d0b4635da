"""Partitions: how many there are, what a key can have at most, and which shares of the load fall on them.

Sources: DynamoDB Developer Guide, "Designing partition keys to distribute your workload" (3,000 read and 1,000 write
units a second), "Burst and adaptive capacity" (isolation of frequently used items), and the guide's older "Partitions
and data distribution" for how many partitions there are at least (a floor, no promise).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ddbload.capacity.behaviour.assumptions import Assumptions
from ddbload.capacity.behaviour.settings import Dimension, Floats, Heat
from ddbload.errors import UsageError

_COUNTABLE = 4096  # other keys up to here are hashed one by one, more of them are even by the law of large numbers


def ceiling_units(dimension: Dimension, assumptions: Assumptions | None = None) -> float:
    """Units a second that a partition serves: 3,000 read, 1,000 write."""
    known = assumptions if assumptions is not None else Assumptions()
    return (known.partition_read if dimension == "read" else known.partition_write).value


def partitions_at_least(
    *, read: float = 0.0, write: float = 0.0, gigabytes: float = 0.0, assumptions: Assumptions | None = None
) -> int:
    """How many partitions a table or an index has at least: max(ceil(RCU/3000 + WCU/1000), ceil(GB/10)).

    A new on-demand table counts with 4,000 write (12,000 read) units a second: 4.
    """
    known = assumptions if assumptions is not None else Assumptions()
    by_units = read / known.partition_read.value + write / known.partition_write.value
    return max(1, math.ceil(round(by_units, 9)), math.ceil(round(gigabytes / known.partition_gb.value, 9)))


@dataclass(frozen=True, slots=True)
class HotLimit:
    """What never can be parted, and what that means for the whole.

    Attributes:
        what: "item", or "key" where the items of a key cannot be parted either.
        share: its share of the load.
        units: the most that it can have, units a second.
        total_units: what the whole table or index can have before it is throttled, units a second.
    """

    what: Literal["item", "key"]
    share: float
    units: float
    total_units: float


def hot_limit(heat: Heat, dimension: Dimension, assumptions: Assumptions | None = None) -> HotLimit:
    """The most that the busiest item (or key) can have, whatever capacity the table has."""
    units = ceiling_units(dimension, assumptions)
    share = heat.item_share if heat.divisible else max(heat.item_share, float(np.max(heat.shares, initial=0.0)))
    return HotLimit("item" if heat.divisible else "key", share, units, units / share if share > 0 else math.inf)


def check_heat(heat: Heat, name: str) -> None:
    """Refuses what is no distribution.

    Raises:
        UsageError: shares are negative, not numbers or more than 1 in sum, or there are more of them than keys.
    """
    shares = np.asarray(heat.shares)
    sums = float(shares.sum()) if shares.size else 0.0
    if not (shares >= 0).all() or not sums <= 1 + 1e-9 or not 0 <= heat.item_share <= 1:
        raise UsageError(f"heat of {name or 'the table'}: shares sum to {sums:g}; 0 to 1 fits, none negative")
    if not heat.keys >= max(1, shares.size):
        raise UsageError(f"heat of {name or 'the table'}: {heat.keys:g} keys, but {shares.size} shares of them")
    if not heat.gigabytes >= 0:
        raise UsageError(f"heat of {name or 'the table'}: {heat.gigabytes:g} GB are stored; 0 or more fits")


def each_key(heat: Heat) -> tuple[Floats, float]:
    """The shares of the keys that are counted one by one, descending, and what is left for all the others together."""
    listed = np.sort(np.asarray(heat.shares, dtype=np.float64))[::-1]
    left, others = max(0.0, 1.0 - float(listed.sum())), round(heat.keys - listed.size)
    if others > _COUNTABLE:
        return listed, left
    if others > 0:
        return np.sort(np.concatenate([listed, np.full(others, left / others)]))[::-1], 0.0
    return listed / max(float(listed.sum()), 1e-300), 0.0


def shares_of_partitions(
    keys: Floats, left: float, never_parted: Floats, partitions: int, hashed: Floats
) -> tuple[Floats, Floats]:
    """The load of each partition as a share, busiest first, and what of it can never be parted; shapes (partitions,).

    Keys are hashed, so each falls on any partition with the same chance.

    Args:
        keys: shares of keys, descending.
        left: the share of the other keys, which are so many that they are even.
        never_parted: of each key, what stays together.
        partitions: how many there are.
        hashed: where each key falls, in [0, 1) of the range that the partitions divide.
    """
    where = (hashed * partitions).astype(np.intp)
    loads = np.bincount(where, weights=keys, minlength=partitions) + left / partitions
    whole = np.zeros(partitions)
    whole[where[::-1]] = never_parted[::-1]  # of several on one partition the last to be written is the greatest
    order = np.argsort(-loads, kind="stable")
    return np.asarray(loads[order], dtype=np.float64), whole[order]
