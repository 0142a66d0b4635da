"""AWS's price list as data: the bulk offer file and what GetProducts answers, both as the same products.

Sources: AWS Price List Bulk API, "Reading the service price list file"; Price List Query API, GetProducts, where each
entry of `PriceList` is a string of JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from ddbload.pricing.book import PriceError

_DATE = len("2026-09-11")


@dataclass(frozen=True, slots=True)
class Band:
    """A price and the quantities that it holds for; `end` is "Inf" for no end. `usd` is None if it is not in USD."""

    begin: str
    end: str
    unit: str
    usd: float | None
    description: str

    @property
    def free(self) -> bool:
        """Whether it is a free tier: nothing to pay, for a bounded quantity."""
        return self.usd == 0 and (self.end.lower() != "inf" or "free tier" in self.description.lower())


@dataclass(frozen=True, slots=True)
class Term:
    """How a product can be bought: on demand, or for a lease ("1yr", "3yr") where `lease` says so."""

    lease: str
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """A product of the list, with its terms.

    Attributes:
        service: "AmazonDynamoDB", "AmazonDAX".
        usage_type: as the list has it, with the region's prefix.
        region, location: its code and its name in AWS's words, or "" where the list does not say.
        on_demand, reserved: terms.
        published: date of the list.
    """

    service: str
    sku: str
    usage_type: str
    region: str
    location: str
    on_demand: tuple[Term, ...]
    reserved: tuple[Term, ...]
    published: str


def products_of(document: Any, name: str = "the price list") -> tuple[Product, ...]:
    """Products of a bulk offer file, of an answer of GetProducts, or of the list of JSON strings in it.

    Raises:
        PriceError: it has none of these shapes; `name` says where.
    """
    try:
        if isinstance(document, Mapping) and "products" in document and "terms" in document:
            return tuple(_of_offer(document))
        if isinstance(document, Mapping) and "product" in document:
            return (_of_entry(document),)
        entries = document.get("PriceList") if isinstance(document, Mapping) else document
        if isinstance(entries, list):
            return tuple(_of_entry(json.loads(one) if isinstance(one, str) else one) for one in entries)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise PriceError(f"{name} is not a price list of the documented shape: {error!r}") from None
    raise PriceError(
        f"{name} is not a price list: neither an offer file (products, terms) nor an answer of GetProducts (PriceList)"
    )


def _of_offer(document: Mapping[str, Any]) -> Iterator[Product]:
    """The bulk file: products by SKU, and terms by kind and SKU."""
    terms = document["terms"]
    for sku, product in document["products"].items():
        yield _product(
            product,
            service=product["attributes"].get("servicecode") or document.get("offerCode", ""),
            on_demand=terms.get("OnDemand", {}).get(sku, {}),
            reserved=terms.get("Reserved", {}).get(sku, {}),
            published=document.get("publicationDate", ""),
        )


def _of_entry(entry: Mapping[str, Any]) -> Product:
    """One entry of GetProducts: a product with its own terms."""
    product, terms = entry["product"], entry.get("terms", {})
    return _product(
        product,
        service=product["attributes"].get("servicecode") or entry.get("serviceCode", ""),
        on_demand=terms.get("OnDemand", {}),
        reserved=terms.get("Reserved", {}),
        published=entry.get("publicationDate", ""),
    )


def _product(
    product: Mapping[str, Any],
    *,
    service: str,
    on_demand: Mapping[str, Any],
    reserved: Mapping[str, Any],
    published: str,
) -> Product:
    attributes = product["attributes"]
    return Product(
        service,
        product.get("sku", ""),
        attributes.get("usagetype", ""),
        attributes.get("regionCode", ""),
        attributes.get("location", ""),
        tuple(_terms(on_demand.values())),
        tuple(_terms(reserved.values())),
        published[:_DATE],
    )


def _terms(terms: Iterable[Mapping[str, Any]]) -> Iterator[Term]:
    for term in terms:
        bands = tuple(_band(one) for one in term["priceDimensions"].values())
        lease = term.get("termAttributes", {}).get("LeaseContractLength", "").replace(" ", "")
        yield Term(lease, bands)


def _band(dimension: Mapping[str, Any]) -> Band:
    return Band(
        dimension.get("beginRange", "0"),
        dimension.get("endRange", "Inf"),
        dimension.get("unit", ""),
        _usd(dimension["pricePerUnit"].get("USD")),
        dimension.get("description", ""),
    )


def _usd(text: str | None) -> float | None:
    try:
        usd = Decimal(text or "")
    except InvalidOperation:
        return None
    return float(usd) if usd.is_finite() and usd >= 0 else None
