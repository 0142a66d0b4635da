"""What is asked, laid out for stepping through it: checked, by minutes, resources side by side, the table first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from ddbload.capacity.behaviour.excess import MINUTE_S
from ddbload.capacity.behaviour.settings import Asked, Dimension, Floats
from ddbload.errors import UsageError

TABLE = ""
_DAY = 1440


@dataclass(frozen=True, slots=True)
class Traffic:
    """Units asked of a table and its global indexes.

    Attributes:
        names: of the resources; the table, if it is among them, is the first.
        units: of each, shape (worlds, minutes) or (worlds, minutes, 60), units a second.
        dispersion: of each; 0 where seconds are given.
        touches: of each, the share of the table's writes that it is part of; None: each is admitted by itself.
        by_second: whether seconds are given.
    """

    dimension: Dimension
    names: tuple[str, ...]
    units: tuple[Floats, ...]
    dispersion: Floats
    start: datetime
    touches: Floats | None
    by_second: bool

    @property
    def worlds(self) -> int:
        """How many there are."""
        return len(self.units[0])

    @property
    def minutes(self) -> int:
        """How many there are."""
        return int(self.units[0].shape[1])

    @property
    def utc_began_s(self) -> float:
        """How far the UTC day is when minute 0 begins."""
        began = self.start.astimezone(UTC)
        return (began - began.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()

    def minute_means(self) -> list[Floats]:
        """Of each resource, units a second by the minute, shape (worlds, minutes)."""
        return [one.mean(axis=2) for one in self.units] if self.by_second else list(self.units)

    def each_minute(self) -> Iterator[Floats]:
        """Units a second of each minute, shape (resources, worlds) or (resources, worlds, 60).

        They are turned around by the day, so that no second copy of the whole is held.
        """
        for first in range(0, self.minutes, _DAY):
            yield from np.stack([np.swapaxes(one[:, first : first + _DAY], 0, 1) for one in self.units], axis=1)


def traffic_of(asked: Asked) -> Traffic:
    """Checks what is asked.

    Raises:
        UsageError: nothing is asked, shapes differ, a figure is negative or not a number, the start has no zone.
    """
    if not asked.units:
        raise UsageError("nothing is asked: `units` has no resource")
    names = tuple(sorted(asked.units, key=lambda name: (name != TABLE, name)))
    arrays = tuple(np.asarray(asked.units[name], dtype=np.float64) for name in names)
    shape = arrays[0].shape
    for name, one in zip(names, arrays, strict=True):
        _check(f"units of {name or 'the table'}", one, shape)
    if asked.start.tzinfo is None:
        raise UsageError(f"the start {asked.start} has no zone; the quota of decreases goes by UTC's days")
    by_second = len(shape) == 3  # noqa: PLR2004 - worlds, minutes, seconds
    dispersion = np.array([0.0 if by_second else asked.dispersion.get(name, 1.0) for name in names])
    if not (np.isfinite(dispersion) & (dispersion >= 0)).all():
        raise UsageError("a dispersion is negative or not a number; 1 is Poisson's, 0 is even")
    coupled = asked.dimension == "write" and names[0] == TABLE and len(names) > 1
    touches = np.array([asked.touches.get(name, 1.0) for name in names])
    if not ((touches >= 0) & (touches <= 1)).all() or touches[0] != 1:
        raise UsageError("of `touches` only 0 to 1 fits, the share of the table's writes that write to an index")
    return Traffic(asked.dimension, names, arrays, dispersion, asked.start, touches if coupled else None, by_second)


def _check(what: str, units: Floats, shape: tuple[int, ...]) -> None:
    if units.shape != shape:
        raise UsageError(f"{what} have shape {units.shape}, others {shape}; all cover the same worlds and minutes")
    if units.ndim not in (2, 3) or (units.ndim == 3 and shape[2] != MINUTE_S):  # noqa: PLR2004 - as the docstring says
        raise UsageError(f"{what} have shape {shape}; (worlds, minutes) or (worlds, minutes, 60) fits")
    if not units.size:
        raise UsageError(f"{what} have shape {shape}: no world or no minute is there")
    # One pass each: the least of an array with NaN is NaN, and no comparison with it holds.
    if not (units.min() >= 0 and units.max() < np.inf):
        raise UsageError(f"{what} hold a negative figure or one that is not a number; 0 or more units a second fit")
