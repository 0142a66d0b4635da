"""The price book holds dated figures with their sources, and prices runs as published bills have it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ddbload.errors import DdbloadError
from ddbload.pricing import PriceError, load_book, run_cost

BILLS = [
    ("3.55 million of each", "us-east-1", 3_550_000, 3_550_000, 0.44375 + 2.21875),
    ("an analytics application", "us-east-1", 550_000, 650_000, 0.06875 + 0.40625),
    ("50 reads and 100 writes a second for 730 hours", "us-east-1", 50 * 3600 * 730, 100 * 3600 * 730, 180.675),
    ("8 million reads and 3 million writes", "us-east-2", 8_000_000, 3_000_000, 1.0 + 1.875),
    ("a million of each in Seoul", "ap-northeast-2", 1_000_000, 1_000_000, 0.1355 + 0.68),
    ("half a unit", "us-east-1", 0.5, 0, 0.0625e-6),
    ("nothing", "us-east-1", 0, 0, 0.0),
]


@pytest.mark.parametrize(
    ("region", "reads", "writes", "usd"), [row[1:] for row in BILLS], ids=[row[0] for row in BILLS]
)
def test_a_run_costs_what_its_units_cost(region: str, reads: float, writes: float, usd: float) -> None:
    assert run_cost(load_book(region), reads, writes) == pytest.approx(usd, rel=1e-12)


def test_us_east_1_has_the_figures_of_the_price_list() -> None:
    book = load_book()
    listed = {
        "provisioned.standard.rcu_hour": 0.00013,
        "provisioned.standard.wcu_hour": 0.00065,
        "storage.standard": 0.25,
        "storage.standard_ia": 0.1,
        "backup.pitr_gb_month": 0.2,
        "backup.restore_gb": 0.15,
        "streams": 0.2,
        "reserved.1y.wcu.upfront": 150,
        "reserved.1y.wcu.hourly": 0.0128,
        "reserved.3y.rcu.hourly": 0.0016,
    }
    assert {name: book.price(name).usd for name in listed} == listed
    assert all(book.price(name).status == "verified" for name in listed)
    assert (book.on_demand_ia.rru.usd_per_million, book.on_demand_ia.wru.usd_per_million) == (0.155, 0.78)
    assert (book.on_demand.rwru.usd_per_million, book.on_demand.wru.as_of) == (0.625, "2026-09-11")


def test_every_region_prices_a_run_and_every_figure_says_whence_it_is() -> None:
    regions = regions_listed()
    assert "eu-central-1" in regions
    for region in regions:
        book = load_book(region)
        assert run_cost(book, 1, 1) > 0
        assert book.on_demand_ia.wru.usd_per_million > book.on_demand.wru.usd_per_million
        for price in book.prices.values():
            assert price.usd >= 0
            assert price.per
            assert price.status in {"verified", "aged", "reported", "derived"}
            assert len(price.source) > 20
            assert price.as_of[:4].isdigit()


def regions_listed() -> list[str]:
    with pytest.raises(PriceError) as missing:
        load_book("moon-1")
    return str(missing.value).partition("it has ")[2].partition(";")[0].split(", ")


def test_a_missing_region_is_named_and_the_known_ones_are_listed() -> None:
    with pytest.raises(DdbloadError, match=r"no region 'cn-north-1'; it has us-east-1, us-east-2, .*eu-west-1"):
        load_book("cn-north-1")


def test_a_missing_price_is_named_and_the_known_ones_are_listed() -> None:
    with pytest.raises(PriceError, match=r"no price 'storage.glacier' for us-east-1; it has storage.standard, "):
        load_book().price("storage.glacier")


def test_a_book_warns_when_it_is_more_than_90_days_old() -> None:
    book = load_book()
    assert book.age_warning(book.as_of) is None
    assert book.age_warning(book.as_of + timedelta(days=90)) is None
    assert "91 days old (2026-11-22)" in str(book.age_warning(book.as_of + timedelta(days=91)))
    assert isinstance(book.as_of, date)


def test_units_below_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        run_cost(load_book(), -1, 0)
