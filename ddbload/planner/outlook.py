"""Later months: what the capacity that was chosen now would cost then, and whether it would still do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import numpy as np

from ddbload.capacity.behaviour.settings import Floats
from ddbload.planner.choice.candidates import DIMENSIONS, Choice, Measured, Simulate
from ddbload.planner.choice.evaluate import Judging, evaluate, paid_of
from ddbload.planner.choice.lanes import load_of, measure_all
from ddbload.planner.choice.priced import Books
from ddbload.planner.choice.table_plan import band
from ddbload.planner.demand.model import UnitDemand
from ddbload.planner.document import Band, MonthPlan
from ddbload.planner.resource import Dimension, Resource
from ddbload.planner.subject import Later, PlannedTable
from ddbload.planner.words import money

WORLDS = 40
"""Worlds of a later month, at most: it is an outlook, and nothing is chosen by it."""
_MUCH_DEARER = 1.25


@dataclass(frozen=True, slots=True)
class Outlook:
    """What later months are judged by."""

    simulate: Simulate
    books: Books
    objective: float
    confidence: float
    seed: int


def month_plans(
    laters: Mapping[int, Later], tables: Sequence[PlannedTable], choices: Sequence[Choice], outlook: Outlook
) -> tuple[MonthPlan, ...]:
    """Later months with the capacity of today, upfront fees spread over their terms as in the month that is planned.

    All months are simulated side by side, as if they were worlds: the time it takes goes by the steps.
    """
    worlds = {month: min(WORLDS, later.demand.worlds) for month, later in laters.items()}
    demand = _stacked(laters, worlds)
    spans = _spans(worlds)
    usd = {month: np.zeros(count) for month, count in worlds.items()}
    short: dict[int, list[str]] = {month: [] for month in laters}
    for table, choice in zip(tables, choices, strict=True):
        shown = choice.chosen or choice.evaluated[0]
        wanted = [
            (load_of(table.facts, demand, dimension, table.heat), [shown.candidate.settings[dimension]])
            for dimension in DIMENSIONS
        ]
        found_of = measure_all(wanted, outlook.simulate, seed=outlook.seed)
        measured = {dimension: of[0] for dimension, of in zip(DIMENSIONS, found_of, strict=True)}
        judging = Judging(table.facts, outlook.objective, outlook.confidence, choice.scale, outlook.books, choice.free)
        for month, span in spans.items():
            standing = laters[month].standing[table.facts.name]
            paid = paid_of(standing, shown.candidate.table_class, outlook.books, choice.free)
            own = {dimension: _of_worlds(of, span) for dimension, of in measured.items()}
            found = evaluate(judging, shown.candidate, own, paid.of_worlds(worlds[month]))
            usd[month] = usd[month] + found.cost_usd
            if found.kept < outlook.confidence:
                short[month].append(table.facts.name)
    return tuple(MonthPlan(month, band(usd[month]), later.peak, _note(short[month])) for month, later in laters.items())


def beyond_launch(months: Sequence[MonthPlan], ranked_usd: Band) -> tuple[str, ...]:
    """A sentence where a later month costs so much more that the planned one is not to be taken for every one."""
    dearer = (each for each in months if each.monthly_usd.likely > _MUCH_DEARER * ranked_usd.likely)
    first = next(dearer, None)
    if first is None:
        return ()
    span = f"{first.month} month{'s' if first.month > 1 else ''}"
    later, now = money(first.monthly_usd.likely), money(ranked_usd.likely)
    return (f"the month that is planned is the first: in {span} one costs {later}, not {now}, as load and items grow",)


def _note(short: Sequence[str]) -> str:
    return f"the capacity of today throttles too much: {', '.join(short)}" if short else ""


def _spans(worlds: Mapping[int, int]) -> dict[int, slice]:
    ends = accumulate(worlds.values())
    return {month: slice(end - worlds[month], end) for month, end in zip(worlds, ends, strict=True)}


def _stacked(laters: Mapping[int, Later], worlds: Mapping[int, int]) -> UnitDemand:
    first = next(iter(laters.values())).demand
    units: dict[Resource, dict[Dimension, Floats]] = {
        resource: {
            dimension: np.concatenate(
                [later.demand.units[resource][dimension][: worlds[month]] for month, later in laters.items()]
            )
            for dimension in of
        }
        for resource, of in first.units.items()
    }
    return replace(first, units=units)


def _of_worlds(measured: Measured, span: slice) -> Measured:
    """Some of the worlds."""
    return replace(
        measured,
        consumed={name: of[span] for name, of in measured.consumed.items()},
        unit_hours={name: of[span] for name, of in measured.unit_hours.items()},
        hourly={name: of[span] for name, of in measured.hourly.items()},
        asked=measured.asked[span],
        throttled=measured.throttled[span],
        worst_minute=measured.worst_minute[span],
        headroom=measured.headroom[span],
    )
