"""Data that is drawn: texts, numbers, timestamps, choices, and their sizes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Tag

from ddbload.scenario.model.base import Closed, Count, Positive, Scalar, forms
from ddbload.scenario.quantity import PositiveSeconds


class UniformSize(Closed):
    """Sizes from min to max, all equally likely."""

    min: Annotated[int, Field(ge=0)] = Field(description="the smallest size in bytes", examples=[100])
    max: Count = Field(description="the largest size in bytes", examples=[2000])


class LognormalSize(Closed):
    """Sizes with a long tail: half lie below the median, 99 % below p99; cut at max."""

    median: Count = Field(description="half of the sizes lie below it, in bytes", examples=[700])
    p99: Count = Field(description="99 % of the sizes lie below it, in bytes; above the median", examples=[6000])
    max: Count = Field(description="no size lies above it, in bytes", examples=[32000])


class UniformSizeForm(Closed):
    """Sizes from min to max, all equally likely."""

    uniform: UniformSize = Field(description="every size in a range", examples=[{"min": 100, "max": 2000}])


class LognormalSizeForm(Closed):
    """Sizes with a long tail."""

    lognormal: LognormalSize = Field(
        description="sizes with a long tail", examples=[{"median": 700, "p99": 6000, "max": 32000}]
    )


Size = Annotated[
    Annotated[Count, Tag("<bytes>")]
    | Annotated[UniformSizeForm, Tag("<uniform>")]
    | Annotated[LognormalSizeForm, Tag("<lognormal>")],
    forms(
        "uniform",
        "lognormal",
        number="<bytes>",
        expected="bytes: a whole number, or a mapping with exactly one of: uniform, lognormal",
    ),
]
"""Bytes: a constant, or a distribution."""


class Choice(Closed):
    """One of several constants; a mapping gives each its weight."""

    choice: Annotated[
        Annotated[dict[str, Positive], Field(min_length=1), Tag("<weights>")]
        | Annotated[list[Scalar], Field(min_length=1), Tag("<list>")],
        forms(
            listed="<list>",
            mapping="<weights>",
            expected="a list of constants, or a mapping of each text to its weight: {open: 20, paid: 70}",
        ),
    ] = Field(
        description="a list of equally likely constants, or a mapping of each text to its weight",
        examples=[{"open": 20, "paid": 70}, [1, 2, 3]],
    )

    @property
    def weighted(self) -> tuple[tuple[Scalar, float], ...]:
        """Each constant with its weight: 1 where they are listed."""
        return tuple(self.choice.items() if isinstance(self.choice, dict) else ((one, 1.0) for one in self.choice))


class NumberRange(Closed):
    """A range of whole numbers, both ends included."""

    min: int = Field(0, description="the smallest number", examples=[0])
    max: int = Field(description="the largest number", examples=[100000])


class Number(Closed):
    """A whole number, uniform from min to max (both included)."""

    number: NumberRange = Field(description="a whole number in a range", examples=[{"min": 1, "max": 100}])


class TextSpec(Closed):
    """How long a text or a binary is."""

    size: Size = Field(
        description="bytes: a whole number, or a distribution (uniform, lognormal)",
        examples=[100, {"uniform": {"min": 100, "max": 2000}}],
    )


class Text(Closed):
    """Printable ASCII text of a size."""

    text: TextSpec = Field(description="printable ASCII text of a size", examples=[{"size": 100}])


class Binary(Closed):
    """Bytes of a size."""

    binary: TextSpec = Field(description="random bytes of a size", examples=[{"size": 100}])


class TimestampSpec(Closed):
    """A span of time."""

    within: PositiveSeconds = Field(description="how far back from `until`", examples=["90d"])
    until: int = Field(
        1_767_225_600,
        description="the newest second (Unix time); default 2026-01-01T00:00:00Z",
        examples=[1_767_225_600],
    )

    @property
    def seconds(self) -> int:
        """How many seconds there are to draw from: `until` and those before it."""
        return max(1, round(self.within))


class Timestamp(Closed):
    """Whole Unix seconds, uniform within a span that ends at `until`."""

    timestamp: TimestampSpec = Field(
        description="Unix seconds within a span that ends at `until`", examples=[{"within": "90d"}]
    )


Value = Annotated[
    Annotated[Literal["uuid"], Tag("<word>")]
    | Annotated[Choice, Tag("<choice>")]
    | Annotated[Number, Tag("<number>")]
    | Annotated[Text, Tag("<text>")]
    | Annotated[Binary, Tag("<binary>")]
    | Annotated[Timestamp, Tag("<timestamp>")],
    forms(
        "choice",
        "number",
        "text",
        "binary",
        "timestamp",
        words=("uuid",),
        expected="uuid, or a mapping with exactly one of: choice, number, text, binary, timestamp",
    ),
]
