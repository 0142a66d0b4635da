"""Prices are renewed from the account or from files: to a new book beside the others, whole or not at all."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from ddbload.account.prices import keep, update_from_account, update_from_files
from ddbload.errors import TargetError, UsageError
from ddbload.pricing import PriceError, Usage, bill, load_book
from tests.account.conftest import DATA, PriceListServer

TODAY = date(2026, 11, 22)
ANSWER = DATA / "prices-products-us-east-1.json"
OFFER = DATA / "prices-offer.json"


async def test_the_account_is_asked_for_every_page_of_each_service(price_list: PriceListServer) -> None:
    update = await update_from_account(["us-east-1"], TODAY)
    assert [(one["ServiceCode"], one.get("NextToken")) for one in price_list.asked] == [
        ("AmazonDynamoDB", None),
        ("AmazonDynamoDB", "7"),
        ("AmazonDynamoDB", "14"),
        ("AmazonDAX", None),
    ]
    assert price_list.asked[0]["Filters"] == [{"Type": "TERM_MATCH", "Field": "regionCode", "Value": "us-east-1"}]
    assert price_list.asked[0]["FormatVersion"] == "aws_v1"
    renewal = update.renewals["us-east-1"]
    assert renewal.book.price("dax.r7i.large").usd == 0.268
    assert renewal.book.price("on_demand.standard.wru").usd == 0.6


@pytest.mark.usefixtures("price_list")
async def test_the_account_and_a_file_of_the_same_answer_make_the_same_book() -> None:
    asked = await update_from_account(["us-east-1"], TODAY)
    read = update_from_files([ANSWER], [], TODAY)
    made = asked.renewals["us-east-1"].book
    dax_and_dynamodb = {
        name: price for name, price in made.prices.items() if price.source.startswith("AWS Price List for")
    }
    assert len(dax_and_dynamodb) >= 24
    for name in dax_and_dynamodb:
        assert read.renewals["us-east-1"].book.price(name) == made.price(name)
    assert asked.path != read.path


async def test_a_lack_of_permission_is_told_with_what_it_needs(price_list: PriceListServer, kept: Path) -> None:
    price_list.refuse = {"__type": "AccessDeniedException", "message": "User none is not authorized"}
    with pytest.raises(TargetError, match=r"not authorized \(it needs pricing:GetProducts\)"):
        await update_from_account(["us-east-1"], TODAY)
    assert not kept.exists()  # noqa: ASYNC240 - nothing else runs in this loop


async def test_a_profile_that_is_not_there_is_told(price_list: PriceListServer) -> None:
    with pytest.raises(TargetError, match="profile"):
        await update_from_account(["us-east-1"], TODAY, profile="nobody")
    assert not price_list.asked


def test_a_new_book_is_used_at_once_and_the_bundled_one_stays() -> None:
    update_from_files([ANSWER], [], TODAY)
    writes = Usage(write_units=1e6)
    assert bill([writes]).usd() == pytest.approx(0.6)
    assert load_book("us-east-1", path="bundled").on_demand.wru.usd_per_million == 0.625


def test_all_regions_of_a_file_are_renewed_or_only_those_asked_for() -> None:
    assert list(update_from_files([OFFER], [], TODAY).renewals) == ["eu-west-1", "mx-central-1"]
    assert list(update_from_files([OFFER], ["eu-west-1"], TODAY).renewals) == ["eu-west-1"]


def test_a_region_that_no_book_has_gets_one() -> None:
    update_from_files([OFFER], [], TODAY)
    book = load_book("mx-central-1")
    assert (book.name, book.prefix, book.price("storage.standard").usd) == ("Mexico (Central)", "MXC1", 0.2625)
    with pytest.raises(PriceError, match=r"no price 's3.import_gb' for mx-central-1"):
        book.price("s3.import_gb")


def test_each_update_makes_a_file_of_its_own() -> None:
    first, second = (update_from_files([OFFER], [], TODAY).path for _ in range(2))
    assert (first.name, second.name) == ("2026-11-22-0001.json", "2026-11-22-0002.json")
    assert json.loads(first.read_text())["as_of"] == "2026-11-22"


def test_a_figure_that_the_list_lacks_stays_through_several_updates() -> None:
    before = load_book("eu-west-1", path="bundled").price("warm.read")
    update_from_files([OFFER], [], TODAY)
    update_from_files([OFFER], [], TODAY)
    assert load_book("eu-west-1").price("warm.read") == before


def test_nothing_is_written_when_one_of_the_regions_fails(kept: Path) -> None:
    with pytest.raises(PriceError, match="no figure that ddbload knows for eu-north-1"):
        update_from_files([OFFER], ["eu-west-1", "eu-north-1"], TODAY)
    assert not kept.exists()


def test_a_book_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        keep({"schema": object()}, tmp_path, TODAY)
    assert not list(tmp_path.iterdir())
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(PriceError, match="cannot keep the new prices in"):
        keep({}, file / "prices", TODAY)


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        (None, UsageError, "cannot read .*list.json: No such file"),
        ("{", PriceError, "list.json is not JSON"),
        ("{}", PriceError, "list.json is not a price list"),
        ("[]", PriceError, "does not say of which region"),
    ],
)
def test_a_file_that_is_no_price_list_is_named(
    tmp_path: Path, text: str | None, error: type[Exception], said: str
) -> None:
    path = tmp_path / "list.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(error, match=said):
        update_from_files([path], [], TODAY)
