"""Two sides of runs -> a comparison: likeness first, then the gates with their intervals, then a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from types import MappingProxyType

from ddbload.compare import reasons
from ddbload.compare.background import background_of
from ddbload.compare.batches import clock_jumps, overlaps
from ddbload.compare.curves import curves_of
from ddbload.compare.document import COMPARISON, Comparison, Excluded, Finding, Likeness, Overall
from ddbload.compare.drifts import drifts
from ddbload.compare.findings import findings_of
from ddbload.compare.gates import gates_of
from ddbload.compare.information import notable_outcomes
from ddbload.compare.likeness import likeness
from ddbload.compare.request import CompareRequest, ComparisonError
from ddbload.compare.runs import INVALID, Counted, counted, sides_of
from ddbload.compare.samples import ENOUGH
from ddbload.compare.seen import Sides
from ddbload.results.record import RunRecord
from ddbload.results.selection import Selection, select

_NOTHING: Mapping[str, float] = MappingProxyType({})


def compare(request: CompareRequest) -> Comparison:
    """Read two sides from the store and set them against each other.

    Raises:
        ResultsError: a word names no runs, or runs that cannot be read.
        ComparisonError: the sides are unlike in what is not under test, a run stands on both, a run is damaged.
    """
    if len(request.sides) != 2:  # noqa: PLR2004 - a base and a new one
        raise ComparisonError(f"a comparison has two sides, a base and a new one; {len(request.sides)} were given")
    base, new = (selected(request, word) for word in request.sides)
    return compare_read(request, base.runs, new.runs)


def compare_read(request: CompareRequest, base: Sequence[RunRecord], new: Sequence[RunRecord]) -> Comparison:
    """The same of two sides that are read already; how batches drift is learnt from all of the store.

    Raises:
        DdbloadError: as `compare`.
    """
    background = background_of(request.results, base[-1])
    names = (request.sides[0], request.sides[1])
    found = compare_runs(base, new, names, across=request.across, margins=request.margins, background=background.runs)
    if found.design == "separate":  # what was made interleaved has no use for a background
        found = replace(found, warnings=(*found.warnings, *background.notes))
    return with_curves(found, (*base, *new)) if request.curves else found


def compare_tags(
    base: str,
    new: str,
    *,
    results: str | PathLike[str] = "results",
    scenario: str | None = None,
    across: Iterable[str] = (),
    margins: Mapping[str, float] = _NOTHING,
) -> Comparison:
    """Two tags (or scenario@tag, or folders of runs) compared: `compare` in one call.

    Args:
        base: what the other is judged against.
        new: what is judged.
        results: the store.
        scenario: whose tags are meant, where a tag has runs of several.
        across: parts of the fingerprint that are under test, such as "transport".
        margins: the changes that matter, fractions: {"read.p99": 0.05}.

    Raises:
        DdbloadError: as `compare`.
    """
    return compare(CompareRequest((base, new), Path(results), scenario, frozenset(across), dict(margins)))


def selected(request: CompareRequest, word: str) -> Selection:
    """The runs that a word means, all of them readable.

    Raises:
        ResultsError: there are none.
        ComparisonError: one of them is damaged.
    """
    found = select(request.results, word, scenario=request.scenario)
    if found.damaged:
        more = f" (and {len(found.damaged) - 1} more of its runs)" if len(found.damaged) > 1 else ""
        first = found.damaged[0]
        raise ComparisonError(
            f"{word} has a run that cannot be read: {first.reason}{more}; mend or remove it, a comparison leaves"
            " nothing out silently"
        )
    return found


def compare_runs(
    base: Sequence[RunRecord],
    new: Sequence[RunRecord],
    names: tuple[str, str] = ("base", "new"),
    *,
    across: Iterable[str] = (),
    margins: Mapping[str, float] = _NOTHING,
    background: Sequence[RunRecord] = (),
    now: datetime | None = None,
) -> Comparison:
    """Two sides of runs compared. Pure but for the clock, which `now` replaces.

    Args:
        base: runs that the others are judged against, in any order.
        new: runs that are judged.
        names: what the sides are called.
        across: parts of the fingerprint that are under test.
        margins: the changes that matter, by gate ("read.p99") or metric ("p99"); they win over the scenario's.
        background: other runs of the scenario, by which the drift from batch to batch is known.
        now: for telling that a run lies in the future.

    Raises:
        ComparisonError: as `compare`.
    """
    kept = counted(base, new, names)
    scenarios = frozenset(run.fingerprint.scenario for run in (*base, *new))
    question = _Question(kept, names, frozenset(across), margins, now or datetime.now(UTC), scenarios)
    alike = likeness(kept.base or base, kept.new or new, names, question.across)
    if not kept.base or not kept.new:
        return _unanswered(question, alike)
    gates = gates_of(kept.base, kept.new, margins)
    sides = Sides(kept.design, kept.base, kept.new)
    findings = findings_of(sides, gates.gates, drifts((kept.base, kept.new), background))
    found = replace(
        _document(question, alike),
        findings=findings,
        method=f"{_method(kept)} {_tests(findings)}",
        warnings=(*_warnings(question), *gates.notes, *notable_outcomes(findings)),
    )
    return _void(found) if kept.invalid else _with_verdict(found)


def with_curves(found: Comparison, runs: Sequence[RunRecord]) -> Comparison:
    """The comparison with the histograms of the runs that count, read from their folders.

    Raises:
        ResultsError: a histogram cannot be read.
    """
    by_id = {(run.id, run.path): run for run in runs}
    base, new = ([by_id[line.id, line.path] for line in side.runs] for side in (found.base, found.new))
    return replace(found, curves=curves_of(base, new))


def overall(findings: Sequence[Finding]) -> Overall:
    """The verdict of all gates together: the worst of them; better only if none is worse or open."""
    verdicts = {finding.verdict for finding in findings if finding.gated}
    for word in ("regressed", "cannot tell", "improved"):
        if word in verdicts:
            return word
    return "not worse" if verdicts else "cannot tell"


@dataclass(frozen=True, slots=True)
class _Question:
    """What is compared, with the runs sorted out."""

    kept: Counted
    names: tuple[str, str]
    across: frozenset[str]
    margins: Mapping[str, float]
    now: datetime
    scenarios: frozenset[str]

    @property
    def runs(self) -> tuple[RunRecord, ...]:
        return (*self.kept.base, *self.kept.new)


def _document(question: _Question, alike: tuple[Likeness, ...]) -> Comparison:
    base, new = sides_of(question.kept, question.names)
    return Comparison(
        schema=COMPARISON,
        scenario=" / ".join(sorted(question.scenarios)),
        verdict="cannot tell",
        reasons=(),
        base=base,
        new=new,
        design=question.kept.design,
        method=_method(question.kept),
        likeness=alike,
        warnings=tuple(_warnings(question)),
        findings=(),
    )


def _unanswered(question: _Question, alike: tuple[Likeness, ...]) -> Comparison:
    """A side without a single run that counts."""
    kept = question.kept
    sentences = [
        f"{name} has no run that counts: {_plainest(excluded)}"
        for name, runs, excluded in (
            (question.names[0], kept.base, kept.base_excluded),
            (question.names[1], kept.new, kept.new_excluded),
        )
        if not runs
    ]
    return replace(
        _document(question, alike), verdict="invalid" if kept.invalid else "cannot tell", reasons=tuple(sentences)
    )


def _plainest(excluded: Sequence[Excluded]) -> str:
    """One run that does not count and why, rather an invalid one than a first pair; and how many there are besides."""
    first = next((each for each in excluded if each.reason.startswith(INVALID)), excluded[0])
    more = f" (and {len(excluded) - 1} more)" if len(excluded) > 1 else ""
    return f"{first.path}: {first.reason}{more}"


def _void(found: Comparison) -> Comparison:
    """Too few valid runs: the numbers stand as information, no gate is decided by them."""
    sentences = [
        f"{side.name} has {len(side.runs)} valid run{'s' * (len(side.runs) != 1)}, {ENOUGH} are needed:"
        f" {'; '.join(f'{each.path}: {each.reason}' for each in side.excluded)}"
        for side in (found.base, found.new)
        if len(side.runs) < ENOUGH and side.excluded
    ]
    findings = tuple(
        replace(finding, verdict="cannot tell", reason="too few valid runs") if finding.gated else finding
        for finding in found.findings
    )
    return replace(found, verdict="invalid", reasons=tuple(sentences), findings=findings)


def _with_verdict(found: Comparison) -> Comparison:
    verdict = overall(found.findings)
    return replace(found, verdict=verdict, reasons=reasons.summary(verdict, found.gates))


def _warnings(question: _Question) -> Iterator[str]:
    if question.kept.design == "separate" and _shared(question.kept):
        yield f"fewer than {ENOUGH} whole pairs are valid: their runs are compared as if they had been made apart"
    yield from overlaps(question.runs)
    yield from clock_jumps(question.runs, question.now)
    for name, runs in zip(question.names, (question.kept.base, question.kept.new), strict=True):
        yield from _verified(name, runs)
        if len(runs) == 1:
            yield f"one run stands for {name}: how much runs differ is known from the other side alone"


def _shared(kept: Counted) -> bool:
    """Whether both sides have runs of one experiment."""
    base, new = ({run.pairing.experiment for run in runs if run.pairing} for runs in (kept.base, kept.new))
    return bool(base & new)


def _verified(name: str, runs: Sequence[RunRecord]) -> Iterator[str]:
    """What verifying found: a table that loses writes is not made good by being fast."""
    lost = sum(run.verify.lost for run in runs if run.verify)
    wrong = sum(run.verify.reads.wrong + run.verify.reads.stale_consistent for run in runs if run.verify)
    if lost or wrong:
        yield f"{name}: {lost:,} writes were lost and {wrong:,} reads saw what they must not, says --verify"


def _tests(findings: Sequence[Finding]) -> str:
    found = dict.fromkeys(each.method for each in findings if each.gated and each.method not in {"none", "exact"})
    by = f" by {' and '.join(found)}" if found else ""
    return (
        f"Worse is said at a level of 2.5% over all gates together{by}; that a change which matters is ruled out,"
        " at 5% for each gate."
    )


def _method(kept: Counted) -> str:
    if not kept.base or not kept.new:
        return "Nothing was compared: a side has no run that counts."
    if kept.design == "paired":
        return (
            f"{len(kept.base)} pairs of runs made interleaved; the run is the unit, and each pair's difference is one"
            " observation."
        )
    return (
        f"{len(kept.base)} against {len(kept.new)} runs made apart; the run is the unit, and intervals are widened by"
        " what batches of runs drift by."
    )
