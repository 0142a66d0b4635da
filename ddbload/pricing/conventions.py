"""Conventions that make two honest bills differ: how long a month is, how large a GB, and when a mode breaks even."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping

from ddbload.pricing.book import PriceBook, PriceError
from ddbload.pricing.meters import BOOK_CLASS
from ddbload.pricing.usage import BillError, TableClass, Unit

MONTH_HOURS: Mapping[str, float] = {
    "30 days": 720.0,
    "30.4 days": 729.6,
    "a twelfth of a year": 730.0,
    "30.5 days": 732.0,
    "31 days": 744.0,
}
"""Hours of a month as calculators and bills have it. ddbload's own is 730, as in AWS's price examples; a calendar month
has its own (`hours_of_month`)."""

YEAR_HOURS = 8760.0
"""Hours of a year that reserved capacity is spread over."""

_GB = 10**9
_GIB = 2**30


def hours_of_month(year: int, month: int) -> float:
    """Hours of a calendar month in UTC, in which AWS bills: 672 to 744."""
    return monthrange(year, month)[1] * 24.0


def gb(amount_bytes: float, *, binary: bool = False) -> float:
    """Bytes as billed GB: of 10**9 bytes, ddbload's convention, or of 2**30, which is 7.4 % less on the bill.

    AWS does not say which; its own tools differ. The larger figure is taken, and said.
    """
    return amount_bytes / (_GIB if binary else _GB)


def breakeven_utilisation(book: PriceBook, unit: Unit, table_class: TableClass = "standard") -> float:
    """Share of the hour that a provisioned unit must be used for to be cheaper than the same requests on demand.

    Raises:
        PriceError: the book lacks one of the two prices.
    """
    of = BOOK_CLASS[table_class]
    provisioned = book.price(f"provisioned.{of}.{unit[0]}cu_hour").usd
    request = book.price(f"on_demand.{of}.{unit[0]}ru").usd / 1e6
    if not request:
        raise PriceError(
            f"on_demand.{of}.{unit[0]}ru of {book.region} is 0 in the price book: nothing breaks even with it"
        )
    return provisioned / (request * 3600)


def warm_usd(book: PriceBook, unit: Unit, before: float, after: float) -> float:
    """US dollars, once, for raising warm throughput from `before` to `after` units a second.

    The difference is paid, at the price of a provisioned unit for an hour. Source: Developer Guide, "Understanding
    DynamoDB warm throughput": it can be raised, not lowered.

    Raises:
        BillError: it would be lowered.
        PriceError: the book has no such price.
    """
    if not 0 <= before <= after:
        raise BillError(f"warm throughput can be raised only: from {before:g} {unit} units a second to {after:g}")
    return (after - before) * book.price(f"warm.{unit}").usd
