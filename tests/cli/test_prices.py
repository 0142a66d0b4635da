"""`ddbload prices`: what goes where, and with which code it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ddbload.cli import app

DATA = Path(__file__).parents[1] / "data"
OFFER = str(DATA / "prices-offer.json")


@pytest.fixture(autouse=True)
def no_kept_books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv("DDBLOAD_PRICES", raising=False)


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert app.run(["prices", *words]) == code
    out, err = capsys.readouterr()
    return out if code == 0 else err


def test_a_region_is_shown_with_status_and_date_of_each_price(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "show", "us-east-1")
    assert "us-east-1, US East (N. Virginia): the bundled book of 2026-11-22\n" in text
    assert "  standard.wru                0.625        verified  2026-09-11\n" in text
    assert "[1] needs AWS Backup" in text
    assert text.endswith("more figures: --all\n")
    assert max(len(line) for line in text.splitlines()) <= 80


def test_the_usual_prices_leave_out_what_all_shows(capsys: pytest.CaptureFixture[str]) -> None:
    assert "dax, for one node" not in said(capsys, "show", "us-east-1")
    everything = said(capsys, "show", "us-east-1", "--all")
    assert "dax, for one node and hour\n" in everything
    assert "more figures" not in everything
    assert max(len(line) for line in everything.splitlines()) <= 80


def test_a_part_of_a_name_chooses_prices_and_tells_their_sources(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "show", "us-gov-west-1", "reserved.1y.wcu")
    assert "1y.wcu.hourly      0.0122       reported  2024-11 [1]\n" in text
    assert "[1] suspicious: 0.0154" in text
    assert "awslabs/amazon-dynamodb-tools" in text
    assert "standard.wru" not in text


def test_without_a_region_the_regions_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "show").splitlines()
    assert lines[0].split()[:5] == ["region", "verified", "aged", "reported", "derived"]
    assert len([line for line in lines if line.endswith("2026-11-22")]) == 25
    assert max(len(line) for line in lines) <= 80


def test_json_is_one_document_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    region = json.loads(said(capsys, "show", "eu-west-1", "--format", "json"))
    assert region["prices"]["storage.standard"] == {
        "usd": 0.283,
        "per": "GB and month",
        "status": "verified",
        "source": "AWS Price List AmazonDynamoDB eu-west-1 (2026-08-15) quoted in a public GitHub file",
        "as_of": "2026-08-15",
        "note": "",
    }
    assert (region["book"], region["as_of"]) == ("bundled", "2026-11-22")
    regions = json.loads(said(capsys, "show", "--format", "json"))["regions"]
    assert regions[0]["figures"]["verified"] > 30


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["show", "eu-west-9"], "no region 'eu-west-9'; it has us-east-1, "),
        (["show", "cn-north-1"], "billed in CNY"),
        (["show", "eu-west-1", "dax"], "no price of eu-west-1 has 'dax' in its name; there are on_demand, "),
        (["show", "eu-west-1", "--book", "/no/book.json"], "cannot read the price book /no/book.json"),
        (["update", "--from", "/no/list.json"], "cannot read /no/list.json"),
        (["update", "--from", OFFER, "--profile", "me"], "one of them"),
    ],
)
def test_what_is_not_there_ends_with_2(words: list[str], text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert text in said(capsys, *words, code=2)


def test_an_old_book_warns(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["prices", "show", "us-east-1", "--book", str(DATA / "prices-2024-10.json")]) == 0
    out, err = capsys.readouterr()
    assert "  standard.wru                1.25         aged      2024-10-31\n" in out
    assert "days old (2024-10-31)" in err
    assert "`ddbload prices update` renews it" in err


def test_an_update_says_what_changed_and_what_stayed(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "update", "--from", OFFER, "--region", "eu-west-1")
    assert "eu-west-1: AWS Price List published 2026-10-30\n" in text
    assert "  backup.pitr_gb_month                 0.22 (verified) -> 0.2264\n" in text
    assert "  6 changed, 0 new, 12 confirmed\n" in text
    assert "kept as they were, with their status and date" in text
    assert "2 products of the list are not known here" in text
    assert "DDBLOAD_PRICES=bundled goes back" in text
    assert "the book " in said(capsys, "show", "eu-west-1")
    assert "the bundled book" in said(capsys, "show", "eu-west-1", "--book", "bundled")


def test_an_update_as_json_has_the_path_and_every_change(capsys: pytest.CaptureFixture[str]) -> None:
    made = json.loads(said(capsys, "update", "--from", OFFER, "--format", "json"))
    assert Path(made["path"]).is_file()
    assert {"name": "backup.pitr_gb_month", "before_usd": 0.22, "after_usd": 0.2264} in made["regions"]["eu-west-1"][
        "changed"
    ]
    assert made["regions"]["mx-central-1"]["confirmed"] == []
