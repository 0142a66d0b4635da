"""Data transfer out to the internet: its price falls by bands of a month's GB.

Source: Amazon EC2 pricing, "Data Transfer"; a terabyte there is 1,024 GB.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

BETWEEN_US_EAST = frozenset({"us-east-1", "us-east-2"})
"""Two regions with a price of their own between them."""

_TB = 1024.0


@dataclass(frozen=True, slots=True)
class Band:
    """A band of a month's traffic: its upper end in GB, its price, its words."""

    end_gb: float
    price: str
    text: str


BANDS: tuple[Band, ...] = (
    Band(10 * _TB, "data_transfer.internet_out.first_10tb", "first 10 TB"),
    Band(50 * _TB, "data_transfer.internet_out.next_40tb", "next 40 TB"),
    Band(150 * _TB, "data_transfer.internet_out.next_100tb", "next 100 TB"),
    Band(math.inf, "data_transfer.internet_out.over_150tb", "over 150 TB"),
)


def split_by_bands(before_gb: float, gb: float) -> Iterator[tuple[int, float]]:
    """How much of `gb` falls in which band, when `before_gb` of the month have gone already; at least one band."""
    start, end, said = before_gb, before_gb + gb, False
    for number, band in enumerate(BANDS):
        part = min(end, band.end_gb) - start
        if part > 0 or (gb == 0 and start < band.end_gb and not said):
            yield number, part
            start, said = start + part, True
