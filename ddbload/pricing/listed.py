"""Which figure of a price book a product of AWS's price list is. What is not known for sure is told, never guessed.

A usage type is compared whole, once the region's prefix is off: by its end alone, "IA-WriteRequestUnits" and
"ReplWriteRequestUnits" would pass for "WriteRequestUnits".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ddbload.pricing.price_list import Band, Product, Term

_DYNAMODB, _DAX = "AmazonDynamoDB", "AmazonDAX"


@dataclass(frozen=True, slots=True)
class _Known:
    name: str
    per: str
    units: frozenset[str]
    factor: float = 1.0


def _known(name: str, per: str, *units: str, factor: float = 1.0) -> _Known:
    return _Known(name, per, frozenset(units), factor)


def _requests(table_class: str, unit: str, listed: str) -> _Known:
    return _known(f"on_demand.{table_class}.{unit}", "million request units", listed, factor=1e6)


def _capacity(table_class: str, unit: str, listed: str) -> _Known:
    return _known(f"provisioned.{table_class}.{unit}", "capacity unit and hour", listed)


_GB_MONTH = "GB and month"
_USAGE_TYPES: Mapping[str, _Known] = {
    "ReadRequestUnits": _requests("standard", "rru", "ReadRequestUnits"),
    "WriteRequestUnits": _requests("standard", "wru", "WriteRequestUnits"),
    "ReplWriteRequestUnits": _requests("standard", "rwru", "ReplWriteRequestUnits"),
    "IA-ReadRequestUnits": _requests("standard_ia", "rru", "ReadRequestUnits"),
    "IA-WriteRequestUnits": _requests("standard_ia", "wru", "WriteRequestUnits"),
    "IA-ReplWriteRequestUnits": _requests("standard_ia", "rwru", "ReplWriteRequestUnits"),
    "ReadCapacityUnit-Hrs": _capacity("standard", "rcu_hour", "ReadCapacityUnit-Hrs"),
    "WriteCapacityUnit-Hrs": _capacity("standard", "wcu_hour", "WriteCapacityUnit-Hrs"),
    "ReplWriteCapacityUnit-Hrs": _capacity("standard", "rwcu_hour", "ReplWriteCapacityUnit-Hrs"),
    "IA-ReadCapacityUnit-Hrs": _capacity("standard_ia", "rcu_hour", "ReadCapacityUnit-Hrs"),
    "IA-WriteCapacityUnit-Hrs": _capacity("standard_ia", "wcu_hour", "WriteCapacityUnit-Hrs"),
    "IA-ReplWriteCapacityUnit-Hrs": _capacity("standard_ia", "rwcu_hour", "ReplWriteCapacityUnit-Hrs"),
    "TimedStorage-ByteHrs": _known("storage.standard", _GB_MONTH, "GB-Mo"),
    "IA-TimedStorage-ByteHrs": _known("storage.standard_ia", _GB_MONTH, "GB-Mo"),
    "TimedPITRStorage-ByteHrs": _known("backup.pitr_gb_month", _GB_MONTH, "GB-Mo"),
    "TimedBackupStorage-ByteHrs": _known("backup.on_demand_warm_gb_month", _GB_MONTH, "GB-Mo"),
    "RestoreDataSize-Bytes": _known("backup.restore_gb", "GB", "GB"),
    "ExportDataSize-Bytes": _known("s3.export_full_gb", "GB", "GB"),
    "IncrementalExportDataSize-Bytes": _known("s3.export_incremental_gb", "GB", "GB"),
    "ImportDataSize-Bytes": _known("s3.import_gb", "GB", "GB"),
    "Streams-Requests": _known("streams", "million read request units", "Requests", factor=1e6),
    "ChangeDataCaptureUnits-Kinesis": _known(
        "cdc.kinesis", "million change data capture units", "ChangeDataCaptureUnits", factor=1e6
    ),
    "VectorWriteRequest": _known("vector.write_gb", "GB", "GB"),
    "VectorSearch": _known("vector.search_gb", "GB", "GB"),
    "IA-VectorWriteRequest": _known("vector.write_gb_ia", "GB", "GB"),
    "IA-VectorSearch": _known("vector.search_gb_ia", "GB", "GB"),
}
_RESERVED = {"HeavyUsage:dynamodb.read": "rcu", "HeavyUsage:dynamodb.write": "wcu",
             "ReadCapacityUnit-Hrs": "rcu", "WriteCapacityUnit-Hrs": "wcu"}  # fmt: skip
_LEASES = {"1yr": "1y", "3yr": "3y"}
_BLOCK = 100  # the list has reserved prices of one unit, a book those of a block
_YEAR_HOURS = 8760
_LEAST_SHARE = 0.05  # of the list price: the best published discount leaves 0.23 of it
_DAX_NODE = "NodeUsage:"
_UNPREFIXED = "us-east-1"
_INTERNET = "DataTransfer-Out-Bytes"
_BAND_ENDS = {"10240": "first_10tb", "51200": "next_40tb", "153600": "next_100tb", "Inf": "over_150tb"}


@dataclass(frozen=True, slots=True)
class ListedPrice:
    """A figure of the list, as a book has it: US dollars for one `per`, and the date that the list was published."""

    usd: float
    per: str
    published: str


@dataclass(frozen=True, slots=True)
class Listed:
    """What a price list says of a region.

    Attributes:
        prices: figures by their names in a book.
        unknown: usage type -> how many products of it nothing here knows.
        doubts: sentences on figures that were not taken: two prices for one thing, another unit, another currency.
        elsewhere: how many products are of other regions.
        published: the newest date of the list.
    """

    prices: Mapping[str, ListedPrice]
    unknown: Mapping[str, int]
    doubts: tuple[str, ...]
    elsewhere: int
    published: str


def listed_prices(products: Iterable[Product], region: str, prefix: str = "") -> Listed:
    """The figures of one region.

    Args:
        products: of a price list, of one region or of many.
        region: its code, such as "eu-west-1".
        prefix: what its usage types start with, such as "EU"; "" for a region without one.
    """
    reading = _Reading({}, Counter(), [])
    elsewhere, published = 0, ""
    for product in products:
        if not _is_of(product, region, prefix):
            elsewhere += 1
            continue
        usage_type = without_prefix(product.usage_type, prefix)
        published = max(published, product.published)
        if usage_type == _INTERNET:
            reading.take_bands(product)
        elif product.service == _DAX and usage_type.startswith(_DAX_NODE):
            node = _known(usage_type.removeprefix(_DAX_NODE), "node and hour", "Hrs")
            reading.take(node, product, usage_type)
        elif product.service == _DYNAMODB and (usage_type in _USAGE_TYPES or usage_type in _RESERVED):
            reading.take_terms(product, usage_type)
        else:
            reading.unknown[f"{product.service} {product.usage_type}".strip()] += 1
    prices = {name: found[0] for name, found in reading.found.items() if len({one.usd for one in found}) == 1}
    doubts = [*reading.doubts, *_contradictions(reading.found), *_drop_impossible(prices)]
    return Listed(prices, dict(reading.unknown), tuple(doubts), elsewhere, published)


def _is_of(product: Product, region: str, prefix: str) -> bool:
    """Whether a product is of a region; older lists do not say, but by the prefix, which only us-east-1 may lack."""
    if product.region:
        return product.region == region
    prefixed = bool(prefix) and product.usage_type.startswith(f"{prefix}-")
    return prefixed or (region == _UNPREFIXED and product.usage_type in {*_USAGE_TYPES, *_RESERVED})


def prefix_of(products: Iterable[Product], region: str) -> str:
    """The prefix of a region that no book has: what stands before its write capacity; "" where nothing does."""
    end = "-WriteCapacityUnit-Hrs"
    found = {
        product.usage_type.removesuffix(end)
        for product in products
        if product.region == region and product.usage_type.endswith(end)
    }
    plain = sorted(prefix for prefix in found if prefix != "IA" and not prefix.endswith("-IA"))
    return plain[0] if len(plain) == 1 else ""


def without_prefix(usage_type: str, prefix: str) -> str:
    """The usage type without its region's prefix: "EU-IA-WriteRequestUnits" is "IA-WriteRequestUnits"."""
    return usage_type.removeprefix(f"{prefix}-") if prefix else usage_type


def _contradictions(found: Mapping[str, list[ListedPrice]]) -> list[str]:
    return [
        f"{name} has several prices in the list ({', '.join(f'{one.usd:g}' for one in prices)}): none taken"
        for name, prices in found.items()
        if len({one.usd for one in prices}) > 1
    ]


def _drop_impossible(prices: dict[str, ListedPrice]) -> list[str]:
    """Take out reserved prices that are not below the list price, as one of a block taken for one of a unit is not."""
    doubts = []
    for lease, years in (("1y", 1), ("3y", 3)):
        for unit in ("rcu", "wcu"):
            name = f"reserved.{lease}.{unit}"
            plain = prices.get(f"provisioned.standard.{unit}_hour")
            upfront, hourly = prices.get(f"{name}.upfront"), prices.get(f"{name}.hourly")
            if plain is None or upfront is None or hourly is None:
                continue
            share = (upfront.usd / (_YEAR_HOURS * years) + hourly.usd) / _BLOCK / plain.usd
            if not _LEAST_SHARE < share < 1:
                del prices[f"{name}.upfront"], prices[f"{name}.hourly"]
                doubts.append(f"{name} not taken: it comes to {share:.2f} of the price of a unit that is not reserved")
    return doubts


@dataclass(frozen=True, slots=True)
class _Reading:
    found: dict[str, list[ListedPrice]]
    unknown: Counter[str]
    doubts: list[str]

    def take_terms(self, product: Product, usage_type: str) -> None:
        if product.on_demand and usage_type in _USAGE_TYPES:
            self.take(_USAGE_TYPES[usage_type], product, usage_type)
        for term in product.reserved:
            self._take_lease(product, usage_type, term)

    def take(self, known: _Known, product: Product, usage_type: str) -> None:
        """The one price that is not the free tier's."""
        bands = [band for term in product.on_demand for band in term.bands if not band.free]
        fits = [band.usd for band in bands if band.unit in known.units and band.usd]  # nought is no price of these
        if len(bands) != 1 or len(fits) != 1:
            self.doubts.append(f"{known.name} not taken: {usage_type} has {_said(bands)}")
        else:
            self._add(known.name, fits[0] * known.factor, known.per, product.published)

    def take_bands(self, product: Product) -> None:
        """Traffic to the internet: a price for each band of a month's GB."""
        bands = [band for term in product.on_demand for band in term.bands if not band.free]
        by_end = {_BAND_ENDS[band.end]: band.usd for band in bands if band.end in _BAND_ENDS and band.unit == "GB"}
        prices = {name: usd for name, usd in by_end.items() if usd}
        if len(bands) != len(_BAND_ENDS) or len(prices) != len(_BAND_ENDS):
            self.doubts.append(f"data_transfer.internet_out not taken: {_INTERNET} has {_said(bands)}")
            return
        for name, usd in prices.items():
            self._add(f"data_transfer.internet_out.{name}", usd, "GB", product.published)

    def _take_lease(self, product: Product, usage_type: str, term: Term) -> None:
        """Reserved capacity: an upfront payment (unit Quantity) and an hourly fee (unit Hrs), both of one unit."""
        unit, lease = _RESERVED.get(usage_type), _LEASES.get(term.lease)
        by_unit = {band.unit: band.usd for band in term.bands if band.usd is not None}
        if unit is None or lease is None or by_unit.keys() != {"Quantity", "Hrs"} or len(term.bands) != len(by_unit):
            self.doubts.append(f"a reserved term not taken: {usage_type}, '{term.lease}', has {_said(term.bands)}")
            return
        for name, listed, per in (("upfront", "Quantity", "100 units"), ("hourly", "Hrs", "100 units and hour")):
            self._add(f"reserved.{lease}.{unit}.{name}", by_unit[listed] * _BLOCK, per, product.published)

    def _add(self, name: str, usd: float, per: str, published: str) -> None:
        self.found.setdefault(name, []).append(ListedPrice(round(usd, 12), per, published))


def _said(bands: Iterable[Band]) -> str:
    return ", ".join(f"{band.usd} USD a '{band.unit}'" for band in bands) or "no price"
