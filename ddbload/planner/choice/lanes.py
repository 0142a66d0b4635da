"""One dimension of a table as the simulation takes it, cut to what a search needs, and what comes of many settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ddbload.capacity.behaviour.settings import Asked, Fixed, Floats, Heat, OnDemand, Outcome, Setting
from ddbload.planner.choice.candidates import Measured, Simulate, SimulateTogether, TableFacts
from ddbload.planner.demand.model import UnitDemand
from ddbload.planner.resource import Dimension, Resource

Heats = Mapping[Resource, Mapping[Dimension, Heat]]
Lane = Mapping[str, Setting]
"""Name -> setting, of every name of the table."""

_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked of a table in one dimension.

    Attributes:
        asked: of the names that anything is asked of, the table among them; None where nothing is.
        names: all names; those that nothing is asked of are not simulated.
        worlds, minutes: of the demand.
    """

    dimension: Dimension
    asked: Asked | None
    names: tuple[str, ...]
    worlds: int
    minutes: int

    @property
    def busy(self) -> tuple[str, ...]:
        """The names that something is asked of."""
        if self.asked is None:
            return ()
        # The first world tells it nearly always, in a fraction of the time.
        return tuple(name for name, units in self.asked.units.items() if units[:1].any() or units.any())

    def of(self, name: str) -> Floats:
        """What is asked of a name: means of minutes, shape (worlds, minutes)."""
        units = self.asked.units.get(name) if self.asked else None
        if units is None:
            return np.zeros((self.worlds, self.minutes))
        return units if units.shape == (self.worlds, self.minutes) else units.mean(axis=2)

    def alone(self, name: str) -> Load:
        """A name by itself, as if it were a table."""
        if self.asked is None:
            return replace(self, names=("",))
        asked = replace(
            self.asked,
            units={"": self.asked.units[name]},
            dispersion=_renamed(self.asked.dispersion, name),
            heat=_renamed(self.asked.heat, name),
            touches={},
        )
        return replace(self, asked=asked, names=("",))

    def cut(self, worlds: NDArray[np.intp] | None = None, days: tuple[int, int] | None = None) -> Load:
        """Some of the worlds; and the days from the first up to but not including the last."""
        if self.asked is None:
            return self
        first, last = (day * 1440 for day in days) if days else (0, self.minutes)
        last = min(last, self.minutes)
        units = {name: of[:, first:last] for name, of in self.asked.units.items()}
        if worlds is not None:
            units = {name: of[worlds] for name, of in units.items()}
        start = self.asked.start  # minutes go by elapsed time, not by the wall clock
        begins = (start.astimezone(UTC) + timedelta(minutes=first)).astimezone(start.tzinfo)
        asked = replace(self.asked, units=units, start=begins)
        count = self.worlds if worlds is None else len(worlds)
        return replace(self, asked=asked, worlds=count, minutes=last - first)


T = TypeVar("T")


def _renamed(of: Mapping[str, T], name: str) -> dict[str, T]:
    """What is known of a name, as if it were the table."""
    return {"": of[name]} if name in of else {}


def load_of(facts: TableFacts, demand: UnitDemand, dimension: Dimension, heat: Heats | None = None) -> Load:
    """A dimension of a table and its global indexes, from the demand of all."""
    units: dict[str, Floats] = {}
    dispersion: dict[str, float] = {}
    hot: dict[str, Heat] = {}
    minutes = _minutes(demand)
    for name in facts.names:
        resource = Resource(facts.name, name)
        series = demand.units.get(resource, {}).get(dimension)
        if series is None or not series.any():
            continue
        units[name] = _by_minute(series, demand.step_s)
        if dimension in demand.dispersion.get(resource, {}):
            dispersion[name] = demand.dispersion[resource][dimension]
        if heat and dimension in heat.get(resource, {}):
            hot[name] = heat[resource][dimension]
    if not units:
        return Load(dimension, None, facts.names, demand.worlds, minutes)
    if "" not in units:
        units = {"": np.zeros_like(next(iter(units.values()))), **units}
    along = {name: demand.touches.get(Resource(facts.name, name), 1.0) for name in units if name}
    touches = along if dimension == "write" else {}
    asked = Asked(dimension, units, demand.month.start, dispersion, hot, touches)
    return Load(dimension, asked, facts.names, demand.worlds, minutes)


def _minutes(demand: UnitDemand) -> int:
    series = next(iter(next(iter(demand.units.values())).values()))
    return int(series.shape[1]) * demand.step_s // _MINUTE_S


def _by_minute(series: Floats, step_s: int) -> Floats:
    if step_s == _MINUTE_S:
        return series
    return series.reshape(len(series), -1, _MINUTE_S // step_s)


def measure(load: Load, lanes: Sequence[Lane], simulate: Simulate, *, seed: int) -> list[Measured]:
    """What becomes of each lane in every world of a load.

    A name that nothing is asked of is not simulated: what it is provisioned with is billed for every hour.
    """
    return measure_all([(load, lanes)], simulate, seed=seed)[0]


def measure_all(
    wanted: Sequence[tuple[Load, Sequence[Lane]]], simulate: Simulate, *, seed: int
) -> list[list[Measured]]:
    """The same for several loads, at once where the simulation can."""
    jobs = [
        (load.asked, [{name: lane[name] for name in load.asked.units} for lane in lanes])
        for load, lanes in wanted
        if load.asked is not None and lanes
    ]
    if isinstance(simulate, SimulateTogether):
        outcomes = iter(simulate.together(jobs, seed=seed))
    else:
        outcomes = iter([simulate(asked, settings, seed=seed) for asked, settings in jobs])
    made = []
    for load, lanes in wanted:
        of: Mapping[str, Outcome] = next(outcomes) if load.asked is not None and lanes else {}
        made.append([_measured(load, lane, of, place) for place, lane in enumerate(lanes)])
    return made


def _measured(load: Load, lane: Lane, outcomes: Mapping[str, Outcome], place: int) -> Measured:
    nothing = np.zeros(load.worlds)
    consumed, unit_hours, hourly = {}, {}, {}
    for name in load.names:
        if name in outcomes:
            of = outcomes[name]
            consumed[name], unit_hours[name] = of.consumed[place], of.unit_hours[place]
            hourly[name] = of.hourly[place]
        else:
            units = 0.0 if isinstance(lane[name], OnDemand) else _kept(lane[name])
            consumed[name] = nothing
            hourly[name] = np.full((load.worlds, load.minutes // 60), units)
            unit_hours[name] = hourly[name].sum(axis=1)
    counted = _counted(load, outcomes)
    if not counted:
        return Measured(lane, consumed, unit_hours, hourly, nothing, nothing, nothing, np.ones(load.worlds))
    return Measured(
        lane,
        consumed,
        unit_hours,
        hourly,
        asked=np.sum([of.asked[place] for of in counted], axis=0),
        throttled=np.sum([of.throttled[place] for of in counted], axis=0),
        worst_minute=np.max([of.worst_minute[place] for of in counted], axis=0),
        headroom=1.0 - np.max([outcomes[name].peak_use[place] for name in load.busy], axis=0),
    )


def _counted(load: Load, outcomes: Mapping[str, Outcome]) -> list[Outcome]:
    """Whose throttles count: of writes the table's, since it is refused what an index has no capacity for."""
    busy = [outcomes[name] for name in load.busy]
    return [outcomes[""]] if load.dimension == "write" and "" in load.busy else busy


def _kept(setting: Setting) -> float:
    """The capacity of what is never asked for anything."""
    if isinstance(setting, OnDemand):
        return 0.0
    return setting.units if isinstance(setting, Fixed) else setting.low
