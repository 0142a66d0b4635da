"""A behaviour that can be worked out by hand: no burst, no delay, and capacity that follows the minute before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ddbload.capacity.behaviour.settings import Asked, Fixed, Floats, OnDemand, Outcome, Setting


def plain(
    asked: Asked, settings: Sequence[Mapping[str, Setting]], *, seed: int = 0, course: bool = False
) -> dict[str, Outcome]:
    """Serves what capacity there is in each minute; a write that an index lacks capacity for is refused."""
    assert not course
    assert seed >= 0
    capacity = {
        name: np.stack([_capacity(lane[name], units) for lane in settings]) for name, units in asked.units.items()
    }
    served = {name: _share(np.minimum(units, capacity[name]), units) for name, units in asked.units.items()}
    if asked.dimension == "write":
        served[""] = np.stack(list(served.values())).min(axis=0)
    return {
        name: _outcome(units, capacity[name], served[name], [lane[name] for lane in settings])
        for name, units in asked.units.items()
    }


def _capacity(setting: Setting, units: Floats) -> Floats:
    if isinstance(setting, OnDemand):
        return np.full_like(units, min(setting.maximum or np.inf, 2 * (setting.warm or 4000.0)))
    if isinstance(setting, Fixed):
        return np.full_like(units, setting.units)
    before = np.concatenate([units[:, :1], units[:, :-1]], axis=1)
    return np.clip(np.ceil(before / setting.target), setting.low, setting.high)


def _share(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.ones_like(part), where=whole > 0)


def _outcome(units: Floats, capacity: Floats, served: Floats, settings: list[Setting]) -> Outcome:
    lanes, worlds, minutes = capacity.shape
    consumed = served * units
    total = np.broadcast_to(units.sum(axis=1) * 60, (lanes, worlds))
    provisioned = np.array([not isinstance(setting, OnDemand) for setting in settings])[:, None, None]
    hourly = np.where(provisioned, capacity.reshape(lanes, worlds, minutes // 60, 60).max(axis=3), 0.0)
    none = np.zeros((lanes, worlds))
    return Outcome(
        asked=total,
        consumed=consumed.sum(axis=2) * 60,
        throttled=total - consumed.sum(axis=2) * 60,
        by_partition=none,
        by_index=none,
        unit_hours=hourly.sum(axis=2),
        hourly=hourly,
        worst_minute=1.0 - served.min(axis=2),
        peak_use=(consumed / capacity).max(axis=2),
        final_warm=capacity.max(axis=2),
    )
