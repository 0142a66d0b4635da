"""Fingerprints of two sides: what must be alike unless it is under test, and what is said where it is not. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ddbload.compare.document import Likeness
from ddbload.compare.identity import name_of
from ddbload.compare.parts import LOOSE, STRICT, Part, all_of, both
from ddbload.compare.request import PARTS, ComparisonError, require_parts
from ddbload.results.record import RunRecord

_SHORT = 0.99  # of the offered rate: below, the load was not the one asked for
_APART = 0.01
_COVERS: Mapping[str, frozenset[str]] = {
    "target": frozenset({"target", "version", "region"}),  # of an experiment: local against a region's endpoint
    "params": frozenset({"params", "scenario"}),
    "seed": frozenset({"seed", "scenario"}),
    "files": frozenset({"files", "scenario"}),
}


def likeness(
    base: Sequence[RunRecord], new: Sequence[RunRecord], names: tuple[str, str], across: frozenset[str]
) -> tuple[Likeness, ...]:
    """The fingerprints of two sides, part by part.

    Args:
        base: its runs, at least one.
        new: likewise.
        names: of the sides.
        across: parts that are under test by the person's word; those of an experiment's own add to them.

    Raises:
        ComparisonError: a part that must be alike is not, within a side or between them, and is not under test; names
            runs, both values and what would fit.
    """
    for name, runs in zip(names, (base, new), strict=True):
        uniform(name, runs)
    allowed, meant = under_test(base, new, across)
    lines = [_line(part, base, new, allowed, meant) for part in STRICT]
    refused = [(part, line) for part, line in zip(STRICT, lines, strict=True) if line is None]
    if refused:
        raise _refusal([part for part, _ in refused], base[0], new[0], names)
    said = [line for line in lines if line is not None]
    return (*said, *(_flag(part, base, new, allowed) for part in LOOSE), _rate(base, new, allowed))


def under_test(
    base: Sequence[RunRecord], new: Sequence[RunRecord], across: frozenset[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """(parts that may differ, parts that were meant to): by `across`, and by the experiment that both sides share.

    What is under test takes with it what follows from it: parameters change the scenario's digest. Where the scenario
    was written anew as well, that is a change of its own.
    """
    meant = require_parts(across) | _of_experiments(base, new)
    allowed = set(meant)
    for part in meant - {"target"}:
        if part in _COVERS and _written_alike((*base, *new)):
            allowed |= _COVERS[part]
    if "target" in meant:
        allowed |= {"version"} if "target" in across else _COVERS["target"]
    return frozenset(allowed), frozenset(meant)


def _written_alike(runs: Sequence[RunRecord]) -> bool:
    """Whether the runs are of one scenario, as far as is known, but for its parameters, seed and files' content."""
    names = {run.fingerprint.scenario for run in runs}
    known = {run.fingerprint.written_sha256 for run in runs} - {""}
    return len(names) == 1 and len(known) <= 1


def _of_experiments(base: Sequence[RunRecord], new: Sequence[RunRecord]) -> frozenset[str]:
    """The parts under test in experiments that have runs on both sides."""
    sides = [{run.pairing.experiment for run in runs if run.pairing} for runs in (base, new)]
    shared = sides[0] & sides[1]
    found: set[str] = set()
    for run in (*base, *new):
        if run.pairing and run.pairing.experiment in shared:
            words = run.pairing.under_test
            found |= {"params" if word in run.fingerprint.params else word for word in words} & set(PARTS)
    return frozenset(found)


def uniform(name: str, runs: Sequence[RunRecord]) -> None:
    """Refuse a side whose own runs are unlike, whatever is under test.

    Raises:
        ComparisonError: names two of them, both values and what would fit.
    """
    for part in STRICT:
        known = [run for run in runs if part.name != "files" or run.fingerprint.files]  # older records have none
        odd = next((run for run in known if part.key(run) != part.key(known[0])), None)
        if odd is not None:
            raise ComparisonError(
                f"the runs of {name} are unlike in {part.name}: {name_of(known[0])} has {part.words(known[0])},"
                f" {name_of(odd)} has {part.words(odd)}; give each kind a tag of its own"
            )


def _line(
    part: Part, base: Sequence[RunRecord], new: Sequence[RunRecord], allowed: frozenset[str], meant: frozenset[str]
) -> Likeness | None:
    """A part that must be alike; None where it is not and may not."""
    first, second = both(part, base[0], new[0])
    if part.key(base[0]) == part.key(new[0]):
        text = f"{part.name} is under test, and both sides have {first}" if part.name in meant else ""
        return Likeness(part.name, first, second, "same", text)
    if part.name in allowed:
        return Likeness(part.name, first, second, "under test", f"{part.name} is under test: {first} against {second}")
    if part.name == "files" and not (base[0].fingerprint.files and new[0].fingerprint.files):
        text = "the data files of one side are not known: whether both read the same cannot be told"
        return Likeness(part.name, first, second, "flagged", text)
    return None


def _refusal(parts: Sequence[Part], base: RunRecord, new: RunRecord, names: tuple[str, str]) -> ComparisonError:
    said = []
    for part in parts:
        first, second = both(part, base, new)
        said.append(f"{part.name}: {names[0]} has {first} ({name_of(base)}), {names[1]} has {second} ({name_of(new)})")
    # a digest that follows from parameters needs no word of its own
    needed = [part.name for part in parts]
    if "scenario" in needed and len(needed) > 1 and _written_alike((base, new)):
        covering = [name for name in needed if "scenario" in _COVERS.get(name, ())]
        needed = [name for name in needed if name != "scenario"] if covering else needed
    prints = base.fingerprint, new.fingerprint
    if "scenario" in needed and prints[0].params != prints[1].params and not _written_alike((base, new)):
        said.append("more than parameters was changed in the scenario")
    options = " ".join(f"--across {name}" for name in needed)
    return ComparisonError(
        f"{names[0]} and {names[1]} are not comparable. {'; '.join(said)}. If that is what is under test: {options}",
        frozenset(needed),
    )


def _flag(part: Part, base: Sequence[RunRecord], new: Sequence[RunRecord], allowed: frozenset[str]) -> Likeness:
    """A part that may differ, and is said where it does."""
    keys = [{part.key(run) for run in runs} for runs in (base, new)]
    first, second = all_of(part.words, base), all_of(part.words, new)
    if keys[0] == keys[1] and len(keys[0]) == 1:
        return Likeness(part.name, first, second, "same")
    if len(base) == len(new) == 1 or (len(keys[0]) == len(keys[1]) == 1):
        first, second = both(part, base[0], new[0])
    if part.name in allowed and len(keys[0]) == len(keys[1]) == 1:
        return Likeness(part.name, first, second, "under test", f"{part.name} differs with what is under test")
    if first == second:
        return Likeness(part.name, first, second, "flagged", f"{part.name} differs from run to run: {first}")
    return Likeness(part.name, first, second, "flagged", f"{part.name} differs: {first} against {second}")


def _rate(base: Sequence[RunRecord], new: Sequence[RunRecord], allowed: frozenset[str]) -> Likeness:
    """The load that was offered and sent; in a closed loop the rate is a result, not a condition."""
    first, second = (f"{_mean_rate(runs):.4g}/s {runs[0].rate.loop} loop" for runs in (base, new))
    text = " ".join(_rate_faults(base, new))
    if not text:
        return Likeness("rate", first, second, "same")
    if allowed & {"params", "scenario"} and not _short(base) and not _short(new):
        return Likeness("rate", first, second, "under test", text)
    return Likeness("rate", first, second, "flagged", text)


def _rate_faults(base: Sequence[RunRecord], new: Sequence[RunRecord]) -> Iterator[str]:
    if {run.rate.loop for run in (*base, *new)} == {"closed"}:
        return
    short = [*_short(base), *_short(new)]
    if short:
        run = short[0]
        more = f", and {len(short) - 1} more runs" if len(short) > 1 else ""
        yield (
            f"{name_of(run)} sent {run.rate.achieved:.4g} of {run.rate.offered:.4g} arrivals a second{more}: "
            "the table was not under the load that was asked for."
        )
    rates = _mean_rate(base), _mean_rate(new)
    if max(rates) > 0 and abs(rates[1] - rates[0]) > _APART * max(rates):
        yield f"the sides were under unlike loads: {rates[0]:.4g} and {rates[1]:.4g} arrivals a second were sent."


def _short(runs: Sequence[RunRecord]) -> list[RunRecord]:
    return [run for run in runs if run.rate.loop == "open" and run.rate.achieved < _SHORT * run.rate.offered]


def _mean_rate(runs: Sequence[RunRecord]) -> float:
    return sum(run.rate.achieved for run in runs) / len(runs)
