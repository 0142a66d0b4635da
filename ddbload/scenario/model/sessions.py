"""Sessions: dependent steps that share one draw, with think time, loops and branches."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Tag

from ddbload.scenario.model.base import Closed, Count, Name, forms
from ddbload.scenario.quantity import PositiveSeconds

Ended = Literal["ok", "not_found", "condition_failed", "throttled", "rejected", "conflict", "unprocessed"]
"""Outcomes that a session can go by."""


class ExponentialTime(Closed):
    """Pauses that know no memory."""

    exponential: PositiveSeconds = Field(description="the mean", examples=["300ms"])


class UniformTimes(Closed):
    """Pauses of a range."""

    min: PositiveSeconds = Field(description="the shortest pause", examples=["100ms"])
    max: PositiveSeconds = Field(description="the longest pause", examples=["1s"])


class UniformTime(Closed):
    """Pauses of a range, all as likely."""

    uniform: UniformTimes = Field(
        description="every pause of a range, all as likely", examples=[{"min": "100ms", "max": "1s"}]
    )


class LognormalTimes(Closed):
    """Pauses with a long tail."""

    median: PositiveSeconds = Field(description="half of the pauses are shorter", examples=["300ms"])
    p99: PositiveSeconds = Field(description="99 % of the pauses are shorter; above the median", examples=["3s"])


class LognormalTime(Closed):
    """Pauses with a long tail."""

    lognormal: LognormalTimes = Field(
        description="pauses with a long tail", examples=[{"median": "300ms", "p99": "3s"}]
    )


ThinkTime = Annotated[
    Annotated[PositiveSeconds, Tag("<constant>")]
    | Annotated[ExponentialTime, Tag("<exponential>")]
    | Annotated[UniformTime, Tag("<uniform>")]
    | Annotated[LognormalTime, Tag("<lognormal>")],
    forms(
        "exponential",
        "uniform",
        "lognormal",
        text="<constant>",
        number="<constant>",
        expected="a duration such as 300ms, or a mapping with exactly one of: exponential, uniform, lognormal",
    ),
]


class Think(Closed):
    """A pause in which no request is under way; the session's response time leaves it out."""

    think: ThinkTime = Field(
        description="a pause: a duration, or a distribution of durations", examples=["300ms", {"exponential": "300ms"}]
    )


class Fresh(Closed):
    """What the session has drawn is forgotten, by name."""

    fresh: Annotated[
        Annotated[Literal["all"], Tag("<word>")] | Annotated[list[Name], Field(min_length=1), Tag("<list>")],
        forms(words=("all",), listed="<list>", expected="all, or a list of items, coordinates and values"),
    ] = Field(
        description="items, coordinates and values that later steps draw anew; or all", examples=[["order"], "all"]
    )


class UniformTurns(Closed):
    """A number of turns."""

    min: Annotated[int, Field(ge=0)] = Field(description="the fewest turns", examples=[1])
    max: Count = Field(description="the most turns", examples=[5])


class UniformTurnsForm(Closed):
    """A number of turns, drawn for each session."""

    uniform: UniformTurns = Field(description="every number of a range, all as likely", examples=[{"min": 1, "max": 5}])


class Repeat(Closed):
    """A loop with a bound."""

    repeat: Annotated[list[Step], Field(min_length=1)] = Field(
        description="the steps of a loop", examples=[["read_page", {"think": "1s"}]]
    )
    times: Annotated[
        Annotated[Annotated[int, Field(ge=1, le=10_000)], Tag("<count>")]
        | Annotated[UniformTurnsForm, Tag("<uniform>")],
        forms("uniform", number="<count>", expected="a number of turns, or {uniform: {min: 1, max: 5}}"),
    ] = Field(description="turns at most", examples=[3, {"uniform": {"min": 1, "max": 5}}])
    until: Annotated[list[Ended], Field(min_length=1)] | None = Field(
        None, description="outcomes of the last request that end the loop", examples=[["not_found"]]
    )

    @property
    def turns(self) -> tuple[int, int]:
        """Its fewest and its most turns, if nothing ends it before."""
        if isinstance(self.times, UniformTurnsForm):
            return self.times.uniform.min, self.times.uniform.max
        return self.times, self.times


class Branch(Closed):
    """What is done next, by the outcome of the last request."""

    branch: Annotated[dict[Literal[Ended, "else"], list[Step]], Field(min_length=1)] = Field(
        description="steps by the outcome of the last request; an outcome that is not named goes on, unless there is"
        " an `else`",
        examples=[{"condition_failed": ["read_order", "pay"], "not_found": ["end"]}],
    )


STEP_KEYS = ("think", "fresh", "repeat", "branch")
Step = Annotated[
    Annotated[Name, Tag("<operation>")]
    | Annotated[Think, Tag("<think>")]
    | Annotated[Fresh, Tag("<fresh>")]
    | Annotated[Repeat, Tag("<repeat>")]
    | Annotated[Branch, Tag("<branch>")],
    forms(
        *STEP_KEYS,
        text="<operation>",
        expected="the name of an operation, end, or a mapping with exactly one of: think, fresh, repeat, branch",
    ),
]
"""`end` ends the session; any other name is an operation."""


class Session(Closed):
    """Dependent steps that share one draw: one arrival, whose steps are its requests."""

    session: Annotated[list[Step], Field(min_length=1)] = Field(
        description="steps, one after the other: operations, think times, loops, branches",
        examples=[["recent", {"think": {"exponential": "300ms"}}, "pay"]],
    )
