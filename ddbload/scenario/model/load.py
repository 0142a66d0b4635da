"""What arrives, how often and for how long: one stream of arrivals, several side by side, or a trace."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Tag

from ddbload.scenario.model.base import Closed, Count, Name, Positive, forms
from ddbload.scenario.model.phases import Phase
from ddbload.scenario.quantity import Seconds


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


Mix = Annotated[dict[Name, Annotated[float, Field(ge=0)]], Field(min_length=1)]
Rate = Annotated[float, Field(gt=0, le=1_000_000)]
Phases = Annotated[list[Phase], Field(min_length=1)]


class Stream(Closed):
    """One of several streams of arrivals: an open loop of its own."""

    mix: Mix = Field(
        description="operations and their weights among the stream's arrivals",
        examples=[{"read_order": 70, "place": 10}],
    )
    arrivals: Literal["constant", "poisson"] = Field(
        "constant", description="constant or poisson: arrivals do not wait for answers", examples=["poisson"]
    )
    rate: Rate = Field(description="arrivals a second at 100 %", examples=[800])
    phases: Phases | None = Field(
        None,
        description="the stream's own levels, from the start of the run; default: those of the load",
        examples=[[{"pause": "1m"}, {"hold": "5m"}]],
    )


class Replay(Closed):
    """A recorded trace instead of a timetable."""

    file: Annotated[str, Field(min_length=1)] = Field(
        description="a file beside the scenario: CSV, JSON lines (also .gz), Parquet, or MongoDB's profiler output",
        examples=["trace.csv"],
    )
    speed: Positive = Field(1.0, description="how many times faster than it was recorded", examples=[2])
    loop: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        1, description="how many times it is replayed, one after the other", examples=[3]
    )
    warm: Seconds = Field(0.0, description="the first part of the run, excluded from the results", examples=["10s"])
    operations: dict[Annotated[str, Field(min_length=1)], Name] = Field(
        {},
        description="the trace's names of operations, and the scenario's; default: they are the same",
        examples=[{"GetItem": "read_order"}],
    )
    columns: dict[Literal["time", "operation", "key", "item", "size", "session", "table"], str] = Field(
        {}, description="what the trace calls its columns", examples=[{"time": "ts", "key": "user_id"}]
    )


class Load(Closed):
    """What arrives, how often and for how long: `mix`, `rate` and `phases`; or `streams`; or `replay`."""

    mix: Mix | None = Field(
        None, description="operations and their weights among the arrivals", examples=[{"read_order": 70, "place": 10}]
    )
    arrivals: Annotated[
        Annotated[Literal["constant", "poisson"], Tag("<word>")] | Annotated[ClosedArrivals, Tag("<closed>")],
        forms("closed", words=("constant", "poisson"), expected="constant, poisson, or {closed: {concurrency: 32}}"),
    ] = Field(
        "constant",
        description="constant or poisson (open loop: arrivals do not wait for answers), or a closed loop",
        examples=["poisson", {"closed": {"concurrency": 32, "think": "0s"}}],
    )
    rate: Rate | None = Field(None, description="arrivals a second at 100 %; not with closed arrivals", examples=[800])
    phases: Phases | None = Field(
        None,
        description="one after the other: warm, ramp, hold, wave, steps, burst, pause",
        examples=[[{"warm": "10s"}, {"hold": "1m"}]],
    )
    streams: Annotated[dict[Name, Stream], Field(min_length=1)] | None = Field(
        None,
        description="several streams of arrivals side by side, instead of mix, arrivals and rate",
        examples=[{"web": {"mix": {"read": 1}, "rate": 800}, "jobs": {"mix": {"scan": 1}, "rate": 1}}],
    )
    replay: Replay | None = Field(
        None, description="a recorded trace, instead of all the rest", examples=[{"file": "trace.csv", "speed": 2}]
    )
