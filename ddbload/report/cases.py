"""What is judged, as cases that a build server knows: passed, failed, in error, skipped. JUnit and GitHub show them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ddbload.compare.document import Comparison, Finding, SelfCheck
from ddbload.compare.names import gate_name
from ddbload.report.comparison_words import finding_text, headline, name_of, size_text
from ddbload.report.self_check import CLAIMED, self_check_headline, self_check_verdict

Status = Literal["passed", "failure", "error", "skipped"]


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that was judged.

    Attributes:
        name: such as "read p99".
        status: what became of it: a failure is worse, an error could not be judged.
        message: one sentence.
        text: the numbers behind it.
    """

    name: str
    status: Status
    message: str
    text: str


def comparison_cases(comparison: Comparison, *, inconclusive_ok: bool = False) -> tuple[Case, ...]:
    """A case for each gate, and one for the comparison where its verdict is not that of a gate; never none at all.

    Args:
        comparison: what was judged.
        inconclusive_ok: whether "cannot tell" is let pass; it is skipped then.
    """
    undecided: Status = "skipped" if inconclusive_ok else "error"
    gates = tuple(_gate(gate, undecided) for gate in comparison.gates)
    whole = {"regressed": "failure", "invalid": "error", "cannot tell": undecided}.get(comparison.verdict, "passed")
    if gates and any(case.status == whole for case in gates):
        return gates
    status: Status = "failure" if whole == "failure" else "error" if not gates or whole == "error" else "skipped"
    text = "\n".join(comparison.reasons)
    return (*gates, Case("the comparison", status, f"{comparison.verdict}: {headline(comparison)}", text))


def _gate(gate: Finding, undecided: Status) -> Case:
    statuses: dict[str | None, Status] = {
        "regressed": "failure",
        "cannot tell": undecided,
        "improved": "passed",
        "not worse": "passed",
    }
    status = statuses.get(gate.verdict, "skipped")
    said = f"{name_of(gate)}: {finding_text(gate)}"
    return Case(name_of(gate), status, gate.reason or said, said)


def self_check_cases(check: SelfCheck) -> tuple[Case, ...]:
    """A case for the rate of false alarms, and one for each margin against its floor."""
    return tuple(_self_check_cases(check))


def _self_check_cases(check: SelfCheck) -> Iterator[Case]:
    alarms: Status = "error" if not check.splits else "failure" if check.low > CLAIMED else "passed"
    text = f"{check.false_alarms} of {check.splits} splits of the runs are false alarms"
    yield Case("false alarms", alarms, text, f"{self_check_verdict(check)}: {self_check_headline(check)}")
    for floor in check.floors:
        name, scale = gate_name(floor.operation, floor.metric), floor.scale
        said = f"{name}: {size_text(floor.margin, scale)} matter, its noise floor is {size_text(floor.floor, scale)}"
        yield Case(f"floor of {name}", "passed" if floor.kept else "error", said, said)
