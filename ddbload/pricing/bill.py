"""From units to dollars."""

from __future__ import annotations

from ddbload.pricing.book import PriceBook


def run_cost(book: PriceBook, read_units: float, write_units: float) -> float:
    """US dollars of request units in on-demand mode, Standard table class: requests only, no storage, no free tier.

    Source: Amazon DynamoDB pricing, "Pricing for on-demand capacity". Index writes count as write units.
    """
    if read_units < 0 or write_units < 0:
        raise ValueError(f"units cannot be negative: {read_units} read, {write_units} write")
    prices = book.on_demand
    return (read_units * prices.rru.usd_per_million + write_units * prices.wru.usd_per_million) / 1e6
