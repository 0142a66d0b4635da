"""A tag against itself: the document of `ddbload compare TAG --self-check --format json`."""

from __future__ import annotations

from dataclasses import dataclass

from ddbload.compare.document.finding import MarginSource, Scale

SELF_CHECK = "ddbload-self-check/1"


@dataclass(frozen=True, slots=True)
class Floor:
    """The noise of one gate. `spread`, `drift`, `floor` and `margin` are changes as `scale` states them.

    Attributes:
        scale: how a change of the metric is stated.
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
    scale: Scale
    spread: float
    drift: float | None
    floor: float
    margin: float
    kept: bool
    source: MarginSource = "default"

    @property
    def name(self) -> str:
        """Operation and metric, as `--matters` has them: "read.p99"."""
        return f"{self.operation}.{self.metric}"


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
