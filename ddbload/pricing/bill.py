"""From usage to dollars: the lines of a bill, from quantities and the price books of their regions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from ddbload.pricing.book import Price, PriceBook
from ddbload.pricing.free import FreeTier, Pool, free_tier_of
from ddbload.pricing.meters import CAPACITY, REQUESTS, REST, Meter
from ddbload.pricing.shelf import load_book
from ddbload.pricing.transfer import BANDS, BETWEEN_US_EAST, split_by_bands
from ddbload.pricing.usage import BLOCK_UNITS, Bill, BillLine, Unit, Usage, check_usage

_UNITS: tuple[Unit, ...] = ("read", "write")


@dataclass(slots=True)
class _Account:
    """What the lines of one bill share: books, free units, reserved capacity and bands that fill up."""

    books: Callable[[str], PriceBook]
    free: Pool
    replication_is_transfer: bool
    covered: dict[tuple[str, Unit], float]
    internet_gb: dict[str, float] = field(default_factory=dict)


def bill(
    usages: Usage | Sequence[Usage],
    *,
    free_tier: bool | FreeTier = False,
    books: Callable[[str], PriceBook] = load_book,
    charge_replication: bool = False,
) -> Bill:
    """The bill of a month: US dollars before tax, credits and private discounts.

    Free units and reserved capacity are pooled over the usages of a region, and given in their order; reserved
    capacity first, since it is paid for anyway. Free units are those of one month, whatever the hours of a usage.
    Prices of internet traffic fall by band, a line each.

    Args:
        usages: what tables use, region by region; or all of it in one.
        free_tier: whether the always-free units count (`FreeTier`), or which.
        books: region -> its prices.
        charge_replication: whether what a global table sends to its replicas is charged as transfer to other regions,
            as it was until 2026; since then it is not (Developer Guide, "Global tables billing").

    Raises:
        BillError: a quantity is none, or the class or the mode does not allow it.
        PriceError: a price is missing; it names price and region.
    """
    usages = [usages] if isinstance(usages, Usage) else usages
    for usage in usages:
        check_usage(usage)
    account = _Account(cache(books), Pool(free_tier_of(free_tier)), charge_replication, _covered(usages))
    makers = [
        *(_metered(meter) for meter in (*REQUESTS, *CAPACITY)),
        _reserved,
        *(_metered(meter) for meter in REST),
        _dax,
        _other_regions,
        _internet,
    ]
    return Bill(tuple(line for make in makers for usage in usages for line in make(usage, account)))


_Maker = Callable[[Usage, _Account], Iterator[BillLine]]


def _metered(meter: Meter) -> _Maker:
    def lines(usage: Usage, account: _Account) -> Iterator[BillLine]:
        quantity: float = getattr(usage, meter.item)
        if not quantity:
            return
        standard = usage.table_class == "standard"
        paid = quantity - (_take_reserved(meter, usage, account) if standard else 0.0)
        if standard or "{class}" not in meter.price:  # nothing of the other class is free
            paid -= account.free.take(meter.free, usage.region, paid)
        yield _line(usage, meter, quantity, paid, _price(meter, usage, account))

    return lines


def _price(meter: Meter, usage: Usage, account: _Account) -> Price:
    name = meter.price_name(usage.table_class)
    if meter.item == "replication_gb" and account.replication_is_transfer:
        name = "data_transfer.other_regions"
    return account.books(usage.region).price(name)


def _line(usage: Usage, meter: Meter, quantity: float, paid: float, price: Price) -> BillLine:
    return BillLine(
        meter.item,
        meter.text,
        usage.region,
        usage.label,
        quantity,
        paid,
        meter.unit,
        price.usd / meter.per,
        paid * price.usd / meter.per,
        meter.once,
        price.status,
        price.source,
        price.as_of,
        price.note,
    )


def _covered(usages: Sequence[Usage]) -> dict[tuple[str, Unit], float]:
    """Unit-hours that the reserved capacity of each region covers at most."""
    found: dict[tuple[str, Unit], float] = {}
    for usage in usages:
        for unit in _UNITS:
            units = sum(units for (of, _), units in usage.reserved.items() if of == unit)
            known = usage.reserved_unit_hours.get(unit, units * usage.hours)
            found[usage.region, unit] = found.get((usage.region, unit), 0.0) + known
    return found


def _take_reserved(meter: Meter, usage: Usage, account: _Account) -> float:
    for unit in _UNITS:
        if meter.item == f"{unit}_unit_hours":
            place = (usage.region, unit)
            taken: float = min(account.covered[place], getattr(usage, meter.item))
            account.covered[place] -= taken
            return taken
    return 0.0


def _reserved(usage: Usage, account: _Account) -> Iterator[BillLine]:
    """Paid for every hour of the term, whether used or not: Developer Guide, "DynamoDB reserved capacity"."""
    for (unit, years), units in usage.reserved.items():
        blocks = units / BLOCK_UNITS
        if not blocks:
            continue
        name = f"reserved.{years}y.{unit[0]}cu"
        text = f"reserved {unit} capacity, {years} year{'s' if years > 1 else ''}"
        upfront = Meter(f"reserved_{unit}_upfront", f"{text}: upfront", "blocks of 100", f"{name}.upfront", once=True)
        hourly = Meter(f"reserved_{unit}_hours", f"{text}: hourly", "hours of a block of 100", f"{name}.hourly")
        for meter, quantity in ((upfront, blocks), (hourly, blocks * usage.hours)):
            yield _line(usage, meter, quantity, quantity, _price(meter, usage, account))


def _dax(usage: Usage, account: _Account) -> Iterator[BillLine]:
    for node, hours in usage.dax_node_hours.items():
        if hours:
            meter = Meter("dax_node_hours", f"DAX, {node}", "node-hours", node)
            yield _line(usage, meter, hours, hours, _price(meter, usage, account))


def _other_regions(usage: Usage, account: _Account) -> Iterator[BillLine]:
    for region, gb in usage.to_region_gb.items():
        if gb:
            near = frozenset({usage.region, region}) == BETWEEN_US_EAST
            price = "data_transfer.us_east_pair" if near else "data_transfer.other_regions"
            meter = Meter("to_region_gb", f"data to {region}", "GB", price)
            yield _line(usage, meter, gb, gb, _price(meter, usage, account))


def _internet(usage: Usage, account: _Account) -> Iterator[BillLine]:
    if not usage.internet_gb:
        return
    free = account.free.take("internet_gb", usage.region, usage.internet_gb)
    before = account.internet_gb.get(usage.region, 0.0)
    account.internet_gb[usage.region] = before + usage.internet_gb - free
    for band, gb in split_by_bands(before, usage.internet_gb - free):
        meter = Meter("internet_gb", f"data to the internet, {BANDS[band].text}", "GB", BANDS[band].price)
        yield _line(usage, meter, gb + free, gb, _price(meter, usage, account))
        free = 0.0


def run_cost(book: PriceBook, read_units: float, write_units: float) -> float:
    """US dollars of request units in on-demand mode, Standard table class: requests only, no storage, no free tier.

    Source: Amazon DynamoDB pricing, "Pricing for on-demand capacity". Index writes count as write units.
    """
    if read_units < 0 or write_units < 0:
        raise ValueError(f"units cannot be negative: {read_units} read, {write_units} write")
    prices = book.on_demand
    return (read_units * prices.rru.usd_per_million + write_units * prices.wru.usd_per_million) / 1e6
