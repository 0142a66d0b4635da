"""Metrics beside the gates: their changes with a plain interval each, and no verdict. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ddbload.compare.contrast import contrast
from ddbload.compare.document import Change, Finding, Level
from ddbload.compare.observe import Measure, value_of
from ddbload.compare.samples import Drift
from ddbload.compare.scales import change_of
from ddbload.compare.seen import Sides, levels_of, samples_of
from ddbload.compare.student import quantile

_TWO_SIDED = 0.975
_NOTABLE = 0.01  # of the calls


def information(sides: Sides, measure: Measure, drift: Drift) -> Finding:
    """A metric beside the gates: its change with a plain interval of 95 %, and no verdict."""
    base, new = ([value_of(run, measure) for run in runs] for runs in (sides.base, sides.new))
    finding = levels_of(measure, base, new)
    reason = _why_none(measure, finding.base, finding.new)
    if reason:
        return replace(finding, reason=reason)
    if not any(finding.base.values) and not any(finding.new.values):
        return replace(finding, change=Change(0.0, 0.0, 0.0), method="exact")
    found = contrast(samples_of(sides, measure, drift))
    if found.estimate is None:
        return replace(finding, reason="no pair has a value on both sides")
    half = None if found.se is None else found.se * (quantile(_TWO_SIDED, found.df) if found.se else 0.0)
    low, high = (None, None) if half is None else (found.estimate - half, found.estimate + half)
    return replace(finding, change=change_of(measure, found.estimate, low, high), method=found.method)


def _why_none(measure: Measure, base: Level, new: Level) -> str:
    """Why no change of a metric can be stated."""
    if not base.runs or not new.runs:
        side = "base" if not base.runs else "new side"
        return f"no run of the {side} has a value"
    if measure.scale == "ratio":
        zeros = [sum(value == 0 for value in level.values) for level in (base, new)]
        if any(zeros) and zeros != [base.runs, new.runs]:
            return "some runs have 0, of which there is no ratio"
    return ""


def notable_outcomes(findings: Sequence[Finding]) -> Iterator[str]:
    """What answers said changed, though none failed: times of other answers are no longer the same question."""
    for finding in findings:
        change = finding.change
        if finding.gated or finding.unit != "share" or finding.better != "neither" or change is None:
            continue
        if abs(change.estimate) >= _NOTABLE and finding.metric != "ok" and change.low is not None:
            certain = change.low > 0 or (change.high or 0.0) < 0
            if certain:
                yield (
                    f"{finding.operation}: the share of calls that ended {finding.metric} went from"
                    f" {finding.base.center or 0:.2%} to {finding.new.center or 0:.2%}: times are of other answers"
                )
