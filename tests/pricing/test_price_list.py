"""AWS's price list, in both of its shapes, becomes figures of a book; what is not known for sure is told."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ddbload.pricing import PriceError, load_book
from ddbload.pricing.listed import Listed, listed_prices, prefix_of
from ddbload.pricing.price_list import products_of
from ddbload.pricing.renewal import renewed
from ddbload.pricing.shown import renewal_lines

DATA = Path(__file__).parents[1] / "data"
TODAY = date(2026, 11, 22)


def answer() -> Any:
    """An answer of GetProducts for us-east-1 in the documented shape, DynamoDB and DAX; some figures are made up."""
    return json.loads((DATA / "prices-products-us-east-1.json").read_text())


def offer() -> Any:
    """A bulk offer file in the documented shape: Ireland, and Mexico, which no book has; some figures are made up."""
    return json.loads((DATA / "prices-offer.json").read_text())


def listed(document: Any, region: str, prefix: str) -> Listed:
    return listed_prices(products_of(document), region, prefix)


def usd(found: Listed) -> dict[str, float]:
    return {name: price.usd for name, price in found.prices.items()}


def test_an_answer_of_get_products_has_the_figures_of_its_region() -> None:
    found = usd(listed(answer(), "us-east-1", "USE1"))
    assert found["on_demand.standard.wru"] == 0.6
    assert found["on_demand.standard_ia.wru"] == 0.78
    assert found["provisioned.standard.wcu_hour"] == 0.00065
    assert found["provisioned.standard_ia.wcu_hour"] == 0.00081
    assert found["storage.standard"] == 0.25
    assert found["streams"] == 0.2
    assert found["reserved.1y.wcu.upfront"] == 150
    assert found["reserved.3y.rcu.hourly"] == 0.0016
    assert found["dax.r5.large"] == 0.255


def test_an_offer_file_has_the_figures_of_each_of_its_regions() -> None:
    ireland, mexico = listed(offer(), "eu-west-1", "EU"), listed(offer(), "mx-central-1", "MXC1")
    assert usd(ireland)["storage.standard"] == 0.283
    assert usd(ireland)["reserved.1y.wcu.hourly"] == 0.0145
    assert usd(mexico)["storage.standard"] == 0.2625
    assert ireland.elsewhere == mexico.elsewhere == 18
    assert ireland.published == "2026-10-30"


@pytest.mark.parametrize("as_strings", [True, False])
def test_the_list_in_an_answer_may_come_alone_as_strings_or_as_objects(as_strings: bool) -> None:
    entries = answer()["PriceList"]
    alone = entries if as_strings else [json.loads(entry) for entry in entries]
    assert usd(listed(alone, "us-east-1", "USE1")) == usd(listed(answer(), "us-east-1", "USE1"))


def test_the_free_tier_is_not_taken_for_the_price() -> None:
    found = usd(listed(answer(), "us-east-1", "USE1"))
    assert all(found.values())
    assert found["provisioned.standard.rcu_hour"] == 0.00013


def test_what_nothing_here_knows_is_counted_and_told() -> None:
    assert listed(answer(), "us-east-1", "USE1").unknown == {
        "AmazonS3 TimedStorage-ByteHrs": 1,  # another service's storage of the same name
        "AmazonDynamoDB QuantumUnit-Hrs": 1,
    }


def test_the_prefix_of_a_region_without_a_book_is_read_off_the_list() -> None:
    assert prefix_of(products_of(offer()), "mx-central-1") == "MXC1"
    assert prefix_of(products_of(offer()), "eu-west-1") == "EU"
    assert prefix_of(products_of(offer()), "eu-west-9") == ""


def entry(usage_type: str = "WriteRequestUnits", **bands: Any) -> dict[str, Any]:
    """One product of GetProducts with one price, changed by keywords."""
    band = {"unit": "WriteRequestUnits", "beginRange": "0", "endRange": "Inf", "pricePerUnit": {"USD": "0.000000625"}}
    attributes = {"servicecode": "AmazonDynamoDB", "regionCode": "us-east-1", "usagetype": usage_type}
    return {
        "product": {"sku": "X", "attributes": attributes},
        "terms": {"OnDemand": {"X.Y": {"termAttributes": {}, "priceDimensions": {"X.Y.Z": band | bands}}}},
        "publicationDate": "2026-11-01T00:00:00Z",
    }


NOT_TAKEN = [
    ("another unit", [entry(unit="Requests")], r"has 6.25e-07 USD a 'Requests'"),
    ("another currency", [entry(pricePerUnit={"CNY": "0.000004"})], r"has None USD"),
    ("a price of nought", [entry(pricePerUnit={"USD": "0.0000000000"})], r"has 0.0 USD"),
    ("no number", [entry(pricePerUnit={"USD": "cheap"})], r"has None USD"),
    ("less than nothing", [entry(pricePerUnit={"USD": "-1"})], r"has None USD"),
    ("two prices", [entry(), entry(pricePerUnit={"USD": "0.7"})], r"several prices in the list \(0.625, 700000\)"),
]


@pytest.mark.parametrize(("entries", "said"), [row[1:] for row in NOT_TAKEN], ids=[row[0] for row in NOT_TAKEN])
def test_a_doubtful_price_is_told_and_not_taken(entries: list[Any], said: str) -> None:
    found = listed(entries, "us-east-1", "USE1")
    assert not found.prices
    (doubt,) = found.doubts
    assert doubt.startswith("on_demand.standard.wru")
    assert re.search(said, doubt)


@pytest.mark.parametrize("usage_type", ["EU-WriteRequestUnits", "IA-IA-WriteRequestUnits", "SuperWriteRequestUnits"])
def test_a_usage_type_is_compared_whole(usage_type: str) -> None:
    found = listed([entry(usage_type)], "us-east-1", "USE1")
    assert not found.prices
    assert found.unknown == {f"AmazonDynamoDB {usage_type}": 1}


def test_a_list_that_does_not_name_its_regions_is_told_by_the_prefix() -> None:
    old = entry("EU-WriteRequestUnits")
    del old["product"]["attributes"]["regionCode"]
    assert usd(listed([old], "eu-west-1", "EU")) == {"on_demand.standard.wru": 0.625}
    assert not listed([old], "us-east-1", "USE1").prices


def test_a_reserved_price_of_a_block_is_not_taken_for_one_of_a_unit() -> None:
    text = json.dumps(offer()).replace('"1.6950000000"', '"169.5000000000"').replace('"0.0001450000"', '"0.0145000000"')
    found = listed(json.loads(text), "eu-west-1", "EU")
    assert "reserved.1y.wcu.upfront" not in found.prices
    assert "reserved.1y.rcu.upfront" in found.prices
    assert any("reserved.1y.wcu not taken: it comes to 46" in doubt for doubt in found.doubts)


def internet(*ends: str) -> dict[str, Any]:
    made = entry("DataTransfer-Out-Bytes")
    bands = {
        str(n): {"unit": "GB", "endRange": end, "pricePerUnit": {"USD": f"0.0{9 - n}"}} for n, end in enumerate(ends)
    }
    made["terms"]["OnDemand"]["X.Y"]["priceDimensions"] = bands
    return made


def test_the_bands_of_internet_traffic_are_a_figure_each() -> None:
    found = listed([internet("10240", "51200", "153600", "Inf")], "us-east-1", "USE1")
    assert [price.usd for price in found.prices.values()] == [0.09, 0.08, 0.07, 0.06]
    assert "data_transfer.internet_out.over_150tb" in found.prices
    assert not listed([internet("10240", "Inf")], "us-east-1", "USE1").prices


@pytest.mark.parametrize(
    "document", [{}, {"PriceList": 3}, [3], ["{}"], ["no json"], {"products": [], "terms": {}}, None]
)
def test_what_is_no_price_list_is_refused(document: Any) -> None:
    with pytest.raises(PriceError, match=r"prices.json is not a price list"):
        products_of(document, "prices.json")


def test_a_book_made_anew_says_what_changed_what_was_confirmed_and_what_stayed() -> None:
    book = load_book("us-east-1", path="bundled")
    made = renewed(book, listed(answer(), "us-east-1", "USE1"), TODAY)
    assert {(one.name, one.before and one.before.usd, one.after.usd) for one in made.changes} == {
        ("on_demand.standard.wru", 0.625, 0.6),
        ("on_demand.standard.rwru", 0.625, 0.6),
        ("dax.r7i.large", None, 0.268),
    }
    assert "storage.standard" in made.confirmed
    assert {"backup.on_demand_cold_gb_month", "warm.read", "on_demand.standard_ia.rru"} <= set(made.kept)
    assert len(made.changes) + len(made.confirmed) + len(made.kept) == len(made.book.prices)
    new, old = made.book.price("on_demand.standard.wru"), made.book.price("warm.read")
    assert (new.status, new.as_of, new.source) == (
        "verified", "2026-10-30", "AWS Price List for us-east-1, published 2026-10-30"
    )  # fmt: skip
    assert old == book.price("warm.read")
    assert made.book.as_of == TODAY


def test_a_price_that_doubles_is_marked() -> None:
    text = json.dumps(offer()).replace('"0.2830000000"', '"0.5830000000"')
    made = renewed(load_book("eu-west-1", path="bundled"), listed(json.loads(text), "eu-west-1", "EU"), TODAY)
    assert [one.name for one in made.changes if one.far] == ["storage.standard"]


def test_a_list_that_was_fetched_long_ago_warns() -> None:
    book = load_book("eu-west-1", path="bundled")
    made = renewed(book, listed(offer(), "eu-west-1", "EU"), date(2027, 1, 28))
    late = renewed(book, listed(offer(), "eu-west-1", "EU"), date(2027, 1, 29))
    assert not [line for line in renewal_lines("eu-west-1", made) if "warning" in line]
    assert "  warning: the list is 91 days old; fetch it anew" in renewal_lines("eu-west-1", late)


def test_a_list_in_another_currency_says_so() -> None:
    chinese = json.loads(json.dumps(offer()).replace('"USD"', '"CNY"'))
    with pytest.raises(
        PriceError, match=r"knows for eu-west-1 \(.* not taken: .* has None USD .*; nothing was written"
    ):
        renewed(load_book("eu-west-1", path="bundled"), listed(chinese, "eu-west-1", "EU"), TODAY)


def test_a_list_older_than_the_book_is_refused() -> None:
    old = json.loads(json.dumps(offer()).replace("2026-10-30", "2026-07-01"))
    with pytest.raises(PriceError, match=r"published 2026-07-01, but the book has .* of 2026-08-15 for eu-west-1"):
        renewed(load_book("eu-west-1", path="bundled"), listed(old, "eu-west-1", "EU"), TODAY)


def test_a_list_without_the_region_is_refused() -> None:
    with pytest.raises(PriceError, match="no figure that ddbload knows for eu-north-1; nothing was written"):
        renewed(load_book("eu-north-1", path="bundled"), listed(offer(), "eu-north-1", "EUN1"), TODAY)
