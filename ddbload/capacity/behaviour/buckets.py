"""Token buckets of provisioned capacity, and who is admitted: a table with its global indexes, in many lanes at once.

Axes are (resources, candidates, worlds); by the second there is one of 60 after them. The table is resource 0.

Source: DynamoDB Developer Guide, "Burst and adaptive capacity" (300 seconds of unused capacity are kept).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ddbload.capacity.behaviour.admission import refused_together
from ddbload.capacity.behaviour.excess import MINUTE_S, NEAR, lost_in_a_minute
from ddbload.capacity.behaviour.settings import Floats

_NO_LANES: NDArray[np.intp] = np.empty(0, dtype=np.intp)
_FEW = 6  # lanes that are walked faster one by one than together


@dataclass(frozen=True, slots=True)
class Short:
    """A minute in the lanes in which something was refused.

    Attributes:
        lanes: which, as numbers of flat (candidates, worlds).
        lost: units refused in the minute, shape (resources, lanes).
        by_index: of the table's, those refused for want of an index's capacity, shape (lanes,).
    """

    lanes: NDArray[np.intp]
    lost: Floats
    by_index: Floats


@dataclass(frozen=True, slots=True)
class _Steady:
    """A minute that left everything as it was: with the same asked of the same capacity, the next one does so too."""

    asked: Floats
    capacity: Floats
    short: Short

    def goes_on(self, asked: Floats, capacity: Floats) -> bool:
        """Whether nothing is different."""
        return np.array_equal(asked, self.asked) and np.array_equal(capacity, self.capacity)


class Buckets:
    """What each lane has saved, in units.

    Attributes:
        saved: shape (resources, candidates, worlds).
    """

    def __init__(self, capacity: Floats, span_s: Floats, filled: Floats, touches: Floats | None) -> None:
        """Begins with what has been saved.

        Args:
            capacity: at the beginning, shape (resources, candidates, worlds), units a second.
            span_s: for how many seconds unused capacity is kept, shape (worlds,).
            filled: the share of it that there is at the beginning, shape (worlds,).
            touches: the share of the table's writes that each resource is part of; None: each is admitted by itself.
        """
        self._span_s, self._touches = span_s, touches
        self.saved = capacity * (span_s * filled)
        self._next, self._size = np.empty_like(self.saved), np.empty_like(self.saved)
        self._near = np.empty(self.saved.shape, dtype=np.bool_)
        self._steady: _Steady | None = None

    def serve_minute(self, asked: Floats, capacity: Floats, deviation: Floats) -> Short | None:
        """One minute by its means.

        Args:
            asked: units a second, shape (resources, candidates or 1, worlds).
            capacity: units a second, shape (resources, candidates, worlds).
            deviation: of a second's units, as `asked`.
        """
        if self._steady is not None:
            if self._steady.goes_on(asked, capacity):
                return self._steady.short
            self._steady = None
        size, after, near = self._size, self._next, self._near
        np.multiply(capacity, self._span_s, out=size)
        np.minimum(self.saved, size, out=self.saved)  # lower capacity keeps less, and at once
        np.subtract(capacity, asked, out=after)
        after *= MINUTE_S
        after += self.saved
        np.minimum(after, size, out=after)
        np.less(after, (NEAR * MINUTE_S**0.5) * deviation, out=near)
        lanes = np.flatnonzero(near.any(axis=0)) if np.count_nonzero(near) else _NO_LANES
        short = self._minute_of(lanes, asked, capacity, deviation) if lanes.size else None
        if short is not None and np.array_equal(after, self.saved):
            self._steady = _Steady(asked.copy(), capacity.copy(), short)
        self.saved, self._next = after, self.saved
        return short

    def _minute_of(self, lanes: NDArray[np.intp], asked: Floats, capacity: Floats, deviation: Floats) -> Short | None:
        wanted, units = _of(lanes, asked, self.saved.shape), _of(lanes, capacity, self.saved.shape)
        spread, size = _of(lanes, deviation, self.saved.shape), _of(lanes, self._size, self.saved.shape)
        saved = np.minimum(_of(lanes, self.saved, self.saved.shape), size)
        asked_units = MINUTE_S * wanted
        own = np.minimum(lost_in_a_minute(saved, size, units - wanted, spread), asked_units)
        share = np.divide(own, asked_units, out=np.zeros_like(own), where=asked_units > 0)
        if self._touches is None:
            lost, by_index = own, np.zeros(lanes.size)
        else:
            refused, for_index = refused_together(share, self._touches)
            lost, by_index = refused * asked_units, for_index * asked_units[0]
        after = saved + MINUTE_S * units - (asked_units - lost)
        _put(lanes, self._next, np.clip(after, 0.0, size))
        return Short(lanes, lost, by_index)

    def serve_seconds(self, asked: Floats, capacity: Floats) -> Short | None:
        """One minute second by second, exactly; `asked` has shape (resources, candidates or 1, worlds, 60).

        A walk that is only held at the brim is the sum less its greatest excess so far; lanes of which no resource's
        walk falls below zero are done with that. The others are walked.
        """
        np.multiply(capacity, self._span_s, out=self._size)
        walk = np.cumsum(capacity[..., np.newaxis] - asked, axis=-1)
        brim = self._size[..., np.newaxis] - np.maximum.accumulate(walk, axis=-1)
        saved = np.minimum(self.saved, self._size)
        walk += np.minimum(saved[..., np.newaxis], brim)
        np.copyto(self._next, walk[..., -1])
        lanes = np.flatnonzero((walk.min(axis=-1) < 0).any(axis=0))
        short = self._seconds_of(lanes, saved, asked, capacity) if lanes.size else None
        self.saved, self._next = self._next, self.saved
        return short

    def _seconds_of(self, lanes: NDArray[np.intp], saved: Floats, asked: Floats, capacity: Floats) -> Short:
        shape = self.saved.shape
        wanted = np.broadcast_to(asked, (*shape, MINUTE_S)).reshape(shape[0], -1, MINUTE_S)[:, lanes]
        held, units, size = (_of(lanes, one, shape) for one in (saved, capacity, self._size))
        walked = _walked_singly if lanes.size <= _FEW else _walked_together
        held, lost, by_index = walked(held, wanted, units, size, self._touches)
        _put(lanes, self._next, held)
        return Short(lanes, lost, by_index)


def _walked_together(
    held: Floats, asked: Floats, capacity: Floats, size: Floats, touches: Floats | None
) -> tuple[Floats, Floats, Floats]:
    """Second by second in all lanes at once: what is held then, what was lost, and what of the table's by an index."""
    lost, by_index = np.zeros_like(held), np.zeros(held.shape[1])
    for second in range(asked.shape[-1]):
        wanted = asked[..., second]
        there = held + capacity
        lacking = np.maximum(wanted - there, 0.0)
        if touches is not None and lacking.any():
            share = np.divide(lacking, wanted, out=np.zeros_like(there), where=wanted > 0)
            refused, for_index = refused_together(share, touches)
            by_index += for_index * wanted[0]
            lacking = refused * wanted
        lost += lacking
        held = np.clip(there - wanted + lacking, 0.0, size)
    return held, lost, by_index


def _walked_singly(
    held: Floats, asked: Floats, capacity: Floats, size: Floats, touches: Floats | None
) -> tuple[Floats, Floats, Floats]:
    """The same in plain Python, lane by lane: for a few lanes it is many times as fast."""
    lost, by_index, after = np.zeros_like(held), np.zeros(held.shape[1]), np.empty_like(held)
    groups = [list(range(len(held)))] if touches is not None else [[one] for one in range(len(held))]
    parts = [1.0] * len(held) if touches is None else [float(one) for one in touches]
    for lane in range(held.shape[1]):
        for group in groups:
            ends, losts, by_index_here = _walked_lane(
                [float(held[one, lane]) for one in group],
                asked[group, lane].T.tolist(),
                [float(capacity[one, lane]) for one in group],
                [float(size[one, lane]) for one in group],
                [parts[one] for one in group],
            )
            after[group, lane], lost[group, lane] = ends, losts
            if touches is not None:
                by_index[lane] = by_index_here
    return after, lost, by_index


def _walked_lane(
    held: list[float], asked: list[list[float]], capacity: list[float], size: list[float], touches: list[float]
) -> tuple[list[float], list[float], float]:
    lost, by_index = [0.0] * len(held), 0.0
    for wanted in asked:
        left = [have + comes - goes for have, comes, goes in zip(held, capacity, wanted, strict=True)]
        if min(left) < 0:
            own = [-lack / goes if lack < 0 else 0.0 for lack, goes in zip(left, wanted, strict=True)]
            of_table = max([share * part for share, part in zip(own, touches, strict=True)])
            by_index += (of_table - own[0]) * wanted[0]
            for at, goes in enumerate(wanted):
                refused = max(own[at], of_table) * goes
                lost[at] += refused
                left[at] = max(0.0, left[at] + refused)
        held = [have if have < most else most for have, most in zip(left, size, strict=True)]  # noqa: FURB136 - speed
    return held, lost, by_index


def _of(lanes: NDArray[np.intp], values: Floats, shape: tuple[int, ...]) -> Floats:
    """The values of some lanes, shape (resources, lanes)."""
    if values.shape != shape:  # the same for all candidates
        return values[:, 0].take(lanes % shape[2], axis=1)
    return values.reshape(shape[0], -1).take(lanes, axis=1)


def _put(lanes: NDArray[np.intp], into: Floats, values: Floats) -> None:
    into.reshape(into.shape[0], -1)[:, lanes] = values
