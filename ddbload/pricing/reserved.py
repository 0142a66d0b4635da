"""Reserved capacity: how many blocks pay, for a known course of provisioned units, and what that saves.

Source: Developer Guide, "DynamoDB reserved capacity": blocks of 100 units of one region, paid for every hour of one or
three years whether used or not, with a part upfront; for the Standard class, not for replicated writes or on demand.
Reads and writes are reserved apart, and the choice is the best for each.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from ddbload.pricing.book import PriceBook
from ddbload.pricing.conventions import YEAR_HOURS
from ddbload.pricing.usage import BLOCK_UNITS, BillError, Unit

Years = Literal[1, 3]


@dataclass(frozen=True, slots=True)
class Reservation:
    """Blocks of reserved capacity over a period of some hours, and what it costs with them.

    Attributes:
        unit, years: of what, and the term.
        blocks: of 100 units.
        hours: of the period that the other figures are of.
        covered_unit_hours, rest_unit_hours: provisioned unit-hours within the blocks, and beyond them.
        list_usd: all unit-hours at the list price: without any reservation.
        upfront_usd: paid once, for the whole term.
        hourly_usd: the blocks' fees of the period.
        rest_usd: the unit-hours beyond the blocks, at the list price.
    """

    unit: Unit
    years: int
    blocks: int
    hours: float
    covered_unit_hours: float
    rest_unit_hours: float
    list_usd: float
    upfront_usd: float
    hourly_usd: float
    rest_usd: float

    @property
    def units(self) -> int:
        """Reserved units."""
        return self.blocks * BLOCK_UNITS

    @property
    def excluding_upfront_usd(self) -> float:
        """What the period costs beside what was paid upfront."""
        return self.hourly_usd + self.rest_usd

    @property
    def spread_usd(self) -> float:
        """The part of the upfront payment that falls to the period, spread over the hours of the term."""
        return self.upfront_usd * self.hours / (YEAR_HOURS * self.years)

    @property
    def effective_usd(self) -> float:
        """What the period costs, its part of the upfront payment included."""
        return self.excluding_upfront_usd + self.spread_usd

    @property
    def effective_monthly_usd(self) -> float:
        """The same for 730 hours."""
        return self.effective_usd / self.hours * YEAR_HOURS / 12

    @property
    def first_year_usd(self) -> float:
        """What is paid in the first year, the whole upfront payment included, if the period goes on as it is."""
        return self.upfront_usd + self.excluding_upfront_usd / self.hours * YEAR_HOURS

    @property
    def saved_usd(self) -> float:
        """What the period costs less than at the list price; below 0 if the reservation does not pay."""
        return self.list_usd - self.effective_usd

    @property
    def saved_share(self) -> float:
        """`saved_usd` as a share of the list price."""
        return self.saved_usd / self.list_usd if self.list_usd else 0.0


def reserve(hourly: Sequence[float], book: PriceBook, unit: Unit, years: Years = 1) -> Reservation:
    """The blocks with the least cost for a series of provisioned units, an hour each; the fewest where equal.

    Each further block saves less than the one before, so that the best number is the last block which is used for
    more unit-hours than its price would buy at the list price.

    Args:
        hourly: provisioned units of each hour, all Standard tables and indexes of the payer in the region together.
        book: prices of the region.
        unit: of what `hourly` is.
        years: the term.

    Raises:
        BillError: a unit is negative or no number, there is no hour, or the term is neither 1 nor 3 years.
        PriceError: the book has no reserved price of that term for the region.
    """
    course = _Course(hourly)
    worth = reserved_breakeven(book, unit, years) * BLOCK_UNITS * len(hourly)
    low, high = 0, math.ceil(course.highest / BLOCK_UNITS)
    while low < high:
        middle = (low + high + 1) // 2
        used = course.covered(middle * BLOCK_UNITS) - course.covered((middle - 1) * BLOCK_UNITS)
        low, high = (middle, high) if used > worth else (low, middle - 1)
    return _held(course, book, unit, years, low)


def reserved_at(hourly: Sequence[float], book: PriceBook, unit: Unit, years: Years, units: float) -> Reservation:
    """What a given number of reserved units comes to for a series; arguments and errors as in `reserve`."""
    if not 0 <= units < math.inf or units % BLOCK_UNITS:
        raise BillError(f"reserved capacity is sold in blocks of {BLOCK_UNITS} units, not {units}")
    return _held(_Course(hourly), book, unit, years, int(units) // BLOCK_UNITS)


def reserved_breakeven(book: PriceBook, unit: Unit, years: Years) -> float:
    """Share of the hours in which a reserved unit must be used to cost no more than at the list price.

    Raises:
        BillError: the term is neither 1 nor 3 years.
        PriceError: the book has no reserved price of that term for the region.
    """
    upfront, hourly = _prices(book, unit, years)
    return (upfront / (YEAR_HOURS * years) + hourly) / BLOCK_UNITS / _list_price(book, unit)


def reserved_discount(book: PriceBook, unit: Unit, years: Years) -> float:
    """The most that reserved capacity can save, as a share of the list price: used in every hour."""
    return 1 - reserved_breakeven(book, unit, years)


class _Course:
    """A series of units in order of size, so that what a level covers is found without going through it."""

    def __init__(self, hourly: Sequence[float]) -> None:
        self.sorted = sorted(float(units) for units in hourly)
        bad = [units for units in self.sorted if not 0 <= units < math.inf]
        if bad or not self.sorted:
            what = f"it has {bad[0]}" if bad else "it is empty"
            raise BillError(f"the hourly units must be numbers of 0 or more, an hour each: {what}")
        self.sums = [0.0, *accumulate(self.sorted)]

    @property
    def highest(self) -> float:
        return self.sorted[-1]

    @property
    def unit_hours(self) -> float:
        return self.sums[-1]

    def covered(self, level: float) -> float:
        """Unit-hours at or below a level."""
        below = bisect_right(self.sorted, level)
        return self.sums[below] + (len(self.sorted) - below) * level


def _held(course: _Course, book: PriceBook, unit: Unit, years: Years, blocks: int) -> Reservation:
    upfront, hourly = _prices(book, unit, years)
    price = _list_price(book, unit)
    hours = len(course.sorted)
    covered = course.covered(blocks * BLOCK_UNITS)
    rest = course.unit_hours - covered
    return Reservation(
        unit,
        years,
        blocks,
        hours,
        covered_unit_hours=covered,
        rest_unit_hours=rest,
        list_usd=course.unit_hours * price,
        upfront_usd=blocks * upfront,
        hourly_usd=blocks * hourly * hours,
        rest_usd=rest * price,
    )


def _prices(book: PriceBook, unit: Unit, years: Years) -> tuple[float, float]:
    if years not in {1, 3}:
        raise BillError(f"reserved capacity is for 1 or 3 years, not {years}")
    name = f"reserved.{years}y.{unit[0]}cu"
    return book.price(f"{name}.upfront").usd, book.price(f"{name}.hourly").usd


def _list_price(book: PriceBook, unit: Unit) -> float:
    return book.price(f"provisioned.standard.{unit[0]}cu_hour").usd
