"""Fingerprints of two sides: what must be alike unless it is under test, and what is said where it is not. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ddbload.compare.batches import name_of
from ddbload.compare.document import Likeness
from ddbload.compare.request import PARTS, ComparisonError
from ddbload.results.record import RunRecord

_DIGEST = 12  # letters of a hash that are shown
_SHORT = 0.99  # of the offered rate: below, the load was not the one asked for
_APART = 0.01
_COVERS: Mapping[str, frozenset[str]] = {
    "target": frozenset({"target", "version", "region"}),  # of an experiment: local against a region's endpoint
    "params": frozenset({"params", "scenario"}),
    "seed": frozenset({"seed", "scenario"}),
    "files": frozenset({"files", "scenario"}),
}


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the fingerprint: what is compared, and how it is said."""

    name: str
    key: Callable[[RunRecord], Hashable]
    words: Callable[[RunRecord], str]


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
    lines = [_line(part, base, new, allowed, meant) for part in _STRICT]
    refused = [(part, line) for part, line in zip(_STRICT, lines, strict=True) if line is None]
    if refused:
        raise ComparisonError(_refusal([part for part, _ in refused], base[0], new[0], names))
    said = [line for line in lines if line is not None]
    return (*said, *(_flag(part, base, new, allowed) for part in _LOOSE), _rate(base, new, allowed))


def alike(first: RunRecord, second: RunRecord) -> bool:
    """Whether two runs may stand on one side: alike in every part that must be."""
    return all(part.key(first) == part.key(second) for part in _STRICT)


def subject_of(runs: Sequence[RunRecord]) -> dict[str, str]:
    """What a side's runs ran on, as one phrase each."""
    if not runs:
        return {}
    phrases: dict[str, Callable[[RunRecord], str]] = {
        "target": _target_phrase,
        "transport": lambda run: run.fingerprint.transport,
        "ddbload": lambda run: run.fingerprint.ddbload,
        "python": lambda run: run.fingerprint.python,
        "host": _host_words,
    }
    return {name: _all_of(phrase, runs) for name, phrase in phrases.items()}


def under_test(
    base: Sequence[RunRecord], new: Sequence[RunRecord], across: frozenset[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """(parts that may differ, parts that were meant to): by `across`, and by the experiment that both sides share.

    What is under test takes with it what follows from it: parameters change the scenario's digest.
    """
    unknown = sorted(across - set(PARTS))
    if unknown:
        raise ComparisonError(f"{', '.join(unknown)}: no part of a fingerprint; there are {', '.join(PARTS)}")
    meant = across | _of_experiments(base, new)
    same_name = {run.fingerprint.scenario for run in (*base, *new)}
    allowed = set(meant)
    for part in meant - {"target"}:
        if part in _COVERS and len(same_name) == 1:
            allowed |= _COVERS[part]
    if "target" in meant:
        allowed |= {"version"} if "target" in across else _COVERS["target"]
    return frozenset(allowed), frozenset(meant)


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
    for part in _STRICT:
        known = [run for run in runs if part.name != "files" or run.fingerprint.files]  # older records have none
        odd = next((run for run in known if part.key(run) != part.key(known[0])), None)
        if odd is not None:
            raise ComparisonError(
                f"the runs of {name} are unlike in {part.name}: {name_of(known[0])} has {part.words(known[0])},"
                f" {name_of(odd)} has {part.words(odd)}; give each kind a tag of its own"
            )


def _line(
    part: _Part, base: Sequence[RunRecord], new: Sequence[RunRecord], allowed: frozenset[str], meant: frozenset[str]
) -> Likeness | None:
    """A part that must be alike; None where it is not and may not."""
    first, second = _both(part, base[0], new[0])
    if part.key(base[0]) == part.key(new[0]):
        text = f"{part.name} is under test, and both sides have {first}" if part.name in meant else ""
        return Likeness(part.name, first, second, "same", text)
    if part.name in allowed:
        return Likeness(part.name, first, second, "under test", f"{part.name} is under test: {first} against {second}")
    if part.name == "files" and not (base[0].fingerprint.files and new[0].fingerprint.files):
        text = "the data files of one side are not known: whether both read the same cannot be told"
        return Likeness(part.name, first, second, "flagged", text)
    return None


def _refusal(parts: Sequence[_Part], base: RunRecord, new: RunRecord, names: tuple[str, str]) -> str:
    said = []
    for part in parts:
        first, second = _both(part, base, new)
        said.append(f"{part.name}: {names[0]} has {first} ({name_of(base)}), {names[1]} has {second} ({name_of(new)})")
    # a digest that follows from parameters needs no word of its own
    needed = [part.name for part in parts]
    if "scenario" in needed and len(needed) > 1 and base.fingerprint.scenario == new.fingerprint.scenario:
        covering = [name for name in needed if "scenario" in _COVERS.get(name, ())]
        needed = [name for name in needed if name != "scenario"] if covering else needed
    options = " ".join(f"--across {name}" for name in needed)
    return (
        f"{names[0]} and {names[1]} are not comparable. "
        + "; ".join(said)
        + f". If that is what is under test: {options}"
    )


def _flag(part: _Part, base: Sequence[RunRecord], new: Sequence[RunRecord], allowed: frozenset[str]) -> Likeness:
    """A part that may differ, and is said where it does."""
    keys = [{part.key(run) for run in runs} for runs in (base, new)]
    first, second = _all_of(part.words, base), _all_of(part.words, new)
    if keys[0] == keys[1] and len(keys[0]) == 1:
        return Likeness(part.name, first, second, "same")
    if len(base) == len(new) == 1 or (len(keys[0]) == len(keys[1]) == 1):
        first, second = _both(part, base[0], new[0])
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


def _both(part: _Part, base: RunRecord, new: RunRecord) -> tuple[str, str]:
    """The two values in words; of mappings, only what differs."""
    maps = _MAPS.get(part.name)
    if maps is None or part.key(base) == part.key(new):
        return part.words(base), part.words(new)
    first, second = maps(base), maps(new)
    unlike = sorted(name for name in first.keys() | second.keys() if first.get(name) != second.get(name))
    return _pairs(first, unlike), _pairs(second, unlike)


def _pairs(values: Mapping[str, object], names: Sequence[str] | None = None) -> str:
    shown = names if names is not None else sorted(values)
    return ", ".join(f"{name}={_short_value(values[name]) if name in values else '-'}" for name in shown) or "none"


def _short_value(value: object) -> str:
    text = str(value)
    return text[:_DIGEST] if len(text) == 64 else text  # noqa: PLR2004 - a SHA-256


def _all_of(words: Callable[[RunRecord], str], runs: Sequence[RunRecord]) -> str:
    return " / ".join(dict.fromkeys(words(run) for run in runs))


def _target_words(run: RunRecord) -> str:
    target = run.fingerprint.target
    return f"{target.get('kind')}{' (a functional stand-in)' if target.get('functional') else ''}"


def _version_key(run: RunRecord) -> tuple[object, object, object]:
    """Version and image; the address only where it says which server it is (ddbload's own get a free port)."""
    target = run.fingerprint.target
    url = target.get("url") if target.get("kind") in {"endpoint", "aws"} else None
    return target.get("version"), target.get("image_digest"), url


def _version_words(run: RunRecord) -> str:
    version, digest, url = _version_key(run)
    return " ".join(str(each) for each in (version, _short_value(digest) if digest else None, url) if each) or "unknown"


def _target_phrase(run: RunRecord) -> str:
    version = _version_words(run)
    return _target_words(run) if version == "unknown" else f"{_target_words(run)} {version}"


def _system(run: RunRecord) -> tuple[str, str]:
    """The system's name, and its release."""
    name, _, release = str(run.fingerprint.host.get("system", "")).partition(" ")
    return name, release


def _host_words(run: RunRecord) -> str:
    host = run.fingerprint.host
    parts = (_system(run)[0], host.get("machine"), host.get("cpu"))
    return ", ".join([str(part) for part in parts if part] + [f"{host.get('cpus', '?')} processors"])


def _items(values: Mapping[str, object]) -> Hashable:
    return tuple(sorted(values.items(), key=lambda item: item[0]))


_STRICT: tuple[_Part, ...] = (
    _Part(
        "scenario",
        lambda run: (run.fingerprint.scenario, run.fingerprint.scenario_sha256),
        lambda run: f"{run.fingerprint.scenario} of digest {run.fingerprint.scenario_sha256[:_DIGEST]}",
    ),
    _Part("params", lambda run: _items(run.fingerprint.params), lambda run: _pairs(run.fingerprint.params)),
    _Part("seed", lambda run: run.fingerprint.seed, lambda run: f"{run.fingerprint.seed}"),
    _Part("files", lambda run: _items(run.fingerprint.files), lambda run: _pairs(run.fingerprint.files)),
    _Part(
        "target",
        lambda run: (run.fingerprint.target.get("kind"), bool(run.fingerprint.target.get("functional"))),
        _target_words,
    ),
    _Part(
        "region",
        lambda run: run.fingerprint.target.get("region"),
        lambda run: str(run.fingerprint.target.get("region")),
    ),
    _Part("transport", lambda run: run.fingerprint.transport, lambda run: run.fingerprint.transport),
    _Part("workers", lambda run: run.fingerprint.workers, lambda run: f"{run.fingerprint.workers}"),
    _Part(
        "host",
        lambda run: (_system(run)[0], *(run.fingerprint.host.get(key) for key in ("machine", "cpu", "cpus"))),
        _host_words,
    ),
)
_LOOSE: tuple[_Part, ...] = (
    _Part("version", _version_key, _version_words),
    _Part("kernel", lambda run: _system(run)[1], lambda run: _system(run)[1] or "unknown"),
    _Part("ddbload", lambda run: run.fingerprint.ddbload, lambda run: run.fingerprint.ddbload),
    _Part("python", lambda run: run.fingerprint.python, lambda run: run.fingerprint.python),
    _Part(
        "dependencies",
        lambda run: _items(run.fingerprint.dependencies),
        lambda run: _pairs(run.fingerprint.dependencies),
    ),
)
_MAPS: Mapping[str, Callable[[RunRecord], Mapping[str, object]]] = {
    "params": lambda run: run.fingerprint.params,
    "files": lambda run: run.fingerprint.files,
    "dependencies": lambda run: run.fingerprint.dependencies,
}
