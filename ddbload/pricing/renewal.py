"""A price book made anew from AWS's price list: what changed, what was confirmed, and what the list does not tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ddbload.pricing.book import Price, PriceBook, PriceError
from ddbload.pricing.listed import Listed
from ddbload.pricing.shelf import SCHEMA

_FROM_LISTS = frozenset({"verified", "aged"})
_FAR = 2.0  # a price that doubles or halves is worth a second look


@dataclass(frozen=True, slots=True)
class Change:
    """A figure before and after; `before` is None for one that the book did not have."""

    name: str
    before: Price | None
    after: Price

    @property
    def far(self) -> bool:
        """Whether it changed by so much that one should look again: twofold or more."""
        if self.before is None or not self.before.usd:
            return False
        ratio = self.after.usd / self.before.usd
        return ratio >= _FAR or ratio <= 1 / _FAR


@dataclass(frozen=True, slots=True)
class Renewal:
    """A region's book made anew.

    Attributes:
        book: the new one.
        changes: figures with another value, and new ones.
        confirmed: figures which the list has with the value that they had.
        kept: figures which the list does not have: they stay as they were, with their old status and date.
        listed: what was read.
    """

    book: PriceBook
    changes: tuple[Change, ...]
    confirmed: tuple[str, ...]
    kept: tuple[str, ...]
    listed: Listed


def renewed(book: PriceBook, listed: Listed, today: date) -> Renewal:
    """A book with the figures of a list in place of its own; figures that the list lacks stay as they are.

    What was derived or came from elsewhere gives way to any list; what came from a list gives way to no older one.

    Raises:
        PriceError: the list has no figure of the region, or is older than the lists that the book was made from.
    """
    if not listed.prices:
        doubt = f" ({listed.doubts[0]})" if listed.doubts else ""
        raise PriceError(
            f"the price list has no figure that ddbload knows for {book.region}{doubt}; nothing was written"
        )
    _check_age(book, listed)
    source = f"AWS Price List for {book.region}, published {listed.published}"
    prices, changes, confirmed = dict(book.prices), list[Change](), list[str]()
    for name, found in listed.prices.items():
        after = Price(found.usd, found.per, "verified", source, found.published)
        before = book.prices.get(name)
        prices[name] = after
        if before is not None and abs(before.usd - after.usd) <= 1e-9 * after.usd:
            confirmed.append(name)
        else:
            changes.append(Change(name, before, after))
    kept = tuple(name for name in book.prices if name not in listed.prices)
    return Renewal(replace(book, as_of=today, prices=prices), tuple(changes), tuple(confirmed), kept, listed)


def _check_age(book: PriceBook, listed: Listed) -> None:
    for name, found in listed.prices.items():
        own = book.prices.get(name)
        if own is not None and own.status in _FROM_LISTS and found.published < own.as_of:
            raise PriceError(
                f"the price list was published {found.published or 'at no known date'}, but the book has {name} of"
                f" {own.as_of} for {book.region}; nothing was written"
            )


def book_document(books: Mapping[str, PriceBook], today: date) -> dict[str, Any]:
    """Books of regions as one JSON document, in the form of the bundled book."""
    titles = dict.fromkeys(price.source for book in books.values() for price in book.prices.values())
    keys = {title: f"s{number}" for number, title in enumerate(titles, 1)}
    return {
        "schema": SCHEMA,
        "as_of": today.isoformat(),
        "sources": {key: title for title, key in keys.items()},
        "everywhere": {},
        "regions": {
            region: {
                "name": book.name,
                "prefix": book.prefix,
                "as_of": book.as_of.isoformat(),
                "prices": {name: _figure(price, keys) for name, price in book.prices.items()},
            }
            for region, book in books.items()
        },
    }


def _figure(price: Price, keys: Mapping[str, str]) -> dict[str, Any]:
    figure = {
        "usd": price.usd,
        "per": price.per,
        "status": price.status,
        "source": keys[price.source],
        "as_of": price.as_of,
    }
    return figure | ({"note": price.note} if price.note else {})
