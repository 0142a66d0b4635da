"""The price books there are: the bundled one and those that an update kept. The newest that has a region is used."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from ddbload.pricing.book import Price, PriceBook, PriceError

BUNDLED = Path(__file__).with_name("book.json")
"""The book that comes with the package."""

CHOICE = "DDBLOAD_PRICES"
"""Environment variable that forces a book: "bundled", or the path of one."""

SCHEMA = 2
"""Of a price book's file."""
_STATUSES = frozenset({"verified", "aged", "reported", "derived"})


@dataclass(frozen=True, slots=True)
class BookFile:
    """A book as it lies on disk: figures by region as the file has them, and the titles of its sources.

    Attributes:
        path: where it lies.
        as_of: the day it was put together.
        sources: short name -> title.
        everywhere: figures that hold in every region.
        regions: region -> {"name", "prefix", "as_of", "prices"}.
    """

    path: Path
    as_of: date
    sources: Mapping[str, str]
    everywhere: Mapping[str, Mapping[str, Any]]
    regions: Mapping[str, Mapping[str, Any]]


def load_book(region: str = "us-east-1", *, path: Path | str | None = None) -> PriceBook:
    """The prices of a region, of the newest book that has it; `path` names another book of the same form.

    Without `path`, the environment variable DDBLOAD_PRICES may force one: "bundled", or a path.

    Raises:
        PriceError: no book has the region, or a book cannot be read.
    """
    chosen = path if path is not None else os.environ.get(CHOICE) or None
    if chosen is not None:
        return book_of(read_book(BUNDLED if chosen == "bundled" else Path(chosen)), region)
    newest: PriceBook | None = None
    for file in books():
        if region in file.regions:
            book = book_of(file, region)
            if newest is None or book.as_of >= newest.as_of:
                newest = book
    return newest if newest is not None else book_of(read_book(BUNDLED), region)


def regions(path: Path | str | None = None) -> tuple[str, ...]:
    """The regions that there are prices for, in the bundled book's order, then those only kept books have."""
    chosen = path if path is not None else os.environ.get(CHOICE) or None
    files = books() if chosen is None else [read_book(BUNDLED if chosen == "bundled" else Path(chosen))]
    return tuple(dict.fromkeys(region for file in files for region in file.regions))


def books() -> Iterator[BookFile]:
    """The bundled book, then the kept ones, oldest first.

    Raises:
        PriceError: a kept book cannot be read.
    """
    yield read_book(BUNDLED)
    folder = kept_folder()
    if folder.is_dir():
        for path in sorted(folder.glob("*.json")):
            try:
                yield read_book(path)
            except PriceError as error:
                raise PriceError(f"{error}; remove it, or set {CHOICE}=bundled") from None


def kept_folder() -> Path:
    """Where an update keeps its books: in the user's data folder."""
    from platformdirs import user_data_path  # noqa: PLC0415 - spared where a book is named

    return user_data_path("ddbload") / "prices"


def read_book(path: Path) -> BookFile:
    """A book from its file; read anew when the file has changed.

    Raises:
        PriceError: there is no such file, or it is not a price book.
    """
    try:
        stamp = path.stat().st_mtime_ns
    except OSError as error:
        raise PriceError(f"cannot read the price book {path}: {error.strerror}") from None
    return _read(path, stamp)


@cache
def _read(path: Path, _stamp: int) -> BookFile:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PriceError(f"cannot read the price book {path}: {error}") from None
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise PriceError(f'{path} is not a price book of this version: it lacks "schema": {SCHEMA}')
    try:
        return BookFile(
            path,
            date.fromisoformat(content["as_of"]),
            dict(content["sources"]),
            dict(content.get("everywhere", {})),
            dict(content["regions"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise PriceError(f"{path} is not a price book: {error!r}") from None


def book_of(file: BookFile, region: str) -> PriceBook:
    """The prices of a region in one book.

    Raises:
        PriceError: it does not have the region, or a figure of it is not one.
    """
    if region not in file.regions:
        why = f"; `ddbload prices update --region {region}` can read it from the AWS price list"
        if region.startswith("cn-"):
            why = " (China's regions are billed in CNY, by other companies)"
        raise PriceError(f"the price book has no region '{region}'; it has {', '.join(file.regions)}{why}")
    return _book(file.path, file.path.stat().st_mtime_ns, region)


@cache
def _book(path: Path, stamp: int, region: str) -> PriceBook:
    file = _read(path, stamp)
    found = file.regions[region]
    try:
        figures = {**found["prices"], **file.everywhere}
        prices = {name: _price(figure, file.sources) for name, figure in figures.items()}
        as_of = date.fromisoformat(found.get("as_of", file.as_of.isoformat()))
        return PriceBook(region, found["name"], as_of, prices, found.get("prefix", ""), str(path))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PriceError(f"the price book {path} has a broken figure for {region}: {error}") from None


def _price(figure: Mapping[str, Any], sources: Mapping[str, str]) -> Price:
    usd = figure["usd"]
    if isinstance(usd, bool) or not isinstance(usd, int | float) or not math.isfinite(usd) or usd < 0:
        raise ValueError(f"{usd!r} is not a price")
    if figure["status"] not in _STATUSES:
        raise ValueError(f"{figure['status']!r} is not a status")
    source = sources[figure["source"]]
    return Price(float(usd), figure["per"], figure["status"], source, figure["as_of"], figure.get("note", ""))
