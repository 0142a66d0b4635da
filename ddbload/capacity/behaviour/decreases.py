"""How often provisioned capacity may be lowered: the daily allowance of a table or an index, in many lanes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Lanes = NDArray[np.intp]
_HOUR_S = 3600
_DAY_HOURS = 24


@dataclass(frozen=True, slots=True)
class DecreaseQuota:
    """Decreases a table or an index may have; 4 + 23 = 27 a day as it stands by default.

    One UpdateTable may lower reads and writes together and takes one of them; reads and writes are simulated apart
    here, so that each has the whole quota.

    Source: Amazon DynamoDB Developer Guide, "Quotas in Amazon DynamoDB", decreasing throughput for provisioned tables.

    Attributes:
        at_day_start: available at the start of each UTC day.
        per_hour: earned with each further hour of that day.
        held: the most that may be held unused.
    """

    at_day_start: int = 4
    per_hour: int = 1
    held: int = 4


class Allowance:
    """What is left of the quota in each lane. A lane is looked at only when it asks, so waiting costs nothing.

    Hours are those of the UTC clock: the guide says "each hour" and not which.
    """

    def __init__(self, lanes: int, quota: DecreaseQuota, began_s: float = 0.0) -> None:
        """`began_s`: how far the UTC day is at second 0 of the simulation."""
        self._quota = quota
        self._began_s = began_s
        self._hour = np.full(lanes, int(began_s // _HOUR_S), dtype=np.int64)
        self._held = self._on(self._hour % _DAY_HOURS)

    def take(self, lanes: Lanes, at_s: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Takes one decrease in each of these lanes at its second of the simulation; False where none is left."""
        hour = ((at_s + self._began_s) // _HOUR_S).astype(np.int64)
        before = self._hour[lanes]
        earned = np.minimum(self._quota.held, self._held[lanes] + self._quota.per_hour * (hour - before))
        new_day = hour // _DAY_HOURS > before // _DAY_HOURS
        held = np.where(new_day, self._on(hour % _DAY_HOURS), earned)
        granted: NDArray[np.bool_] = held > 0
        self._hour[lanes] = hour
        self._held[lanes] = held - granted
        return granted

    def _on(self, hour_of_day: NDArray[np.int64]) -> NDArray[np.int64]:
        """What is held at an hour of a day in which nothing was taken."""
        return np.minimum(self._quota.held, self._quota.at_day_start + self._quota.per_hour * hour_of_day)
