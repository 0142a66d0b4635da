"""A month as it is expected, in percent of load.rate: for the planner; a run does not use it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, Tag, WithJsonSchema

from ddbload.scenario.model.base import Closed, Name, forms
from ddbload.scenario.moment import parse_moment
from ddbload.scenario.quantity import Fraction, PositiveSeconds, Seconds, SignedFraction, TimeOfDay

# --- figures, and their ranges -------------------------------------------------------------------------------------

_LOW, _LIKELY, _HIGH = "not below this", "what is likeliest", "not above this"
_EXPECTED_PERCENT = "a percentage such as 5%, or a range of them: {low: 2%, likely: 6%, high: 12%}"
_EXPECTED_DURATION = "a duration such as 2h, or a range of them: {low: 1h, likely: 2h, high: 4h}"
_EXPECTED_NUMBER = "a number such as 3, or a range of them: {low: 1, likely: 3, high: 9}"


class PercentRange(Closed):
    """A percentage that is not known: a triangular distribution."""

    low: Fraction = Field(description=_LOW, examples=["80%"])
    likely: Fraction = Field(description=_LIKELY, examples=["100%"])
    high: Fraction = Field(description=_HIGH, examples=["150%"])


class SignedRange(Closed):
    """A percentage that is not known, and may be negative: a triangular distribution."""

    low: SignedFraction = Field(description=_LOW, examples=["-2%"])
    likely: SignedFraction = Field(description=_LIKELY, examples=["6%"])
    high: SignedFraction = Field(description=_HIGH, examples=["12%"])


class DurationRange(Closed):
    """A duration that is not known: a triangular distribution."""

    low: Seconds = Field(description=_LOW, examples=["1h"])
    likely: Seconds = Field(description=_LIKELY, examples=["2h"])
    high: PositiveSeconds = Field(description=_HIGH, examples=["4h"])


Factor = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]


class FactorRange(Closed):
    """A number that is not known: a triangular distribution."""

    low: Factor = Field(description=_LOW, examples=[1])
    likely: Factor = Field(description=_LIKELY, examples=[3])
    high: Factor = Field(description=_HIGH, examples=[9])


Range = PercentRange | SignedRange | DurationRange | FactorRange
Percent = Annotated[
    Annotated[Fraction, Tag("<text>")] | Annotated[PercentRange, Tag("<range>")],
    forms(text="<text>", number="<text>", mapping="<range>", expected=_EXPECTED_PERCENT),
]
"""A percentage, or its range."""
SignedPercent = Annotated[
    Annotated[SignedFraction, Tag("<text>")] | Annotated[SignedRange, Tag("<range>")],
    forms(text="<text>", number="<text>", mapping="<range>", expected=_EXPECTED_PERCENT),
]
Duration = Annotated[
    Annotated[PositiveSeconds, Tag("<text>")] | Annotated[DurationRange, Tag("<range>")],
    forms(text="<text>", number="<text>", mapping="<range>", expected=_EXPECTED_DURATION),
]
Number = Annotated[
    Annotated[Factor, Tag("<number>")] | Annotated[FactorRange, Tag("<range>")],
    forms(number="<number>", mapping="<range>", expected=_EXPECTED_NUMBER),
]


def bounds(figure: float | Range) -> tuple[float, float, float]:
    """The low, the likely and the high of a figure: three times the same, where it is no range."""
    return (figure, figure, figure) if isinstance(figure, (int, float)) else (figure.low, figure.likely, figure.high)


# --- day and week --------------------------------------------------------------------------------------------------

_ZONE = "the time zone of all that the forecast says, by its name in the IANA database"


class DayCurve(Closed):
    """A smooth day: half a cosine from the trough to the peak, and half a one back."""

    trough: Percent = Field(description="the lowest level, in percent of load.rate", examples=["15%"])
    peak: Percent = Field(1.0, description="the highest level, in percent of load.rate", examples=["100%"])
    peak_at: TimeOfDay = Field(description="when it is highest", examples=["20:00"])
    trough_at: TimeOfDay | None = Field(
        None, description="when it is lowest; default: 12 hours from the peak", examples=["04:00"]
    )
    zone: str = Field("UTC", description=_ZONE, examples=["Europe/Berlin"])


class DayHours(Closed):
    """A day by its hours: each level holds in the middle of its hour, with straight lines between them."""

    hours: Annotated[list[Percent], Field(min_length=24, max_length=24)] = Field(
        description="24 levels, from the hour after midnight on, in percent of load.rate",
        examples=[["20%"] * 8 + ["100%"] * 12 + ["50%"] * 4],
    )
    zone: str = Field("UTC", description=_ZONE, examples=["Europe/Berlin"])


Day = Annotated[
    Annotated[DayCurve, Tag("<curve>")] | Annotated[DayHours, Tag("<hours>")],
    forms(
        "hours",
        mapping="<curve>",
        expected='{trough: 15%, peak_at: "20:00"}, or {hours: [...]} with 24 percentages',
    ),
]


def _weekday(name: str) -> Any:
    return Field(1.0, description=f"{name}, in percent of the day's curve", examples=["130%"])


class Week(Closed):
    """What the days of the week are, in percent of the day's curve."""

    mon: Percent = _weekday("Monday")
    tue: Percent = _weekday("Tuesday")
    wed: Percent = _weekday("Wednesday")
    thu: Percent = _weekday("Thursday")
    fri: Percent = _weekday("Friday")
    sat: Percent = _weekday("Saturday")
    sun: Percent = _weekday("Sunday")


# --- events --------------------------------------------------------------------------------------------------------


def _a_moment(text: Any) -> str:
    parse_moment(text)
    return str(text)


Moment = Annotated[
    str,
    BeforeValidator(_a_moment),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^(([1-9]|0[1-9]|[12]\d|3[01]|mon|tue|wed|thu|fri|sat|sun|\d{4}-\d{2}-\d{2})\s+)?"
            r"([01]?\d|2[0-3]):[0-5]\d$",
            "description": "a day of the month, a weekday, a date or none (every day), and a time of day",
            "examples": ["27 20:00", "fri 20:00", "2026-11-27 20:00", "02:00"],
        }
    ),
]


class Event(Closed):
    """What the day's curve does not have: a sale, a nightly job. Its level takes the place of the curve's."""

    name: Name = Field(description="what it is called", examples=["sale"])
    at: Moment = Field(
        description="when it begins: a day of the month, a weekday (each one), a date (planned with --month), or every"
        " day",
        examples=["27 20:00", "fri 20:00"],
    )
    to: Percent = Field(description="the level that it reaches, in percent of load.rate", examples=["300%"])
    ramp: Seconds = Field(
        0.0, description="how long it takes to reach its level, and to leave it when it is over", examples=["10m"]
    )
    lasting: Duration = Field(
        description="how long it is, from `at` on: the way up is part of it, the way back comes after", examples=["2h"]
    )


# --- the whole -----------------------------------------------------------------------------------------------------


class Growth(Closed):
    """How the load grows from one month to the next."""

    monthly: SignedPercent = Field(
        description="by how much each month's load is above that of the month before",
        examples=["5%", {"low": "2%", "likely": "6%", "high": "12%"}],
    )
    months: Annotated[int, Field(ge=1, le=120)] = Field(12, description="how many months to look ahead", examples=[12])


class Forecast(Closed):
    """A month as it is expected, in percent of load.rate: what `plan` goes by. A run does not use it.

    Every figure may be a range, {low: 2%, likely: 6%, high: 12%}: the planner draws it anew in each simulated world.
    """

    day: Day | None = Field(
        None,
        description="how a day goes; default: 100% all day",
        examples=[{"trough": "15%", "peak": "100%", "peak_at": "20:00", "zone": "Europe/Berlin"}],
    )
    week: Week = Field(
        Week.model_construct(),
        description="days of the week that differ from the day's curve",
        examples=[{"sat": "130%"}],
    )
    events: list[Event] = Field(
        [],
        description="what the curve does not have, one not within another",
        examples=[[{"name": "sale", "at": "27 20:00", "to": "300%", "ramp": "10m", "lasting": "2h"}]],
    )
    trend: SignedPercent = Field(
        0.0, description="by how much the month's last day is above its first; may be negative", examples=["5%", "-10%"]
    )
    noise: Percent = Field(
        0.0,
        description="standard deviation of the slow random deviation from all this; it remembers about an hour",
        examples=["10%"],
    )
    burstiness: Number = Field(
        1.0,
        description="variance of the arrivals within a second, in multiples of Poisson's: 1 is Poisson's, 0 even; of a"
        " range the mean counts",
        examples=[3],
    )
    growth: Growth | None = Field(
        None,
        description="how the load grows after this month",
        examples=[{"monthly": {"low": "2%", "likely": "6%", "high": "12%"}, "months": 12}],
    )
    retain: Duration | None = Field(
        None,
        description="items older than this are deleted, by time to live where the table has it; default: kept for good",
        examples=["90d"],
    )

    @property
    def zone(self) -> str:
        """The time zone of all that it says."""
        return self.day.zone if self.day is not None else "UTC"
