"""What became of every lane, added up as it happens, so that a month of thousands of lanes needs little memory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ddbload.capacity.behaviour.excess import MINUTE_S
from ddbload.capacity.behaviour.settings import Course, Floats, Outcome
from ddbload.capacity.behaviour.traffic import Traffic

_HOUR = 60


class Tally:
    """Sums and extremes of shape (resources, candidates, worlds); see `Outcome` for their meaning.

    An engine writes to them as it goes; `course` holds capacity, consumed and throttled by the minute, if kept.
    """

    def __init__(self, traffic: Traffic, candidates: int, *, course: bool) -> None:
        shape = (len(traffic.names), candidates, traffic.worlds)
        self.throttled, self.by_partition, self.by_index = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        self.worst_minute, self.peak_use, self.final_warm = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        self.hourly = np.zeros((*shape, -(-traffic.minutes // _HOUR)))
        self.course = tuple(np.zeros((*shape, traffic.minutes)) for _ in range(3)) if course else None
        self._traffic = traffic

    def refused(self, lost: Floats, asked: Floats) -> None:
        """Adds what a minute refused in all lanes, and what it was asked, units a second."""
        self.throttled += MINUTE_S * lost
        share = np.divide(lost, asked, out=np.zeros_like(lost), where=asked > 0)
        np.maximum(self.worst_minute, share, out=self.worst_minute)

    def refused_in(self, lanes: NDArray[np.intp], lost: Floats, asked: Floats) -> None:
        """The same in some lanes, numbers of flat (candidates, worlds); shape (resources, lanes)."""
        share = np.divide(lost, asked, out=np.zeros_like(lost), where=asked > 0)
        throttled, worst = (one.reshape(len(one), -1) for one in (self.throttled, self.worst_minute))
        throttled[:, lanes] += MINUTE_S * lost
        worst[:, lanes] = np.maximum(worst[:, lanes], share)

    def outcomes(self, candidates: Sequence[int]) -> dict[str, Outcome]:
        """By resource, in the order of `candidates`: the numbers that the lanes' candidates have among all."""
        order = np.argsort(np.asarray(candidates))
        return {name: self._outcome(at, order) for at, name in enumerate(self._traffic.names)}

    def _outcome(self, at: int, order: NDArray[np.intp]) -> Outcome:
        units = self._traffic.units[at]
        asked = np.broadcast_to(
            units.reshape(len(units), -1).sum(axis=1) * (1 if self._traffic.by_second else MINUTE_S),
            self.throttled[at].shape,
        ).copy()
        throttled = np.minimum(self.throttled[at][order], asked)
        hourly = self.hourly[at][order]
        hours = np.full(hourly.shape[-1], 1.0)
        hours[-1] -= (-self._traffic.minutes % _HOUR) / _HOUR  # an hour begun is billed by its part
        return Outcome(
            asked=asked,
            consumed=asked - throttled,
            throttled=throttled,
            by_partition=self.by_partition[at][order],
            by_index=self.by_index[at][order],
            unit_hours=hourly @ hours,
            hourly=hourly,
            worst_minute=self.worst_minute[at][order],
            peak_use=self.peak_use[at][order],
            final_warm=self.final_warm[at][order],
            course=Course(*(one[at][order] for one in self.course)) if self.course is not None else None,
        )


def joined(tallies: Sequence[Tally]) -> Tally:
    """One tally of the candidates of several, one after another."""
    first, *others = tallies
    if not others:
        return first
    for name in ("throttled", "by_partition", "by_index", "worst_minute", "peak_use", "final_warm", "hourly"):
        setattr(first, name, np.concatenate([getattr(one, name) for one in tallies], axis=1))
    if first.course is not None:
        courses = [one.course for one in tallies if one.course is not None]
        first.course = tuple(np.concatenate(parts, axis=1) for parts in zip(*courses, strict=True))
    return first
