"""Prices and what an update changed, as lines of text and as JSON documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date
from itertools import groupby
from pathlib import Path
from textwrap import wrap
from typing import Any, get_args

from ddbload.pricing.book import Price, PriceBook, PriceError, Status
from ddbload.pricing.renewal import Renewal
from ddbload.pricing.shelf import BUNDLED

_MAIN = ("on_demand", "provisioned", "storage", "backup", "s3", "streams", "reserved")
_WIDTH = 80
_OLD_DAYS = 90
_MEANINGS: Mapping[Status, str] = {
    "verified": "in an AWS price list or document that is in force",
    "aged": "AWS's own, from an older copy",
    "reported": "one secondary source",
    "derived": "computed from the region's other prices",
}


def chosen(book: PriceBook, name: str | None = None, *, everything: bool = False) -> dict[str, Price]:
    """The figures to show: those whose name has `name` in it, or all, or those that most bills have.

    Raises:
        PriceError: no name of the region has it.
    """
    if name is None:
        return {key: price for key, price in book.prices.items() if everything or key.partition(".")[0] in _MAIN}
    found = {key: price for key, price in book.prices.items() if name.lower() in key.lower()}
    if not found:
        kinds = dict.fromkeys(key.partition(".")[0] for key in book.prices)
        raise PriceError(f"no price of {book.region} has '{name}' in its name; there are {', '.join(kinds)}")
    return found


def price_lines(book: PriceBook, prices: Mapping[str, Price], *, sources: bool = False) -> Iterator[str]:
    """A region's prices, grouped by what they are for; `sources` adds where they are from."""
    yield f"{book.region}, {book.name}: {_book_words(book)}"
    yield "US dollars before tax and discounts"
    notes: list[str] = []
    width = max(len(_rest(name)) for name in prices)
    for (kind, per), group in groupby(_in_groups(prices), key=lambda one: (_kind(one[0]), one[1].per)):
        yield ""
        yield f"{kind}, for one {per}" if not per[0].isdigit() else f"{kind}, for {per}"
        for name, price in group:
            mark = ""
            if price.note:
                notes = list(dict.fromkeys([*notes, price.note]))
                mark = f" [{notes.index(price.note) + 1}]"
            yield f"  {_rest(name):<{width}}  {_usd(price.usd)}  {price.status:<8}  {price.as_of}{mark}".rstrip()
    yield ""
    yield from _legend(prices, sources=sources)
    for number, note in enumerate(notes, 1):
        yield from wrap(note, _WIDTH, initial_indent=f"[{number}] ", subsequent_indent="    ")
    left = len(book.prices) - len(prices)
    if left:
        yield f"{left} more figures: --all"


def region_lines(books: Iterable[PriceBook]) -> Iterator[str]:
    """A line for each region: how many of its figures are how sure, and two of them."""
    yield f"{'region':<14}{'verified':>9}{'aged':>5}{'reported':>9}{'derived':>8}{'write/M':>9}{'GB-month':>9}  book"
    for book in books:
        count = Counter(price.status for price in book.prices.values())
        write, stored = (book.prices.get(name) for name in ("on_demand.standard.wru", "storage.standard"))
        two = "".join(f"{f'{price.usd:.4f}' if price else '-':>9}" for price in (write, stored))
        yield (
            f"{book.region:<14}{count['verified']:>9}{count['aged']:>5}{count['reported']:>9}{count['derived']:>8}"
            f"{two}  {book.as_of}{'' if _is_bundled(book) else ' kept'}"
        )
    yield ""
    yield from (f"{status:<9} {meaning}" for status, meaning in _MEANINGS.items())


def price_document(book: PriceBook, prices: Mapping[str, Price], warning: str | None) -> dict[str, Any]:
    """A region's prices as JSON."""
    return {
        "region": book.region,
        "name": book.name,
        "as_of": book.as_of.isoformat(),
        "book": "bundled" if _is_bundled(book) else book.path,
        "warning": warning,
        "prices": {name: asdict(price) for name, price in prices.items()},
    }


def region_document(books: Iterable[PriceBook]) -> dict[str, Any]:
    """The regions as JSON: how many figures of each status a region has."""
    return {
        "regions": [
            {
                "region": book.region,
                "name": book.name,
                "as_of": book.as_of.isoformat(),
                "book": "bundled" if _is_bundled(book) else book.path,
                "figures": {
                    status: sum(price.status == status for price in book.prices.values()) for status in get_args(Status)
                },
            }
            for book in books
        ]
    }


def renewal_lines(region: str, renewal: Renewal) -> Iterator[str]:
    """What an update changed in a region, what it confirmed, and what the list did not tell."""
    listed = renewal.listed
    yield f"{region}: AWS Price List published {listed.published or 'at no known date'}"
    if listed.published:
        age_days = (renewal.book.as_of - date.fromisoformat(listed.published)).days
        if age_days > _OLD_DAYS:
            yield f"  warning: the list is {age_days} days old; fetch it anew"
    for change in renewal.changes:
        before = f"{_plain(change.before.usd)} ({change.before.status})" if change.before else "new"
        look = "  twofold or more: look again" if change.far else ""
        yield f"  {change.name:<36} {before} -> {_plain(change.after.usd)}{look}"
    new = sum(change.before is None for change in renewal.changes)
    yield f"  {len(renewal.changes) - new} changed, {new} new, {len(renewal.confirmed)} confirmed"
    if renewal.kept:
        kinds = Counter(_kind(name) for name in renewal.kept)
        names = ", ".join(f"{number} of {kind}" for kind, number in kinds.items())
        said = f"{len(renewal.kept)} kept as they were, with their status and date: not in the list ({names})"
        yield from wrap(said, _WIDTH, initial_indent="  ", subsequent_indent="    ")
    for doubt in listed.doubts:
        yield from wrap(doubt, _WIDTH, initial_indent="  ", subsequent_indent="    ")
    if listed.unknown:
        names = ", ".join(sorted(listed.unknown))
        said = f"{sum(listed.unknown.values())} products of the list are not known here: {names}"
        yield from wrap(said, _WIDTH, initial_indent="  ", subsequent_indent="    ")


def renewal_document(renewals: Mapping[str, Renewal], path: Path) -> dict[str, Any]:
    """An update as JSON."""
    return {
        "path": str(path),
        "regions": {
            region: {
                "published": one.listed.published,
                "changed": [
                    {"name": it.name, "before_usd": it.before.usd if it.before else None, "after_usd": it.after.usd}
                    for it in one.changes
                ],
                "confirmed": list(one.confirmed),
                "kept": list(one.kept),
                "doubts": list(one.listed.doubts),
                "unknown": dict(one.listed.unknown),
            }
            for region, one in renewals.items()
        },
    }


def _is_bundled(book: PriceBook) -> bool:
    return book.path == str(BUNDLED)


def _book_words(book: PriceBook) -> str:
    return f"{'the bundled book' if _is_bundled(book) else f'the book {book.path}'} of {book.as_of}"


def _in_groups(prices: Mapping[str, Price]) -> list[tuple[str, Price]]:
    order: dict[tuple[str, str], int] = {}
    for name, price in prices.items():
        order.setdefault((_kind(name), price.per), len(order))
    return sorted(prices.items(), key=lambda one: order[_kind(one[0]), one[1].per])


def _kind(name: str) -> str:
    return name.partition(".")[0]


def _rest(name: str) -> str:
    return name.partition(".")[2] or name


def _plain(usd: float) -> str:
    return f"{usd:.10f}".rstrip("0").rstrip(".")


def _usd(usd: float) -> str:
    """With the points of a column beneath each other."""
    whole, point, part = _plain(usd).partition(".")
    return f"{whole:>4}{point:1}{part:<9}"


def _legend(prices: Mapping[str, Price], *, sources: bool) -> Iterator[str]:
    for status, meaning in _MEANINGS.items():
        of = [price for price in prices.values() if price.status == status]
        if of:
            yield f"{len(of):>3} {status:<8}  {meaning}"
        for source in dict.fromkeys(price.source for price in of if sources):
            yield from wrap(source, _WIDTH, initial_indent="      ", subsequent_indent="      ")
