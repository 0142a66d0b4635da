"""The gates of two sides judged together, and every other metric beside them as information. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ddbload.compare import reasons
from ddbload.compare.decided import in_words
from ddbload.compare.document import Finding
from ddbload.compare.drifts import DriftOf
from ddbload.compare.family import Judged, judge
from ddbload.compare.gates import Gate
from ddbload.compare.information import information
from ddbload.compare.lag import HALF, lag_change_ms
from ddbload.compare.observe import FAILED, measures_of
from ddbload.compare.scales import change_of, margin_on_scale, size_on_scale
from ddbload.compare.seen import Seen, Sides, finding_of, samples_of, see


def findings_of(sides: Sides, gates: Sequence[Gate], drift_of: DriftOf) -> tuple[Finding, ...]:
    """Gates first, each with its verdict; then all other metrics that a run has."""
    gated = gate_findings(sides, gates, drift_of)
    names = {gate.measure.name for gate in gates}
    rest = [each for each in measures_of((*sides.base, *sides.new)) if each.name not in names]
    return (*gated, *(information(sides, measure, drift_of(measure)) for measure in rest))


def gate_findings(sides: Sides, gates: Sequence[Gate], drift_of: DriftOf) -> tuple[Finding, ...]:
    """The gates alone. Those that words decide (nothing there, nothing but zeros) take no part in the family."""
    seen = [see(sides, gate) for gate in gates]
    decided = [in_words(sides, each) for each in seen]
    asked = [each for each, finding in zip(seen, decided, strict=True) if finding is None]
    judged = judge(
        [samples_of(sides, each.measure, drift_of(each.measure)) for each in asked],
        [margin_on_scale(each.measure, each.gate.margin.value) for each in asked],
    )
    numbers = iter(zip(asked, judged, strict=True))
    return tuple(finding or _judged(sides, *next(numbers)) for finding in decided)


def _judged(sides: Sides, each: Seen, found: Judged) -> Finding:
    measure = each.measure
    verdict = found.verdict
    # the lag's noise asks for more room, it does not excuse what is beyond doubt worse by more than was asked for
    if verdict == "not worse" and (found.low or 0.0) > margin_on_scale(measure, each.gate.margin.asked):
        verdict = "regressed"
    finding = finding_of(each, verdict, "")
    have = min(finding.base.runs, finding.new.runs)
    finding = replace(
        finding,
        method=found.method,
        p=found.p,
        change=None if found.estimate is None else change_of(measure, found.estimate, found.low, found.high),
        detectable=None if found.detectable is None else size_on_scale(measure, found.detectable),
        needed=found.needed,
    )
    finding = replace(finding, reason=_reason(sides, each, finding, have))
    return _client_moved(sides, each, _some_failed(each, finding))


def _reason(sides: Sides, each: Seen, finding: Finding, have: int) -> str:
    measure, margin, change = each.measure, each.gate.margin, finding.change
    if change is None or change.low is None:
        return _too_few(sides, finding)
    missing = len(each.base) + len(each.new) - finding.base.runs - finding.new.runs
    gaps = f"; {missing} runs have no value" if missing else ""
    match finding.verdict:
        case "not worse":
            said = reasons.not_worse(measure, change, margin)
        case "improved":
            worst = change.low if measure.better == "higher" else change.high
            inside = worst is not None and abs(max(0.0, -worst if measure.better == "higher" else worst)) < margin.value
            said = reasons.improved(measure, change, margin, bounded=inside)
        case "regressed":
            said = reasons.regressed(measure, change, margin)
        case _:
            needed = reasons.needed_words(finding.needed, have, sides.design)
            said = reasons.cannot_tell(measure, change, margin, finding.detectable, needed)
    return said + gaps


def _too_few(sides: Sides, finding: Finding) -> str:
    base, new = finding.base.runs, finding.new.runs
    if sides.design == "paired":
        return f"{base} and {new} runs have a value, and fewer than two pairs have it on both sides"
    return f"{base} against {new} runs: too few to know how much runs differ by themselves"


def _some_failed(each: Seen, finding: Finding) -> Finding:
    """A run that is left out because it was slower than any limit must not make its side look better."""
    base, new = each.base.count(FAILED), each.new.count(FAILED)
    if new and finding.verdict in {"not worse", "improved"}:
        reason = (
            f"in {new} of {len(each.new)} runs it falls on calls that failed, slower than any limit: {finding.reason}"
        )
        return replace(finding, verdict="cannot tell", reason=f"without these, {reason}")
    if base and finding.verdict == "regressed":
        reason = f"in {base} of {len(each.base)} runs of the base it falls on calls that failed: {finding.reason}"
        return replace(finding, verdict="cannot tell", reason=f"without these, {reason}")
    return finding


def _client_moved(sides: Sides, each: Seen, finding: Finding) -> Finding:
    """A change that the client's own lag explains is none of the table's."""
    if finding.verdict != "regressed" or each.measure.unit != "ms":
        return finding
    assert finding.base.center is not None
    assert finding.new.center is not None
    change_ms = finding.new.center - finding.base.center
    lag_ms = lag_change_ms(each.measure, sides.base, sides.new)
    if lag_ms is None or not change_ms > 0 or lag_ms < HALF * change_ms:
        return finding
    return replace(
        finding,
        verdict="cannot tell",
        reason=(
            f"the client's own dispatch lag moved by {lag_ms:.3g} ms, half or more of the {change_ms:.3g} ms that the"
            f" response time did: it may be the client and not the table ({finding.reason})"
        ),
    )
