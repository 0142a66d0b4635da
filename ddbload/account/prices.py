"""Renewing the price books from AWS's price list, through the user's credentials or from files.

What the figures are is told in `pricing`; here is what touches the account and the disk.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ddbload.errors import TargetError, UsageError
from ddbload.pricing.book import PriceBook, PriceError
from ddbload.pricing.listed import listed_prices, prefix_of
from ddbload.pricing.price_list import Product, products_of
from ddbload.pricing.renewal import Renewal, book_document, renewed
from ddbload.pricing.shelf import kept_folder, load_book, regions as known_regions

SERVICES = ("AmazonDynamoDB", "AmazonDAX")
_ENDPOINT_REGION = "us-east-1"
"""The Price List Query API is in three regions only, each with the prices of all."""
_PAGE = 100


@dataclass(frozen=True, slots=True)
class Update:
    """What an update made: a region's renewal each, and the file that holds the new books."""

    renewals: Mapping[str, Renewal]
    path: Path


def update_from_files(files: Sequence[Path], regions: Sequence[str], today: date) -> Update:
    """New books from JSON files of the price list: offer files, or answers of GetProducts.

    Without `regions`, of all that the files have.

    Raises:
        PriceError: a file is no price list, is older than the book, or has no figure of a region; nothing is written.
    """
    products = tuple(product for file in files for product in _read(file))
    wanted = regions or tuple(dict.fromkeys(one.region for one in products if one.region))
    if not wanted:
        raise PriceError("the price list does not say of which region its products are: name it with --region")
    return _renew(dict.fromkeys(wanted, products), today)


async def update_from_account(
    regions: Sequence[str], today: date, *, profile: str | None = None, say: Callable[[str], None] = lambda _: None
) -> Update:
    """New books from the Price List Query API, read with the credentials of an AWS profile or of the environment.

    Needs pricing:GetProducts. Without `regions`, of all that there is a book for.

    Raises:
        TargetError: no credentials, no permission, or AWS is out of reach; nothing is written.
        PriceError: the list has no figure of a region.
    """
    from aioboto3 import Session  # noqa: PLC0415 - a quarter of a second that a file on disk does not need
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - it comes with the SDK

    from ddbload.transport.sdk import http_session  # noqa: PLC0415 - likewise

    found = {}
    try:
        from aiobotocore.config import AioConfig  # noqa: PLC0415 - likewise

        config = AioConfig(http_session_cls=http_session(), retries={"mode": "standard", "total_max_attempts": 4})
        session = Session(profile_name=profile)
        async with session.client("pricing", region_name=_ENDPOINT_REGION, config=config) as client:
            for region in regions or known_regions():
                say(f"reading the prices of {region}")
                found[region] = [one for service in SERVICES for one in await _products(client, service, region)]
    except ClientError as error:
        told = error.response["Error"]
        needs = " (it needs pricing:GetProducts)" if "AccessDenied" in told.get("Code", "") else ""
        raise TargetError(f"price list: {told.get('Code')}: {told.get('Message', '')}{needs}") from error
    except BotoCoreError as error:
        raise TargetError(f"price list: {error}") from error
    return _renew(found, today)


async def _products(client: Any, service: str, region: str) -> list[Product]:
    """All pages of GetProducts for one service in one region."""
    request: dict[str, Any] = {
        "ServiceCode": service,
        "Filters": [{"Type": "TERM_MATCH", "Field": "regionCode", "Value": region}],
        "FormatVersion": "aws_v1",
        "MaxResults": _PAGE,
    }
    found: list[Product] = []
    while True:
        answer = await client.get_products(**request)
        found += products_of(answer["PriceList"], f"the answer for {service} in {region}")
        if not answer.get("NextToken"):
            return found
        request["NextToken"] = answer["NextToken"]


def _read(file: Path) -> tuple[Product, ...]:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from None
    except ValueError as error:
        raise PriceError(f"{file} is not JSON: {error}") from None
    return products_of(document, str(file))


def _renew(products: Mapping[str, Iterable[Product]], today: date) -> Update:
    """New books of all regions, or of none."""
    renewals = {}
    for region, of in products.items():
        book = _book(region, list(of))
        renewals[region] = renewed(book, listed_prices(of, region, book.prefix), today)
    books = {region: renewal.book for region, renewal in renewals.items()}
    return Update(renewals, keep(book_document(books, today), kept_folder(), today))


def _book(region: str, products: Sequence[Product]) -> PriceBook:
    """The region's book so far; of a region without one, an empty book."""
    if region in known_regions():
        return load_book(region)
    name = next((one.location for one in products if one.region == region and one.location), region)
    return PriceBook(region, name, date.min, {}, prefix_of(products, region))


def keep(document: Mapping[str, Any], folder: Path, today: date) -> Path:
    """Write a book to a new file of the folder, whole or not at all; no older one is touched.

    Raises:
        PriceError: the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=folder, prefix=".book-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(document, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            return _place(Path(draft), folder, today)
        finally:
            Path(draft).unlink(missing_ok=True)
    except OSError as error:
        raise PriceError(f"cannot keep the new prices in {folder}: {error.strerror}") from error


def _place(draft: Path, folder: Path, today: date) -> Path:
    """Give a finished file its name: the day, and a number where the day has one already."""
    for number in range(1, 10_000):
        path = folder / f"{today.isoformat()}-{number:04d}.json"
        if path.exists():
            continue
        try:
            path.hardlink_to(draft)  # fails where the name is taken since: two updates at once both stay
        except FileExistsError:
            continue
        except OSError:  # a file system without such links
            draft.replace(path)
        return path
    raise OSError(0, "too many books of one day")
