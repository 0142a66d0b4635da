"""The verdict of a run: pass, fail, or invalid, invalid over fail over pass. Pure.

Invalid means that the client could not offer the load, or that the run cannot answer what was asked: its numbers are no
fact about the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ddbload.measure.objectives import Finding, is_time, spell_ms

Verdict = Literal["pass", "fail", "invalid"]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The limits of the invalid rules: seconds and fractions, printed with the verdict."""

    lag_s: float = 0.002
    lag_share: float = 0.10
    late: float = 0.001
    released: float = 0.995


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the rules look at, of the measured phases.

    `due` is the timetable's own count where the run came to its end, else what was recorded; None in a closed loop.
    """

    due: int | None
    recorded: int
    client_late: int
    answered: int  # calls with a headline outcome
    lag_p99_ms: float
    response_p99_ms: float
    stopped_by: str | None
    failures: Sequence[str]


def decide(evidence: Evidence, findings: Sequence[Finding], thresholds: Thresholds) -> tuple[Verdict, list[str]]:
    """The verdict and its reasons, each a sentence with the number and the threshold."""
    reasons = _invalid(evidence, findings, thresholds)
    if reasons:
        return "invalid", reasons
    failed = [_missed(finding) for finding in findings if finding.verdict == "fail"]
    return ("fail", failed) if failed else ("pass", [])


def _invalid(evidence: Evidence, findings: Sequence[Finding], thresholds: Thresholds) -> list[str]:
    reasons = []
    if evidence.stopped_by is not None:
        reasons.append(f"the run was cut short by {evidence.stopped_by}")
    reasons.extend(evidence.failures)
    if not evidence.recorded:
        return [*reasons, "no call was made in a measured phase"]
    if not evidence.answered:
        reasons.append("no call was answered: every one failed")
    allowed_ms = max(thresholds.lag_s * 1e3, thresholds.lag_share * evidence.response_p99_ms)
    if evidence.lag_p99_ms > allowed_ms:
        reasons.append(
            f"the client was behind its timetable: dispatch lag p99 {spell_ms(evidence.lag_p99_ms)}"
            f" (limit {spell_ms(allowed_ms)})"
        )
    due = evidence.due if evidence.due is not None else evidence.recorded
    late = evidence.client_late / evidence.recorded
    if late > thresholds.late:
        reasons.append(f"{late:.2%} of the calls were late by the client's fault (limit {thresholds.late:.2%})")
    released = (evidence.recorded - evidence.client_late) / due if due else 1.0
    if evidence.stopped_by is None and released < thresholds.released:
        reasons.append(f"only {released:.2%} of the calls due were released (limit {thresholds.released:.2%})")
    reasons.extend(
        f"{finding.text}: {finding.samples} samples do not support it"
        for finding in findings
        if finding.verdict == "unsupported"
    )
    return reasons


def _missed(finding: Finding) -> str:
    if finding.observed is None:
        return f"{finding.text}: missed, the calls that failed count as slower than any limit"
    observed = spell_ms(finding.observed) if is_time(finding.metric) else f"{finding.observed * 100:.3g}%"
    return f"{finding.text}: observed {observed}"
