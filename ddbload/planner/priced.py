"""From simulated capacity to dollars: the quantities of a candidate's bill, and what they cost in every world at once.

The quantities are stated once, as arrays over the worlds. `usages` takes one world of them, for `pricing.bill` to make
a bill with lines; `capacity_usd` multiplies them by the prices. Both come to the same amount.

A global table: the table's writes are replicated ones in every region of it, those of its indexes are plain ones
(Developer Guide, "Understanding Amazon DynamoDB billing for global tables"). The load's reads are taken to be in the
table's own region; a replica keeps one provisioned read unit for the table and each index.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from ddbload.capacity.behaviour.settings import Floats, OnDemand, Setting
from ddbload.planner.candidates import DIMENSIONS, Candidate, Measured, TableFacts
from ddbload.planner.resource import Dimension
from ddbload.pricing import PriceBook, load_book
from ddbload.pricing.usage import TableClass, Unit, Usage

Books = Callable[[str], PriceBook]
Quantities = dict[str, dict[str, Floats]]
"""Region -> field of `Usage` -> shape (worlds,)."""

_PRICES = {
    "read_units": ("on_demand", "rru", 1e-6),
    "write_units": ("on_demand", "wru", 1e-6),
    "replicated_write_units": ("on_demand", "rwru", 1e-6),
    "read_unit_hours": ("provisioned", "rcu_hour", 1.0),
    "write_unit_hours": ("provisioned", "wcu_hour", 1.0),
    "replicated_write_unit_hours": ("provisioned", "rwcu_hour", 1.0),
}
_BOOK_CLASS: Mapping[TableClass, str] = {"standard": "standard", "infrequent-access": "standard_ia"}


def unit_usd(book: PriceBook, table_class: TableClass, field: str) -> float:
    """US dollars of one unit of a field of `Usage`, such as "read_unit_hours".

    Raises:
        PriceError: the book has no such price.
    """
    section, name, factor = _PRICES[field]
    return book.price(f"{section}.{_BOOK_CLASS[table_class]}.{name}").usd * factor


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
                so_far = found[region].get(field)
                found[region][field] = kept if so_far is None else so_far + kept
    return found


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

    Reserved capacity is taken off unit-hours by whole hours, so unit-hours are given as if each hour used at least
    what is reserved.
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
            units = sum(units for (unit, _), units in candidate.reserved.items() if unit == dimension)
            if units and region == facts.region:
                idle = np.maximum(units - hourly[dimension][world], 0.0).sum() * scale
                here[f"{dimension}_unit_hours"] += float(idle)
        reserved = candidate.reserved if region == facts.region else {}
        made.append(
            Usage(
                region=region,
                table_class=candidate.table_class,
                label=facts.name,
                hours=hours,
                reserved=reserved,
                **here,  # type: ignore[arg-type]  # the names of its fields, all of them floats
            )
        )
    return (*made, *fixed)
