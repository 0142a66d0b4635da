"""Published bills, cost examples and traps: what the price books come to is what they say."""

from __future__ import annotations

from typing import Any

import pytest

from ddbload.pricing import PriceError, bill, load_book
from ddbload.pricing.reserved import reserved_at
from tests.pricing.vectors import OLD_BOOK, books_for, figure, load, reserved_usage

VECTORS = [one for one in load("cost", "reserved", "trap") if one["inputs"].keys() & {"region", "mode", "items"}]
_OF_A_SERIES = {"effective", "excluding_upfront", "saved", "saved_percent"}  # an hourly series decides these


def allowed(vector: dict[str, Any]) -> float:
    tolerance = vector["tolerance"]
    return float(tolerance.get("abs_usd", tolerance.get("abs", 0)))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_a_published_figure_is_met(vector: dict[str, Any]) -> None:
    for name, expected in vector["expected"].items():
        if name in _OF_A_SERIES:
            continue
        if isinstance(expected, str):
            assert figure(vector, name) == expected
        else:
            assert figure(vector, name) == pytest.approx(expected, abs=allowed(vector), rel=1e-9), name


def test_every_vector_with_a_price_is_among_them() -> None:
    assert len(VECTORS) >= 40
    assert {"C02-autoscaled-month", "C16s-replicas-20rwcu-old", "C36-gb-convention", "D30-tokyo-full"} <= {
        one["id"] for one in VECTORS
    }


def tokyo() -> dict[str, Any]:
    return next(one for one in VECTORS if one["id"] == "D30-tokyo-full")


def test_a_year_reserved_in_tokyo_saves_what_the_published_report_says() -> None:
    """Its hourly series is not published: one is made with the same sum, and as much of it beyond the reservation."""
    inputs, expected = tokyo()["inputs"], tokyo()["expected"]
    book, hours = load_book("ap-northeast-1", path="bundled"), inputs["hours"]
    flat_reads = [inputs["rcu_hours"] / hours] * hours
    reads = reserved_at(flat_reads, book, "read", 1, inputs["reserve_rcu"])
    level = inputs["reserve_wcu"]
    beyond = (expected["excluding_upfront"] - reads.excluding_upfront_usd
              - level / 100 * hours * book.price("reserved.1y.wcu.hourly").usd)  # fmt: skip
    high = level + beyond / book.price("provisioned.standard.wcu_hour").usd / (hours / 2)
    low = inputs["wcu_hours"] / (hours / 2) - high
    writes = reserved_at([high, low] * (hours // 2), book, "write", 1, level)

    effective, saved = reads.effective_usd + writes.effective_usd, reads.saved_usd + writes.saved_usd
    assert low < level < high
    assert reads.upfront_usd + writes.upfront_usd == pytest.approx(expected["upfront"], abs=0.05)
    assert effective == pytest.approx(expected["effective"], abs=0.05)
    assert saved == pytest.approx(expected["saved"], abs=0.05)
    assert saved / (reads.list_usd + writes.list_usd) == pytest.approx(expected["saved_percent"] / 100, abs=5e-5)


def test_a_bill_from_sums_alone_is_a_lower_bound_of_it() -> None:
    vector = tokyo()
    made = bill([reserved_usage(vector["inputs"])], books=books_for(vector))
    assert 0 < made.monthly_usd < vector["expected"]["excluding_upfront"]


def test_the_old_book_is_dated_and_has_no_regions_but_its_own() -> None:
    book = load_book("us-east-1", path=OLD_BOOK)
    assert book.as_of.isoformat() == "2024-10-31"
    assert "2024-10-31): check the prices" in str(book.age_warning(load_book().as_of))
    with pytest.raises(PriceError, match="no region 'mx-central-1'; it has us-east-1, us-east-2"):
        load_book("mx-central-1", path=OLD_BOOK)
