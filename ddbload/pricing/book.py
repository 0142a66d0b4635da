"""The price book: what a region's units cost, each figure with its date, its source and how far it can be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ddbload.errors import DdbloadError

_STALE_DAYS = 90

Status = Literal["verified", "aged", "reported", "derived"]
"""How far a price can be trusted.

verified: in an AWS price list of after the price cut of November 2024. aged: AWS's own, from an older copy.
reported: one secondary source. derived: computed from the region's other prices; within 1 % for requests.
"""


class PriceError(DdbloadError):
    """The price book has no such region or price; the message lists what there is."""


@dataclass(frozen=True, slots=True)
class Price:
    """One figure of a price list, before tax and discounts.

    Attributes:
        usd: US dollars for one `per`.
        per: what is paid for, such as "million request units" or "GB and month".
        status: how far it can be trusted.
        source: title of the document it was taken from, or the rule it was computed by.
        as_of: date of the figure, as exact as the source has it ("2026-09-11", "2024-11").
        note: what a reader should know of it, such as that it looks wrong; "" for nothing.
    """

    usd: float
    per: str
    status: Status
    source: str
    as_of: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class RequestPrice:
    """The price of on-demand request units."""

    usd_per_million: float
    status: Status
    source: str
    as_of: str


@dataclass(frozen=True, slots=True)
class OnDemand:
    """On-demand prices of a table class: read, write and replicated write request units."""

    rru: RequestPrice
    wru: RequestPrice
    rwru: RequestPrice


@dataclass(frozen=True, slots=True)
class PriceBook:
    """The prices of one region.

    Attributes:
        region: its code, such as "us-east-1".
        name: its name in AWS's words.
        as_of: when the book was put together; each price has its own date besides.
        prices: every figure by its dotted name, such as "provisioned.standard.wcu_hour".
        prefix: what the region's usage types start with in AWS's price list, such as "USE2".
        path: the file it was read from.
    """

    region: str
    name: str
    as_of: date
    prices: Mapping[str, Price]
    prefix: str = ""
    path: str = ""

    def price(self, name: str) -> Price:
        """A figure by its dotted name.

        Raises:
            PriceError: the book does not have it.
        """
        try:
            return self.prices[name]
        except KeyError:
            kind = name.partition(".")[0]
            known = [other for other in self.prices if other.partition(".")[0] == kind]
            kinds = dict.fromkeys(other.partition(".")[0] for other in self.prices)
            has = f"it has {', '.join(known)}" if known else f"it has nothing of that kind, but {', '.join(kinds)}"
            raise PriceError(f"the price book has no price '{name}' for {self.region}; {has}") from None

    @property
    def on_demand(self) -> OnDemand:
        """On-demand prices of the Standard table class."""
        return self._on_demand("standard")

    @property
    def on_demand_ia(self) -> OnDemand:
        """On-demand prices of the Standard-Infrequent Access table class."""
        return self._on_demand("standard_ia")

    def age_warning(self, today: date) -> str | None:
        """A sentence when the book is more than 90 days old, else None."""
        age_days = (today - self.as_of).days
        if age_days <= _STALE_DAYS:
            return None
        return f"the price book is {age_days} days old ({self.as_of}): check the prices before you rely on them"

    def _on_demand(self, table_class: str) -> OnDemand:
        prices = (self.price(f"on_demand.{table_class}.{unit}") for unit in ("rru", "wru", "rwru"))
        return OnDemand(*(RequestPrice(price.usd, price.status, price.source, price.as_of) for price in prices))
