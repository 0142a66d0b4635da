"""What a failed assertion says: the report's own sentences, worst first. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from ddbload.compare.document import Comparison
from ddbload.compare.names import gate_name
from ddbload.report.verdict import headline
from ddbload.results.record import RunRecord


def of_runs(records: Sequence[RunRecord]) -> str:
    """The runs that did not pass: each with its verdict, its reasons and its folder."""
    failed = [record for record in records if record.verdict != "pass"]
    first = failed[0]
    count = f"{len(failed)} of {len(records)} runs of " if len(records) > 1 else ""
    lines = [f"{count}{name_of(first)} did not pass"]
    for record in failed:
        lines.append(f"{record.verdict}: {headline(record)}")
        lines += [f"  - {reason}" for reason in record.reasons]
        lines.append(f"  {record.path}")
    return "\n".join(lines)


def of_comparison(comparison: Comparison) -> str:
    """The verdict, why, what each gate that is not "not worse" says, and what a reader should know besides."""
    sides = f"{comparison.new.name} against {comparison.base.name}"
    lines = [f"{comparison.verdict}: {comparison.scenario}, {sides}"]
    lines += [f"  - {reason}" for reason in comparison.reasons]
    told = "\n".join(comparison.reasons)
    for gate in comparison.gates:
        if gate.verdict not in {"not worse", "improved"} and gate.reason and gate.reason not in told:
            lines.append(f"  - {gate_name(gate.operation, gate.metric)}: {gate.reason}")
    lines += [f"  ! {warning}" for warning in comparison.warnings]
    for side in (comparison.base, comparison.new):
        lines += [f"  ! not counted: {each.path}: {each.reason}" for each in side.excluded]
    return "\n".join(lines)


def name_of(record: RunRecord) -> str:
    """A run's scenario and tag as the command line takes them."""
    return f"{record.fingerprint.scenario}@{record.tag}"
