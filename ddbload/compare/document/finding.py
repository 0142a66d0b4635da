"""One metric compared: its level on both sides, the change with its interval, and of a gate the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ddbload.measure.metrics import Direction

Verdict = Literal["regressed", "improved", "not worse", "cannot tell"]
Scale = Literal["ratio", "difference"]
MarginSource = Literal["scenario", "option", "default"]


@dataclass(frozen=True, slots=True)
class Level:
    """A metric on one side.

    Attributes:
        runs: how many runs have a value.
        center: the geometric mean over the runs of a ratio's metric, the mean of a difference's or where a value is 0.
        spread: standard deviation between runs: of the logarithms of a ratio's metric (0.03 is about 3 %), of the
            values of a difference's. None with one run.
        values: of each run, in the order of the side's runs; None where a run has none.
    """

    runs: int
    center: float | None
    spread: float | None
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """An estimate and the interval that the verdict rests on; low <= estimate <= high.

    Of a gate, one bound is the least that it got worse by, and these hold together for all gates with 97.5 %
    confidence; the other is the most, each with 95 % by itself. Where lower is better, `low` is the least and `high`
    the most; where higher is better it is the other way round. Of information both are those of an interval of 95 %.

    Attributes:
        estimate: of the change.
        low: lower bound; None where too few runs tell.
        high: upper bound.
    """

    estimate: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Margin:
    """The change that a gate must not let pass, a fraction as `Change` has them.

    Attributes:
        value: as used.
        asked: before the noise of the client's own dispatch lag was held against it.
        source: where `asked` comes from: "scenario", "option" or "default".
        lag_floor: three times the noise of the dispatch lag, as a fraction of the metric; None where it plays no part.
    """

    value: float
    asked: float
    source: MarginSource
    lag_floor: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One metric of one operation, compared.

    Attributes:
        operation: its name; "all" for the whole run.
        metric: "p50", "p90", "p95", "p99", "p99_9", "max", "mean" (of the response time), "service_p50",
            "service_p99", a share ("errors" or an outcome), "completed" (rate), "read_units" and "write_units" (per
            call), "cost" (USD per million operations), "lag_p99".
        key: the metric's place in the table of metrics, such as "operations.read.response_ms.p99".
        unit: "ms", "share", "1/s", "units", "USD".
        better: which direction is an improvement.
        scale: how a change is stated.
        gated: whether the verdict of the comparison rests on it; the others are information.
        base, new: the two sides.
        change: None where it cannot be stated.
        margin: of a gate.
        method: "paired t", "Welch t", "permutation", "exact" (no noise at all), "none" (too few runs).
        p: chance of a change as large or larger towards worse if there were none, corrected for the number of gates.
        verdict: of a gate.
        reason: why, as one sentence.
        detectable: the smallest change towards worse that these runs would have shown in nine of ten cases.
        needed: pairs, or runs a side, that would show the margin in nine of ten cases, by the noise seen here.
    """

    operation: str
    metric: str
    key: str
    unit: str
    better: Direction
    scale: Scale
    gated: bool
    base: Level
    new: Level
    change: Change | None = None
    margin: Margin | None = None
    method: str = "none"
    p: float | None = None
    verdict: Verdict | None = None
    reason: str = ""
    detectable: float | None = None
    needed: int | None = None

    @property
    def name(self) -> str:
        """Operation and metric, as `--matters` has them: "read.p99"."""
        return f"{self.operation}.{self.metric}"
