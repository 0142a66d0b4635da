"""Later months: what the capacity that was chosen now would cost then, and whether it would still do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ddbload.capacity.behaviour.settings import Floats
from ddbload.planner.candidates import DIMENSIONS, Choice, Measured, Simulate, Standing
from ddbload.planner.demand import UnitDemand
from ddbload.planner.document import MonthPlan
from ddbload.planner.evaluate import Judging, evaluate
from ddbload.planner.lanes import load_of, measure
from ddbload.planner.priced import Books
from ddbload.planner.subject import Later, PlannedTable
from ddbload.planner.table_plan import band

WORLDS = 40
"""Worlds of a later month, at most: it is an outlook, and nothing is chosen by it."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What later months are judged by."""

    simulate: Simulate
    books: Books
    objective: float
    confidence: float
    seed: int


def month_plan(
    month: int, later: Later, tables: Sequence[PlannedTable], choices: Sequence[Choice], outlook: Outlook
) -> MonthPlan:
    """A later month with the capacity of today; what is bought once is not bought again."""
    demand = _first_worlds(later.demand)
    total: Floats = np.zeros(demand.worlds)
    short = []
    for table, choice in zip(tables, choices, strict=True):
        usd, kept = _table(table, choice, demand, later.standing[table.facts.name], outlook)
        total = total + usd
        if kept < outlook.confidence:
            short.append(table.facts.name)
    note = f"the capacity of today throttles too much: {', '.join(short)}" if short else ""
    return MonthPlan(month, band(total), later.peak, note)


def _table(
    table: PlannedTable, choice: Choice, demand: UnitDemand, standing: Standing, outlook: Outlook
) -> tuple[Floats, float]:
    shown = choice.chosen or choice.evaluated[0]
    judging = Judging(table.facts, outlook.objective, outlook.confidence, choice.scale, outlook.books)
    measured: dict[str, Measured] = {}
    for dimension in DIMENSIONS:
        load = load_of(table.facts, demand, dimension, table.heat)
        lane = shown.candidate.settings[dimension]
        measured[dimension] = measure(load, [lane], outlook.simulate, seed=outlook.seed)[0]
    paid = standing(shown.candidate.table_class)
    worlds = paid[: demand.worlds]
    found = evaluate(judging, shown.candidate, measured, lambda _class: worlds)  # type: ignore[arg-type]
    return found.monthly_usd, found.kept


def _first_worlds(demand: UnitDemand) -> UnitDemand:
    units = {
        resource: {dimension: each[:WORLDS] for dimension, each in of.items()} for resource, of in demand.units.items()
    }
    return replace(demand, units=units)
