"""The parts of a fingerprint: what two sides must share, what they may differ in, and how each is said. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

from ddbload.results.record import RunRecord

_DIGEST = 12  # letters of a hash that are shown


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the fingerprint: what is compared, and how it is said."""

    name: str
    key: Callable[[RunRecord], Hashable]
    words: Callable[[RunRecord], str]


def alike(first: RunRecord, second: RunRecord) -> bool:
    """Whether two runs may stand on one side: alike in every part that must be."""
    return all(part.key(first) == part.key(second) for part in STRICT)


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
    return {name: all_of(phrase, runs) for name, phrase in phrases.items()}


def both(part: Part, base: RunRecord, new: RunRecord) -> tuple[str, str]:
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


def all_of(words: Callable[[RunRecord], str], runs: Sequence[RunRecord]) -> str:
    """What is said of each of the runs, once each."""
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


STRICT: tuple[Part, ...] = (
    Part(
        "scenario",
        lambda run: (run.fingerprint.scenario, run.fingerprint.scenario_sha256),
        lambda run: f"{run.fingerprint.scenario} of digest {run.fingerprint.scenario_sha256[:_DIGEST]}",
    ),
    Part("params", lambda run: _items(run.fingerprint.params), lambda run: _pairs(run.fingerprint.params)),
    Part("seed", lambda run: run.fingerprint.seed, lambda run: f"{run.fingerprint.seed}"),
    Part("files", lambda run: _items(run.fingerprint.files), lambda run: _pairs(run.fingerprint.files)),
    Part(
        "target",
        lambda run: (run.fingerprint.target.get("kind"), bool(run.fingerprint.target.get("functional"))),
        _target_words,
    ),
    Part(
        "region",
        lambda run: run.fingerprint.target.get("region"),
        lambda run: str(run.fingerprint.target.get("region")),
    ),
    Part("transport", lambda run: run.fingerprint.transport, lambda run: run.fingerprint.transport),
    Part("workers", lambda run: run.fingerprint.workers, lambda run: f"{run.fingerprint.workers}"),
    Part(
        "host",
        lambda run: (_system(run)[0], *(run.fingerprint.host.get(key) for key in ("machine", "cpu", "cpus"))),
        _host_words,
    ),
)
LOOSE: tuple[Part, ...] = (
    Part("version", _version_key, _version_words),
    Part("kernel", lambda run: _system(run)[1], lambda run: _system(run)[1] or "unknown"),
    Part("ddbload", lambda run: run.fingerprint.ddbload, lambda run: run.fingerprint.ddbload),
    Part("python", lambda run: run.fingerprint.python, lambda run: run.fingerprint.python),
    Part(
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
