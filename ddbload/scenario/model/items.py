"""Enumerated items, and how one of them is chosen."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, Tag

from ddbload.scenario.model.base import Closed, Count, Name, forms
from ddbload.scenario.quantity import Share

Shape = dict[str, Any]
"""Attribute -> a template text such as "cust#{customer}", a constant, or a nested list or map of these."""


class Items(Closed):
    """Enumerated items: item i has its own key; its attributes are a pure function of (seed, i)."""

    of: Annotated[dict[Name, Count], Field(min_length=1, max_length=4)] = Field(
        description="coordinates and their counts; the first varies slowest, and their product is the number of items",
        examples=[{"customer": 5000, "number": 20}],
    )
    shape: Annotated[Shape, Field(min_length=1)] = Field(
        description="attributes: a text with {names} of coordinates and values, a constant, or lists and maps of these",
        examples=[{"pk": "cust#{customer}", "sk": "order#{number}", "status": "{status}"}],
    )

    @property
    def count(self) -> int:
        """How many items are loaded."""
        total = 1
        for size in self.of.values():
            total *= size
        return total


# --- choosing an item ----------------------------------------------------------------------------------------------


class Zipf(Closed):
    """Rank r with probability proportional to 1 / r ** zipf; ranks are scattered over the items by a bijection."""

    zipf: Annotated[float, Field(gt=0, lt=5)] = Field(
        description="rank r is chosen in proportion to 1 / r ** zipf; ranks are scattered over the items",
        examples=[0.99],
    )


class HotspotSpec(Closed):
    """A hot set."""

    items: Share = Field(description="the share of the items that is hot", examples=["1%"])
    share: Share = Field(description="the share of the calls that goes to them", examples=["80%"])

    def hot(self, n: int) -> int:
        """How many of n are hot: the share to the nearest whole number, and at least one."""
        return min(n, max(1, round(n * self.items)))


class Hotspot(Closed):
    """A share of the calls goes to a share of the items."""

    hotspot: HotspotSpec = Field(
        description="a share of the calls goes to a share of the items", examples=[{"items": "1%", "share": "80%"}]
    )


CHOOSER_KEYS = ("zipf", "hotspot")
Chooser = Annotated[
    Annotated[Literal["uniform", "sequential"], Tag("<word>")]
    | Annotated[Zipf, Tag("<zipf>")]
    | Annotated[Hotspot, Tag("<hotspot>")],
    forms(
        *CHOOSER_KEYS,
        words=("uniform", "sequential"),
        expected="uniform, sequential, or a mapping with exactly one of: zipf, hotspot",
    ),
]
"""How one number out of 0..n-1 is chosen."""

Pick = Annotated[
    Annotated[Literal["next", "uniform", "sequential"], Tag("<word>")]
    | Annotated[Zipf, Tag("<zipf>")]
    | Annotated[Hotspot, Tag("<hotspot>")]
    | Annotated[dict[Name, Chooser], Field(min_length=1), Tag("<coordinates>")],
    forms(
        *CHOOSER_KEYS,
        words=("next", "uniform", "sequential"),
        mapping="<coordinates>",
        expected="uniform, sequential, next, a mapping with zipf or hotspot, or one chooser for each coordinate",
    ),
]
"""`next` for new items; one chooser over all items; or one for each coordinate (uniform where it is not named)."""
