"""What arrives, how often and for how long."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Tag

from ddbload.scenario.model.base import Closed, Count, Name, Positive, forms
from ddbload.scenario.quantity import Fraction, PositiveSeconds, Seconds


class ClosedLoop(Closed):
    """A fixed number of slots, each sending its next call when the last is answered and the think time is over."""

    concurrency: Count = Field(description="calls under way at once, at 100 %", examples=[32])
    think: Seconds = Field(0.0, description="pause between an answer and the next call", examples=["0s", "100ms"])


class ClosedArrivals(Closed):
    """A closed loop: the next call waits for the last answer."""

    closed: ClosedLoop = Field(
        description="a fixed number of calls under way; the rate follows from the answers",
        examples=[{"concurrency": 32}],
    )


class Warm(Closed):
    """Load that is excluded from the results."""

    warm: PositiveSeconds = Field(description="how long; excluded from the results", examples=["10s"])
    at: Fraction = Field(1.0, description="level, in percent of load.rate (closed: of concurrency)", examples=["25%"])


_MEASURE = Field(True, description="whether the phase counts in the results", examples=[False])


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


PHASE_KEYS = ("warm", "ramp", "hold")
Phase = Annotated[
    Annotated[Warm, Tag("<warm>")] | Annotated[Ramp, Tag("<ramp>")] | Annotated[Hold, Tag("<hold>")],
    forms(*PHASE_KEYS, expected="a mapping with exactly one of: warm, ramp, hold"),
]


class Load(Closed):
    """What arrives, how often and for how long."""

    mix: Annotated[dict[Name, Annotated[float, Field(ge=0)]], Field(min_length=1)] = Field(
        description="operations and their weights among the arrivals", examples=[{"read_order": 70, "place": 10}]
    )
    arrivals: Annotated[
        Annotated[Literal["constant", "poisson"], Tag("<word>")] | Annotated[ClosedArrivals, Tag("<closed>")],
        forms("closed", words=("constant", "poisson"), expected="constant, poisson, or {closed: {concurrency: 32}}"),
    ] = Field(
        "constant",
        description="constant or poisson (open loop: arrivals do not wait for answers), or a closed loop",
        examples=["poisson", {"closed": {"concurrency": 32, "think": "0s"}}],
    )
    rate: Positive | None = Field(
        None, description="arrivals a second at 100 %; not with closed arrivals", examples=[800]
    )
    phases: Annotated[list[Phase], Field(min_length=1)] = Field(
        description="one after the other: warm, ramp, hold", examples=[[{"warm": "10s"}, {"hold": "1m"}]]
    )
