"""Of several price books the newest that has the region is used; the bundled one can be forced."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ddbload.pricing import PriceError, load_book, regions
from ddbload.pricing.renewal import book_document
from ddbload.pricing.shelf import kept_folder

Keep = Callable[..., Path]


@pytest.fixture
def keep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keep:
    """Keeps a book with one price of us-east-1 changed."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))

    def kept(name: str, as_of: str, usd: Any, region: str = "us-east-1") -> Path:
        made = book_document({region: load_book("us-east-1", path="bundled")}, date.fromisoformat(as_of))
        made["regions"][region]["as_of"] = as_of
        made["regions"][region]["prices"]["storage.standard"]["usd"] = usd
        path = kept_folder() / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(made))
        return path

    return kept


def storage_usd(region: str = "us-east-1") -> float:
    return load_book(region).price("storage.standard").usd


def test_the_newest_book_is_used_and_a_kept_one_before_the_bundled_of_the_same_day(keep: Keep) -> None:
    assert storage_usd() == 0.25
    keep("a.json", "2026-11-22", 0.26)
    assert storage_usd() == 0.26
    keep("b.json", "2027-01-01", 0.27)
    keep("c.json", "2026-12-01", 0.28)
    assert storage_usd() == 0.27


def test_an_older_kept_book_does_not_take_the_place_of_the_bundled(keep: Keep) -> None:
    keep("a.json", "2025-01-01", 0.26)
    assert storage_usd() == 0.25


def test_a_kept_book_serves_its_own_regions_alone(keep: Keep) -> None:
    keep("a.json", "2027-01-01", 0.26, region="mx-central-1")
    assert storage_usd("mx-central-1") == 0.26
    assert storage_usd() == 0.25
    assert regions()[-1] == "mx-central-1"
    assert "mx-central-1" not in regions("bundled")


def test_the_bundled_book_or_another_can_be_forced(keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
    path = keep("a.json", "2027-01-01", 0.26)
    assert load_book("us-east-1", path="bundled").price("storage.standard").usd == 0.25
    monkeypatch.setenv("DDBLOAD_PRICES", "bundled")
    assert storage_usd() == 0.25
    monkeypatch.setenv("DDBLOAD_PRICES", str(path))
    assert storage_usd() == 0.26
    assert regions() == ("us-east-1",)


def test_a_book_is_read_anew_when_its_file_has_changed(keep: Keep) -> None:
    keep("a.json", "2027-01-01", 0.26)
    assert storage_usd() == 0.26
    keep("a.json", "2027-01-01", 0.31)
    assert storage_usd() == 0.31


@pytest.mark.parametrize("usd", [-1, None, "0.25", True, float("nan"), float("inf")])
def test_a_figure_that_is_no_price_is_refused_with_its_file(keep: Keep, usd: Any) -> None:
    keep("a.json", "2027-01-01", usd)
    with pytest.raises(PriceError, match=r"a.json has a broken figure for us-east-1: .* is not a price"):
        load_book()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "cannot read the price book"),
        ("[]", 'it lacks "schema": 2'),
        ('{"schema": 1}', 'it lacks "schema": 2'),
        ('{"schema": 2}', "is not a price book"),
        ('{"schema": 2, "as_of": "soon", "sources": {}, "regions": {}}', "is not a price book"),
    ],
)
def test_a_file_that_is_no_price_book_is_refused_by_name(keep: Keep, text: str, said: str) -> None:
    keep("a.json", "2027-01-01", 0.26).write_text(text)
    with pytest.raises(PriceError, match=said) as refused:
        load_book()
    assert "a.json" in str(refused.value)
    assert str(refused.value).endswith("; remove it, or set DDBLOAD_PRICES=bundled")


def test_a_book_that_is_not_there_is_named() -> None:
    with pytest.raises(PriceError, match=r"cannot read the price book /no/such.json: No such file"):
        load_book("us-east-1", path="/no/such.json")
