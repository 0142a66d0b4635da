"""The phases of a load: how its level goes in time."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, Tag

from ddbload.scenario.model.base import Closed, forms
from ddbload.scenario.quantity import Fraction, PositiveSeconds

_MEASURE = Field(True, description="whether the phase counts in the results", examples=[False])


class Warm(Closed):
    """Load that is excluded from the results."""

    warm: PositiveSeconds = Field(description="how long; excluded from the results", examples=["10s"])
    at: Fraction = Field(1.0, description="level, in percent of load.rate (closed: of concurrency)", examples=["25%"])


class Ramp(Closed):
    """A straight line from the level before (0 % at the start) to another."""

    ramp: PositiveSeconds = Field(description="how long", examples=["2m"])
    to: Fraction = Field(description="the level at its end, in percent of load.rate", examples=["100%"])
    measure: bool = _MEASURE


class Hold(Closed):
    """A constant level: `at`, else the level that a ramp just before it reached, else 100 %."""

    hold: PositiveSeconds = Field(description="how long", examples=["10m"])
    at: Fraction | None = Field(
        None,
        description="level, in percent of load.rate; default: what a ramp just before it reached, else 100%",
        examples=["100%"],
    )
    measure: bool = _MEASURE


class Wave(Closed):
    """A sine between two levels; it begins in their middle, going up."""

    wave: PositiveSeconds = Field(description="how long", examples=["20m"])
    between: Annotated[list[Fraction], Field(min_length=2, max_length=2)] = Field(
        description="the lowest and the highest level, in percent of load.rate", examples=[["40%", "120%"]]
    )
    period: PositiveSeconds = Field(description="from one peak to the next", examples=["10m"])
    measure: bool = _MEASURE


class Steps(Closed):
    """A staircase of equally long steps."""

    steps: PositiveSeconds = Field(description="how long all of them take", examples=["10m"])
    start: Fraction = Field(
        alias="from", description="the level of the first step, in percent of load.rate", examples=["20%"]
    )
    to: Fraction = Field(description="the level of the last step, in percent of load.rate", examples=["100%"])
    count: Annotated[int, Field(ge=2, le=1000)] = Field(description="how many steps", examples=[5])
    measure: bool = _MEASURE


class Burst(Closed):
    """A level with peaks at even distances; the first comes at once."""

    burst: PositiveSeconds = Field(description="how long", examples=["5m"])
    to: Fraction = Field(description="the level of the peaks, in percent of load.rate", examples=["300%"])
    at: Fraction = Field(1.0, description="the level between them", examples=["50%"])
    every: PositiveSeconds = Field(description="from the beginning of one peak to that of the next", examples=["60s"])
    lasting: PositiveSeconds = Field(description="how long each peak is; shorter than `every`", examples=["5s"])
    measure: bool = _MEASURE


class Pause(Closed):
    """Nothing arrives."""

    pause: PositiveSeconds = Field(description="how long nothing arrives", examples=["10s"])
    measure: bool = Field(False, description="whether its seconds count in the results", examples=[True])


PHASE_KEYS = ("warm", "ramp", "hold", "wave", "steps", "burst", "pause")
Phase = Annotated[
    Annotated[Warm, Tag("<warm>")]
    | Annotated[Ramp, Tag("<ramp>")]
    | Annotated[Hold, Tag("<hold>")]
    | Annotated[Wave, Tag("<wave>")]
    | Annotated[Steps, Tag("<steps>")]
    | Annotated[Burst, Tag("<burst>")]
    | Annotated[Pause, Tag("<pause>")],
    forms(*PHASE_KEYS),
]
