"""What a comparison says, as data: the document of `compare --format json`. Its keys are a contract for scripts.

Changes are fractions: of a time, a rate, units or a cost `new / base - 1`; of a share of calls the plain difference
(0.001 is a tenth of a percentage point). Times are milliseconds. A bound that does not exist is None.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

COMPARISON = "ddbload-comparison/1"
TREND = "ddbload-trend/1"
SELF_CHECK = "ddbload-self-check/1"

Verdict = Literal["regressed", "improved", "not worse", "cannot tell"]
Overall = Literal["regressed", "improved", "not worse", "cannot tell", "invalid"]
Scale = Literal["ratio", "difference"]
Design = Literal["paired", "separate"]


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run that a side is made of.

    Attributes:
        id: of the run.
        path: its folder.
        started_at: UTC, ISO 8601.
        batch: number of the stretch of runs in which it was made: neighbours in time of the same side, from 0.
        pair: its pair, where the sides were interleaved.
        verdict: its own.
    """

    id: str
    path: str
    started_at: str
    batch: int
    pair: int | None
    verdict: Literal["pass", "fail", "invalid"]


@dataclass(frozen=True, slots=True)
class Excluded:
    """A run that was found and is not counted, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Side:
    """One side: what it was called on the command line, its runs, and what they ran on.

    Attributes:
        name: as given: a tag, scenario@tag or a folder.
        runs: those that are counted, in order of time; of a paired comparison in order of the pairs.
        excluded: those that are not.
        subject: what ran: "target", "transport", "ddbload", "python", "host" as one phrase each.
    """

    name: str
    runs: tuple[RunLine, ...]
    excluded: tuple[Excluded, ...] = ()
    subject: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Likeness:
    """One part of the fingerprints, side by side.

    Attributes:
        part: "scenario", "params", "seed", "files", "target", "version", "region", "transport", "workers", "host",
            "kernel", "ddbload", "python", "dependencies", "rate".
        base, new: in words.
        status: "same", "flagged" (unlike, and said), "under test" (unlike, and meant to be).
        text: a sentence where there is something to say.
    """

    part: str
    base: str
    new: str
    status: Literal["same", "flagged", "under test"]
    text: str = ""


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
    source: Literal["scenario", "option", "default"]
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
    better: Literal["lower", "higher", "neither"]
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


@dataclass(frozen=True, slots=True)
class Curve:
    """Response time by percentile of an operation, all runs of a side merged: pairs of percentile and milliseconds."""

    operation: str
    base: tuple[tuple[float, float], ...]
    new: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides compared.

    Attributes:
        schema: "ddbload-comparison/1".
        scenario: its name.
        verdict: of all gates together; "invalid" where a side has too few valid runs to judge.
        reasons: sentences, the worst first.
        base, new: the sides.
        design: "paired" where pairs of runs were made interleaved, else "separate".
        method: how the numbers were made, in a sentence or two.
        likeness: the fingerprints side by side.
        warnings: what a reader should know besides.
        findings: every metric; gates first.
        curves: the histograms over each other; empty where they were not asked for.
    """

    schema: str
    scenario: str
    verdict: Overall
    reasons: tuple[str, ...]
    base: Side
    new: Side
    design: Design
    method: str
    likeness: tuple[Likeness, ...]
    warnings: tuple[str, ...]
    findings: tuple[Finding, ...]
    curves: tuple[Curve, ...] = ()

    @property
    def gates(self) -> tuple[Finding, ...]:
        """The findings that the verdict rests on."""
        return tuple(finding for finding in self.findings if finding.gated)


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """Where a metric's level moved.

    Attributes:
        tag: the first tag of the new level.
        position: its place among the tags, from 0.
        change: new level over old, minus one; of a share the difference.
        p: chance of such a move in any of the gates without one, by permutation; of information, in any of it.
    """

    tag: str
    position: int
    change: float
    p: float


@dataclass(frozen=True, slots=True)
class TrendLine:
    """A metric over the tags: its level at each, None where a tag has no value, and where it moved."""

    operation: str
    metric: str
    key: str
    unit: str
    better: Literal["lower", "higher", "neither"]
    scale: Scale
    gated: bool
    levels: tuple[Level | None, ...]
    changes: tuple[ChangePoint, ...] = ()


@dataclass(frozen=True, slots=True)
class Trend:
    """Many tags in the order given; the last is judged against the first.

    Attributes:
        schema: "ddbload-trend/1".
        tags: as given.
        sides: of each tag, its runs.
        lines: metrics over the tags; gates first.
        last: the last tag against the first, with the verdict.
    """

    schema: str
    scenario: str
    tags: tuple[str, ...]
    sides: tuple[Side, ...]
    lines: tuple[TrendLine, ...]
    last: Comparison


@dataclass(frozen=True, slots=True)
class Floor:
    """The noise of one gate.

    Attributes:
        spread: standard deviation between runs.
        drift: standard deviation between batches of runs, beyond what runs of one batch differ by; None where the
            runs cannot tell.
        floor: the smallest margin at which the tag against itself came out "not worse" in nine of ten splits.
        margin: what the gate asks.
        kept: whether the margin is at or above the floor.
        source: where the margin comes from; one that a person set below the floor is refused.
    """

    operation: str
    metric: str
    spread: float
    drift: float | None
    floor: float
    margin: float
    kept: bool
    source: Literal["scenario", "option", "default"] = "default"


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """A tag against itself.

    Attributes:
        schema: "ddbload-self-check/1".
        tag: whose runs were split.
        runs: of the tag.
        batches: stretches of neighbours in time that they were made in.
        splits: how many ways of halving them were compared.
        false_alarms: how many of these came out "regressed".
        rate, low, high: their share with an interval of 95 %, which counts the batches of runs rather than the splits.
        passed: share that came out "not worse" or "improved".
        floors: of each gate.
        warnings: what a reader should know besides.
        refused: margins that the scenario or the command line sets below the floor, a sentence each; with any of them
            the command ends as one that was given wrong input.
    """

    schema: str
    scenario: str
    tag: str
    runs: int
    batches: int
    splits: int
    false_alarms: int
    rate: float
    low: float
    high: float
    passed: float
    floors: tuple[Floor, ...]
    warnings: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
