"""From simulated capacity to dollars: the quantities of a candidate's bill, and what they cost in every world at once.

The quantities are stated once, as arrays over the worlds. `usages` takes one world of them, for `pricing.bill` to make
a bill with lines; `capacity_usd` multiplies them by the prices. Both come to the same amount.

A global table: the table's writes are replicated ones in every region of it, those of its indexes are plain ones
(Developer Guide, "Understanding Amazon DynamoDB billing for global tables"). The load's reads are taken to be in the
table's own region; a replica keeps one provisioned read unit for the table and each index.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from ddbload.capacity.behaviour.settings import Floats, OnDemand, Setting, Tracked
from ddbload.planner.choice.candidates import DIMENSIONS, Candidate, Choice, Measured, Mode, TableFacts
from ddbload.planner.resource import Dimension
from ddbload.pricing import FreeTier, PriceBook, load_book
from ddbload.pricing.meters import CAPACITY, REQUESTS, REST
from ddbload.pricing.usage import TableClass, Unit, Usage

Books = Callable[[str], PriceBook]
Quantities = dict[str, dict[str, Floats]]
"""Region -> field of `Usage` -> shape (worlds,)."""

_METERS = {meter.item: meter for meter in (*REQUESTS, *CAPACITY, *REST)}
_FREE_FIELDS = {"read_unit_hours", "write_unit_hours"}
ALARMS = 4.0
"""Alarms of one scaled dimension of a table or an index: high and low, of consumed and of provisioned capacity.

Developer Guide, "Managing throughput capacity automatically with auto scaling". They are charged like any others.
"""


def unit_usd(book: PriceBook, table_class: TableClass, field: str) -> float:
    """US dollars of one unit of a field of `Usage`, such as "read_unit_hours".

    Raises:
        PriceError: the book has no such price.
    """
    meter = _METERS[field]
    return book.price(meter.price_name(table_class)).usd / meter.per


def quantities(facts: TableFacts, measured: Mapping[Dimension, Measured], scale: float) -> Quantities:
    """What is paid for in each region: `scale` turns the simulated time into the billed month."""
    found: Quantities = {region: {} for region in (facts.region, *facts.replicas)}
    for dimension, of in measured.items():
        for name, setting in of.settings.items():
            demanded = isinstance(setting, OnDemand)
            amount = (of.consumed if demanded else of.unit_hours)[name] * scale
            suffix = "units" if demanded else "unit_hours"
            replicated = dimension == "write" and not name and bool(facts.replicas)
            field = f"{'replicated_' if replicated else ''}{dimension}_{suffix}"
            for region in found:
                away = region != facts.region and dimension == "read"
                kept = _kept_reads(setting, of.hourly[name], scale) if away else amount
                _add(found[region], field, kept)
                if isinstance(setting, Tracked) and not away:
                    _add(found[region], "alarms", np.full(len(amount), ALARMS))
    return found


def _add(fields: dict[str, Floats], field: str, amount: Floats) -> None:
    fields[field] = fields[field] + amount if field in fields else amount


def _kept_reads(setting: Setting, hourly: Floats, scale: float) -> Floats:
    """The one read unit that a replica keeps, where it is provisioned: unit-hours."""
    worlds, hours = hourly.shape
    return np.full(worlds, 0.0 if isinstance(setting, OnDemand) else hours * scale)


def capacity_usd(found: Quantities, table_class: TableClass, books: Books = load_book) -> Floats:
    """US dollars of capacity in every world, shape (worlds,), without reserved capacity.

    Raises:
        PriceError: a price is missing.
    """
    total: Floats = np.zeros(1)
    for region, fields in found.items():
        book = books(region)
        for field, amount in fields.items():
            total = total + amount * unit_usd(book, table_class, field)
    return total


_UTILISATION = 0.7
"""At which capacity is provisioned for what is written again in replicas: the usual target of auto scaling."""


def in_mode(usages: Sequence[Usage], mode: Mode) -> Sequence[Usage]:
    """What is paid whatever the capacity, in a mode: provisioned, what is written in replicas takes unit-hours."""
    if mode == "on-demand":
        return usages
    return [
        replace(
            usage,
            replicated_write_units=0.0,
            replicated_write_unit_hours=usage.replicated_write_unit_hours
            + usage.replicated_write_units / 3600 / _UTILISATION,
        )
        for usage in usages
    ]


def free_usd(
    found: Quantities,
    table_class: TableClass,
    books: Books,
    free: FreeTier,
    covered: Mapping[str, tuple[str, Floats]] | None = None,
) -> Floats:
    """What the free tier takes off the capacity in every world.

    Args:
        found: as `quantities` has them.
        table_class: only the Standard class has free units.
        books: region -> prices.
        free: what is left of it, of each region.
        covered: field -> (region, unit-hours that reserved capacity pays for already).
    """
    total: Floats = np.zeros(1)
    if table_class != "standard":
        return total
    for region, fields in found.items():
        for field in set(fields) & _FREE_FIELDS if not region.startswith("us-gov-") else ():
            rest = fields[field]
            if covered and field in covered and covered[field][0] == region:
                rest = np.maximum(rest - covered[field][1], 0.0)
            total = total + np.minimum(rest, getattr(free, field)) * unit_usd(books(region), table_class, field)
    return total


def plain_hourly(facts: TableFacts, measured: Mapping[Dimension, Measured]) -> dict[Unit, Floats]:
    """Provisioned units of each hour in the table's region that reserved capacity can be for, shape (worlds, hours).

    Replicated writes are not among them (Developer Guide, "DynamoDB reserved capacity").
    """
    found: dict[Unit, Floats] = {}
    for dimension, of in measured.items():
        names = [name for name in facts.names if name or dimension == "read" or not facts.replicas]
        hourly = [of.hourly[name] for name in names]
        if hourly:
            found[dimension] = np.sum(hourly, axis=0)
    return found


def reserved_hours(choice: Choice) -> dict[Unit, float]:
    """Unit-hours of the likely world that the reserved capacity of the candidate which is shown covers."""
    shown = choice.chosen or choice.evaluated[0]
    hourly = plain_hourly(choice.facts, shown.measured)
    return {
        unit: float(np.minimum(hourly[unit][0], units).sum()) * choice.scale
        for (unit, _), units in shown.candidate.reserved.items()
    }


def warmed_units(facts: TableFacts, candidate: Candidate) -> dict[Dimension, float]:
    """By how many units warm throughput is raised above what a table has anyway, all names and one region."""
    raised: dict[Dimension, float] = {}
    for dimension, of in candidate.settings.items():
        least = NEW_TABLE_WARM[dimension]
        more = [
            max(0.0, (setting.warm or 0.0) - max(least, facts.warm.get(dimension, {}).get(name, 0.0)))
            for name, setting in of.items()
            if isinstance(setting, OnDemand)
        ]
        raised[dimension] = sum(more)
    return raised


NEW_TABLE_WARM: Mapping[Dimension, float] = {"read": 12_000.0, "write": 4_000.0}
"""Units a second that a new table serves at once: Developer Guide, "Understanding DynamoDB warm throughput"."""


def usages(
    facts: TableFacts,
    candidate: Candidate,
    measured: Mapping[Dimension, Measured],
    scale: float,
    *,
    world: int,
    fixed: Sequence[Usage] = (),
) -> tuple[Usage, ...]:
    """What one world's bill is made from: capacity in every region, then what is paid whatever the capacity.

    Args:
        facts: the table.
        candidate: what is set and reserved.
        measured: what became of it, by dimension.
        scale: billed hours over simulated hours.
        world: which.
        fixed: what is paid whatever the capacity.
    """
    found = quantities(facts, measured, scale)
    hourly = plain_hourly(facts, measured)
    hours = scale * measured["read"].hourly[""].shape[1]
    warmed = warmed_units(facts, candidate)
    made = []
    for region, fields in found.items():
        here = {field: float(amount[world]) for field, amount in fields.items()}
        for dimension in DIMENSIONS:
            here[f"warm_{dimension}_units"] = warmed.get(dimension, 0.0)
        reserved = candidate.reserved if region == facts.region else {}
        covered: dict[Unit, float] = {}
        for (unit, _), units in reserved.items():
            covered[unit] = float(np.minimum(hourly[unit][world], units).sum()) * scale
        made.append(
            Usage(
                region=region,
                table_class=candidate.table_class,
                label=facts.name,
                hours=hours,
                reserved=reserved,
                reserved_unit_hours=covered,
                **here,  # type: ignore[arg-type]  # the names of its fields, all of them floats
            )
        )
    return (*made, *fixed)
