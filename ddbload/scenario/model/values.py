"""Data that is drawn: texts, numbers, timestamps, choices, and their sizes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Tag

from ddbload.scenario.model.base import FUNCTION_PATTERN, Closed, Count, Name, Positive, Scalar, forms
from ddbload.scenario.model.picks import Hotspot, Zipf
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


class HistogramSizeForm(Closed):
    """Sizes as they were measured."""

    histogram: Annotated[
        Annotated[str, Field(min_length=1), Tag("<file>")]
        | Annotated[dict[str, Positive], Field(min_length=1), Tag("<weights>")],
        forms(
            text="<file>",
            mapping="<weights>",
            expected='a CSV file (size,count), or a mapping of sizes to weights: {"100": 5, "900": 1}',
        ),
    ] = Field(
        description="sizes and how often each is seen: a CSV file beside the scenario (size,count), or a mapping",
        examples=["sizes.csv", {"100": 5, "900": 1}],
    )


Size = Annotated[
    Annotated[Count, Tag("<bytes>")]
    | Annotated[UniformSizeForm, Tag("<uniform>")]
    | Annotated[LognormalSizeForm, Tag("<lognormal>")]
    | Annotated[HistogramSizeForm, Tag("<histogram>")],
    forms(
        "uniform",
        "lognormal",
        "histogram",
        number="<bytes>",
        expected="a whole number, or a mapping with exactly one of: uniform, lognormal, histogram",
    ),
]
"""Bytes, or a number of words or members: a constant, or a distribution."""


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
    """A range of numbers, both ends included."""

    min: int = Field(0, description="the smallest number", examples=[0])
    max: int = Field(description="the largest number", examples=[100000])
    decimals: Annotated[int, Field(ge=0, le=9)] = Field(
        0, description="digits behind the point: {max: 100, decimals: 2} draws 0.00 to 100.00", examples=[2]
    )


class Number(Closed):
    """A number, uniform from min to max (both included)."""

    number: NumberRange = Field(description="a number in a range", examples=[{"min": 1, "max": 100}])


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


class WordsSpec(Closed):
    """How many words."""

    count: Size = Field(description="a number of words, or its distribution", examples=[5])


class WordsText(Closed):
    """Lower-case words with blanks between them."""

    words: Annotated[
        Annotated[Count, Tag("<count>")] | Annotated[WordsSpec, Tag("<spec>")],
        forms(number="<count>", mapping="<spec>", expected="a number of words, or {count: ...} with a distribution"),
    ] = Field(
        description="a number of words, or its distribution",
        examples=[5, {"count": {"uniform": {"min": 3, "max": 9}}}],
    )

    @property
    def count(self) -> Size:
        """How many words there are."""
        return self.words.count if isinstance(self.words, WordsSpec) else self.words


class MembersSpec(Closed):
    """What a list or a set is made of."""

    of: Name = Field(
        description="the value that each member is drawn from, by its name under `values`", examples=["tag"]
    )
    count: Size = Field(
        description="how many members: a whole number, or its distribution",
        examples=[3, {"uniform": {"min": 1, "max": 5}}],
    )


class ListValue(Closed):
    """A list (L) of drawn members."""

    list: MembersSpec = Field(description="a list of drawn members", examples=[{"of": "tag", "count": 3}])


class SetValue(Closed):
    """A set (SS, NS or BS) of drawn members, each another one."""

    set: MembersSpec = Field(
        description="a set of drawn members, each another one", examples=[{"of": "tag", "count": 3}]
    )


class CsvSpec(Closed):
    """A column of a file."""

    file: Annotated[str, Field(min_length=1)] = Field(
        description="a CSV file with a header, beside the scenario", examples=["cities.csv"]
    )
    column: Annotated[str, Field(min_length=1)] = Field(description="the name of the column", examples=["city"])
    type: Literal["S", "N"] = Field("S", description="the type of what stands in it", examples=["N"])
    pick: Annotated[
        Annotated[Literal["uniform", "sequential"], Tag("<word>")]
        | Annotated[Zipf, Tag("<zipf>")]
        | Annotated[Hotspot, Tag("<hotspot>")],
        forms(
            "zipf",
            "hotspot",
            words=("uniform", "sequential"),
            expected="uniform, sequential, or a mapping with exactly one of: zipf, hotspot",
        ),
    ] = Field("uniform", description="which row", examples=["uniform", {"zipf": 0.99}])


class CsvColumn(Closed):
    """One of the entries of a column of a CSV file."""

    csv: CsvSpec = Field(
        description="an entry of a column of a CSV file", examples=[{"file": "cities.csv", "column": "city"}]
    )


class PythonSpec(Closed):
    """A function of your own."""

    function: Annotated[str, Field(pattern=FUNCTION_PATTERN)] = Field(
        description="module:function; it is called with a random generator and a number", examples=["shop:basket"]
    )
    type: Literal["S", "N", "B"] = Field("S", description="the type of what it returns", examples=["N"])
    max_bytes: Annotated[Count, Field(le=400 * 1024)] = Field(
        description="nothing that it returns is larger", examples=[40]
    )
    mean_bytes: Positive | None = Field(
        None, description="the mean size of what it returns; default: half of max_bytes", examples=[20]
    )
    cardinality: Count | None = Field(
        None, description="how many different values it returns; default: no two are the same", examples=[1000]
    )


class PythonValue(Closed):
    """What a Python function of your own returns: the one escape from this language, run only with --allow-code."""

    python: PythonSpec = Field(
        description="what a Python function returns; run only with --allow-code",
        examples=[{"function": "shop:basket", "max_bytes": 40}],
    )


VALUE_KEYS = ("choice", "number", "text", "words", "binary", "timestamp", "list", "set", "csv", "python")
Value = Annotated[
    Annotated[Literal["uuid"], Tag("<word>")]
    | Annotated[Choice, Tag("<choice>")]
    | Annotated[Number, Tag("<number>")]
    | Annotated[Text, Tag("<text>")]
    | Annotated[WordsText, Tag("<words>")]
    | Annotated[Binary, Tag("<binary>")]
    | Annotated[Timestamp, Tag("<timestamp>")]
    | Annotated[ListValue, Tag("<list>")]
    | Annotated[SetValue, Tag("<set>")]
    | Annotated[CsvColumn, Tag("<csv>")]
    | Annotated[PythonValue, Tag("<python>")],
    forms(
        *VALUE_KEYS,
        words=("uuid",),
        expected=f"uuid, or a mapping with exactly one of: {', '.join(VALUE_KEYS)}",
    ),
]
