"""Two sides compared: the document of `ddbload compare BASE NEW --format json`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ddbload.compare.document.finding import Finding
from ddbload.compare.document.sides import Design, Likeness, Side

COMPARISON = "ddbload-comparison/1"

Overall = Literal["regressed", "improved", "not worse", "cannot tell", "invalid"]


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
