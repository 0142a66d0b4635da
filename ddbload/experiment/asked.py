"""What `ddbload regress` was asked, and what that means: all that can be wrong is found before a target is touched."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ddbload.compare.samples import ENOUGH
from ddbload.errors import ScenarioError, UsageError
from ddbload.experiment.operations import names
from ddbload.experiment.pairs import LEAST_PAIRS, Design
from ddbload.experiment.reading import Prepared, prepare, read, require
from ddbload.experiment.sides import SIDES, Side, SideName, Subject, phrase, side_of, tags, under_test
from ddbload.experiment.watcher import SeriesWatcher
from ddbload.scenario.load import LoadedScenario
from ddbload.target import TargetOptions, parse_spec


@dataclass(frozen=True, slots=True)
class RegressRequest:
    """What `ddbload regress` was asked to do.

    Attributes:
        base: words of the side that the other is judged against: a target, transport=..., parameters.
        new: words of the side that is judged.
        target: of both sides, where they do not say another; so is `transport`.
        params: the words of `-p`, as text, for both sides.
        pairs: how many; None: the noise of a pilot decides.
        pilot: pairs after which it does.
        max_pairs: how many it may ask for.
        margins: the changes that matter, fractions: {"read.p99": 0.05}; they win over the scenario's.
        seed: of the order within the pairs; default: drawn anew, so that no order's luck is every experiment's.
        tag_base: default: made of the side's words; so is `tag_new`.
        workers: processes; 0 chooses one for every second processor, at least one.
        restart: servers that are started for the experiment start anew before every pair, so that what two processes
            of one kind differ by is noise and no difference.
        curves: the histograms are laid over each other.
        yes: do not ask before runs that cost money.
        allow_code: values may come from Python functions that the scenario names.
    """

    scenario: Path
    base: Sequence[str] = ()
    new: Sequence[str] = ()
    target: str = "embedded"
    transport: str = "wire"
    params: Mapping[str, str] = field(default_factory=dict)
    pairs: int | None = None
    pilot: int = 4
    max_pairs: int = 20
    margins: Mapping[str, float] = field(default_factory=dict)
    seed: int | None = None
    tag_base: str | None = None
    tag_new: str | None = None
    workers: int = 1
    results: Path = Path("results")
    options: TargetOptions = field(default_factory=TargetOptions)
    restart: bool = False
    curves: bool = False
    yes: bool = False
    allow_code: bool = False


@dataclass(frozen=True, slots=True)
class Experiment:
    """What is to be done, known before any target is touched."""

    request: RegressRequest
    watcher: SeriesWatcher
    sides: dict[SideName, Side]
    prepared: dict[SideName, Prepared]
    subjects: dict[SideName, Subject]
    tags: dict[SideName, str]
    design: Design

    @property
    def phrases(self) -> dict[SideName, str]:
        """Each side in a few words."""
        return {name: phrase(self.sides[name], self.subjects[name]) for name in SIDES}

    @property
    def one_process_each(self) -> bool:
        """Each side has a server of its own from start to end: chance has settled what the two differ by."""
        started = any(not _outside(side.target) for side in self.sides.values())
        return started and not self.shares_target and not self.request.restart

    @property
    def shares_target(self) -> bool:
        """One server serves both sides; where nothing differs, two show what servers of one kind differ by."""
        base, new = (self.sides[name] for name in SIDES)
        return base.target == new.target and (bool(self.subjects["base"]) or _outside(base.target))


def understood(request: RegressRequest, watcher: SeriesWatcher) -> Experiment:
    """Everything that can be wrong without a target, found at once. Raises `DdbloadError`."""
    _refuse_numbers(request)
    words = {"base": request.base, "new": request.new}
    if not any(words.values()):
        raise UsageError(
            "nothing is said about either side: --base local:2.5.2 --new local:3.3.1 would compare two targets"
        )
    sides: dict[SideName, Side] = {
        name: side_of(Side(name, request.target, request.transport, request.params), words[name]) for name in SIDES
    }
    ready: dict[tuple[tuple[str, str], ...], Prepared] = {}
    prepared: dict[SideName, Prepared] = {}
    for name, side in sides.items():
        key = tuple(sorted(side.params.items()))
        if key not in ready:
            ready[key] = prepare(_read(request, side, watcher), watcher, allow_code=request.allow_code)
        prepared[name] = ready[key]
        require(ready[key].loaded, side.transport)
    _refuse_unknown(request.margins, prepared.values())
    base, new = under_test(sides["base"], sides["new"], prepared["base"].loaded.params, prepared["new"].loaded.params)
    tag_base, tag_new = tags((sides["base"], base), (sides["new"], new), (request.tag_base, request.tag_new))
    if not base:
        watcher.note("base and new are the same: this shows what the machine alone makes of it")
    seed = secrets.randbits(32) if request.seed is None else request.seed
    design = Design(request.pairs, request.pilot, request.max_pairs, seed)
    return Experiment(
        request, watcher, sides, prepared, {"base": base, "new": new}, {"base": tag_base, "new": tag_new}, design
    )


def _refuse_numbers(request: RegressRequest) -> None:
    if request.pairs is not None and request.pairs < ENOUGH:
        raise UsageError(f"--pairs {request.pairs}: at least {ENOUGH}, since one pair has no spread")
    if request.pilot < ENOUGH:
        raise UsageError(f"--pilot {request.pilot}: at least {ENOUGH} pairs, since one has no spread")
    if request.pairs is None and request.max_pairs < max(request.pilot, LEAST_PAIRS):
        least = max(request.pilot, LEAST_PAIRS)
        raise UsageError(f"--max-pairs {request.max_pairs}: at least {least}; --pairs fixes a smaller number")


def _read(request: RegressRequest, side: Side, watcher: SeriesWatcher) -> LoadedScenario:
    """The scenario of a side; what is wrong with a parameter is said of the option that gave it."""
    try:
        return read(request.scenario, side.params, watcher)
    except ScenarioError as error:
        own = {name: text for name, text in side.params.items() if request.params.get(name) != text}
        typed = {f"-p {name}={text}": f"--{side.name} {name}={text}" for name, text in own.items()}
        raise ScenarioError([replace(each, file=typed.get(each.file, each.file)) for each in error.problems]) from None


def _refuse_unknown(margins: Mapping[str, float], prepared: Iterable[Prepared]) -> None:
    """Refuse a margin of an operation that no side has; whether it has a gate of that metric only its runs tell."""
    known = list(dict.fromkeys(name for each in prepared for name in names(each.workload)))
    for word in margins:
        operation = word.removesuffix("p99.9").rpartition(".")[0]
        if operation and operation not in {*known, "all"}:
            raise UsageError(f"{word}: no gate of that name; the operations are {', '.join(known)}")


def _outside(target: str) -> bool:
    """Whether a target is none that is started for the experiment: there is but one of it."""
    return parse_spec(target).kind in {"endpoint", "aws"}
