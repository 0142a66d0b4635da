"""Reserved capacity for a load that is not certain: the blocks with the least expected cost over all worlds.

Each further block of 100 units pays where what it is expected to save, over every hour of every world, is more than
what it costs whether used or not. What it saves falls with each block, so that the first that does not pay ends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ddbload.capacity.behaviour.settings import Floats
from ddbload.pricing import PriceBook
from ddbload.pricing.usage import BLOCK_UNITS, Unit

Years = Literal[1, 3]
_HOURS_OF_YEAR = 8760


@dataclass(frozen=True, slots=True)
class Reserved:
    """Reserved capacity of one unit, and what it changes in the billed month.

    Attributes:
        units: that are reserved, in blocks of 100.
        upfront_usd: paid once for the whole term.
        monthly_usd: the fee of every hour of the billed month.
        spread_usd: the part of the upfront fee that falls to the billed month.
        saved_usd: what is not paid for unit-hours any more, in every world, shape (worlds,).
    """

    unit: Unit
    years: Years
    units: int
    upfront_usd: float
    monthly_usd: float
    spread_usd: float
    saved_usd: Floats


def reserve(
    hourly: Floats, book: PriceBook, unit: Unit, years: Years, *, scale: float = 1.0, free_unit_hours: float = 0.0
) -> Reserved:
    """The blocks with the least expected cost.

    Args:
        hourly: provisioned units in each hour, shape (worlds, hours), the Standard table class.
        scale: billed hours over simulated hours.
        book: prices of the region.
        unit: of what `hourly` is.
        years: the term.
        free_unit_hours: that cost nothing in the billed month, of what is not reserved.

    Raises:
        PriceError: the book has no reserved price of that term.
    """
    upfront, hourly_fee, price = _prices(book, unit, years)
    block_usd = upfront / (_HOURS_OF_YEAR * years) + hourly_fee
    blocks = _blocks(hourly, worth=block_usd / price)
    if free_unit_hours and blocks:
        blocks = _beside_free(hourly, blocks, block_usd / price, free_unit_hours / scale)
    return held(hourly, book, unit, years, blocks * BLOCK_UNITS, scale=scale)


def held(hourly: Floats, book: PriceBook, unit: Unit, years: Years, units: float, *, scale: float = 1.0) -> Reserved:
    """So many units in blocks of 100, whether they are worth it or not.

    Raises:
        PriceError: the book has no reserved price of that term.
    """
    upfront, hourly_fee, price = _prices(book, unit, years)
    blocks, hours = units / BLOCK_UNITS, hourly.shape[1] * scale
    return Reserved(
        unit,
        years,
        units=int(units),
        upfront_usd=blocks * upfront,
        monthly_usd=blocks * hourly_fee * hours,
        spread_usd=blocks * upfront * hours / (_HOURS_OF_YEAR * years),
        saved_usd=np.minimum(hourly, units).sum(axis=1) * scale * price,
    )


def _prices(book: PriceBook, unit: Unit, years: Years) -> tuple[float, float, float]:
    """Upfront and hourly fee of a block, and the price of a unit-hour that is not reserved."""
    name = f"reserved.{years}y.{unit[0]}cu"
    plain = book.price(f"provisioned.standard.{unit[0]}cu_hour").usd
    return book.price(f"{name}.upfront").usd, book.price(f"{name}.hourly").usd, plain


def _beside_free(hourly: Floats, most: int, worth: float, free: float) -> int:
    """How many blocks, up to `most`, cost least where some of the rest is free; in unit-hours of the plain price."""
    hours = hourly.shape[1]

    def cost(blocks: int) -> float:
        rest = np.maximum(hourly - blocks * BLOCK_UNITS, 0.0).sum(axis=1)
        fees: float = blocks * worth * hours
        return fees + float(np.maximum(rest - free, 0.0).mean())

    return min(range(most + 1), key=cost)


def _blocks(hourly: Floats, worth: float) -> int:
    """How many blocks are used by more than `worth` units of an hour each, on average."""
    low, high = 0, int(hourly.max() // BLOCK_UNITS) + 1
    while low < high:
        middle = (low + high + 1) // 2
        used = np.clip(hourly - (middle - 1) * BLOCK_UNITS, 0.0, BLOCK_UNITS).mean()
        if used > worth:
            low = middle
        else:
            high = middle - 1
    return low
