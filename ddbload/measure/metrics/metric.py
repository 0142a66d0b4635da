"""What is said of a number of a result: where it stands, its name, unit, definition and direction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Direction = Literal["lower", "higher", "neither"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One number of a result.

    Attributes:
        key: its place in `run.json`, `*` standing for a name; "timeline.X" is a column of `timeline.csv`.
        name: what reports call it.
        unit: "ms", "1/s", "calls", "units", "USD", "s", "share" (a fraction of 1) or "".
        definition: one sentence.
        better: which direction is an improvement.
    """

    key: str
    name: str
    unit: str
    definition: str
    better: Direction = "neither"


_PERCENTILES = (("p50", "50"), ("p90", "90"), ("p95", "95"), ("p99", "99"), ("p99_9", "99.9"))


def latency(place: str, name: str, what: str) -> Iterator[Metric]:
    """The numbers of a latency distribution, milliseconds: of the clock `name`, which runs as `what` says."""
    yield Metric(f"{place}.count", f"{name} samples", "calls", f"How many calls the distribution of {name} covers.")
    for key, percent in _PERCENTILES:
        text = f"The time that {percent}% of the samples do not exceed; null where too few support it. {what}."
        yield Metric(f"{place}.{key}", f"{name} p{percent}", "ms", text, "lower")
    yield Metric(f"{place}.max", f"{name} maximum", "ms", f"The longest sample. {what}.", "lower")
    yield Metric(f"{place}.mean", f"{name} mean", "ms", f"The arithmetic mean; read it beside stddev. {what}.", "lower")
    yield Metric(f"{place}.stddev", f"{name} spread", "ms", f"The standard deviation. {what}.", "lower")


def units(place: str, name: str, what: str) -> Iterator[Metric]:
    """Read and write units, charged as `what` says."""
    for side in ("read", "write"):
        yield Metric(f"{place}.{side}", f"{name} {side} units", "units", f"{side.capitalize()} units {what}", "lower")
