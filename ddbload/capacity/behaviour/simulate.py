"""The one call of this room: what becomes of what is asked under each of some settings of capacity."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import cast

import numpy as np
from numpy.typing import ArrayLike

from ddbload.capacity.behaviour.assumptions import Assumptions
from ddbload.capacity.behaviour.hot import hot_of
from ddbload.capacity.behaviour.on_demand import run_on_demand
from ddbload.capacity.behaviour.partitions import check_heat
from ddbload.capacity.behaviour.provisioned import Part, Provisioned, run_provisioned
from ddbload.capacity.behaviour.settings import (
    Asked,
    Course,
    Dimension,
    Fixed,
    Heat,
    OnDemand,
    Outcome,
    Setting,
    Tracked,
)
from ddbload.capacity.behaviour.streams import stream
from ddbload.capacity.behaviour.tally import Tally, joined
from ddbload.capacity.behaviour.traffic import TABLE, Traffic, traffic_of
from ddbload.capacity.behaviour.validation import SettingError, check_tracked
from ddbload.errors import UsageError

_MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
_USUAL = Assumptions()


def simulate(
    asked: Asked,
    settings: Sequence[Mapping[str, Setting]],
    assumptions: Assumptions = _USUAL,
    *,
    seed: int = 0,
    course: bool = False,
) -> dict[str, Outcome]:
    """Steps each candidate setting through what is asked, in every world.

    A world draws each assumption once, from its range; world 0 has all at their values. What a world draws depends on
    the seed alone, not on the candidates. By the second it is exact under the model; by the minute what the means hide
    is added from the dispersion.

    Args:
        asked: units of the table ("") and its global indexes, in one dimension.
        settings: candidates: name -> setting for each resource that is asked. A candidate is on demand as a whole, or
            provisioned as a whole; candidates of both kinds may stand side by side.
        assumptions: of the model.
        seed: of what the worlds draw.
        course: whether capacity in time is kept: 24 bytes for each candidate, world, minute and resource.

    Returns:
        name -> what became of it.

    Raises:
        UsageError: what is asked is not usable as it is, or a candidate leaves a resource out.
        SettingError: a setting that AWS would refuse.
    """
    return simulate_together([(asked, settings)], assumptions, seed=seed, course=course)[0]


Job = tuple[Asked, Sequence[Mapping[str, Setting]]]
"""What is asked of one table in one dimension, and candidates for it."""


def simulate_together(
    jobs: Sequence[Job], assumptions: Assumptions = _USUAL, *, seed: int = 0, course: bool = False
) -> list[dict[str, Outcome]]:
    """The same for several jobs, each as if it were alone: those of as many minutes take less time than one by one.

    Raises:
        UsageError, SettingError: as those of `simulate`.
    """
    tallies: list[list[tuple[list[int], Tally]]] = [[] for _ in jobs]
    parts: dict[tuple[int, float], list[tuple[int, list[int], Part]]] = {}
    for number, (asked, settings) in enumerate(jobs):
        traffic = traffic_of(asked)
        _check(traffic, asked, settings)
        drawn = assumptions.draw(stream(seed, "assumptions"), traffic.worlds)
        on_demand = [at for at, one in enumerate(settings) if _mode(one) is OnDemand]
        provisioned = [at for at, one in enumerate(settings) if _mode(one) is not OnDemand]
        if provisioned:
            chosen = [cast("Mapping[str, Provisioned]", settings[at]) for at in provisioned]
            part = Part(traffic, chosen, drawn, hot_of(traffic, asked.heat, chosen, assumptions, drawn, seed))
            parts.setdefault((traffic.minutes, traffic.utc_began_s), []).append((number, provisioned, part))
        if on_demand:
            warm = [cast("Mapping[str, OnDemand]", settings[at]) for at in on_demand]
            hot = hot_of(traffic, asked.heat, warm, assumptions, drawn, seed)
            tallies[number].append((on_demand, run_on_demand(traffic, warm, assumptions, drawn, hot, course=course)))
    for alike in parts.values():
        found = run_provisioned([part for _, _, part in alike], assumptions, course=course)
        for (number, which, _), tally in zip(alike, found, strict=True):
            tallies[number].append((which, tally))
    return [joined([tally for _, tally in of]).outcomes([at for which, _ in of for at in which]) for of in tallies]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """`simulate`, with its assumptions given."""

    assumptions: Assumptions = _USUAL

    def __call__(
        self, asked: Asked, settings: Sequence[Mapping[str, Setting]], *, seed: int = 0, course: bool = False
    ) -> dict[str, Outcome]:
        """What becomes of each of the settings; see `simulate`."""
        return simulate(asked, settings, self.assumptions, seed=seed, course=course)

    def together(self, jobs: Sequence[Job], *, seed: int = 0) -> list[dict[str, Outcome]]:
        """Several at once; see `simulate_together`."""
        return simulate_together(jobs, self.assumptions, seed=seed)


def simulate_one(
    units: ArrayLike,
    setting: Setting,
    *,
    dimension: Dimension = "write",
    start: datetime = _MONDAY,
    dispersion: float = 1.0,
    heat: Heat | None = None,
    assumptions: Assumptions = _USUAL,
) -> Outcome:
    """One table under one setting, with its course in time: the short way for one question.

    >>> outcome = simulate_one([100.0] * 60 + [300.0] * 60, Tracked(low=5, high=1000, target=0.7))
    >>> float(outcome.course.capacity[-1])
    429.0

    Args:
        units: units a second that are asked, minute by minute, shape (minutes,); or by the second, (minutes, 60).
        setting: how the table has its capacity.
        dimension: reads or writes.
        start: the first moment, with its zone; by default a Monday, 00:00 UTC.
        dispersion: variance of a second's units over their mean: 1 is Poisson's, 0 is even. Not used by the second.
        heat: how uneven the load is; None: even.
        assumptions: of the model; all are at their values.

    Returns:
        What `simulate` does, without its axes of candidates and worlds.

    Raises:
        UsageError, SettingError: as those of `simulate`.
    """
    asked = Asked(
        dimension,
        {TABLE: np.asarray(units, dtype=np.float64)[np.newaxis]},
        start,
        {TABLE: dispersion},
        {} if heat is None else {TABLE: heat},
    )
    found = simulate(asked, [{TABLE: setting}], assumptions, course=True)[TABLE]
    assert found.course is not None
    course = Course(*(getattr(found.course, one.name)[0, 0] for one in fields(Course)))
    plain = {one.name: getattr(found, one.name)[0, 0] for one in fields(Outcome) if one.name != "course"}
    return replace(found, **plain, course=course)


def _mode(candidate: Mapping[str, Setting]) -> type:
    return OnDemand if any(isinstance(one, OnDemand) for one in candidate.values()) else Fixed


def _check(traffic: Traffic, asked: Asked, settings: Sequence[Mapping[str, Setting]]) -> None:
    if not settings:
        raise UsageError("there is no candidate setting to simulate")
    for name, heat in asked.heat.items():
        check_heat(heat, name)
    for number, candidate in enumerate(settings):
        missing = [name for name in traffic.names if name not in candidate]
        if missing:
            raise UsageError(f"candidate {number} has no setting for {', '.join(n or 'the table' for n in missing)}")
        kinds = {isinstance(candidate[name], OnDemand) for name in traffic.names}
        if len(kinds) > 1:
            raise SettingError(
                f"candidate {number} is on demand in part; a table and its indexes have one billing mode"
            )
        for name in traffic.names:
            _check_setting(candidate[name], f"candidate {number}, {name or 'the table'}")


def _check_setting(setting: Setting, where: str) -> None:
    if isinstance(setting, Tracked):
        check_tracked(setting)
    elif isinstance(setting, Fixed):
        if not 1 <= setting.units < math.inf:
            raise SettingError(f"{where}: {setting.units:g} units; DynamoDB provisions at least 1 unit a second")
    else:
        for what, units in (("maximum", setting.maximum), ("warm", setting.warm)):
            if units is not None and not 1 <= units < math.inf:
                raise SettingError(f"{where}: {what} is {units:g}; it must be at least 1 unit a second")
