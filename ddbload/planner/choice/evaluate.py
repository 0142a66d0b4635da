"""A candidate's bill, throttles and headroom in every world; and of many lanes the pair that is best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from ddbload.capacity.behaviour.settings import Floats, OnDemand
from ddbload.planner.choice.candidates import (
    DIMENSIONS,
    Candidate,
    Evaluated,
    Measured,
    Mode,
    Standing,
    TableFacts,
    highest,
)
from ddbload.planner.choice.confirm import Confirmed
from ddbload.planner.choice.priced import (
    Books,
    capacity_usd,
    free_usd,
    in_mode,
    plain_hourly,
    quantities,
    unit_usd,
    usages,
)
from ddbload.planner.choice.regret import THROTTLED_FACTOR
from ddbload.planner.choice.reserve import Reserved, Years, held, reserve
from ddbload.planner.choice.search import NONE
from ddbload.planner.resource import Dimension
from ddbload.planner.words import money
from ddbload.pricing.bill import bill
from ddbload.pricing.free import NOTHING_FREE, FreeTier
from ddbload.pricing.usage import Bill, TableClass, Unit


@dataclass(frozen=True, slots=True)
class Judging:
    """What candidates of one table are judged by."""

    facts: TableFacts
    objective: float
    confidence: float
    scale: float
    books: Books
    free: FreeTier = NOTHING_FREE
    throttled_factor: float = THROTTLED_FACTOR

    @property
    def limit(self) -> float:
        """The share of throttled units that still keeps the objective."""
        return max(self.objective, NONE)

    def reserved(self, measured: Mapping[Dimension, Measured], years: Years) -> dict[Unit, Reserved]:
        """Reserved capacity for what can have it, where it pays."""
        book = self.books(self.facts.region)
        hourly = plain_hourly(self.facts, measured)
        found = {
            unit: reserve(of, book, unit, years, scale=self.scale, free_unit_hours=self._free_hours(unit))
            for unit, of in hourly.items()
        }
        return {unit: of for unit, of in found.items() if of.units}

    def held(self, measured: Mapping[Dimension, Measured], candidate: Candidate) -> dict[Unit, Reserved]:
        """The reserved capacity of a candidate, whatever the load has become."""
        book = self.books(self.facts.region)
        hourly = plain_hourly(self.facts, measured)
        return {
            unit: held(hourly[unit], book, unit, 1 if years == 1 else 3, units, scale=self.scale)
            for (unit, years), units in candidate.reserved.items()
        }

    def _free_hours(self, unit: Unit) -> float:
        free: float = getattr(self.free, f"{unit}_unit_hours")
        return free

    def usd(self, measured: Mapping[Dimension, Measured], table_class: TableClass, years: Years | None) -> Floats:
        """What capacity costs in every world, upfront fees spread over their terms."""
        reserved = self.reserved(measured, years) if years else {}
        total = self.capacity_usd(measured, table_class, reserved)
        for of in reserved.values():
            total = total + of.monthly_usd + of.spread_usd
        return total

    def capacity_usd(
        self, measured: Mapping[Dimension, Measured], table_class: TableClass, reserved: Mapping[Unit, Reserved]
    ) -> Floats:
        """What capacity costs beside what is reserved, in every world; what is free is taken off what that leaves."""
        found = quantities(self.facts, measured, self.scale)
        book, region = self.books(self.facts.region), self.facts.region
        covered = {
            f"{unit}_unit_hours": (region, of.saved_usd / unit_usd(book, "standard", f"{unit}_unit_hours"))
            for unit, of in reserved.items()
        }
        total = capacity_usd(found, table_class, self.books)
        for of in reserved.values():
            total = total - of.saved_usd
        return total - free_usd(found, table_class, self.books, self.free, covered)


@dataclass(frozen=True, slots=True)
class Paid:
    """What is paid whatever the capacity, of one table class: every month, shape (worlds,) or (1,); and once.

    `monthly_usd` is that on demand, `provisioned_usd` that of provisioned capacity, where writes are cheaper.
    """

    monthly_usd: Floats
    provisioned_usd: Floats
    once_usd: float

    def of(self, mode: Mode) -> Floats:
        """Every month, by mode."""
        return self.monthly_usd if mode == "on-demand" else self.provisioned_usd

    def of_worlds(self, count: int) -> Paid:
        """The first worlds."""
        return Paid(self.monthly_usd[:count], self.provisioned_usd[:count], self.once_usd)


def paid_of(standing: Standing, table_class: TableClass, books: Books, free: FreeTier = NOTHING_FREE) -> Paid:
    """The bills of all worlds; what is free of capacity is not looked at.

    Raises:
        PriceError: a price is missing.
    """
    worlds = standing(table_class)
    bills = [bill(each, books=books, free_tier=free) for each in worlds]
    monthly = np.array([each.monthly_usd for each in bills])
    if not any(usage.replicated_write_units for each in worlds for usage in each):
        return Paid(monthly, monthly, bills[0].once_usd)
    others = [bill(in_mode(each, "fixed"), books=books, free_tier=free) for each in worlds]
    return Paid(monthly, np.array([each.monthly_usd for each in others]), bills[0].once_usd)


def best_pair(
    judging: Judging,
    reads: Sequence[Confirmed],
    writes: Sequence[Confirmed],
    table_class: TableClass,
    years: Years | None,
) -> dict[Dimension, Measured]:
    """The cheapest lane of each dimension that together keep the objective; else the two that keep it most often."""
    costs = [
        [judging.usd({dimension: lane.measured}, table_class, years) for lane in lanes]
        for dimension, lanes in zip(DIMENSIONS, (reads, writes), strict=True)
    ]
    pairs = []
    for (read, read_usd), (write, write_usd) in product(
        zip(reads, costs[0], strict=True), zip(writes, costs[1], strict=True)
    ):
        kept = float(np.mean(read.keeps & write.keeps))
        short = max(0.0, judging.confidence - kept)
        pairs.append((short, float(np.median(read_usd + write_usd)), read.measured, write.measured))
    _, _, read_lane, write_lane = min(pairs, key=lambda pair: pair[:2])
    return {"read": read_lane, "write": write_lane}


def evaluate(judging: Judging, candidate: Candidate, measured: Mapping[Dimension, Measured], paid: Paid) -> Evaluated:
    """What a candidate comes to in every world, with what is paid whatever the capacity.

    Raises:
        PriceError: a price is missing.
    """
    facts, worlds = judging.facts, len(measured["read"].asked)
    reserved = judging.held(measured, candidate)
    monthly = judging.capacity_usd(measured, candidate.table_class, reserved) + paid.of(candidate.mode)
    spread = 0.0
    for of in reserved.values():
        monthly = monthly + of.monthly_usd
        spread += of.spread_usd
    capacity = bill(usages(facts, candidate, measured, judging.scale, world=0), books=judging.books)
    share = np.maximum(measured["read"].share, measured["write"].share)
    kept = float(np.mean(share <= judging.limit))
    return Evaluated(
        candidate,
        monthly_usd=np.broadcast_to(monthly, (worlds,)),
        once_usd=capacity.once_usd + paid.once_usd,
        cost_usd=np.broadcast_to(monthly + spread, (worlds,)),
        share=share,
        worst_minute=np.maximum(measured["read"].worst_minute, measured["write"].worst_minute),
        headroom=np.minimum(measured["read"].headroom, measured["write"].headroom),
        excess_usd=_excess_usd(judging, measured),
        kept=kept,
        keeps=kept >= judging.confidence,
        measured=measured,
        notes=_notes(judging, candidate, measured, capacity),
    )


def _excess_usd(judging: Judging, measured: Mapping[Dimension, Measured]) -> Floats:
    """What is throttled beyond the objective, at the price that regret puts on it."""
    book = judging.books(judging.facts.region)
    total: Floats = np.zeros(1)
    for dimension, of in measured.items():
        beyond = np.maximum(of.throttled - judging.limit * of.asked, 0.0) * judging.scale
        total = total + beyond * judging.throttled_factor * unit_usd(book, "standard", f"{dimension}_units")
    return total


def _notes(
    judging: Judging, candidate: Candidate, measured: Mapping[Dimension, Measured], capacity: Bill
) -> tuple[str, ...]:
    notes = []
    for (unit, years), units in candidate.reserved.items():
        upfront = capacity.usd(f"reserved_{unit}_upfront")
        notes.append(
            f"commits to {units:,.0f} {unit} units for {years} year{'s' if years > 1 else ''}, used or not:"
            f" {money(upfront)} upfront"
        )
    for dimension, of in measured.items():
        asked = sum(highest(setting) for setting in of.settings.values())
        if asked > judging.facts.quota_units:
            notes.append(
                f"may need {asked:,.0f} {dimension} units a second, beyond the table's quota of"
                f" {judging.facts.quota_units:,.0f}: have the quota raised first"
            )
        warm = {name: setting.warm for name, setting in of.settings.items() if isinstance(setting, OnDemand)}
        for name, to in warm.items():
            if to and to > judging.facts.warm.get(dimension, {}).get(name, 0.0):
                notes.append(f"{name or 'the table'} is pre-warmed to {to:,.0f} {dimension} units a second, once")
    return tuple(notes)
