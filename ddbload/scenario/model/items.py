"""Enumerated items: which there are, and what they look like."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from ddbload.scenario.model.base import Closed, Count, Name
from ddbload.scenario.quantity import Share

Shape = dict[str, Any]
"""Attribute -> a template text such as "cust#{customer}", a constant, or a nested list or map of these."""


class Items(Closed):
    """Enumerated items: item i has its own key; its attributes are a pure function of (seed, i)."""

    table: Name | None = Field(
        None, description="the table they are in, by its name under `tables`; not with `table`", examples=["orders"]
    )
    of: Annotated[dict[Name, Count], Field(min_length=1, max_length=4)] = Field(
        description="coordinates and their counts; the first varies slowest, and their product is the number of items",
        examples=[{"customer": 5000, "number": 20}],
    )
    shape: Annotated[Shape, Field(min_length=1)] = Field(
        description="attributes: a text with {names} of coordinates and values, a constant, or lists and maps of these",
        examples=[{"pk": "cust#{customer}", "sk": "order#{number}", "status": "{status}"}],
    )
    sparse: dict[str, Share] = Field(
        {},
        description="attributes that only a share of the items has: what a sparse index lives on",
        examples=[{"flagged": "5%"}],
    )
    load: bool = Field(
        True, description="whether they are written before the run; false: they are absent at first", examples=[False]
    )

    @property
    def count(self) -> int:
        """How many items there are: those that are loaded, and that picks choose from."""
        total = 1
        for size in self.of.values():
            total *= size
        return total
