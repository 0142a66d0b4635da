"""The runs of the store at a glance: what `ls` and a page of all runs say of each, without reading it whole.

There is no index that could be wrong: every document is opened.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from ddbload.results.ahead import read_ahead
from ddbload.results.document import ResultsError, from_json, parsed
from ddbload.results.folders import RUN, runs_in, tags_in
from ddbload.results.moment import moment_of
from ddbload.results.names import safe_name
from ddbload.results.pins import is_pinned
from ddbload.results.selection import Damaged, find_tag, find_tags, tags_of
from ddbload.results.subject import target_label

_VERDICTS = frozenset(("pass", "fail", "invalid"))


@dataclass(frozen=True, slots=True)
class Listed:
    """A run at a glance.

    Attributes:
        path: its folder.
        scenario: the scenario's name.
        tag: as it was given.
        id: of the run.
        started_at: UTC, ISO 8601.
        verdict: its own.
        target: what it ran on, in words.
        rate: completed arrivals a second.
        operations: arrivals in the measured phases that were answered or failed.
        p99_ms: the highest 99th percentile of the response time among its operations; None where none has one.
        pinned: whether its tag is.
    """

    path: str
    scenario: str
    tag: str
    id: str
    started_at: str
    verdict: Literal["pass", "fail", "invalid"]
    target: str
    rate: float
    operations: int
    p99_ms: float | None
    pinned: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """Runs, newest first, and those that cannot be read."""

    runs: tuple[Listed, ...]
    damaged: tuple[Damaged, ...]


@dataclass(frozen=True, slots=True)
class TagLine:
    """The runs under one tag of a scenario.

    Attributes:
        scenario, tag: whose they are.
        runs: how many.
        verdicts: how many of them ended with each.
        newest: the newest of them.
    """

    scenario: str
    tag: str
    runs: int
    verdicts: Mapping[str, int]
    newest: Listed


def by_tag(listing: Listing) -> tuple[TagLine, ...]:
    """A line for each scenario and tag, that of the newest run first."""
    groups: dict[tuple[str, str], list[Listed]] = {}
    for run in listing.runs:
        groups.setdefault((run.scenario, run.tag), []).append(run)
    return tuple(
        TagLine(scenario, tag, len(runs), Counter(run.verdict for run in runs), runs[0])
        for (scenario, tag), runs in groups.items()
    )


def list_runs(root: Path, *, scenario: str | None = None, tag: str | None = None) -> Listing:
    """The runs of the store, newest first.

    Of each document only what is listed is looked at: what is wrong with the rest of it comes out when it is read.

    Args:
        root: the results folder; one that is not there holds no runs.
        scenario: only this one's.
        tag: only those under this tag.

    Raises:
        ResultsError: a folder cannot be read.
    """
    homes = tags_in(root, None if scenario is None else safe_name(scenario))
    wanted = None if tag is None else safe_name(tag)
    return _listing(root / first / second for first, second in homes if wanted in {None, second})


def list_meant(root: Path, word: str | None) -> Listing:
    """The runs of a store that must be there: of a scenario, or under a tag as `select` has it; all without a word.

    Raises:
        ResultsError: there is no such folder, the word means no runs in it, or a folder cannot be read.
    """
    if not root.is_dir():
        why = "is a file" if root.exists() else "is not there: a run makes it"
        raise ResultsError(f"{root} {why}; --results names the folder of the results")
    if word is None:
        return list_runs(root)
    return _listing(tags_of(root, word) or find_tags(root, word) or [find_tag(root, word)])


def _listing(folders: Iterable[Path]) -> Listing:
    dated: list[tuple[datetime, Listed]] = []
    damaged: list[Damaged] = []
    places = dict(_places(folders))
    files = (f"{path}{os.sep}{RUN}" for path in places)
    for (path, pinned), (file, content) in zip(places.items(), read_ahead(files), strict=True):
        try:
            dated.append(_listed(path, pinned, file, content))
        except ResultsError as error:
            if os.path.lexists(path):  # else it was removed while we looked
                damaged.append(Damaged(path, str(error)))
    dated.sort(key=lambda one: (one[0], one[1].path), reverse=True)
    return Listing(tuple(run for _, run in dated), tuple(damaged))


def _places(folders: Iterable[Path]) -> Iterator[tuple[str, bool]]:
    """The folder of each run, and whether its tag is pinned."""
    for folder in folders:
        pinned = is_pinned(folder)
        yield from ((f"{folder}{os.sep}{name}", pinned) for name in runs_in(folder))


def _listed(path: str, pinned: bool, file: str, document: bytes | OSError) -> tuple[datetime, Listed]:
    if isinstance(document, OSError):
        raise ResultsError(f"{file} cannot be read: {document.strerror or document}") from document
    content = parsed(document, file)
    try:
        return moment_of(content["started_at"]), _glance(path, pinned, content)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        from_json(document, file)  # read whole, it says which field is wrong, and what would fit
        raise ResultsError(f"{file} is damaged: {error}") from error


def _glance(path: str, pinned: bool, content: Mapping[str, Any]) -> Listed:
    fingerprint = content["fingerprint"]
    if content["verdict"] not in _VERDICTS:
        raise ValueError(f"verdict: {content['verdict']!r} is none")
    arriving = [each for each in content["operations"].values() if each["count"] > each.get("steps", 0)]
    return Listed(
        path=path,
        scenario=_text(fingerprint["scenario"]),
        tag=_text(content["tag"]),
        id=_text(content["id"]),
        started_at=content["started_at"],
        verdict=content["verdict"],
        target=target_label(fingerprint["target"]),
        rate=float(content["rate"]["completed"]),
        operations=int(sum(each["count"] - each.get("steps", 0) for each in arriving)),
        p99_ms=_highest(each["response_ms"]["p99"] for each in arriving),
        pinned=pinned,
    )


def _highest(percentiles: Iterable[float | None]) -> float | None:
    known = [float(value) for value in percentiles if value is not None]
    return max(known, default=None)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value
