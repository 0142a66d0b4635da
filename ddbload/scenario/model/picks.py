"""How an operation chooses its items: one chooser over all items, or one for each coordinate."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Tag

from ddbload.scenario.model.base import Closed, Name, forms
from ddbload.scenario.quantity import Share

YCSB_ZIPF = 0.99
"""The exponent of YCSB's zipfian and latest distributions."""


class Zipf(Closed):
    """Rank r with probability proportional to 1 / r ** zipf; ranks are scattered over the items by a bijection."""

    zipf: Annotated[float, Field(gt=0, lt=5)] = Field(
        description="rank r is chosen in proportion to 1 / r ** zipf; ranks are scattered over the items",
        examples=[0.99],
    )


class Latest(Closed):
    """By recency: rank 1 is the newest item, rank r is chosen in proportion to 1 / r ** latest; not scattered."""

    latest: Annotated[float, Field(gt=0, lt=5)] = Field(
        description="the newest item is rank 1, and rank r is chosen in proportion to 1 / r ** latest", examples=[0.99]
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


class GaussianSpec(Closed):
    """A bell over the positions of the items."""

    mean: Share = Field(0.5, description="where its middle lies, in percent of the items", examples=["50%"])
    deviation: Annotated[Share, Field(gt=0)] = Field(
        0.1, description="its standard deviation, in percent of the items", examples=["10%"]
    )


class Gaussian(Closed):
    """Neighbours in number are neighbours in popularity: a bell over the items' numbers, cut at both ends."""

    gaussian: GaussianSpec = Field(
        description="a bell over the items' numbers, cut at both ends", examples=[{"mean": "50%", "deviation": "10%"}]
    )


CHOOSER_KEYS = ("zipf", "hotspot", "latest", "gaussian")
CHOOSER_WORDS = ("uniform", "sequential", "next", "latest")
_DISTRIBUTIONS = (
    Annotated[Zipf, Tag("<zipf>")]
    | Annotated[Hotspot, Tag("<hotspot>")]
    | Annotated[Latest, Tag("<latest>")]
    | Annotated[Gaussian, Tag("<gaussian>")]
)
Chooser = Annotated[
    Annotated[Literal["uniform", "sequential", "next", "latest"], Tag("<word>")] | _DISTRIBUTIONS,
    forms(
        *CHOOSER_KEYS,
        words=CHOOSER_WORDS,
        expected="uniform, sequential, next, latest, or a mapping with exactly one of: zipf, hotspot, latest, gaussian",
    ),
]
"""How one number out of 0..n-1 is chosen; `next` counts on from n, `latest` looks back from what `next` has reached."""

Pick = Annotated[
    Annotated[Literal["uniform", "sequential", "next", "latest"], Tag("<word>")]
    | _DISTRIBUTIONS
    | Annotated[dict[Name, Chooser], Field(min_length=1), Tag("<coordinates>")],
    forms(
        *CHOOSER_KEYS,
        words=CHOOSER_WORDS,
        mapping="<coordinates>",
        expected="uniform, sequential, next, latest, a mapping with zipf, hotspot, latest or gaussian,"
        " or one chooser for each coordinate",
    ),
]
"""`next` for new items; one chooser over all items; or one for each coordinate (uniform where it is not named)."""
