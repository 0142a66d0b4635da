"""Which runs of a side count, which do not and why, and which are pairs. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ddbload.compare.batches import batches, in_time
from ddbload.compare.document import Design, Excluded, RunLine, Side
from ddbload.compare.identity import identity, name_of
from ddbload.compare.parts import subject_of
from ddbload.compare.request import ComparisonError
from ddbload.compare.samples import ENOUGH
from ddbload.results.record import RunRecord

INVALID = "it is invalid"


@dataclass(frozen=True, slots=True)
class Counted:
    """The runs that are compared.

    Attributes:
        design: "paired" where place i of both sides is a pair.
        base, new: the runs; of pairs in order of the pairs, else of time.
        base_excluded, new_excluded: the others, with the reason.
        invalid: whether a side has too few runs because some were invalid.
    """

    design: Design
    base: tuple[RunRecord, ...]
    new: tuple[RunRecord, ...]
    base_excluded: tuple[Excluded, ...]
    new_excluded: tuple[Excluded, ...]
    invalid: bool


def counted(base: Sequence[RunRecord], new: Sequence[RunRecord], names: tuple[str, str]) -> Counted:
    """Sort out the runs of two sides.

    Raises:
        ComparisonError: a side is empty, a run stands on both, or a side has runs of both sides of an experiment.
    """
    for name, runs in zip(names, (base, new), strict=True):
        if not runs:
            raise ComparisonError(f"{name} has no runs")
        _of_one_side(name, runs)
    distinct((base, new), names)
    (good_base, out_base), (good_new, out_new) = _valid(base), _valid(new)
    pairs = list(_pairs(good_base, good_new))
    if len(pairs) >= ENOUGH:
        return Counted(
            "paired",
            tuple(first for first, _ in pairs),
            tuple(second for _, second in pairs),
            (*out_base, *_outside(good_base, [first for first, _ in pairs])),
            (*out_new, *_outside(good_new, [second for _, second in pairs])),
            invalid=False,
        )
    lacking = [
        runs
        for runs, good in ((base, good_base), (new, good_new))
        if len(good) < ENOUGH and any(run.verdict == "invalid" for run in runs)
    ]
    return Counted("separate", tuple(good_base), tuple(good_new), tuple(out_base), tuple(out_new), bool(lacking))


def side_of(name: str, runs: Sequence[RunRecord], excluded: Sequence[Excluded], numbers: Sequence[int]) -> Side:
    """A side as the document has it; `numbers` are the runs' batches."""
    lines = tuple(
        RunLine(
            run.id, run.path, run.started_at, number, None if run.pairing is None else run.pairing.pair, run.verdict
        )
        for run, number in zip(runs, numbers, strict=True)
    )
    return Side(name, lines, tuple(excluded), subject_of(runs))


def sides_of(kept: Counted, names: tuple[str, str]) -> tuple[Side, Side]:
    """Both sides as the document has them."""
    numbers = batches(kept.base, kept.new)
    return (
        side_of(names[0], kept.base, kept.base_excluded, numbers[0]),
        side_of(names[1], kept.new, kept.new_excluded, numbers[1]),
    )


def valid_of(runs: Sequence[RunRecord]) -> tuple[RunRecord, ...]:
    """The runs that count, in order of time."""
    return tuple(_valid(runs)[0])


def excluded_of(runs: Sequence[RunRecord]) -> tuple[Excluded, ...]:
    """Those that do not, and why."""
    return tuple(_valid(runs)[1])


def _valid(runs: Sequence[RunRecord]) -> tuple[list[RunRecord], list[Excluded]]:
    good: list[RunRecord] = []
    out: list[Excluded] = []
    known: dict[tuple[str, str], RunRecord] = {}
    for run in sorted(runs, key=in_time):
        first = known.setdefault(identity(run), run)
        reason = _fault(run) if first is run else f"it is a copy of {name_of(first)}"
        if reason:
            out.append(Excluded(name_of(run), reason))
        else:
            good.append(run)
    return good, out


def _fault(run: RunRecord) -> str:
    if run.pairing is not None and run.pairing.warming:
        return "the first pair of an experiment is thrown away: a server that has just started is slow"
    if not run.complete:
        return f"it was cut short by {run.stopped_by or 'something unknown'}"
    if run.verdict == "invalid":
        return f"{INVALID}: " + ("; ".join(run.reasons) or "no reason is given")
    return ""


def distinct(sides: Sequence[Sequence[RunRecord]], names: Sequence[str]) -> None:
    """Refuse a run that stands on two sides, as one or as a copy in another folder.

    Raises:
        ComparisonError: names it and both sides.
    """
    known: dict[tuple[str, str], tuple[RunRecord, str, int]] = {}
    for place, (name, runs) in enumerate(zip(names, sides, strict=True)):
        for run in runs:
            other, first, where = known.setdefault(identity(run), (run, name, place))
            if where != place:
                copy = f" (as {name_of(other)})" if name_of(other) != name_of(run) else ""
                raise ComparisonError(
                    f"run {run.id} in {name_of(run)} stands on both sides, {first} and {name}{copy}:"
                    " a run says nothing against itself; `--self-check` sets halves of a tag against each other"
                )


def _of_one_side(name: str, runs: Sequence[RunRecord]) -> None:
    """Refuse a tag that both sides of an experiment were saved under: nothing tells the two apart any more."""
    first: dict[str, RunRecord] = {}
    for run in runs:
        if run.pairing is None:
            continue
        known = first.setdefault(run.pairing.experiment, run)
        assert known.pairing is not None
        if known.pairing.side != run.pairing.side and known.pairing.under_test != run.pairing.under_test:
            raise ComparisonError(
                f"{name} holds both sides of experiment {run.pairing.experiment}: {name_of(known)} had"
                f" {_given(known)}, {name_of(run)} had {_given(run)}; give each side a tag of its own"
            )


def _given(run: RunRecord) -> str:
    values = run.pairing.under_test if run.pairing else {}
    return ", ".join(f"{name} {value}" for name, value in values.items()) or "nothing"


def _pairs(base: Sequence[RunRecord], new: Sequence[RunRecord]) -> Iterator[tuple[RunRecord, RunRecord]]:
    """The pairs with a run on both sides, in order of time; of one that was made again, its last runs."""
    latest = [
        {(run.pairing.experiment, run.pairing.pair): run for run in runs if run.pairing is not None}
        for runs in (base, new)  # in order of time: a later run replaces an earlier one
    ]
    for place, run in latest[0].items():
        if place in latest[1]:
            yield run, latest[1][place]


def _outside(good: Sequence[RunRecord], used: Sequence[RunRecord]) -> Iterator[Excluded]:
    inside = {identity(run) for run in used}
    places = {(run.pairing.experiment, run.pairing.pair) for run in used if run.pairing is not None}
    for run in good:
        if identity(run) in inside:
            continue
        if run.pairing is None:
            reason = "it is not one of the interleaved runs that the others are"
        elif (run.pairing.experiment, run.pairing.pair) in places:
            reason = f"pair {run.pairing.pair} was made again, and its last runs count"
        else:
            reason = (
                f"pair {run.pairing.pair} of experiment {run.pairing.experiment} has no valid run of the other side"
            )
        yield Excluded(name_of(run), reason)
