"""Calls beside those of a run, which change nothing: so many that the mean of an operation's units is known well.

A run may call an operation a few dozen times. What its calls consume in the long run is asked of many more draws, at
several moments of the run, so that the items are as the run has them then.
"""

from __future__ import annotations

import math
from copy import copy
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ddbload.planner.trial.course import Trial
from ddbload.workload.counting import Counting, Rows

ERROR = 0.005
"""The standard error of a mean that is asked for, in multiples of the mean."""
MOST = 6_000
"""Probes of an operation, at most."""
MOST_ROWS = 400_000
"""Items that the probes of a query or a scan read, at most."""
MOMENTS = 8
_FEW = 24
_FIRST_SLOT = 1 << 61  # no run has so many


@dataclass(slots=True)
class Probes:
    """Probes of a trial under way.

    Attributes:
        counting: what the calls so far have counted, as the workload itself counts them.
        made: position -> how many there were.
    """

    trial: Trial
    counting: Counting
    made: dict[int, int] = field(default_factory=dict)

    def note(self, positions: list[int]) -> None:
        """Calls of the run itself."""
        chosen = np.asarray(positions, dtype=np.int64)
        self.counting.rows(chosen, chosen)

    def probe(self, moments_left: int) -> None:
        """Probe every operation that needs it, as many times as are due at this moment."""
        for position, unit in enumerate(self.trial.workload.units):
            if unit is None or not self._plain(position):
                continue
            count = math.ceil(self._lacking(position) / moments_left)
            if count:
                self.made[position] = self.made.get(position, 0) + count
                draws: Any = unit.draws(self._rows(position, count))
                self.trial.prepare(position, draws)
                for slot, draw in enumerate(draws):
                    self.trial.probe(position, _FIRST_SLOT + slot, draw)

    def _plain(self, position: int) -> bool:
        workload = self.trial.workload
        plain = len(workload.operations)
        return position < plain or workload.flows[position - plain].api != "session"

    def _lacking(self, position: int) -> int:
        """How many calls more would bring the error down to what is asked for."""
        tally = self.trial.tallies.get(self.trial.name(position))
        made = self.made.get(position, 0)
        if tally is None or tally.calls < _FEW:
            return min(MOST - made, 10 * _FEW)
        wanted = math.ceil(tally.calls * (tally.worst_error() / ERROR) ** 2) - tally.calls
        most = min(MOST, int(MOST_ROWS / max(1.0, tally.rows / tally.calls)))
        return max(0, min(wanted, most - made))

    def _rows(self, position: int, count: int) -> Rows:
        """Rows for probes: numbered beyond all calls, counted on from those of the run without being counted there."""
        beside = copy(self.counting)
        beside._counted = dict(self.counting._counted)  # noqa: SLF001 - a copy of what it has counted
        first = _FIRST_SLOT + (position << 40) + self.made.get(position, 0)
        return beside.rows(np.arange(first, first + count), np.full(count, position))
